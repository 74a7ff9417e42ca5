// Seconds per round for an RBF Gram matrix with dlib, which uses one thread.
// usage: gram_dlib N D POINTS: measures POINTS points, prints the seconds times (N / POINTS)^2
#include <dlib/revision.h>
#include <dlib/svm/kernel.h>
#include <dlib/svm/kernel_matrix.h>

#include <cstdlib>
#include <random>

#include "timing.hpp"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: gram_dlib N D POINTS\n");
    return 2;
  }
  using Sample = dlib::matrix<double, 0, 1>;
  const double n = std::atof(argv[1]);
  const long d = std::atol(argv[2]);
  const long count = std::atol(argv[3]);
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<Sample> samples(static_cast<std::size_t>(count), Sample(d));
  for (Sample& x : samples) {
    for (double& value : x) value = normal(random);
  }
  const dlib::radial_basis_kernel<Sample> kernel(1.0 / static_cast<double>(d));
  const double scale = n / static_cast<double>(count) * (n / static_cast<double>(count));
  const std::string version =
      std::to_string(DLIB_MAJOR_VERSION) + "." + std::to_string(DLIB_MINOR_VERSION);
  bench::serve("dlib " + version, [&] {
    // Assigned to a matrix, it computes each pair once.
    return std::vector<double>{scale * bench::seconds([&] {
                                 return dlib::matrix<double>(dlib::kernel_matrix(kernel, samples));
                               })};
  });
}
