// The dual problems of support vector machines, in one form.
#pragma once

#include <array>

#include "mercer/core/types.hpp"

namespace mercer {

/// maximise  D(beta) = sum_i (linear_i beta_i - tube |beta_i|) - 1/2 beta' K beta
///   where   low_i <= beta_i <= high_i, and sum_i beta_i stays what it is at `start`; if the groups
///           are separate, the sum of each does.
///
/// beta_i is the coefficient of a row of K in f(x) = sum_i beta_i k(x_i, x) + bias, so that the
/// multipliers of the textbooks are |beta_i|. The variables of a group are the rows of a range of
/// K, one after the other; two groups may have the same rows.
struct SvmDual {
  std::array<Range, 2> rows;  // of the first group, then of the second; one may be empty
  bool separate = false;      // two constraints, and two biases
  Col<double> linear;         // N
  double tube = 0;            // >= 0
  Col<double> low;            // N, <= 0 where tube > 0
  Col<double> high;           // N, >= 0 where tube > 0
  Col<double> start;          // N, feasible

  index_t size() const { return linear.n_elem; }
  index_t row(index_t i) const {
    return i < rows[0].size() ? rows[0].begin + i : rows[1].begin + (i - rows[0].size());
  }
};

/// C-support vector classification (Cortes & Vapnik 1995): beta_i = y_i alpha_i,
///     minimise  1/2 ||w||^2 + sum_i C_i max(0, 1 - y_i f(x_i)).
/// y: n labels +1 or -1; C: n bounds >= 0 (0 leaves a row out).
SvmDual c_svc_dual(const Col<double>& y, const Col<double>& C);

/// epsilon-support vector regression (Drucker et al. 1997):
///     minimise  1/2 ||w||^2 + sum_i C_i max(0, |y_i - f(x_i)| - epsilon).
/// y: n targets; C: n bounds >= 0; epsilon >= 0.
SvmDual epsilon_svr_dual(const Col<double>& y, const Col<double>& C, double epsilon);

/// nu-support vector classification (Scholkopf et al. 2000), scaled as LIBSVM does: 0 <= alpha_i
/// <= w_i, and the alphas of each class sum to nu sum_i w_i / 2. The first `split` rows are the
/// class -1, the others the class +1. Throws std::invalid_argument if nu is not in (0, 1] or too
/// large for the smaller class; the message says which nu is the largest.
SvmDual nu_svc_dual(const char* where, index_t split, const Col<double>& w, double nu);

/// nu-support vector regression (Scholkopf et al. 2000): 2n variables, 0 <= beta_i <= C_i and
/// -C_i <= beta_{n+i} <= 0, of which either half sums to nu sum_i C_i / 2 in absolute value.
/// Throws std::invalid_argument if nu is not in (0, 1].
SvmDual nu_svr_dual(const Col<double>& y, const Col<double>& C, double nu);

/// One-class support vector machine (Scholkopf et al. 2001), scaled as LIBSVM does: 0 <= beta_i <=
/// w_i, sum_i beta_i = nu sum_i w_i. Throws std::invalid_argument if nu is not in (0, 1].
SvmDual one_class_dual(const Col<double>& w, double nu);

/// Support vector data description (Tax & Duin 2004), the smallest ball around the points that may
/// leave some out at the price C_i:  0 <= beta_i <= C_i, sum_i beta_i = 1; linear_i = K_ii / 2.
/// Throws std::invalid_argument if sum_i C_i < 1.
SvmDual svdd_dual(const char* where, const Col<double>& diagonal, const Col<double>& C);

}  // namespace mercer
