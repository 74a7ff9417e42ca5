#include "mercer/gram/column_cache.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <type_traits>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;

namespace {

constexpr index_t n = 10;

template <class T>
std::size_t columns_budget(index_t columns) {
  return columns * n * sizeof(T);
}

}  // namespace

static_assert(!std::is_copy_constructible_v<ColumnCache<double>>);
static_assert(!std::is_move_constructible_v<ColumnCache<double>>);

TEMPLATE_TEST_CASE("ColumnCache gives the columns of the matrix and remembers them", "[gram]",
                   float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(3, n, 71);
  const MatrixFreeGram<T> K(Rbf(0.3), X);
  const Mat<T> truth = gram<T>(Rbf(0.3), X);
  ColumnCache<T> cache(K, 0);
  REQUIRE(cache.capacity() == n);
  for (int round = 0; round < 2; ++round) {
    for (index_t j = n; j-- > 0;) {
      const auto column = cache.column(j);
      CHECK(test::same_bits(Col<T>(column.data(), n), Col<T>(truth.col(j))));
    }
    CHECK(cache.computed() == n);
  }
}

TEMPLATE_TEST_CASE("the budget of a ColumnCache decides its capacity", "[gram]", float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(3, n, 72);
  const MatrixFreeGram<T> K(Rbf(0.3), X);
  CHECK(ColumnCache<T>(K, columns_budget<T>(2)).capacity() == 2);
  CHECK(ColumnCache<T>(K, columns_budget<T>(4) - 1).capacity() == 3);
  CHECK(ColumnCache<T>(K, columns_budget<T>(1000)).capacity() == n);
  REQUIRE_THROWS_AS(ColumnCache<T>(K, columns_budget<T>(2) - 1), BudgetError);
  const Mat<T> one = X.col(0);
  CHECK(ColumnCache<T>(MatrixFreeGram<T>(Rbf(0.3), one), 0).capacity() == 2);
}

TEST_CASE("ColumnCache gives up the least recently used column", "[gram]") {
  const arma::mat X = normal_matrix<double>(3, n, 73);
  const MatrixFreeGram<double> K(Rbf(0.3), X);
  const arma::mat truth = gram(Rbf(0.3), X);
  ColumnCache<double> cache(K, columns_budget<double>(3));
  const auto cost = [&](index_t j) {  // columns computed by asking for j
    const std::size_t before = cache.computed();
    const auto column = cache.column(j);
    REQUIRE(test::same_bits(arma::vec(column.data(), n), arma::vec(truth.col(j))));
    return cache.computed() - before;
  };
  CHECK(cost(0) == 1);
  CHECK(cost(1) == 1);
  CHECK(cost(2) == 1);
  CHECK(cost(0) == 0);  // 1 is now the oldest
  CHECK(cost(3) == 1);
  CHECK(cost(0) == 0);
  CHECK(cost(2) == 0);
  CHECK(cost(3) == 0);
  CHECK(cost(1) == 1);  // 0 goes
  CHECK(cost(2) == 0);
  CHECK(cost(3) == 0);
  CHECK(cost(0) == 1);
}

TEST_CASE("a pinned column stays, whatever comes after it", "[gram]") {
  const arma::mat X = normal_matrix<double>(3, n, 74);
  const MatrixFreeGram<double> K(Rbf(0.3), X);
  const arma::mat truth = gram(Rbf(0.3), X);
  ColumnCache<double> cache(K, columns_budget<double>(2));
  const auto pinned = cache.column(0);
  const double* data = pinned.data();
  for (index_t j = 1; j < n; ++j) {
    const auto other = cache.column(j);
    CHECK(other.data() != data);
  }
  CHECK(pinned.data() == data);
  CHECK(test::same_bits(arma::vec(data, n), arma::vec(truth.col(0))));
  CHECK(cache.computed() == n);
  CHECK(cache.column(0).data() == data);  // a hit
  CHECK(cache.computed() == n);
}

TEST_CASE("ColumnCache tells that all columns are pinned and goes on when one is free", "[gram]") {
  const arma::mat X = normal_matrix<double>(3, n, 75);
  const MatrixFreeGram<double> K(Rbf(0.3), X);
  ColumnCache<double> cache(K, columns_budget<double>(2));
  auto first = cache.column(0);
  {
    const auto second = cache.column(1);
    const auto first_again = cache.column(0);  // pinned twice
    REQUIRE_THROWS_AS(cache.column(2), LogicError);
    REQUIRE_THROWS_WITH(cache.column(2), "ColumnCache::column: all columns are pinned");
    CHECK(cache.computed() == 2);
  }
  {
    const auto moved = std::move(first);  // still one pin on column 0
    const auto third = cache.column(2);
    REQUIRE_THROWS_AS(cache.column(3), LogicError);
    CHECK(cache.column(0).data() == moved.data());
  }
  CHECK_NOTHROW(cache.column(3));
  CHECK_NOTHROW(cache.column(4));
}

TEMPLATE_TEST_CASE("a column that is not finite is refused and not remembered", "[gram]", float,
                   double) {
  using T = TestType;
  // <x_2, x_5> is the only product of 7, and its kernel value is not a number
  Mat<T> X(1, n, arma::fill::ones);
  X(0, 2) = T(3.5);
  X(0, 5) = 2;
  const auto kernel = make_kernel<Statistic::dot>("broken", [](auto dot) {
    return dot == 7 ? std::numeric_limits<decltype(dot)>::quiet_NaN() : dot;
  });
  const MatrixFreeGram<T> K(kernel, X);
  ColumnCache<T> cache(K, columns_budget<T>(2));
  const std::string message = "ColumnCache: K must be finite, K(5, 2) is nan";
  REQUIRE_THROWS_WITH(cache.column(2), message);  // into a new slot
  REQUIRE_THROWS_WITH(cache.column(2), message);  // not a hit
  CHECK(cache.computed() == 0);
  { const auto column = cache.column(0); }
  { const auto column = cache.column(1); }
  REQUIRE_THROWS_WITH(cache.column(2), message);  // into the slot of column 0
  CHECK(cache.computed() == 2);
  const auto kept = cache.column(1);
  CHECK(cache.computed() == 2);
  const auto again = cache.column(0);
  CHECK(cache.computed() == 3);
  CHECK(again.data()[2] == T(3.5));
}

TEST_CASE("ColumnCache refuses a column that does not exist", "[gram]") {
  const arma::mat X = normal_matrix<double>(3, n, 76);
  const MatrixFreeGram<double> K(Rbf(0.3), X);
  ColumnCache<double> cache(K, 0);
  REQUIRE_THROWS_WITH(cache.column(n), "ColumnCache::column: j must be below 10, is 10");
}
