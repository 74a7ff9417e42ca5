#include "tile/band_solve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/simd_targets.hpp"

using namespace mercer;

namespace {

// A band by columns with a diagonal that keeps the solutions of the size of the right-hand sides.
Mat<double> triangle(index_t n, index_t b, std::uint64_t seed) {
  Mat<double> L = test::normal_matrix<double>(b + 1, n, seed) / static_cast<double>(b + 1);
  for (index_t j = 0; j < n; ++j) L(0, j) = 1 + std::abs(L(0, j));
  return L;
}

// L^-1 q in long double; what stands in the band below the last row is not read.
std::vector<long double> substituted(const Mat<double>& L, std::vector<long double> w) {
  const index_t n = L.n_cols, b = L.n_rows - 1;
  for (index_t j = 0; j < n; ++j) {
    w[j] /= L(0, j);
    for (index_t k = 1; k <= b && j + k < n; ++k) w[j + k] -= w[j] * L(k, j);
  }
  return w;
}

template <class T>
void check(index_t n, index_t b) {
  CAPTURE(n, b);
  constexpr index_t width = band_lanes<T>;
  const Mat<double> L = arma::conv_to<Mat<double>>::from(
      arma::conv_to<Mat<T>>::from(triangle(n, b, 21)));  // exact in T
  const PackedBand<T> packed(L);
  REQUIRE(packed.blocks() == (n + 3) / 4);
  const index_t padded = 4 * packed.blocks(), stride = width + 5;
  Mat<T> Q(width, padded, arma::fill::zeros);
  if (n > 0) Q.head_cols(n) = test::normal_matrix<T>(width, n, 22);
  const T nan = std::numeric_limits<T>::quiet_NaN();
  std::vector<T> W(stride * padded + 1, nan), scratch(band_scratch<T>(b), nan);
  std::vector<T> squares(width, nan), alone(width, nan);
  solve_band<T>(packed, Q.memptr(), W.data(), stride, squares.data(), scratch.data());
  std::fill(scratch.begin(), scratch.end(), nan);
  solve_band<T>(packed, Q.memptr(), nullptr, 0, alone.data(), scratch.data());
  CHECK(alone == squares);
  const long double unit = std::numeric_limits<T>::epsilon();
  for (index_t i = 0; i < width; i += 7) {
    std::vector<long double> q(n);
    for (index_t j = 0; j < n; ++j) q[j] = Q(i, j);
    const std::vector<long double> truth = substituted(L, q);
    long double sum = 0;
    for (index_t j = 0; j < n; ++j) {
      CAPTURE(i, j);
      REQUIRE(std::abs(W[j * stride + i] - truth[j]) <= 20 * unit * (1 + std::abs(truth[j])));
      sum += truth[j] * truth[j];
    }
    CHECK(std::abs(squares[i] - sum) <= 20 * unit * sum);
  }
  for (index_t j = 0; j < padded; ++j) {
    for (index_t i = width; i < stride; ++i) REQUIRE(std::isnan(W[j * stride + i]));
    for (index_t i = 0; i < width && j >= n; ++i) REQUIRE(W[j * stride + i] == 0);
  }
}

}  // namespace

TEMPLATE_TEST_CASE("substitution with a band is that of loops, for all remainders", "[tile]", float,
                   double) {
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    for (const index_t n : {0u, 1u, 2u, 3u, 4u, 5u, 63u, 64u, 65u, 200u}) {
      for (const index_t b : {0u, 1u, 2u, 3u, 4u, 5u, 24u, 70u}) check<TestType>(n, b);
    }
  });
}
