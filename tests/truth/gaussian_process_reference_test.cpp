// Gaussian processes against scikit-learn 1.2.1, see datasets/reference/make_gaussian_process.py.
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "mercer/data/load_csv.hpp"
#include "mercer/data/scaler.hpp"
#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/fixed.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/rational_quadratic.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "support/catch.hpp"
#include "support/reference.hpp"

using namespace mercer;

namespace {

using Key = std::pair<std::string, std::string>;  // kernel and quantity

std::map<Key, std::vector<double>> reference_of(const std::string& dataset) {
  std::map<Key, std::vector<double>> values;
  for (auto& line : test::read_table("reference/gaussian_process.csv")) {
    if (line["dataset"] != dataset) continue;
    values[{line["kernel"], line["quantity"]}].push_back(std::stod(line["value"]));
  }
  return values;
}

// The kernel and, for each of its parameters, its exponent in scikit-learn's.
struct Line {
  std::string name;
  AnyKernel kernel;
  std::vector<double> powers;
};

std::vector<Line> lines(double amplitude, index_t d) {
  std::vector<double> weights;
  std::vector<double> powers = {1};
  for (index_t k = 0; k < d; ++k) {
    weights.push_back(1 / (0.8 + 0.4 * static_cast<double>(k)));
    powers.push_back(-1);
  }
  powers.push_back(1);
  return {{"rbf", amplitude * Rbf::from_sigma(1.7), {1, -2, 1}},
          {"ard_rbf", amplitude * Ard(weights, fixed(Rbf(0.5))), powers},
          {"ard_matern52", amplitude * Ard(weights, fixed(Matern52(1))), powers},
          {"matern32", amplitude * Matern32(2.3), {1, 1, 1}},
          {"rational_quadratic", amplitude * RationalQuadratic(0.9, 2.1), {1, 1, 1, 1}}};
}

bool near(double value, double expected, double size) {
  return std::abs(value - expected) <= 1e-8 * size;
}

}  // namespace

TEST_CASE("likelihood, gradient and predictions are scikit-learn's", "[truth][gp]") {
  const std::string name = GENERATE("diabetes", "concrete");
  const double amplitude = name == "diabetes" ? 2500 : 200;
  const double noise = name == "diabetes" ? 2800 : 15;
  const auto data = load_csv<double>(test::dataset_path(name + ".csv"), {.target = "target"});
  const arma::mat X = Scaler<double>::standardise(data.X).apply(data.X);
  const arma::vec y = data.y - arma::mean(data.y);
  const index_t n = y.n_elem - 40;
  auto reference = reference_of(name);

  for (const Line& line : lines(amplitude, X.n_rows)) {
    CAPTURE(name, line.name);
    arma::vec known;
    if (line.name == "matern32") {
      known.set_size(n);
      for (index_t i = 0; i < n; ++i) known(i) = noise / 10 * static_cast<double>(i % 7);
    }
    GaussianProcess<double> model(line.kernel, {.noise = noise, .centre_target = false});
    const Report report = model.fit(X.head_cols(n), y.head(n), known);
    REQUIRE(report);
    CHECK(model.jitter() == 0);
    CHECK(report.certificate.backward_error <= 1e-14);

    const double value = reference[{line.name, "value"}].at(0);
    CHECK(near(model.log_marginal_likelihood(), value, std::abs(value)));
    const MarginalLikelihood likelihood =
        model.marginal_likelihood(X.head_cols(n), y.head(n), model.theta(), known);
    CHECK(likelihood.value == Approx(model.log_marginal_likelihood()).epsilon(1e-12));
    const std::vector<double>& gradient = reference[{line.name, "gradient"}];
    REQUIRE(gradient.size() == likelihood.gradient.size());
    for (std::size_t p = 0; p < gradient.size(); ++p) {
      CAPTURE(p);
      CHECK(near(line.powers[p] * likelihood.gradient[p], gradient[p],
                 std::max(1.0, std::abs(gradient[p]))));
    }
    const GaussianPrediction<double> predicted =
        model.predict_with_std(X.tail_cols(40), Spread::observation);
    for (index_t i = 0; i < 40; ++i) {
      CHECK(near(predicted.mean(i), reference[{line.name, "mean"}].at(i), 100));
      CHECK(near(predicted.standard_deviation(i), reference[{line.name, "std"}].at(i),
                 predicted.standard_deviation(i)));
    }
  }
}
