#include "mercer/gram/matrix_free_gram.hpp"

#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::relative_difference;
using test::same_bits;

namespace {

const Rbf kernel(0.1);

// K V in double from the rounded points: what a float operator is an approximation of.
template <class T>
arma::mat true_product(const Mat<T>& X, const Mat<T>& Y, const arma::mat& V) {
  return gram<double>(kernel, arma::conv_to<arma::mat>::from(X),
                      arma::conv_to<arma::mat>::from(Y)) *
         V;
}

}  // namespace

TEMPLATE_TEST_CASE("MatrixFreeGram multiplies as the explicit matrix does", "[gram]", float,
                   double) {
  using T = TestType;
  const index_t n = GENERATE(0u, 1u, 255u, 256u, 257u, 600u);
  const index_t m = GENERATE(1u, 257u);
  CAPTURE(n, m);
  const Mat<T> X = normal_matrix<T>(6, n, 51), Y = normal_matrix<T>(6, m, 52);
  const arma::mat V = arma::conv_to<arma::mat>::from(normal_matrix<float>(m, 3, 53));
  const MatrixFreeGram<T> K(kernel, X, Y);
  const arma::mat truth = true_product(X, Y, V);
  Mat<T> product;
  K.multiply(arma::conv_to<Mat<T>>::from(V), product);
  CHECK(relative_difference(product, truth) <= 100 * double(arma::Datum<T>::eps));
  arma::mat in_double;
  K.multiply_in_double(V, in_double);
  CHECK(relative_difference(in_double, truth) <= 1e-14);
}

TEST_CASE("multiply_in_double of floats is far closer to the truth than multiply", "[gram]") {
  const arma::fmat X = normal_matrix<float>(30, 400, 54), V = normal_matrix<float>(400, 2, 55);
  const arma::mat V_double = arma::conv_to<arma::mat>::from(V);
  const MatrixFreeGram<float> K(kernel, X);
  const arma::mat truth = true_product(X, X, V_double);
  arma::fmat product;
  K.multiply(V, product);
  arma::mat in_double;
  K.multiply_in_double(V_double, in_double);
  const double error = relative_difference(product, truth);
  CHECK(error >= 1e-8);  // what floats cannot do better
  CHECK(relative_difference(in_double, truth) <= 1e-6 * error);
}

TEMPLATE_TEST_CASE("MatrixFreeGram has the bits of gram", "[gram]", float, double) {
  using T = TestType;
  const index_t n = GENERATE(0u, 1u, 255u, 256u, 257u, 600u);
  CAPTURE(n);
  const Mat<T> X = normal_matrix<T>(4, n, 56), Y = normal_matrix<T>(4, 300, 57);
  const Mat<T> square = gram<T>(kernel, X), wide = gram<T>(kernel, X, Y);
  const MatrixFreeGram<T> K(kernel, X), K_wide(kernel, X, Y);

  Mat<T> out;
  K.dense(out);
  CHECK(same_bits(out, square));
  CHECK(same_bits(K.diagonal(), Col<T>(square.diag())));
  K_wide.dense(out);
  CHECK(same_bits(out, wide));
  // neighbours, descending neighbours, repeats, both ends
  for (const std::vector<index_t>& columns : std::vector<std::vector<index_t>>{
           {0}, {5, 6, 7, 8}, {8, 7, 6}, {3, 3, 3}, {299, 0, 1, 298, 299}, {}}) {
    K_wide.gather_columns(columns, out);
    CHECK(same_bits(out, test::pick_columns(wide, columns)));
  }
}

TEMPLATE_TEST_CASE("a square MatrixFreeGram of two sets has the diagonal of their pairs", "[gram]",
                   float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(4, 300, 58), Y = normal_matrix<T>(4, 300, 59);
  CHECK(
      same_bits(MatrixFreeGram<T>(kernel, X, Y).diagonal(), Col<T>(gram<T>(kernel, X, Y).diag())));
}

