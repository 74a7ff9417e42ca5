#include "mercer/model/gaussian_process.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/core/random.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/fixed.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/rational_quadratic.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/subset.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/random_points.hpp"

using namespace mercer;
using test::same_bits;

namespace {

// A smooth function of the first two features, noise of variance 0.01.
arma::vec outputs(const arma::mat& X) {
  Random random(9);
  arma::vec y(X.n_cols);
  for (index_t i = 0; i < y.n_elem; ++i) {
    y(i) = 3 + std::sin(2 * X(0, i)) + 0.5 * X(1, i) + 0.1 * random.normal();
  }
  return y;
}

Ard ard(index_t d) { return Ard(std::vector<double>(d, 1.0), fixed(Rbf(0.5))); }

}  // namespace

TEST_CASE("the gradient of the likelihood equals central differences", "[model][gp]") {
  const arma::mat X = random_points<double>(3, 70, 1);
  const arma::vec y = outputs(X);
  const arma::vec known = arma::linspace(0, 0.2, 70);
  const AnyKernel kernel = 2.0 * Ard({1.2, 0.7, 0.3}, RationalQuadratic(1.4, 0.9)) +
                           0.3 * Subset({0}, Matern32(0.8)) * Linear();
  const GaussianProcess<double> model(kernel, {.noise = 0.05});
  const std::vector<double> theta = model.theta();
  const auto at = [&](std::size_t p, double shift) {
    std::vector<double> moved = theta;
    moved[p] += shift;
    return model.marginal_likelihood(X, y, moved, known).value;
  };
  const std::vector<double> gradient = model.marginal_likelihood(X, y, theta, known).gradient;
  REQUIRE(gradient.size() == theta.size());
  REQUIRE(gradient.size() == model.theta_names().size());
  CHECK(model.theta_names().back() == "noise");
  for (std::size_t p = 0; p < theta.size(); ++p) {
    CAPTURE(p, model.theta_names()[p]);
    const double h = 1e-3;
    const double difference =
        (8 * (at(p, h) - at(p, -h)) - (at(p, 2 * h) - at(p, -2 * h))) / (12 * h);
    CHECK(std::abs(gradient[p] - difference) <= 1e-8 * (1 + std::abs(difference)));
  }
}

TEST_CASE("predictions are those of the formulas", "[model][gp]") {
  const arma::mat X = random_points<double>(2, 90, 2);
  const arma::mat X_new = random_points<double>(2, 300, 3);
  const arma::vec y = outputs(X);
  const AnyKernel kernel = 1.5 * Rbf(0.4);
  GaussianProcess<double> model(kernel, {.noise = 0.02});
  REQUIRE(model.fit(X, y));
  CHECK(model.mean() == Approx(arma::mean(y)).epsilon(1e-14));

  const arma::mat A = gram(kernel, X) + 0.02 * arma::eye(90, 90);
  const arma::mat K_new = gram(kernel, X_new, X);
  const arma::vec mean = arma::mean(y) + K_new * arma::solve(A, y - arma::mean(y));
  const arma::mat covariance = gram(kernel, X_new) - K_new * arma::solve(A, K_new.t());
  const arma::vec deviation = arma::sqrt(covariance.diag());

  const GaussianPrediction<double> function = model.predict_with_std(X_new);
  CHECK(arma::abs(function.mean - mean).max() <= 1e-11);
  CHECK(arma::abs(function.standard_deviation - deviation).max() <= 1e-10);
  CHECK(same_bits<double>(function.mean, model.predict(X_new)));
  const GaussianPrediction<double> observation = model.predict_with_std(X_new, Spread::observation);
  CHECK(arma::abs(observation.standard_deviation - arma::sqrt(covariance.diag() + 0.02)).max() <=
        1e-11);
  const JointPrediction<double> joint = model.predict_with_covariance(X_new);
  CHECK(arma::abs(joint.covariance - covariance).max() <= 1e-11);
  CHECK(joint.covariance.is_symmetric());
  const JointPrediction<double> noisy = model.predict_with_covariance(X_new, Spread::observation);
  CHECK(arma::abs(noisy.covariance - joint.covariance - 0.02 * arma::eye(300, 300)).max() <= 1e-15);
}

