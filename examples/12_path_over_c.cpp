// A path over C: each fit begins at the solution before it.
#include <cstdio>
#include <mercer/mercer.hpp>
#include <string>

using namespace mercer;

int main() {
  const std::string folder = MERCER_DATASETS;
  const auto data = load_csv<double>(folder + "/spam.csv", {.target = "target"});
  const Split split = split_permutation(load_permutation(folder + "/perm_spam.txt"), 0.5);
  const auto train = take(data, split.train), test = take(data, split.test);
  const auto scaler = Scaler<double>::standardise(train.X);
  const arma::mat X = scaler.apply(train.X), X_test = scaler.apply(test.X);
  const arma::ivec labels = class_codes(train.y), truth = class_codes(test.y);

  const std::vector<double> C = {0.1, 0.3, 1, 3, 10, 30};
  const auto path = svc_path(Rbf(1.0 / 57), X, labels, C);
  arma::uword warm = 0, cold = 0;
  for (std::size_t k = 0; k < path.models.size(); ++k) {
    const Svc<double>& svc = path.models[k];
    std::printf("C = %4g: %s, test accuracy %.2f\n", C[k],
                to_string(path.reports[k].status).c_str(), accuracy(truth, svc.predict(X_test)));
    Svc alone(Rbf(1.0 / 57), svc.options());
    cold += alone.fit(X, labels).iterations;
    warm += path.reports[k].iterations;
  }
  std::printf("the path takes %s steps than fits on their own\n", warm < cold ? "fewer" : "more");
}

// Output:
// C =  0.1: converged, test accuracy 0.90
// C =  0.3: converged, test accuracy 0.92
// C =    1: converged, test accuracy 0.93
// C =    3: converged, test accuracy 0.93
// C =   10: converged, test accuracy 0.93
// C =   30: converged, test accuracy 0.92
// the path takes fewer steps than fits on their own
