#include "mercer/gram/dense_gram.hpp"

#include <utility>
#include <vector>

#include "mercer/core/errors.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::relative_difference;
using test::same_bits;

TEMPLATE_TEST_CASE("DenseGram multiplies, gathers and copies its matrix", "[gram]", float, double) {
  using T = TestType;
  const index_t n = GENERATE(0u, 1u, 255u, 256u, 257u, 600u);
  const index_t m = GENERATE(1u, 300u);
  CAPTURE(n, m);
  const Mat<T> M = normal_matrix<T>(n, m, 41);
  const DenseGram<T> K(M);
  REQUIRE(K.n_rows() == n);
  REQUIRE(K.n_cols() == m);
  REQUIRE(same_bits(K.matrix(), M));

  const Mat<T> V = normal_matrix<T>(m, 3, 42);
  const arma::mat in_double = arma::conv_to<arma::mat>::from(V);
  const arma::mat truth = arma::mat(arma::conv_to<arma::mat>::from(M) * in_double);
  Mat<T> product;
  K.multiply(V, product);
  CHECK(relative_difference(product, truth) <= 100 * double(arma::Datum<T>::eps));
  arma::mat product_in_double;
  K.multiply_in_double(in_double, product_in_double);
  CHECK(relative_difference(product_in_double, truth) <= 1e-14);

  Mat<T> out;
  K.dense(out);
  CHECK(same_bits(out, M));
  const std::vector<index_t> columns = test::random_indices(20, m, 43);
  K.gather_columns(columns, out);
  CHECK(same_bits(out, test::pick_columns(M, columns)));
}

TEMPLATE_TEST_CASE("DenseGram has the diagonal and the submatrices of its matrix", "[gram]", float,
                   double) {
  using T = TestType;
  const Mat<T> M = normal_matrix<T>(300, 300, 44);
  const DenseGram<T> K(M);
  CHECK(same_bits(K.diagonal(), Col<T>(M.diag())));

  const std::vector<index_t> rows = {299, 0, 0, 17}, columns = {5, 5, 256};
  const auto part = K.submatrix(rows, columns);
  Mat<T> out;
  part->dense(out);
  const Mat<T> expected = test::pick(M, rows, columns);
  CHECK(same_bits(out, expected));
  const std::vector<index_t> second = {1}, third = {2, 0};
  part->submatrix(second, third)->dense(out);
  CHECK(same_bits(out, Mat<T>{{expected(1, 2), expected(1, 0)}}));
}

TEMPLATE_TEST_CASE("DenseGram products have the same bits for any number of threads", "[gram]",
                   float, double) {
  using T = TestType;
  const Mat<T> M = normal_matrix<T>(1200, 700, 45), V = normal_matrix<T>(700, 2, 46);
  const arma::mat V_double = arma::conv_to<arma::mat>::from(V);
  Mat<T> first, out;
  arma::mat first_double, out_double;
  DenseGram<T>(M, {.threads = 1}).multiply(V, first);
  DenseGram<T>(M, {.threads = 1}).multiply_in_double(V_double, first_double);
  for (const int threads : {2, 3, 5}) {
    DenseGram<T>(M, {.threads = threads}).multiply(V, out);
    CHECK(same_bits(out, first));
    DenseGram<T>(M, {.threads = threads}).multiply_in_double(V_double, out_double);
    CHECK(same_bits(out_double, first_double));
  }
}

TEST_CASE("DenseGram takes a moved matrix without a copy", "[gram]") {
  arma::mat M = normal_matrix<double>(100, 100, 47);
  const double* memory = M.memptr();
  const DenseGram<double> K(std::move(M));
  REQUIRE(K.matrix().memptr() == memory);
}

TEST_CASE("DenseGram refuses values that are not finite, and copies over the budget", "[gram]") {
  arma::mat M(4, 3, arma::fill::ones);
  M(2, 1) = arma::datum::nan;
  REQUIRE_THROWS_WITH(DenseGram<double>(M), "DenseGram: K must be finite, K(2, 1) is nan");
  M(2, 1) = -arma::datum::inf;
  REQUIRE_THROWS_WITH(DenseGram<double>(M), "DenseGram: K must be finite, K(2, 1) is -inf");
  M(2, 1) = 1;
  const DenseGram<double> K(M, {.memory_budget = 95});
  arma::mat out;
  REQUIRE_THROWS_AS(K.dense(out), BudgetError);
  REQUIRE_THROWS_WITH(K.dense(out),
                      "DenseGram::dense: a copy of the kernel values need 96 bytes, the budget is "
                      "95 bytes");
}
