// Cross-validation beside models fitted fold by fold.
#include "mercer/selection/cross_validation.hpp"

#include <cmath>
#include <string>

#include "mercer/data/metrics.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/gaussian_process_classifier.hpp"
#include "mercer/model/kernel_logistic.hpp"
#include "mercer/model/low_rank_svc.hpp"
#include "mercer/model/nystrom_ridge.hpp"
#include "mercer/model/one_class_svm.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/model/svdd.hpp"
#include "mercer/model/svr.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using Catch::Matchers::Contains;
using mercer::test::noisy_classes;
using mercer::test::normal_matrix;

namespace {

// The class of the nearest mean, of labels.
struct NearestMean {
  arma::ivec classes;
  arma::mat means;
  void fit(const arma::mat& X, const arma::ivec& labels) {
    classes = arma::unique(labels);
    means.set_size(X.n_rows, classes.n_elem);
    for (index_t c = 0; c < classes.n_elem; ++c) {
      means.col(c) = arma::mean(X.cols(arma::find(labels == classes(c))), 1);
    }
  }
  arma::ivec predict(const arma::mat& X) const {
    arma::ivec out(X.n_cols);
    for (index_t i = 0; i < X.n_cols; ++i) {
      const arma::mat gap = means.each_col() - X.col(i);
      out(i) = classes(arma::sum(arma::square(gap), 0).index_min());
    }
    return out;
  }
};

// The mean of y for each point.
struct MeanOnly {
  double mean = 0;
  void fit(const arma::mat&, const arma::vec& y) { mean = arma::mean(y); }
  arma::vec predict(const arma::mat& X) const { return test::constant(X.n_cols, mean); }
};

template <class T>
Col<double> wave(const Mat<T>& X) {
  Col<double> y(X.n_cols);
  for (index_t i = 0; i < X.n_cols; ++i) y(i) = std::sin(2 * double(X(0, i))) + double(X(1, i));
  return y;
}

}  // namespace

TEMPLATE_TEST_CASE("each model predicts the rows held out as when fitted by hand", "[selection]",
                   float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(3, 60, 1);
  const Col<double> y = wave(X);
  const arma::ivec labels = noisy_classes(X, 3, -1, 2);
  const Rbf kernel(0.5);
  const double near = std::is_same_v<T, float> ? 2e-4 : 1e-8;
  const Folds folds = k_folds(60, 4, 5, 2);

  const auto check_regression = [&](const auto& model, auto targets, double tolerance) {
    const CrossValidation found = cross_validate<T>(model, X, targets, folds);
    REQUIRE(found.report);
    CHECK(found.scores[0].name == "rmse");
    for (index_t i = 0; i < folds.count(); ++i) {
      const Split rows = folds.split(i);
      auto own = model;
      decltype(targets) part = targets.rows(rows.train);
      REQUIRE(own.fit(Mat<T>(X.cols(rows.train)), part));
      const Mat<double> hand =
          arma::conv_to<Mat<double>>::from(own.predict(Mat<T>(X.cols(rows.test))));
      const Mat<double> values = found.predictions[folds.repeat_of(i)].values.rows(rows.test);
      CHECK(arma::abs(values - hand).max() < tolerance);
      const Mat<double> truth = arma::conv_to<Mat<double>>::from(targets.rows(rows.test));
      CHECK(found.scores[0].folds(i) == Approx(rmse(truth, values)).epsilon(1e-12));
    }
  };
  const Mat<T> Y = arma::conv_to<Mat<T>>::from(arma::join_rows(y, 2 - y));
  const Col<T> y_T = arma::conv_to<Col<T>>::from(y);
  check_regression(KernelRidge<T>(kernel, {.lambda = 0.1}), Y, near);
  check_regression(Svr<T>(kernel, {.C = 4, .tolerance = 1e-8}), y, 1e-3);
  check_regression(GaussianProcess<T>(kernel), y_T, near);
  check_regression(NystromRidge<T>(kernel, {.lambdas = {0.1}, .centres = 20}), Y, near);

  const auto check_labels = [&](const auto& model, const arma::ivec& truth, auto fit) {
    const CrossValidation found = cross_validate<T>(model, X, truth, folds);
    REQUIRE(found.report);
    CHECK(found.scores[0].name == "accuracy");
    for (index_t i = 0; i < folds.count(); ++i) {
      const Split rows = folds.split(i);
      auto own = model;
      REQUIRE(fit(own, Mat<T>(X.cols(rows.train)), arma::ivec(truth.elem(rows.train))));
      const arma::ivec hand = own.predict(Mat<T>(X.cols(rows.test)));
      CHECK(arma::all(found.predictions[folds.repeat_of(i)].labels.elem(rows.test) == hand));
    }
    return found;
  };
  const auto with_labels = [](auto& own, const Mat<T>& X_train, const arma::ivec& train) {
    return own.fit(X_train, train);
  };
  const auto without = [](auto& own, const Mat<T>& X_train, const arma::ivec&) {
    return own.fit(X_train);
  };
  const Svc<T> svc(kernel, {.C = 3, .probabilities = true, .tolerance = 1e-8});
  const CrossValidation found = check_labels(svc, labels, with_labels);
  CHECK(found.predictions[1].decision_values.n_cols == 3);
  CHECK(found.predictions[1].probabilities.n_cols == 3);
  CHECK(arma::all(found.predictions[1].classes == arma::ivec{-1, 0, 1}));
  check_labels(KernelLogistic<T>(kernel), labels, with_labels);
  check_labels(GaussianProcessClassifier<T>(kernel), labels, with_labels);
  check_labels(LowRankSvc<T>(kernel, {.rank = 20}), labels, with_labels);
  const arma::ivec signs = noisy_classes(X, 2, 0, 4) * 2 - 1;
  check_labels(OneClassSvm<T>(kernel, {.nu = 0.2, .tolerance = 1e-8}), signs, without);
  check_labels(Svdd<T>(Polynomial(2, 1, 1), {.nu = 0.2, .tolerance = 1e-8}), signs, without);
}

