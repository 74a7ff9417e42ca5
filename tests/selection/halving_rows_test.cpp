// Which rows and how many the rounds of successive halving train on.
#include "selection/halving_rows.hpp"

#include <cmath>

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;

TEST_CASE("beginnings of the order hold the classes in proportion", "[selection]") {
  arma::ivec labels(400, arma::fill::zeros);
  labels.tail(100).fill(1);
  labels.tail(6).fill(2);
  const Folds folds = stratified_folds(labels, 5);
  const arma::uvec order = halving_order(labels, folds, 1);
  CHECK(arma::all(arma::sort(order) == arma::regspace<arma::uvec>(0, 399)));
  for (const index_t count : {40, 133, 250}) {
    const arma::uvec first = order.head(count);
    for (arma::sword label = 0; label < 3; ++label) {
      const double all = double(arma::accu(labels == label));
      const double own = double(arma::accu(labels.elem(first) == label));
      CHECK(own >= 3);
      CHECK(std::abs(own - all * double(count) / 400) <= 4);
      arma::uvec held(5, arma::fill::zeros);  // three of them are in three folds
      for (const index_t row : first) {
        if (labels(row) == label) held(folds.fold_of()(row)) = 1;
      }
      CHECK(arma::accu(held) >= 3);
    }
  }
  CHECK(arma::any(halving_order(labels, folds, 2) != order));
  CHECK(arma::all(halving_order(labels, folds, 1) == order));
}

TEST_CASE("the last round has all rows, those before fewer", "[selection]") {
  const auto check = [](index_t rows, index_t candidates, index_t factor, index_t min_rows,
                        const std::vector<std::pair<index_t, index_t>>& expected) {
    const auto rounds = halving_rounds(rows, candidates, factor, min_rows);
    REQUIRE(rounds.size() == expected.size());
    for (std::size_t r = 0; r < rounds.size(); ++r) {
      CHECK(rounds[r].rows == expected[r].first);
      CHECK(rounds[r].candidates == expected[r].second);
    }
  };
  check(900, 27, 3, 100, {{100, 27}, {300, 9}, {900, 3}});
  check(900, 27, 3, 101, {{300, 27}, {900, 9}});
  check(90000, 10, 3, 100, {{10000, 10}, {30000, 4}, {90000, 2}});
  check(1000, 2, 3, 10, {{1000, 2}});
  check(99, 50, 3, 100, {{99, 50}});
  check(64, 5, 2, 1, {{16, 5}, {32, 3}, {64, 2}});
}
