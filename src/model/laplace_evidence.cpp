#include "model/laplace_evidence.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "mercer/gram/gram_gradient.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/gram/tiled_gram.hpp"

namespace mercer {
namespace {

// A x for one half of A.
Col<double> product(const SymmetricTiles<double>& A, const Col<double>& x) {
  Col<double> out(A.n(), arma::fill::zeros);
  for (index_t c = 0; c < A.count(); ++c) {
    for (index_t r = 0; r <= c; ++r) {
      const Tile<double> tile = A.tile(r, c);
      const index_t row = A.range(r).begin, col = A.range(c).begin;
      for (index_t j = 0; j < tile.cols; ++j) {
        double sum = 0;
        for (index_t i = 0; i < tile.rows; ++i) {
          out(row + i) += tile.column(j)[i] * x(col + j);
          sum += tile.column(j)[i] * x(row + i);
        }
        if (r < c) out(col + j) += sum;
      }
    }
  }
  return out;
}

}  // namespace

LogisticMode laplace_mode(const char* where, const Kernel& kernel, const Mat<double>& X,
                          const Col<double>& y, const GramOptions& options, Poll poll) {
  const MatrixFreeGram<double> values(kernel, X, options);
  const TiledGram<double> K(values, options, poll);
  require_finite(where, "K", K.stored(), options.threads);
  return solve_logistic(K, y, {.threads = options.threads}, poll);
}

double laplace_value(const LogisticMode& mode) {
  if (!mode.factor || mode.factor->status() != Status::converged) {
    return -std::numeric_limits<double>::infinity();
  }
  return mode.likelihood - mode.penalty - mode.factor->log_determinant() / 2;
}

// With f^ = K g, R = W^1/2 B^-1 W^1/2 and the variances S_ii = (1 - [B^-1]_ii) / W_i, the value
// changes by
//     1/2 a' dK a - 1/2 tr(R dK) + s' (I - K R) dK g,    s_i = 1/2 S_ii d^3 log p / df_i^3
//                                                         = -1/2 (1 - [B^-1]_ii) (1 - 2 sigma_i),
// the last term by way of f^: all together sum_ij M_ij dK_ij, M = 1/2 (a a' - R + v g' + g v'),
// v = (I - R K) s.
std::vector<double> laplace_gradient(LogisticMode&& mode, const Kernel& kernel,
                                     const Mat<double>& X, const GramOptions& options, Poll poll) {
  const index_t n = X.n_cols;
  const SymmetricTiles<double> inverse = std::move(*mode.factor).inverse(poll);
  const Col<double>&a = mode.a, &g = mode.gradient, &root_w = mode.root_w;
  Col<double> s(n);
  for (index_t i = 0; i < n; ++i) s(i) = -(1 - inverse.at(i, i)) * -std::tanh(mode.f(i) / 2) / 2;
  Mat<double> Ks;
  MatrixFreeGram<double>(kernel, X, options).multiply(s, Ks, poll);
  const Col<double> v = s - root_w % product(inverse, root_w % Ks.col(0));
  const auto weights = [&](Range rows, Range cols, Tile<double> out) {
    const Tile<double> tile = inverse.tile(rows.begin / tile_edge, cols.begin / tile_edge);
    for (index_t c = 0; c < cols.size(); ++c) {
      const index_t j = cols.begin + c;
      for (index_t r = 0; r < rows.size(); ++r) {
        const index_t i = rows.begin + r;
        out.column(c)[r] = 0.5 * (a(i) * a(j) - root_w(i) * root_w(j) * tile.column(c)[r] +
                                  v(i) * g(j) + g(i) * v(j));
      }
    }
  };
  return gram_gradient(kernel, Points<double>(X), weights, options, poll);
}

}  // namespace mercer
