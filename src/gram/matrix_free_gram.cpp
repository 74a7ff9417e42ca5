#include "mercer/gram/matrix_free_gram.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "gram/fill.hpp"
#include "gram/product.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/tile/statistic.hpp"
#include "tile/owned_points.hpp"

namespace mercer {

// The points of a submatrix.
template <class T>
struct MatrixFreeGram<T>::Owned {
  OwnedPoints<T> X;
  OwnedPoints<T> Y;
  bool symmetric = false;  // Y is not used: K(X, X)

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
      options_(options) {
  std::tie(X_, Y_) = sharing(owned_->rows(), owned_->columns(), options.threads);
  bound_ = kernel_->bind(X_, Y_);
}

template <class T>
void MatrixFreeGram<T>::do_multiply(const Mat<T>& V, Mat<T>& out) const {
  if (X_.same_as(Y_)) {
    fill_symmetric_product(*bound_, V, out, options_.threads);
  } else {
    fill_product(*bound_, this->n_rows(), V, out, options_.threads);
  }
}

template <class T>
void MatrixFreeGram<T>::do_multiply_in_double(const Mat<double>& V, Mat<double>& out) const {
  // Both halves: certificates come from here, and those of a stored matrix have the same bits.
  if constexpr (std::is_same_v<T, double>) {
    fill_product(*bound_, this->n_rows(), V, out, options_.threads);
  } else {
    const OwnedPoints<double> X = points_in_double(X_);
    const OwnedPoints<double> Y = X_.same_as(Y_) ? OwnedPoints<double>() : points_in_double(Y_);
    MatrixFreeGram<double>(*kernel_, X.view(), X_.same_as(Y_) ? X.view() : Y.view(), options_)
        .multiply_in_double(V, out);
  }
}

template <class T>
void MatrixFreeGram<T>::do_gather_columns(std::span<const index_t> columns, Mat<T>& out) const {
  // An item is a strip of rows with enough work (about 2^17 features read) to pay for a thread.
  constexpr index_t least_work = index_t{1} << 17;
  const index_t n = this->n_rows();
  const index_t work = std::max<index_t>(1, X_.dim() * columns.size());
  const index_t strip = (least_work / work / tile_edge + 1) * tile_edge;
  const index_t strips = (n + strip - 1) / strip;
  std::vector<Scratch> scratch(team_size(strips, options_.threads));
  parallel_for(strips, options_.threads, [&](index_t item, int worker) {
    Scratch& own = scratch[static_cast<std::size_t>(worker)];
    const Range rows{item * strip, std::min(n, (item + 1) * strip)};
    for (index_t k = 0; k < columns.size();) {
      index_t run = 1;  // neighbouring columns go together
      while (k + run < columns.size() && columns[k + run] == columns[k] + run) ++run;
      bound_->fill(rows, {columns[k], columns[k] + run},
                   {out.colptr(k) + rows.begin, rows.size(), run, n}, own);
      k += run;
    }
  });
}

template <class T>
void MatrixFreeGram<T>::do_dense(Mat<T>& out) const {
  const index_t n = this->n_rows();
  const index_t m = this->n_cols();
  require_budget("MatrixFreeGram::dense",
                 "the " + std::to_string(n) + " x " + std::to_string(m) + " kernel values",
                 n * m * sizeof(T), options_.memory_budget);
  out.set_size(n, m);
  if (X_.same_as(Y_)) {
    fill_symmetric(*bound_, n, out.memptr(), options_.threads);
  } else {
    fill_matrix(*bound_, {0, n}, {0, m}, {out.memptr(), n, m, n}, options_.threads);
  }
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
  return std::unique_ptr<GramOperator<T>>(
      new MatrixFreeGram(*kernel_, std::move(points), options_));
}

template class MatrixFreeGram<double>;
template class MatrixFreeGram<float>;

}  // namespace mercer
