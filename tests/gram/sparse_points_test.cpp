// The Gram doors with sparse points: sizes, threads, errors; tests/kernel/sparse_kernels_test.cpp
// has the values.
#include "support/sparse_points.hpp"

#include <limits>
#include <string>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/gram/make_gram_operator.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/gram/tiled_gram.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/laplacian.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::relative_difference;
using test::same_bits;
using test::sparse_points;

TEMPLATE_TEST_CASE("gram of sparse points crosses the edges of tiles", "[gram]", float, double) {
  using T = TestType;
  const auto kernel = Rbf(0.2) + Linear();
  for (const index_t n : {index_t{1}, tile_edge - 1, tile_edge, 2 * tile_edge + 19}) {
    for (const index_t m : {index_t{1}, tile_edge + 1}) {
      CAPTURE(n, m);
      const SpMat<T> X = sparse_points<T>(30, n, 1), Y = sparse_points<T>(30, m, 2);
      const Mat<T> dense_X(X), dense_Y(Y);
      CHECK(relative_difference(gram(kernel, X), gram(kernel, dense_X)) <= 1e-6);
      CHECK(relative_difference(gram(kernel, X, Y), gram(kernel, dense_X, dense_Y)) <= 1e-6);
      CHECK(relative_difference(gram(kernel, X, dense_Y), gram(kernel, dense_X, dense_Y)) <= 1e-6);
      const Mat<T> V = normal_matrix<T>(n, 1, 3);
      CHECK(relative_difference(multiply(kernel, X, X, V), Mat<T>(gram(kernel, dense_X) * V)) <=
            1e-5);
    }
  }
}

TEMPLATE_TEST_CASE("sparse points give the same bits for any number of threads", "[gram]", float,
                   double) {
  using T = TestType;
  const index_t n = 2 * tile_edge + 19;
  const SpMat<T> X = sparse_points<T>(90, n, 1), Y = sparse_points<T>(90, 300, 2);
  const Mat<T> V = normal_matrix<T>(n, 1, 3), W = normal_matrix<T>(300, 3, 4);
  const Mat<T> dense_Y(Y);
  const auto kernel = Rbf(0.2) * Matern32(2) + Linear();
  const GramOptions alone{.threads = 1};
  const Mat<T> K = gram(kernel, X, alone), cross = gram(kernel, X, Y, alone);
  const Mat<T> mixed = gram(kernel, X, dense_Y, alone);
  const Mat<T> symmetric = multiply(kernel, X, X, V, alone);
  const Mat<T> product = multiply(kernel, X, Y, W, alone);
  Mat<T> tiled, out;
  TiledGram<T>(kernel, X, alone).multiply(V, tiled);
  for (const int threads : {2, 3, 5}) {
    CAPTURE(threads);
    const GramOptions team{.threads = threads};
    CHECK(same_bits(gram(kernel, X, team), K));
    CHECK(same_bits(gram(kernel, X, Y, team), cross));
    CHECK(same_bits(gram(kernel, X, dense_Y, team), mixed));
    CHECK(same_bits(multiply(kernel, X, X, V, team), symmetric));
    CHECK(same_bits(multiply(kernel, X, Y, W, team), product));
    TiledGram<T>(kernel, X, team).multiply(V, out);
    CHECK(same_bits(out, tiled));
  }
}

TEMPLATE_TEST_CASE("sparse points in many dimensions are no burden", "[gram]", float, double) {
  using T = TestType;
  const SpMat<T> X = sparse_points<T>(20000, 80, 1);
  const Mat<T> dense(X);
  for (const AnyKernel& kernel : std::vector<AnyKernel>{Rbf(0.2), Linear(), Laplacian(0.2)}) {
    CAPTURE(kernel->expression());
    const Mat<T> K = gram(*kernel, X);
    CHECK(relative_difference(K, gram(*kernel, dense)) <= (sizeof(T) == 8 ? 1e-11 : 1e-4));
  }
}

TEMPLATE_TEST_CASE("no sparse points give empty matrices", "[gram]", float, double) {
  using T = TestType;
  const SpMat<T> none(3, 0), X = sparse_points<T>(3, 5, 1);
  const Mat<T> dense_none(3, 0), dense(X);
  REQUIRE(arma::size(gram(Rbf(1), none)) == arma::SizeMat(0, 0));
  REQUIRE(arma::size(gram(Rbf(1), none, X)) == arma::SizeMat(0, 5));
  REQUIRE(arma::size(gram(Rbf(1), X, none)) == arma::SizeMat(5, 0));
  REQUIRE(arma::size(gram(Rbf(1), X, dense_none)) == arma::SizeMat(5, 0));
  REQUIRE(arma::size(gram(Rbf(1), none, dense)) == arma::SizeMat(0, 5));
  REQUIRE(arma::size(multiply(Rbf(1), none, X, Mat<T>(5, 2, arma::fill::ones))) ==
          arma::SizeMat(0, 2));
  const Mat<T> product = multiply(Rbf(1), X, none, Mat<T>(0, 2));
  REQUIRE(same_bits(product, Mat<T>(5, 2, arma::fill::zeros)));
  REQUIRE(MatrixFreeGram<T>(Rbf(1), none).diagonal().is_empty());
  REQUIRE(TiledGram<T>(Rbf(1), none).diagonal().is_empty());
  REQUIRE(make_gram_operator(Rbf(1), none)->n_rows() == 0);
}

