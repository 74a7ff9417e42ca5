// The fit of ridge_bench by dlib's krr_trainer, per round: the figures of ridge_bench (nan where
// there is none). One thread.
//
// The nearest to what mercer solves: all points as basis (by default dlib takes at most 400), and a
// lambda that is given (by default it searches one by leave-one-out). Its objective has the sum of
// squared errors and no factor n, so lambda is the same number; but it is put on the bias as well.
// It works in the space of features that the n points span: their eigenvectors, then an
// eigenproblem of size n + 1, in all many times n^3 flops. usage: ridge_dlib N; the problem is the
// generated one
#include <dlib/revision.h>
#include <dlib/svm.h>

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "ridge_problems.hpp"
#include "timing.hpp"

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

using Sample = dlib::matrix<double, 0, 1>;

std::vector<Sample> samples_of(const arma::mat& X) {
  std::vector<Sample> samples;
  for (arma::uword i = 0; i < X.n_cols; ++i) {
    Sample x(static_cast<long>(X.n_rows));
    for (arma::uword k = 0; k < X.n_rows; ++k) x(static_cast<long>(k)) = X(k, i);
    samples.push_back(x);
  }
  return samples;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: ridge_dlib N\n");
    return 2;
  }
  const auto problem = bench::generated_ridge(std::strtoull(argv[1], nullptr, 10));
  const std::vector<Sample> samples = samples_of(problem.X),
                            samples_new = samples_of(problem.X_new);
  const std::vector<double> targets(problem.Y.begin(), problem.Y.end());
  using Kernel = dlib::radial_basis_kernel<Sample>;
  const std::string version =
      std::to_string(DLIB_MAJOR_VERSION) + "." + std::to_string(DLIB_MINOR_VERSION);
  bench::serve("dlib " + version, [&] {
    bench::wake(4 * problem.X.n_cols * problem.X.n_cols * sizeof(double));
    const bench::PeakMemory memory;
    dlib::krr_trainer<Kernel> trainer;
    trainer.set_kernel(Kernel(problem.gamma));
    trainer.set_lambda(problem.lambda);
    trainer.set_basis(samples);
    dlib::decision_function<Kernel> function;
    const double seconds = bench::seconds([&] { function = trainer.train(samples, targets); });
    const double measured = memory.megabytes();
    arma::mat predicted(samples_new.size(), 1);
    for (std::size_t i = 0; i < samples_new.size(); ++i) predicted(i) = function(samples_new[i]);
    return std::vector<double>{seconds, none, none, none, measured, problem.quality(predicted)};
  });
}
