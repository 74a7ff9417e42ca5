// How the iterations of KernelRidge end: at their target, at a limit, by the user.
#include "model/ridge_iteration.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "mercer/gram/dense_gram.hpp"
#include "mercer/kernel/laplacian.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/ridge_truth.hpp"

using namespace mercer;
using test::normal_matrix;
using test::same_bits;

namespace {

using Stage = std::string;

constexpr auto iterative = {RidgeMethod::mixed_cholesky, RidgeMethod::conjugate_gradient};
const std::string stopped = "KernelRidge::fit: stopped by the progress callback; ";
const std::string timed_out = "KernelRidge::fit: the time was up; ";

// Slow to converge: eigenvalues that fall slowly, a small rank, a high demand.
struct Slow {
  arma::mat X, Y = normal_matrix<double>(X.n_cols, 1, 1602);
  KernelRidgeOptions options;

  explicit Slow(RidgeMethod method, index_t n = 400)
      : X(normal_matrix<double>(3, n, 1601)),
        options{.lambda = 1e-3, .method = method, .tolerance = 1e-7, .rank = 10} {}

  KernelRidge<double> model() const { return KernelRidge<double>(Laplacian(0.25), options); }

  double true_error(const KernelRidge<double>& model) const {
    const auto value = [](const naive::Sums& s) { return naive::laplacian(s, 0.25); };
    const test::RidgeTruth truth(test::long_gram(X, X, value), Y,
                                 Col<double>(X.n_cols, arma::fill::ones), options.lambda,
                                 model.target_means());
    return truth.bound_of(model.coefficients());
  }
};

// A fitted model of the options of `slow`, whose callback can be given after the fit.
struct Fitted {
  ProgressCallback progress;
  KernelRidge<double> model;
  arma::mat alpha;

  explicit Fitted(const Slow& slow) : model(Laplacian(0.25), with_progress(slow.options)) {
    REQUIRE(model.fit(slow.X, arma::mat(-slow.Y)));
    alpha = model.coefficients();
  }
  bool is_as_it_was() const { return same_bits(model.coefficients(), alpha); }

 private:
  KernelRidgeOptions with_progress(KernelRidgeOptions options) {
    options.progress = [this](const Progress& state) {
      return progress ? progress(state) : Continue::yes;
    };
    return options;
  }
};

}  // namespace

TEST_CASE("progress of KernelRidge tells stages, and falls to its target",
          "[model][ridge_iteration]") {
  for (const RidgeMethod method : iterative) {
    CAPTURE(to_string(method));
    Slow slow(method);
    std::vector<Progress> seen;
    std::vector<Stage> stages;
    slow.options.progress = [&](const Progress& state) {
      seen.push_back(state);
      const Stage stage(state.stage);
      if (stages.empty() || stages.back() != stage) stages.push_back(stage);
      return Continue::yes;
    };
    KernelRidge<double> model = slow.model();
    const Report report = model.fit(slow.X, slow.Y);
    REQUIRE(report);
    const Stage first = method == RidgeMethod::mixed_cholesky ? "cholesky" : "pivoted cholesky";
    std::erase(stages, "kernel values");  // told where they take a tenth of a second
    CHECK(stages == std::vector<Stage>{first, "conjugate gradient"});
    index_t iterations = 0;
    double seconds = 0, start = 0;
    for (const Progress& state : seen) {
      CHECK(state.seconds >= seconds);
      seconds = state.seconds;
      if (state.stage != "conjugate gradient") continue;
      CHECK((state.iteration == iterations + 1 || state.iteration == iterations));
      iterations = state.iteration;
      if (iterations == 1) start = state.criterion;
      CHECK(state.target > 0);
      CHECK(state.target <= slow.options.tolerance);
    }
    CHECK(iterations == report.iterations);
    CHECK(seen.back().criterion <= seen.back().target);
    CHECK(start > seen.back().target);
    CHECK(report.seconds >= seconds);
  }
}

TEST_CASE("a stop before the first iteration leaves KernelRidge as it was",
          "[model][ridge_iteration]") {
  for (const RidgeMethod method : iterative) {
    CAPTURE(to_string(method));
    const Slow slow(method);
    Fitted before(slow);
    before.progress = [](const Progress&) { return Continue::no; };
    const Report report = before.model.fit(slow.X, slow.Y);
    CHECK(report.status == Status::stopped);
    CHECK(report.message == stopped + "the model is as it was");
    CHECK(report.iterations == 0);
    CHECK(std::isnan(report.certificate.prediction_error));
    CHECK(before.is_as_it_was());
    KernelRidgeOptions options = slow.options;
    options.progress = before.progress;
    KernelRidge<double> fresh(Laplacian(0.25), options);
    CHECK_FALSE(fresh.fit(slow.X, slow.Y));
    CHECK_FALSE(fresh.is_fitted());
  }
}

