// The base of kernels that are a scalar map of one statistic of two points.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>

#include "mercer/core/check.hpp"
#include "mercer/kernel/expression.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/tile/math.hpp"
#include "mercer/tile/statistic.hpp"

namespace mercer {

/// What is known of a statistic when a kernel bounds the error of its values.
struct StatisticError {
  double relative = 0;  // |error| / s of every value s
  double largest = 0;   // a bound on all s, or infinity
  double u = 0;         // unit roundoff of the values: 2^-53 or 2^-24

  /// Of sqrt(s), 1.5 ulp of the square root and the rounding of a factor included.
  StatisticError root() const { return {relative / 2 + 5 * u, std::sqrt(largest), u}; }

  /// Beyond this x, exp(-x) is below the smallest normal number.
  double exponent_limit() const { return u < 1e-10 ? 708.4 : 87.4; }

  /// Of exp(-x), x = rate s, 1 ulp of exp included: an error of x counts x times.
  double exponential(double rate) const {
    return std::expm1(std::min(rate * largest, exponent_limit()) * relative) + 2 * u;
  }

  /// Of (1 + b x + c x^2) exp(-x), x = rate s, b, c <= 1, 4 ulp included. Where the exponential is
  /// subnormal the polynomial may bring the product back, with the rounding of the exponential.
  double damped(double rate, double b, double c) const {
    const double x = rate * largest;
    const double limit = exponent_limit();
    if (x <= limit) return std::expm1(x * relative) + 8 * u;
    const double beyond = limit + 13;  // the polynomial stays below exp(13)
    return std::expm1(beyond * relative) + (8 + 1 + b * beyond + c * beyond * beyond) * u;
  }
};

namespace detail {

/// Applies a kernel's map to one column of statistics: map(span) where the kernel has one (SIMD),
/// else operator() value by value.
template <class MapKernel, class T>
void map_column(const MapKernel& kernel, std::span<T> s) {
  if constexpr (requires { kernel.map(s); }) {
    kernel.map(s);
  } else {
    for (T& value : s) value = kernel(value);
  }
}

template <class MapKernel, Statistic S, class T>
class BoundPairwiseKernel final : public BoundKernel<T> {
 public:
  BoundPairwiseKernel(const MapKernel& kernel, Points<T> X, Points<T> Y)
      : kernel_(kernel), statistic_(S, X, Y) {}

  void fill(Range rows, Range cols, Tile<T> out, Scratch& scratch) const override {
    const index_t step = column_step(statistic_.dim());
    for (index_t j = 0; j < cols.size(); j += step) {
      const index_t count = std::min(step, cols.size() - j);
      statistic_.fill(rows, {cols.begin + j, cols.begin + j + count},
                      {out.column(j), out.rows, count, out.stride}, scratch);
      for (index_t c = j; c < j + count; ++c) {
        map_column(kernel_, std::span<T>(out.column(c), out.rows));
      }
    }
  }

  void diagonal(Range points, T* out) const override {
    statistic_.diagonal(points, out);
    map_column(kernel_, std::span<T>(out, points.size()));
  }

  double entry_error() const override {
    if constexpr (requires { kernel_.entry_error(StatisticError{}); }) {
      const double u = std::numeric_limits<T>::epsilon() / 2;
      return kernel_.entry_error({statistic_.relative_error(), statistic_.largest(), u});
    } else {
      return BoundKernel<T>::entry_error();
    }
  }

 private:
  MapKernel kernel_;
  BoundStatistic<T> statistic_;
};

}  // namespace detail

/// A kernel k(x, y) = f(s(x, y)) with s a Statistic: derive, write operator() for f, done.
///
///     class Cauchy final : public PairwiseKernel<Cauchy, Statistic::squared_distance> {
///      public:
///       explicit Cauchy(double scale) : scale_(require_positive("Cauchy: scale", scale)) {}
///       template <class T> T operator()(T d2) const { return 1 / (1 + d2 / T(scale_)); }
///       std::string expression() const override {
///         return expression_of("cauchy", {{"scale", scale_}});
///       }
///      private:
///       double scale_;
///     };
///
/// A kernel that wants SIMD gives `template <class T> void map(std::span<T> s) const` as well,
/// which replaces the statistics of a column by kernel values with the functions of
/// mercer/tile/math.hpp. Both must keep NaN and give the same value for the same statistic wherever
/// it stands. A kernel with positive values may bound their errors:
/// `double entry_error(const StatisticError& s) const`, see Rbf.
template <class Derived, Statistic S>
class PairwiseKernel : public Kernel {
 public:
  static constexpr Statistic statistic = S;

  std::unique_ptr<BoundKernel<double>> bind(Points<double> X, Points<double> Y) const final {
    return bind_to<double>(X, Y);
  }
  std::unique_ptr<BoundKernel<float>> bind(Points<float> X, Points<float> Y) const final {
    return bind_to<float>(X, Y);
  }
  std::unique_ptr<Kernel> clone() const final { return std::make_unique<Derived>(derived()); }

 private:
  template <class T>
  std::unique_ptr<BoundKernel<T>> bind_to(Points<T> X, Points<T> Y) const {
    if (Y.dim() != X.dim()) {
      require_rows("Kernel::bind", "Y", Y.dim(), X.dim(), "one per feature, as X has");
    }
    require_finite_at_zero<T>();
    require_domain("Kernel::bind", "X", S, X);
    if (!Y.same_as(X)) require_domain("Kernel::bind", "Y", S, Y);
    return std::make_unique<detail::BoundPairwiseKernel<Derived, S, T>>(derived(), X, Y);
  }
  // Parameters beyond the range of T turn into 0 or inf, and k(x, x) into NaN.
  template <class T>
  void require_finite_at_zero() const {
    T value = 0;
    detail::map_column(derived(), std::span<T>(&value, 1));
    if (std::isfinite(value)) return;
    throw std::invalid_argument(this->expression() +
                                ": k must be finite where its statistic is 0, in " +
                                (sizeof(T) == sizeof(float) ? "float" : "double") + " it is " +
                                shortest(static_cast<double>(value)));
  }
  const Derived& derived() const { return static_cast<const Derived&>(*this); }
};

}  // namespace mercer
