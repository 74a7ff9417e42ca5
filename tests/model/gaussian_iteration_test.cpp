// Gaussian processes fitted by conjugate gradients and stochastic Lanczos.
#include "model/gaussian_iteration.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/random_points.hpp"

using namespace mercer;
using test::same_bits;

namespace {

constexpr auto by_products = GaussianProcessMethod::conjugate_gradient;

arma::vec outputs(const arma::mat& X) {
  Random random(9);
  arma::vec y(X.n_cols);
  for (index_t i = 0; i < y.n_elem; ++i) {
    y(i) = 3 + std::sin(2 * X(0, i)) + 0.5 * X(1, i) + 0.1 * random.normal();
  }
  return y;
}

}  // namespace

TEST_CASE("the mean is Cholesky's within its bound, the likelihood within its errors",
          "[model][gp][lanczos]") {
  const arma::mat X = random_points<double>(3, 600, 51), X_new = random_points<double>(3, 100, 52);
  const arma::vec y = outputs(X);
  const AnyKernel kernel =
      GENERATE(AnyKernel(1.5 * Rbf(0.4)), AnyKernel(0.7 * Matern12(2)), AnyKernel(0.05 * Linear()));
  // 1e-5: too small for a K in floats.
  const double noise = GENERATE(1e-5, 1e-3, 0.1);
  const bool is_known = GENERATE(false, true);
  CAPTURE(kernel->expression(), noise, is_known);
  arma::vec known;
  if (is_known) known = arma::linspace(0, 0.3, 600);
  GaussianProcess<double> exact(kernel, {.noise = noise});
  REQUIRE(exact.fit(X, y, known));
  GaussianProcess<double> model(kernel, {.noise = noise, .method = by_products, .tolerance = 1e-3});
  const Report report = model.fit(X, y, known);
  CAPTURE(report.method, report.iterations, report.message);
  REQUIRE(report);
  CHECK(report.message.empty());
  CHECK(Catch::startsWith(report.method, "conjugate gradient (K "));
  CHECK(Catch::endsWith(report.method, "; the likelihood is an estimate by 16 probes"));
  if (!is_known) CHECK(Catch::contains(report.method, "float tiles") == (noise > 1e-4));

  const arma::vec b = y - arma::mean(y), v = noise + (is_known ? known : arma::vec(0 * y));
  const double scale = std::sqrt(arma::accu(b % b / v) / arma::accu(1 / v));
  CHECK(report.certificate.prediction_error <= 1e-3 * scale);
  const double largest = std::sqrt(gram(*kernel, X).diag().max());
  const arma::vec reach = arma::sqrt(gram(*kernel, X_new).eval().diag()) / largest;
  const arma::vec error = arma::abs(model.predict(X_new) - exact.predict(X_new));
  CHECK(arma::all(error <= arma::clamp(reach, 1, 100) * report.certificate.prediction_error));
  CHECK(verify(model, X, y, known).prediction_error == report.certificate.prediction_error);

  CHECK_FALSE(exact.likelihood().is_estimate);
  CHECK(exact.likelihood().standard_error == 0);
  CHECK(exact.likelihood().bound == 0);
  const LikelihoodEstimate own = model.likelihood();
  CAPTURE(own.value, exact.likelihood().value, own.standard_error, own.bound);
  CHECK(own.is_estimate);
  CHECK(own.value == model.log_marginal_likelihood());
  // What rounding may hide of the residual counts: it grows as 1 / noise.
  CHECK(own.bound <= 0.02 + 1e-6 * std::abs(own.value) + 2e-6 / noise);
  CHECK(std::abs(own.value - exact.likelihood().value) <=
        4 * own.standard_error + own.bound + 1e-9 * std::abs(own.value));
  CHECK(model.jitter() == 0);
}

