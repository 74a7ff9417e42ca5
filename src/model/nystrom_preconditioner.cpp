#include "model/nystrom_preconditioner.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "mercer/core/parallel.hpp"

namespace mercer {
namespace {

BandReductionOptions band_options(int threads) { return {.form_basis = false, .threads = threads}; }

// Of B + lambda I, or the smallest larger shift that works where rounding has made B indefinite.
BandFactor factor_with_shift(const Mat<double>& band, double lambda) {
  BandFactor factor(band, lambda);
  double shift = std::max(lambda, 0x1p-53 * arma::abs(band).max());
  while (factor.failed_minor() > 0 && std::isfinite(2 * shift)) {
    shift *= 2;
    factor = BandFactor(band, shift);
  }
  return factor;
}

// v' B v, at least 0, and rounding v' v.
double quadratic_form(const Mat<double>& band, const double* v, double rounding) {
  double sum = 0, squares = 0;
  for (index_t j = 0; j < band.n_cols; ++j) {
    double product = band(0, j) * v[j];
    for (index_t k = 1; k < band.n_rows && j + k < band.n_cols; ++k) {
      product += 2 * band(k, j) * v[j + k];
    }
    sum += v[j] * product;
    squares += v[j] * v[j];
  }
  return (sum < 0 ? 0 : sum) + rounding * squares;
}

}  // namespace

NystromPreconditioner::NystromPreconditioner(const NystromProblem& problem,
                                             const CholeskyFactor<double>& G, Mat<double>&& H,
                                             double rounding)
    : problem_(problem),
      G_(G),
      reduction_(std::move(H), band_options(problem.threads)),
      rounding_(rounding) {
  if (reduction_.status() != Status::converged) return;
  rounding_ = std::max(rounding_, 0x1p-53 * arma::abs(reduction_.band()).max());
  std::vector<std::optional<BandFactor>> all(problem.lambdas.size());
  parallel_for(all.size(), problem.threads, [&](index_t l, int) {
    all[l] = factor_with_shift(reduction_.band(), problem.lambdas[l]);
  });
  for (std::optional<BandFactor>& factor : all) factors_.push_back(std::move(*factor));
}

NystromPreconditioner::Applied NystromPreconditioner::apply(Mat<double> R) const {
  G_.solve_half(R);
  Mat<double> V = reduction_.to_band(R);
  Applied out{{}, Col<double>(V.n_cols)};
  const index_t t = problem_.outputs();
  parallel_for(factors_.size(), problem_.threads, [&](index_t l, int) {
    Mat<double> own(V.colptr(l * t), V.n_rows, t, false, true);
    factors_[l].solve(own);
    for (index_t k = 0; k < t; ++k) {
      out.fitted(l * t + k) = quadratic_form(reduction_.band(), own.colptr(k), rounding_);
    }
  });
  out.Z = reduction_.from_band(V);
  G_.solve_second_half(out.Z);
  return out;
}

// S = K M^-1 K' W (I - 1 w' / sum w) + 1 w' / sum w, over the rows with weight, of which there are
// p:
//     tr(I - S) = p - tr H (H + lambda I)^-1 - 1 + (K' W 1)' M^-1 (K' W 1) / sum w.
Col<double> NystromPreconditioner::complement_traces(const Col<double>& ones, bool centred) const {
  double rows = 0, total = 0;
  for (const double w : problem_.w) {
    rows += w > 0;
    total += w;
  }
  Mat<double> side = ones;
  G_.solve_half(side);
  side = reduction_.to_band(side);
  const double m = static_cast<double>(problem_.m());
  Col<double> traces(factors_.size());
  parallel_for(factors_.size(), problem_.threads, [&](index_t l, int) {
    const double lambda = problem_.lambdas[l];
    traces(l) = rows - (m - lambda * factors_[l].inverse_trace());
    if (!centred) return;
    Mat<double> solved = side;
    factors_[l].solve(solved);
    double product = 0;
    for (index_t j = 0; j < side.n_rows; ++j) product += side(j) * solved(j);
    traces(l) += product / total - 1;
  });
  return traces;
}

std::size_t NystromPreconditioner::bytes(index_t m, index_t lambdas) {
  const BandReductionOptions options = band_options(0);
  return BandReduction<double>::bytes(m, options) +
         lambdas * (options.bandwidth + 1) * m * sizeof(double);
}

}  // namespace mercer
