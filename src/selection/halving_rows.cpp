#include "selection/halving_rows.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "mercer/core/random.hpp"

namespace mercer {

arma::uvec halving_order(const Targets& targets, const Folds& folds, std::uint64_t seed) {
  const index_t n = targets.rows();
  std::map<arma::sword, std::vector<index_t>> classes;
  for (index_t i = 0; i < n; ++i) {
    classes[targets.is_real() ? 0 : targets.labels()(i)].push_back(i);
  }
  Col<double> place(n);
  index_t stream = 0;
  for (const auto& [label, rows] : classes) {
    // At random, and then so that folds take turns.
    std::vector<index_t> order;
    for (const index_t k : Random(seed, stream++).permutation(rows.size())) {
      order.push_back(rows[k]);
    }
    std::map<index_t, index_t> count;  // of rows of a fold so far
    std::vector<index_t> turn(n);
    for (const index_t row : order) turn[row] = count[folds.fold_of()(row)]++;
    std::stable_sort(order.begin(), order.end(),
                     [&](index_t a, index_t b) { return turn[a] < turn[b]; });
    for (index_t k = 0; k < order.size(); ++k) {
      const double share = (static_cast<double>(k) + 0.5) / static_cast<double>(order.size());
      place(order[k]) = k < 3 ? 0 : share;
    }
  }
  return arma::stable_sort_index(place);
}

std::vector<HalvingRound> halving_rounds(index_t rows, index_t candidates, index_t factor,
                                         index_t min_rows) {
  std::vector<HalvingRound> rounds = {{rows, candidates}};
  index_t shrink = factor;
  while (rows / shrink >= min_rows && shrink <= candidates) {
    rounds.push_back({rows / shrink, candidates});
    shrink *= factor;
  }
  std::reverse(rounds.begin(), rounds.end());
  for (std::size_t r = 1; r < rounds.size(); ++r) {
    rounds[r].candidates = (rounds[r - 1].candidates + factor - 1) / factor;
  }
  return rounds;
}

}  // namespace mercer