TEST_CASE("a fit by products has the same bits for any number of threads", "[model][gp][lanczos]") {
  const arma::mat X = random_points<double>(3, 700, 53), X_new = random_points<double>(3, 80, 54);
  const arma::vec y = outputs(X), known = arma::linspace(0, 0.3, 700);
  GaussianProcessOptions options{
      .noise = GENERATE(1e-6, 0.05), .method = by_products, .threads = 1};
  GaussianProcess<double> first(1.5 * Rbf(0.4), options);
  REQUIRE(first.fit(X, y, known));
  const auto expected = first.predict_with_std(X_new);
  for (const int threads : {2, 3, 5}) {
    options.threads = threads;
    GaussianProcess<double> other(1.5 * Rbf(0.4), options);
    REQUIRE(other.fit(X, y, known));
    CHECK(same_bits<double>(other.coefficients(), first.coefficients()));
    CHECK(other.likelihood().value == first.likelihood().value);
    CHECK(other.likelihood().standard_error == first.likelihood().standard_error);
    const auto predicted = other.predict_with_std(X_new);
    CHECK(same_bits<double>(predicted.mean, expected.mean));
    CHECK(same_bits<double>(predicted.standard_deviation, expected.standard_deviation));
    CHECK(predicted.standard_deviation_error == expected.standard_deviation_error);
  }
}

TEST_CASE("automatic takes products where half of K does not fit", "[model][gp][lanczos]") {
  const arma::mat X = random_points<double>(2, 1500, 55);
  const arma::vec y = outputs(X);
  GaussianProcess<double> model(1.0 * Rbf(0.5),
                                {.noise = 0.1, .probes = 4, .rank = 40, .memory_budget = 6000000});
  const Report report = model.fit(X, y);  // half of K takes 11 MB
  REQUIRE(report);
  CHECK(model.likelihood().is_estimate);
  CHECK(Catch::startsWith(report.method, "conjugate gradient (K matrix-free, rank 40)"));
  GaussianProcess<double> roomy(1.0 * Rbf(0.5), {.noise = 0.1});
  CHECK(roomy.fit(X, y).method == "cholesky");
  // Where there are parameters to find, or no noise, there is no other way than Cholesky.
  GaussianProcess<double> searching(1.0 * Rbf(0.5), {.optimise = true, .memory_budget = 6000000});
  CHECK_THROWS_AS(searching.fit(X, y), BudgetError);
  GaussianProcess<double> noiseless(1.0 * Rbf(0.5), {.noise = 0, .memory_budget = 6000000});
  CHECK_THROWS_AS(noiseless.fit(X, y), BudgetError);
  GaussianProcess<double> small(1.0 * Rbf(0.5), {.method = by_products, .memory_budget = 100000});
  CHECK_THROWS_WITH(small.fit(X, y),
                    Catch::StartsWith("GaussianProcess::fit: a preconditioner of rank "));
  CHECK_FALSE(small.is_fitted());
}

TEST_CASE("models of float by products are those of double", "[model][gp][lanczos]") {
  const arma::fmat X = random_points<float>(2, 200, 56);
  const arma::mat wide = arma::conv_to<arma::mat>::from(X);
  const arma::fvec y = arma::conv_to<arma::fvec>::from(outputs(wide));
  GaussianProcess<float> single(1.0 * Rbf(0.5), {.noise = 0.1, .method = by_products});
  GaussianProcess<double> model(1.0 * Rbf(0.5), {.noise = 0.1, .method = by_products});
  REQUIRE(single.fit(X, y));
  REQUIRE(model.fit(wide, arma::conv_to<arma::vec>::from(y)));
  CHECK(same_bits<double>(single.coefficients(), model.coefficients()));
  CHECK(single.log_marginal_likelihood() == model.log_marginal_likelihood());
}

TEST_CASE("the operator door by products", "[model][gp][lanczos]") {
  const arma::mat X = random_points<double>(2, 300, 57), X_new = random_points<double>(2, 30, 58);
  const arma::vec y = outputs(X);
  const AnyKernel kernel = 1.5 * Rbf(0.4);
  const GaussianProcessOptions options{.noise = 0.02, .method = by_products};
  GaussianProcess<double> model(kernel, options), precomputed(options);
  REQUIRE(model.fit(X, y));
  REQUIRE(precomputed.fit(DenseGram<double>(gram(kernel, X)), y));
  const DenseGram<double> K_new(gram(kernel, X_new, X));
  CHECK(arma::abs(precomputed.predict(K_new) - model.predict(X_new)).max() <= 1e-10);
  CHECK(precomputed.likelihood().value == Approx(model.likelihood().value).epsilon(1e-10));
  CHECK_THROWS_WITH(precomputed.predict_with_std(K_new, arma::vec(30, arma::fill::value(1.5))),
                    "GaussianProcess::predict_with_std: the model was fitted to an operator by "
                    "conjugate gradients, and has no variances; fit it to points, or by cholesky");
}

