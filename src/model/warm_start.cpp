#include "model/warm_start.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace mercer {
namespace {

// Makes the sum 0 within the bounds by shrinking the larger side: those between their bounds as far
// as they go, then all.
void balance(Col<double>& beta, const SvmDual& dual) {
  double above = 0, below = 0;
  for (const double b : beta) (b > 0 ? above : below) += std::abs(b);
  const bool positive = above > below;
  const double larger = std::max(above, below);
  double excess = std::abs(above - below);
  if (excess == 0) return;
  const auto on_side = [&](index_t i) { return beta(i) != 0 && (beta(i) > 0) == positive; };
  const auto is_free = [&](index_t i) { return beta(i) > dual.low(i) && beta(i) < dual.high(i); };
  double free = 0;
  for (index_t i = 0; i < beta.n_elem; ++i)
    free += on_side(i) && is_free(i) ? std::abs(beta(i)) : 0;
  const bool enough = free > excess;
  const double scale = enough ? 1 - excess / free : 1 - excess / larger;
  for (index_t i = 0; i < beta.n_elem; ++i) {
    if (on_side(i) && (!enough || is_free(i))) beta(i) *= scale;
  }
}

}  // namespace

template <class T>
Starts warm_starts(const Svc<T>& start, const ClassOrder& order,
                   const std::vector<ClassPair>& problems, const SvcOptions& options) {
  const arma::ivec& classes = start.classes();
  if (!std::equal(classes.begin(), classes.end(), order.classes.begin(), order.classes.end())) {
    throw std::invalid_argument("Svc::fit_from: start must have the classes of labels");
  }
  if (start.options().nu > 0 || options.nu > 0) {
    throw std::invalid_argument("Svc::fit_from: nu must be 0 in both models (C-SVC)");
  }
  if (start.coefficients().n_cols != problems.size()) {
    throw std::invalid_argument("Svc::fit_from: start must have the same multi_class");
  }
  const arma::uvec& support = start.support_indices();
  const index_t n = order.rows.size();
  if (!support.is_empty() && support.max() >= n) {
    throw std::invalid_argument(
        "Svc::fit_from: start must be fitted to the same rows, it has row " +
        std::to_string(support.max()) + " of " + std::to_string(n));
  }
  const double factor = options.C / start.options().C;
  Starts out;
  for (index_t p = 0; p < problems.size(); ++p) {
    Col<double> by_row(n, arma::fill::zeros);
    by_row.elem(support) = start.coefficients().col(p);
    const std::vector<index_t> places = pair_places(order, problems[p]);
    const SvmDual dual = pair_dual("Svc::fit_from", order, problems[p], options);
    Col<double> beta(places.size(), arma::fill::none);
    for (index_t i = 0; i < places.size(); ++i) {
      // At its bound: to the new one, before rounding.
      const double b = by_row(order.rows[places[i]]), edge = (1 - 1e-9) / factor;
      beta(i) = b > 0 && b >= edge * dual.high(i)  ? dual.high(i)
                : b < 0 && b <= edge * dual.low(i) ? dual.low(i)
                                                   : std::clamp(b, dual.low(i), dual.high(i));
    }
    balance(beta, dual);
    out.push_back(std::move(beta));
  }
  return out;
}

template Starts warm_starts(const Svc<double>&, const ClassOrder&, const std::vector<ClassPair>&,
                            const SvcOptions&);
template Starts warm_starts(const Svc<float>&, const ClassOrder&, const std::vector<ClassPair>&,
                            const SvcOptions&);

}  // namespace mercer
