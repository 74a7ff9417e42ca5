#include "mercer/tile/symmetric_tiles.hpp"

#include <limits>

#include "mercer/core/errors.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;

TEMPLATE_TEST_CASE("SymmetricTiles hold the upper half, and are read on both sides", "[tile]",
                   float, double) {
  using T = TestType;
  const index_t n = GENERATE(0u, 1u, 8u, 255u, 256u, 257u, 600u);
  CAPTURE(n);
  Mat<T> A = test::normal_matrix<T>(n, n, 1);
  const SymmetricTiles<T> tiles = tiles_of_upper(A);
  REQUIRE(tiles.n() == n);
  REQUIRE(tiles.count() == (n + 255) / 256);
  CHECK(tiles.bytes() == SymmetricTiles<T>::bytes_for(n));
  const index_t values = n <= 256 ? n * n : tiles.count() * (tiles.count() + 1) / 2 * 65536;
  CHECK(tiles.bytes() == values * sizeof(T));
  bool same = true;
  for (index_t j = 0; j < n; ++j) {
    for (index_t i = 0; i <= j; ++i) {
      same = same && tiles.at(i, j) == A(i, j) && tiles.at(j, i) == A(i, j);
    }
  }
  CHECK(same);
  for (index_t c = 0; c < tiles.count(); ++c) {
    for (index_t r = 0; r <= c; ++r) {
      const Tile<T> tile = tiles.tile(r, c);
      CHECK(tile.rows == tiles.range(r).size());
      CHECK(tile.cols == tiles.range(c).size());
      // a tile on the diagonal is whole
      CHECK(tile.column(tile.cols - 1)[0] == tiles.at(r * 256, c * 256 + tile.cols - 1));
      CHECK(tile.column(0)[tile.rows - 1] == tiles.at(r * 256 + tile.rows - 1, c * 256));
    }
  }
}

TEST_CASE("SymmetricTiles are written through at, copied, and empty when moved", "[tile]") {
  SymmetricTiles<double> tiles = tiles_of_upper(arma::mat(300, 300, arma::fill::zeros));
  tiles.at(299, 2) = 5;
  CHECK(tiles.at(2, 299) == 5);
  SymmetricTiles<double> copy = tiles;
  copy.at(2, 299) = 6;
  CHECK(tiles.at(299, 2) == 5);
  const SymmetricTiles<double> moved = std::move(tiles);
  CHECK(moved.at(299, 2) == 5);
  CHECK(tiles.n() == 0);
  CHECK(tiles.bytes() == 0);
  REQUIRE_THROWS_WITH(tiles_of_upper(arma::mat(3, 2)),
                      "tiles_of_upper: A must have 3 columns (it must be square), has 2");
}

TEMPLATE_TEST_CASE("require_finite names the first bad value of tiles", "[tile]", float, double) {
  using T = TestType;
  Mat<T> A(600, 600, arma::fill::value(std::numeric_limits<T>::max()));
  REQUIRE_NOTHROW(require_finite("f", "A", tiles_of_upper(A), 2));
  for (const T bad : {arma::Datum<T>::nan, arma::Datum<T>::inf, -arma::Datum<T>::inf}) {
    A(7, 599) = bad;
    A(100, 300) = bad;
    for (const int threads : {1, 2, 3}) {
      REQUIRE_THROWS_WITH(require_finite("f", "A", tiles_of_upper(A), threads),
                          Catch::Contains("f: A must be finite, A(100, 300) is "));
    }
  }
}
