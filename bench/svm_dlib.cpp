// Seconds per round for a support vector machine of two classes with dlib, which uses one thread.
// usage: svm_dlib PROBLEM N TOLERANCE DATA FASHION, as svm_bench; spam or generated
#include <dlib/revision.h>
#include <dlib/svm.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "svm_problems.hpp"
#include "timing.hpp"

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: svm_dlib PROBLEM N TOLERANCE DATA FASHION\n");
    return 2;
  }
  const auto problem =
      bench::svm_problem(argv[1], argv[4], argv[5], static_cast<arma::uword>(std::atoll(argv[2])));
  using Sample = dlib::matrix<double, 0, 1>;
  std::vector<Sample> samples;
  std::vector<double> labels;
  for (arma::uword i = 0; i < problem.X.n_cols; ++i) {
    Sample x(static_cast<long>(problem.X.n_rows));
    for (arma::uword k = 0; k < problem.X.n_rows; ++k) x(static_cast<long>(k)) = problem.X(k, i);
    samples.push_back(x);
    labels.push_back(problem.labels(i) == problem.labels.max() ? 1 : -1);
  }
  dlib::svm_c_trainer<dlib::radial_basis_kernel<Sample>> trainer;
  trainer.set_kernel(dlib::radial_basis_kernel<Sample>(problem.gamma));
  trainer.set_c(problem.C);
  trainer.set_epsilon(std::atof(argv[3]));
  trainer.set_cache_size(2000);
  const std::string version =
      std::to_string(DLIB_MAJOR_VERSION) + "." + std::to_string(DLIB_MINOR_VERSION);
  bench::serve("dlib " + version, [&] {
    return std::vector<double>{bench::seconds([&] { return trainer.train(samples, labels); })};
  });
}
