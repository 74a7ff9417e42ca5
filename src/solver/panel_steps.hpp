// The steps of a band reduction on the tiles of its matrix.
#pragma once

#include "mercer/core/types.hpp"

namespace mercer {

/// A symmetric matrix that is brought to a band, panel by panel. What a panel changes behind it is
/// not done at once: the pair (V, W) is kept, the next panel's own columns are brought up to date,
/// and the tiles are when they are next multiplied.
template <class T>
class PanelSteps {
 public:
  /// A: n x n, of which the lower half is read; it must outlive this object.
  PanelSteps(Mat<T>& A, index_t bandwidth, int threads);

  /// Values that a PanelSteps takes beside A.
  static std::size_t values(index_t n, index_t bandwidth);

  /// Columns [column, column + b) become final within the band, V stands below it. triangle: b x b,
  /// the T of I - V T V', its strictly lower part 0.
  void factor_panel(index_t column, T* triangle);

  /// Brings the trailing tiles up to date and makes the pair (V, W) of the panel at column.
  void make_update(index_t column, const T* triangle);

  /// Columns [begin, end), rows from begin on, brought up to date.
  void update_columns(index_t begin, index_t end);

 private:
  T* left(index_t i) { return pair_.memptr() + i; }                       // row i of [V W]
  T* right(index_t i) { return pair_.memptr() + b_ * pair_.n_rows + i; }  // row i of [W V]
  void products_of_tiles(index_t first_row);
  void collect_products(index_t first_row);

  Mat<T>& A_;
  index_t b_;
  int threads_;
  index_t pending_ = 0;  // the first row of the pair; 0: there is none
  Mat<T> pair_;          // n x 3 b: V, W, V again
  Mat<T> next_;          // n x b: V of the panel being worked on
  Mat<T> products_;      // of tiles with V: edge x b each
  Mat<T> image_;         // n x b: A V, then W
  Mat<T> partial_;       // V' Z of each row of tiles
};

}  // namespace mercer