TEST_CASE("a stop between iterations leaves the best so far, with its certificate",
          "[model][ridge_iteration]") {
  for (const RidgeMethod method : iterative) {
    CAPTURE(to_string(method));
    const Slow slow(method);
    const index_t last = method == RidgeMethod::mixed_cholesky ? 1 : 3;
    Fitted before(slow);
    before.progress = [&](const Progress& state) {
      const bool enough = state.stage == "conjugate gradient" && state.iteration == last;
      return enough ? Continue::no : Continue::yes;
    };
    const Report report = before.model.fit(slow.X, slow.Y);
    CHECK(report.status == Status::stopped);
    CHECK(report.message == stopped + "the model is the best so far");
    CHECK(report.iterations == last);
    CHECK_FALSE(before.is_as_it_was());
    const double claimed = report.certificate.prediction_error;
    CHECK(slow.true_error(before.model) <= claimed);
    CHECK(claimed == Approx(verify(before.model, slow.X, slow.Y).prediction_error));
    CHECK(report.residual == report.certificate.relative_residual);

    Slow limited = slow;
    limited.options.max_iterations = last;
    KernelRidge<double> same = limited.model();
    const Report other = same.fit(slow.X, slow.Y);
    CHECK(other.status == Status::iteration_limit);
    CHECK(other.message ==
          "KernelRidge::fit: the iteration limit was reached; the model is the best so far");
    CHECK(other.iterations == last);
    CHECK(same_bits(same.coefficients(), before.model.coefficients()));
  }
}

TEST_CASE("the time limit of KernelRidge ends like a stop", "[model][ridge_iteration]") {
  for (const RidgeMethod method : iterative) {
    CAPTURE(to_string(method));
    Slow slow(method);
    slow.options.time_limit = 0;
    KernelRidge<double> at_once = slow.model();
    const Report none = at_once.fit(slow.X, slow.Y);
    CHECK(none.status == Status::time_limit);
    CHECK(none.message == timed_out + "the model is as it was");
    CHECK_FALSE(at_once.is_fitted());

    slow.options.time_limit = 0.6;
    slow.options.progress = [](const Progress& state) {  // the second iteration comes too late
      if (state.stage == "conjugate gradient" && state.iteration == 1) {
        std::this_thread::sleep_for(std::chrono::duration<double>(0.65 - state.seconds));
      }
      return Continue::yes;
    };
    KernelRidge<double> model = slow.model();
    const Report report = model.fit(slow.X, slow.Y);
    CHECK(report.status == Status::time_limit);
    CHECK(report.message == timed_out + "the model is the best so far");
    CHECK(report.iterations >= 1);
    CHECK(report.iterations <= 2);
    CHECK(report.seconds >= 0.6);
    CHECK(report.seconds <= 10);
    CHECK(slow.true_error(model) <= report.certificate.prediction_error);
  }
}

TEST_CASE("what progress throws leaves KernelRidge as it was, at any iteration",
          "[model][ridge_iteration]") {
  for (const RidgeMethod method : iterative) {
    CAPTURE(to_string(method));
    const Slow slow(method);
    Fitted before(slow);
    const bool at_start = GENERATE(true, false);
    before.progress = [&](const Progress& state) -> Continue {
      if (at_start || (state.stage == "conjugate gradient" && state.iteration == 2)) {
        throw std::runtime_error("enough");
      }
      return Continue::yes;
    };
    REQUIRE_THROWS_WITH(before.model.fit(slow.X, slow.Y), "enough");
    CHECK(before.is_as_it_was());
  }
}

TEST_CASE("no iterations leave the mean, and its certificate", "[model][ridge_iteration]") {
  Slow slow(RidgeMethod::conjugate_gradient);
  slow.options.max_iterations = 0;
  KernelRidge<double> model = slow.model();
  const Report report = model.fit(slow.X, slow.Y);
  CHECK(report.status == Status::iteration_limit);
  CHECK(report.iterations == 0);
  CHECK(model.coefficients().is_zero());
  CHECK(slow.true_error(model) <= report.certificate.prediction_error);
}

TEST_CASE("a tolerance below the rounding of floats is met all the same",
          "[model][ridge_iteration]") {
  // and where all entries are rounded the same way, which is far more than the estimate
  const arma::mat X = normal_matrix<double>(40, 500, 1603), Y = normal_matrix<double>(500, 1, 1604);
  arma::mat K = gram(Rbf(0.02), X) + 1.0 / 3;
  const DenseGram<double> given(K);
  KernelRidge<double> model(
      {.lambda = 1, .method = RidgeMethod::conjugate_gradient, .tolerance = 1e-10, .rank = 20});
  const Report report = model.fit(given, Y);
  CHECK(report.method == "conjugate gradient (K in float tiles, rank 20)");
  REQUIRE(report);
  CHECK(report.certificate.prediction_error <= 1e-10 * arma::stddev(Y.col(0), 1));
  const test::RidgeTruth truth(test::LongMatrix(K), Y, Col<double>(500, arma::fill::ones), 1,
                               model.target_means());
  CHECK(truth.bound_of(model.coefficients()) <= report.certificate.prediction_error);
}

TEST_CASE("mixed Cholesky reaches the residual of Cholesky", "[model][ridge_iteration]") {
  const Slow slow(RidgeMethod::mixed_cholesky);
  KernelRidge<double> mixed = slow.model();
  const Report report = mixed.fit(slow.X, slow.Y);
  REQUIRE(report);
  CHECK(report.certificate.relative_residual <= 1.1e-12);
  CHECK(report.iterations >= 2);  // a factor in float does not do it alone
  CHECK(report.iterations <= 15);
}
