#include "mercer/solver/band_reduction.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "mercer/core/errors.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::relative_difference;
using test::same_bits;

namespace {

template <class T>
constexpr double unit = static_cast<double>(std::numeric_limits<T>::epsilon());

// G G' / n: eigenvalues between 0 and about 4.
template <class T>
Mat<T> semidefinite(index_t n, std::uint64_t seed) {
  const arma::mat G = normal_matrix<double>(n, n, seed);
  return arma::conv_to<Mat<T>>::from(
      arma::symmatu(arma::mat(G * G.t() / static_cast<double>(std::max<index_t>(1, n)))));
}

template <class T>
BandReduction<T> reduce(Mat<T> A, const BandReductionOptions& options = {}) {
  return BandReduction<T>(std::move(A), options);
}

template <class T>
arma::mat in_double(const Mat<T>& A) {
  return arma::conv_to<arma::mat>::from(A);
}

arma::mat dense(const Mat<double>& band) {
  const index_t n = band.n_cols;
  arma::mat B(n, n, arma::fill::zeros);
  for (index_t j = 0; j < n; ++j) {
    for (index_t k = 0; k < band.n_rows && j + k < n; ++k) B(j + k, j) = B(j, j + k) = band(k, j);
  }
  return B;
}

template <class T>
void check_reduction(index_t n, index_t b) {
  CAPTURE(n, b);
  const Mat<T> A = semidefinite<T>(n, 41);
  const arma::mat I = arma::eye(n, n);
  arma::mat bands[2];
  for (const bool form : {false, true}) {
    CAPTURE(form);
    const BandReduction<T> reduction = reduce<T>(A, {.form_basis = form, .bandwidth = b});
    REQUIRE(reduction.status() == Status::converged);
    REQUIRE(reduction.size() == n);
    REQUIRE(reduction.bandwidth() == b);
    const arma::mat Q = in_double(reduction.from_band(arma::conv_to<Mat<T>>::from(I)));
    const arma::mat Qt = in_double(reduction.to_band(arma::conv_to<Mat<T>>::from(I)));
    const double size = static_cast<double>(n);
    CHECK(arma::abs(Q.t() - Qt).max() <= unit<T> * (10 + std::sqrt(size)));
    CHECK(arma::norm(Q.t() * Q - I, "fro") <= 5 * unit<T> * std::sqrt(size) * std::sqrt(size));
    CHECK(relative_difference(arma::mat(Q * dense(reduction.band()) * Q.t()), A) <=
          10 * unit<T> * std::sqrt(size));
    bands[form] = reduction.band();
  }
  CHECK(same_bits<double>(bands[0], bands[1]));
}

}  // namespace

TEMPLATE_TEST_CASE("a reduction to a band gives the matrix back, Q is orthogonal", "[solver]",
                   float, double) {
  for (const index_t n :
       {1u, 2u, 3u, 7u, 24u, 25u, 26u, 27u, 48u, 49u, 50u, 51u, 100u, 256u, 257u, 300u, 555u}) {
    check_reduction<TestType>(n, 24);
  }
  for (const index_t b : {1u, 2u, 5u, 40u, 98u, 99u, 100u, 300u}) check_reduction<TestType>(100, b);
  check_reduction<TestType>(600, 100);
  check_reduction<TestType>(700, 256);
  check_reduction<TestType>(900, 300);
}

TEMPLATE_TEST_CASE("shifts of a reduction agree with dense LAPACK", "[solver]", float, double) {
  using T = TestType;
  const index_t n = GENERATE(1u, 31u, 33u, 300u, 700u);
  CAPTURE(n);
  const Mat<T> A = semidefinite<T>(n, 42);
  const BandReduction<T> reduction = reduce<T>(A);
  const BandReduction<T> compact = reduce<T>(A, {.form_basis = false});
  const Mat<T> Y = normal_matrix<T>(n, 40, 43);
  std::vector<BandFactor> factors;
  for (const double shift : {0.3, 1.0, 20.0}) factors.emplace_back(reduction.band(), shift);
  const Mat<T> diagonals = reduction.inverse_diagonals(factors);
  REQUIRE(diagonals.n_rows == n);
  REQUIRE(diagonals.n_cols == 3);
  std::vector<arma::mat> inverses;
  for (index_t k = 0; k < 3; ++k) {
    CAPTURE(k);
    inverses.push_back(
        arma::inv_sympd(arma::mat(in_double(A) + factors[k].shift() * arma::eye(n, n))));
    const arma::mat truth = inverses[k] * in_double(Y);
    CHECK(relative_difference(reduction.solve(factors[k], Y), truth) <= 200 * unit<T>);
    CHECK(relative_difference(compact.solve(factors[k], Y), truth) <= 200 * unit<T>);
    CHECK(relative_difference(Mat<T>(diagonals.col(k)), arma::mat(inverses[k].diag())) <=
          100 * unit<T>);
  }

  for (const index_t count : {1u, 20u, 290u}) {
    if (count > n) continue;
    const arma::uvec rows = Random(44).permutation(n).head(count);
    index_t calls = 0;
    reduction.inverse_blocks(factors, rows, [&](index_t k, SymmetricTiles<T>&& block) {
      REQUIRE(k == calls++);
      REQUIRE(block.n() == count);
      const arma::mat truth = inverses[k].submat(rows, rows);
      double error = 0;
      for (index_t j = 0; j < count; ++j) {
        for (index_t i = 0; i < count; ++i) {
          error = std::max(error, std::abs(static_cast<double>(block.at(i, j)) - truth(i, j)));
        }
      }
      CHECK(error <= 100 * unit<T> * arma::abs(truth).max());
    });
    CHECK(calls == 3);
  }
}

