// Closed-form leave-one-out residuals against n models, each fitted without one row.
#include <cmath>
#include <vector>

#include "mercer/kernel/rbf.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/reference.hpp"

using namespace mercer;
using test::normal_matrix;

namespace {

// y_i - f_{-i}(x_i) of every row and output.
arma::mat refitted(const Kernel& kernel, KernelRidgeOptions options, const arma::mat& X,
                   const arma::mat& Y, const Col<double>& w) {
  options.leave_one_out = false;
  options.threads = 1;  // small problems: a team costs more than it brings
  arma::mat out(Y.n_rows, Y.n_cols);
  for (index_t i = 0; i < Y.n_rows; ++i) {
    arma::mat X_rest = X, Y_rest = Y;
    Col<double> w_rest = w;
    X_rest.shed_col(i);
    Y_rest.shed_row(i);
    if (!w.is_empty()) w_rest.shed_row(i);
    KernelRidge<double> model(kernel, options);
    if (!model.fit(X_rest, Y_rest, w_rest)) throw std::runtime_error("a refit failed");
    out.row(i) = Y.row(i) - model.predict(arma::mat(X.col(i)));
  }
  return out;
}

void check_against_refits(const Kernel& kernel, const KernelRidgeOptions& options,
                          const arma::mat& X, const arma::mat& Y, const Col<double>& w) {
  KernelRidge<double> model(kernel, options);
  REQUIRE(model.fit(X, Y, w));
  const arma::mat truth = refitted(kernel, options, X, Y, w);
  const double error = arma::abs(model.leave_one_out_residuals() - truth).max();
  CHECK(error <= 1e-9 * arma::abs(truth).max());
}

}  // namespace

TEST_CASE("leave-one-out residuals are those of the refits: diabetes", "[model]") {
  const bool centred = GENERATE(true, false);
  const auto data = test::prepare<double>("diabetes");
  check_against_refits(Rbf(0.1), {.lambda = 1e-2, .centre_target = centred, .leave_one_out = true},
                       data.X_train, data.y_train, {});
}

TEST_CASE("leave-one-out residuals are those of the refits: weights, outputs", "[model]") {
  const bool centred = GENERATE(true, false);
  const index_t n = GENERATE(2u, 3u, 90u);
  CAPTURE(centred, n);
  const arma::mat X = normal_matrix<double>(4, n, 341);
  const arma::mat Y = normal_matrix<double>(n, 3, 342) + 3;
  Random random(343);
  Col<double> w(n);
  for (double& weight : w) weight = 0.1 + 5 * random.uniform();
  const KernelRidgeOptions options = {
      .lambda = 0.05, .centre_target = centred, .leave_one_out = true};
  check_against_refits(Rbf(0.2), options, X, Y, {});
  check_against_refits(Rbf(0.2), options, X, Y, w);
  if (n < 3) return;
  w(1) = 0;  // its residual is that of the model as it is
  check_against_refits(Rbf(0.2), options, X, Y, w);
}

TEST_CASE("float leave-one-out residuals are those of double", "[model]") {
  const arma::fmat X = normal_matrix<float>(4, 300, 346);
  const arma::fmat Y = normal_matrix<float>(300, 2, 347);
  const KernelRidgeOptions options = {.lambda = 0.5, .leave_one_out = true};
  KernelRidge<float> single(Rbf(0.2), options);
  KernelRidge<double> twice(Rbf(0.2), options);
  REQUIRE(single.fit(X, Y));
  REQUIRE(twice.fit(arma::conv_to<arma::mat>::from(X), arma::conv_to<arma::mat>::from(Y)));
  CHECK(test::relative_difference(single.leave_one_out_residuals(),
                                  twice.leave_one_out_residuals()) <= 1e-5);
}
