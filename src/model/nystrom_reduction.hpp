// All points of a Nystrom problem reduced to m x m numbers, in one pass.
#pragma once

#include <cstddef>

#include "mercer/solver/cholesky.hpp"
#include "model/nystrom_problem.hpp"

namespace mercer {

/// With U' U = G (jitter included), H = U^-T K' W K U^-1: in its coordinates theta = U beta the
/// problem is  (H + lambda I) theta = U^-T K' W b.
struct NystromReduction {
  Mat<double> H;      // m x m, symmetric
  Mat<double> right;  // m x (t + 1): K' W [b 1]
};

/// How H is summed.
enum class NystromSum {
  // U^-T (K' W K) U^-1: n m^2 flops
  plain,
  // of the rows of K U^-1: twice that, but positive semidefinite whatever G is. Rounding of K' W K
  // would be divided by the smallest eigenvalue of G.
  whitened,
};

/// What rounding of K' W K, about u ||K' W K||, may come to in H when the sum is plain.
/// largest_inverse: of the diagonal of G^-1; squares: ||G||^2, Frobenius.
double plain_rounding(const NystromProblem& problem, double largest_inverse, double squares);

/// n m kernel values and n m^2 flops (plain), one panel of kernel values in memory. Each 512 x 512
/// block of K' W K is one thread's, panel after panel.
NystromReduction nystrom_reduction(const NystromProblem& problem, const CholeskyFactor<double>& G,
                                   NystromSum sum);

/// The bytes that it takes beside the factor, its result included.
std::size_t nystrom_reduction_bytes(index_t n, index_t dim, index_t centres, index_t outputs);

}  // namespace mercer
