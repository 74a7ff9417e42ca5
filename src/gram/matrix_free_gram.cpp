#include "mercer/gram/matrix_free_gram.hpp"

#include <algorithm>
#include <tuple>
#include <type_traits>
#include <vector>

#include "gram/fill.hpp"
#include "gram/product.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/tile/statistic.hpp"
#include "tile/expand.hpp"
#include "tile/owned_points.hpp"
#include "tile/statistic_pool.hpp"
#include "tile/store.hpp"

namespace mercer {

namespace {

// From here on, columns are computed as a block of their own points: what that costs, O(d n), is
// little beside the entries.
constexpr index_t many_columns = 32;

// Fills a block of any number of columns in the type that is wanted.
template <class T, class Out>
void fill_as(const BoundKernel<T>& kernel, Range rows, Range cols, Tile<Out> out,
             Scratch& scratch) {
  if constexpr (std::is_same_v<T, Out>) {
    kernel.fill(rows, cols, out, scratch);
  } else {
    const auto lease = scratch.lease<T>(tile_stride<T> * tile_edge);
    for (index_t i = 0; i < rows.size(); i += tile_edge) {
      const index_t height = std::min(tile_edge, rows.size() - i);
      for (index_t j = 0; j < cols.size(); j += tile_edge) {
        const index_t width = std::min(tile_edge, cols.size() - j);
        kernel.fill({rows.begin + i, rows.begin + i + height},
                    {cols.begin + j, cols.begin + j + width},
                    {lease.data(), height, width, tile_stride<T>}, scratch);
        for (index_t c = 0; c < width; ++c) {
          narrow(lease.data() + c * tile_stride<T>, out.column(j + c) + i, height);
        }
      }
    }
  }
}

}  // namespace

// The points of a submatrix.
template <class T>
struct MatrixFreeGram<T>::Owned {
  OwnedPoints<T> X;
  OwnedPoints<T> Y;
  bool symmetric = false;  // Y is not used: K(X, X)
  std::shared_ptr<StatisticPool<T>> pool = {};

