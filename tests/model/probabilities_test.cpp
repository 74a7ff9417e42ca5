// Probabilities of classes.
#include "model/probabilities.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "model/calibration.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/reference.hpp"

using namespace mercer;
using test::noisy_classes;
using test::normal_matrix;
using test::same_bits;

namespace {

constexpr MultiClass pairs = MultiClass::one_against_one, rest = MultiClass::one_against_rest;

// Rows are distributions whose largest is the class predicted.
void check_distributions(const Mat<double>& P, const arma::ivec& classes,
                         const arma::ivec& predicted) {
  REQUIRE(P.n_cols == classes.n_elem);
  REQUIRE(P.n_rows == predicted.n_elem);
  CHECK(P.min() >= 0);
  CHECK(P.max() <= 1);
  index_t wrong = 0;
  for (index_t i = 0; i < P.n_rows; ++i) {
    const double largest = P.row(i).max();
    const bool alone = arma::accu(P.row(i) == largest) == 1;
    wrong += alone && classes(P.row(i).index_max()) == predicted(i) ? 0 : 1;
  }
  CHECK(wrong == 0);
  CHECK(arma::abs(arma::sum(P, 1) - 1).max() <= 1e-12);
}

// Mean of -log P(label).
double log_loss(const Mat<double>& P, const arma::ivec& classes, const arma::ivec& labels) {
  double sum = 0;
  for (index_t i = 0; i < P.n_rows; ++i) {
    sum -= std::log(P(i, arma::as_scalar(arma::find(classes == labels(i)))));
  }
  return sum / static_cast<double>(P.n_rows);
}

// At most `most` rows, the first of the file's permutation, of classes with three rows or more.
test::Prepared<double> some_rows(const std::string& name, index_t most) {
  auto data = test::prepare<double>(name);
  const index_t n = std::min(most, data.X_train.n_cols);
  data.X_train = arma::mat(data.X_train.head_cols(n));
  data.y_train = arma::vec(data.y_train.head(n));
  std::map<double, int> count;
  for (const double y : data.y_train) ++count[y];
  std::vector<index_t> rows;
  for (index_t i = 0; i < n; ++i) {
    if (count[data.y_train(i)] >= 3) rows.push_back(i);
  }
  data.X_train = arma::mat(data.X_train.cols(arma::uvec(rows)));
  data.y_train = arma::vec(data.y_train.elem(arma::uvec(rows)));
  data.X_test = arma::mat(data.X_test.head_cols(std::min(most, data.X_test.n_cols)));
  return data;
}

}  // namespace

TEST_CASE("coupling gives back a distribution from its pairs", "[model]") {
  for (const Col<double>& p :
       {Col<double>{0.5, 0.3, 0.2}, Col<double>{0.9, 0.05, 0.03, 0.02},
        Col<double>{1e-6, 0.4, 0.6 - 2e-6, 1e-6}, Col<double>(26, arma::fill::value(1.0 / 26))}) {
    Mat<double> r(p.n_elem, p.n_elem, arma::fill::value(arma::datum::nan));  // not read
    for (index_t i = 0; i < p.n_elem; ++i) {
      for (index_t j = 0; j < p.n_elem; ++j) {
        if (i != j) r(i, j) = p(i) / (p(i) + p(j));
      }
    }
    CHECK(arma::abs(coupled(r) - p).max() <= 1e-14);
  }
}

TEST_CASE("coupling minimises Wu, Lin and Weng's objective", "[model]") {
  Random random(831);
  const index_t k = 6;
  Mat<double> r(k, k, arma::fill::zeros);
  for (index_t i = 0; i < k; ++i) {
    for (index_t j = i + 1; j < k; ++j) {
      r(i, j) = std::clamp(random.uniform(), 1e-7, 1 - 1e-7);
      r(j, i) = 1 - r(i, j);
    }
  }
  r(0, 1) = 1e-7;
  r(1, 0) = 1 - 1e-7;
  const auto objective = [&](const Col<double>& p) {
    double sum = 0;
    for (index_t i = 0; i < k; ++i) {
      for (index_t j = 0; j < k; ++j) {
        if (i != j) sum += std::pow(r(j, i) * p(i) - r(i, j) * p(j), 2);
      }
    }
    return sum;
  };
  const Col<double> p = coupled(r);
  CHECK(arma::accu(p) == Approx(1).epsilon(1e-15));
  CHECK(p.min() >= 0);
  const double best = objective(p);
  for (index_t i = 0; i < k; ++i) {
    for (index_t j = 0; j < k; ++j) {
      Col<double> moved = p;
      moved(i) += 1e-4;
      moved(j) -= 1e-4;
      CHECK(objective(moved) >= best);
    }
  }
}

