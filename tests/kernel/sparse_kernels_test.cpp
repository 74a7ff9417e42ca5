// Every kernel on sparse points against itself on the same points dense, through every door.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "mercer/gram/gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/gram/tiled_gram.hpp"
#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/cauchy.hpp"
#include "mercer/kernel/chi_squared.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/cosine.hpp"
#include "mercer/kernel/histogram_intersection.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/laplacian.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/periodic.hpp"
#include "mercer/kernel/point_kernel.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rational_quadratic.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/kernel/subset.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/sparse_points.hpp"

using namespace mercer;
using test::normal_matrix;
using test::same_bits;
using test::sparse_points;

namespace {

std::vector<AnyKernel> kernels_of(index_t d) {
  std::vector<double> weights;
  for (index_t k = 0; k < d; ++k) weights.push_back(0.5 + 0.25 * double(k % 5));
  std::vector<index_t> features = {d - 1};  // not in their order
  for (index_t k = 0; k + 1 < d; k += 2) features.push_back(k);
  return {Linear(),
          Polynomial(3, 0.3, 1.1),
          Sigmoid(0.3, -0.2),
          Rbf(0.3),
          Laplacian(0.3),
          Matern12(1.3),
          Matern32(1.3),
          Matern52(1.3),
          RationalQuadratic(0.8, 1.3),
          Periodic(2.7, 0.9),
          Cosine(),
          Cauchy(0.7),
          ChiSquared(0.7),
          HistogramIntersection(),
          Ard(weights, Rbf(0.3)),
          Ard(weights, Linear()),
          Ard(weights, ChiSquared(0.7)),
          Subset(features, Rbf(0.3)),
          Subset(features, HistogramIntersection()),
          Subset(features, Cosine()),
          Rbf(0.3) + Linear(),
          Matern32(1.3) * Laplacian(0.2) + 0.5 * pow(Cosine() + Linear(), 2),
          make_kernel<Statistic::squared_distance>("bump", [](auto d2) { return 1 / (1 + d2); }),
          make_point_kernel("products", [](auto x, auto y) {
            double sum = 0;
            for (std::size_t k = 0; k < x.size(); ++k) sum += double(x[k]) * double(y[k]);
            return sum;
          })};
}

// "" if no entry is further away than rounding explains.
template <class T>
std::string mismatch(const Mat<T>& actual, const Mat<T>& expected) {
  if (arma::size(actual) != arma::size(expected)) return "another shape";
  if (expected.is_empty()) return "";
  const double error = double(arma::abs(actual - expected).max() / arma::abs(expected).max());
  if (error <= (sizeof(T) == 8 ? 1e-12 : 1e-5)) return "";
  return "relative difference " + std::to_string(error);
}

}  // namespace

TEMPLATE_TEST_CASE("kernels of sparse points are those of dense points", "[kernel]", float,
                   double) {
  using T = TestType;
  const index_t n = 60;
  const index_t m = 37;
  for (const index_t d : {1u, 5u, 70u}) {
    const SpMat<T> X = sparse_points<T>(d, n, 1, true), Y = sparse_points<T>(d, m, 2, true);
    const Mat<T> dense_X(X), dense_Y(Y);
    const GramOptions options{.threads = 1};
    for (const AnyKernel& kernel : kernels_of(d)) {
      CAPTURE(kernel->expression(), d);
      const Mat<T> K = gram(*kernel, X, options);
      REQUIRE(mismatch(K, gram(*kernel, dense_X, options)) == "");
      REQUIRE(same_bits(K, Mat<T>(K.st())));
      REQUIRE(same_bits(gram(*kernel, X, X, options), K));
      const SpMat<T> copy = X;
      REQUIRE(same_bits(gram(*kernel, X, copy, options), K));

      const Mat<T> cross = gram(*kernel, X, Y, options);
      const Mat<T> expected = gram(*kernel, dense_X, dense_Y, options);
      REQUIRE(mismatch(cross, expected) == "");
      REQUIRE(mismatch(gram(*kernel, X, dense_Y, options), expected) == "");
      REQUIRE(mismatch(gram(*kernel, dense_X, Y, options), expected) == "");
      REQUIRE(same_bits(gram(*kernel, Y, X, options), Mat<T>(cross.st())));
      Mat<T> out;
      gram_into(out, *kernel, X, options);
      REQUIRE(same_bits(out, K));
      gram_into(out, *kernel, X, Y, options);
      REQUIRE(same_bits(out, cross));
      gram_into(out, *kernel, X, dense_Y, options);
      REQUIRE(mismatch(out, expected) == "");
    }
  }
}