TEST_CASE("the optimum is where the gradient vanishes, the same for any threads", "[model][gp]") {
  const arma::mat X = random_points<double>(4, 300, 4);
  const arma::vec y = outputs(X);
  GaussianProcessOptions options{.noise = 1, .optimise = true, .threads = 1};
  GaussianProcess<double> model(1.0 * ard(4), options);
  const Report report = model.fit(X, y);
  REQUIRE(report);
  CHECK(report.residual <= options.search.tolerance);
  const MarginalLikelihood at = model.marginal_likelihood(X, y, model.theta());
  CHECK(at.value == Approx(model.log_marginal_likelihood()).epsilon(1e-12));
  const auto* product = dynamic_cast<const ScaledKernel*>(&model.kernel());
  REQUIRE(product != nullptr);
  const auto& weights = dynamic_cast<const Ard&>(product->inner()).weights();
  // What plays no part is switched off, and the noise is found.
  CHECK(weights[2] < 0.1 * weights[0]);
  CHECK(weights[3] < 0.1 * weights[0]);
  CHECK(model.noise() == Approx(0.01).epsilon(0.25));
  for (const int threads : {2, 3, 5}) {
    options.threads = threads;
    GaussianProcess<double> other(1.0 * ard(4), options);
    REQUIRE(other.fit(X, y));
    CHECK(other.theta() == model.theta());
    CHECK(other.log_marginal_likelihood() == model.log_marginal_likelihood());
    CHECK(same_bits<double>(other.coefficients(), model.coefficients()));
    const auto one = model.predict_with_std(X.head_cols(100));
    const auto two = other.predict_with_std(X.head_cols(100));
    CHECK(same_bits<double>(one.mean, two.mean));
    CHECK(same_bits<double>(one.standard_deviation, two.standard_deviation));
    CHECK(same_bits(model.sample(X.head_cols(50), 3), other.sample(X.head_cols(50), 3)));
  }
}

TEST_CASE("bounds, fixed noise and restarts of the search", "[model][gp]") {
  const arma::mat X = random_points<double>(2, 80, 5);
  const arma::vec y = outputs(X);
  SECTION("the noise stays as it is") {
    GaussianProcess<double> model(1.0 * ard(2),
                                  {.noise = 0.5, .optimise = true, .optimise_noise = false});
    REQUIRE(model.fit(X, y));
    CHECK(model.noise() == 0.5);
  }
  SECTION("parameters stay within bounds") {
    GaussianProcess<double> model(
        1.0 * Rbf(0.5),
        {.noise = 0.5, .optimise = true, .search = {.lower = {-1, -1, -1}, .upper = {0.1, 2, 0}}});
    const Report report = model.fit(X, y);
    CHECK(report);
    CHECK(model.theta().back() == -1);  // the noise would be smaller
    CHECK(model.theta()[0] <= 0.1);
  }
  SECTION("restarts find what one start misses") {
    // At a length scale below all distances K is a multiple of the identity, whatever gamma is.
    GaussianProcessOptions options{.noise = 1, .optimise = true};
    GaussianProcess<double> one(1.0 * Rbf(3e4), options);
    REQUIRE(one.fit(X, y));
    options.search.restarts = 5;
    GaussianProcess<double> several(1.0 * Rbf(3e4), options);
    REQUIRE(several.fit(X, y));
    CHECK(several.log_marginal_likelihood() > one.log_marginal_likelihood() + 10);
  }
}