TEST_CASE("a reduction reads the lower half only", "[solver]") {
  const arma::mat A = semidefinite<double>(300, 45);
  arma::mat lower = A;
  for (index_t j = 0; j < 300; ++j) lower.col(j).head(j).fill(arma::datum::nan);
  CHECK(same_bits<double>(reduce<double>(A).band(), reduce<double>(lower).band()));
}

TEMPLATE_TEST_CASE("a reduction has the same bits for any number of threads", "[solver]", float,
                   double) {
  using T = TestType;
  const Mat<T> A = semidefinite<T>(900, 46);
  const Mat<T> Y = normal_matrix<T>(900, 70, 47);
  const arma::uvec rows = arma::regspace<arma::uvec>(0, 2, 898);
  const auto results = [&](int threads) {
    std::vector<Mat<T>> all;
    const BandReduction<T> reduction = reduce<T>(A, {.threads = threads});
    const BandReduction<T> compact = reduce<T>(A, {.form_basis = false, .threads = threads});
    all.push_back(arma::conv_to<Mat<T>>::from(reduction.band()));
    std::vector<BandFactor> factors;
    for (const double shift : {0.1, 1.0}) factors.emplace_back(reduction.band(), shift);
    all.push_back(reduction.solve(factors[0], Y));
    all.push_back(compact.solve(factors[0], Y));
    all.push_back(reduction.inverse_diagonals(factors));
    reduction.inverse_blocks(factors, rows, [&](index_t, SymmetricTiles<T>&& block) {
      Mat<T> values(rows.n_elem, rows.n_elem);
      for (index_t j = 0; j < rows.n_elem; ++j) {
        for (index_t i = 0; i < rows.n_elem; ++i) values(i, j) = block.at(i, j);
      }
      all.push_back(values);
    });
    return all;
  };
  const auto one = results(1);
  for (const int threads : {2, 3, 5}) {
    CAPTURE(threads);
    const auto other = results(threads);
    for (std::size_t k = 0; k < one.size(); ++k) CHECK(same_bits(one[k], other[k]));
  }
}

TEST_CASE("the progress callback of a reduction counts columns and stops it", "[solver]") {
  std::vector<std::string> stages;
  std::vector<double> left;
  const auto count = [&](const Progress& progress) {
    CHECK(progress.target == 0);
    CHECK(progress.seconds >= 0);
    stages.emplace_back(progress.stage);
    left.push_back(progress.criterion);
    return Continue::yes;
  };
  const arma::mat A = semidefinite<double>(600, 48);
  REQUIRE(reduce<double>(A, {.bandwidth = 200, .progress = count}).status() == Status::converged);
  CHECK(stages == std::vector<std::string>{"band reduction", "band reduction", "basis", "basis"});
  CHECK(left == std::vector<double>{400, 200, 600, 400});

  for (const int last : {1, 2, 4}) {
    int calls = 0;
    const auto stop = [&](const Progress&) {
      return ++calls == last ? Continue::no : Continue::yes;
    };
    const auto reduction = reduce<double>(A, {.bandwidth = 200, .progress = stop});
    CHECK(calls == last);
    CHECK(reduction.status() == Status::stopped);
    REQUIRE_THROWS_AS(reduction.to_band(arma::mat(600, 1)), LogicError);
  }
}

TEST_CASE("a reduction of a matrix with NaN or overflow says so", "[solver]") {
  const bool large = GENERATE(false, true);
  const double value = GENERATE(arma::datum::nan, arma::datum::inf);
  CAPTURE(large, value);
  arma::mat A = semidefinite<double>(200, 49);
  A(150, 20) = A(20, 150) = value;
  if (large) A.fill(1e308);  // finite, but its largest eigenvalue is not
  const auto reduction = reduce<double>(A);
  CHECK(reduction.status() == Status::not_finite);
  REQUIRE_THROWS_WITH(reduction.from_band(arma::mat(200, 1)),
                      "BandReduction::from_band: there is no reduction");
}

TEST_CASE("a reduction refuses what it cannot do", "[solver]") {
  REQUIRE_THROWS_WITH(reduce<double>(arma::mat(3, 2)),
                      "BandReduction: A must have 3 columns (it must be square), has 2");
  REQUIRE_THROWS_WITH(reduce<double>(arma::eye(3, 3), {.threads = -1}),
                      "BandReduction: threads must be at least 0 (0: all), is -1");
  REQUIRE_THROWS_WITH(reduce<double>(arma::eye(3, 3), {.bandwidth = 0}),
                      "BandReduction: bandwidth must be at least 1, is 0");
  const auto compact = reduce<double>(arma::eye(3, 3), {.form_basis = false});
  REQUIRE_THROWS_WITH(compact.inverse_diagonals({}),
                      "BandReduction::inverse_diagonals: set options.form_basis");
  const auto reduction = reduce<double>(arma::eye(3, 3));
  REQUIRE_THROWS_WITH(reduction.to_band(arma::mat(2, 1)),
                      "BandReduction::to_band: Y must have 3 rows (one per row of A), has 2");
  const std::vector<BandFactor> factors;
  REQUIRE_THROWS_WITH(
      reduction.inverse_blocks(factors, arma::uvec{3}, [](index_t, SymmetricTiles<double>&&) {}),
      "BandReduction::inverse_blocks: rows must be below 3, one is 3");
}
