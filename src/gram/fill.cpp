#include "gram/fill.hpp"

#include <algorithm>
#include <vector>

#include "tile/store.hpp"

namespace mercer {
namespace {

index_t tiles_in(index_t count) { return (count + tile_edge - 1) / tile_edge; }

// The k-th tile of a range.
Range tile_range(Range range, index_t k) {
  const index_t begin = range.begin + k * tile_edge;
  return {begin, std::min(begin + tile_edge, range.end)};
}

// A tile on the diagonal: columns in strips, each down from row 0 to its own last row, so that next
// to no pair is computed twice; then the upper half is mirrored.
template <class T>
void fill_diagonal_tile(const BoundKernel<T>& kernel, Range range, Tile<T> tile, Scratch& scratch) {
  constexpr index_t strip = 16;
  for (index_t j = 0; j < range.size(); j += strip) {
    const index_t end = std::min(j + strip, range.size());
    kernel.fill({range.begin, range.begin + end}, {range.begin + j, range.begin + end},
                {tile.column(j), end, end - j, tile.stride}, scratch);
  }
  for (index_t j = 0; j < range.size(); ++j) {
    for (index_t i = j + 1; i < range.size(); ++i) tile.column(j)[i] = tile.column(i)[j];
  }
}

}  // namespace

template <class T>
void fill_matrix(const BoundKernel<T>& kernel, Range rows, Range cols, Tile<T> out, int threads) {
  const index_t row_tiles = tiles_in(rows.size());
  const index_t items = row_tiles * tiles_in(cols.size());
  const Store how = store_for(out.rows * out.cols * sizeof(T));
  std::vector<Scratch> scratch(team_size(items, threads));
  parallel_for(items, threads, [&](index_t item, int worker) {
    Scratch& own = scratch[static_cast<std::size_t>(worker)];
    const Range i = tile_range(rows, item % row_tiles);
    const Range j = tile_range(cols, item / row_tiles);
    const auto lease = own.lease<T>(tile_stride<T> * tile_edge);
    const Tile<T> tile{lease.data(), i.size(), j.size(), tile_stride<T>};
    kernel.fill(i, j, tile, own);
    T* target = out.column(j.begin - cols.begin) + (i.begin - rows.begin);
    store_tile(tile, {target, i.size(), j.size(), out.stride}, how);
  });
}

template <class T>
void fill_half(const BoundKernel<T>& kernel, index_t n, int threads,
               FunctionRef<void(index_t, index_t, Tile<T>, Scratch&)> use) {
  std::vector<std::pair<index_t, index_t>> grid;  // (row, column) of the tiles, row <= column
  for (index_t c = 0; c < tiles_in(n); ++c) {
    for (index_t r = 0; r <= c; ++r) grid.emplace_back(r, c);
  }
  std::vector<Scratch> scratch(team_size(grid.size(), threads));
  parallel_for(grid.size(), threads, [&](index_t item, int worker) {
    Scratch& own = scratch[static_cast<std::size_t>(worker)];
    const auto [r, c] = grid[item];
    const Range i = tile_range({0, n}, r);
    const Range j = tile_range({0, n}, c);
    const auto lease = own.lease<T>(tile_stride<T> * tile_edge);
    const Tile<T> tile{lease.data(), i.size(), j.size(), tile_stride<T>};
    if (r == c) {
      fill_diagonal_tile(kernel, i, tile, own);
    } else {
      kernel.fill(i, j, tile, own);
    }
    use(r, c, tile, own);
  });
}

template <class T>
void fill_symmetric(const BoundKernel<T>& kernel, index_t n, T* out, int threads) {
  const Store how = store_for(n * n * sizeof(T));
  const auto place = [&](index_t row, index_t col, index_t rows, index_t cols) {
    return Tile<T>{out + col * tile_edge * n + row * tile_edge, rows, cols, n};
  };
  fill_half<T>(kernel, n, threads, [&](index_t r, index_t c, Tile<T> tile, Scratch& scratch) {
    store_tile(tile, place(r, c, tile.rows, tile.cols), how);
    if (r < c) store_transposed(tile, place(c, r, tile.cols, tile.rows), how, scratch);
  });
}

#define MERCER_INSTANTIATE(T)                                                      \
  template void fill_matrix(const BoundKernel<T>&, Range, Range, Tile<T>, int);    \
  template void fill_half(const BoundKernel<T>&, index_t, int,                     \
                          FunctionRef<void(index_t, index_t, Tile<T>, Scratch&)>); \
  template void fill_symmetric(const BoundKernel<T>&, index_t, T*, int);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
