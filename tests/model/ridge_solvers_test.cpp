// The solvers of KernelRidge against long double: what they certify is true, and they agree.
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/gram/tiled_gram.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/laplacian.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "model/row_weights.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/ridge_truth.hpp"

using namespace mercer;
using test::LongMatrix;
using test::normal_matrix;
using test::RidgeTruth;
using test::same_bits;

namespace {

constexpr auto methods = {RidgeMethod::cholesky, RidgeMethod::mixed_cholesky,
                          RidgeMethod::conjugate_gradient};

// A kernel, and its formula in long double.
struct Formula {
  AnyKernel kernel;
  std::function<long double(const naive::Sums&)> value;
};

Formula formula(const std::string& name) {
  using naive::Sums;
  if (name == "wide rbf") return {Rbf(0.01), [](const Sums& s) { return naive::rbf(s, 0.01); }};
  if (name == "rbf") return {Rbf(0.25), [](const Sums& s) { return naive::rbf(s, 0.25); }};
  if (name == "narrow rbf") return {Rbf(4), [](const Sums& s) { return naive::rbf(s, 4); }};
  if (name == "laplacian") {
    return {Laplacian(0.125), [](const Sums& s) { return naive::laplacian(s, 0.125); }};
  }
  if (name == "matern52") {
    return {Matern52(2), [](const Sums& s) { return naive::matern52(s, 2); }};
  }
  if (name == "polynomial") {
    return {Polynomial(3, 0.25, 1), [](const Sums& s) { return naive::polynomial(s, 3, 0.25, 1); }};
  }
  if (name == "linear") return {Linear(), [](const Sums& s) { return naive::linear(s); }};
  return {Rbf(0.5) + Linear(), [](const Sums& s) { return naive::rbf(s, 0.5) + naive::linear(s); }};
}

// Some weights between 0 and 2.2, every tenth 0.
Col<double> some_weights(index_t n, std::uint64_t seed) {
  Random random(seed);
  Col<double> w(n);
  for (double& value : w) value = 0.2 + 2 * random.uniform();
  for (index_t i = 3; i < n; i += 10) w(i) = 0;
  return w;
}

// The same values in either type: those of the points and the targets are floats.
struct Case {
  std::string kernel;
  index_t n, dim, outputs;
  bool weighted, centred;
  arma::fmat X, X_new, Y;
  Col<double> w;

  Case(std::string name, index_t n_, index_t dim_, index_t outputs_, bool weighted_, bool centred_)
      : kernel(std::move(name)),
        n(n_),
        dim(dim_),
        outputs(outputs_),
        weighted(weighted_),
        centred(centred_),
        X(normal_matrix<float>(dim, n, 1301)),
        X_new(normal_matrix<float>(dim, 40, 1302)),
        w(n, arma::fill::ones) {
    const arma::fmat noise = normal_matrix<float>(n, outputs, 1303);
    Y = noise + 3;
    for (index_t i = 0; i < n; ++i) Y(i, 0) += 2 * std::sin(X(0, i));
    if (weighted) w = some_weights(n, 1304);
  }

  arma::rowvec means() const {
    return centred ? weighted_means(Y, w) : arma::rowvec(outputs, arma::fill::zeros);
  }

  // The weighted root mean square of the centred targets, the largest of the outputs.
  double size() const {
    arma::mat b = arma::conv_to<arma::mat>::from(Y);
    b.each_row() -= means();
    return std::sqrt((w.t() * arma::square(b)).max() / arma::accu(w));
  }
};

// How many claims were made and how near to the truth the nearest was.
struct Tally {
  int claims = 0;
  double tightest = 0;
};

struct Truth {
  RidgeTruth exact;
  LongMatrix K_new;
  std::vector<long double> diagonal;