  Points<T> rows() const { return X.view(); }
  Points<T> columns() const { return symmetric ? X.view() : Y.view(); }
};

template <class T>
MatrixFreeGram<T>::~MatrixFreeGram() = default;

template <class T>
MatrixFreeGram<T>::MatrixFreeGram(const Kernel& kernel, const Mat<T>& X, const GramOptions& options)
    : MatrixFreeGram(kernel, Points<T>(X), Points<T>(X), options) {}

template <class T>
MatrixFreeGram<T>::MatrixFreeGram(const Kernel& kernel, const SpMat<T>& X,
                                  const GramOptions& options)
    : MatrixFreeGram(kernel, Points<T>(X), Points<T>(X), options) {}

template <class T>
MatrixFreeGram<T>::MatrixFreeGram(const Kernel& kernel, Points<T> X, Points<T> Y,
                                  const GramOptions& options)
    : GramOperator<T>(X.count(), Y.count()), kernel_(kernel), options_(options) {
  resolve_threads(options.threads, "MatrixFreeGram");
  require_rows("MatrixFreeGram", "Y", Y.dim(), X.dim(), "one per feature, as X has");
  require_finite<T>("MatrixFreeGram", "X", X);
  if (!Y.same_as(X)) require_finite<T>("MatrixFreeGram", "Y", Y);
  std::tie(X_, Y_) = sharing(X, Y, options.threads);
  bound_ = kernel_->bind(X_, Y_);
}

template <class T>
MatrixFreeGram<T>::MatrixFreeGram(const Kernel& kernel, std::unique_ptr<Owned> points,
                                  const GramOptions& options)
    : GramOperator<T>(points->rows().count(), points->columns().count()),
      kernel_(kernel),
      owned_(std::move(points)),
      X_(owned_->rows(), owned_->pool),
      Y_(owned_->columns()),
      options_(options) {
  bound_ = kernel_->bind(X_, Y_);
}

template <class T>
void MatrixFreeGram<T>::do_multiply(const Mat<T>& V, Mat<T>& out, Poll poll) const {
  if (X_.same_as(Y_)) {
    fill_symmetric_product(*bound_, V, out, options_.threads, poll);
  } else {
    fill_product(*bound_, this->n_rows(), V, out, options_.threads, poll);
  }
}

template <class T>
void MatrixFreeGram<T>::do_multiply_in_double(const Mat<double>& V, Mat<double>& out,
                                              Poll poll) const {
  // Both halves: certificates come from here, and those of a stored matrix have the same bits.
  if constexpr (std::is_same_v<T, double>) {
    fill_product(*bound_, this->n_rows(), V, out, options_.threads, poll);
  } else {
    const OwnedPoints<double> X = points_in_double(X_);
    poll();
    const OwnedPoints<double> Y = X_.same_as(Y_) ? OwnedPoints<double>() : points_in_double(Y_);
    poll();
    MatrixFreeGram<double>(*kernel_, X.view(), X_.same_as(Y_) ? X.view() : Y.view(), options_)
        .multiply_in_double(V, out, poll);
  }
}

template <class T>
void MatrixFreeGram<T>::do_gather_columns(std::span<const index_t> columns, Mat<T>& out) const {
  gather(columns, out.memptr(), this->n_rows(), no_poll);
}

template <class T>
void MatrixFreeGram<T>::do_gather_columns_in_float(std::span<const index_t> columns, float* out,
                                                   index_t stride, Poll poll) const {
  gather(columns, out, stride, poll);
}

template <class T>
template <class Out>
void MatrixFreeGram<T>::gather(std::span<const index_t> columns, Out* out, index_t stride,
                               Poll poll) const {
  if (columns.size() >= many_columns) {
    // Side by side in points of their own, columns share what is read of the rows.
    const OwnedPoints<T> points = select_points(Y_, columns);
    const auto [X, Y] = sharing(Points<T>(X_, nullptr), points.view(), options_.threads);
    const auto bound = kernel_->bind(X, Y);
    const index_t tiles = (this->n_rows() + tile_edge - 1) / tile_edge;
    std::vector<Scratch> scratch(team_size(tiles, options_.threads));
    return parallel_for(tiles, options_.threads, poll, [&](index_t item, int worker) {
      const Range rows{item * tile_edge, std::min(this->n_rows(), (item + 1) * tile_edge)};
      fill_as(*bound, rows, {0, columns.size()},
              Tile<Out>{out + rows.begin, rows.size(), columns.size(), stride},
              scratch[static_cast<std::size_t>(worker)]);
    });
  }
  // An item is a strip of rows with enough work (about 2^17 features read) to pay for a thread.
  constexpr index_t least_work = index_t{1} << 17;
  const index_t n = this->n_rows();
  const index_t work = std::max<index_t>(1, X_.dim() * columns.size());
  const index_t strip = (least_work / work / tile_edge + 1) * tile_edge;
  const index_t strips = (n + strip - 1) / strip;
  std::vector<Scratch> scratch(team_size(strips, options_.threads));
  parallel_for(strips, options_.threads, poll, [&](index_t item, int worker) {
    Scratch& own = scratch[static_cast<std::size_t>(worker)];
    const Range rows{item * strip, std::min(n, (item + 1) * strip)};
    for (index_t k = 0; k < columns.size();) {
      index_t run = 1;  // neighbouring columns go together
      while (k + run < columns.size() && columns[k + run] == columns[k] + run) ++run;
      fill_as(*bound_, rows, {columns[k], columns[k] + run},
              Tile<Out>{out + k * stride + rows.begin, rows.size(), run, stride}, own);
      k += run;
    }
  });
}

template <class T>
void MatrixFreeGram<T>::do_dense(Mat<T>& out, Poll poll) const {
  const index_t n = this->n_rows();
  const index_t m = this->n_cols();
  require_budget("MatrixFreeGram::dense",
                 "the " + std::to_string(n) + " x " + std::to_string(m) + " kernel values",
                 n * m * sizeof(T), options_.memory_budget);
  out.set_size(n, m);
  if (X_.same_as(Y_)) {
    fill_symmetric(*bound_, n, out.memptr(), options_.threads, poll);
  } else {
    fill_matrix(*bound_, {0, n}, {0, m}, {out.memptr(), n, m, n}, options_.threads, poll);
  }
}

template <class T>
void MatrixFreeGram<T>::do_dense_in_float(float* out, index_t stride, Poll poll) const {
  const index_t n = this->n_rows();
  const index_t m = this->n_cols();
  const std::size_t bytes = stride * m * sizeof(float);
  if (!X_.same_as(Y_)) {
    if (m > 0) gather(all_indices(m), out, stride, poll);
    return;
  }
  const Store how = store_for(bytes);
  const auto end = [&](index_t c) { return (c + 1) * tile_edge * stride * sizeof(float); };
  fill_half<T>(
      *bound_, n, HugePages(out, bytes), end, options_.threads,
      [&](index_t r, index_t c, Tile<T> tile, Scratch& scratch) {
        store_both(tile, r, c, out, stride, how, scratch);
      },
      poll);
}

template <class T>
void MatrixFreeGram<T>::do_tiles(SymmetricTiles<T>& out, Poll poll) const {
  if (X_.same_as(Y_)) return fill_tiles(out, poll);
  GramOperator<T>::do_tiles(out, poll);
}

template <class T>
void MatrixFreeGram<T>::do_tiles_in_float(SymmetricTiles<float>& out, Poll poll) const {
  if (X_.same_as(Y_)) return fill_tiles(out, poll);
  GramOperator<T>::do_tiles_in_float(out, poll);
}

template <class T>
template <class Out>
void MatrixFreeGram<T>::fill_tiles(SymmetricTiles<Out>& out, Poll poll) const {
  const Store how = store_for(out.bytes());
  fill_half<T>(
      *bound_, this->n_rows(), HugePages(out.data(), out.bytes()),
      SymmetricTiles<Out>::end_of_column, options_.threads,
      [&](index_t r, index_t c, Tile<T> tile, Scratch&) {
        const Tile<Out> to = out.tile(r, c);
        if constexpr (std::is_same_v<T, Out>) {
          store_tile(tile, to, how);
        } else {
          for (index_t j = 0; j < tile.cols; ++j) narrow(tile.column(j), to.column(j), tile.rows);
        }
      },
      poll);
}

template <class T>
void MatrixFreeGram<T>::do_diagonal(Col<T>& out) const {
  if (X_.same_as(Y_)) return bound_->diagonal({0, this->n_rows()}, out.memptr());
  Scratch scratch;
  for (index_t i = 0; i < this->n_rows(); ++i) {
    bound_->fill({i, i + 1}, {i, i + 1}, {out.memptr() + i, 1, 1, 1}, scratch);
  }
}

template <class T>
std::unique_ptr<GramOperator<T>> MatrixFreeGram<T>::do_submatrix(
    std::span<const index_t> rows, std::span<const index_t> columns) const {
  auto points = std::make_unique<Owned>();
  points->X = select_points(X_, rows);
  points->symmetric = X_.same_as(Y_) && std::ranges::equal(rows, columns);
  if (!points->symmetric) points->Y = select_points(Y_, columns);
  points->pool = X_.pool()->part(points->rows(), rows, points->columns(), columns);
  return std::unique_ptr<GramOperator<T>>(
      new MatrixFreeGram(*kernel_, std::move(points), options_));
}

template class MatrixFreeGram<double>;
template class MatrixFreeGram<float>;

}  // namespace mercer
