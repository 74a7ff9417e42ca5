// Gaussian process classification against scikit-learn 1.2.1 and integrals by scipy's quad, see
// datasets/reference/make_gaussian_process.py.
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "mercer/data/load_csv.hpp"
#include "mercer/data/scaler.hpp"
#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/fixed.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/gaussian_process_classifier.hpp"
#include "support/catch.hpp"
#include "support/reference.hpp"

using namespace mercer;

namespace {

std::map<std::string, std::vector<double>> reference_of(const std::string& dataset) {
  std::map<std::string, std::vector<double>> values;
  for (auto& line : test::read_table("reference/gaussian_process.csv")) {
    if (line["dataset"] != dataset || line["kernel"] != "laplace") continue;
    values[line["quantity"]].push_back(std::stod(line["value"]));
  }
  return values;
}

double largest_difference(const arma::vec& values, const std::vector<double>& expected) {
  return arma::abs(values - arma::vec(expected)).max();
}

}  // namespace

TEST_CASE("classification is scikit-learn's, its integrals scipy's", "[truth][gp]") {
  const std::string name = GENERATE("heart", "iris");
  CAPTURE(name);
  const index_t stride = name == "heart" ? 7 : 11;
  const auto data = load_csv<double>(test::dataset_path(name + ".csv"), {.target = "target"});
  const arma::mat scaled = Scaler<double>::standardise(data.X).apply(data.X);
  const index_t all = scaled.n_cols, n = all - 20;
  arma::mat X(scaled.n_rows, all);
  arma::ivec labels(all);
  for (index_t i = 0; i < all; ++i) {
    X.col(i) = scaled.col(i * stride % all);
    labels(i) = static_cast<arma::sword>(std::lround(data.y(i * stride % all)));
  }
  auto reference = reference_of(name);
  std::vector<double> weights;
  for (index_t k = 0; k < X.n_rows; ++k) {
    weights.push_back(1 / (0.8 + 0.4 * static_cast<double>(k)));
  }
  const AnyKernel kernel = 6.0 * Ard(weights, fixed(Rbf(0.5)));
  GaussianProcessClassifier<double> model(kernel);
  const Report report = model.fit(X.head_cols(n), labels.head(n));
  REQUIRE(report);
  CHECK(report.certificate.gap <= 1e-10);
  CHECK(report.certificate.gap >= -1e-10);

  const double value = reference["value"].at(0);
  CHECK(std::abs(model.log_marginal_likelihood() - value) <= 1e-8 * std::abs(value));
  const MarginalLikelihood at =
      model.marginal_likelihood(X.head_cols(n), labels.head(n), kernel->theta());
  CHECK(at.value == Approx(value).epsilon(1e-8));
  REQUIRE(at.gradient.size() == reference["gradient"].size());
  for (std::size_t p = 0; p < at.gradient.size(); ++p) {
    CAPTURE(p);
    const double power = p == 0 ? 1 : -1;  // weights are inverse length scales
    CHECK(std::abs(power * at.gradient[p] - reference["gradient"][p]) <= 1e-7);
  }

  const arma::mat X_new = X.tail_cols(20);
  const arma::mat p = model.probabilities(X_new);
  arma::mat exact(20, p.n_cols);
  for (index_t problem = 0; problem < model.problems(); ++problem) {
    const std::string number = std::to_string(problem);
    const GaussianPrediction<double> f = model.latent(X_new, problem);
    CHECK(largest_difference(f.mean, reference["mean" + number]) <= 1e-8);
    CHECK(largest_difference(f.standard_deviation, reference["std" + number]) <= 1e-8);
    const arma::vec integral(reference["integral" + number]);
    if (model.problems() == 1) {
      exact.col(1) = integral;
      exact.col(0) = 1 - integral;
    } else {
      exact.col(problem) = integral;
    }
  }
  for (index_t i = 0; i < 20; ++i) exact.row(i) /= arma::accu(exact.row(i));
  CHECK(arma::abs(p - exact).max() <= 1e-8);
  // scikit-learn replaces the integral by a fit of five error functions.
  for (index_t c = 0; c < p.n_cols; ++c) {
    CHECK(largest_difference(p.col(c), reference["approximate" + std::to_string(c)]) <= 2e-3);
  }
}
