#include "model/one_against_one.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"

namespace mercer {
namespace {

double class_weight(const SvcOptions& options, arma::sword label) {
  for (const ClassWeight& entry : options.class_weights) {
    if (entry.label == label) return entry.weight;
  }
  return 1;
}

}  // namespace

std::vector<PairProblem> make_pairs(const char* where, const arma::ivec& labels,
                                    const Col<double>& weights, const SvcOptions& options,
                                    const arma::ivec& classes) {
  const std::string at = std::string(where) + ": ";
  if (classes.n_elem < 2) {
    throw std::invalid_argument(at + "labels must hold at least two classes, " +
                                (classes.is_empty() ? std::string("there are none")
                                                    : "all " + std::to_string(labels.n_elem) +
                                                          " are " + std::to_string(classes(0))));
  }
  if (!weights.is_empty()) {
    require_rows(where, "weights", weights.n_elem, labels.n_elem, "one per point");
    for (const double w : weights) require_non_negative((at + "a weight").c_str(), w);
  }
  for (const ClassWeight& entry : options.class_weights) {
    if (std::find(classes.begin(), classes.end(), entry.label) == classes.end()) {
      throw std::invalid_argument(at + "class_weights names class " + std::to_string(entry.label) +
                                  ", which no row has");
    }
  }

  std::vector<std::vector<index_t>> members(classes.n_elem);
  for (index_t i = 0; i < labels.n_elem; ++i) {
    const auto place = std::lower_bound(classes.begin(), classes.end(), labels(i));
    members[static_cast<std::size_t>(place - classes.begin())].push_back(i);
  }
  const auto bound = [&](index_t row) {
    return options.C * class_weight(options, labels(row)) *
           (weights.is_empty() ? 1.0 : weights(row));
  };
  for (index_t c = 0; c < classes.n_elem; ++c) {
    if (std::none_of(members[c].begin(), members[c].end(),
                     [&](index_t row) { return bound(row) > 0; })) {
      throw std::invalid_argument(at + "the weights of class " + std::to_string(classes(c)) +
                                  " are all 0");
    }
  }

  std::vector<PairProblem> pairs;
  for (index_t a = 0; a < classes.n_elem; ++a) {
    for (index_t b = a + 1; b < classes.n_elem; ++b) {
      PairProblem pair{.first = a, .second = b, .rows = members[a], .y = {}, .C = {}};
      pair.rows.insert(pair.rows.end(), members[b].begin(), members[b].end());
      pair.y.set_size(pair.rows.size());
      pair.C.set_size(pair.rows.size());
      for (index_t i = 0; i < pair.rows.size(); ++i) {
        pair.y(i) = i < members[a].size() ? -1 : 1;
        pair.C(i) = bound(pair.rows[i]);
      }
      pairs.push_back(std::move(pair));
    }
  }
  return pairs;
}

template <class T>
arma::ivec vote(const Mat<T>& decisions, const arma::ivec& classes) {
  arma::ivec winners(decisions.n_rows);
  for (index_t i = 0; i < decisions.n_rows; ++i) {
    std::vector<index_t> votes(classes.n_elem, 0);
    index_t pair = 0;
    for (index_t a = 0; a < classes.n_elem; ++a) {
      for (index_t b = a + 1; b < classes.n_elem; ++b, ++pair) {
        ++votes[decisions(i, pair) > 0 ? b : a];
      }
    }
    const auto most = std::max_element(votes.begin(), votes.end());  // the first of equals
    winners(i) = classes(static_cast<index_t>(most - votes.begin()));
  }
  return winners;
}

template arma::ivec vote(const Mat<double>&, const arma::ivec&);
template arma::ivec vote(const Mat<float>&, const arma::ivec&);

}  // namespace mercer
