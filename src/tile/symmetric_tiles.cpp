#include "mercer/tile/symmetric_tiles.hpp"

#include <cmath>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"

namespace mercer {

template <class T>
SymmetricTiles<T> tiles_of_upper(const Mat<T>& A) {
  require_columns("tiles_of_upper", "A", A.n_cols, A.n_rows, "it must be square");
  SymmetricTiles<T> tiles(A.n_rows);
  for (index_t c = 0; c < tiles.count(); ++c) {
    for (index_t r = 0; r <= c; ++r) {
      const Tile<T> tile = tiles.tile(r, c);
      const index_t row = tiles.range(r).begin;
      for (index_t j = 0; j < tile.cols; ++j) {
        const index_t column = tiles.range(c).begin + j;
        for (index_t i = 0; i < tile.rows; ++i) {
          tile.column(j)[i] = row + i <= column ? A(row + i, column) : A(column, row + i);
        }
      }
    }
  }
  return tiles;
}

template <class T>
void require_finite(const char* where, const char* name, const SymmetricTiles<T>& A, int threads) {
  // Column by column of the grid: the error is that of the first bad one.
  parallel_for(A.count(), threads, [&](index_t c, int) {
    for (index_t r = 0; r <= c; ++r) {
      const Tile<T> tile = A.tile(r, c);
      for (index_t j = 0; j < tile.cols; ++j) {
        T sum = 0;  // NaN if any value is not finite
        for (index_t i = 0; i < tile.rows; ++i) sum += tile.column(j)[i] * T(0);
        if (sum == 0) continue;
        for (index_t i = 0; i < tile.rows; ++i) {
          const auto value = static_cast<double>(tile.column(j)[i]);
          if (std::isfinite(value)) continue;
          throw NonFiniteError(where, name, A.range(r).begin + i, A.range(c).begin + j, value);
        }
      }
    }
  });
}

template void require_finite(const char*, const char*, const SymmetricTiles<double>&, int);
template void require_finite(const char*, const char*, const SymmetricTiles<float>&, int);
template SymmetricTiles<double> tiles_of_upper(const Mat<double>&);
template SymmetricTiles<float> tiles_of_upper(const Mat<float>&);

}  // namespace mercer
