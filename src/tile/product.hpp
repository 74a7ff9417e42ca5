// Products of one vector with a tile while it is in cache. The values of the tile may be floats and
// the vectors doubles.
#pragma once

#include "mercer/tile/tile.hpp"

namespace mercer {

/// out += K v.  v: K.cols values, out: K.rows.
template <class Stored, class T>
void add_product(Tile<Stored> K, const T* v, T* out);

/// out += K' v.  v: K.rows values, out: K.cols.
template <class Stored, class T>
void add_transposed_product(Tile<Stored> K, const T* v, T* out);

/// out_rows += K v_cols and out_cols += K' v_rows, in one pass over K: a tile of a symmetric matrix
/// and its mirror image. v_cols, out_cols: K.cols values; v_rows, out_rows: K.rows.
template <class Stored, class T>
void add_products(Tile<Stored> K, const T* v_cols, T* out_rows, const T* v_rows, T* out_cols);

}  // namespace mercer
