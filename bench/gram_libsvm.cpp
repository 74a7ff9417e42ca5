// Seconds per round for the entries of an RBF Gram matrix with LIBSVM, which uses one thread. No
// function of its interface returns kernel values. But the decision value of a model whose support
// vectors are all N points is a sum of N kernel values, and nearly all of its time goes to them.
// usage: gram_libsvm N D ROWS: measures ROWS rows of the matrix, prints the seconds times N / ROWS
#include <libsvm/svm.h>

#include <cstdlib>
#include <random>

#include "timing.hpp"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: gram_libsvm N D ROWS\n");
    return 2;
  }
  const int n = std::atoi(argv[1]);
  const int d = std::atoi(argv[2]);
  const int rows = std::atoi(argv[3]);
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<std::vector<svm_node>> points(static_cast<std::size_t>(n));
  std::vector<svm_node*> pointers;
  for (auto& point : points) {
    for (int k = 1; k <= d; ++k) point.push_back({k, normal(random)});
    point.push_back({-1, 0});  // its end
    pointers.push_back(point.data());
  }
  std::vector<double> ones(points.size(), 1.0);
  double* coefficients = ones.data();
  double rho = 0;
  svm_model model{};
  model.param.svm_type = ONE_CLASS;
  model.param.kernel_type = RBF;
  model.param.gamma = 1.0 / d;
  model.nr_class = 2;
  model.l = n;
  model.SV = pointers.data();
  model.sv_coef = &coefficients;
  model.rho = &rho;
  bench::serve("LIBSVM " + std::to_string(libsvm_version), [&] {
    const double seconds = bench::seconds([&] {
      double sum = 0;
      for (int i = 0; i < rows; ++i) {
        double value = 0;
        svm_predict_values(&model, pointers[static_cast<std::size_t>(i)], &value);
        sum += value;
      }
      return sum;
    });
    return std::vector<double>{seconds * n / rows};
  });
}
