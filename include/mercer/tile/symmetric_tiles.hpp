// A symmetric matrix of which one half is stored, in tiles.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include "mercer/core/types.hpp"
#include "mercer/tile/tile.hpp"

namespace mercer {

/// The tiles (r, c), r <= c, of an n x n matrix on the grid of tile_edge; those on the diagonal are
/// whole. Tiles at the end hold fewer rows or columns, in the memory of a full one: at most
/// n^2 values for n <= 256, about n (n + 256) / 2 for more. Values are garbage until they are
/// written.
template <class T>
class SymmetricTiles {
 public:
  SymmetricTiles() = default;
  SymmetricTiles(const SymmetricTiles&) = default;
  SymmetricTiles(SymmetricTiles&& other) noexcept
      : n_(std::exchange(other.n_, 0)), values_(std::move(other.values_)) {}
  SymmetricTiles& operator=(SymmetricTiles other) noexcept {
    n_ = std::exchange(other.n_, 0);
    values_ = std::move(other.values_);
    return *this;
  }
  explicit SymmetricTiles(index_t n)
      : n_(n), values_(edge(n) * edge(n), count(n) * (count(n) + 1) / 2, arma::fill::none) {}

  /// Bytes for n rows.
  static std::size_t bytes_for(index_t n) {
    return count(n) * (count(n) + 1) / 2 * edge(n) * edge(n) * sizeof(T);
  }

  index_t n() const { return n_; }
  index_t count() const { return count(n_); }  // of tiles along an edge
  Range range(index_t k) const { return {k * tile_edge, std::min((k + 1) * tile_edge, n_)}; }

  /// Tile (r, c), r <= c. Its values may be changed through it unless the owner is const by
  /// promise.
  Tile<T> tile(index_t r, index_t c) const {
    T* data = const_cast<T*>(values_.colptr(c * (c + 1) / 2 + r));
    return {data, range(r).size(), range(c).size(), edge(n_)};
  }

  /// Entry (i, j), on either side of the diagonal.
  T& at(index_t i, index_t j) { return *place(i, j); }
  T at(index_t i, index_t j) const { return *place(i, j); }

  T* data() { return values_.memptr(); }
  std::size_t bytes() const { return values_.n_elem * sizeof(T); }

  /// Where tile column c ends, in bytes from data().
  static constexpr auto end_of_column = [](index_t c) {
    return static_cast<std::size_t>((c + 1) * (c + 2) / 2 * tile_edge * tile_edge * sizeof(T));
  };

 private:
  static index_t edge(index_t n) { return std::min(n, tile_edge); }
  static index_t count(index_t n) { return (n + tile_edge - 1) / tile_edge; }

  T* place(index_t i, index_t j) const {
    if (i / tile_edge > j / tile_edge) std::swap(i, j);
    return tile(i / tile_edge, j / tile_edge).column(j % tile_edge) + i % tile_edge;
  }

  index_t n_ = 0;
  Mat<T> values_;  // a tile in each column, by columns of the grid
};

/// The tiles of a full matrix, from its upper half.
template <class T>
SymmetricTiles<T> tiles_of_upper(const Mat<T>& A);

/// Throws NonFiniteError if A holds a NaN or an infinity.
template <class T>
void require_finite(const char* where, const char* name, const SymmetricTiles<T>& A, int threads);

}  // namespace mercer
