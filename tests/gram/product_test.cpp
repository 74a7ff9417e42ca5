// The order in which a product visits the tiles of a symmetric matrix: what keeps threads apart.
#include "gram/product.hpp"

#include <set>
#include <utility>
#include <vector>

#include "mercer/gram/gram.hpp"
#include "mercer/kernel/point_kernel.hpp"
#include "support/catch.hpp"

using namespace mercer;

namespace {

using Pair = std::pair<index_t, index_t>;

// The pairs of blocks of 32 points, (row, column), in the order of their tiles: first those on the
// diagonal. One thread takes the items of a round in their order.
std::vector<Pair> visited(index_t blocks) {
  std::vector<Pair> pairs;
  const auto recording = make_point_kernel("recording", [&pairs](auto x, auto y) {
    const Pair pair{static_cast<index_t>(x[0]) / 32, static_cast<index_t>(y[0]) / 32};
    if (pairs.empty() || pairs.back() != pair) pairs.push_back(pair);
    return x[0] * y[0];
  });
  arma::mat X(1, 32 * blocks);
  for (index_t i = 0; i < X.n_cols; ++i) X(0, i) = static_cast<double>(i);
  multiply(recording, X, X, arma::mat(X.n_cols, 1, arma::fill::ones), {.threads = 1});
  return pairs;
}

}  // namespace

TEST_CASE("every pair of blocks plays once, and in a round no block plays twice", "[gram]") {
  for (index_t blocks = 1; blocks <= 13; ++blocks) {
    CAPTURE(blocks);
    const std::vector<Pair> pairs = visited(blocks);
    REQUIRE(pairs.size() == blocks * (blocks + 1) / 2);
    REQUIRE(std::set<Pair>(pairs.begin(), pairs.end()).size() == pairs.size());
    for (index_t k = 0; k < blocks; ++k) REQUIRE(pairs[k] == Pair(k, k));
    const index_t in_a_round = blocks / 2;
    for (index_t begin = blocks; begin < pairs.size(); begin += in_a_round) {
      std::set<index_t> players;
      for (index_t k = begin; k < begin + in_a_round; ++k) {
        REQUIRE(pairs[k].first < pairs[k].second);
        REQUIRE(players.insert(pairs[k].first).second);
        REQUIRE(players.insert(pairs[k].second).second);
      }
    }
  }
}