TEST_CASE("a class of the user's own needs fit and predict only", "[selection]") {
  const arma::mat X = normal_matrix<double>(2, 90, 1);
  const arma::ivec labels = noisy_classes(X, 3, 5, 2);
  const Folds folds = stratified_folds(labels, 5);
  const CrossValidation found = cross_validate<double>(NearestMean{}, X, labels, folds);
  REQUIRE(found.report);
  index_t right = 0;
  for (index_t i = 0; i < 5; ++i) {
    const Split rows = folds.split(i);
    NearestMean own;
    own.fit(X.cols(rows.train), labels.elem(rows.train));
    const arma::ivec hand = own.predict(X.cols(rows.test));
    right += arma::accu(hand == arma::ivec(labels.elem(rows.test)));
    CHECK(found.scores[0].folds(i) == accuracy(labels.elem(rows.test), hand));
  }
  CHECK(found.scores[0].pooled == Approx(double(right) / 90).epsilon(1e-12));
  CHECK(found.scores[0].mean == Approx(arma::mean(found.scores[0].folds)).epsilon(1e-12));
  CHECK(found.scores[0].standard_deviation ==
        Approx(arma::stddev(found.scores[0].folds)).epsilon(1e-12));

  // Leave-one-out of a mean: y_i - mean of the others = (y_i - mean) n / (n - 1).
  const arma::vec y = wave(X);
  const CrossValidation one = cross_validate<double>(MeanOnly{}, X, y, leave_one_out(90));
  const double spread = arma::norm(y - arma::mean(y)) / std::sqrt(90.0) * 90 / 89;
  CHECK(one.scores[0].pooled == Approx(spread).epsilon(1e-12));
}

TEST_CASE("ridge leaves one out by one fit, as by a fit for each row", "[selection]") {
  const arma::mat X = normal_matrix<double>(3, 40, 1);
  const arma::vec y = wave(X);
  const KernelRidge<double> ridge(Rbf(0.3), {.lambda = 0.2});
  const CrossValidation closed = cross_validate<double>(ridge, X, y, leave_one_out(40));
  REQUIRE(closed.report);
  struct Wrapped {  // a model that is not known to have a closed form
    KernelRidge<double> own;
    Report fit(const arma::mat& X_train, const arma::vec& y_train) {
      return own.fit(X_train, y_train);
    }
    arma::mat predict(const arma::mat& X_new) const { return own.predict(X_new); }
  };
  const CrossValidation refitted = cross_validate<double>(Wrapped{ridge}, X, y, leave_one_out(40));
  REQUIRE(refitted.report);
  CHECK(arma::abs(closed.predictions[0].values - refitted.predictions[0].values).max() < 1e-10);
  CHECK(closed.scores[0].pooled == Approx(refitted.scores[0].pooled).epsilon(1e-10));
}

