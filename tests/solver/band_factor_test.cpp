#include "mercer/solver/band_factor.hpp"

#include <cmath>
#include <limits>

#include "mercer/core/errors.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::relative_difference;

namespace {

// What stands below the last row is NaN: it must not be read.
Mat<double> random_band(index_t n, index_t b, std::uint64_t seed) {
  Mat<double> band = normal_matrix<double>(b + 1, n, seed);
  for (index_t j = 0; j < n; ++j) {
    for (index_t k = 0; k <= b; ++k) {
      if (j + k >= n) band(k, j) = arma::datum::nan;
    }
  }
  return band;
}

arma::mat dense(const Mat<double>& band, double shift) {
  const index_t n = band.n_cols;
  arma::mat A = shift * arma::mat(n, n, arma::fill::eye);
  for (index_t j = 0; j < n; ++j) {
    for (index_t k = 0; k < band.n_rows && j + k < n; ++k) {
      A(j + k, j) += band(k, j);
      if (k > 0) A(j, j + k) += band(k, j);
    }
  }
  return A;
}

}  // namespace

TEST_CASE("BandFactor agrees with dense LAPACK", "[solver]") {
  const index_t n = GENERATE(1u, 2u, 5u, 40u, 150u);
  const index_t b = GENERATE(0u, 1u, 3u, 24u, 200u);
  CAPTURE(n, b);
  const Mat<double> band = random_band(n, b, 31);
  const double shift = 4 * std::sqrt(static_cast<double>(b) + 4);
  const arma::mat A = dense(band, shift);
  const arma::mat inverse = arma::inv_sympd(A);
  const BandFactor factor(band, shift);
  REQUIRE(factor.failed_minor() == 0);
  CHECK(factor.shift() == shift);

  const arma::mat Y = normal_matrix<double>(n, 3, 32);
  arma::mat Z = Y;
  factor.solve(Z);
  CHECK(relative_difference(Z, arma::mat(inverse * Y)) <= 1e-12);
  CHECK(factor.log_determinant() == Approx(arma::log_det(A).real()).epsilon(1e-12));
  CHECK(factor.inverse_trace() == Approx(arma::trace(inverse)).epsilon(1e-12));
  const Mat<double>& L = factor.factor();
  arma::mat whole(n, n, arma::fill::zeros);
  for (index_t j = 0; j < n; ++j) {
    for (index_t k = 0; k <= b && j + k < n; ++k) whole(j + k, j) = L(k, j);
  }
  CHECK(relative_difference(arma::mat(whole * whole.t()), A) <= 1e-14);
}

TEST_CASE("BandFactor names the first leading minor that is not positive", "[solver]") {
  const index_t order = GENERATE(1u, 2u, 30u, 60u);
  const double pivot = GENERATE(-1.0, arma::datum::nan, arma::datum::inf);
  CAPTURE(order, pivot);
  Mat<double> band = random_band(60, 5, 33) / 10;
  band.row(0).fill(3);
  band(0, order - 1) = pivot;
  const BandFactor factor(band, 0);
  CHECK(factor.failed_minor() == order);
  arma::mat Z(60, 1, arma::fill::ones);
  REQUIRE_THROWS_WITH(factor.solve(Z), "BandFactor::solve: there is no factor");
  REQUIRE_THROWS_AS(factor.log_determinant(), LogicError);
  REQUIRE_THROWS_AS(factor.inverse_trace(), LogicError);
}

TEST_CASE("BandFactor refuses what is no band", "[solver]") {
  REQUIRE_THROWS_WITH(BandFactor(Mat<double>(), 1.0), "BandFactor: band must have the diagonal");
  REQUIRE_THROWS_WITH(BandFactor(Mat<double>(1, 3), arma::datum::nan),
                      "BandFactor: shift must be finite, is nan");
  const BandFactor factor(Mat<double>(1, 3, arma::fill::ones), 0);
  arma::mat Z(2, 1);
  REQUIRE_THROWS_WITH(factor.solve(Z),
                      "BandFactor::solve: Z must have 3 rows (one per row of B), has 2");
}