  Truth(const Case& c, double lambda)
      : exact(test::long_gram(c.X, c.X, formula(c.kernel).value), c.Y, c.w, lambda, c.means()),
        K_new(test::long_gram(c.X, c.X_new, formula(c.kernel).value)) {
    for (index_t j = 0; j < c.X_new.n_cols; ++j) {
      const float* x = c.X_new.colptr(j);
      diagonal.push_back(formula(c.kernel).value(naive::sums(x, x, c.dim)));
    }
  }
};

template <class T>
void check_claims(const Case& c, const Truth& truth, double lambda, Tally& tally) {
  const auto X = arma::conv_to<Mat<T>>::from(c.X);
  const auto Y = arma::conv_to<Mat<T>>::from(c.Y);
  for (const RidgeMethod method : methods) {
    CAPTURE(to_string(method), sizeof(T));
    KernelRidge<T> model(*formula(c.kernel).kernel,
                         {.lambda = lambda, .centre_target = c.centred, .method = method});
    const Report report = model.fit(X, Y, c.w);
    CAPTURE(report.method, report.message, report.iterations);
    CHECK(report.method.starts_with(to_string(method)));
    CHECK(report.message.empty() == (report.status == Status::converged));
    if (report.status == Status::not_positive_definite) {
      CHECK_FALSE(model.is_fitted());
      continue;
    }
    if (!model.is_fitted()) continue;  // a lambda too small for the preconditioner
    const double claimed = report.certificate.prediction_error;
    const double verified = verify(model, X, Y, c.w).prediction_error;
    const double true_norm = truth.exact.bound_of(model.coefficients());
    CHECK(true_norm <= claimed);
    CHECK(true_norm <= verified);
    const double error =
        truth.exact.largest_error(model.coefficients(), truth.K_new, truth.diagonal);
    CHECK(same_bits<double>(model.target_means(), c.means()));
    CHECK(error <= claimed);
    CHECK(error <= verified);
    ++tally.claims;
    tally.tightest = std::max(tally.tightest, true_norm / claimed);

    if (method != RidgeMethod::conjugate_gradient) continue;
    if (lambda >= 1e-3) CHECK(report.status == Status::converged);
    if (sizeof(T) == 8 && report) CHECK(claimed <= model.options().tolerance * c.size());
  }
}

}  // namespace

TEST_CASE("what the solvers of KernelRidge certify is true", "[model][ridge_solvers]") {
  const Case c = GENERATE(
      Case("wide rbf", 130, 5, 1, false, true), Case("rbf", 300, 3, 2, true, true),
      Case("narrow rbf", 257, 2, 1, false, false), Case("laplacian", 200, 20, 3, false, true),
      Case("matern52", 300, 8, 1, true, false), Case("polynomial", 200, 4, 2, false, true),
      Case("linear", 150, 6, 2, true, true), Case("sum", 256, 5, 1, false, true),
      Case("rbf", 50, 1, 1, true, true), Case("linear", 50, 60, 1, false, false));
  CAPTURE(c.kernel, c.n, c.weighted, c.centred);
  Tally tally;
  for (const double lambda : {1e-10, 1e-6, 1e-3, 1.0, 1e4}) {
    CAPTURE(lambda);
    const Truth truth(c, lambda);
    check_claims<double>(c, truth, lambda, tally);
    check_claims<float>(c, truth, lambda, tally);
  }
  CHECK(tally.claims >= 20);
  CHECK(tally.tightest >= 0.01);  // and not by being boundless
}

TEST_CASE("what the solvers of KernelRidge certify is true of more points",
          "[model][ridge_solvers]") {
  const Case c =
      GENERATE(Case("rbf", 1100, 6, 2, true, true), Case("laplacian", 1500, 10, 1, false, true));
  const double lambda = 1e-3;
  Tally tally;
  const Truth truth(c, lambda);
  check_claims<double>(c, truth, lambda, tally);
  check_claims<float>(c, truth, lambda, tally);
  CHECK(tally.claims == 6);
}

TEMPLATE_TEST_CASE("of a given matrix, what KernelRidge certifies is true of its values",
                   "[model][ridge_solvers]", float, double) {
  using T = TestType;
  const Case c("rbf", 300, 3, 2, true, true);
  const Mat<T> K = gram<T>(Rbf(0.25), arma::conv_to<Mat<T>>::from(c.X));
  const auto Y = arma::conv_to<Mat<T>>::from(c.Y);
  const double lambda = GENERATE(1e-2, 1.0);
  const RidgeTruth truth(LongMatrix(K), c.Y, c.w, lambda, c.means());
  const DenseGram<T> dense(K);
  const TiledGram<T> tiled(dense);
  for (const RidgeMethod method : methods) {
    CAPTURE(to_string(method), lambda);
    const KernelRidgeOptions options{.lambda = lambda, .method = method, .tolerance = 1e-6};
    KernelRidge<T> by_dense(options), by_tiled(options);
    const Report report = by_dense.fit(dense, Y, c.w);
    CAPTURE(report.method, report.message, report.iterations, report.residual);
    REQUIRE(report);
    CHECK(truth.bound_of(by_dense.coefficients()) <= report.certificate.prediction_error);
    CHECK(verify(by_dense, dense, Y, c.w).prediction_error >=
          truth.bound_of(by_dense.coefficients()));
    const Report other = by_tiled.fit(tiled, Y, c.w);
    REQUIRE(other);
    CHECK(truth.bound_of(by_tiled.coefficients()) <= other.certificate.prediction_error);
  }
}

