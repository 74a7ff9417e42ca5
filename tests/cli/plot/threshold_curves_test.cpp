#include "cli/plot/threshold_curves.hpp"

#include <cmath>
#include <stdexcept>

#include "mercer/core/random.hpp"
#include "mercer/data/metrics.hpp"
#include "support/catch.hpp"
#include "support/svg_reader.hpp"

using namespace mercer::plot;
using mercer::test::check_picture;
using mercer::test::SvgReader;

namespace {

const ClassScores twelve = {"twelve",
                            {0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1},
                            {0.1, 0.9, 0.8, 0.8, 0.4, 0.35, 0.35, 0.35, 0.7, -0.2, 0.05, 0.05}};

void check_equal(const arma::vec& found, const arma::vec& expected) {
  REQUIRE(found.n_elem == expected.n_elem);
  for (arma::uword k = 0; k < found.n_elem; ++k)
    CHECK(found[k] == Approx(expected[k]).margin(1e-8));
}

ClassScores random_scores(int n, double shift) {
  mercer::Random random(7);
  ClassScores scores{"random", arma::uvec(n), arma::vec(n)};
  for (int i = 0; i < n; ++i) {
    scores.positive[i] = i % 3 == 0;
    scores.scores[i] = std::round(20 * (random.uniform() + (i % 3 == 0 ? shift : 0))) / 20;
  }
  return scores;
}

}  // namespace

TEST_CASE("ROC and precision-recall curves are those of scikit-learn", "[cli][plot]") {
  // scikit-learn 1.2.1: roc_curve(drop_intermediate=False), roc_auc_score, precision_recall_curve
  // (from its end to its begin, without the point (0, 1) that it adds), average_precision_score.
  const RocCurve roc = roc_curve(twelve);
  check_equal(roc.false_positive_rate,
              {0, 0, 0.16666667, 0.16666667, 0.16666667, 0.5, 0.66666667, 0.83333333, 1});
  check_equal(roc.true_positive_rate,
              {0, 0.16666667, 0.33333333, 0.5, 0.66666667, 0.83333333, 0.83333333, 1, 1});
  CHECK(roc.area == Approx(0.7500000000000001).epsilon(1e-14));
  const PrecisionRecallCurve found = precision_recall_curve(twelve);
  check_equal(found.precision, {1, 0.66666667, 0.75, 0.8, 0.625, 0.55555556, 0.54545455, 0.5});
  check_equal(found.recall,
              {0.16666667, 0.33333333, 0.5, 0.66666667, 0.83333333, 0.83333333, 1, 1});
  CHECK(found.average_precision == Approx(0.7311868686868687).epsilon(1e-14));
}

TEST_CASE("the area under the ROC curve is the Mann-Whitney statistic", "[cli][plot]") {
  const ClassScores scores = random_scores(500, 0.2);
  CHECK(roc_curve(scores).area ==
        Approx(mercer::auc<double>(arma::conv_to<arma::ivec>::from(scores.positive), scores.scores))
            .epsilon(1e-12));
}

TEST_CASE("equal scores are one threshold", "[cli][plot]") {
  const ClassScores equal = {"", {0, 1, 1, 0}, {2, 2, 2, 2}};
  CHECK(roc_curve(equal).area == 0.5);
  CHECK(roc_curve(equal).false_positive_rate.n_elem == 2);
  CHECK(precision_recall_curve(equal).average_precision == 0.5);
}

TEST_CASE("curves refuse what has none", "[cli][plot]") {
  CHECK_THROWS_AS(roc_curve({"", {1, 1}, {1, 2}}), std::invalid_argument);
  CHECK_THROWS_AS(roc_curve({"", {0, 0}, {1, 2}}), std::invalid_argument);
  CHECK_THROWS_AS(roc_curve({"", {0, 1, 1}, {1, 2}}), std::invalid_argument);
  CHECK_THROWS_AS(roc_curve({"", {0, 1}, {1, std::nan("")}}), std::invalid_argument);
  CHECK_THROWS_AS(precision_recall_curve({"", {}, {}}), std::invalid_argument);
}

TEST_CASE("pictures of curves have each class with its area", "[cli][plot]") {
  std::vector<ClassScores> classes = {twelve, random_scores(300, 0.3)};
  classes.push_back({"none <&>", {0, 0}, {1, 2}});
  classes.push_back({"nobody", {}, {}});
  const SvgReader roc = check_picture(roc_picture("ROC", classes), "ROC");
  CHECK(roc.has_text("twelve: AUC 0.75"));
  CHECK(roc.has_text("chance: AUC 0.5"));
  CHECK(roc.has_text("none <&>: no curve"));
  CHECK(roc.has_text("nobody: no curve"));
  CHECK(roc.named("path").size() == 2);
  const SvgReader found = check_picture(precision_recall_picture("PR", classes), "PR");
  CHECK(found.has_text("twelve: AP 0.731"));
  CHECK(found.has_text("share of positives"));
  CHECK(found.named("path").size() == 2);
  CHECK(roc_picture("ROC", classes) == roc_picture("ROC", classes));
}

TEST_CASE("pictures of curves with many points and classes stay small", "[cli][plot]") {
  ClassScores many{"many", arma::uvec(100000), arma::vec(100000)};
  mercer::Random random(3);
  for (arma::uword i = 0; i < many.scores.n_elem; ++i) {
    many.positive[i] = i % 2;
    many.scores[i] = random.uniform() + 0.3 * static_cast<double>(i % 2);
  }
  CHECK(roc_picture("t", {many}).size() < 60000);
  CHECK(precision_recall_picture("t", {many}).size() < 60000);
  std::vector<ClassScores> classes(40, twelve);
  for (std::size_t k = 0; k < classes.size(); ++k) classes[k].name = std::string(100, 'W');
  const SvgReader reader = check_picture(roc_picture("t", classes), "t");
  CHECK(reader.has_text("and 18 more"));
}
