#include "gram/fill.hpp"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "tile/expand.hpp"

namespace mercer {
namespace {

index_t tiles_in(index_t count) { return (count + tile_edge - 1) / tile_edge; }

// A piece of work: a page to take or a tile to fill.
struct Item {
  bool is_page;
  index_t row;  // or the number of the page
  index_t col;
};

// Column by column of tiles: the pages that begin in its part of the memory, which ends at end(c)
// bytes, then its tiles in rows 0 .. rows(c).
template <class Rows>
std::vector<Item> items_by_column(index_t cols, const Rows& rows, const HugePages& pages,
                                  FunctionRef<std::size_t(index_t)> end) {
  std::vector<Item> items;
  index_t page = 0;
  for (index_t c = 0; c < cols; ++c) {
    for (; page < pages.count() && pages.offset(page) < end(c + 3); ++page) {
      items.push_back({true, page, c});
    }
    for (index_t r = 0; r < rows(c); ++r) items.push_back({false, r, c});
  }
  return items;
}

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
void fill_matrix(const BoundKernel<T>& kernel, Range rows, Range cols, Tile<T> out, int threads,
                 Poll poll) {
  const std::size_t bytes = rows.size() * cols.size() * sizeof(T);
  const index_t last_column = std::max(out.cols, index_t{1}) - 1;
  const HugePages pages(out.data, (last_column * out.stride + out.rows) * sizeof(T));
  const auto items = items_by_column(
      tiles_in(cols.size()), [&](index_t) { return tiles_in(rows.size()); }, pages,
      [&](index_t c) { return (c + 1) * tile_edge * out.stride * sizeof(T); });
  const Store how = store_for(bytes);
  std::vector<Scratch> scratch(team_size(items.size(), threads));
  parallel_for(items.size(), threads, poll, [&](index_t item, int worker) {
    const auto [is_page, r, c] = items[item];
    if (is_page) return pages.take(r);
    Scratch& own = scratch[static_cast<std::size_t>(worker)];
    const Range i = tile_range(rows, r);
    const Range j = tile_range(cols, c);
    const auto lease = own.lease<T>(tile_stride<T> * tile_edge);
    const Tile<T> tile{lease.data(), i.size(), j.size(), tile_stride<T>};
    kernel.fill(i, j, tile, own);
    T* target = out.column(j.begin - cols.begin) + (i.begin - rows.begin);
    store_tile(tile, {target, i.size(), j.size(), out.stride}, how);
  });
}

template <class T>
void fill_half(const BoundKernel<T>& kernel, index_t n, const HugePages& pages,
               FunctionRef<std::size_t(index_t)> end, int threads,
               FunctionRef<void(index_t, index_t, Tile<T>, Scratch&)> use, Poll poll) {
  const auto items = items_by_column(
      tiles_in(n), [](index_t c) { return c + 1; }, pages, end);
  std::vector<Scratch> scratch(team_size(items.size(), threads));
  parallel_for(items.size(), threads, poll, [&](index_t item, int worker) {
    const auto [is_page, r, c] = items[item];
    if (is_page) return pages.take(r);
    Scratch& own = scratch[static_cast<std::size_t>(worker)];
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
void fill_halves(std::span<const std::unique_ptr<BoundKernel<T>>> kernels, index_t n, int threads,
                 FunctionRef<void(index_t, index_t, index_t, Tile<T>, Scratch&)> use, Poll poll) {
  const index_t tiles = tiles_in(n);
  std::vector<Scratch> scratch(team_size(tiles * (tiles + 1) / 2, threads));
  std::vector<std::pair<index_t, index_t>> places;
  for (index_t c = 0; c < tiles; ++c) {
    for (index_t r = 0; r <= c; ++r) places.emplace_back(r, c);
  }
  parallel_for(places.size(), threads, poll, [&](index_t item, int worker) {
    const auto [r, c] = places[item];
    Scratch& own = scratch[static_cast<std::size_t>(worker)];
    const Range i = tile_range({0, n}, r);
    const Range j = tile_range({0, n}, c);
    const auto lease = own.lease<T>(tile_stride<T> * tile_edge);
    const Tile<T> tile{lease.data(), i.size(), j.size(), tile_stride<T>};
    for (index_t k = 0; k < kernels.size(); ++k) {
      if (r == c) {
        fill_diagonal_tile(*kernels[k], i, tile, own);
      } else {
        kernels[k]->fill(i, j, tile, own);
      }
      use(k, r, c, tile, own);
    }
  });
}

template <class T, class Out>
void store_both(Tile<T> tile, index_t r, index_t c, Out* out, index_t stride, Store how,
                Scratch& scratch) {
  const auto place = [&](index_t row, index_t col, index_t rows, index_t cols) {
    return Tile<Out>{out + col * tile_edge * stride + row * tile_edge, rows, cols, stride};
  };
  const auto put = [&](Tile<Out> from) {
    store_tile(from, place(r, c, from.rows, from.cols), how);
    if (r != c) store_transposed(from, place(c, r, from.cols, from.rows), how, scratch);
  };
  if constexpr (std::is_same_v<T, Out>) {
    put(tile);
  } else {
    const auto lease = scratch.lease<Out>(tile_stride<Out> * tile_edge);
    const Tile<Out> narrowed{lease.data(), tile.rows, tile.cols, tile_stride<Out>};
    for (index_t k = 0; k < tile.cols; ++k) narrow(tile.column(k), narrowed.column(k), tile.rows);
    put(narrowed);
  }
}

template <class T>
void fill_symmetric(const BoundKernel<T>& kernel, index_t n, T* out, int threads, Poll poll) {
  const Store how = store_for(n * n * sizeof(T));
  const auto end = [&](index_t c) { return (c + 1) * tile_edge * n * sizeof(T); };
  fill_half<T>(
      kernel, n, HugePages(out, n * n * sizeof(T)), end, threads,
      [&](index_t r, index_t c, Tile<T> tile, Scratch& scratch) {
        store_both(tile, r, c, out, n, how, scratch);
      },
      poll);
}

#define MERCER_INSTANTIATE(T)                                                                \
  template void fill_matrix(const BoundKernel<T>&, Range, Range, Tile<T>, int, Poll);        \
  template void fill_half(const BoundKernel<T>&, index_t, const HugePages&,                  \
                          FunctionRef<std::size_t(index_t)>, int,                            \
                          FunctionRef<void(index_t, index_t, Tile<T>, Scratch&)>, Poll);     \
  template void fill_halves(std::span<const std::unique_ptr<BoundKernel<T>>>, index_t, int,  \
                            FunctionRef<void(index_t, index_t, index_t, Tile<T>, Scratch&)>, \
                            Poll);                                                           \
  template void fill_symmetric(const BoundKernel<T>&, index_t, T*, int, Poll);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

template void store_both(Tile<double>, index_t, index_t, double*, index_t, Store, Scratch&);
template void store_both(Tile<double>, index_t, index_t, float*, index_t, Store, Scratch&);
template void store_both(Tile<float>, index_t, index_t, float*, index_t, Store, Scratch&);

}  // namespace mercer