TEMPLATE_TEST_CASE("points without features, or without stored values, are all one", "[gram]",
                   float, double) {
  using T = TestType;
  for (const index_t d : {0u, 1u, 9u}) {
    const SpMat<T> X(d, 40);
    const Mat<T> dense(d, 40, arma::fill::zeros), ones(40, 40, arma::fill::ones);
    REQUIRE(same_bits(gram(Rbf(1), X), ones));
    REQUIRE(same_bits(gram(Rbf(1), X, dense), ones));
    REQUIRE(same_bits(gram(Laplacian(1), dense, X), ones));
    REQUIRE(same_bits(gram(Linear(), X), Mat<T>(40, 40, arma::fill::zeros)));
  }
}

TEST_CASE("a sparse matrix may have been written just before", "[gram]") {
  const auto written = [] {  // element by element: Armadillo keeps these aside
    arma::sp_mat X(6, 4);
    X(5, 0) = 2;
    X(5, 3) = -3;
    X(0, 3) = 7;
    return X;
  };
  const arma::mat expected = arma::mat(written()).t() * arma::mat(written());
  const arma::mat ones(4, 1, arma::fill::ones);
  REQUIRE(same_bits(gram(Linear(), written()), expected));
  const arma::sp_mat X = written(), Y = written(), Z = written(), U = written();
  REQUIRE(same_bits(gram(Linear(), X, Y), expected));
  REQUIRE(same_bits(multiply(Linear(), Z, arma::mat(U), ones), arma::mat(expected * ones)));
  const arma::sp_mat A = written(), B = written(), C = written();
  arma::mat out;
  TiledGram<double>(Linear(), A).dense(out);
  REQUIRE(same_bits(out, expected));
  MatrixFreeGram<double>(Linear(), B).dense(out);
  REQUIRE(same_bits(out, expected));
  make_gram_operator(Linear(), C)->dense(out);
  REQUIRE(same_bits(out, expected));
}

TEMPLATE_TEST_CASE("sparse points that are not finite are refused at their place", "[gram]", float,
                   double) {
  using T = TestType;
  SpMat<T> good(30, 9);
  good(3, 2) = 1;
  for (const auto& [bad, name] :
       std::vector<std::pair<T, std::string>>{{std::numeric_limits<T>::quiet_NaN(), "nan"},
                                              {-std::numeric_limits<T>::infinity(), "-inf"}}) {
    SpMat<T> X = good;
    X(21, 7) = bad;
    const Mat<T> dense(good), V(9, 1, arma::fill::ones);
    const std::string in_X = ": X must be finite, X(21, 7) is " + name;
    const std::string in_Y = ": Y must be finite, Y(21, 7) is " + name;
    REQUIRE_THROWS_AS(gram(Rbf(1), X), NonFiniteError);
    REQUIRE_THROWS_WITH(gram(Rbf(1), X), "gram" + in_X);
    REQUIRE_THROWS_WITH(gram(Rbf(1), X, good), "gram" + in_X);
    REQUIRE_THROWS_WITH(gram(Rbf(1), good, X), "gram" + in_Y);
    REQUIRE_THROWS_WITH(gram(Rbf(1), dense, X), "gram" + in_Y);
    REQUIRE_THROWS_WITH(multiply(Rbf(1), X, good, V), "multiply" + in_X);
    REQUIRE_THROWS_WITH(multiply(Rbf(1), good, X, V), "multiply" + in_Y);
    REQUIRE_THROWS_WITH(TiledGram<T>(Rbf(1), X), "TiledGram" + in_X);
    REQUIRE_THROWS_WITH(MatrixFreeGram<T>(Rbf(1), X), "MatrixFreeGram" + in_X);
    REQUIRE_THROWS_WITH(MatrixFreeGram<T>(Rbf(1), Points<T>(good), Points<T>(X)),
                        "MatrixFreeGram" + in_Y);
    REQUIRE_THROWS_WITH(make_gram_operator(Rbf(1), X), "gram" + in_X);
  }
}

TEST_CASE("gram of sparse points refuses wrong shapes and what exceeds the budget", "[gram]") {
  const arma::sp_mat X(3, 100), Y(2, 5);
  REQUIRE_THROWS_WITH(gram(Rbf(1), X, Y),
                      "gram: Y must have 3 rows (one per feature, as X has; one column per point), "
                      "has 2");
  REQUIRE_THROWS_WITH(multiply(Rbf(1), X, X, arma::mat(5, 1)),
                      "multiply: V must have 100 rows (one per point of Y), has 5");
  arma::mat out(1, 1, arma::fill::ones);
  REQUIRE_THROWS_AS(gram_into(out, Rbf(1), X, {.memory_budget = 79999}), BudgetError);
  REQUIRE(out(0, 0) == 1);
}
