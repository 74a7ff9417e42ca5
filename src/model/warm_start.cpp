#include "model/warm_start.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace mercer {
namespace {

// The variables of one sign, or that may have it, as multiples of it.
struct Side {
  double sign;
  std::vector<index_t> places;
};

double bound(const SvmDual& dual, const Side& side, index_t i) {
  return side.sign > 0 ? dual.high(i) : -dual.low(i);
}

double sum(const Col<double>& beta, const Side& side) {
  double total = 0;
  for (const index_t i : side.places) total += std::abs(beta(i));
  return total;
}

void shrink(Col<double>& beta, const SvmDual& dual, const Side& side, double excess) {
  const auto is_free = [&](index_t i) { return std::abs(beta(i)) < bound(dual, side, i); };
  double free = 0, all = 0;
  for (const index_t i : side.places) {
    all += std::abs(beta(i));
    if (is_free(i)) free += std::abs(beta(i));
  }
  const bool enough = free > excess;
  const double scale = 1 - excess / (enough ? free : all);
  for (const index_t i : side.places) {
    if (!enough || is_free(i)) beta(i) *= scale;
  }
}

void grow(Col<double>& beta, const SvmDual& dual, const Side& side, double missing) {
  double room = 0;
  for (const index_t i : side.places) {
    if (beta(i) != 0) room += bound(dual, side, i) - std::abs(beta(i));
  }
  const double share = room > missing ? missing / room : 1;
  double left = room > missing ? 0 : missing - room;
  for (const index_t i : side.places) {
    const double most = bound(dual, side, i);
    if (beta(i) != 0) {
      const double own = std::abs(beta(i));
      beta(i) = side.sign * (share == 1 ? most : own + share * (most - own));
    } else {
      const double own = std::min(most, left);
      beta(i) = side.sign * own;
      left -= own;
    }
  }
}

// The side's sum of |beta|, to the target.
void bring_to(Col<double>& beta, const SvmDual& dual, const Side& side, double target) {
  const double now = sum(beta, side);
  if (now > target) shrink(beta, dual, side, now - target);
  if (now < target) grow(beta, dual, side, target - now);
}

Side group(const SvmDual& dual, index_t begin, index_t end) {
  Side side{arma::accu(dual.start.subvec(begin, end - 1)) < 0 ? -1.0 : 1.0, {}};
  for (index_t i = begin; i < end; ++i) side.places.push_back(i);
  return side;
}

}  // namespace

Col<double> near_start(const SvmDual& dual, Col<double> beta, double factor) {
  const double edge = (1 - 1e-9) / factor;  // at the bound, before rounding
  for (index_t i = 0; i < beta.n_elem; ++i) {
    const double b = beta(i);
    beta(i) = b > 0 && b >= edge * dual.high(i)  ? dual.high(i)
              : b < 0 && b <= edge * dual.low(i) ? dual.low(i)
                                                 : std::clamp(b, dual.low(i), dual.high(i));
  }
  if (dual.separate) {
    const index_t middle = dual.rows[0].size();
    for (const Side& side : {group(dual, 0, middle), group(dual, middle, dual.size())}) {
      bring_to(beta, dual, side, sum(dual.start, side));
    }
    return beta;
  }
  Side above{1, {}}, below{-1, {}};
  for (index_t i = 0; i < beta.n_elem; ++i) {
    if (beta(i) != 0) (beta(i) > 0 ? above : below).places.push_back(i);
  }
  const double of_above = sum(beta, above), of_below = sum(beta, below);
  bring_to(beta, dual, of_above > of_below ? above : below, std::min(of_above, of_below));
  return beta;
}

Starts warm_starts(const WarmStart& start, const ClassOrder& order,
                   const std::vector<ClassPair>& problems, const SvcOptions& options) {
  const arma::ivec& classes = start.classes;
  if (!std::equal(classes.begin(), classes.end(), order.classes.begin(), order.classes.end())) {
    throw std::invalid_argument("Svc::fit_from: start must have the classes of labels");
  }
  if (start.coefficients.n_cols != problems.size()) {
    throw std::invalid_argument("Svc::fit_from: start must have the same multi_class");
  }
  const index_t n = order.rows.size();
  if (!start.support.is_empty() && start.support.max() >= n) {
    throw std::invalid_argument(
        "Svc::fit_from: start must be fitted to the same rows, it has row " +
        std::to_string(start.support.max()) + " of " + std::to_string(n));
  }
  Starts out;
  for (index_t p = 0; p < problems.size(); ++p) {
    const double factor = (options.nu > 0 ? 1 : options.C) / start.C(p);
    Col<double> by_row(n, arma::fill::zeros);
    by_row.elem(start.support) = start.coefficients.col(p) * (options.nu > 0 ? factor : 1);
    const std::vector<index_t> places = pair_places(order, problems[p]);
    Col<double> beta(places.size(), arma::fill::none);
    for (index_t i = 0; i < places.size(); ++i) beta(i) = by_row(order.rows[places[i]]);
    const SvmDual dual = pair_dual("Svc::fit_from", order, problems[p], options);
    out.push_back(near_start(dual, std::move(beta), options.nu > 0 ? 1 : factor));
  }
  return out;
}

}  // namespace mercer
