#include "mercer/data/metrics.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include "mercer/core/random.hpp"
#include "support/catch.hpp"

using mercer::accuracy;
using mercer::auc;
using mercer::balanced_accuracy;
using mercer::Col;
using mercer::confusion_matrix;
using mercer::index_t;
using mercer::log_loss;
using mercer::Mat;
using mercer::mean_absolute_error;
using mercer::r_squared;
using mercer::Random;
using mercer::rmse;

namespace {

// The definition: the share of the pairs (positive, negative) in the right order, ties one half.
template <class T>
double pairwise_auc(const arma::ivec& labels, const Col<T>& scores) {
  double wins = 0;
  double pairs = 0;
  for (index_t i = 0; i < labels.n_elem; ++i) {
    for (index_t j = 0; j < labels.n_elem; ++j) {
      if (labels[i] <= labels[j]) continue;
      wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
      ++pairs;
    }
  }
  return wins / pairs;
}

}  // namespace

TEST_CASE("accuracy is the share of right classes", "[data][metrics]") {
  CHECK(accuracy({1, -1, 2, 2}, {1, -1, 2, 1}) == 0.75);
  CHECK(accuracy({5}, {5}) == 1);
  CHECK(accuracy({5}, {4}) == 0);
}

TEST_CASE("the confusion matrix counts true against predicted classes", "[data][metrics]") {
  const auto matrix = confusion_matrix({7, -1, 7, -1, 7}, {7, -1, -1, 3, 7});
  REQUIRE(matrix.classes.n_elem == 3);
  CHECK(arma::all(matrix.classes == arma::ivec{-1, 3, 7}));
  CHECK(arma::all(arma::vectorise(matrix.counts == arma::umat{{1, 1, 0}, {0, 0, 0}, {1, 0, 2}})));
}

TEST_CASE("balanced accuracy counts each class of the labels once", "[data][metrics]") {
  CHECK(balanced_accuracy({1, 1, 1, 2}, {1, 1, 3, 2}) == Approx((2.0 / 3 + 1) / 2).epsilon(1e-15));
  CHECK(balanced_accuracy({5}, {4}) == 0);
  CHECK_THROWS_WITH(balanced_accuracy({1, 2}, {1}),
                    "balanced_accuracy: predicted must have 2 rows (one per point), has 1");
}

TEST_CASE("the logarithmic loss follows its formula", "[data][metrics]") {
  const arma::mat P = {{0.25, 0.75}, {1, 0}};
  CHECK(log_loss({3, 7}, P, {3, 7}) == Approx((-std::log(0.25) + 52 * std::log(2.0)) / 2));
  CHECK(log_loss({3, 4}, P, {3, 7}) == Approx((-std::log(0.25) + 52 * std::log(2.0)) / 2));
  CHECK_THROWS_WITH(log_loss({3}, P, {3, 7}),
                    "log_loss: probabilities must have 1 rows (one per point), has 2");
  CHECK_THROWS_AS(log_loss({3, 7}, P, {3}), std::invalid_argument);
}

TEMPLATE_TEST_CASE("rmse and r_squared follow their formulas", "[data][metrics]", float, double) {
  using T = TestType;
  const Col<T> y = {1, 2, 3, 6};
  const Col<T> predicted = {2, 2, 3, 4};
  CHECK(rmse(y, predicted) == Approx(std::sqrt(5.0 / 4)).epsilon(1e-15));
  CHECK(r_squared(y, predicted) == Approx(1 - 5.0 / 14).epsilon(1e-15));
  CHECK(mean_absolute_error<T>(y, predicted) == Approx(0.75).epsilon(1e-15));
  CHECK(rmse(y, y) == 0);
  CHECK(r_squared(y, y) == 1);
  CHECK(r_squared<T>(y, Col<T>{3, 3, 3, 3}) == 0);
  CHECK(r_squared(y, Mat<T>(predicted)) == r_squared(y, predicted));
  CHECK(rmse(Mat<T>{{0, 0}, {0, 0}}, Mat<T>{{1, 1}, {1, 3}}) == Approx(std::sqrt(3.0)));

  // Sums in double: 10^6 errors of 1 on top of one of 10^4, whose square is 10^8.
  Col<T> zeros(1000001, arma::fill::zeros);
  Col<T> errors(1000001, arma::fill::ones);
  errors[0] = 10000;
  CHECK(rmse(zeros, errors) == Approx(std::sqrt(1.01e8 / 1000001)).epsilon(1e-12));
}

