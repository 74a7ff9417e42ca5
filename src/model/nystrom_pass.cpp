#include "model/nystrom_pass.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/blas.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/scratch.hpp"
#include "mercer/tile/tile.hpp"
#include "tile/product.hpp"

namespace mercer {
namespace {

// Points that are read at a time; points whose sums have one owner, added in order; and points
// whose kernel values with all centres are in cache at a time: 2000 x 32 doubles are 512 KB.
constexpr index_t panel_rows = 8192, item_rows = 256, step = 32;

// The rows of centres in increasing order, with their places among the centres.
std::vector<std::pair<index_t, index_t>> sorted_rows(const std::vector<index_t>& rows) {
  std::vector<std::pair<index_t, index_t>> sorted;
  for (index_t j = 0; j < rows.size(); ++j) sorted.emplace_back(rows[j], j);
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

class Pass {
 public:
  Pass(const NystromProblem& problem, const Mat<double>& V, bool residual)
      : problem_(problem),
        V_(V),
        residual_(residual),
        centres_(residual ? sorted_rows(problem.rows) : sorted_rows({})) {
    const index_t c = V.n_cols;
    sums_.image.zeros(problem.m(), c);
    sums_.squares.zeros(c);
    sums_.exact_squares.zeros(c);
    images_.set_size(problem.m(), c, panel_rows / item_rows);
  }

  NystromSums run() {
    for_panels(problem_.X, panel_rows, [&](index_t first, const Mat<double>& X) {
      const auto kernel = problem_.kernel.bind(problem_.Z, X);
      const index_t items = (X.n_cols + item_rows - 1) / item_rows, c = V_.n_cols;
      Mat<double> squares(c, items, arma::fill::zeros), exact(c, items, arma::fill::zeros);
      std::vector<Scratch> scratch(team_size(items, problem_.threads));
      parallel_for(items, problem_.threads, [&](index_t item, int worker) {
        const index_t begin = item * item_rows;
        add(*kernel, first, {begin, std::min(begin + item_rows, X.n_cols)}, images_.slice(item),
            squares.colptr(item), exact.colptr(item), scratch[static_cast<std::size_t>(worker)]);
      });
      for (index_t item = 0; item < items; ++item) {
        sums_.image += images_.slice(item);
        sums_.squares += squares.col(item);
        sums_.exact_squares += exact.col(item);
      }
      if (residual_) add_diagonal(X);
      problem_.watch.poll();
    });
    return std::move(sums_);
  }

 private:
  void add(const BoundKernel<double>& kernel, index_t first, Range points, Mat<double>& image,
           double* squares, double* exact, Scratch& scratch) const {
    const index_t m = problem_.m(), c = V_.n_cols, stride = padded_stride<double>(m);
    const auto values = scratch.lease<double>(stride * step),
               errors = scratch.lease<double>(step * c);
    image.zeros();
    for (index_t begin = points.begin; begin < points.end; begin += step) {
      const Range some{begin, std::min(begin + step, points.end)};
      const Tile<double> K{values.data(), m, some.size(), stride};
      for (index_t i = 0; i < m; i += tile_edge) {
        const Range rows{i, std::min(i + tile_edge, m)};
        kernel.fill(rows, some, {K.data + i, rows.size(), K.cols, stride}, scratch);
      }
      double* e = errors.data();  // K.cols x c: K' V, then W e
      if (c == 1) {
        std::fill_n(e, K.cols, 0.0);
        add_transposed_product(K, V_.memptr(), e);
      } else {
        blas::gemm('T', 'N', K.cols, c, m, 1.0, K.data, stride, V_.memptr(), m, 0.0, e, K.cols);
      }
      const Range rows{first + some.begin, first + some.end};
      for (index_t k = 0; k < c; ++k) weigh(rows, k, e + k * K.cols, squares[k], exact[k]);
      if (c == 1) {
        add_product(K, e, image.memptr());
      } else {
        blas::gemm('N', 'N', m, c, K.cols, 1.0, K.data, stride, e, K.cols, 1.0, image.memptr(), m);
      }
    }
  }

  // e: values of column k at these rows, to become W e.
  void weigh(Range rows, index_t k, double* e, double& squares, double& exact) const {
    const double* w = problem_.w.memptr();
    if (residual_) {
      const double* b = problem_.b.colptr(k % problem_.outputs());
      auto centre =
          std::lower_bound(centres_.begin(), centres_.end(), std::pair(rows.begin, index_t{0}));
      for (index_t i = rows.begin; i < rows.end; ++i) {
        double& value = e[i - rows.begin];
        value = b[i] - value;
        double r = value;
        if (centre != centres_.end() && centre->first == i) {
          r -= problem_.lambda_of(k) * V_(centre->second, k) / w[i];
          ++centre;
        }
        squares += w[i] * value * value;
        exact += w[i] * r * r;
      }
    }
    for (index_t i = rows.begin; i < rows.end; ++i) e[i - rows.begin] *= w[i];
  }

  void add_diagonal(const Mat<double>& X) {
    std::vector<double> diagonal(X.n_cols);
    problem_.kernel.bind(X, X)->diagonal({0, X.n_cols}, diagonal.data());
    for (const double value : diagonal) {
      sums_.largest_diagonal = std::max(sums_.largest_diagonal, value);
    }
  }

  const NystromProblem& problem_;
  const Mat<double>& V_;
  bool residual_;
  std::vector<std::pair<index_t, index_t>> centres_;
  arma::cube images_;  // of each item of a panel
  NystromSums sums_;
};

}  // namespace

NystromSums nystrom_residual(const NystromProblem& problem, const Mat<double>& V) {
  return Pass(problem, V, true).run();
}

Mat<double> nystrom_product(const NystromProblem& problem, const Mat<double>& V) {
  return Pass(problem, V, false).run().image;
}

std::size_t nystrom_pass_bytes(index_t dim, index_t centres, index_t columns, int threads) {
  const std::size_t values = team_size(panel_rows / item_rows, threads) * step *
                             (padded_stride<double>(centres) + columns);
  return sizeof(double) * (values + (panel_rows / item_rows + 1) * centres * columns +
                           3 * dim * (panel_rows + centres));
}

}  // namespace mercer
