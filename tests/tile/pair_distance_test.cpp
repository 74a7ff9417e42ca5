// Distances of single pairs against long double.
#include "tile/pair_distance.hpp"

#include <cmath>

#include "support/catch.hpp"
#include "support/naive.hpp"
#include "support/random_points.hpp"
#include "support/simd_targets.hpp"
#include "support/sparse_points.hpp"

using namespace mercer;

TEMPLATE_TEST_CASE("distances of pairs keep the bound, in both orders to the bit", "[tile]", float,
                   double) {
  using T = TestType;
  for (const index_t d : {1u, 3u, 16u, 63u, 64u, 65u, 200u, 784u, 5000u}) {
    const Mat<T> X = random_points<T>(d, 6, 1);
    Mat<T> Y = random_points<T>(d, 6, 2);
    Y.col(5) = X.col(0);
    const double bound = PairDistances<T>(X, Y).relative_error();
    for_each_simd_target([&](const std::string& target) {
      const PairDistances<T> distances(X, Y);
      const PairDistances<T> reversed(Y, X);
      for (index_t i = 0; i < 6; ++i) {
        for (index_t j = 0; j < 6; ++j) {
          CAPTURE(target, d, i, j);
          const long double exact = naive::sums(X.colptr(i), Y.colptr(j), d).squared_distance;
          REQUIRE(std::abs(distances(i, j) - exact) <= bound * exact);
          REQUIRE(distances(i, j) == reversed(j, i));
        }
      }
      REQUIRE(distances(0, 5) == 0);
    });
  }
}

TEMPLATE_TEST_CASE("distances of sparse pairs are those of dense ones", "[tile]", float, double) {
  using T = TestType;
  const SpMat<T> X = test::sparse_points<T>(40, 7, 1);
  const SpMat<T> Y = test::sparse_points<T>(40, 7, 2);
  const Mat<T> dense_X(X), dense_Y(Y);
  const PairDistances<T> sparse(X, Y);
  for (index_t i = 0; i < 7; ++i) {
    for (index_t j = 0; j < 7; ++j) {
      const long double exact =
          naive::sums(dense_X.colptr(i), dense_Y.colptr(j), index_t{40}).squared_distance;
      REQUIRE(std::abs(sparse(i, j) - exact) <= sparse.relative_error() * exact);
    }
  }
}
