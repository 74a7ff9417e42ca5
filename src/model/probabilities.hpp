// Probabilities of classes from decision values and slopes.
#pragma once

#include "mercer/core/types.hpp"
#include "mercer/model/svc.hpp"

namespace mercer {

/// The distribution p that agrees best with r, k x k, where r(i, j) + r(j, i) = 1 estimate
/// p_i / (p_i + p_j), 0 < r < 1; the diagonal is not read:
///     minimise  sum_ij (r_ji p_i - r_ij p_j)^2  where  sum_i p_i = 1,
/// by the solution of (Q + e e') q = e, p = q / sum q, with Q_ii = sum_{j != i} r_ji^2, Q_ij =
/// -r_ji r_ij, which is positive definite. Exact where r is p_i / (p_i + p_j) of some p.
/// Source: Wu, Lin & Weng, Probability Estimates for Multi-class Classification by Pairwise
/// Coupling, JMLR 5, 2004, section 4.2.
Col<double> coupled(const Mat<double>& r);

/// The nearest distribution (least squares) in which none is above p_winner: the winner and the
/// largest ones are pooled to their mean; p_winner is then 64 ulps above the next, so that it alone
/// is the largest.
void put_first(index_t winner, Col<double>& p);

/// m x classes, rows sum to 1, the largest of row i is winners(i). decisions: m x problems, slopes:
/// 2 x problems, see fit_slopes. Of one against one, pairs are coupled (two classes: need not be);
/// of one against the rest, P(class | f) of each is divided by their sum. For that, P is kept
/// within [1e-7, 1 - 1e-7].
template <class T>
Mat<double> class_probabilities(const Mat<T>& decisions, const Mat<double>& slopes,
                                const arma::uvec& winners, index_t classes, MultiClass multi_class,
                                int threads);

}  // namespace mercer
