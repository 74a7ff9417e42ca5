// Support vector regression of the strength of concrete: errors within a tube cost nothing.
#include <cstdio>
#include <mercer/mercer.hpp>
#include <string>

using namespace mercer;

int main() {
  const std::string folder = MERCER_DATASETS;
  const auto data = load_csv<double>(folder + "/concrete.csv", {.target = "target"});
  const Split split = split_permutation(load_permutation(folder + "/perm_concrete.txt"), 0.8);
  const auto train = take(data, split.train), test = take(data, split.test);
  const auto scaler = Scaler<double>::standardise(train.X);
  const arma::mat X = scaler.apply(train.X), X_test = scaler.apply(test.X);

  for (const double epsilon : {1.0, 4.0, 8.0}) {  // MPa, as y; and so is tolerance
    Svr svr(Rbf(1.0 / 8), {.C = 100, .epsilon = epsilon, .tolerance = 1e-4});
    const Report report = svr.fit(X, train.y);
    const arma::vec error = arma::abs(svr.predict(X) - train.y);
    const auto outside = arma::accu(error > epsilon + 0.01);
    std::printf("tube of %.0f MPa: %s, %.0f %% of %llu rows outside, %.0f %% are support, ",
                epsilon, to_string(report.status).c_str(),
                100.0 * double(outside) / double(error.n_elem),
                static_cast<unsigned long long>(error.n_elem),
                100.0 * double(svr.support_indices().n_elem) / double(error.n_elem));
    std::printf("test RMSE %.2f MPa\n", rmse<double>(test.y, svr.predict(X_test)));
  }

  Svr found(Rbf(1.0 / 8), {.C = 100, .nu = 0.3, .tolerance = 1e-4});  // at most 30 % outside
  if (found.fit(X, train.y)) {
    std::printf("nu = 0.3 finds a tube of %.2f MPa, test RMSE %.2f MPa\n", found.epsilon(),
                rmse<double>(test.y, found.predict(X_test)));
  }
}

// Output:
// tube of 1 MPa: converged, 54 % of 824 rows outside, 77 % are support, test RMSE 6.59 MPa
// tube of 4 MPa: converged, 21 % of 824 rows outside, 41 % are support, test RMSE 6.44 MPa
// tube of 8 MPa: converged, 7 % of 824 rows outside, 21 % are support, test RMSE 7.05 MPa
// nu = 0.3 finds a tube of 3.92 MPa, test RMSE 6.45 MPa