TEST_CASE("the predicted class is put first by the smallest move", "[model]") {
  Col<double> p = {0.1, 0.6, 0.2, 0.1};
  put_first(0, p);  // pooled with the 0.6 alone: 0.35 is above 0.2
  CHECK(arma::abs(p - Col<double>{0.35, 0.35, 0.2, 0.1}).max() <= 1e-13);
  CHECK(p.index_max() == 0);
  CHECK(p(0) > p(1));
  Col<double> chain = {0.4, 0.35, 0.05, 0.2};
  put_first(2, chain);  // (0.4 + 0.05) / 2 < 0.35: with that one as well
  CHECK(arma::abs(chain - Col<double>{0.8 / 3, 0.8 / 3, 0.8 / 3, 0.2}).max() <= 1e-13);
  CHECK(chain.index_max() == 2);
  Col<double> right = {0.2, 0.5, 0.3};
  put_first(1, right);
  CHECK(arma::abs(right - Col<double>{0.2, 0.5, 0.3}).max() <= 1e-15);
  Col<double> even = {0.25, 0.25, 0.25, 0.25};
  put_first(3, even);
  CHECK(even.index_max() == 3);
  CHECK(arma::abs(even - 0.25).max() <= 1e-13);
}

TEST_CASE("of two classes, P is the sigmoid of its side, one half at 0", "[model]") {
  const arma::mat f = arma::mat{{-2, 0, 1e-30, 3, 900}}.t();
  const arma::mat slopes = arma::vec{0.5, 2.0};
  const Mat<double> P = class_probabilities(f, slopes, arma::uvec{0, 0, 1, 1, 1}, 2, pairs, 1);
  CHECK(P(0, 1) == Approx(1 / (1 + std::exp(1.0))).epsilon(1e-14));
  CHECK(std::abs(P(1, 1) - 0.5) <= 1e-13);
  CHECK(P(1, 0) > P(1, 1));
  CHECK(P(2, 1) > P(2, 0));
  CHECK(P(3, 1) == Approx(1 / (1 + std::exp(-6.0))).epsilon(1e-14));
  CHECK(P(4, 1) == 1);
}

TEST_CASE("on all real sets the largest probability is that of the class predicted", "[model]") {
  const std::string name = GENERATE("iris", "wine", "breast_cancer", "digits", "spam", "ionosphere",
                                    "heart", "satellite", "thyroid", "sensor", "letter", "shuttle");
  const MultiClass multi_class = GENERATE(pairs, rest);
  const double nu = GENERATE(0.0, 0.005);
  CAPTURE(name, multi_class == rest, nu);
  const auto data = some_rows(name, 300);
  const arma::ivec labels = class_codes(data.y_train);
  Svc<double> svc(Rbf(1.0 / static_cast<double>(data.X_train.n_rows)),
                  {.C = 10, .nu = nu, .multi_class = multi_class, .probabilities = true});
  REQUIRE(svc.fit(data.X_train, labels));
  CHECK(svc.slopes().min() > 0);
  CHECK(svc.slopes().n_cols == svc.biases().n_elem);
  check_distributions(svc.probabilities(data.X_test), svc.classes(), svc.predict(data.X_test));
  check_distributions(svc.probabilities(data.X_train), svc.classes(), svc.predict(data.X_train));
}

TEST_CASE("the same on every row of every set, trained on its whole training part", "[model]") {
  const std::string name = GENERATE("iris", "wine", "breast_cancer", "digits", "spam", "ionosphere",
                                    "heart", "satellite", "thyroid", "sensor", "letter", "shuttle");
  CAPTURE(name);
  const auto data = some_rows(name, std::numeric_limits<index_t>::max());
  Svc<double> svc(Rbf(1.0 / static_cast<double>(data.X_train.n_rows)),
                  {.C = 10, .probabilities = true});
  REQUIRE(svc.fit(data.X_train, class_codes(data.y_train)));
  for (const arma::mat& X : {data.X_train, data.X_test}) {
    check_distributions(svc.probabilities(X), svc.classes(), svc.predict(X));
  }
}

TEST_CASE("probabilities of rows not seen tell more than the shares of the classes", "[model]") {
  const std::string name = GENERATE("spam", "breast_cancer", "satellite");
  const MultiClass multi_class = GENERATE(pairs, rest);
  CAPTURE(name, multi_class == rest);
  const auto data = some_rows(name, 1000);
  const arma::ivec labels = class_codes(data.y_train);
  const arma::ivec truth = class_codes(Col<double>(data.y_test.head(data.X_test.n_cols)));
  Svc<double> svc(Rbf(1.0 / static_cast<double>(data.X_train.n_rows)),
                  {.C = 10, .multi_class = multi_class, .probabilities = true});
  REQUIRE(svc.fit(data.X_train, labels));
  Mat<double> shares(truth.n_elem, svc.classes().n_elem);
  for (index_t c = 0; c < shares.n_cols; ++c) {
    shares.col(c).fill(static_cast<double>(arma::accu(labels == svc.classes()(c))) /
                       static_cast<double>(labels.n_elem));
  }
  const double own = log_loss(svc.probabilities(data.X_test), svc.classes(), truth);
  CHECK(own <= 0.5 * log_loss(shares, svc.classes(), truth));
  // calibrated: better than all slopes 1
  const Mat<double> plain = class_probabilities(
      svc.decision_values(data.X_test), Mat<double>(2, svc.biases().n_elem, arma::fill::ones),
      arma::conv_to<arma::uvec>::from(svc.predict(data.X_test)), svc.classes().n_elem, multi_class,
      0);
  CHECK(own < log_loss(plain, svc.classes(), truth));
}

