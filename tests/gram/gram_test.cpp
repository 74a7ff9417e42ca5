#include "mercer/gram/gram.hpp"

#include <atomic>
#include <limits>
#include <string>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/point_kernel.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/random_points.hpp"

using namespace mercer;

namespace {

constexpr index_t t = tile_edge;

template <class T>
Mat<T> nan_matrix(index_t rows, index_t cols) {
  Mat<T> M(rows, cols);
  M.fill(std::numeric_limits<T>::quiet_NaN());
  return M;
}

}  // namespace

TEMPLATE_TEST_CASE("gram has the same bits for any number of threads", "[gram]", float, double) {
  using T = TestType;
  const Mat<T> X = random_points<T>(7, 3 * t + 19, 1);
  const Mat<T> Y = random_points<T>(7, 2 * t - 1, 2);
  const Mat<T> V = random_points<T>(2 * t - 1, 5, 3);
  const auto kernel = Rbf(0.2) + Polynomial(2, 0.1, 1);
  const Mat<T> K = gram(kernel, X, {.threads = 1});
  const Mat<T> cross = gram(kernel, X, Y, {.threads = 1});
  const Mat<T> product = multiply(kernel, X, Y, V, {.threads = 1});
  for (const int threads : {0, 2, 3, 5}) {
    CAPTURE(threads);
    REQUIRE(identical<T>(gram(kernel, X, {.threads = threads}), K));
    REQUIRE(identical<T>(gram(kernel, X, Y, {.threads = threads}), cross));
    REQUIRE(identical<T>(multiply(kernel, X, Y, V, {.threads = threads}), product));
  }
}

TEMPLATE_TEST_CASE("gram is symmetric, and does not depend on the other points", "[gram]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = random_points<T>(4, 2 * t + 19, 1);
  const Mat<T> K = gram(Rbf(0.3), X);
  REQUIRE(identical<T>(K, K.st()));
  REQUIRE(arma::all(Col<T>(K.diag()) == 1));
  const Mat<T> part = X.cols(100, 420);
  REQUIRE(identical<T>(gram(Rbf(0.3), part), K.submat(100, 100, 420, 420)));
  REQUIRE(identical<T>(gram(Rbf(0.3), part, X), K.rows(100, 420)));
}

TEST_CASE("gram computes each pair once, but for the edge of the diagonal", "[gram]") {
  std::atomic<index_t> pairs = 0;
  const auto counting = make_point_kernel("counting", [&pairs](auto x, auto y) {
    ++pairs;
    return x[0] * y[0];
  });
  const index_t n = 2 * t + 19;
  gram(counting, random_points<double>(1, n, 1), {.threads = 2});
  REQUIRE(pairs >= n * (n + 1) / 2);
  REQUIRE(pairs <= n * (n + 1) / 2 + 16 * n);
}

TEMPLATE_TEST_CASE("gram_into takes the memory that is there and overwrites all of it", "[gram]",
                   float, double) {
  using T = TestType;
  const Mat<T> X = random_points<T>(3, t + 19, 1);
  const Mat<T> Y = random_points<T>(3, 40, 2);
  Mat<T> K = nan_matrix<T>(t + 19, t + 19);
  const T* memory = K.memptr();
  gram_into(K, Rbf(0.3), X);
  REQUIRE(K.memptr() == memory);
  REQUIRE(identical<T>(K, gram(Rbf(0.3), X)));
  gram_into(K, Linear(), X);  // old values are not added to
  REQUIRE(K.memptr() == memory);
  REQUIRE(identical<T>(K, gram(Linear(), X)));
  Mat<T> cross = nan_matrix<T>(t + 19, 40);
  memory = cross.memptr();
  gram_into(cross, Rbf(0.3), X, Y);
  REQUIRE(cross.memptr() == memory);
  REQUIRE(identical<T>(cross, gram(Rbf(0.3), X, Y)));
  gram_into(cross, Rbf(0.3), Y);  // another shape
  REQUIRE(identical<T>(cross, gram(Rbf(0.3), Y)));
}

