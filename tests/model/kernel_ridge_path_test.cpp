// The criteria of a path against brute-force refits, dense formulae and scikit-learn.
#include "mercer/model/kernel_ridge_path.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/laplacian.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::same_bits;

namespace {

struct Problem {
  arma::mat X, Y;
  Col<double> w;  // empty: none
};

Problem problem(index_t n, index_t outputs, bool weights, bool zeros) {
  Problem p{normal_matrix<double>(3, n, 501), normal_matrix<double>(n, outputs, 502) + 2, {}};
  if (!weights) return p;
  Random random(503);
  p.w.set_size(n);
  for (double& w : p.w) w = 0.1 + 4 * random.uniform();
  if (zeros) p.w(1) = p.w(n - 2) = 0;
  return p;
}

// y_i - f_{-S}(x_i) for the rows of S; f_{-S} is fitted by KernelRidge to the other rows.
arma::mat refit_without(const Kernel& kernel, const Problem& p, double lambda, bool centred,
                        const arma::uvec& S) {
  arma::mat X = p.X, Y = p.Y;
  Col<double> w = p.w;
  X.shed_cols(S);
  Y.shed_rows(S);
  if (!w.is_empty()) w.shed_rows(S);
  KernelRidge<double> model(kernel, {.lambda = lambda, .centre_target = centred, .threads = 1});
  if (!model.fit(X, Y, w)) throw std::runtime_error("a refit failed");
  return p.Y.rows(S) - model.predict(arma::mat(p.X.cols(S)));
}

// H of y -> f(x), column by column: f of the unit vectors.
arma::mat hat_matrix(const Kernel& kernel, const Problem& p, double lambda, bool centred) {
  KernelRidge<double> model(kernel, {.lambda = lambda, .centre_target = centred, .threads = 1});
  if (!model.fit(p.X, arma::mat(arma::eye(p.X.n_cols, p.X.n_cols)), p.w)) {
    throw std::runtime_error("a refit failed");
  }
  return model.predict(p.X);
}

double mean_square(const arma::mat& E, const Col<double>& w) {
  return arma::accu(arma::square(E) % arma::repmat(w, 1, E.n_cols)) /
         (arma::accu(w) * static_cast<double>(E.n_cols));
}

}  // namespace

