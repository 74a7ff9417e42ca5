// What the Gram doors refuse, and that nothing is changed then.
#include <limits>
#include <string>

#include "mercer/core/errors.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/cauchy.hpp"
#include "mercer/kernel/rational_quadratic.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"

using namespace mercer;

namespace mercer::test {
// Catch2 3 has another name for it.
inline auto contains(const std::string& text) {
#if __has_include(<catch2/catch_all.hpp>)
  return Catch::Matchers::ContainsSubstring(text);
#else
  return Catch::Matchers::Contains(text);
#endif
}
}  // namespace mercer::test

TEST_CASE("a refused gram_into leaves its output as it was", "[gram]") {
  const arma::mat X(2, 5, arma::fill::randu);
  arma::mat out(3, 3, arma::fill::ones);
  REQUIRE_THROWS_WITH(gram_into(out, Rbf(1), X, {.threads = -1}),
                      "gram: threads must be at least 0 (0: all), is -1");
  REQUIRE_THROWS_AS(gram_into(out, Rbf(1), X, {.memory_budget = 10}), BudgetError);
  REQUIRE(arma::approx_equal(out, arma::ones(3, 3), "absdiff", 0));
}

TEST_CASE("operators refuse negative threads when they are made", "[gram]") {
  const arma::mat X(2, 5, arma::fill::randu);
  REQUIRE_THROWS_WITH(MatrixFreeGram<double>(Rbf(1), X, {.threads = -2}),
                      "MatrixFreeGram: threads must be at least 0 (0: all), is -2");
}

TEST_CASE("multiply refuses a factor that is not finite", "[gram]") {
  const arma::mat X(2, 3, arma::fill::randu);
  arma::mat V(3, 1, arma::fill::ones);
  V(1, 0) = std::numeric_limits<double>::quiet_NaN();
  REQUIRE_THROWS_WITH(multiply(Rbf(1), X, X, V), "multiply: V must be finite, V(1, 0) is nan");
}

TEST_CASE("a billion threads are no reason to fail", "[gram]") {
  const arma::mat X(2, 3, arma::fill::randu);
  REQUIRE_NOTHROW(gram(Rbf(1), X, {.threads = 1000000000}));
}

TEST_CASE("parameters beyond the range of the data's type are refused", "[gram]") {
  const arma::mat X(2, 3, arma::fill::randu);
  const arma::fmat X_float(2, 3, arma::fill::randu);
  REQUIRE_NOTHROW(gram(Rbf(1e60), X));
  REQUIRE(gram(Rbf(1e60), X_float)(0, 1) == 0);  // its map takes a double
  REQUIRE_THROWS_WITH(
      gram(Cauchy(1e-60), X_float),
      test::contains("must be finite where its statistic is 0, in float it is nan"));
  REQUIRE_THROWS_WITH(
      gram(RationalQuadratic(1, 1e-200), X),
      test::contains("must be finite where its statistic is 0, in double it is nan"));
}
