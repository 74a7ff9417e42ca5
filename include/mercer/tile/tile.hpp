// A block of a Gram matrix in memory.
#pragma once

#include "mercer/core/types.hpp"

namespace mercer {

/// A column-major block to be overwritten: entry (i, j) is data[i + j * stride]. What it holds
/// before may be garbage or NaN and is never read.
template <class T>
struct Tile {
  T* data = nullptr;
  index_t rows = 0;
  index_t cols = 0;
  index_t stride = 0;  // at least rows

  T* column(index_t j) const { return data + j * stride; }
};

/// Edge of the grid of tiles, in points: 256 x 256 doubles (512 KiB) stay in a level-2 cache of
/// 1 MiB beside the points. The grid depends on nothing else, so that results are the same bits for
/// any number of threads.
inline constexpr index_t tile_edge = 256;

/// Columns of a tile that are computed at a time, so that the kernel's map finds the statistics of
/// 256 rows in cache: 16 columns are 32 KiB of doubles. Points of many features do not stay in the
/// level-2 cache themselves, and 64 columns share what is loaded of them.
constexpr index_t column_step(index_t dim) { return dim <= 256 ? 16 : 64; }

/// Distance of columns of `rows` values in memory of their own: whole cache lines, and one more,
/// because columns at a distance of a power of two share few sets of the L1 cache.
template <class T>
constexpr index_t padded_stride(index_t rows) {
  constexpr index_t line = 64 / sizeof(T);
  return (rows + line - 1) / line * line + line;
}

/// The same for the tiles of the grid.
template <class T>
inline constexpr index_t tile_stride = padded_stride<T>(tile_edge);

}  // namespace mercer
