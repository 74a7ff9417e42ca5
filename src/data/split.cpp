#include "mercer/data/split.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <vector>

#include "core/text_file.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/random.hpp"

namespace mercer {
namespace {

// floor(fraction * n), neither 0 nor n.
index_t training_size(const std::string& where, index_t n, double fraction) {
  if (!(fraction > 0 && fraction < 1)) {
    throw std::invalid_argument(where + ": fraction must be above 0 and below 1, is " +
                                shortest(fraction));
  }
  const auto size = static_cast<index_t>(std::floor(fraction * static_cast<double>(n)));
  if (size == 0 || size >= n) {
    throw std::invalid_argument(where + ": a fraction of " + shortest(fraction) + " of " +
                                std::to_string(n) + " points leaves the " +
                                (size == 0 ? "training" : "test") + " part without a point");
  }
  return size;
}

Split cut(const arma::uvec& order, index_t n_train) {
  return {order.head(n_train), order.tail(order.n_elem - n_train)};
}

/// How many points a class has, and how many of them are for training.
struct Share {
  index_t points = 0;
  index_t train = 0;
  double cut_off = 0;  // fraction * points - train
};

// Largest remainders (Hamilton's method).
std::map<arma::sword, Share> divide_classes(const arma::ivec& labels, double fraction,
                                            index_t n_train) {
  std::map<arma::sword, Share> classes;
  for (const arma::sword label : labels) ++classes[label].points;

  std::vector<Share*> shares;
  index_t given = 0;
  for (auto& [label, share] : classes) {
    const double exact = fraction * static_cast<double>(share.points);
    share.train = static_cast<index_t>(std::floor(exact));
    share.cut_off = exact - std::floor(exact);
    given += share.train;
    shares.push_back(&share);
  }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const Share* a, const Share* b) { return a->cut_off > b->cut_off; });
  for (Share* share : shares) {
    if (given >= n_train) break;
    ++share->train;
    ++given;
  }
  return classes;
}

}  // namespace

Split split_permutation(const arma::uvec& permutation, double fraction) {
  const index_t n = permutation.n_elem;
  const index_t n_train = training_size("split_permutation", n, fraction);
  std::vector<bool> seen(n);
  for (index_t k = 0; k < n; ++k) {
    const index_t index = permutation[k];
    if (index < n && !seen[index]) {
      seen[index] = true;
      continue;
    }
    throw std::invalid_argument("split_permutation: permutation must hold each of 0 to " +
                                std::to_string(n - 1) + " once, permutation(" + std::to_string(k) +
                                ") is " + std::to_string(index) + (index < n ? " again" : ""));
  }
  return cut(permutation, n_train);
}

Split split_random(index_t n, double fraction, std::uint64_t seed) {
  const index_t n_train = training_size("split_random", n, fraction);
  return cut(Random(seed).permutation(n), n_train);
}

Split split_stratified(const arma::ivec& labels, double fraction, std::uint64_t seed) {
  const index_t n = labels.n_elem;
  const index_t n_train = training_size("split_stratified", n, fraction);
  auto classes = divide_classes(labels, fraction, n_train);
  std::vector<index_t> train;
  std::vector<index_t> test;
  for (const index_t point : Random(seed).permutation(n)) {
    Share& share = classes[labels[point]];
    if (share.train > 0) {
      --share.train;
      train.push_back(point);
    } else {
      test.push_back(point);
    }
  }
  return {arma::uvec(train), arma::uvec(test)};
}

Split split_first(index_t n, index_t n_train) {
  if (n_train == 0 || n_train >= n) {
    throw std::invalid_argument("split_first: n_train must be above 0 and below " +
                                std::to_string(n) + " (the number of points), is " +
                                std::to_string(n_train));
  }
  return cut(arma::regspace<arma::uvec>(0, n - 1), n_train);
}

arma::uvec load_permutation(const std::string& path) {
  detail::TextFile file(path);
  const index_t n = file.line_count();
  arma::uvec permutation(n);
  std::vector<index_t> line_of(n);  // 0: not seen
  std::string_view line;
  for (index_t k = 0; file.next_line(line); ++k) {
    index_t index = 0;
    if (!detail::read_index(detail::trimmed(line), index)) {
      file.refuse(detail::quoted(line) + " is not an index, a whole number from 0");
    }
    if (index >= n) {
      file.refuse("the index " + std::to_string(index) + " is out of range, the file has " +
                  std::to_string(n) + " lines");
    }
    if (line_of[index] > 0) {
      file.refuse("the index " + std::to_string(index) + " is there already, in line " +
                  std::to_string(line_of[index]));
    }
    line_of[index] = k + 1;
    permutation[k] = index;
  }
  return permutation;
}

}  // namespace mercer
