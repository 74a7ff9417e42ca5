// A kernel from a plain function of two points.
#pragma once

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/kernel/parameter.hpp"

namespace mercer {

namespace detail {

template <class F, class T>
class BoundPointKernel final : public BoundKernel<T> {
 public:
  BoundPointKernel(const F& f, Points<T> X, Points<T> Y) : f_(f), X_(X), Y_(Y) {}

  void fill(Range rows, Range cols, Tile<T> out, Scratch& scratch) const override {
    const auto x = scratch.lease<T>(X_.is_sparse() ? X_.dim() * rows.size() : 0);
    const auto y = scratch.lease<T>(Y_.is_sparse() ? Y_.dim() : 0);
    if (X_.is_sparse()) {
      for (index_t i = 0; i < rows.size(); ++i) {
        X_.copy_point(rows.begin + i, x.data() + i * X_.dim());
      }
    }
    const Points<T> X = X_.is_sparse() ? Points<T>(x.data(), X_.dim(), rows.size())
                                       : Points<T>(X_.point(rows.begin), X_.dim(), rows.size());
    for (index_t j = 0; j < cols.size(); ++j) {
      const std::span<const T> y_j = point(Y_, cols.begin + j, y.data());
      for (index_t i = 0; i < rows.size(); ++i) {
        out.column(j)[i] = value({X.point(i), X.dim()}, y_j);
      }
    }
  }
  void diagonal(Range points, T* out) const override {
    std::vector<T> memory(X_.is_sparse() ? X_.dim() : 0);
    for (index_t i = 0; i < points.size(); ++i) {
      const std::span<const T> x = point(X_, points.begin + i, memory.data());
      out[i] = value(x, x);
    }
  }

 private:
  // The values of a point; those of a sparse one are brought to memory.
  static std::span<const T> point(const Points<T>& P, index_t i, T* memory) {
    if (!P.is_sparse()) return {P.point(i), P.dim()};
    P.copy_point(i, memory);
    return {memory, P.dim()};
  }
  T value(std::span<const T> x, std::span<const T> y) const { return static_cast<T>(f_(x, y)); }

  F f_;
  Points<T> X_;
  Points<T> Y_;
};

}  // namespace detail

/// k(x, y) = f(x, y) for a callable f on two std::span<const T>; see make_point_kernel.
template <class F>
class PointKernel final : public Kernel {
 public:
  PointKernel(std::string name, F f)
      : name_(require_identifier("make_point_kernel: name", std::move(name))), f_(std::move(f)) {}

  std::unique_ptr<BoundKernel<double>> bind(Points<double> X, Points<double> Y) const override {
    return bind_to<double>(X, Y);
  }
  std::unique_ptr<BoundKernel<float>> bind(Points<float> X, Points<float> Y) const override {
    return bind_to<float>(X, Y);
  }
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<PointKernel>(*this); }
  /// "function:name", which parse_kernel refuses: a function has no text form.
  std::string expression() const override { return "function:" + name_; }

 private:
  template <class T>
  std::unique_ptr<BoundKernel<T>> bind_to(Points<T> X, Points<T> Y) const {
    require_rows("Kernel::bind", "Y", Y.dim(), X.dim(), "one per feature, as X has");
    if constexpr (std::is_invocable_v<const F&, std::span<const T>, std::span<const T>>) {
      return std::make_unique<detail::BoundPointKernel<F, T>>(f_, X, Y);
    } else {
      throw std::invalid_argument(expression() + ": the function does not take points of " +
                                  (std::is_same_v<T, float> ? "float" : "double"));
    }
  }

  std::string name_;
  F f_;
};

/// A kernel from a function of two points, with no SIMD but with blocking, symmetry and threads:
///
///     auto tanimoto = make_point_kernel("tanimoto", [](auto x, auto y) { ... });
///
/// f gets two std::span<const T>, the d values of a point each. It must be pure, symmetric to the
/// bit, and may be called from several threads at a time; name is an identifier
/// [A-Za-z_][A-Za-z0-9_]*, else std::invalid_argument is thrown.
template <class F>
PointKernel<F> make_point_kernel(std::string name, F f) {
  return PointKernel<F>(std::move(name), std::move(f));
}

}  // namespace mercer