TEMPLATE_TEST_CASE("a prepared kernel forgets the points before", "[gram]", float, double) {
  using T = TestType;
  Mat<T> X = random_points<T>(3, 30, 1);
  const Ard kernel({1, 2, 3}, Rbf(0.3));
  const Mat<T> before = gram(kernel, X);
  X(0, 0) += 1;
  const Mat<T> after = gram(kernel, X);
  REQUIRE(before(0, 1) != after(0, 1));
  REQUIRE(before(1, 2) == after(1, 2));
}

TEMPLATE_TEST_CASE("multiply is gram times V", "[gram]", float, double) {
  using T = TestType;
  const double u = std::numeric_limits<T>::epsilon() / 2.0;
  const auto kernel = Rbf(0.1) + Linear();
  for (const index_t n : {index_t{1}, t - 1, t, 2 * t + 19}) {
    for (const index_t m : {index_t{1}, t, t + 1, 2 * t + 19}) {
      for (const index_t columns : {1u, 3u}) {
        CAPTURE(n, m, columns);
        const Mat<T> X = random_points<T>(3, n, 1);
        const Mat<T> Y = random_points<T>(3, m, 2);
        const Mat<T> V = random_points<T>(m, columns, 3);
        const arma::mat K = arma::conv_to<arma::mat>::from(gram(kernel, X, Y));
        const arma::mat W = arma::conv_to<arma::mat>::from(V);
        const arma::mat product = arma::conv_to<arma::mat>::from(multiply(kernel, X, Y, V));
        const arma::mat bound = 2 * (double(m) + 1) * u * arma::abs(K) * arma::abs(W);
        REQUIRE(arma::size(product) == arma::size(bound));
        REQUIRE(arma::all(arma::vectorise(arma::abs(product - K * W) <= bound)));
      }
    }
  }
}

TEMPLATE_TEST_CASE("multiply of a set with itself uses both halves of each tile", "[gram]", float,
                   double) {
  using T = TestType;
  const double u = std::numeric_limits<T>::epsilon() / 2.0;
  const auto kernel = Rbf(0.1) + Linear();
  // One block, an odd and an even number of blocks, blocks that are cut.
  for (const index_t n : {index_t{1}, index_t{31}, index_t{33}, index_t{1000}, 9 * t + 7}) {
    for (const index_t columns : {1u, 3u}) {
      CAPTURE(n, columns);
      const Mat<T> X = random_points<T>(3, n, 1);
      const Mat<T> V = random_points<T>(n, columns, 3);
      const Mat<T> product = multiply(kernel, X, X, V, {.threads = 1});
      const arma::mat K = arma::conv_to<arma::mat>::from(gram(kernel, X));
      const arma::mat W = arma::conv_to<arma::mat>::from(V);
      const arma::mat bound = 2 * (double(n) + 1) * u * arma::abs(K) * arma::abs(W);
      const arma::mat error = arma::abs(arma::conv_to<arma::mat>::from(product) - K * W);
      REQUIRE(arma::all(arma::vectorise(error <= bound)));
      for (const int threads : {2, 3, 5}) {
        REQUIRE(identical<T>(multiply(kernel, X, X, V, {.threads = threads}), product));
      }
    }
  }
}

TEST_CASE(
    "multiply of a set with itself computes each pair once, but for the blocks on the diagonal",
    "[gram]") {
  std::atomic<index_t> pairs = 0;
  const auto counting = make_point_kernel("counting", [&pairs](auto x, auto y) {
    ++pairs;
    return x[0] * y[0];
  });
  const index_t n = 1100;
  const arma::mat X = random_points<double>(1, n, 1);
  multiply(counting, X, X, arma::mat(n, 1, arma::fill::ones), {.threads = 2});
  REQUIRE(pairs >= n * (n + 1) / 2);
  REQUIRE(pairs <= n * (n + 1) / 2 + 32 * n);
}

TEMPLATE_TEST_CASE("no points give empty matrices, and products that are 0", "[gram]", float,
                   double) {
  using T = TestType;
  const Mat<T> none(3, 0);
  const Mat<T> X = random_points<T>(3, 5, 1);
  REQUIRE(arma::size(gram(Rbf(1), none)) == arma::SizeMat(0, 0));
  REQUIRE(arma::size(gram(Rbf(1), none, X)) == arma::SizeMat(0, 5));
  REQUIRE(arma::size(gram(Rbf(1), X, none)) == arma::SizeMat(5, 0));
  REQUIRE(arma::size(multiply(Rbf(1), none, X, Mat<T>(5, 2, arma::fill::ones))) ==
          arma::SizeMat(0, 2));
  REQUIRE(arma::size(multiply(Rbf(1), X, X, Mat<T>(5, 0))) == arma::SizeMat(5, 0));
  const Mat<T> product = multiply(Rbf(1), X, none, Mat<T>(0, 2));
  REQUIRE(identical<T>(product, Mat<T>(5, 2, arma::fill::zeros)));
}