TEMPLATE_TEST_CASE("operators of sparse points have the entries of gram", "[kernel]", float,
                   double) {
  using T = TestType;
  const index_t n = 60;
  const index_t d = 70;
  const SpMat<T> X = sparse_points<T>(d, n, 1, true), Y = sparse_points<T>(d, 37, 2, true);
  const Mat<T> dense_Y(Y), V = normal_matrix<T>(n, 2, 1), W = normal_matrix<T>(37, 1, 2);
  const arma::mat V_double = arma::conv_to<arma::mat>::from(V);
  const std::vector<index_t> rows = {59, 3, 3, 0, 17, 18}, columns = {5, 6, 36, 0};
  const GramOptions options{.threads = 1};
  for (const AnyKernel& kernel : kernels_of(d)) {
    CAPTURE(kernel->expression());
    const Mat<T> K = gram(*kernel, X, options), cross = gram(*kernel, X, Y, options);
    const Mat<T> mixed = gram(*kernel, X, dense_Y, options);
    REQUIRE(mismatch(multiply(*kernel, X, X, V, options), Mat<T>(K * V)) == "");
    REQUIRE(mismatch(multiply(*kernel, X, Y, W, options), Mat<T>(cross * W)) == "");
    REQUIRE(mismatch(multiply(*kernel, X, dense_Y, W, options), Mat<T>(mixed * W)) == "");
    REQUIRE(mismatch(multiply(*kernel, dense_Y, X, V, options), Mat<T>(mixed.st() * V)) == "");

    const MatrixFreeGram<T> free(*kernel, X, options);
    const MatrixFreeGram<T> free_cross(*kernel, Points<T>(X), Points<T>(Y), options);
    const MatrixFreeGram<T> free_mixed(*kernel, Points<T>(X), Points<T>(dense_Y), options);
    const TiledGram<T> tiled(*kernel, X, options);
    Mat<T> out;
    free.dense(out);
    REQUIRE(same_bits(out, K));
    tiled.dense(out);
    REQUIRE(same_bits(out, K));
    free_cross.dense(out);
    REQUIRE(same_bits(out, cross));
    free_mixed.dense(out);
    REQUIRE(same_bits(out, mixed));
    free_mixed.gather_columns(columns, out);
    REQUIRE(same_bits(out, test::pick_columns(mixed, columns)));
    REQUIRE(same_bits(tiled.diagonal(), Col<T>(K.diag())));
    free.submatrix(rows, rows)->dense(out);
    REQUIRE(same_bits(out, test::pick(K, rows, rows)));
    free_cross.submatrix(rows, columns)->dense(out);
    REQUIRE(same_bits(out, test::pick(cross, rows, columns)));
    free_mixed.submatrix(rows, columns)->dense(out);
    REQUIRE(same_bits(out, test::pick(mixed, rows, columns)));

    const arma::mat truth =
        gram(*kernel, arma::sp_mat(arma::conv_to<arma::mat>::from(Mat<T>(X))), options) * V_double;
    arma::mat in_double;
    free.multiply_in_double(V_double, in_double);
    REQUIRE(mismatch(in_double, truth) == "");
    tiled.multiply_in_double(V_double, in_double);
    REQUIRE(mismatch(arma::conv_to<Mat<T>>::from(in_double), Mat<T>(K * V)) == "");
    free.multiply(V, out);
    REQUIRE(mismatch(out, Mat<T>(K * V)) == "");
    tiled.multiply(V, out);
    REQUIRE(mismatch(out, Mat<T>(K * V)) == "");
  }
}