TEST_CASE("scaling of a fold has not seen the rows held out", "[selection]") {
  const Scaling scaling =
      GENERATE(Scaling::none, Scaling::standardise, Scaling::min_max, Scaling::signed_unit);
  const arma::mat X = normal_matrix<double>(3, 80, 1);
  const arma::ivec labels = noisy_classes(X, 2, 0, 2);
  const Folds folds = k_folds(80, 4, 1);
  // Huge values in the rows of one fold must not reach the model that holds them out: what it
  // predicts of a row that is the same in both is the same.
  const Split rows = folds.split(2);
  arma::mat poisoned = X;
  for (index_t k = 1; k < rows.test.n_elem; ++k) poisoned.col(rows.test(k)) *= 1e6;
  struct Watching {  // tells the points that it is asked for
    arma::mat X_train;
    void fit(const arma::mat& X_own, const arma::vec&) { X_train = X_own; }
    arma::mat predict(const arma::mat& X_new) const {
      return arma::join_rows(X_new.t(),
                             arma::repmat(arma::vectorise(X_train).t(), X_new.n_cols, 1));
    }
  };
  const auto seen = [&](const arma::mat& points) {
    const arma::vec y(80, arma::fill::zeros);
    const auto zero = [](const Targets&, const Prediction&) { return 0.0; };
    return cross_validate<double>(Watching{}, points, y, folds,
                                  {.scores = {{"zero", true, zero}}, .scaling = scaling})
        .predictions[0]
        .values;
  };
  const arma::mat clean = seen(X), after = seen(poisoned);
  CHECK(test::same_bits(arma::mat(clean.row(rows.test(0))), arma::mat(after.row(rows.test(0)))));
  const index_t other = folds.split(1).test(0);  // its model was trained on poisoned rows
  CHECK(arma::any(arma::vectorise(clean.row(other) != after.row(other))));

  // The same of a real model, by kernel values and by points.
  for (const bool by_points : {false, true}) {
    const auto decisions = [&](const arma::mat& points) {
      const CrossValidationOptions options{.scaling = scaling};
      return (by_points
                  ? cross_validate<double>(LowRankSvc<double>(Rbf(0.3)), points, labels, folds,
                                           options)
                  : cross_validate<double>(Svc<double>(Rbf(0.3)), points, labels, folds, options))
          .predictions[0]
          .decision_values;
    };
    const arma::mat f = decisions(X), g = decisions(poisoned);
    CHECK(test::same_bits(arma::mat(f.row(rows.test(0))), arma::mat(g.row(rows.test(0)))));
  }
}

TEST_CASE("cross-validation has the same bits on any number of threads", "[selection]") {
  const arma::mat X = normal_matrix<double>(4, 150, 3);
  const arma::ivec labels = noisy_classes(X, 3, 0, 4);
  const Scaling scaling = GENERATE(Scaling::none, Scaling::standardise);
  const auto run = [&](int threads) {
    return cross_validate<double>(Svc<double>(Rbf(0.2), {.C = 10}), X, labels,
                                  stratified_folds(labels, 5, 1, 2),
                                  {.scaling = scaling, .threads = threads});
  };
  const CrossValidation one = run(1);
  for (const int threads : {2, 3}) {
    const CrossValidation own = run(threads);
    CHECK(test::same_bits(own.predictions[1].decision_values, one.predictions[1].decision_values));
    CHECK(arma::all(own.scores[0].folds == one.scores[0].folds));
  }
}

TEST_CASE("a stop and the end of the time leave the folds before", "[selection]") {
  const arma::mat X = normal_matrix<double>(2, 50, 1);
  const arma::ivec labels = noisy_classes(X, 2, 0, 2);
  int calls = 0;
  const auto stop = [&](const Progress& state) {
    CHECK(state.stage == "folds");
    CHECK(double(state.iteration) + state.criterion == 5);
    return ++calls == 3 ? Continue::no : Continue::yes;
  };
  const auto run = [&](const CrossValidationOptions& options) {
    return cross_validate<double>(Svc<double>(Rbf(1)), X, labels, k_folds(50, 5), options);
  };
  const CrossValidation some = run({.threads = 1, .progress = stop});
  CHECK(some.report.status == Status::stopped);
  CHECK(some.report.message ==
        "cross_validate: stopped by the progress callback; 3 of 5 folds are not complete");
  CHECK(std::isfinite(some.scores[0].folds(1)));
  CHECK(std::isnan(some.scores[0].folds(2)));
  CHECK(std::isnan(some.scores[0].mean));
  CHECK(std::isnan(some.scores[0].pooled));
  CHECK(run({.threads = 1, .time_limit = 1e-9}).report.status == Status::time_limit);
}

