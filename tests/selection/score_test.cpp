// Scores by hand.
#include "mercer/selection/score.hpp"

#include <cmath>

#include "support/catch.hpp"

using namespace mercer;
using Catch::Matchers::Contains;

TEST_CASE("scores of labels", "[selection]") {
  const Targets truth(arma::ivec{0, 0, 0, 2, 2});
  Prediction said;
  said.labels = {0, 0, 2, 2, 2};
  CHECK(score_named("accuracy").of(truth, said) == Approx(0.8));
  CHECK(score_named("balanced_accuracy").of(truth, said) == Approx((2.0 / 3 + 1) / 2));
  said.decision_values = arma::mat{-2, -1, 0, 0, 1}.t();
  CHECK(score_named("auc").of(truth, said) == Approx(5.5 / 6));
  said.decision_values.reset();
  said.classes = {0, 2};
  said.probabilities = {{0.9, 0.1}, {0.8, 0.2}, {0.5, 0.5}, {0.5, 0.5}, {0.25, 0.75}};
  CHECK(score_named("auc").of(truth, said) == Approx(5.5 / 6));
  CHECK(score_named("log_loss").of(truth, said) ==
        Approx(-std::log(0.9 * 0.8 * 0.5 * 0.5 * 0.75) / 5));
  said.probabilities(0, 0) = 0;
  CHECK(score_named("log_loss").of(truth, said) ==
        Approx(-std::log(0x1p-52 * 0.8 * 0.5 * 0.5 * 0.75) / 5));
  // A class that the model does not know has probability 0.
  CHECK(score_named("log_loss").of(arma::ivec{0, 0, 0, 2, 1}, said) ==
        Approx(-std::log(0x1p-52 * 0.8 * 0.5 * 0.5 * 0x1p-52) / 5));
  CHECK(std::isnan(score_named("auc").of(arma::ivec{2, 2, 2, 2, 2}, said)));
}

TEST_CASE("scores of outputs", "[selection]") {
  const Targets truth(arma::mat{{1, 0}, {2, 4}, {3, 2}});
  Prediction said;
  said.values = {{1, 1}, {2, 4}, {5, 2}};
  CHECK(score_named("rmse").of(truth, said) == Approx(std::sqrt(5.0 / 6)));
  CHECK(score_named("mae").of(truth, said) == Approx(0.5));
  CHECK(score_named("r2").of(truth, said) == Approx((1 - 4.0 / 2 + 1 - 1.0 / 8) / 2));
  CHECK(std::isnan(score_named("r2").of(arma::mat{{1, 0}, {1, 4}, {1, 2}}, said)));
}

TEST_CASE("scores tell what they need", "[selection]") {
  CHECK_THROWS_WITH(score_named("acc"),
                    "score_named: name must be one of accuracy, balanced_accuracy, auc, log_loss, "
                    "rmse, mae, r2, is \"acc\"");
  Prediction labels, values;
  labels.labels = {1, 2};
  values.values = arma::mat(2, 1, arma::fill::zeros);
  const Targets codes(arma::ivec{1, 2}), reals(arma::vec{1, 2});
  for (const std::string& name : score_names()) {
    const Score score = score_named(name);
    CAPTURE(name);
    const bool of_reals = name == "rmse" || name == "mae" || name == "r2";
    CHECK_THROWS_WITH(score.of(of_reals ? codes : reals, of_reals ? labels : values),
                      Contains(name + ": the score needs"));
    CHECK(score.needs_details == (name == "auc" || name == "log_loss"));
    CHECK(score.larger_is_better != (name == "log_loss" || name == "rmse" || name == "mae"));
  }
  CHECK_THROWS_WITH(score_named("auc").of(codes, labels), Contains("decision values"));
}

TEST_CASE("predictions of parts are put together", "[selection]") {
  Prediction part;
  part.labels = {4, 5};
  part.decision_values = {{1, 2}, {3, 4}};
  Prediction all = Prediction::room(3, part);
  all.put({2, 0}, part);
  CHECK(arma::all(all.labels == arma::ivec{5, 0, 4}));
  CHECK(all.decision_values(2, 1) == 2);
  CHECK(std::isnan(all.decision_values(1, 0)));
  CHECK(all.values.is_empty());
  part.decision_values = arma::mat(2, 3, arma::fill::zeros);
  CHECK_THROWS_WITH(all.put({0, 1}, part), Contains("must have 2 columns"));
}