TEST_CASE("a stop leaves the model as it was, or the best mean so far", "[model][gp][lanczos]") {
  const arma::mat X = random_points<double>(2, 800, 59);
  const arma::vec y = outputs(X);
  std::string stage;
  index_t calls = 0, limit = 0;
  GaussianProcessOptions options{.noise = 1e-3, .method = by_products, .rank = 5};
  options.progress = [&](const Progress& state) {
    return state.stage == stage && ++calls >= limit ? Continue::no : Continue::yes;
  };
  GaussianProcess<double> model(0.7 * Matern12(2), options);
  SECTION("of the preconditioner") {
    stage = "pivoted cholesky";
    limit = 1;
    const Report report = model.fit(X, y);
    CHECK(report.status == Status::stopped);
    CHECK(report.message ==
          "GaussianProcess::fit: stopped by the progress callback; the model is as it was");
    CHECK_FALSE(model.is_fitted());
  }
  SECTION("of conjugate gradients") {
    stage = "conjugate gradient";
    limit = 3;
    const Report report = model.fit(X, y);
    CHECK(report.status == Status::stopped);
    CHECK(report.iterations == 3);
    CHECK(report.message ==
          ended_early("GaussianProcess::fit", Status::stopped, "its likelihood is not known"));
    REQUIRE(model.is_fitted());
    CHECK(std::isnan(model.log_marginal_likelihood()));
    CHECK(model.likelihood().is_estimate);
    CHECK(report.certificate.prediction_error > 1e-4);
    GaussianProcess<double> exact(0.7 * Matern12(2), {.noise = 1e-3});
    REQUIRE(exact.fit(X, y));
    CHECK(arma::abs(model.predict(X) - exact.predict(X)).max() <=
          report.certificate.prediction_error);
  }
  SECTION("of Lanczos") {
    stage = "stochastic lanczos";
    limit = 2;
    const Report report = model.fit(X, y);
    CHECK(report.status == Status::stopped);
    REQUIRE(model.is_fitted());
    CHECK(std::isnan(model.log_marginal_likelihood()));
    CHECK(report.certificate.prediction_error <= 1e-4 * arma::stddev(y));
  }
  SECTION("not at all") {
    CHECK(model.fit(X, y));
    CHECK(std::isfinite(model.log_marginal_likelihood()));
  }
}

TEST_CASE("the limit of iterations is told", "[model][gp][lanczos]") {
  const arma::mat X = random_points<double>(2, 400, 60);
  GaussianProcess<double> model(
      0.7 * Matern12(2), {.noise = 1e-4, .method = by_products, .rank = 5, .max_iterations = 4});
  const Report report = model.fit(X, outputs(X));
  CHECK(report.status == Status::iteration_limit);
  CHECK(report.iterations == 8);  // each of the two
  CHECK(report.message == ended_early("GaussianProcess::fit", Status::iteration_limit,
                                      "its certificate and likelihood().bound tell how good"));
  REQUIRE(model.is_fitted());
  CHECK(model.predict_with_std(X).standard_deviation_error > 1e-4);
  GaussianProcess<double> exact(0.7 * Matern12(2), {.noise = 1e-4});
  REQUIRE(exact.fit(X, outputs(X)));
  const LikelihoodEstimate own = model.likelihood();
  CAPTURE(own.value, exact.likelihood().value, own.standard_error, own.bound);
  CHECK(own.bound > 1);
  CHECK(std::abs(own.value - exact.likelihood().value) <= 4 * own.standard_error + own.bound);
}

