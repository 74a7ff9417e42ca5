// A support vector machine that tells spam from other mail, with its certificate.
#include <cstdio>
#include <mercer/mercer.hpp>
#include <string>

using namespace mercer;

int main() {
  const std::string folder = MERCER_DATASETS;
  const auto data = load_csv<double>(folder + "/spam.csv", {.target = "target"});
  const Split split = split_permutation(load_permutation(folder + "/perm_spam.txt"), 0.8);
  const auto train = take(data, split.train);
  const auto test = take(data, split.test);
  const auto scaler = Scaler<double>::standardise(train.X);

  Svc svc(Rbf(1.0 / 57), {.C = 10});
  const Report report = svc.fit(scaler.apply(train.X), class_codes(train.y));
  std::printf("%s, %llu of %llu rows are support vectors\n", to_string(report.status).c_str(),
              static_cast<unsigned long long>(svc.support_indices().n_elem),
              static_cast<unsigned long long>(train.X.n_cols));
  // The optimum lies between the dual and the primal objective: no better model hides anywhere.
  std::printf("dual %.0f <= optimum <= primal %.0f\n", report.certificate.dual_objective,
              report.certificate.primal_objective);

  const arma::ivec labels = class_codes(test.y);
  const arma::ivec predicted = svc.predict(scaler.apply(test.X));
  const ConfusionMatrix confusion = confusion_matrix(labels, predicted);
  std::printf("%.2f %% of %llu test rows are right; mail taken for spam: %llu, spam missed: %llu\n",
              100 * accuracy(labels, predicted), static_cast<unsigned long long>(labels.n_elem),
              static_cast<unsigned long long>(confusion.counts(0, 1)),
              static_cast<unsigned long long>(confusion.counts(1, 0)));
}

// Output:
// converged, 872 of 3680 rows are support vectors
// dual 3901 <= optimum <= primal 3902
// 92.62 % of 921 test rows are right; mail taken for spam: 25, spam missed: 43
