// The kernel interface: what a kernel is, and what the engine calls.
#pragma once

#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mercer/core/scratch.hpp"
#include "mercer/core/types.hpp"
#include "mercer/tile/points.hpp"
#include "mercer/tile/tile.hpp"

namespace mercer {

/// One kernel on two point sets, K_ij = k(x_i, y_j): all that the engine calls, one virtual call
/// per tile. Thread-safe; each thread brings its own scratch.
template <class T>
class BoundKernel {
 public:
  virtual ~BoundKernel() = default;

  /// out(i, j) = k(x_{rows.begin + i}, y_{cols.begin + j}). Overwrites out. The bits of an entry do
  /// not depend on the tile that it is computed in.
  virtual void fill(Range rows, Range cols, Tile<T> out, Scratch& scratch) const = 0;

  /// out[i] = k(x_{points.begin + i}, x_{points.begin + i}), of the row points.
  virtual void diagonal(Range points, T* out) const = 0;

  /// Bound on the relative error |computed - k| / k of every entry, all k being positive; entries
  /// below the smallest normal number excepted. NaN if there is none (k may be 0, or is unknown).
  virtual double entry_error() const { return std::numeric_limits<double>::quiet_NaN(); }
};

/// One kernel on one point set with its derivatives, K_ij = k(x_i, x_j): what the gradient of a
/// criterion in the kernel's parameters calls, tile by tile. Thread-safe.
class BoundGradient {
 public:
  virtual ~BoundGradient() = default;

  /// For weights M, rows.size() x cols.size(), adds over the tile
  ///     in_theta[p]   += sum_ij M_ij dK_ij / dtheta_p     for each p of Kernel::theta(),
  ///     in_weights[k] += sum_ij M_ij dK_ij / dlog w_k     at w = 1 of k(w . x_i, w . x_j), unless
  /// in_weights is empty, and returns sum_ij M_ij K_ij. The derivatives of K are not stored.
  /// Throws std::invalid_argument if in_weights is wanted of a kernel that has no derivatives.
  virtual double add(Range rows, Range cols, Tile<const double> M, std::span<double> in_theta,
                     std::span<double> in_weights, Scratch& scratch) const = 0;
};

/// k(x, y): an immutable, thread-safe description. Parameters are double; the precision belongs to
/// the data. To write one, derive from PairwiseKernel.
class Kernel {
 public:
  virtual ~Kernel() = default;

  /// Prepares the kernel for X (rows: d x n) and Y (columns: d x m), which must outlive the result.
  /// Throws std::invalid_argument if the points do not suit the kernel.
  virtual std::unique_ptr<BoundKernel<double>> bind(Points<double> X, Points<double> Y) const = 0;
  virtual std::unique_ptr<BoundKernel<float>> bind(Points<float> X, Points<float> Y) const = 0;

  virtual std::unique_ptr<Kernel> clone() const = 0;

  /// "0.5 * rbf(gamma=0.1) + linear()"; parse_kernel reads it back, to the same bits.
  virtual std::string expression() const = 0;

  /// The natural logarithms of the parameters that may take any positive value, in the order of
  /// expression(). Integers and what may be 0 or negative (degree, exponent, coef0) are not among
  /// them; kernels made from a function have none.
  virtual std::vector<double> theta() const { return {}; }

  /// What theta() holds the logarithms of: "rbf.gamma", "scale", "weights[0]".
  virtual std::vector<std::string> theta_names() const { return {}; }

  /// The same kernel with the parameters exp(theta). Throws std::invalid_argument if theta has
  /// another size than theta(), or a parameter would be 0, infinite or NaN.
  virtual std::unique_ptr<Kernel> with_theta(std::span<const double> theta) const;

  /// Prepares the kernel and its derivatives for X (d x n), which must outlive the result. Throws
  /// as bind does, and if the kernel has parameters but no derivatives.
  virtual std::unique_ptr<BoundGradient> bind_gradient(Points<double> X) const;

 protected:
  Kernel() = default;
  Kernel(const Kernel&) = default;
  Kernel& operator=(const Kernel&) = default;
};

/// A kernel held by value: copies are clones. Converts from and to a kernel.
class AnyKernel {
 public:
  AnyKernel(const Kernel& kernel) : kernel_(kernel.clone()) {}               // NOLINT: implicit
  AnyKernel(std::unique_ptr<Kernel> kernel) : kernel_(std::move(kernel)) {}  // NOLINT: implicit
  AnyKernel(const AnyKernel& other) : kernel_(other.kernel_->clone()) {}
  AnyKernel(AnyKernel&&) noexcept = default;
  AnyKernel& operator=(const AnyKernel& other) {
    if (this != &other) kernel_ = other.kernel_->clone();
    return *this;
  }
  AnyKernel& operator=(AnyKernel&&) noexcept = default;

  const Kernel& operator*() const { return *kernel_; }
  const Kernel* operator->() const { return kernel_.get(); }
  operator const Kernel&() const { return *kernel_; }  // NOLINT: implicit

 private:
  std::unique_ptr<Kernel> kernel_;
};

}  // namespace mercer
