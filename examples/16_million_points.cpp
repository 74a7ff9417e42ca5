// Kernel ridge regression on points in a file, which need not fit into memory: of all functions on
// 500 of the points, the one that KernelRidge would choose. For a million: 16_million_points
// 1000000 2000
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mercer/mercer.hpp>
#include <string>

using namespace mercer;

int main(int count, char** arguments) {
  const arma::uword n = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 50000;
  const arma::uword centres = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 500;
  const auto path = std::filesystem::temp_directory_path() / "mercer_million_points.npy";

  // What numpy.save writes for an array of shape (n, 10): a header, then a point after the other.
  std::string header =
      "{'descr': '<f8', 'fortran_order': False, 'shape': (" + std::to_string(n) + ", 10), }";
  header.resize(117, ' ');
  std::ofstream file(path, std::ios::binary);
  file << std::string("\x93NUMPY\x01\0\x76\0", 10) << header << '\n';
  arma::mat y(n, 1);
  Random random(1);
  for (arma::uword i = 0; i < n; ++i) {
    double x[10];
    for (double& value : x) value = random.normal();
    file.write(reinterpret_cast<const char*>(x), sizeof x);
    y(i) = std::sin(x[0]) + 0.1 * random.normal();
  }
  file.close();

  const NpyPoints<double> points(path.string());
  NystromRidge<double> model(Rbf(0.1), {.lambdas = log_grid(1e-2, 1e2, 5), .centres = centres});
  const Report report = model.fit(points, y);
  std::printf("%s, %s: %.2f s, %zu MB beside y at most\n", report.method.c_str(),
              to_string(report.status).c_str(), report.seconds,
              model.bytes(n, points.dim()) / 1'000'000);
  std::printf("lambda %g of %zu, chosen by generalised cross-validation\n",
              model.options().lambdas[model.best()], model.options().lambdas.size());
  std::printf("error of the fitted values %s, normal equations solved to %s\n",
              report.residual < 1e-8 ? "below 1e-8" : "too large",
              report.certificate.relative_residual < 1e-10 ? "below 1e-10" : "no good residual");

  arma::mat X_new(10, 1000, arma::fill::none);
  for (double& value : X_new) value = random.normal();
  const arma::mat truth = arma::sin(X_new.row(0).t());
  std::printf("RMSE to sin(x_1) on 1000 new points: %.3f\n",
              rmse<double>(truth, model.predict(X_new)));
  std::filesystem::remove(path);
}

// Output:
// direct, converged: 0.29 s, 17 MB beside y at most
// lambda 0.1 of 5, chosen by generalised cross-validation
// error of the fitted values below 1e-8, normal equations solved to below 1e-10
// RMSE to sin(x_1) on 1000 new points: 0.081
