#include "mercer/gram/tiled_gram.hpp"

#include <limits>
#include <memory>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/gram/memory_plan.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::relative_difference;
using test::same_bits;

namespace {

const auto kernel = Rbf(0.1) + 0.1 * Linear();

}  // namespace

TEMPLATE_TEST_CASE("TiledGram has the entries of gram", "[gram]", float, double) {
  using T = TestType;
  const index_t n = GENERATE(0u, 1u, 255u, 256u, 257u, 600u);
  CAPTURE(n);
  const Mat<T> X = normal_matrix<T>(5, n, 81);
  const Mat<T> full = gram<T>(kernel, X);
  const TiledGram<T> K(kernel, X, {.threads = 2});
  REQUIRE(K.n_rows() == n);
  REQUIRE(K.n_cols() == n);

  Mat<T> out(n, n);
  out.fill(arma::Datum<T>::nan);
  const T* memory = out.memptr();
  K.dense(out);
  CHECK(same_bits(out, full));
  CHECK(out.memptr() == memory);
  CHECK(same_bits(K.diagonal(), Col<T>(full.diag())));
  if (n == 0) return;
  std::vector<index_t> columns = test::random_indices(40, n, 82);
  columns.insert(columns.end(), {0, n - 1, n / 2, n / 2});
  K.gather_columns(columns, out);
  CHECK(same_bits(out, test::pick_columns(full, columns)));

  const std::vector<index_t> rows = test::random_indices(270, n, 83);
  const auto part = K.submatrix(rows, columns);
  part->dense(out);
  const Mat<T> expected = test::pick(full, rows, columns);
  CHECK(same_bits(out, expected));
  const std::vector<index_t> inner = {3, 0, 3};
  part->submatrix(inner, inner)->dense(out);
  CHECK(same_bits(out, test::pick(expected, inner, inner)));
  K.submatrix({}, columns)->dense(out);
  CHECK(out.n_rows == 0);
  CHECK(out.n_cols == columns.size());
}

TEMPLATE_TEST_CASE("TiledGram multiplies as the stored matrix does", "[gram]", float, double) {
  using T = TestType;
  // One block of 32 points, several, cut ones; blocks of 64 points at 2311.
  const index_t n = GENERATE(0u, 1u, 31u, 33u, 255u, 256u, 257u, 600u, 2311u);
  const index_t t = GENERATE(0u, 1u, 3u);
  CAPTURE(n, t);
  const Mat<T> X = normal_matrix<T>(5, n, 84), V = normal_matrix<T>(n, t, 85);
  const arma::mat V_double = arma::conv_to<arma::mat>::from(V);
  const DenseGram<T> dense(gram<T>(kernel, X));
  const arma::mat entries = arma::conv_to<arma::mat>::from(dense.matrix());
  const arma::mat size = arma::abs(entries) * arma::abs(V_double);
  const arma::mat truth = entries * V_double;
  const TiledGram<T> K(kernel, X);
  const double u = std::numeric_limits<T>::epsilon() / 2.0;

  Mat<T> out(n, t);
  out.fill(arma::Datum<T>::nan);
  K.multiply(V, out);
  REQUIRE(arma::size(out) == arma::size(truth));
  const arma::mat error = arma::abs(arma::conv_to<arma::mat>::from(out) - truth);
  CHECK(arma::all(arma::vectorise(error <= 2 * (double(n) + 2) * u * size)));
  arma::mat in_double(n, t);
  in_double.fill(arma::datum::nan);
  K.multiply_in_double(V_double, in_double);
  REQUIRE(arma::size(in_double) == arma::size(truth));
  const arma::mat error_double = arma::abs(in_double - truth);
  CHECK(arma::all(arma::vectorise(error_double <= 2 * (double(n) + 2) * 0x1p-53 * size)));
}

TEMPLATE_TEST_CASE("TiledGram has the same bits for any number of threads", "[gram]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(5, 1100, 86), V = normal_matrix<T>(1100, 1, 87);
  const Mat<T> W = normal_matrix<T>(1100, 3, 88);
  const arma::mat V_double = arma::conv_to<arma::mat>::from(V);
  Mat<T> first[3], out;
  arma::mat first_double, out_double;
  for (const int threads : {1, 2, 3, 5}) {
    CAPTURE(threads);
    const TiledGram<T> K(kernel, X, {.threads = threads});
    if (threads == 1) {
      K.multiply(V, first[0]);
      K.multiply(W, first[1]);
      K.dense(first[2]);
      K.multiply_in_double(V_double, first_double);
      continue;
    }
    K.multiply(V, out);
    CHECK(same_bits(out, first[0]));
    K.multiply(W, out);
    CHECK(same_bits(out, first[1]));
    K.dense(out);
    CHECK(same_bits(out, first[2]));
    K.multiply_in_double(V_double, out_double);
    CHECK(same_bits(out_double, first_double));
  }
}