TEST_CASE("the criteria of a path are those of brute-force refits", "[model]") {
  const bool centred = GENERATE(true, false);
  const index_t n = GENERATE(3u, 30u, 77u);
  const int weights = GENERATE(0, 1, 2);
  if (n == 3 && weights == 2) return;
  CAPTURE(centred, n, weights);
  const Problem p = problem(n, 2, weights > 0, weights == 2);
  const Col<double> w = p.w.is_empty() ? Col<double>(n, arma::fill::ones) : p.w;
  const arma::uvec active = arma::find(w > 0);
  const Rbf kernel(0.3);
  KernelRidgePath<double> path(kernel,
                               {.lambdas = {0.5, 1e-2, 30}, .centre_target = centred, .folds = 3});
  const Report report = path.fit(p.X, p.Y, p.w);
  REQUIRE(report);
  CHECK(report.message == "");
  CHECK(report.certificate.relative_residual <= 1e-11);
  CHECK(report.certificate.backward_error <= 1e-13);

  for (index_t k = 0; k < 3; ++k) {
    const double lambda = path.lambdas()[k];
    CAPTURE(lambda);
    KernelRidge<double> model(kernel, {.lambda = lambda, .centre_target = centred});
    REQUIRE(model.fit(p.X, p.Y, p.w));
    CHECK(test::relative_difference(path.coefficients().slice(k), model.coefficients()) <= 1e-10);

    arma::mat one(n, 2), fold(n, 2);
    for (index_t i = 0; i < n; ++i) {
      one.row(i) = refit_without(kernel, p, lambda, centred, arma::uvec{i});
    }
    for (index_t f = 0; f < 3; ++f) {
      const arma::uvec S = arma::find(path.fold_of() == f);
      REQUIRE(S.n_elem >= active.n_elem / 3);
      fold.rows(S) = refit_without(kernel, p, lambda, centred, S);
    }
    const arma::uvec idle = arma::find(w == 0);  // in no fold: the full model
    if (!idle.is_empty()) {
      CHECK(arma::all(path.fold_of().elem(idle) == 3));
      fold.rows(idle) = p.Y.rows(idle) - model.predict(arma::mat(p.X.cols(idle)));
    }
    CHECK(arma::abs(path.leave_one_out_residuals().slice(k) - one).max() <=
          1e-9 * arma::abs(one).max());
    CHECK(arma::abs(path.fold_residuals().slice(k) - fold).max() <= 1e-9 * arma::abs(fold).max());
    CHECK(path.surface(RidgeCriterion::leave_one_out)(k) ==
          Approx(mean_square(one, w)).epsilon(1e-9));
    CHECK(path.surface(RidgeCriterion::k_fold)(k) == Approx(mean_square(fold, w)).epsilon(1e-9));

    const double m = static_cast<double>(active.n_elem);
    const double trace =
        m - arma::trace(hat_matrix(kernel, p, lambda, centred).submat(active, active));
    const arma::mat fit = p.Y - model.predict(p.X);
    const double squares = arma::accu(arma::square(fit) % arma::repmat(w, 1, 2));
    CHECK(path.surface(RidgeCriterion::generalised)(k) ==
          Approx(squares / (2 * arma::accu(w) * trace / m * trace / m)).epsilon(1e-9));

    // log N(y; mean, K + lambda W^-1), by LAPACK
    const arma::mat C = arma::mat(gram(kernel, p.X).submat(active, active)) +
                        arma::diagmat(lambda / w.elem(active));
    double likelihood = 0;
    for (index_t t = 0; t < 2; ++t) {
      const arma::vec r = p.Y.submat(active, arma::uvec{t}) - path.target_means()(t);
      likelihood -= 0.5 * (arma::dot(r, arma::solve(C, r)) + arma::log_det(C).real() +
                           m * std::log(2 * arma::datum::pi));
    }
    CHECK(path.surface(RidgeCriterion::log_marginal_likelihood)(k) ==
          Approx(likelihood).epsilon(1e-9));
  }
}

// The values are those of scikit-learn 1.2.1, printed by
//   import numpy as np
//   from sklearn.gaussian_process import GaussianProcessRegressor
//   from sklearn.gaussian_process.kernels import RBF
//   from sklearn.kernel_ridge import KernelRidge
//   from sklearn.model_selection import cross_val_predict, PredefinedSplit, LeaveOneOut
//   n, d = 40, 3
//   i = np.arange(n)[:, None]; k = np.arange(d)[None, :]
//   X = np.sin(1.7 * i * (k + 1) + k); y = np.cos(0.9 * i[:, 0]) + 0.1 * i[:, 0]
//   w = 1 + 0.5 * np.cos(np.arange(n)); fold = np.arange(n) % 4
//   for lam in (0.01, 0.3):
//     gp = GaussianProcessRegressor(RBF(1.0), alpha=lam, optimizer=None).fit(X, y)
//     kr = KernelRidge(kernel="rbf", gamma=0.5, alpha=lam)
//     kf = cross_val_predict(kr, X, y, cv=PredefinedSplit(fold))
//     lo = cross_val_predict(kr, X, y, cv=LeaveOneOut())
//     gw = GaussianProcessRegressor(RBF(1.0), alpha=lam / w, optimizer=None).fit(X, y)
//     lw = 0
//     for j in range(n):
//       m = np.arange(n) != j
//       f = KernelRidge(kernel="rbf", gamma=0.5, alpha=lam).fit(X[m], y[m], sample_weight=w[m])
//       lw += w[j] * (y[j] - f.predict(X[j:j + 1])[0]) ** 2
//     print(gp.log_marginal_likelihood_value_, np.mean((y - kf) ** 2), np.mean((y - lo) ** 2),
//           gw.log_marginal_likelihood_value_, lw / w.sum())
TEST_CASE("the criteria of a path are those of scikit-learn", "[model]") {
  constexpr index_t n = 40;
  arma::mat X(3, n), Y(n, 1);
  Col<double> w(n);
  arma::uvec fold(n);
  for (index_t i = 0; i < n; ++i) {
    const double at = static_cast<double>(i);
    for (index_t k = 0; k < 3; ++k) {
      X(k, i) = std::sin(1.7 * at * static_cast<double>(k + 1) + static_cast<double>(k));
    }
    Y(i, 0) = std::cos(0.9 * at) + 0.1 * at;
    w(i) = 1 + 0.5 * std::cos(at);
    fold(i) = i % 4;
  }
  KernelRidgePath<double> path(
      Rbf(0.5), {.lambdas = {0.01, 0.3}, .centre_target = false, .folds = 4, .fold_of = fold});
  const double golden[2][5] = {{-1915.1043209902723, 3.2460825907288515, 3.205885608640151,
                                -1676.443242943954, 2.5254150076692046},
                               {-135.49786582312294, 2.7445578508000685, 2.758322263180779,
                                -116.96481157272346, 2.0343491021380182}};
  REQUIRE(path.fit(X, Y));
  for (index_t k = 0; k < 2; ++k) {
    CHECK(path.surface(RidgeCriterion::log_marginal_likelihood)(k) ==
          Approx(golden[k][0]).epsilon(1e-9));
    CHECK(path.surface(RidgeCriterion::k_fold)(k) == Approx(golden[k][1]).epsilon(1e-9));
    CHECK(path.surface(RidgeCriterion::leave_one_out)(k) == Approx(golden[k][2]).epsilon(1e-9));
  }
  REQUIRE(path.fit(X, Y, w));
  for (index_t k = 0; k < 2; ++k) {
    CHECK(path.surface(RidgeCriterion::log_marginal_likelihood)(k) ==
          Approx(golden[k][3]).epsilon(1e-9));
    CHECK(path.surface(RidgeCriterion::leave_one_out)(k) == Approx(golden[k][4]).epsilon(1e-9));
  }
}

