// Kernel ridge regression of the strength of concrete, judged on rows it has not seen.
#include <cstdio>
#include <mercer/mercer.hpp>
#include <string>

using namespace mercer;

int main() {
  const std::string folder = MERCER_DATASETS;
  const auto data = load_csv<double>(folder + "/concrete.csv", {.target = "target"});
  const Split split = split_permutation(load_permutation(folder + "/perm_concrete.txt"), 0.8);
  const auto train = take(data, split.train);
  const auto test = take(data, split.test);
  const auto scaler = Scaler<double>::standardise(train.X);  // learns on training rows only
  const arma::mat X = scaler.apply(train.X);

  for (const double lambda : {1.0, 0.1, 0.01}) {
    KernelRidge model(Rbf(1.0 / 8), {.lambda = lambda, .leave_one_out = true});
    const Report report = model.fit(X, train.y);
    const arma::mat& loo = model.leave_one_out_residuals();
    const double loo_rmse = std::sqrt(arma::mean(arma::square(loo.col(0))));
    const double test_rmse = rmse<double>(test.y, model.predict(scaler.apply(test.X)));
    std::printf("lambda %.2f: leave-one-out RMSE %.3f MPa, test RMSE %.3f MPa, residual %s\n",
                lambda, loo_rmse, test_rmse,
                report.certificate.relative_residual < 1e-11 ? "below 1e-11" : "too large");
  }
}

// Output:
// lambda 1.00: leave-one-out RMSE 7.020 MPa, test RMSE 7.961 MPa, residual below 1e-11
// lambda 0.10: leave-one-out RMSE 5.864 MPa, test RMSE 6.629 MPa, residual below 1e-11
// lambda 0.01: leave-one-out RMSE 5.472 MPa, test RMSE 6.184 MPa, residual below 1e-11
