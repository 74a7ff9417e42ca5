#include "model/gaussian_posterior.hpp"

#include <utility>
#include <vector>

#include "core/blas.hpp"
#include "mercer/core/parallel.hpp"

namespace mercer {
namespace {

// C <- C - A' B, of which the tiles on and above the diagonal are made.
void subtract_product(SymmetricTiles<double>& C, const Mat<double>& A, const Mat<double>& B,
                      int threads) {
  std::vector<std::pair<index_t, index_t>> pairs;
  for (index_t c = 0; c < C.count(); ++c) {
    for (index_t r = 0; r <= c; ++r) pairs.emplace_back(r, c);
  }
  parallel_for(pairs.size(), threads, [&](index_t item, int) {
    const auto [r, c] = pairs[item];
    const Tile<double> out = C.tile(r, c);
    blas::gemm('T', 'N', out.rows, out.cols, A.n_rows, -1.0, A.colptr(C.range(r).begin), A.n_rows,
               B.colptr(C.range(c).begin), B.n_rows, 1.0, out.data, out.stride);
  });
}

}  // namespace

Explained GaussianPosterior::explain(const Mat<double>& K_x, const Col<double>& priors) const {
  return system->explain([&](const Mat<double>& V, Mat<double>& out) { K->multiply(V, out); }, K_x,
                         tolerance * arma::sqrt(arma::clamp(priors, 0.0, arma::datum::inf)),
                         max_iterations);
}

// ||U^-T k||^2, or b' v + v' r.
GaussianPosterior::Diagonal GaussianPosterior::diagonal(Mat<double>& K_x,
                                                        const Col<double>& priors) const {
  const index_t n = K_x.n_rows, m = K_x.n_cols;
  Diagonal out{Col<double>(m, arma::fill::zeros), Col<double>(m, arma::fill::zeros)};
  if (factor != nullptr) {
    factor->solve_half(K_x);
    for (index_t j = 0; j < m; ++j) {
      double sum = 0;
      for (const double* w = K_x.colptr(j); w != K_x.colptr(j) + n; ++w) sum += *w * *w;
      out.explained(j) = sum;
    }
    return out;
  }
  const Explained found = explain(K_x, priors);
  for (index_t j = 0; j < m; ++j) {
    double sum = 0;
    for (index_t i = 0; i < n; ++i) sum += found.V(i, j) * (found.B(i, j) + found.R(i, j));
    out.explained(j) = sum;
  }
  out.errors = found.errors;
  return out;
}

void GaussianPosterior::subtract_from(SymmetricTiles<double>& C, Mat<double>& K_x) const {
  if (factor != nullptr) {
    factor->solve_half(K_x);
    subtract_product(C, K_x, K_x, threads);
    return;
  }
  Col<double> priors(C.n(), arma::fill::none);
  for (index_t j = 0; j < C.n(); ++j) priors(j) = C.at(j, j);
  const Explained found = explain(K_x, priors);
  subtract_product(C, found.B, found.V, threads);
  subtract_product(C, found.V, found.R, threads);
}

}  // namespace mercer