TEST_CASE("gram refuses what does not fit the budget, with the numbers", "[gram]") {
  const arma::mat X(2, 1000, arma::fill::ones);
  const GramOptions small{.memory_budget = 1000000};
  REQUIRE_THROWS_AS(gram(Rbf(1), X, small), BudgetError);
  REQUIRE_THROWS_WITH(gram(Rbf(1), X, small),
                      "gram: the 1000 x 1000 kernel values do not fit the budget: dense 8.02 MB, "
                      "tiled 5.26 MB, matrix-free 16.00 kB; with a budget of 1.00 MB: matrix-free");
  REQUIRE_THROWS_WITH(gram(Rbf(1), X, X, small), Catch::Contains("1000 x 1000"));
  REQUIRE_NOTHROW(gram(Rbf(1), X, {.memory_budget = 8016000}));
  REQUIRE_THROWS_AS(gram(Rbf(1), X, {.memory_budget = 8015999}), BudgetError);
  REQUIRE_NOTHROW(multiply(Rbf(1), X, X, arma::mat(1000, 1, arma::fill::ones), small));
  arma::mat out(1, 1, arma::fill::ones);
  REQUIRE_THROWS_AS(gram_into(out, Rbf(1), X, small), BudgetError);
  REQUIRE(out(0, 0) == 1);
}

TEST_CASE("gram refuses a matrix whose size overflows", "[gram]") {
  // No features, so that the points need no memory.
  const arma::mat X(0, 3000000000);
  REQUIRE_THROWS_WITH(
      gram(Linear(), X),
      Catch::StartsWith("gram: the 3000000000 x 3000000000 kernel values do not fit"));
}

TEST_CASE("gram refuses wrong shapes, naming the rule", "[gram]") {
  const arma::mat X(3, 4, arma::fill::ones);
  const arma::mat Y(2, 5, arma::fill::ones);
  REQUIRE_THROWS_WITH(gram(Rbf(1), X, Y),
                      "gram: Y must have 3 rows (one per feature, as X has; one column per point), "
                      "has 2");
  REQUIRE_THROWS_WITH(multiply(Rbf(1), X, X, arma::mat(5, 1)),
                      "multiply: V must have 4 rows (one per point of Y), has 5");
  REQUIRE_THROWS_AS(gram(Rbf(1), X, {.threads = -1}), std::invalid_argument);
  arma::mat same = X;
  REQUIRE_THROWS_AS(gram_into(same, Rbf(1), same), std::invalid_argument);
  REQUIRE(arma::size(same) == arma::size(X));
}

TEMPLATE_TEST_CASE("gram refuses NaN and infinities, naming the entry", "[gram]", float, double) {
  using T = TestType;
  const Mat<T> good(3, 9, arma::fill::ones);
  for (const auto& [bad, name] :
       std::vector<std::pair<T, std::string>>{{std::numeric_limits<T>::quiet_NaN(), "nan"},
                                              {std::numeric_limits<T>::infinity(), "inf"},
                                              {-std::numeric_limits<T>::infinity(), "-inf"}}) {
    Mat<T> X = good;
    X(2, 7) = bad;
    REQUIRE_THROWS_WITH(gram(Rbf(1), X), "gram: X must be finite, X(2, 7) is " + name);
    REQUIRE_THROWS_WITH(gram(Rbf(1), X, good), "gram: X must be finite, X(2, 7) is " + name);
    REQUIRE_THROWS_WITH(gram(Rbf(1), good, X), "gram: Y must be finite, Y(2, 7) is " + name);
    REQUIRE_THROWS_WITH(multiply(Rbf(1), X, good, Mat<T>(9, 1, arma::fill::ones)),
                        "multiply: X must be finite, X(2, 7) is " + name);
  }
}