TEST_CASE("a path without leave-one-out has the same other criteria", "[model]") {
  const Problem p = problem(120, 2, true, true);
  KernelRidgePath<double> all(Rbf(0.2), {.lambdas = {1e-3, 1}, .folds = 4});
  KernelRidgePath<double> few(Rbf(0.2),
                              {.lambdas = {1e-3, 1}, .leave_one_out = false, .details = false});
  REQUIRE(all.fit(p.X, p.Y, p.w));
  REQUIRE(few.fit(p.X, p.Y, p.w));
  for (const auto criterion :
       {RidgeCriterion::generalised, RidgeCriterion::log_marginal_likelihood}) {
    CHECK(test::relative_difference(few.surface(criterion), all.surface(criterion)) <= 1e-10);
  }
  CHECK(few.surface(RidgeCriterion::leave_one_out).has_nan());
  CHECK(few.surface(RidgeCriterion::k_fold).has_nan());
}

TEST_CASE("a path finds the best kernel and lambda, and fits the model", "[model]") {
  const Problem p = problem(150, 1, true, false);
  const std::vector<AnyKernel> kernels = {Rbf(3.0), Laplacian(0.05), Linear()};
  KernelRidgePath<double> path(kernels, {.lambdas = log_grid(1e-3, 1e3, 7), .folds = 5});
  const arma::mat Y = arma::sum(p.X, 0).t() + 0.1 * p.Y;  // a plane, and noise
  REQUIRE(path.fit(p.X, Y, p.w));
  for (const auto criterion :
       {RidgeCriterion::leave_one_out, RidgeCriterion::k_fold, RidgeCriterion::generalised,
        RidgeCriterion::log_marginal_likelihood}) {
    const arma::mat& surface = path.surface(criterion);
    REQUIRE(surface.n_rows == 7);
    REQUIRE(surface.n_cols == 3);
    const auto best = path.best(criterion);
    if (criterion == RidgeCriterion::leave_one_out) CHECK(best.kernel == 2);
    CHECK(surface(best.lambda, best.kernel) ==
          (criterion == RidgeCriterion::log_marginal_likelihood ? surface.max() : surface.min()));
    const auto choice = path.best_model(criterion);
    REQUIRE(choice.report);
    CHECK(choice.model.kernel().expression() == path.kernels()[best.kernel]->expression());
    CHECK(choice.model.options().lambda == path.lambdas()[best.lambda]);
    CHECK(test::relative_difference(path.coefficients(best.kernel).slice(best.lambda),
                                    choice.model.coefficients()) <= 1e-8);
  }

  // through the operator door: one kernel
  const DenseGram<double> K(gram(Rbf(3.0), p.X));
  KernelRidgePath<double> precomputed({.lambdas = path.lambdas(), .folds = 5});
  REQUIRE(precomputed.fit(K, Y, p.w));
  CHECK(test::relative_difference(precomputed.surface(RidgeCriterion::leave_one_out),
                                  arma::mat(path.surface(RidgeCriterion::leave_one_out).col(0))) <=
        1e-11);
  const auto choice = precomputed.best_model(K);
  REQUIRE(choice.report);
  CHECK(choice.model.options().lambda == path.lambdas()[precomputed.best().lambda]);
}

