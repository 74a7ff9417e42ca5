#include "mercer/gram/make_gram_operator.hpp"

#include <string>

#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/gram/memory_plan.hpp"
#include "mercer/gram/tiled_gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/sparse_points.hpp"

using namespace mercer;
using test::normal_matrix;
using test::relative_difference;
using test::same_bits;

namespace {

const Rbf kernel(0.1);

template <class T>
std::string kind(const GramOperator<T>& K) {
  if (dynamic_cast<const DenseGram<T>*>(&K)) return "dense";
  if (dynamic_cast<const TiledGram<T>*>(&K)) return "tiled";
  if (dynamic_cast<const MatrixFreeGram<T>*>(&K)) return "matrix-free";
  return "";
}

// The operators of all three routes have the types of their plans and the same entries.
template <class T, class Matrix>
void check_routes(const Matrix& X) {
  const index_t n = X.n_cols;
  const MemoryPlan plan = memory_plan<T>(n, X.n_rows);
  const Mat<T> K = gram(kernel, X), V = normal_matrix<T>(n, 2, 1);
  const arma::mat V_double = arma::conv_to<arma::mat>::from(V);
  const arma::mat truth = arma::conv_to<arma::mat>::from(K) * V_double;
  for (const std::size_t budget :
       {plan.dense, plan.dense - 1, plan.tiled, plan.tiled - 1, plan.matrix_free}) {
    const GramOptions options{.threads = 2, .memory_budget = budget};
    const auto made = make_gram_operator(kernel, X, options);
    CAPTURE(budget, kind(*made));
    REQUIRE(kind(*made) == to_string(memory_plan<T>(n, X.n_rows, options).route));
    REQUIRE(made->n_rows() == n);
    REQUIRE(made->n_cols() == n);
    Mat<T> out;
    made->multiply(V, out);
    CHECK(relative_difference(out, truth) <= 100 * double(arma::Datum<T>::eps));
    arma::mat in_double;
    made->multiply_in_double(V_double, in_double);
    CHECK(relative_difference(in_double, truth) <= 10 * double(arma::Datum<T>::eps));
    CHECK(same_bits(made->diagonal(), Col<T>(K.diag())));
    const std::vector<index_t> columns = {n - 1, 0, 255};
    made->gather_columns(columns, out);
    CHECK(same_bits(out, test::pick_columns(K, columns)));
  }
}

}  // namespace

TEMPLATE_TEST_CASE("the operator is the one of the memory plan", "[gram]", float, double) {
  using T = TestType;
  check_routes<T>(normal_matrix<T>(6, 700, 1));
  check_routes<T>(test::sparse_points<T>(60, 700, 1));
}

TEST_CASE("a small matrix is dense where the budget is the machine's", "[gram]") {
  const arma::mat X = normal_matrix<double>(3, 20, 1);
  REQUIRE(kind(*make_gram_operator(kernel, X)) == "dense");
  const arma::mat none(3, 0);
  REQUIRE(make_gram_operator(kernel, none)->n_rows() == 0);
}

TEST_CASE("operators of every route refuse points that are not finite", "[gram]") {
  arma::mat X = normal_matrix<double>(3, 600, 1);
  X(1, 7) = arma::datum::nan;
  const MemoryPlan plan = memory_plan<double>(600, 3);
  for (const std::size_t budget : {plan.dense, plan.tiled, plan.matrix_free}) {
    REQUIRE_THROWS_WITH(make_gram_operator(kernel, X, {.memory_budget = budget}),
                        Catch::Contains("X must be finite, X(1, 7) is nan"));
    REQUIRE_THROWS_WITH(make_gram_operator(kernel, X, {.threads = -1, .memory_budget = budget}),
                        Catch::Contains("threads must be at least 0 (0: all), is -1"));
  }
}
