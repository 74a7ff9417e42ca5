// Fits a Gaussian process by products with K: the mean by conjugate gradients, the likelihood by
// stochastic Lanczos.
#pragma once

#include <memory>
#include <string>

#include "core/checkpoint.hpp"
#include "mercer/core/report.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "model/fit_watch.hpp"
#include "model/gaussian_system.hpp"

namespace mercer {

struct GaussianIterate {
  Status status = Status::converged;
  std::string method, message;  // as in Report
  index_t iterations = 0;       // of conjugate gradients and of Lanczos
  Col<double> alpha;            // empty if there is none
  LikelihoodEstimate likelihood;
  std::shared_ptr<const GaussianSystem> system;
  index_t rank = 0;  // that was planned for the system
};

/// The system of a fit, with the rank that was planned: to the bit, for the same operator, that of
/// K in tiles of floats or K itself. It may be invalid; null if K is not positive semidefinite.
template <class T>
std::shared_ptr<const GaussianSystem> gaussian_system(const GramOperator<T>& K,
                                                      const Col<double>& variances, index_t rank,
                                                      std::size_t memory_budget,
                                                      const GaussianProcessOptions& options,
                                                      FitWatch& watch);

/// For A = K + diag(variances), which are positive. An end by the watch before the first iteration
/// throws Interrupted; later ones leave the best alpha so far, and a likelihood of NaN. section:
/// where the search for alpha keeps its state.
GaussianIterate iterate_gaussian(const char* where, const GramOperator<double>& K,
                                 const Col<double>& variances, const Col<double>& target,
                                 const GaussianProcessOptions& options, FitWatch& watch,
                                 const CheckpointSection& section);

}  // namespace mercer
