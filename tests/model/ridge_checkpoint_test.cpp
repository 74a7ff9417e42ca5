// Kernel ridge regression and Gaussian processes that are stopped and resumed.
#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "mercer/model/gaussian_process_classifier.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "support/catch.hpp"
#include "support/interrupted_fit.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::check_same_in_pieces;
using test::Circumstances;
using test::normal_matrix;
using test::Outcome;

namespace {

template <class T>
Mat<T> outputs_of(const Mat<T>& X, std::uint64_t seed) {
  Mat<T> Y = T(0.1) * normal_matrix<T>(X.n_cols, 2, seed);
  for (index_t i = 0; i < X.n_cols; ++i) {
    Y(i, 0) += std::sin(3 * X(0, i));
    Y(i, 1) += X(1, i) * X(0, i);
  }
  return Y;
}

template <class T>
void check_ridge(KernelRidgeOptions options, index_t n, const std::string& method) {
  const Mat<T> X = normal_matrix<T>(4, n, 51);
  const Mat<T> Y = outputs_of(X, 52);
  check_same_in_pieces(
      [&](const Circumstances& now) {
        options.progress = now.progress;
        options.checkpoint = now.checkpoint;
        options.threads = now.threads;
        KernelRidge<T> model(Matern52(1.0), options);
        const Report report = model.fit(X, Y);
        INFO(report.method);
        REQUIRE(
            (report.method.find(method) != std::string::npos || report.status == Status::stopped));
        Outcome out(report);
        if (model.is_fitted()) out.add(model.coefficients()).add(model.target_means());
        return out;
      },
      n, 2);
}

}  // namespace

TEST_CASE("resumed conjugate gradients of a ridge regression", "[checkpoint]") {
  const KernelRidgeOptions options{
      .lambda = 1e-2, .method = RidgeMethod::conjugate_gradient, .tolerance = 1e-6, .rank = 30};
  SECTION("in float tiles") { check_ridge<double>(options, 500, "float tiles"); }
  SECTION("of a float model") { check_ridge<float>(options, 400, "float tiles"); }
  SECTION("without room for tiles") {
    KernelRidgeOptions narrow = options;
    narrow.memory_budget = 900'000;
    check_ridge<double>(narrow, 500, "matrix-free");
  }
  SECTION("given up for a factor") {
    KernelRidgeOptions hard = options;
    hard.method = RidgeMethod::automatic;
    hard.lambda = 1e-4;
    hard.rank = 2;
    hard.max_iterations = 20;
    check_ridge<double>(hard, 3200, "cholesky");
  }
  SECTION("with a factor in float") {
    check_ridge<double>({.lambda = 1e-1, .method = RidgeMethod::mixed_cholesky}, 500, "mixed");
  }
}

TEST_CASE("resumed ascents of a likelihood", "[checkpoint]") {
  const arma::mat X = normal_matrix<double>(2, 150, 53);
  const arma::vec y = outputs_of(X, 54).col(0);
  check_same_in_pieces(
      [&](const Circumstances& now) {
        GaussianProcess<double> model(Ard({1.0, 1.0}, Rbf(1)), {.noise = 0.1,
                                                                .optimise = true,
                                                                .search = {.restarts = 3},
                                                                .threads = now.threads,
                                                                .progress = now.progress,
                                                                .checkpoint = now.checkpoint});
        const Report report = model.fit(X, y);
        Outcome out(report);
        if (model.is_fitted()) out.add(Col<double>(model.theta())).add(model.coefficients());
        return out;
      },
      55, 10);
}

TEST_CASE("resumed Gaussian process by conjugate gradients", "[checkpoint]") {
  const arma::mat X = normal_matrix<double>(3, 700, 56);
  const arma::vec y = outputs_of(X, 57).col(0);
  check_same_in_pieces(
      [&](const Circumstances& now) {
        GaussianProcess<double> model(Matern32(1),
                                      {.noise = 0.01,
                                       .method = GaussianProcessMethod::conjugate_gradient,
                                       .tolerance = 1e-6,
                                       .rank = 20,
                                       .threads = now.threads,
                                       .progress = now.progress,
                                       .checkpoint = now.checkpoint});
        const Report report = model.fit(X, y);
        Outcome out(report);
        if (model.is_fitted()) {
          out.add(model.coefficients()).add(Col<double>{model.log_marginal_likelihood()});
        }
        return out;
      },
      58);
}

TEST_CASE("resumed Gaussian process classifier", "[checkpoint]") {
  const arma::mat X = normal_matrix<double>(2, 120, 59);
  arma::ivec labels(X.n_cols);
  for (index_t i = 0; i < X.n_cols; ++i) labels(i) = (X(0, i) > 0) + (X(1, i) > X(0, i));
  check_same_in_pieces(
      [&](const Circumstances& now) {
        GaussianProcessClassifier<double> model(Rbf(1), {.optimise = true,
                                                         .search = {.restarts = 1},
                                                         .threads = now.threads,
                                                         .progress = now.progress,
                                                         .checkpoint = now.checkpoint});
        const Report report = model.fit(X, labels);
        Outcome out(report);
        if (model.is_fitted()) {
          out.add(model.probabilities(X)).add(Col<double>{model.log_marginal_likelihood()});
        }
        return out;
      },
      60);
}
