#include "model/folds.hpp"

#include <vector>

#include "mercer/core/random.hpp"

namespace mercer {

arma::uvec stratified_folds(const ClassOrder& order, index_t count, std::uint64_t seed) {
  arma::uvec fold_of(order.rows.size(), arma::fill::value(count));
  index_t next = 0;
  for (index_t c = 0; c < order.of_class.size(); ++c) {
    std::vector<index_t> rows;
    for (index_t k = order.of_class[c].begin; k < order.of_class[c].end; ++k) {
      if (order.C(k) > 0) rows.push_back(order.rows[k]);
    }
    if (rows.size() < 2) continue;
    for (const index_t i : Random(seed, c).permutation(rows.size())) {
      fold_of(rows[i]) = next++ % count;
    }
  }
  return fold_of;
}

}  // namespace mercer