TEST_CASE("constant outputs, one point, repeated points and a kernel of 0",
          "[model][gp][lanczos]") {
  const arma::mat X = random_points<double>(2, 60, 61);
  const GaussianProcessOptions options{.noise = 0.1, .method = by_products};
  GaussianProcess<double> constant(1.0 * Rbf(0.5), options);
  REQUIRE(constant.fit(X, arma::vec(60, arma::fill::value(7.0))));
  CHECK(arma::abs(constant.predict(X) - 7).max() <= 1e-12);

  GaussianProcess<double> one(1.0 * Rbf(0.5), options);
  REQUIRE(one.fit(X.head_cols(1), arma::vec{3}));
  CHECK(one.predict(X.head_cols(1))(0) == 3);
  CHECK(one.log_marginal_likelihood() ==
        Approx(-0.5 * std::log(2 * arma::datum::pi * 1.1)).epsilon(1e-6));

  arma::mat twice = X;
  twice.tail_cols(30) = twice.head_cols(30);
  GaussianProcess<double> repeated(1.0 * Rbf(0.5), options), exact(1.0 * Rbf(0.5), {.noise = 0.1});
  REQUIRE(repeated.fit(twice, outputs(X)));
  REQUIRE(exact.fit(twice, outputs(X)));
  CHECK(arma::abs(repeated.predict(X) - exact.predict(X)).max() <= 1e-4);

  const DenseGram<double> zero(arma::mat(60, 60, arma::fill::zeros));
  GaussianProcess<double> none(options), none_exact({.noise = 0.1});
  REQUIRE(none.fit(zero, outputs(X)));
  REQUIRE(none_exact.fit(zero, outputs(X)));
  CHECK(none.log_marginal_likelihood() ==
        Approx(none_exact.log_marginal_likelihood()).epsilon(1e-6));
}

TEST_CASE("what products cannot do is refused", "[model][gp][lanczos]") {
  const arma::mat X = random_points<double>(2, 60, 62);
  const arma::vec y = outputs(X);
  const auto make = [](GaussianProcessOptions options) {
    options.method = by_products;
    return GaussianProcess<double>(1.0 * Rbf(1), options);
  };
  CHECK_THROWS_WITH(make({.optimise = true}),
                    "GaussianProcess: optimise needs the method cholesky, is conjugate gradient; "
                    "choose the parameters on a part of the points");
  CHECK_THROWS_WITH(make({.tolerance = 0}), "GaussianProcess: tolerance must be in (0, 1), is 0");
  CHECK_THROWS_WITH(make({.tolerance = 1}), "GaussianProcess: tolerance must be in (0, 1), is 1");
  CHECK_THROWS_WITH(make({.probes = 1}), "GaussianProcess: probes must be at least 2, is 1");
  CHECK_THROWS_WITH(make({.max_iterations = 0}),
                    "GaussianProcess: max_iterations must be at least 1, is 0");
  arma::vec known(60, arma::fill::ones);
  known(7) = 0;
  CHECK_THROWS_WITH(make({.noise = 0}).fit(X, y, known),
                    "GaussianProcess::fit: conjugate gradients need a noise above 0 at every "
                    "point, that of point 7 is 0");
  GaussianProcess<double> indefinite(Sigmoid(2, -1), {.noise = 1e-3, .method = by_products});
  const Report report = indefinite.fit(X, y);
  CHECK(report.status == Status::not_positive_definite);
  CHECK_FALSE(indefinite.is_fitted());
  CHECK(Catch::contains(report.message, "K is not positive semidefinite"));
  const auto broken = make_kernel<Statistic::dot>("broken", [](auto s) {
    return s > 1 ? std::numeric_limits<decltype(s)>::quiet_NaN() : 1 / (2 + s * s);
  });
  GaussianProcess<double> with_nan(2.0 * broken, {.method = by_products});
  CHECK_THROWS_AS(with_nan.fit(X, y), NonFiniteError);
  CHECK(to_string(by_products) == "conjugate gradient");
  CHECK(to_string(GaussianProcessMethod::automatic) == "automatic");
  CHECK(to_string(GaussianProcessMethod::cholesky) == "cholesky");
}
