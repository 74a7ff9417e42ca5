#include "model/nystrom_reduction.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/blas.hpp"
#include "gram/fill.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"

namespace mercer {
namespace {

// Points whose kernel values with all centres are in memory at a time, and the edge of the blocks
// that they are multiplied in.
constexpr index_t panel_rows = 2048, block_edge = 512;

Range block(index_t k, index_t m) { return {k * block_edge, std::min((k + 1) * block_edge, m)}; }

// Q <- Q W^1/2
void weigh(Mat<double>& Q, const double* w, int threads) {
  parallel_for((Q.n_cols + 255) / 256, threads, [&](index_t item, int) {
    for (index_t i = item * 256; i < std::min((item + 1) * 256, Q.n_cols); ++i) {
      if (w[i] == 1) continue;
      const double root = std::sqrt(w[i]);
      for (index_t j = 0; j < Q.n_rows; ++j) Q(j, i) *= root;
    }
  });
}

// Upper half of H += Q Q', a block an item.
void add_squares(const Mat<double>& Q, Mat<double>& H, int threads) {
  const index_t m = Q.n_rows, p = Q.n_cols, count = (m + block_edge - 1) / block_edge;
  std::vector<std::pair<index_t, index_t>> blocks;  // the whole ones first
  for (index_t c = 0; c < count; ++c) {
    for (index_t r = 0; r < c; ++r) blocks.emplace_back(r, c);
  }
  for (index_t c = 0; c < count; ++c) blocks.emplace_back(c, c);
  parallel_for(blocks.size(), threads, [&](index_t item, int) {
    const Range i = block(blocks[item].first, m), j = block(blocks[item].second, m);
    double* out = H.colptr(j.begin) + i.begin;
    if (i == j) {
      blas::syrk_upper_rows(j.size(), p, 1.0, Q.memptr() + j.begin, m, 1.0, out, m);
    } else {
      blas::gemm('N', 'T', i.size(), j.size(), p, 1.0, Q.memptr() + i.begin, m,
                 Q.memptr() + j.begin, m, 1.0, out, m);
    }
  });
}

// right += Q W^1/2 [b 1], Q = K' W^1/2. Some centres an item.
void add_right(const Mat<double>& Q, const NystromProblem& problem, index_t first,
               Mat<double>& right) {
  const index_t m = Q.n_rows, p = Q.n_cols, t = problem.outputs();
  Mat<double> weighted(p, t + 1, arma::fill::none);
  for (index_t i = 0; i < p; ++i) {
    const double root = std::sqrt(problem.w(first + i));
    for (index_t c = 0; c < t; ++c) weighted(i, c) = root * problem.b(first + i, c);
    weighted(i, t) = root;
  }
  parallel_for((m + 255) / 256, problem.threads, [&](index_t item, int) {
    const index_t begin = item * 256, size = std::min(index_t{256}, m - begin);
    blas::gemm('N', 'N', size, t + 1, p, 1.0, Q.memptr() + begin, m, weighted.memptr(), p, 1.0,
               right.memptr() + begin, m);
  });
}

}  // namespace

double plain_rounding(const NystromProblem& problem, double largest_inverse, double squares) {
  double total = 0;
  for (const double w : problem.w) total += w;
  // K' W K is near (sum w / m) G^2 where the centres look like the points.
  return 0x1p-53 * total / static_cast<double>(problem.m()) * squares * largest_inverse;
}

NystromReduction nystrom_reduction(const NystromProblem& problem, const CholeskyFactor<double>& G,
                                   NystromSum sum) {
  const index_t m = problem.m();
  NystromReduction out{Mat<double>(m, m, arma::fill::zeros),
                       Mat<double>(m, problem.outputs() + 1, arma::fill::zeros)};
  const bool weights_differ = arma::any(problem.w != 1);
  Mat<double> Q;  // m x points
  for_panels(problem.X, panel_rows, [&](index_t first, const Mat<double>& X) {
    const index_t p = X.n_cols;
    Q.set_size(m, p);
    fill_matrix(*problem.kernel.bind(problem.Z, X), {0, m}, {0, p}, {Q.memptr(), m, p, m},
                problem.threads);
    if (weights_differ) weigh(Q, problem.w.memptr() + first, problem.threads);
    add_right(Q, problem, first, out.right);
    if (sum == NystromSum::whitened) G.solve_half(Q);
    add_squares(Q, out.H, problem.threads);
    problem.watch.iterated({.stage = "reduction",
                            .iteration = first / panel_rows + 1,
                            .criterion = static_cast<double>(problem.X.n() - first - p)});
  });
  out.H = arma::symmatu(out.H);
  if (sum == NystromSum::plain) {
    for (int side = 0; side < 2; ++side) {
      G.solve_half(out.H);
      arma::inplace_trans(out.H);
    }
  }
  return out;
}

std::size_t nystrom_reduction_bytes(index_t n, index_t dim, index_t centres, index_t outputs) {
  const index_t rows = std::min(panel_rows, n);
  return sizeof(double) * (rows * centres + 2 * centres * centres + centres * (outputs + 1) +
                           3 * dim * (rows + centres));
}

}  // namespace mercer
