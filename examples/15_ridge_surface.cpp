// Kernel ridge regression with a leave-one-out surface over gamma and lambda: one reduction of the
// kernel matrix per gamma serves all lambdas.
#include <cstdio>
#include <mercer/mercer.hpp>
#include <string>
#include <vector>

using namespace mercer;

int main() {
  const std::string folder = MERCER_DATASETS;
  const auto data = load_csv<double>(folder + "/concrete.csv", {.target = "target"});
  const Split split = split_permutation(load_permutation(folder + "/perm_concrete.txt"), 0.8);
  const auto train = take(data, split.train), test = take(data, split.test);
  const auto scaler = Scaler<double>::standardise(train.X);
  const arma::mat X = scaler.apply(train.X);

  const std::vector<double> gammas = {1.0 / 128, 1.0 / 64, 1.0 / 32, 1.0 / 16, 1.0 / 8};
  KernelRidgePath<double> path(rbf_kernels(gammas), {.lambdas = log_grid(1e-6, 1, 7)});
  const Report report = path.fit(X, train.y);
  const arma::mat& surface = path.surface(RidgeCriterion::leave_one_out);
  std::printf(
      "leave-one-out RMSE in MPa\nlambda    gamma = 1/128   1/64    1/32    1/16     1/8\n");
  for (std::size_t l = 0; l < path.lambdas().size(); ++l) {
    std::printf("%-15.2g", path.lambdas()[l]);
    for (std::size_t k = 0; k < gammas.size(); ++k)
      std::printf("  %6.3f", std::sqrt(surface(l, k)));
    std::printf("\n");
  }
  const auto best = path.best();
  const auto choice = path.best_model();
  std::printf("best: gamma = 1/%g, lambda = %.2g; test RMSE %.3f MPa, backward error %s\n",
              1 / gammas[best.kernel], path.lambdas()[best.lambda],
              rmse<double>(test.y, choice.model.predict(scaler.apply(test.X))),
              report.certificate.backward_error < 1e-13 ? "below 1e-13" : "too large");
}

// Output:
// leave-one-out RMSE in MPa
// lambda    gamma = 1/128   1/64    1/32    1/16     1/8
// 1e-06             5.656   6.247  11.361  12.469  17.472
// 1e-05             5.595   5.495   6.425   8.646  10.916
// 0.0001            5.865   5.503   5.358   6.121   6.816
// 0.001             6.413   5.838   5.447   5.359   5.643
// 0.01              7.216   6.534   5.908   5.514   5.472
// 0.1               7.842   7.375   6.773   6.205   5.864
// 1                 9.405   8.475   7.843   7.360   7.020
// best: gamma = 1/32, lambda = 0.0001; test RMSE 6.726 MPa, backward error below 1e-13
