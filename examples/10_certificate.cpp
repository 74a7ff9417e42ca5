// How to read a certificate: what a tolerance buys, checked against a fit to 1e-10.
#include <cmath>
#include <cstdio>
#include <mercer/mercer.hpp>
#include <string>

using namespace mercer;

// The first power of ten that is at least x.
double power_of_ten(double x) { return std::pow(10, std::ceil(std::log10(x))); }

int main() {
  const std::string folder = MERCER_DATASETS;
  const auto data = load_csv<double>(folder + "/heart.csv", {.target = "target"});
  const arma::ivec labels = class_codes(data.y);
  const auto without_bias = [&](const Svc<double>& svc) {
    return arma::vec(svc.decision_values(data.X) - svc.biases()(0));
  };
  Svc best(Rbf(1.0 / 13), {.C = 10, .tolerance = 1e-10});
  if (!best.fit(data.X, labels)) return 1;

  for (const double tolerance : {1e-1, 1e-3, 1e-6}) {
    Svc svc(Rbf(1.0 / 13), {.C = 10, .tolerance = tolerance});
    const Certificate found = svc.fit(data.X, labels).certificate;
    const double error = arma::abs(without_bias(svc) - without_bias(best)).max();
    std::printf("tolerance %g: dual %.0f <= optimum <= primal %.0f\n", tolerance,
                found.dual_objective, found.primal_objective);
    std::printf("  gap below %g, decision values within %g: %s\n", power_of_ten(found.gap),
                power_of_ten(found.decision_error), error <= found.decision_error ? "true" : "no");
  }

  // The certificate belongs to a model and its data. With one label changed, it is another problem.
  arma::ivec changed = labels;
  changed(best.support_indices()(0)) = 1 - changed(best.support_indices()(0));
  std::printf("verify with one label changed: gap %g\n", verify(best, data.X, changed).gap);
}

// Output:
// tolerance 0.1: dual 660 <= optimum <= primal 665
//   gap below 10, decision values within 10: true
// tolerance 0.001: dual 660 <= optimum <= primal 660
//   gap below 0.1, decision values within 1: true
// tolerance 1e-06: dual 660 <= optimum <= primal 660
//   gap below 0.0001, decision values within 0.01: true
// verify with one label changed: gap inf