TEST_CASE("TiledGram in float multiplies doubles as the rounded matrix does", "[gram]") {
  const index_t n = GENERATE(1u, 100u, 256u, 257u, 900u);
  CAPTURE(n);
  const arma::mat X = normal_matrix<double>(4, n, 51);
  const MatrixFreeGram<double> exact(Rbf(0.3), X);
  const TiledGram<float> K(exact);
  const arma::mat rounded =
      arma::conv_to<arma::mat>::from(arma::conv_to<arma::fmat>::from(gram<double>(Rbf(0.3), X)));
  for (const index_t t : {1u, 3u}) {
    const arma::mat V = normal_matrix<double>(n, t, 52);
    arma::mat out;
    K.multiply_in_double(V, out);
    const arma::mat expected = rounded * V;
    CHECK(arma::abs(out - expected).max() <= 1e-13 * (arma::abs(rounded) * arma::abs(V)).max());
    for (const int threads : {1, 3, 5}) {
      arma::mat again;
      TiledGram<float>(exact, {.threads = threads}).multiply_in_double(V, again);
      CHECK(test::same_bits(out, again));
    }
  }
  CHECK(K.entry_error() > 0x1p-24);
  CHECK(K.entry_error() < 0x1p-23);
  REQUIRE_THROWS_WITH(TiledGram<float>(exact, {.memory_budget = 1}),
                      Catch::Contains("TiledGram: one half of the kernel values need "));
}

TEST_CASE("TiledGram does not need its points any more", "[gram]") {
  auto X = std::make_unique<arma::mat>(normal_matrix<double>(5, 300, 89));
  const arma::mat full = gram(kernel, *X);
  const TiledGram<double> K(kernel, *X);
  X->fill(arma::datum::nan);
  X.reset();
  arma::mat out;
  K.dense(out);
  CHECK(same_bits(out, full));
  std::unique_ptr<GramOperator<double>> part;
  const std::vector<index_t> some = {4, 299};
  {
    const arma::mat Y = normal_matrix<double>(5, 300, 89);
    part = TiledGram<double>(kernel, Y).submatrix(some, some);
  }
  part->dense(out);
  CHECK(same_bits(out, test::pick(full, some, some)));
}

TEMPLATE_TEST_CASE("TiledGram refuses what exceeds the budget, with the plan", "[gram]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(2, 600, 90);
  const std::size_t tiles = memory_plan<T>(600, 2).tiled;
  const GramOptions exact{.memory_budget = tiles}, small{.memory_budget = tiles - 1};
  REQUIRE_THROWS_AS(TiledGram<T>(kernel, X, small), BudgetError);
  REQUIRE_THROWS_WITH(
      TiledGram<T>(kernel, X, small),
      "TiledGram: one half of the 600 x 600 kernel values does not fit the budget: " +
          memory_plan<T>(600, 2, small).text());
  const TiledGram<T> K(kernel, X, exact);
  Mat<T> out;
  K.multiply(normal_matrix<T>(600, 1, 91), out);
  CHECK(out.n_rows == 600);
}

TEST_CASE("TiledGram refuses a dense copy over the budget, and bad points and threads", "[gram]") {
  arma::mat X = normal_matrix<double>(2, 1000, 92);
  const GramOptions tight{.memory_budget = 5300000};
  const TiledGram<double> K(kernel, X, tight);
  arma::mat out(1, 1, arma::fill::ones);
  REQUIRE_THROWS_AS(K.dense(out), BudgetError);
  REQUIRE_THROWS_WITH(K.dense(out),
                      "TiledGram::dense: the 1000 x 1000 kernel values need 8.00 MB, the budget is "
                      "5.30 MB");
  REQUIRE(out(0, 0) == 1);
  REQUIRE_THROWS_WITH(TiledGram<double>(kernel, X, {.threads = -2}),
                      "TiledGram: threads must be at least 0 (0: all), is -2");
  X(1, 700) = -arma::datum::inf;
  REQUIRE_THROWS_WITH(TiledGram<double>(kernel, X),
                      "TiledGram: X must be finite, X(1, 700) is -inf");
}
