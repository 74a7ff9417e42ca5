// Kernel ridge regression by one method, per round: seconds of the fit, iterations, the certified
// prediction error in deviations of y, memory planned and measured in MB, and on new rows the RMSE
// or the accuracy. The first line is the plan.
// usage: ridge_bench METHOD PROBLEM N DATA [BUDGET]: automatic, cholesky, mixed_cholesky or
// conjugate_gradient; generated, letter or diamonds; rows; the folder with the sets; bytes
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "ridge_problems.hpp"
#include "timing.hpp"

using namespace mercer;

namespace {

const std::map<std::string, RidgeMethod> methods = {
    {"automatic", RidgeMethod::automatic},
    {"cholesky", RidgeMethod::cholesky},
    {"mixed_cholesky", RidgeMethod::mixed_cholesky},
    {"conjugate_gradient", RidgeMethod::conjugate_gradient}};

std::vector<double> run(const bench::RidgeProblem& problem, KernelRidge<double> model,
                        std::size_t planned) {
  bench::wake(planned);
  const bench::PeakMemory memory;
  Report report;
  const double seconds = bench::seconds([&] { report = model.fit(problem.X, problem.Y); });
  const double measured = memory.megabytes();
  if (!model.is_fitted()) throw std::runtime_error(report.message);
  if (!report) std::fprintf(stderr, "ridge_bench: %s\n", report.message.c_str());
  return {seconds,
          static_cast<double>(report.iterations),
          report.certificate.prediction_error / problem.deviation(),
          static_cast<double>(planned) / 1e6,
          measured,
          problem.quality(model.predict(problem.X_new))};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5 || argc > 6 || !methods.contains(argv[1])) {
    std::fprintf(stderr, "usage: ridge_bench METHOD PROBLEM N DATA [BUDGET]\n");
    return 2;
  }
  try {
    const auto problem =
        bench::ridge_problem(argv[2], std::strtoull(argv[3], nullptr, 10), argv[4]);
    KernelRidgeOptions options{.lambda = problem.lambda, .method = methods.at(argv[1])};
    if (argc == 6) options.memory_budget = std::strtoull(argv[5], nullptr, 10);
    const KernelRidge<double> model(Rbf(problem.gamma), options);
    const RidgePlan plan = model.plan(problem.X, problem.Y.n_cols);
    bench::serve(plan.text(), [&] { return run(problem, model, plan.bytes); });
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ridge_bench: %s\n", error.what());
    return 1;
  }
}
