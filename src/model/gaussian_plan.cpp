#include "model/gaussian_plan.hpp"

#include <stdexcept>
#include <string>

#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/tile/symmetric_tiles.hpp"
#include "model/ridge_plan.hpp"

namespace mercer {

void require_half(const char* where, index_t n, std::size_t more, std::size_t budget) {
  require_budget(where,
                 "one half of the " + std::to_string(n) + " x " + std::to_string(n) +
                     " kernel values and the points",
                 SymmetricTiles<double>::bytes_for(n) + more, budget);
}

GaussianProcessMethod gaussian_method(const char* where, const Col<double>& variances,
                                      std::size_t more, const GaussianProcessOptions& options) {
  const index_t n = variances.n_elem, least = variances.index_min();
  const bool is_noisy = variances(least) > 0;
  if (options.method == GaussianProcessMethod::conjugate_gradient) {
    if (is_noisy) return options.method;
    throw std::invalid_argument(
        std::string(where) +
        ": conjugate gradients need a noise above 0 at every point, that of point " +
        std::to_string(least) + " is 0");
  }
  const bool fits =
      SymmetricTiles<double>::bytes_for(n) + more <= resolve_memory_budget(options.memory_budget);
  if (options.method == GaussianProcessMethod::automatic && !fits && is_noisy &&
      !options.optimise) {
    return GaussianProcessMethod::conjugate_gradient;
  }
  require_half(where, n, more, options.memory_budget);
  return GaussianProcessMethod::cholesky;
}

RidgePlan gaussian_plan(const char* where, const GramOperator<double>& K, const Col<double>& w,
                        double lambda, const GaussianProcessOptions& options) {
  try {
    // The probes stand side by side, as outputs would.
    return ridge_plan(K, w, options.probes,
                      {.lambda = lambda,
                       .method = RidgeMethod::conjugate_gradient,
                       .rank = options.rank,
                       .memory_budget = options.memory_budget});
  } catch (const BudgetError& error) {
    throw BudgetError(where, error.reason());
  }
}

std::string to_string(GaussianProcessMethod method) {
  switch (method) {
    case GaussianProcessMethod::automatic:
      return "automatic";
    case GaussianProcessMethod::cholesky:
      return "cholesky";
    case GaussianProcessMethod::conjugate_gradient:
      return "conjugate gradient";
  }
  return "unknown";
}

}  // namespace mercer
