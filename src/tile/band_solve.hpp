// Forward substitution with a banded triangle, many right-hand sides side by side in vectors.
#pragma once

#include <vector>

#include "mercer/core/types.hpp"

namespace mercer {

/// Right-hand sides that stand side by side: eight vectors of 256 bits or four of 512.
template <class T>
inline constexpr index_t band_lanes = 256 / sizeof(T);

/// A lower triangular matrix L with half-bandwidth b as the loops read it: four rows at a time,
/// first what stands left of their 4 x 4 block, column by column, then that block. Signs and the
/// diagonal are inverted, so that all is multiply and add. The rows are filled up to a multiple of
/// four by those of the identity.
template <class T>
class PackedBand {
 public:
  /// L: (b + 1) x n, L(k, j) = L_{j + k, j}.
  explicit PackedBand(const Mat<double>& L);

  index_t bandwidth() const { return bandwidth_; }
  index_t blocks() const { return blocks_; }
  static index_t blocks_of(index_t n) { return (n + 3) / 4; }
  const T* block(index_t k) const { return values_.data() + k * (4 * bandwidth_ + 16); }

 private:
  index_t bandwidth_;
  index_t blocks_;
  std::vector<T> values_;
};

/// The values that solve_band needs as its scratch memory.
template <class T>
index_t band_scratch(index_t bandwidth);

/// W = L^-1 Q for band_lanes right-hand sides. Q has a row of band_lanes<T> values for each of the
/// 4 L.blocks() rows of L, W the same `stride` values apart. squares[i] = sum_j W(j, i)^2. W may be
/// null: it is not kept then.
template <class T>
void solve_band(const PackedBand<T>& L, const T* Q, T* W, index_t stride, T* squares, T* scratch);

}  // namespace mercer
