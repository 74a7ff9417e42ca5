#include "model/gaussian_posterior.hpp"

#include <cmath>

#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/random_points.hpp"

using namespace mercer;
using test::same_bits;

namespace {

constexpr auto by_products = GaussianProcessMethod::conjugate_gradient;

}  // namespace

TEST_CASE("standard deviations by products are Cholesky's within their bound, from above",
          "[model][gp][lanczos]") {
  const arma::mat X = random_points<double>(2, 500, 71);
  const arma::mat X_new = arma::join_rows(random_points<double>(2, 90, 72), X.head_cols(40));
  const arma::vec y = arma::sin(X.row(0).t());
  const AnyKernel kernel = GENERATE(AnyKernel(1.5 * Rbf(0.4)), AnyKernel(0.7 * Matern12(2)));
  const double noise = GENERATE(1e-4, 0.1), tolerance = GENERATE(1e-2, 1e-5);
  const bool is_known = GENERATE(false, true);
  CAPTURE(kernel->expression(), noise, tolerance, is_known);
  arma::vec known;
  if (is_known) known = arma::linspace(0, 0.3, 500);
  GaussianProcess<double> exact(kernel, {.noise = noise});
  GaussianProcess<double> model(kernel,
                                {.noise = noise, .method = by_products, .tolerance = tolerance});
  REQUIRE(exact.fit(X, y, known));
  REQUIRE(model.fit(X, y, known));
  for (const Spread spread : {Spread::function, Spread::observation}) {
    const auto expected = exact.predict_with_std(X_new, spread);
    const auto own = model.predict_with_std(X_new, spread);
    CHECK(expected.standard_deviation_error == 0);
    CHECK(own.standard_deviation_error <= tolerance * std::sqrt(1.5));
    const arma::vec above = own.standard_deviation - expected.standard_deviation;
    const double rounding = 1e-9;
    CHECK(above.min() >= -rounding);
    CHECK(above.max() <= own.standard_deviation_error + rounding);
    CHECK(same_bits<double>(own.mean, model.predict(X_new)));
  }
  const auto expected = exact.predict_with_covariance(X_new.head_cols(60));
  const auto own = model.predict_with_covariance(X_new.head_cols(60));
  CHECK(own.covariance.is_symmetric());
  const arma::mat above = own.covariance - expected.covariance;
  CHECK(arma::eig_sym(arma::symmatl(above)).min() >= -1e-10);
  CHECK(arma::abs(above).max() <= 1.5 * tolerance * tolerance + 1e-10);
}

TEST_CASE("blocks of new points do not show in standard deviations", "[model][gp][lanczos]") {
  const arma::mat X = random_points<double>(2, 15000, 73), X_new = random_points<double>(2, 70, 74);
  const arma::vec y = arma::sin(X.row(0).t());
  GaussianProcess<double> model(1.0 * Rbf(0.2), {.noise = 0.1, .method = by_products, .rank = 60});
  REQUIRE(model.fit(X, y));
  const auto whole = model.predict_with_std(X_new);  // of 64 and 6
  const auto part = model.predict_with_std(X_new.tail_cols(6));
  CHECK(same_bits<double>(part.standard_deviation, whole.standard_deviation.tail(6)));
  CHECK(model.predict_with_std(arma::mat(2, 0)).standard_deviation.n_elem == 0);
}

TEST_CASE("functions drawn from a model by products have its mean and covariance",
          "[model][gp][lanczos]") {
  const arma::mat X = random_points<double>(1, 50, 75), X_new = random_points<double>(1, 5, 76);
  GaussianProcess<double> model(1.3 * Rbf(0.7), {.noise = 0.05, .method = by_products});
  REQUIRE(model.fit(X, arma::vec(arma::sin(X.row(0).t()))));
  const index_t count = 20000;
  const arma::mat samples = model.sample(X_new, count, 5);
  const JointPrediction<double> joint = model.predict_with_covariance(X_new);
  const arma::vec allowed = 4 * arma::sqrt(joint.covariance.diag() / double(count));
  CHECK(arma::all(arma::abs(arma::mean(samples, 1) - joint.mean) <= allowed));
  CHECK(arma::abs(arma::cov(samples.t()) - joint.covariance).max() <=
        6 * joint.covariance.diag().max() / std::sqrt(double(count)));
}
