#include "gram/product.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/blas.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/scratch.hpp"
#include "tile/expand.hpp"
#include "tile/product.hpp"

namespace mercer {
namespace {

// Columns of a tile that are computed and used at a time when there is one vector: 256 x 16 doubles
// are 32 KiB.
constexpr index_t narrow = 16;

// Tiles of a kernel, computed beside.
template <class T>
struct KernelTiles {
  const BoundKernel<T>& kernel;

  template <class Use>
  void visit(Range rows, Range cols, Scratch& scratch, Use use) const {
    const auto lease = scratch.lease<T>(tile_stride<T> * cols.size());
    const Tile<T> tile{lease.data(), rows.size(), cols.size(), tile_stride<T>};
    kernel.fill(rows, cols, tile, scratch);
    use(tile);
  }
};

// Tiles of a matrix, where they are.
template <class T>
struct MatrixTiles {
  const Mat<T>& K;

  template <class Use>
  void visit(Range rows, Range cols, Scratch&, Use use) const {
    T* first = const_cast<T*>(K.colptr(cols.begin)) + rows.begin;  // only read
    use(Tile<T>{first, rows.size(), cols.size(), K.n_rows});
  }
};

// Tiles of some rows and columns of a matrix, gathered.
template <class T>
struct PartTiles {
  const Mat<T>& K;
  std::span<const index_t> row;
  std::span<const index_t> column;

  template <class Use>
  void visit(Range rows, Range cols, Scratch& scratch, Use use) const {
    const auto lease = scratch.lease<T>(tile_stride<T> * cols.size());
    const Tile<T> tile{lease.data(), rows.size(), cols.size(), tile_stride<T>};
    const index_t* from = row.data() + rows.begin;
    for (index_t j = 0; j < cols.size(); ++j) {
      const T* values = K.memptr() + column[cols.begin + j] * K.n_rows;
      T* to = tile.column(j);
      for (index_t i = 0; i < rows.size(); ++i) to[i] = values[from[i]];
    }
    use(tile);
  }
};

// Parts of the stored tiles of one half of a matrix, above the diagonal or in a tile on it.
template <class Stored, class T>
struct StoredTiles {
  const SymmetricTiles<Stored>& K;
  bool one_vector;  // that meets the values as they are stored

  template <class Use>
  void visit(Range rows, Range cols, Scratch& scratch, Use use) const {
    const Tile<Stored> whole = K.tile(rows.begin / tile_edge, cols.begin / tile_edge);
    const Tile<Stored> part{whole.column(cols.begin % tile_edge) + rows.begin % tile_edge,
                            rows.size(), cols.size(), whole.stride};
    if constexpr (!std::is_same_v<Stored, T>) {
      if (!one_vector) {
        const auto lease = scratch.lease<T>(tile_stride<T> * part.cols);
        const Tile<T> wide{lease.data(), part.rows, part.cols, tile_stride<T>};
        for (index_t j = 0; j < part.cols; ++j) widen(part.column(j), wide.column(j), part.rows);
        return use(wide);
      }
    }
    use(part);
  }
};

// out += K V, tile by tile. Several vectors go through GEMM on the whole tile; one vector is used
// strip by strip, while the strip is in the L1 cache.
template <class T, class Tiles>
class Product {
 public:
  Product(Tiles tiles, const Mat<T>& V, Mat<T>& out) : tiles_(tiles), V_(V), out_(out) {}

  // out(rows) += K(rows, cols) V(cols)
  void add(Range rows, Range cols, Scratch& scratch) const {
    for_parts(rows, cols, scratch, [&](Range some, auto tile) {
      if (V_.n_cols == 1) {
        add_product(tile, V_.memptr() + some.begin, out_.memptr() + rows.begin);
      } else if constexpr (is_wide<decltype(tile)>) {
        add_matrix(tile, 'N', some, rows);
      }
    });
  }

  // Also out(cols) += K(rows, cols)' V(rows).
  void add_both(Range rows, Range cols, Scratch& scratch) const {
    for_parts(rows, cols, scratch, [&](Range some, auto tile) {
      if (V_.n_cols == 1) {
        add_products(tile, V_.memptr() + some.begin, out_.memptr() + rows.begin,
                     V_.memptr() + rows.begin, out_.memptr() + some.begin);
      } else if constexpr (is_wide<decltype(tile)>) {
        add_matrix(tile, 'N', some, rows);
        add_matrix(tile, 'T', rows, some);
      }
    });
  }

 private:
  // Tiles for GEMM have the type of the vectors.
  template <class Visited>
  static constexpr bool is_wide = std::is_same_v<Visited, Tile<T>>;

  template <class Use>
  void for_parts(Range rows, Range cols, Scratch& scratch, Use use) const {
    const index_t step = V_.n_cols == 1 ? narrow : cols.size();
    for (index_t begin = cols.begin; begin < cols.end; begin += step) {
      const Range some{begin, std::min(begin + step, cols.end)};
      tiles_.visit(rows, some, scratch, [&](auto tile) { use(some, tile); });
    }
  }

  // out(to) += op(tile) V(from)
  void add_matrix(Tile<T> tile, char op, Range from, Range to) const {
    blas::gemm(op, 'N', to.size(), V_.n_cols, from.size(), T(1), tile.data, tile.stride,
               V_.memptr() + from.begin, V_.n_rows, T(1), out_.memptr() + to.begin, out_.n_rows);
  }