TEMPLATE_TEST_CASE("probabilities have the same bits for any number of threads and both doors",
                   "[model]", float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(3, 200, 832), X_new = normal_matrix<T>(3, 600, 833);
  const arma::ivec labels = noisy_classes(X, 4, 0, 834);
  const MultiClass multi_class = GENERATE(pairs, rest);
  SvcOptions options = {.C = 2, .multi_class = multi_class, .probabilities = true, .threads = 1};
  Svc<T> first(Rbf(0.5), options);
  REQUIRE(first.fit(X, labels));
  const Mat<double> P = first.probabilities(X_new);
  for (const int threads : {2, 3}) {
    options.threads = threads;
    Svc<T> svc(Rbf(0.5), options);
    REQUIRE(svc.fit(X, labels));
    CHECK(same_bits(svc.slopes(), first.slopes()));
    CHECK(same_bits(svc.probabilities(X_new), P));
  }
  if constexpr (std::is_same_v<T, double>) {
    Svc<T> matrix(options);
    REQUIRE(matrix.fit(DenseGram<T>(gram<T>(Rbf(0.5), X)), labels));
    CHECK(same_bits(matrix.slopes(), first.slopes()));
    const Mat<T> support = X.cols(matrix.support_indices());
    CHECK(same_bits(matrix.probabilities(DenseGram<T>(gram<T>(Rbf(0.5), X_new, support))), P));
  }
}

TEST_CASE("calibration leaves the model as it is, and takes weights and small classes", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 120, 835);
  arma::ivec labels = noisy_classes(X, 2, 0, 836);
  labels(5) = labels(80) = 9;  // two rows
  Col<double> w(120, arma::fill::ones);
  w.subvec(20, 60).fill(0);
  const double nu = GENERATE(0.0, 0.08);  // too large for the folds that hold out a row of class 9
  SvcOptions options = {.nu = nu, .tolerance = 1e-8};
  Svc<double> plain(Rbf(1), options);
  options.probabilities = true;
  Svc<double> svc(Rbf(1), options);
  const Report report = svc.fit(X, labels, w);
  REQUIRE(report);
  CHECK(report.message.empty());
  REQUIRE(plain.fit(X, labels, w));
  CHECK(same_bits(svc.coefficients(), plain.coefficients()));
  CHECK(plain.slopes().is_empty());
  check_distributions(svc.probabilities(X), svc.classes(), svc.predict(X));
  // rows without weight have no part in it
  const arma::uvec kept = arma::find(w > 0);
  Svc<double> fewer(Rbf(1), options);
  REQUIRE(fewer.fit(X.cols(kept), labels.elem(kept)));
  CHECK(arma::abs(fewer.slopes() / svc.slopes() - 1).max() <= 1e-5);
}

TEST_CASE("a calibration that is stopped has the default slope and says so", "[model]") {
  const arma::mat X = normal_matrix<double>(3, 300, 837);
  const arma::ivec labels = noisy_classes(X, 3, 0, 838);
  const auto stop_at = GENERATE(as<std::string>(), "smo", "calibration");
  Svc<double> svc(Rbf(1), {.probabilities = true, .progress = [&](const Progress& state) {
                             return state.stage == stop_at ? Continue::no : Continue::yes;
                           }});
  const Report report = svc.fit(X, labels);
  CHECK(report.status == Status::stopped);
  CHECK(report.message ==
        (stop_at == "smo"
             ? "Svc::fit: stopped by the progress callback; the model is the best so far; the "
               "probabilities are not calibrated, all slopes are 1"
             : "Svc::fit: stopped by the progress callback; the model is complete, but the "
               "probabilities are not calibrated, all slopes are 1"));
  CHECK(arma::all(arma::vectorise(svc.slopes()) == default_slope));
  check_distributions(svc.probabilities(X), svc.classes(), svc.predict(X));
}

TEST_CASE("probabilities are refused without their option", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 40, 839);
  Svc<double> svc(Rbf(1)), matrix(SvcOptions{});
  REQUIRE_THROWS_WITH(svc.probabilities(X), "Svc::probabilities: the model is not fitted");
  REQUIRE(svc.fit(X, noisy_classes(X, 2, 0, 840)));
  REQUIRE_THROWS_WITH(svc.probabilities(X),
                      "Svc::probabilities: the model was fitted without the option, "
                      "SvcOptions::probabilities");
  REQUIRE_THROWS_AS(svc.probabilities(X), LogicError);
}