TEMPLATE_TEST_CASE("auc is the share of pairs in the right order", "[data][metrics]", float,
                   double) {
  using T = TestType;
  CHECK(auc({0, 0, 1, 1}, Col<T>{1, 2, 3, 4}) == 1);
  CHECK(auc({1, 1, -1, -1}, Col<T>{1, 2, 3, 4}) == 0);
  CHECK(auc({3, 8, 3, 8}, Col<T>{5, 5, 5, 5}) == 0.5);
  CHECK(auc({0, 1, 0, 1}, Col<T>{1, T(0.5), T(0.25), 2}) == 0.75);

  Random random(11);
  arma::ivec labels(200);
  Col<T> scores(200);
  for (index_t i = 0; i < 200; ++i) {
    labels[i] = random.uniform() < 0.3 ? 4 : 2;
    scores[i] = static_cast<T>(random.below(20)) + static_cast<T>(labels[i]);  // with many ties
  }
  CHECK(auc(labels, scores) == Approx(pairwise_auc(labels, scores)).epsilon(1e-14));
}

TEST_CASE("metrics refuse sizes that do not match and empty data", "[data][metrics]") {
  CHECK_THROWS_AS(accuracy({1, 2}, {1}), std::invalid_argument);
  CHECK_THROWS_WITH(accuracy({1, 2}, {1}),
                    "accuracy: predicted must have 2 rows (one per point), has 1");
  CHECK_THROWS_WITH(accuracy({}, {}), "accuracy: there are no points");
  CHECK_THROWS_WITH(confusion_matrix({1}, {1, 2}),
                    "confusion_matrix: predicted must have 1 rows (one per point), has 2");
  CHECK_THROWS_WITH(confusion_matrix({}, {}), "confusion_matrix: there are no points");
  CHECK_THROWS_WITH(rmse(arma::vec{1, 2}, arma::vec{1}),
                    "rmse: predicted must have 2 rows (one per point), has 1");
  CHECK_THROWS_WITH(rmse(arma::mat(2, 2, arma::fill::ones), arma::mat(2, 1, arma::fill::ones)),
                    "rmse: predicted must have 2 columns (one per output), has 1");
  CHECK_THROWS_WITH(rmse(arma::mat(3, 0), arma::mat(3, 0)), "rmse: there are no points");
  CHECK_THROWS_WITH(r_squared(arma::vec(), arma::vec()), "r_squared: there are no points");
  CHECK_THROWS_WITH(r_squared(arma::vec{1, 2}, arma::mat(1, 2, arma::fill::ones)),
                    "r_squared: predicted must have 2 rows (one per point), has 1");
  CHECK_THROWS_WITH(auc({1, 0}, arma::vec{1}),
                    "auc: scores must have 2 rows (one per point), has 1");
  CHECK_THROWS_WITH(auc({}, arma::vec()), "auc: there are no points");
}

TEST_CASE("metrics refuse values without meaning", "[data][metrics]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH(rmse(arma::vec{1, nan}, arma::vec{1, 2}),
                    "rmse: y must be finite, y(1, 0) is nan");
  CHECK_THROWS_WITH(r_squared(arma::vec{1, 2}, arma::vec{1, infinity}),
                    "r_squared: predicted must be finite, predicted(1, 0) is inf");
  CHECK_THROWS_WITH(auc({0, 1}, arma::vec{1, nan}),
                    "auc: scores must be finite, scores(1, 0) is nan");
  CHECK_THROWS_WITH(auc({1, 1}, arma::vec{1, 2}), "auc: labels must have two classes, has 1");
  CHECK_THROWS_WITH(auc({0, 1, 2}, arma::vec{1, 2, 3}), "auc: labels must have two classes, has 3");
  CHECK_THROWS_WITH(r_squared(arma::vec{2, 2}, arma::vec{1, 2}),
                    "r_squared: y must not be constant, all values are 2");
}
