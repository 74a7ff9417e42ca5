// Problems made from a seed, and exact comparison, for the tests of operators, solvers and models.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <span>
#include <vector>

#include "mercer/core/random.hpp"
#include "mercer/core/types.hpp"

namespace mercer::test {

/// rows x cols standard normal values; as points: d x n.
template <class T>
Mat<T> normal_matrix(index_t rows, index_t cols, std::uint64_t seed) {
  Random random(seed);
  Mat<T> out(rows, cols, arma::fill::none);
  for (T& value : out) value = static_cast<T>(random.normal());
  return out;
}

/// Uniform integers in [0, below).
inline std::vector<index_t> random_indices(index_t count, index_t below, std::uint64_t seed) {
  Random random(seed);
  std::vector<index_t> out(count);
  for (index_t& index : out) index = random.below(below);
  return out;
}

/// Labels first, first + 1, ..., first + classes - 1, by the direction of the first two features
/// plus noise: classes that overlap.
template <class T>
arma::ivec noisy_classes(const Mat<T>& X, arma::sword classes, arma::sword first,
                         std::uint64_t seed) {
  Random random(seed);
  arma::ivec labels(X.n_cols);
  for (index_t i = 0; i < X.n_cols; ++i) {
    const double angle = std::atan2(static_cast<double>(X(0, i)) + 0.3 * random.normal(),
                                    static_cast<double>(X(1, i)) + 0.3 * random.normal());
    const double turn = (angle + arma::datum::pi) / (2 * arma::datum::pi);
    labels(i) = first + std::min(classes - 1,
                                 static_cast<arma::sword>(turn * static_cast<double>(classes)));
  }
  return labels;
}

/// Labels -1 and +1 that no plane divides, both present.
template <class T>
Col<double> noisy_signs(const Mat<T>& X, std::uint64_t seed) {
  Col<double> y = arma::conv_to<Col<double>>::from(noisy_classes(X, 2, 0, seed) * 2 - 1);
  y(0) = 1;
  y(1) = -1;
  return y;
}

inline Col<double> constant(index_t n, double value) {
  return Col<double>(n, arma::fill::value(value));
}

/// Indices as Armadillo wants them.
inline arma::uvec to_uvec(std::span<const index_t> indices) {
  return arma::uvec(std::vector<index_t>(indices.begin(), indices.end()));
}

/// M(rows, columns), M(:, columns): also of matrices without rows, where Armadillo's own submat has
/// undefined behaviour.
template <class T>
Mat<T> pick(const Mat<T>& M, std::span<const index_t> rows, std::span<const index_t> columns) {
  Mat<T> out(rows.size(), columns.size(), arma::fill::none);
  for (index_t k = 0; k < columns.size(); ++k) {
    for (index_t i = 0; i < rows.size(); ++i) out(i, k) = M(rows[i], columns[k]);
  }
  return out;
}
template <class T>
Mat<T> pick_columns(const Mat<T>& M, std::span<const index_t> columns) {
  std::vector<index_t> rows(M.n_rows);
  std::iota(rows.begin(), rows.end(), index_t{0});
  return pick<T>(M, rows, columns);
}

/// True if the sizes and every bit of every value are equal: -0 differs from 0, NaN equals itself.
template <class T>
bool same_bits(const Mat<T>& a, const Mat<T>& b) {
  return a.n_rows == b.n_rows && a.n_cols == b.n_cols &&
         (a.n_elem == 0 || std::memcmp(a.memptr(), b.memptr(), a.n_elem * sizeof(T)) == 0);
}

/// ||A - B|| / ||B|| in Frobenius norms, in double; 0 if both are empty.
template <class T, class U>
double relative_difference(const Mat<T>& A, const Mat<U>& B) {
  if (B.is_empty()) return A.is_empty() ? 0 : arma::datum::inf;
  const arma::mat a = arma::conv_to<arma::mat>::from(A);
  const arma::mat b = arma::conv_to<arma::mat>::from(B);
  return arma::norm(a - b, "fro") / arma::norm(b, "fro");
}

}  // namespace mercer::test
