// log det(K + lambda I) by products with K: an estimate, with its standard error.
#pragma once

#include <cstdint>

#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/solver/conjugate_gradient.hpp"
#include "mercer/solver/low_rank_preconditioner.hpp"

namespace mercer {

struct StochasticLanczosOptions {
  index_t probes = 16;     // at least 2, side by side in each product
  std::uint64_t seed = 1;  // of the probes; none of its streams is one of pivoted_cholesky
  // A probe ends where its quadrature is known to this, in units of log det, > 0.
  double tolerance = 0.01;
  // A lower bound on the eigenvalues of P^-1 (K + lambda I), in (0, 1]: 1 where P <= K + lambda I.
  double smallest = 1;
  index_t max_iterations = 1000;
  int threads = 0;  // 0: omp_get_max_threads()
};

/// An estimate of log det A.
struct LogDeterminant {
  // converged, iteration_limit, or not_positive_definite if A, or A - smallest P, shows to be
  // indefinite; value is NaN then.
  Status status = Status::converged;
  double value = 0;
  // Of the mean over the probes: the estimate is random by this much, and unbiased but for what
  // follows. 0 if P = A.
  double standard_error = 0;
  double quadrature_error = 0;  // bound on what the quadratures add, which is not random
  index_t iterations = 0;       // products
  Col<double> samples;          // by probe: value is their mean
};

/// log det A of A = K + lambda I, lambda = P.lambda(), given the products K V:
///
///     log det A = log det P + tr log M,    M = P^-1/2 A P^-1/2,
///     tr log M = E n u' log(M) u           for u uniform on the unit sphere.
///
/// A probe is z = F g + lambda^1/2 h with normal g (k) and h (n): z ~ N(0, P), so that P^-1/2 z has
/// the direction u, and the square root itself is never needed. Conjugate gradients for A x = z
/// with preconditioner P are Lanczos' method for M from u; of its tridiagonal matrix T, the rule of
/// Gauss, e_1' log(T) e_1, is at least u' log(M) u, and that of Gauss and Radau with a node at
/// `smallest` at most. The sample is in their middle.
///
/// The variance of a sample is at most 2 ||log M - c I||_F^2 for any c: with a P that is near A, or
/// a multiple of it, a few probes do. The standard error is that of the probes' spread: with few of
/// them, take Student's distribution. It knows nothing of an error of `multiply` itself.
///
/// multiply: K V, the same each time. All else takes 5 n probes doubles. The same bits for any
/// number of threads. After each iteration the watch is told how many there were, and the largest
/// quadrature error in units of the tolerance; it may throw to end the work.
/// Throws std::invalid_argument on options out of range.
/// Source: Ubaru, Chen & Saad, Fast Estimation of tr(f(A)) via Stochastic Lanczos Quadrature, 2017;
/// Gardner, Pleiss, Bindel, Weinberger & Wilson, GPyTorch, 2018; Wenger et al., Preconditioning for
/// Scalable Gaussian Process Hyperparameter Optimization, 2022; Golub & Meurant, Matrices, Moments
/// and Quadrature, 2010, for the two rules.
template <class T>
LogDeterminant stochastic_log_determinant(LinearMap multiply, const LowRankPreconditioner<T>& P,
                                          const StochasticLanczosOptions& options = {},
                                          IterationWatch watch = no_watch);

}  // namespace mercer
