// The base of kernels that are a scalar map of one statistic of two points.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/kernel/derivatives.hpp"
#include "mercer/kernel/expression.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/tile/math.hpp"
#include "mercer/tile/statistic.hpp"
#include "mercer/tile/weighted_sums.hpp"

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

template <class MapKernel>
concept HasParameters = requires(MapKernel kernel) {
  kernel.parameters();
};
template <class MapKernel>
concept HasDerivatives = requires(const MapKernel kernel) {
  kernel.derivatives(1.0, 1.0);
};

/// The derivatives of a kernel that has them, K_ij = f(s_ij): with H = M o f'(s), those in weights
/// of the features are sum_ij H_ij ds_ij / dlog w_k.
template <class MapKernel, Statistic S>
class BoundPairwiseGradient final : public BoundGradient {
 public:
  BoundPairwiseGradient(const MapKernel& kernel, Points<double> X)
      : kernel_(kernel), X_(X), statistic_(S, X, X) {}

  double add(Range rows, Range cols, Tile<const double> M, std::span<double> in_theta,
             std::span<double> in_weights, Scratch& scratch) const override {
    constexpr std::size_t count = std::tuple_size_v<decltype(derivatives(1, 1).in_logs)>;
    const index_t n = rows.size();
    const index_t stride = padded_stride<double>(n);
    const index_t step = column_step(statistic_.dim());
    const auto statistics = scratch.lease<double>(stride * step);
    const auto columns = scratch.lease<double>(stride * (1 + count));
    const auto slopes = scratch.lease<double>(stride * cols.size());
    double* k = columns.data();
    double sum = 0;
    for (index_t begin = 0; begin < cols.size(); begin += step) {
      const index_t end = std::min(begin + step, cols.size());
      statistic_.fill(rows, {cols.begin + begin, cols.begin + end},
                      {statistics.data(), n, end - begin, stride}, scratch);
      for (index_t j = begin; j < end; ++j) {
        const double* s = statistics.data() + (j - begin) * stride;
        const double* m = M.column(j);
        double* h = slopes.data() + j * stride;
        std::copy_n(s, n, k);
        map_column(kernel_, std::span<double>(k, n));
        for (index_t i = 0; i < n; ++i) {
          const auto d = derivatives(s[i], k[i]);
          h[i] = m[i] * d.slope;
          for (std::size_t p = 0; p < count; ++p) k[(1 + p) * stride + i] = d.in_logs[p];
        }
        sum += weighted_sum(m, k, n);
        for (std::size_t p = 0; p < count; ++p) {
          in_theta[p] += weighted_sum(m, k + (1 + p) * stride, n);
        }
      }
    }
    if (!in_weights.empty()) {
      add_feature_sums(S, X_, rows, cols, {slopes.data(), n, cols.size(), stride},
                       in_weights.data(), scratch);
    }
    return sum;
  }

 private:
  auto derivatives(double s, double k) const { return kernel_.derivatives(s, k); }

  MapKernel kernel_;
  Points<double> X_;
  BoundStatistic<double> statistic_;
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
/// `double entry_error(const StatisticError& s) const`, see Rbf. One whose parameters are to be
/// optimised names those that may take any positive value, and gives the derivatives of f:
///
///       auto parameters() { return std::array{PositiveParameter{"scale", scale_}}; }
///       Derivatives<1> derivatives(double d2, double k) const {
///         const double slope = -k * k / scale_;
///         return {slope, {-slope * d2}};
///       }
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

  std::vector<double> theta() const final {
    std::vector<double> theta;
    if constexpr (detail::HasParameters<Derived>) {
      Derived copy = derived();
      for (const PositiveParameter& p : copy.parameters()) theta.push_back(std::log(p.value));
    }
    return theta;
  }
  std::vector<std::string> theta_names() const final {
    std::vector<std::string> names;
    if constexpr (detail::HasParameters<Derived>) {
      Derived copy = derived();
      const std::string name = detail::name_of(*this);
      for (const PositiveParameter& p : copy.parameters()) names.push_back(name + '.' + p.name);
    }
    return names;
  }
  std::unique_ptr<Kernel> with_theta(std::span<const double> theta) const final {
    detail::require_theta(*this, theta);
    auto copy = std::make_unique<Derived>(derived());
    if constexpr (detail::HasParameters<Derived>) {
      const std::string name = detail::name_of(*this);
      std::size_t k = 0;
      for (const PositiveParameter& p : copy->parameters()) {
        p.value = detail::positive_from_log(name + '.' + p.name, theta[k++]);
      }
    }
    return copy;
  }
  std::unique_ptr<BoundGradient> bind_gradient(Points<double> X) const final {
    if constexpr (detail::HasDerivatives<Derived>) {
      require_suitable<double>(X, X);
      return std::make_unique<detail::BoundPairwiseGradient<Derived, S>>(derived(), X);
    } else {
      return Kernel::bind_gradient(X);
    }
  }

 private:
  template <class T>
  std::unique_ptr<BoundKernel<T>> bind_to(Points<T> X, Points<T> Y) const {
    require_suitable(X, Y);
    return std::make_unique<detail::BoundPairwiseKernel<Derived, S, T>>(derived(), X, Y);
  }
  template <class T>
  void require_suitable(Points<T> X, Points<T> Y) const {
    if (Y.dim() != X.dim()) {
      require_rows("Kernel::bind", "Y", Y.dim(), X.dim(), "one per feature, as X has");
    }
    require_finite_at_zero<T>();
    require_domain("Kernel::bind", "X", S, X);
    if (!Y.same_as(X)) require_domain("Kernel::bind", "Y", S, Y);
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
