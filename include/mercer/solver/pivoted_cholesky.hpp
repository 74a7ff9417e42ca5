// A low-rank factor of a Gram matrix by Cholesky with random pivots.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"

namespace mercer {

struct PivotedCholeskyOptions {
  index_t rank = 1000;             // at most; of n rows, no more than n
  double tolerance = 0;            // stop at trace(K - F F') <= tolerance * trace(K), in [0, 1)
  std::uint64_t seed = 1;          // of the pivots
  int threads = 0;                 // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;   // bytes; 0: 3/4 of the machine's memory
  ProgressCallback progress = {};  // after each block; the criterion is the relative trace
};

/// K ~ F F'. K - F F' is positive semidefinite and 0 in the rows and columns of the pivots.
template <class T>
struct PivotedCholesky {
  Mat<T> F;                     // n x r
  std::vector<index_t> pivots;  // r, distinct; F(pivots, :) is lower triangular
  double relative_trace = 1;    // trace(K - F F') / trace(K)
  Report report;                // iterations: r; residual: relative_trace
};

/// Randomly pivoted Cholesky: with the diagonal d of K - F F', a pivot s is drawn with probability
/// d_s / sum(d), and F gets the column (K - F F')(:, s) / sqrt(d_s). Expected error near that of
/// the best F of a slightly smaller rank; r n kernel values, r^2 n flops, nothing else of K.
///
/// In blocks: b candidates are drawn from the same d, and each is accepted with the probability
/// that its d has kept since, so that the pivots are distributed as one by one.
///     H = (K - F F')(S, S)
///     for i: with u uniform in [0, 1): if u H_ii(at first) < H_ii(now), accept i, and eliminate it
///            from H
///     F gets (K - F F')(:, accepted) L^-T,  L L' = H(accepted, accepted)
///
/// It ends at the rank, at the tolerance, or where nothing is left but rounding: a d_s of at most
/// max(32, 8 r^1/2) epsilon(T) K_ss after r columns counts as 0, so that a kernel of rank r gives r
/// columns. With a tolerance that the rank does not reach, the status is iteration_limit;
/// not_positive_definite if some d_s is negative beyond rounding (F is empty then); after a stop F
/// is what is there.
///
/// K: n x n, symmetric. pivoted_cholesky<float>(K) makes a factor in float also from a K in double.
/// The same bits for any number of threads.
/// Throws std::invalid_argument on options out of range, if K is not square, and on kernel values
/// that are not finite; BudgetError if F and a block of columns do not fit.
/// Source: Chen, Epperly, Tropp & Webber, Randomly Pivoted Cholesky, 2022, algorithm 2.1; Epperly,
/// Tropp & Webber, Embrace Rejection, 2024, for the blocks.
template <class F, class T>
PivotedCholesky<F> pivoted_cholesky(const GramOperator<T>& K,
                                    const PivotedCholeskyOptions& options = {});

/// As above, with the type of K.
template <class T>
PivotedCholesky<T> pivoted_cholesky(const GramOperator<T>& K,
                                    const PivotedCholeskyOptions& options = {}) {
  return pivoted_cholesky<T, T>(K, options);
}

/// Bytes that it takes for n rows and a rank: F, a block of candidates' rows, and vectors. Where F
/// is cut to a smaller rank, the memory of the larger one is given back as it is copied.
template <class T>
std::size_t pivoted_cholesky_bytes(index_t n, index_t rank) {
  return sizeof(T) * n * rank + 3 * sizeof(double) * n;
}

}  // namespace mercer
