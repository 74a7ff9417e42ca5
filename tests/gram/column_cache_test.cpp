#include "mercer/gram/column_cache.hpp"

#include <cmath>
#include <limits>
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

constexpr index_t n = 100;
constexpr std::size_t column_bytes = 112 * sizeof(float);  // n rounded up to cache lines

template <class T>
const float* fetch_one(ColumnCache<T>& cache, index_t j) {
  std::vector<const float*> out;
  cache.fetch(std::vector<index_t>{j}, out);
  return out.front();
}

template <class T>
void check_column(const float* values, const Mat<T>& truth, index_t j) {
  for (index_t i = 0; i < n; ++i) REQUIRE(values[i] == static_cast<float>(truth(i, j)));
  for (index_t i = n; i < 112; ++i) REQUIRE(values[i] == 0);
}

}  // namespace

static_assert(!std::is_copy_constructible_v<ColumnCache<double>>);

TEMPLATE_TEST_CASE("ColumnCache gives the columns of the matrix as floats and remembers them",
                   "[gram]", float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(3, n, 71);
  const MatrixFreeGram<T> K(Rbf(0.3), X);
  const Mat<T> truth = gram<T>(Rbf(0.3), X);
  ColumnCache<T> cache(K, 60 * column_bytes, 40);  // all do not fit
  REQUIRE(cache.capacity() == 60);
  REQUIRE(cache.stride() == 112);
  const std::vector<index_t> wanted = {99, 3, 4, 5, 17, 0};
  std::vector<const float*> columns;
  for (int round = 0; round < 2; ++round) {
    cache.fetch(wanted, columns);
    for (index_t k = 0; k < wanted.size(); ++k) check_column(columns[k], truth, wanted[k]);
    CHECK(cache.computed() == wanted.size());
  }
  std::vector<index_t> many;  // enough for a block of points of their own
  for (index_t j = 0; j < 80; j += 2) many.push_back(j);
  cache.fetch(many, columns);
  for (index_t k = 0; k < many.size(); ++k) check_column(columns[k], truth, many[k]);
  CHECK(cache.computed() == wanted.size() + many.size() - 2);  // 0 and 4 were there
  CHECK(cache.all() == nullptr);
}

TEMPLATE_TEST_CASE("once a sixteenth of the columns was computed, all are", "[gram]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(3, n, 72);
  const MatrixFreeGram<T> K(Rbf(0.3), X);
  const Mat<T> truth = gram<T>(Rbf(0.3), X);
  ColumnCache<T> cache(K, n * column_bytes, 1);
  for (index_t j = 0; j < 7; ++j) check_column(fetch_one(cache, j), truth, j);
  CHECK(cache.all() == nullptr);
  check_column(fetch_one(cache, 90), truth, 90);
  REQUIRE(cache.all() != nullptr);
  for (index_t j = 0; j < n; ++j) check_column(cache.all() + j * cache.stride(), truth, j);
  CHECK(cache.computed() == 7);
}

TEST_CASE("the budget of a ColumnCache decides its capacity", "[gram]") {
  const arma::mat X = normal_matrix<double>(3, n, 73);
  const MatrixFreeGram<double> K(Rbf(0.3), X);
  CHECK(ColumnCache<double>(K, 2 * column_bytes, 512).capacity() == 2);
  CHECK(ColumnCache<double>(K, 2 * column_bytes, 512).at_once() == 2);
  CHECK(ColumnCache<double>(K, 4 * column_bytes - 1, 512).capacity() == 3);
  CHECK(ColumnCache<double>(K, 1000 * column_bytes, 512).at_once() == 512);
  CHECK(ColumnCache<double>(K, 0, 7, 20).stride() == 128);
  REQUIRE_THROWS_AS(ColumnCache<double>(K, 2 * column_bytes - 1, 512), BudgetError);
  ColumnCache<double> small(K, 99 * column_bytes, 2);
  small.fetch_all();  // does not fit
  CHECK(small.all() == nullptr);
}