TEST_CASE("a fit that leaves the model as it was has no prediction", "[selection]") {
  struct Stale {
    Status status;
    bool is_fitted() const { return true; }
    Report fit(const arma::mat&, const arma::vec&) const {
      Report report;
      report.status = status;
      return report;
    }
    arma::vec predict(const arma::mat& X) const { return test::constant(X.n_cols, 1); }
  };
  const arma::mat X = normal_matrix<double>(2, 20, 1);
  const arma::vec y(20, arma::fill::zeros);
  for (const Status status :
       {Status::stopped, Status::time_limit, Status::not_finite, Status::not_positive_definite}) {
    const CrossValidation found = cross_validate<double>(Stale{status}, X, y, k_folds(20, 4));
    CHECK(found.report.status == status);
    CHECK(std::isnan(found.scores[0].folds(0)));
    CHECK(found.predictions[0].is_empty());
  }
  const Stale better{Status::iteration_limit};
  CHECK(cross_validate<double>(better, X, y, k_folds(20, 4)).scores[0].mean == 1);
}

TEST_CASE("cross-validation refuses what does not fit together", "[selection]") {
  const arma::mat X = normal_matrix<double>(2, 20, 1);
  arma::ivec labels(20, arma::fill::zeros);
  labels.tail(10).ones();
  const Svc<double> svc(Rbf(1));
  const auto run = [&](const AnyEstimator<double>& model, const Targets& targets,
                       const Folds& folds, const CrossValidationOptions& options = {}) {
    return cross_validate<double>(model, X, targets, folds, options);
  };
  const Folds folds = k_folds(20, 4);
  CHECK_THROWS_WITH(run(svc, labels, k_folds(19, 4)),
                    "cross_validate: folds must have 20 rows (one per point), has 19");
  CHECK_THROWS_WITH(run(svc, arma::ivec{0, 1}, folds), Contains("targets must have 20 rows"));
  CHECK_THROWS_WITH(run(svc, arma::vec(20), folds), Contains("targets must be labels"));
  CHECK_THROWS_WITH(run(KernelRidge<double>(Rbf(1)), labels, folds),
                    "cross_validate: targets must be real outputs for a regression");
  CHECK_THROWS_WITH(run(OneClassSvm<double>(Rbf(1)), labels, folds),
                    "cross_validate: labels of novelties must be +1 or -1, labels(0) is 0");
  arma::uvec fold_of(20, arma::fill::zeros);
  fold_of.tail(10).ones();
  CHECK_THROWS_WITH(run(svc, labels, Folds(fold_of)),
                    "cross_validate: each class must have a row in the training part of each fold, "
                    "class 0 has none in that of fold 0");
  CHECK_THROWS_WITH(run(svc, labels, folds, {.threads = -1}), Contains("threads"));
  CHECK_THROWS_WITH(run(svc, labels, folds, {.time_limit = 0}), Contains("time_limit"));
  CHECK_THROWS_WITH(run(Svr<double>(Rbf(1)), arma::mat(20, 2, arma::fill::zeros), folds),
                    Contains("the model has one output"));
  CHECK_THROWS_WITH(run(svc, labels, folds, {.scores = {score_named("log_loss")}}),
                    Contains("log_loss: the score needs"));
  // What the model says of a fold comes through.
  CHECK_THROWS_WITH(run(Svc<double>(Rbf(1), {.nu = 1}),
                        arma::ivec(arma::join_cols(labels.head(15), labels.head(5))), folds),
                    Contains("nu"));
  const auto huge = make_kernel<Statistic::dot>("huge", [](auto s) { return s / 0; });
  CHECK_THROWS_WITH(run(Svc<double>(huge), labels, folds), Contains("must be finite"));
}