TEST_CASE("intervals cover what is drawn from the prior", "[model][gp]") {
  // 1000 functions at 40 + 25 points, all as one outputs matrix of draws with noise.
  const arma::mat X = random_points<double>(2, 65, 6);
  const AnyKernel kernel = 2.0 * Matern52(1.1);
  const double noise = 0.1;
  GaussianProcess<double> model(kernel, {.noise = noise, .centre_target = false});
  arma::mat draws = model.sample_prior(X, 1000, 42);
  Random random(43);
  for (double& value : draws) value += std::sqrt(noise) * random.normal();
  index_t inside = 0;
  for (index_t draw = 0; draw < 1000; ++draw) {
    REQUIRE(model.fit(X.head_cols(40), arma::vec(draws.col(draw).head(40))));
    const auto predicted = model.predict_with_std(X.tail_cols(25), Spread::observation);
    const arma::vec error = draws.col(draw).tail(25) - predicted.mean;
    inside += arma::accu(arma::abs(error) <= 1.959963984540054 * predicted.standard_deviation);
  }
  const double coverage = static_cast<double>(inside) / 25000;
  CAPTURE(coverage);
  CHECK(coverage >= 0.94);
  CHECK(coverage <= 0.96);
}

TEST_CASE("samples have the mean and covariance of the posterior", "[model][gp]") {
  const arma::mat X = random_points<double>(1, 12, 7);
  const arma::mat X_new = random_points<double>(1, 5, 8);
  GaussianProcess<double> model(1.3 * Rbf(0.7), {.noise = 0.05});
  REQUIRE(model.fit(X, arma::vec(arma::sin(X.row(0).t()))));
  const index_t count = 20000;
  const arma::mat samples = model.sample(X_new, count, 5);
  const JointPrediction<double> joint = model.predict_with_covariance(X_new);
  const arma::vec mean = arma::mean(samples, 1);
  const arma::vec allowed = 4 * arma::sqrt(joint.covariance.diag() / double(count));
  CHECK(arma::all(arma::abs(mean - joint.mean) <= allowed));
  const arma::mat covariance = arma::cov(samples.t());
  CHECK(arma::abs(covariance - joint.covariance).max() <=
        6 * joint.covariance.diag().max() / std::sqrt(double(count)));
  CHECK(same_bits(samples, model.sample(X_new, count, 5)));
  // The prior has k itself.
  const arma::mat prior = model.sample_prior(X_new, count, 6);
  CHECK(arma::abs(arma::cov(prior.t()) - gram(model.kernel(), X_new)).max() <=
        6 * 1.3 / std::sqrt(double(count)));
}

TEST_CASE("models of float are those of double on the same points", "[model][gp]") {
  const arma::fmat X = random_points<float>(2, 60, 9);
  const arma::mat X_double = arma::conv_to<arma::mat>::from(X);
  const arma::fvec y = arma::conv_to<arma::fvec>::from(outputs(X_double));
  GaussianProcess<float> single(1.0 * Rbf(0.5), {.optimise = true});
  GaussianProcess<double> wide(1.0 * Rbf(0.5), {.optimise = true});
  REQUIRE(single.fit(X, y));
  REQUIRE(wide.fit(X_double, arma::conv_to<arma::vec>::from(y)));
  CHECK(single.theta() == wide.theta());
  const auto one = single.predict_with_std(X);
  const auto two = wide.predict_with_std(X_double);
  CHECK(arma::approx_equal(arma::conv_to<arma::vec>::from(one.mean), two.mean, "absdiff", 1e-6));
  CHECK(arma::approx_equal(arma::conv_to<arma::vec>::from(one.standard_deviation),
                           two.standard_deviation, "absdiff", 1e-6));
}

