// Nystrom ridge regression of points in a file: seconds, flops, memory planned and taken.
//     nystrom_bench [points [centres [automatic|direct|falkon [pivoted|uniform [lambda [float]]]]]]
#include <sys/resource.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mercer/mercer.hpp>
#include <string>

using namespace mercer;

namespace {

constexpr index_t dim = 10;

// A value of the target: sin x_1 and noise of 0.1.
double target(double x, Random& random) { return std::sin(x) + 0.1 * random.normal(); }

// n x 10 normal values, as numpy.save writes them.
void write_points(const std::string& path, index_t n, arma::mat& y) {
  std::string header =
      "{'descr': '<f8', 'fortran_order': False, 'shape': (" + std::to_string(n) + ", 10), }";
  header.resize(117, ' ');
  header += '\n';
  FILE* file = std::fopen(path.c_str(), "wb");
  std::fwrite("\x93NUMPY\x01\x00\x76\x00", 1, 10, file);
  std::fwrite(header.data(), 1, header.size(), file);
  Random random(1), noise(1, 1);
  y.set_size(n, 1);
  for (index_t i = 0; i < n; ++i) {
    double x[dim];
    for (double& value : x) value = random.normal();
    std::fwrite(x, sizeof(double), dim, file);
    y(i) = target(x[0], noise);
  }
  std::fclose(file);
}

template <class T>
void run(const std::string& path, const arma::mat& y, const NystromRidgeOptions& options) {
  const NpyPoints<T> points(path);
  NystromRidge<T> model(Rbf(0.1), options);
  const double n = static_cast<double>(points.n());
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  const Report report = model.fit(points, arma::conv_to<Mat<T>>::from(y));
  getrusage(RUSAGE_SELF, &after);
  const double m = static_cast<double>(model.centres().n_cols);
  std::printf("%s, %g centres, lambda %g: %s, %.2f s, %.1f GFlop/s of n m^2, %llu iterations\n",
              report.method.c_str(), m, options.lambdas[0], to_string(report.status).c_str(),
              report.seconds, n * m * m / report.seconds * 1e-9,
              static_cast<unsigned long long>(report.iterations));
  std::printf("residual %.1e, certified: equation %.1e, prediction %.3g; jitter %.1e\n",
              report.residual, report.certificate.relative_residual,
              report.certificate.prediction_error, model.jitter());
  std::printf("planned %s, peak %s, of which before fit %s\n",
              bytes_text(model.bytes(points.n(), dim)).c_str(),
              bytes_text(static_cast<std::size_t>(after.ru_maxrss) * 1024).c_str(),
              bytes_text(static_cast<std::size_t>(before.ru_maxrss) * 1024).c_str());
  Mat<T> X(dim, 20000);
  Random random(2);
  double sum = 0;
  for (T& x : X) x = static_cast<T>(random.normal());
  const Mat<T> f = model.predict(X);
  for (index_t i = 0; i < X.n_cols; ++i) {
    sum += std::pow(static_cast<double>(f(i)) - std::sin(static_cast<double>(X(0, i))), 2);
  }
  std::printf("RMSE to sin(x_1) on 20000 new points: %.5f\n", std::sqrt(sum / 20000));
}

}  // namespace

int main(int count, char** arguments) {
  const auto argument = [&](int k, const char* otherwise) {
    return std::string(count > k ? arguments[k] : otherwise);
  };
  const index_t n = std::strtoull(argument(1, "1000000").c_str(), nullptr, 10);
  const std::string path = std::filesystem::temp_directory_path() / "mercer_nystrom_bench.npy";
  arma::mat y;
  write_points(path, n, y);
  NystromRidgeOptions options;
  options.centres = std::strtoull(argument(2, "2000").c_str(), nullptr, 10);
  const std::string method = argument(3, "automatic");
  if (method == "direct") options.method = NystromMethod::direct;
  if (method == "falkon") options.method = NystromMethod::falkon;
  if (argument(4, "pivoted") == "uniform") options.choice = CentreChoice::uniform;
  options.lambdas = {std::strtod(argument(5, "1e-2").c_str(), nullptr)};
  if (argument(6, "double") == "float") {
    run<float>(path, y, options);
  } else {
    run<double>(path, y, options);
  }
  std::filesystem::remove(path);
}
