#include "mercer/tile/weighted_sums.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/catch.hpp"
#include "support/random_points.hpp"
#include "support/simd_targets.hpp"

using namespace mercer;

namespace {

// The derivative of a term in the logarithm of the weight of its feature.
long double derivative(Statistic statistic, long double x, long double y) {
  switch (statistic) {
    case Statistic::dot:
      return 2 * x * y;
    case Statistic::squared_distance:
      return 2 * (x - y) * (x - y);
    case Statistic::l1_distance:
      return std::abs(x - y);
    case Statistic::chi_squared:
      return x + y == 0 ? 0 : (x - y) * (x - y) / (x + y);
    case Statistic::intersection:
      return std::min(x, y);
  }
  return 0;
}

}  // namespace

TEST_CASE("feature sums are the sums of the derivatives", "[tile][weighted_sums]") {
  const Statistic statistic =
      GENERATE(Statistic::dot, Statistic::squared_distance, Statistic::l1_distance,
               Statistic::chi_squared, Statistic::intersection);
  const index_t d = GENERATE(1u, 5u);
  arma::mat X = arma::abs(random_points<double>(d, 300, 1));
  X.elem(arma::find(X < 0.4)).zeros();
  const arma::sp_mat S(X);
  const arma::mat H = random_points<double>(300, 20, 2);
  for_each_simd_target([&](const std::string& target) {
    for (const Range rows : {Range{0, 0}, Range{3, 4}, Range{10, 41}, Range{17, 273}}) {
      for (const Range cols : {Range{5, 6}, Range{0, 3}, Range{7, 11}, Range{2, 15}}) {
        CAPTURE(target, rows.size(), cols.size(), int(statistic), d);
        const Tile<const double> tile{H.memptr(), rows.size(), cols.size(), H.n_rows};
        std::vector<double> sums(d, 1.0), sparse(d, 1.0);
        Scratch scratch;
        add_feature_sums(statistic, Points<double>(X), rows, cols, tile, sums.data(), scratch);
        add_feature_sums(statistic, Points<double>(S), rows, cols, tile, sparse.data(), scratch);
        for (index_t k = 0; k < d; ++k) {
          long double exact = 1, size = 1;
          for (index_t j = 0; j < cols.size(); ++j) {
            for (index_t i = 0; i < rows.size(); ++i) {
              const long double term =
                  H(i, j) * derivative(statistic, X(k, rows.begin + i), X(k, cols.begin + j));
              exact += term;
              size += std::abs(term);
            }
          }
          CHECK(std::abs(sums[k] - exact) <= 1e-14L * size);
          CHECK(sparse[k] == sums[k]);
        }
      }
    }
  });
}

TEST_CASE("weighted sums have the same bits wherever they stand", "[tile][weighted_sums]") {
  const arma::vec a = random_points<double>(600, 1, 3), b = random_points<double>(600, 1, 4);
  for_each_simd_target([&](const std::string& target) {
    for (const index_t count : {0, 1, 7, 8, 31, 33, 255, 256, 500}) {
      CAPTURE(target, count);
      long double exact = 0;
      for (index_t i = 0; i < count; ++i) exact += static_cast<long double>(a(i)) * b(i);
      const double sum = weighted_sum(a.memptr(), b.memptr(), count);
      CHECK(std::abs(sum - exact) <= 1e-13L);
      arma::vec moved(count + 3), other(count + 5);
      std::copy_n(a.memptr(), count, moved.memptr() + 3);
      std::copy_n(b.memptr(), count, other.memptr() + 5);
      CHECK(weighted_sum(moved.memptr() + 3, other.memptr() + 5, count) == sum);
    }
  });
}