TEST_CASE("whole weights are repeated rows, and 0 leaves out, for every solver",
          "[model][ridge_solvers]") {
  const arma::mat X = normal_matrix<double>(3, 200, 1305), Y = normal_matrix<double>(200, 2, 1306);
  const arma::mat X_new = normal_matrix<double>(3, 30, 1307);
  Col<double> w(200);
  std::vector<index_t> copies;
  for (index_t i = 0; i < 200; ++i) {
    w(i) = static_cast<double>(i % 4);
    copies.insert(copies.end(), i % 4, i);
  }
  const arma::uvec rows = test::to_uvec(copies);
  for (const RidgeMethod method : methods) {
    CAPTURE(to_string(method));
    const KernelRidgeOptions options{.lambda = 0.03, .method = method, .tolerance = 1e-6};
    KernelRidge<double> weighted(Rbf(0.25), options), repeated(Rbf(0.25), options);
    const Report own = weighted.fit(X, Y, w);
    const Report other = repeated.fit(X.cols(rows), Y.rows(rows));
    REQUIRE(own);
    REQUIRE(other);
    const double allowed = own.certificate.prediction_error + other.certificate.prediction_error;
    CHECK(allowed <= 4e-6);
    CHECK(arma::abs(weighted.predict(X_new) - repeated.predict(X_new)).max() <= allowed + 1e-13);
    CHECK(arma::all(arma::vectorise(weighted.coefficients().rows(arma::find(w == 0))) == 0));
  }
}

TEST_CASE("several outputs are each the model of one, for every solver", "[model][ridge_solvers]") {
  const arma::mat X = normal_matrix<double>(3, 300, 1308), X_new = normal_matrix<double>(3, 30, 9);
  arma::mat Y = normal_matrix<double>(300, 4, 1309);
  Y.col(1) *= 1e-9;  // each has a tolerance of its own
  Y.col(2).fill(5);  // nothing is left of it
  for (const RidgeMethod method : methods) {
    CAPTURE(to_string(method));
    const KernelRidgeOptions options{.lambda = 0.03, .method = method, .tolerance = 1e-5};
    KernelRidge<double> together(Rbf(0.25), options);
    REQUIRE(together.fit(X, Y));
    const arma::mat predicted = together.predict(X_new);
    for (index_t t = 0; t < 4; ++t) {
      CAPTURE(t);
      KernelRidge<double> single(Rbf(0.25), options);
      REQUIRE(single.fit(X, arma::mat(Y.col(t))));
      const arma::vec own = single.predict(X_new).col(0);
      const double allowed = 2e-5 * arma::stddev(Y.col(t), 1);
      CHECK(arma::abs(predicted.col(t) - own).max() <= allowed + 1e-15);
    }
    CHECK(arma::abs(predicted.col(2) - 5).max() <= 1e-14);
  }
}

TEMPLATE_TEST_CASE("every solver of KernelRidge has the same bits for any number of threads",
                   "[model][ridge_solvers]", float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(40, 900, 1310), Y = normal_matrix<T>(900, 2, 1311);
  const Col<double> w = some_weights(900, 1312);
  const bool weighted = GENERATE(false, true);
  for (const RidgeMethod method : methods) {
    CAPTURE(to_string(method), weighted);
    Mat<T> alpha;
    Report first;
    for (const int threads : {1, 2, 3, 5}) {
      CAPTURE(threads);
      KernelRidge<T> model(Rbf(0.02), {.lambda = 0.01, .method = method, .threads = threads});
      const Report report = model.fit(X, Y, weighted ? w : Col<double>());
      REQUIRE(report);
      if (threads == 1) {
        alpha = model.coefficients();
        first = report;
      }
      CHECK(same_bits(model.coefficients(), alpha));
      CHECK(report.iterations == first.iterations);
      CHECK(report.certificate.prediction_error == first.certificate.prediction_error);
      CHECK(report.certificate.backward_error == first.certificate.backward_error);
    }
  }
}