TEMPLATE_TEST_CASE("the diagonal of sparse points is the one of their matrix", "[kernel]", float,
                   double) {
  using T = TestType;
  const SpMat<T> X = sparse_points<T>(70, 60, 1, true);
  for (const AnyKernel& kernel : kernels_of(70)) {
    CAPTURE(kernel->expression());
    const Mat<T> K = gram(*kernel, X);
    const Col<T> diagonal = MatrixFreeGram<T>(*kernel, X).diagonal();
    REQUIRE(mismatch(Mat<T>(diagonal), Mat<T>(K.diag())) == "");
  }
}

TEMPLATE_TEST_CASE("equal sparse points have the kernel value of a point with itself", "[kernel]",
                   float, double) {
  using T = TestType;
  const SpMat<T> X = sparse_points<T>(300, 40, 1, true);  // the last is a copy of the third
  for (const AnyKernel& kernel :
       std::vector<AnyKernel>{Rbf(3), Laplacian(3), Matern12(0.1), Matern52(0.1), Cauchy(0.1),
                              RationalQuadratic(2, 0.1), ChiSquared(3), Cosine()}) {
    CAPTURE(kernel->expression());
    const Mat<T> K = gram(*kernel, X);
    REQUIRE(K(2, 39) == 1);
    REQUIRE(K(2, 2) == 1);
    REQUIRE(K(2, 3) < T(0.999));
  }
}

TEMPLATE_TEST_CASE("cosine of sparse points does not depend on their size", "[kernel]", float,
                   double) {
  using T = TestType;
  const T big = std::numeric_limits<T>::max();
  const T tiny = std::numeric_limits<T>::denorm_min();
  const SpMat<T> X(Mat<T>{{big, tiny, 0, T(0.1), 3}, {big, tiny, 0, T(0.1), -3}});
  const Mat<T> K = gram(Cosine(), X);
  REQUIRE(K(0, 0) == 1);
  REQUIRE(K(0, 1) == 1);
  REQUIRE(K(1, 3) == 1);
  REQUIRE(K(1, 4) == 0);
  REQUIRE(arma::all(K.col(2) == 0));  // nothing is stored
}

TEMPLATE_TEST_CASE("kernels for histograms refuse negative stored values, naming the entry",
                   "[kernel]", float, double) {
  using T = TestType;
  SpMat<T> X(5, 9);
  X(0, 1) = 1;
  X(4, 8) = 2;
  SpMat<T> Y = X;
  Y(2, 7) = -1;
  const Mat<T> dense_X(X);
  for (const AnyKernel& kernel :
       std::vector<AnyKernel>{ChiSquared(1), HistogramIntersection(), Rbf(1) + ChiSquared(2)}) {
    REQUIRE_NOTHROW(gram(*kernel, X));
    REQUIRE_THROWS_WITH(gram(*kernel, Y), Catch::Contains("X(2, 7) is -1"));
    REQUIRE_THROWS_WITH(gram(*kernel, X, Y), Catch::Contains("Y(2, 7) is -1"));
    REQUIRE_THROWS_WITH(gram(*kernel, dense_X, Y), Catch::Contains("Y(2, 7) is -1"));
    REQUIRE_THROWS_WITH(TiledGram<T>(*kernel, Y), Catch::Contains("X(2, 7) is -1"));
    REQUIRE_THROWS_WITH(MatrixFreeGram<T>(*kernel, Y), Catch::Contains("X(2, 7) is -1"));
  }
}

TEST_CASE("kernels refuse sparse points of another dimension", "[kernel]") {
  const arma::sp_mat X(3, 4), Y(2, 4);
  for (const AnyKernel& kernel : kernels_of(3)) {
    CAPTURE(kernel->expression());
    REQUIRE_THROWS_AS(kernel->bind(Points<double>(X), Points<double>(Y)), std::invalid_argument);
  }
}

TEST_CASE("features and weights are checked on sparse points", "[kernel]") {
  const arma::sp_mat X(3, 4);
  REQUIRE_THROWS_WITH(gram(Ard({1, 2}, Linear()), X),
                      Catch::Contains("must have 2 rows (one per weight), has 3"));
  REQUIRE_THROWS_WITH(gram(Subset({0, 3}, Linear()), X),
                      Catch::Contains("the points have no feature 3"));
}
