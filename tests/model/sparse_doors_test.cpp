// Sparse points at the doors of the support vector machines.
#include <cmath>
#include <string>

#include "mercer/core/errors.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/one_class_svm.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/model/svdd.hpp"
#include "mercer/model/svr.hpp"
#include "support/catch.hpp"
#include "support/reference.hpp"

using namespace mercer;

namespace {

// Rows of the digits, half of whose pixels are 0.
template <class T>
struct Digits {
  Mat<T> X, X_new;
  SpMat<T> sparse, sparse_new;
  arma::ivec labels;

  Digits() {
    const Dataset<T> data = load_csv<T>(test::dataset_path("digits.csv"), {.target = "target"});
    X = data.X.head_cols(400) / T(16);
    X_new = data.X.tail_cols(100) / T(16);
    sparse = SpMat<T>(X);
    sparse_new = SpMat<T>(X_new);
    labels = class_codes(Col<T>(data.y.head(400)));
  }
};

template <class T>
double worst(const Mat<T>& a, const Mat<T>& b) {
  return static_cast<double>(arma::abs(a - b).max() / arma::abs(b).max());
}

template <class T>
constexpr double near_to = std::is_same_v<T, double> ? 1e-9 : 1e-3;

constexpr double tolerance = 1e-11;

}  // namespace

TEMPLATE_TEST_CASE("Svc of sparse points is that of dense ones", "[model]", float, double) {
  using T = TestType;
  const Digits<T> data;
  REQUIRE(data.sparse.n_nonzero < data.X.n_elem * 6 / 10);
  const MultiClass multi_class =
      GENERATE(MultiClass::one_against_one, MultiClass::one_against_rest);
  const SvcOptions options = {.C = 10,
                              .multi_class = multi_class,
                              .probabilities = true,
                              .tolerance = std::is_same_v<T, double> ? tolerance : 1e-4};
  Svc<T> dense(Rbf(0.5), options), sparse(Rbf(0.5), options);
  REQUIRE(dense.fit(data.X, data.labels));
  REQUIRE(sparse.fit(data.sparse, data.labels));
  CHECK(sparse.dim() == 64);
  CHECK(worst(sparse.decision_values(data.sparse_new), dense.decision_values(data.X_new)) <=
        near_to<T>);
  // a model of either takes either
  CHECK(worst(sparse.decision_values(data.X_new), dense.decision_values(data.X_new)) <= near_to<T>);
  CHECK(worst(dense.decision_values(data.sparse_new), dense.decision_values(data.X_new)) <=
        near_to<T>);
  CHECK(arma::all(sparse.predict(data.sparse_new) == dense.predict(data.X_new)));
  CHECK(arma::abs(sparse.probabilities(data.sparse_new) - dense.probabilities(data.X_new)).max() <=
        10 * near_to<T>);
  CHECK(verify(sparse, data.sparse, data.labels).gap ==
        Approx(verify(dense, data.X, data.labels).gap)
            .margin(std::is_same_v<T, double> ? 1e-6 : 1e-2));
}

TEMPLATE_TEST_CASE("the machines with one function take sparse points", "[model]", float, double) {
  using T = TestType;
  const Digits<T> data;
  const double to = std::is_same_v<T, double> ? tolerance : 1e-4;
  const Col<double> y = arma::conv_to<Col<double>>::from(data.labels);
  Svr<T> svr(Rbf(0.5), {.C = 10, .tolerance = to}), sparse_svr = svr;
  REQUIRE(svr.fit(data.X, y));
  REQUIRE(sparse_svr.fit(data.sparse, y));
  CHECK(sparse_svr.dim() == 64);
  CHECK(worst<T>(sparse_svr.predict(data.sparse_new), svr.predict(data.X_new)) <= near_to<T>);
  CHECK(verify(sparse_svr, data.sparse, y).primal_objective ==
        Approx(verify(svr, data.X, y).primal_objective).epsilon(1e-6));

  OneClassSvm<T> half_space(Rbf(0.5), {.nu = 0.2, .tolerance = to}), sparse_half = half_space;
  REQUIRE(half_space.fit(data.X));
  REQUIRE(sparse_half.fit(data.sparse));
  CHECK(worst<T>(sparse_half.decision_values(data.sparse_new),
                 half_space.decision_values(data.X_new)) <= near_to<T>);
  CHECK(sparse_half.predict(data.sparse_new).n_elem == 100);
  CHECK(verify(sparse_half, data.sparse).primal_objective ==
        Approx(verify(half_space, data.X).primal_objective).epsilon(1e-6));

  Svdd<T> ball(Rbf(0.5), {.nu = 0.2, .tolerance = to}), sparse_ball = ball;
  REQUIRE(ball.fit(data.X));
  REQUIRE(sparse_ball.fit(data.sparse));
  CHECK(worst<T>(sparse_ball.decision_values(data.sparse_new), ball.decision_values(data.X_new)) <=
        near_to<T>);
  CHECK(sparse_ball.predict(data.sparse_new).n_elem == 100);
  CHECK(verify(sparse_ball, data.sparse).primal_objective ==
        Approx(verify(ball, data.X).primal_objective).epsilon(1e-6));
}

TEST_CASE("a sparse model stands alone, and its points are checked", "[model]") {
  SpMat<double> X(3, 6);
  X(0, 0) = X(1, 1) = X(2, 2) = X(0, 3) = X(1, 4) = 1;
  const arma::ivec labels = {1, 2, 1, 2, 1, 2};
  const Col<double> y = {1, 2, 3, 4, 5, 6};
  Svc<double> svc(Rbf(1), {.C = 100});
  REQUIRE(svc.fit(X, labels));
  const SpMat<double> X_new = X.head_cols(3);
  const arma::mat before = svc.decision_values(X_new);
  const Svc<double> copy = svc;
  SpMat<double> bad = X;
  bad(2, 3) = arma::datum::nan;
  X.zeros();
  REQUIRE_THROWS_WITH(svc.fit(bad, labels), "Svc::fit: X must be finite, X(2, 3) is nan");
  REQUIRE_THROWS_WITH(svc.predict(bad), "Svc::predict: X_new must be finite, X_new(2, 3) is nan");
  REQUIRE_THROWS_AS(Svr<double>(Rbf(1)).fit(bad, y), NonFiniteError);
  REQUIRE_THROWS_AS(OneClassSvm<double>(Rbf(1)).fit(bad), NonFiniteError);
  REQUIRE_THROWS_AS(Svdd<double>(Rbf(1)).fit(bad), NonFiniteError);
  REQUIRE_THROWS_WITH(svc.fit(SpMat<double>(3, 0), arma::ivec()),
                      "Svc::fit: X is empty (d x n, one column per point): 3 rows, 0 columns");
  REQUIRE_THROWS_WITH(svc.predict(SpMat<double>(2, 1)),
                      "Svc::predict: X_new must have 3 rows (one per feature; one column per "
                      "point), has 2");
  CHECK(arma::all(arma::vectorise(copy.decision_values(X_new) == before)));
  CHECK(arma::all(arma::vectorise(svc.decision_values(X_new) == before)));
}
