#include "mercer/kernel/cosine.hpp"

#include <cmath>
#include <vector>

#include "kernel/transformed.hpp"
#include "mercer/core/check.hpp"
#include "mercer/tile/math.hpp"
#include "mercer/tile/statistic.hpp"
#include "mercer/tile/weighted_sums.hpp"

namespace mercer {
namespace {

// Points times powers of two, the largest value of each in [1, 2): exact, and no square of a norm
// overflows or vanishes.
template <class T>
OwnedPoints<T> with_unit_exponent(Points<T> P) {
  std::vector<T> memory(P.dim());
  const auto exponent_of = [&](index_t j) {
    P.copy_point(j, memory.data());
    T largest = 0;
    for (const T x : memory) largest = std::fmax(largest, std::abs(x));
    return largest > 0 && std::isfinite(largest) ? std::ilogb(largest) : 0;
  };
  OwnedPoints<T> scaled;
  scaled.is_sparse = P.is_sparse();
  if (P.is_sparse()) {
    std::vector<int> exponents(P.count());
    for (index_t j = 0; j < P.count(); ++j) exponents[j] = exponent_of(j);
    scaled.sparse =
        transform_stored<T>(P, all_indices(P.count()), P.dim(), all_indices(P.dim()),
                            [&](index_t, index_t j, T x) { return std::scalbn(x, -exponents[j]); });
    return scaled;
  }
  scaled.dense.set_size(P.dim(), P.count());
  for (index_t j = 0; j < P.count(); ++j) {
    const int exponent = exponent_of(j);
    for (index_t k = 0; k < P.dim(); ++k) scaled.dense.at(k, j) = std::scalbn(memory[k], -exponent);
  }
  return scaled;
}

template <class T>
std::vector<T> squared_norms(Points<T> P) {
  std::vector<T> norms(P.count());
  BoundStatistic<T>(Statistic::dot, P, P).diagonal({0, P.count()}, norms.data());
  return norms;
}

// <x, y> / sqrt(<x, x> <y, y>). With x = y the root of the rounded square is <x, x> itself, so the
// quotient is exactly 1; a quotient of two roots would not be.
template <class T>
class BoundCosine final : public BoundKernel<T> {
 public:
  BoundCosine(Points<T> X, Points<T> Y)
      : dot_(Statistic::dot, X, Y), x_norms_(squared_norms(X)), y_norms_(squared_norms(Y)) {}

  void fill(Range rows, Range cols, Tile<T> out, Scratch& scratch) const override {
    dot_.fill(rows, cols, out, scratch);
    const auto lease = scratch.lease<T>(rows.size());
    T* norms = lease.data();
    for (index_t j = 0; j < cols.size(); ++j) {
      const T y_norm = y_norms_[cols.begin + j];
      for (index_t i = 0; i < rows.size(); ++i) norms[i] = x_norms_[rows.begin + i] * y_norm;
      math::sqrt(std::span<T>(norms, rows.size()), T(1));
      T* column = out.column(j);
      for (index_t i = 0; i < rows.size(); ++i) column[i] = quotient(column[i], norms[i]);
    }
  }

  void diagonal(Range points, T* out) const override {
    for (index_t i = 0; i < points.size(); ++i) {
      const T norm = x_norms_[points.begin + i];
      out[i] = quotient(norm, norm);
    }
  }

 private:
  // Comparisons with NaN are false, so NaN survives; rounding may carry a quotient beyond 1.
  static T quotient(T dot, T norms) {
    const T value = norms == 0 ? T(0) : dot / norms;
    return value > 1 ? T(1) : value < -1 ? T(-1) : value;
  }

  BoundStatistic<T> dot_;
  std::vector<T> x_norms_;
  std::vector<T> y_norms_;
};

// With u = x / |x|:  dk / dlog w_k = 2 u_k v_k - k (u_k^2 + v_k^2), 0 where a point is 0.
class CosineGradient final : public BoundGradient {
 public:
  explicit CosineGradient(Points<double> X)
      : X_(with_unit_exponent(X)),
        values_(X_.view(), X_.view()),
        norms_(squared_norms(X_.view())) {}

  double add(Range rows, Range cols, Tile<const double> M, std::span<double>,
             std::span<double> in_weights, Scratch& scratch) const override {
    const index_t n = rows.size();
    const index_t stride = padded_stride<double>(n);
    const auto lease = scratch.lease<double>(stride * cols.size());
    const Tile<double> K{lease.data(), n, cols.size(), stride};
    values_.fill(rows, cols, K, scratch);
    double sum = 0;
    for (index_t j = 0; j < cols.size(); ++j) sum += weighted_sum(M.column(j), K.column(j), n);
    if (in_weights.empty()) return sum;

    std::vector<double> row_sums(n, 0.0);  // of M o K
    for (index_t j = 0; j < cols.size(); ++j) {
      double column_sum = 0;
      for (index_t i = 0; i < n; ++i) {
        const double product = M.column(j)[i] * K.column(j)[i];
        row_sums[i] += product;
        column_sum += product;
        const double norms = norms_[rows.begin + i] * norms_[cols.begin + j];
        K.column(j)[i] = norms == 0 ? 0 : M.column(j)[i] / std::sqrt(norms);
      }
      subtract_squares(cols.begin + j, column_sum, in_weights);
    }
    for (index_t i = 0; i < n; ++i) subtract_squares(rows.begin + i, row_sums[i], in_weights);
    add_feature_sums(Statistic::dot, X_.view(), rows, cols, {K.data, n, K.cols, stride},
                     in_weights.data(), scratch);
    return sum;
  }

 private:
  void subtract_squares(index_t point, double factor, std::span<double> in_weights) const {
    if (norms_[point] == 0) return;
    std::vector<double> x(in_weights.size());
    X_.view().copy_point(point, x.data());
    for (index_t k = 0; k < x.size(); ++k) in_weights[k] -= factor * x[k] * x[k] / norms_[point];
  }

  OwnedPoints<double> X_;
  BoundCosine<double> values_;
  std::vector<double> norms_;
};

template <class T>
std::unique_ptr<BoundKernel<T>> bind_cosine(Points<T> X, Points<T> Y) {
  require_rows("Kernel::bind", "Y", Y.dim(), X.dim(), "one per feature, as X has");
  return std::make_unique<BoundTransformed<T>>(
      X, Y, [](Points<T> P) { return with_unit_exponent(P); },
      [](Points<T> A, Points<T> B) { return std::make_unique<BoundCosine<T>>(A, B); }, false);
}

}  // namespace

std::unique_ptr<BoundKernel<double>> Cosine::bind(Points<double> X, Points<double> Y) const {
  return bind_cosine(X, Y);
}
std::unique_ptr<BoundKernel<float>> Cosine::bind(Points<float> X, Points<float> Y) const {
  return bind_cosine(X, Y);
}
std::unique_ptr<Kernel> Cosine::clone() const { return std::make_unique<Cosine>(*this); }
std::string Cosine::expression() const { return "cosine()"; }
std::unique_ptr<BoundGradient> Cosine::bind_gradient(Points<double> X) const {
  return std::make_unique<CosineGradient>(X);
}

}  // namespace mercer
