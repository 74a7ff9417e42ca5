#include "mercer/solver/svm_dual.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"

namespace mercer {
namespace {

void require_nu(const char* what, double nu) {
  if (nu > 0 && nu <= 1) return;
  throw std::invalid_argument(std::string(what) + " must be in (0, 1], is " + shortest(nu));
}

// Fills the first variables up to their bounds until the sum is reached.
void fill_up(Col<double>& beta, const Col<double>& bound, index_t begin, index_t end, double sum) {
  for (index_t i = begin; i < end; ++i) {
    const double room = std::abs(bound(i));
    const double part = std::min(room, std::max(sum, 0.0));
    beta(i) = bound(i) < 0 ? -part : part;
    sum -= part;
  }
}

SvmDual problem(index_t size) {
  SvmDual dual;
  dual.rows = {Range{0, size}, Range{}};
  dual.linear.zeros(size);
  dual.low.zeros(size);
  dual.high.zeros(size);
  dual.start.zeros(size);
  return dual;
}

}  // namespace

SvmDual c_svc_dual(const Col<double>& y, const Col<double>& C) {
  require_rows("c_svc_dual", "C", C.n_elem, y.n_elem, "one per label");
  SvmDual dual = problem(y.n_elem);
  dual.linear = y;
  for (index_t i = 0; i < y.n_elem; ++i) {
    if (y(i) != 1 && y(i) != -1) {
      throw std::invalid_argument("c_svc_dual: y must be +1 or -1, y(" + std::to_string(i) +
                                  ") is " + shortest(y(i)));
    }
    require_non_negative("c_svc_dual: C", C(i));
    (y(i) > 0 ? dual.high(i) : dual.low(i)) = y(i) * C(i);
  }
  return dual;
}

SvmDual epsilon_svr_dual(const Col<double>& y, const Col<double>& C, double epsilon) {
  require_rows("epsilon_svr_dual", "C", C.n_elem, y.n_elem, "one per target");
  SvmDual dual = problem(y.n_elem);
  dual.tube = require_non_negative("epsilon_svr_dual: epsilon", epsilon);
  dual.linear = y;
  for (const double bound : C) require_non_negative("epsilon_svr_dual: C", bound);
  dual.low = -C;
  dual.high = C;
  return dual;
}

SvmDual nu_svc_dual(const char* where, index_t split, const Col<double>& w, double nu) {
  SvmDual dual = problem(w.n_elem);
  dual.rows = {Range{0, split}, Range{split, w.n_elem}};
  dual.separate = true;
  double below = 0, above = 0;
  for (index_t i = 0; i < w.n_elem; ++i) {
    require_non_negative("nu_svc_dual: w", w(i));
    (i < split ? below : above) += w(i);
    (i < split ? dual.low(i) : dual.high(i)) = i < split ? -w(i) : w(i);
  }
  const double largest = 2 * std::min(below, above) / (below + above);
  if (!(nu > 0 && nu <= largest)) {
    throw std::invalid_argument(std::string(where) + ": nu must be in (0, " + shortest(largest) +
                                "], at most twice the share of the smaller class, is " +
                                shortest(nu));
  }
  const double sum = nu * (below + above) / 2;
  fill_up(dual.start, dual.low, 0, split, sum);
  fill_up(dual.start, dual.high, split, w.n_elem, sum);
  return dual;
}

SvmDual nu_svr_dual(const Col<double>& y, const Col<double>& C, double nu) {
  const index_t n = y.n_elem;
  require_nu("nu_svr_dual: nu", nu);
  require_rows("nu_svr_dual", "C", C.n_elem, n, "one per target");
  SvmDual dual = problem(2 * n);
  dual.rows = {Range{0, n}, Range{0, n}};
  dual.separate = true;
  double total = 0;
  for (index_t i = 0; i < n; ++i) {
    total += require_non_negative("nu_svr_dual: C", C(i));
    dual.linear(i) = dual.linear(n + i) = y(i);
    dual.high(i) = C(i);
    dual.low(n + i) = -C(i);
  }
  fill_up(dual.start, dual.high, 0, n, nu * total / 2);
  fill_up(dual.start, dual.low, n, 2 * n, nu * total / 2);
  return dual;
}

SvmDual one_class_dual(const Col<double>& w, double nu) {
  require_nu("one_class_dual: nu", nu);
  SvmDual dual = problem(w.n_elem);
  double total = 0;
  for (const double bound : w) total += require_non_negative("one_class_dual: w", bound);
  dual.high = w;
  fill_up(dual.start, dual.high, 0, w.n_elem, nu * total);
  return dual;
}

SvmDual svdd_dual(const char* where, const Col<double>& diagonal, const Col<double>& C) {
  require_rows("svdd_dual", "C", C.n_elem, diagonal.n_elem, "one per point");
  SvmDual dual = problem(C.n_elem);
  double total = 0;
  for (const double bound : C) total += require_non_negative("svdd_dual: C", bound);
  if (!(total >= 1)) {
    throw std::invalid_argument(std::string(where) +
                                ": the bounds C must sum to at least 1, they sum to " +
                                shortest(total));
  }
  dual.linear = diagonal / 2;
  dual.high = C;
  fill_up(dual.start, dual.high, 0, C.n_elem, 1);
  return dual;
}

}  // namespace mercer
