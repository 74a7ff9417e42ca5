// Cross-validation over kernels and C: which Rbf and which C for the spam data, in one call.
#include <cstdio>
#include <mercer/mercer.hpp>

using namespace mercer;

int main() {
  const std::string folder = MERCER_DATASETS;
  const auto data = load_csv<double>(folder + "/spam.csv", {.target = "target"});
  const Split split = split_permutation(load_permutation(folder + "/perm_spam.txt"), 0.5);
  const auto train = take(data, split.train), test = take(data, split.test);
  const auto scaler = Scaler<double>::standardise(train.X);
  const arma::mat X = scaler.apply(train.X);
  const arma::ivec labels = class_codes(train.y);

  const std::vector<double> gammas = powers(1.0 / 1024, 4, 5), C = powers(0.1, 10, 4);
  const SvcGrid grid = svc_grid(rbf_kernels(gammas), X, labels, C);
  std::printf("gamma     C = 0.1       1      10     100\n");
  for (std::size_t k = 0; k < gammas.size(); ++k) {
    std::printf("%-9.4g", gammas[k]);
    for (std::size_t c = 0; c < C.size(); ++c) std::printf("  %6.2f", grid.accuracy(k, c));
    std::printf("\n");
  }
  const double gamma = gammas[grid.best->kernel], best = C[grid.best->C];
  Svc<double> svc(Rbf(gamma), {.C = best});
  const Report report = svc.fit(X, labels);
  std::printf("best: gamma = %.4g, C = %g; %s, test accuracy %.2f\n", gamma, best,
              to_string(report.status).c_str(),
              accuracy(class_codes(test.y), svc.predict(scaler.apply(test.X))));
}

// Output:
// gamma     C = 0.1       1      10     100
// 0.0009766    0.75    0.89    0.92    0.92
// 0.003906     0.87    0.92    0.93    0.93
// 0.01562      0.89    0.92    0.93    0.92
// 0.0625       0.84    0.91    0.91    0.90
// 0.25         0.60    0.83    0.84    0.83
// best: gamma = 0.003906, C = 10; converged, test accuracy 0.94
