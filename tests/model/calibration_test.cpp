// Folds and slopes.
#include "model/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;

namespace {

// The objective of fit_slopes over the values of one side, by its definition; to be maximised.
double log_likelihood(double s, bool above, const Col<double>& f, const std::vector<bool>& positive,
                      const Col<double>& w) {
  double N[2] = {0, 0}, sum = 0;
  for (index_t i = 0; i < f.n_elem; ++i) N[positive[i]] += w(i);
  for (index_t i = 0; i < f.n_elem; ++i) {
    if (f(i) == 0 || (f(i) > 0) != above) continue;
    const double t = positive[i] ? (N[1] + 1) / (N[1] + 2) : 1 / (N[0] + 2);
    const double P = 1 / (1 + std::exp(-s * f(i)));
    sum += w(i) * (t * std::log(P) + (1 - t) * std::log(1 - P));
  }
  return sum;
}

}  // namespace

TEST_CASE("slopes maximise the regularised likelihood of their side", "[model]") {
  Random random(821);
  Col<double> f(300), w(300);
  std::vector<bool> positive(300);
  for (index_t i = 0; i < 300; ++i) {
    f(i) = 2 * random.normal();
    positive[i] = random.uniform() < 1 / (1 + std::exp(-(f(i) > 0 ? 0.7 : 3.0) * f(i)));
    w(i) = 0.5 + random.uniform();
  }
  f(7) = 0;
  const auto slopes = fit_slopes(f, positive, w);
  CHECK(slopes[0] == Approx(3).epsilon(0.5));  // few rows are on the wrong side
  CHECK(slopes[1] == Approx(0.7).epsilon(0.3));
  for (const bool above : {false, true}) {
    const double s = slopes[above];
    const double best = log_likelihood(s, above, f, positive, w);
    for (const double factor : {0.5, 0.9, 0.999, 1.001, 1.1, 2.0}) {
      CHECK(best > log_likelihood(factor * s, above, f, positive, w));
    }
  }
  // units: f in thousandths has slopes a thousand times as large
  const auto small = fit_slopes(1e-3 * f, positive, w);
  CHECK(small[0] == Approx(1e3 * slopes[0]).epsilon(1e-9));
  CHECK(small[1] == Approx(1e3 * slopes[1]).epsilon(1e-9));
}

TEST_CASE("weights are rows counted several times in slopes", "[model]") {
  Random random(822);
  std::vector<double> f, w, f_all;
  std::vector<bool> positive, positive_all;
  for (int i = 0; i < 60; ++i) {
    f.push_back(random.normal());
    positive.push_back(random.uniform() < (f.back() > 0 ? 0.8 : 0.3));
    w.push_back(1 + i % 3);
    f_all.insert(f_all.end(), 1 + static_cast<std::size_t>(i % 3), f.back());
    positive_all.insert(positive_all.end(), 1 + static_cast<std::size_t>(i % 3), positive.back());
  }
  const auto weighted = fit_slopes(Col<double>(f), positive, Col<double>(w));
  const auto repeated =
      fit_slopes(Col<double>(f_all), positive_all, test::constant(f_all.size(), 1));
  CHECK(weighted[0] == Approx(repeated[0]).epsilon(1e-10));
  CHECK(weighted[1] == Approx(repeated[1]).epsilon(1e-10));
}

TEST_CASE("slopes stay positive and finite where the rows do not tell them", "[model]") {
  const Col<double> one(4, arma::fill::ones);
  // values above 0 alone: the other side has the same slope
  const auto above = fit_slopes(Col<double>{1, 2, 3, 4}, {true, true, false, true}, one);
  CHECK(above[0] == above[1]);
  CHECK(above[1] > 0.01);
  // the wrong class above 0: as little as there is
  const auto wrong = fit_slopes(Col<double>{-1, -2, 3, 4}, {false, false, false, false}, one);
  CHECK(wrong[1] == Approx(1e-3 / 4));
  CHECK(wrong[0] > 0.1);
  // all values 0, or none
  for (const auto& nothing :
       {fit_slopes(Col<double>(4, arma::fill::zeros), {true, false, true, false}, one),
        fit_slopes(Col<double>(), {}, Col<double>())}) {
    CHECK(nothing[0] == default_slope);
    CHECK(nothing[1] == default_slope);
  }
  // separated: Platt's targets keep it finite; tiny and huge values do not overflow
  for (const double scale : {1e-300, 1.0, 1e300}) {
    const auto far = fit_slopes(scale * Col<double>{-1, -2, 1, 2}, {false, false, true, true}, one);
    CHECK(std::isfinite(far[0]));
    CHECK(std::isfinite(far[1]));
    CHECK(far[0] > 0);
    CHECK(far[1] > 0);
  }
}

TEST_CASE("folds are stratified, and each trains on all classes", "[model]") {
  arma::ivec labels(57, arma::fill::value(1));
  labels.subvec(10, 30).fill(2);
  labels(3) = labels(50) = 8;
  Col<double> w(57, arma::fill::ones);
  w(20) = 0;
  const ClassOrder order = order_by_class("test", labels, w, {});
  const std::vector<Fold> folds = calibration_folds(order);
  REQUIRE(folds.size() == 5);
  std::multiset<index_t> held_out;
  for (const Fold& fold : folds) {
    CHECK(std::is_sorted(fold.test.begin(), fold.test.end()));
    CHECK(fold.train.size() + fold.test.size() == 56);
    held_out.insert(fold.test.begin(), fold.test.end());
    std::set<arma::sword> classes;
    for (const index_t row : fold.train) {
      classes.insert(labels(row));
      CHECK(row != 20);
      CHECK(std::find(fold.test.begin(), fold.test.end(), row) == fold.test.end());
    }
    CHECK(classes.size() == 3);
    const auto twos = std::count_if(fold.test.begin(), fold.test.end(),
                                    [&](index_t row) { return labels(row) == 2; });
    CHECK(twos == 4);  // of 20 with weight
  }
  CHECK(held_out.size() == 56);
  CHECK(std::set<index_t>(held_out.begin(), held_out.end()).size() == 56);

  w(3) = 0;  // one row of class 8 is left: it is never held out
  const ClassOrder less = order_by_class("test", labels, w, {});
  for (const Fold& fold : calibration_folds(less)) {
    CHECK(std::find(fold.train.begin(), fold.train.end(), index_t{50}) != fold.train.end());
  }
}