TEST_CASE("the operator door gives what the points give", "[model][gp]") {
  const arma::mat X = random_points<double>(2, 70, 12), X_new = random_points<double>(2, 30, 13);
  const arma::vec y = outputs(X);
  const arma::vec known = arma::linspace(0, 0.1, 70);
  const AnyKernel kernel = 1.5 * Rbf(0.4);
  GaussianProcess<double> model(kernel, {.noise = 0.02}), precomputed({.noise = 0.02});
  REQUIRE(model.fit(X, y, known));
  REQUIRE(precomputed.fit(DenseGram<double>(gram(kernel, X)), y, known));
  CHECK(precomputed.log_marginal_likelihood() == model.log_marginal_likelihood());
  CHECK(precomputed.dim() == 0);
  const DenseGram<double> K_new(gram(kernel, X_new, X));
  const auto expected = model.predict_with_std(X_new, Spread::observation);
  const auto predicted = precomputed.predict_with_std(K_new, arma::vec(30, arma::fill::value(1.5)),
                                                      Spread::observation);
  CHECK(arma::abs(predicted.mean - expected.mean).max() <= 1e-13);
  CHECK(arma::abs(predicted.standard_deviation - expected.standard_deviation).max() <= 1e-13);
  CHECK(precomputed.theta() == std::vector<double>{std::log(0.02)});
  CHECK_THROWS_AS(precomputed.predict(X_new), LogicError);
  CHECK_THROWS_AS(precomputed.sample(X_new, 1), LogicError);
  CHECK_THROWS_AS(precomputed.sample_prior(X_new, 1), LogicError);
  CHECK_THROWS_AS(precomputed.kernel(), LogicError);
  CHECK_THROWS_AS(precomputed.fit(X, y), LogicError);
  GaussianProcess<double> searching({.optimise = true});
  CHECK_THROWS_AS(searching.fit(K_new, y), LogicError);
  CHECK_THROWS_AS(precomputed.fit(K_new, y), std::invalid_argument);  // not square
}

TEST_CASE("no new points and no functions are predictions of no size", "[model][gp]") {
  const arma::mat X = random_points<double>(2, 20, 16), none(2, 0);
  GaussianProcess<double> model(1.0 * Rbf(0.5));
  REQUIRE(model.fit(X, outputs(X)));
  CHECK(model.predict(none).n_elem == 0);
  CHECK(model.predict_with_std(none).standard_deviation.n_elem == 0);
  CHECK(model.predict_with_covariance(none).covariance.n_elem == 0);
  CHECK(model.sample(none, 3).n_rows == 0);
  CHECK(model.sample(X, 0).n_cols == 0);
  CHECK(model.sample_prior(X, 2).n_cols == 2);
}

TEST_CASE("a second fit begins where the first one began", "[model][gp]") {
  const arma::mat X = random_points<double>(2, 50, 15);
  GaussianProcess<double> model(1.0 * Rbf(0.5), {.noise = 0.1, .optimise = true});
  REQUIRE(model.fit(X, outputs(X)));
  const std::vector<double> theta = model.theta();
  REQUIRE(model.fit(X.head_cols(30), arma::vec(outputs(X).head(30))));
  CHECK(model.theta() != theta);
  REQUIRE(model.fit(X, outputs(X)));
  CHECK(model.theta() == theta);
}

TEST_CASE("without a search the parameters keep their bits", "[model][gp]") {
  const arma::mat X = random_points<double>(2, 20, 14);
  GaussianProcess<double> model(0.7 * Rbf(0.3), {.noise = 0.3, .optimise_noise = false});
  REQUIRE(model.fit(X, outputs(X)));
  CHECK(model.noise() == 0.3);
  CHECK(model.kernel().expression() == "0.7 * rbf(gamma=0.3)");
}

TEST_CASE("verify recomputes the certificate", "[model][gp]") {
  const arma::mat X = random_points<double>(2, 300, 10);
  const arma::vec y = outputs(X);
  const arma::vec known = arma::linspace(0, 0.1, 300);
  GaussianProcess<double> model(1.0 * Rbf(0.5), {.noise = 0.05});
  const Report report = model.fit(X, y, known);
  REQUIRE(report);
  const Certificate again = verify(model, X, y, known);
  CHECK(again.relative_residual == report.certificate.relative_residual);
  CHECK(again.backward_error <= 1e-14);
  // Of other outputs the coefficients are no solution.
  CHECK(verify(model, X, arma::vec(2 * y), known).relative_residual > 0.1);
}
