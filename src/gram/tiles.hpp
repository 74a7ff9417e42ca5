// The layout of one half of a symmetric matrix in tiles.
#pragma once

#include "mercer/core/types.hpp"
#include "mercer/tile/tile.hpp"

namespace mercer {

/// Tile (r, c), r <= c, of a matrix whose tiles are the columns of `tiles`, one below the other row
/// by row and column by column.
template <class T>
Tile<T> stored_tile(const Mat<T>& tiles, index_t r, index_t c) {
  T* data = const_cast<T*>(tiles.colptr(c * (c + 1) / 2 + r));
  return {data, tile_edge, tile_edge, tile_edge};
}

}  // namespace mercer
