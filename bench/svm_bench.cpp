// Seconds for a support vector machine: training, and prediction of 1000 rows; then the dual
// objective (minimised, summed over pairs of classes) and the number of support vectors; where
// labels of the new rows are known, mercer's accuracy and the peak memory of its process in MB.
// usage: svm_bench mercer|libsvm PROBLEM N TOLERANCE DATA FASHION, see svm_problems.hpp
#include <libsvm/svm.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "svm_problems.hpp"
#include "timing.hpp"

using namespace mercer;

namespace {

using Figures = std::vector<double>;  // of a round

// Per 1000 rows. All new rows where they are predicted together, some where one by one.
template <class Predict>
double per_thousand(arma::uword rows, const Predict& predict) {
  return bench::seconds(predict) * 1000 / static_cast<double>(rows);
}

Figures run_mercer(const bench::SvmProblem& problem, double tolerance) {
  const Rbf kernel(problem.gamma);
  Report report;
  if (problem.is_regression()) {
    Svr<double> model(kernel, {.C = problem.C, .epsilon = 0.1, .tolerance = tolerance});
    const double fit = bench::seconds([&] { report = model.fit(problem.X, problem.targets); });
    const double predict =
        per_thousand(problem.X_new.n_cols, [&] { return model.predict(problem.X_new); });
    return {fit, predict, -report.certificate.dual_objective,
            static_cast<double>(model.support_indices().n_elem)};
  }
  Svc<double> model(
      kernel, {.C = problem.C, .tolerance = tolerance, .memory_budget = problem.memory_budget});
  const double fit = bench::seconds([&] { report = model.fit(problem.X, problem.labels); });
  arma::ivec predicted;
  const double predict =
      per_thousand(problem.X_new.n_cols, [&] { predicted = model.predict(problem.X_new); });
  Figures out = {fit, predict, -report.certificate.dual_objective,
                 static_cast<double>(model.support_indices().n_elem)};
  if (!problem.labels_new.is_empty()) {
    out.push_back(accuracy(problem.labels_new, predicted));
    out.push_back(bench::peak_megabytes());
  }
  return out;
}

double objective = 0;  // summed from what LIBSVM prints

void hear(const char* text) {
  double value = 0;
  if (std::sscanf(text, "obj = %lf", &value) == 1) objective += value;
}

// Rows in LIBSVM's form.
struct Rows {
  std::vector<svm_node> nodes;
  std::vector<svm_node*> first;
  explicit Rows(const arma::mat& X) {
    nodes.reserve((X.n_rows + 1) * X.n_cols);  // pointers stay
    for (arma::uword i = 0; i < X.n_cols; ++i) {
      first.push_back(nodes.data() + nodes.size());
      for (arma::uword k = 0; k < X.n_rows; ++k) {
        if (X(k, i) != 0) nodes.push_back({static_cast<int>(k) + 1, X(k, i)});
      }
      nodes.push_back({-1, 0});
    }
  }
};

Figures run_libsvm(const bench::SvmProblem& problem, double tolerance, Rows& rows, Rows& rows_new) {
  svm_parameter parameter{};
  parameter.svm_type = problem.is_regression() ? EPSILON_SVR : C_SVC;
  parameter.kernel_type = RBF;
  parameter.gamma = problem.gamma;
  parameter.C = problem.C;
  parameter.p = 0.1;
  parameter.eps = tolerance;
  parameter.cache_size = 2000;
  parameter.shrinking = 1;
  std::vector<double> y;
  for (arma::uword i = 0; i < problem.X.n_cols; ++i) {
    y.push_back(problem.is_regression() ? problem.targets(i)
                                        : static_cast<double>(problem.labels(i)));
  }
  svm_problem data{static_cast<int>(y.size()), y.data(), rows.first.data()};
  objective = 0;
  svm_set_print_string_function(hear);
  svm_model* model = nullptr;
  const double fit = bench::seconds([&] { model = svm_train(&data, &parameter); });
  const arma::uword some = std::min<arma::uword>(rows_new.first.size(), 500);
  const double predict = per_thousand(some, [&] {
    for (arma::uword i = 0; i < some; ++i) svm_predict(model, rows_new.first[i]);
  });
  const double support = svm_get_nr_sv(model);
  svm_free_and_destroy_model(&model);
  return {fit, predict, objective, support};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(stderr, "usage: svm_bench mercer|libsvm PROBLEM N TOLERANCE DATA FASHION\n");
    return 2;
  }
  const bool ours = std::string(argv[1]) == "mercer";
  const double tolerance = std::atof(argv[4]);
  try {
    const auto problem = bench::svm_problem(argv[2], argv[5], argv[6],
                                            static_cast<arma::uword>(std::atoll(argv[3])));
    if (ours) {
      bench::serve("mercer", [&] {
        bench::wake(std::size_t{1} << 28);
        return run_mercer(problem, tolerance);
      });
    } else {
      Rows rows(problem.X), rows_new(problem.X_new);
      bench::serve("LIBSVM " + std::to_string(LIBSVM_VERSION),
                   [&] { return run_libsvm(problem, tolerance, rows, rows_new); });
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "svm_bench: %s\n", error.what());
    return 1;
  }
}