TEMPLATE_TEST_CASE("submatrices of a MatrixFreeGram have the bits of the matrix", "[gram]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(7, 300, 60), Y = normal_matrix<T>(7, 280, 61);
  const MatrixFreeGram<T> K(kernel, X), K_wide(kernel, X, Y);
  const Mat<T> square = gram<T>(kernel, X), wide = gram<T>(kernel, X, Y);
  const std::vector<index_t> rows = test::random_indices(270, 280, 62);  // some of them twice
  const std::vector<index_t> columns = test::random_indices(30, 280, 63);
  const std::vector<index_t> none;
  const Mat<T> V = normal_matrix<T>(30, 2, 64);

  for (const auto& row_set : {rows, columns, none}) {
    for (const auto& column_set : {rows, columns, none}) {
      CAPTURE(row_set.size(), column_set.size());
      Mat<T> out;
      K.submatrix(row_set, column_set)->dense(out);
      CHECK(same_bits(out, test::pick(square, row_set, column_set)));
      K_wide.submatrix(row_set, column_set)->dense(out);
      CHECK(same_bits(out, test::pick(wide, row_set, column_set)));
    }
  }
  const auto part = K.submatrix(columns, columns);
  CHECK(same_bits(part->diagonal(), Col<T>(test::pick(square, columns, columns).diag())));
  // of a two-set operator the same indices on both sides do not make a symmetric matrix
  CHECK(same_bits(K_wide.submatrix(columns, columns)->diagonal(),
                  Col<T>(test::pick(wide, columns, columns).diag())));
  const std::vector<index_t> inner = {29, 3, 3};
  Mat<T> out;
  K.submatrix(rows, columns)->submatrix(inner, inner)->dense(out);
  const Mat<T> outer = test::pick(square, rows, columns);
  CHECK(same_bits(out, test::pick(outer, inner, inner)));
}

TEMPLATE_TEST_CASE("MatrixFreeGram has the same bits for any number of threads", "[gram]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(300, 1100, 65), V = normal_matrix<T>(1100, 2, 66);
  const arma::mat V_double = arma::conv_to<arma::mat>::from(V);
  const std::vector<index_t> columns = {1000, 4, 5};  // three strips of rows at 300 features
  Mat<T> first[2], out;
  arma::mat first_double, out_double;
  for (const int threads : {1, 2, 3, 5}) {
    CAPTURE(threads);
    const MatrixFreeGram<T> K(kernel, X, {.threads = threads});
    if (threads == 1) {
      K.multiply(V, first[0]);
      K.gather_columns(columns, first[1]);
      K.multiply_in_double(V_double, first_double);
      continue;
    }
    K.multiply(V, out);
    CHECK(same_bits(out, first[0]));
    K.gather_columns(columns, out);
    CHECK(same_bits(out, first[1]));
    K.multiply_in_double(V_double, out_double);
    CHECK(same_bits(out_double, first_double));
  }
}

TEST_CASE("MatrixFreeGram refuses bad points and matrices over the budget", "[gram]") {
  arma::mat X = normal_matrix<double>(3, 5, 67);
  const arma::mat Y = normal_matrix<double>(2, 5, 68);
  REQUIRE_THROWS_WITH(MatrixFreeGram<double>(kernel, X, Y),
                      "MatrixFreeGram: Y must have 3 rows (one per feature, as X has), has 2");
  const MatrixFreeGram<double> K(kernel, X, {.memory_budget = 199});
  arma::mat out;
  REQUIRE_THROWS_AS(K.dense(out), BudgetError);
  REQUIRE_THROWS_WITH(K.dense(out),
                      "MatrixFreeGram::dense: the 5 x 5 kernel values need 200 bytes, the "
                      "budget is 199 bytes");
  arma::mat bad = X;
  bad(2, 3) = arma::datum::inf;
  REQUIRE_THROWS_WITH(MatrixFreeGram<double>(kernel, bad),
                      "MatrixFreeGram: X must be finite, X(2, 3) is inf");
  REQUIRE_THROWS_WITH(MatrixFreeGram<double>(kernel, X, bad),
                      "MatrixFreeGram: Y must be finite, Y(2, 3) is inf");
}

TEST_CASE("MatrixFreeGram keeps its own copy of the kernel", "[gram]") {
  const arma::mat X = normal_matrix<double>(3, 20, 69);
  const auto make = [&] { return std::make_unique<MatrixFreeGram<double>>(Rbf(0.25), X); };
  arma::mat out;
  make()->dense(out);
  REQUIRE(same_bits(out, gram(Rbf(0.25), X)));
}