TEST_CASE("among equal cells the largest lambda is the best, then the first kernel", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 20, 511);
  const arma::mat Y(20, 1, arma::fill::value(3.0));  // constant: the mean is the model
  KernelRidgePath<double> path({Rbf(1.0), Rbf(2.0)}, {.lambdas = {1, 8, 2}});
  REQUIRE(path.fit(X, Y));
  CHECK(path.surface(RidgeCriterion::leave_one_out).max() == 0);
  CHECK(path.best().lambda == 1);
  CHECK(path.best().kernel == 0);
  CHECK(path.best(RidgeCriterion::generalised).lambda == 1);
}

TEMPLATE_TEST_CASE("a path has the same bits for any number of threads", "[model]", float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(4, 600, 512);
  const Mat<T> Y = normal_matrix<T>(600, 2, 513);
  const auto results = [&](int threads) {
    KernelRidgePath<T> path({Rbf(0.2), Rbf(1.0)},
                            {.lambdas = log_grid(1e-2, 10, 5), .folds = 3, .threads = threads});
    if (!path.fit(X, Y)) throw std::runtime_error("a fit failed");
    return path;
  };
  const KernelRidgePath<T> one = results(1);
  for (const int threads : {2, 3, 5}) {
    CAPTURE(threads);
    const KernelRidgePath<T> other = results(threads);
    for (const auto criterion :
         {RidgeCriterion::leave_one_out, RidgeCriterion::k_fold, RidgeCriterion::generalised,
          RidgeCriterion::log_marginal_likelihood}) {
      CHECK(same_bits(one.surface(criterion), other.surface(criterion)));
    }
    for (index_t k = 0; k < 5; ++k) {
      CHECK(same_bits<T>(one.coefficients(1).slice(k), other.coefficients(1).slice(k)));
      CHECK(same_bits<T>(one.leave_one_out_residuals(1).slice(k),
                         other.leave_one_out_residuals(1).slice(k)));
      CHECK(same_bits<T>(one.fold_residuals(1).slice(k), other.fold_residuals(1).slice(k)));
    }
  }
}

TEST_CASE("the criteria of a float path are those of double", "[model]") {
  const arma::fmat X = normal_matrix<float>(4, 300, 514);
  const arma::fmat Y = normal_matrix<float>(300, 2, 515);
  const KernelRidgePathOptions options = {.lambdas = {0.2, 2}, .folds = 3};
  KernelRidgePath<float> single(Rbf(0.2), options);
  KernelRidgePath<double> twice(Rbf(0.2), options);
  REQUIRE(single.fit(X, Y));
  REQUIRE(twice.fit(arma::conv_to<arma::mat>::from(X), arma::conv_to<arma::mat>::from(Y)));
  for (const auto criterion :
       {RidgeCriterion::leave_one_out, RidgeCriterion::k_fold, RidgeCriterion::generalised,
        RidgeCriterion::log_marginal_likelihood}) {
    CHECK(test::relative_difference(single.surface(criterion), twice.surface(criterion)) <= 1e-5);
  }
}