TEST_CASE("ColumnCache gives up the column that was not used for the longest time", "[gram]") {
  const arma::mat X = normal_matrix<double>(3, n, 74);
  const MatrixFreeGram<double> K(Rbf(0.3), X);
  const arma::mat truth = gram(Rbf(0.3), X);
  ColumnCache<double> cache(K, 3 * column_bytes, 3);
  const auto cost = [&](index_t j) {
    const std::size_t before = cache.computed();
    check_column(fetch_one(cache, j), truth, j);
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

TEST_CASE("a restored ColumnCache does what the other one would", "[gram]") {
  const arma::mat X = normal_matrix<double>(3, n, 7);
  const MatrixFreeGram<double> K(Rbf(0.5), X);
  const std::size_t room = GENERATE(10, 50, 200);
  const index_t before = GENERATE(4, 20);
  CAPTURE(room, before);
  ColumnCache<double> one(K, room * column_bytes, 3), other(K, room * column_bytes, 3);
  const std::vector<index_t> wanted = test::random_indices(40, 25, 8);
  for (index_t k = 0; k < before; ++k) fetch_one(one, wanted[k]);
  const bool all = one.all() != nullptr;
  REQUIRE(one.kept().empty() == all);
  if (all) other.fetch_all();
  other.restore(one.kept(), one.computed());
  for (index_t k = before; k < wanted.size(); ++k) {
    const float* expected = fetch_one(one, wanted[k]);
    const float* values = fetch_one(other, wanted[k]);
    for (index_t i = 0; i < 112; ++i) REQUIRE(values[i] == expected[i]);
    REQUIRE(other.kept() == one.kept());
    REQUIRE(other.computed() == one.computed());
    REQUIRE((other.all() == nullptr) == (one.all() == nullptr));
  }
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
  ColumnCache<T> cache(K, 2 * column_bytes, 2);
  const std::string message = "ColumnCache: K must be finite, K(5, 2) is nan";
  REQUIRE_THROWS_WITH(fetch_one(cache, 2), message);
  REQUIRE_THROWS_WITH(fetch_one(cache, 2), message);  // not a hit
  CHECK(cache.computed() == 0);
  fetch_one(cache, 0);
  fetch_one(cache, 1);
  REQUIRE_THROWS_WITH(fetch_one(cache, 2), message);
  CHECK(cache.computed() == 2);
  fetch_one(cache, 0);
  fetch_one(cache, 1);
  CHECK(cache.computed() == 2);  // both are still there
  ColumnCache<T> whole(K, 0, 2);
  REQUIRE_THROWS_WITH(whole.fetch_all(), message);
  CHECK(whole.all() == nullptr);
}

TEST_CASE("kernel values beyond float are refused by name", "[gram]") {
  arma::mat X(1, n, arma::fill::ones);
  X(0, 3) = 1e39;
  const auto linear = make_kernel<Statistic::dot>("linear", [](auto dot) { return dot; });
  const MatrixFreeGram<double> K(linear, X);
  ColumnCache<double> cache(K, 0, 2);
  REQUIRE_THROWS_WITH(fetch_one(cache, 5),
                      "ColumnCache: K must be within the range of float, up to 3.4e38, K(3, 5) is "
                      "1e+39");
}

TEST_CASE("ColumnCache refuses columns that do not exist, and too many", "[gram]") {
  const arma::mat X = normal_matrix<double>(3, n, 76);
  const MatrixFreeGram<double> K(Rbf(0.3), X);
  ColumnCache<double> cache(K, 0, 2);
  REQUIRE_THROWS_WITH(fetch_one(cache, n),
                      "ColumnCache::fetch: columns must be below 100, one is 100");
  std::vector<const float*> out;
  REQUIRE_THROWS_WITH(cache.fetch(std::vector<index_t>{0, 1, 2}, out),
                      "ColumnCache::fetch: columns must be at most 2, are 3");
}
