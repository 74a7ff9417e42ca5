#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "mercer/core/check.hpp"
#include "mercer/solver/svm.hpp"
#include "solver/kernel_sums.hpp"

namespace mercer {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Relative room for the rounding of 10^7 updates, and of models that were written as text.
constexpr double feasible_to = 1e-9;

// The variables whose sum is kept: the groups, together if they are not separate.
std::array<Range, 2> constraints(const SvmDual& dual) {
  const index_t middle = dual.separate ? dual.rows[0].size() : dual.size();
  return {Range{0, middle}, Range{middle, dual.size()}};
}

// Within the bounds, and the sums are those of the start. False for NaN.
bool is_feasible(const SvmDual& dual, const Col<double>& beta) {
  bool feasible = true;
  for (const auto& [begin, end] : constraints(dual)) {
    double sum = 0, size = 0;
    for (index_t i = begin; i < end; ++i) {
      const double low_room = feasible_to * std::abs(dual.low(i));
      const double high_room = feasible_to * std::abs(dual.high(i));
      feasible =
          feasible && beta(i) >= dual.low(i) - low_room && beta(i) <= dual.high(i) + high_room;
      sum += beta(i) - dual.start(i);
      size += std::abs(beta(i)) + std::abs(dual.start(i));
    }
    feasible = feasible && std::abs(sum) <= feasible_to * size;
  }
  return feasible;
}

}  // namespace

Certificate certificate_from(const Col<double>& sums, const SvmDual& dual, const Col<double>& beta,
                             double bias, double second_bias, double largest_diagonal) {
  double linear = 0, quadratic = 0, conjugate = 0, gap = 0, violation = 0;
  for (const Range range : constraints(dual)) {
    const double b = range.begin == 0 ? bias : second_bias;
    double up = -infinity, down = infinity;
    for (index_t i = range.begin; i < range.end; ++i) {
      const double f = sums(i);
      const double F = dual.linear(i) - f;
      linear += dual.linear(i) * beta(i) - dual.tube * std::abs(beta(i));
      quadratic += beta(i) * f;
      // The best of this variable for the linearised problem is at a bound or at the kink.
      const auto value = [&](double at) { return (F - b) * at - dual.tube * std::abs(at); };
      double best = value(dual.low(i));
      for (const double at : {dual.high(i), dual.tube > 0 ? 0 : dual.low(i)}) {
        const double other = value(at);
        best = best < other || std::isnan(other) ? other : best;
      }
      conjugate += best + b * dual.start(i);
      gap += best - value(beta(i));
      if (beta(i) < dual.high(i)) up = std::max(up, F + (beta(i) < 0 ? dual.tube : -dual.tube));
      if (beta(i) > dual.low(i)) down = std::min(down, F + (beta(i) > 0 ? -dual.tube : dual.tube));
    }
    violation = std::max(violation, up - down);
  }
  Certificate certificate;
  const bool feasible = is_feasible(dual, beta);
  certificate.primal_objective = quadratic / 2 + conjugate;
  certificate.dual_objective = feasible ? linear - quadratic / 2 : -infinity;
  certificate.gap = feasible ? gap : infinity;
  certificate.violation = feasible ? violation : infinity;
  certificate.decision_error = decision_error(certificate.gap, largest_diagonal);
  return certificate;
}

double decision_error(double gap, double largest_diagonal) {
  // A gap that rounding made negative is 0; NaN stays.
  return std::sqrt(gap < 0 ? 0 : gap) * std::sqrt(largest_diagonal);
}

template <class T>
Certificate svm_certificate(const GramOperator<T>& K, const SvmDual& dual, const Col<double>& beta,
                            double bias, double second_bias) {
  require_fit("svm_certificate", K, dual);
  require_rows("svm_certificate", "beta", beta.n_elem, dual.size(), "one per variable");
  const Col<T> diagonal = K.diagonal();
  double largest = 0;
  for (index_t i = 0; i < dual.size(); ++i) {
    const auto own = static_cast<double>(diagonal(dual.row(i)));
    largest = i == 0 || largest < own || std::isnan(own) ? own : largest;
  }
  return certificate_from(kernel_sums(K, dual, beta), dual, beta, bias, second_bias, largest);
}

template Certificate svm_certificate(const GramOperator<double>&, const SvmDual&,
                                     const Col<double>&, double, double);
template Certificate svm_certificate(const GramOperator<float>&, const SvmDual&, const Col<double>&,
                                     double, double);

}  // namespace mercer