  Tiles tiles_;
  const Mat<T>& V_;
  Mat<T>& out_;
};

// Points in blocks: at most 256, fewer where that leaves less than 32 blocks for the threads.
struct Blocks {
  explicit Blocks(index_t points)
      : n(points), edge(std::clamp<index_t>(std::bit_floor(points / 32), 32, tile_edge)) {}
  index_t count() const { return (n + edge - 1) / edge; }
  Range operator[](index_t k) const { return {k * edge, std::min((k + 1) * edge, n)}; }

  index_t n;
  index_t edge;
};

// A poll between the tiles of an item, which may be many: when it ends the work, all workers hear.
class SharedPoll {
 public:
  explicit SharedPoll(Poll poll) : poll_(poll) {}

  bool ended(int worker) {
    if (worker != 0 || ended_) return ended_;
    try {
      poll_();
    } catch (...) {
      ended_ = true;
      throw;
    }
    return false;
  }

 private:
  Poll poll_;
  std::atomic<bool> ended_ = false;
};

template <class T, class Tiles>
void multiply_all(Tiles tiles, index_t n, const Mat<T>& V, Mat<T>& out, int threads, Poll poll) {
  out.zeros(n, V.n_cols);
  const Blocks rows(n);
  const index_t m = V.n_rows;
  const Product<T, Tiles> product(tiles, V, out);
  std::vector<Scratch> scratch(team_size(rows.count(), threads));
  SharedPoll shared(poll);
  parallel_for(rows.count(), threads, [&](index_t item, int worker) {
    for (index_t begin = 0; begin < m; begin += tile_edge) {
      if (shared.ended(worker)) return;
      product.add(rows[item], {begin, std::min(begin + tile_edge, m)},
                  scratch[static_cast<std::size_t>(worker)]);
    }
  });
}

// Every tile (a, b), a < b, adds to the blocks a and b of the result. A round-robin tournament
// plays all pairs in rounds in which each block plays once: within a round no two tiles write to
// the same block, and each block sees its partners in the same order whatever the threads do.
template <class T, class Tiles>
void multiply_symmetric(Tiles tiles, const Mat<T>& V, Mat<T>& out, int threads, Poll poll) {
  const Blocks blocks(V.n_rows);
  out.zeros(V.n_rows, V.n_cols);
  const Product<T, Tiles> product(tiles, V, out);
  const index_t count = blocks.count();
  std::vector<Scratch> scratch(team_size(count, threads));
  parallel_for(count, threads, [&](index_t item, int worker) {
    product.add(blocks[item], blocks[item], scratch[static_cast<std::size_t>(worker)]);
  });
  const index_t players = count + count % 2;  // with an odd number one block pauses in each round
  for (index_t round = 0; round + 1 < players; ++round) {
    parallel_for(players / 2, threads, poll, [&](index_t item, int worker) {
      const index_t turning = players - 1;
      index_t a = (round + item) % turning;
      index_t b = item == 0 ? turning : (round + turning - item) % turning;
      if (a > b) std::swap(a, b);
      if (b >= count) return;
      product.add_both(blocks[a], blocks[b], scratch[static_cast<std::size_t>(worker)]);
    });
  }
}

}  // namespace

template <class T>
void fill_product(const BoundKernel<T>& kernel, index_t n, const Mat<T>& V, Mat<T>& out,
                  int threads, Poll poll) {
  multiply_all(KernelTiles<T>{kernel}, n, V, out, threads, poll);
}

template <class T>
void dense_product(const Mat<T>& K, const Mat<T>& V, Mat<T>& out, int threads, Poll poll) {
  multiply_all(MatrixTiles<T>{K}, K.n_rows, V, out, threads, poll);
}

template <class T>
void part_product(const Mat<T>& K, std::span<const index_t> rows, std::span<const index_t> columns,
                  const Mat<T>& V, Mat<T>& out, int threads, Poll poll) {
  multiply_all(PartTiles<T>{K, rows, columns}, rows.size(), V, out, threads, poll);
}

template <class T>
void fill_symmetric_product(const BoundKernel<T>& kernel, const Mat<T>& V, Mat<T>& out, int threads,
                            Poll poll) {
  multiply_symmetric(KernelTiles<T>{kernel}, V, out, threads, poll);
}

template <class Stored, class T>
void tiled_product(const SymmetricTiles<Stored>& K, const Mat<T>& V, Mat<T>& out, int threads,
                   Poll poll) {
  multiply_symmetric(StoredTiles<Stored, T>{K, V.n_cols == 1}, V, out, threads, poll);
}

template void tiled_product(const SymmetricTiles<float>&, const Mat<double>&, Mat<double>&, int,
                            Poll);

#define MERCER_INSTANTIATE(T)                                                                     \
  template void fill_product(const BoundKernel<T>&, index_t, const Mat<T>&, Mat<T>&, int, Poll);  \
  template void fill_symmetric_product(const BoundKernel<T>&, const Mat<T>&, Mat<T>&, int, Poll); \
  template void tiled_product(const SymmetricTiles<T>&, const Mat<T>&, Mat<T>&, int, Poll);       \
  template void dense_product(const Mat<T>&, const Mat<T>&, Mat<T>&, int, Poll);                  \
  template void part_product(const Mat<T>&, std::span<const index_t>, std::span<const index_t>,   \
                             const Mat<T>&, Mat<T>&, int, Poll);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
