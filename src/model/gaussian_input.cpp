#include "model/gaussian_input.hpp"

#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"
#include "mercer/core/memory.hpp"
#include "model/ascent.hpp"
#include "model/problem_fingerprint.hpp"

namespace mercer {

template <class T>
void require_outputs(const char* where, const Col<T>& y, const Col<double>& noise, index_t n) {
  require_rows(where, "y", y.n_rows, n, "one per point");
  if (n == 0) throw std::invalid_argument(std::string(where) + ": y is empty");
  require_finite(where, "y", Mat<T>(y));
  if (noise.is_empty()) return;
  require_rows(where, "noise", noise.n_rows, n, "one per point");
  for (const double variance : noise) {
    require_non_negative((std::string(where) + ": a noise variance").c_str(), variance);
  }
}

template <class T>
void require_training_points(const char* where, const Mat<T>& X) {
  require_points(where, "X", X);
  require_finite(where, "X", X);
}

void require_iteration(const GaussianProcessOptions& options) {
  const std::string where = "GaussianProcess: ";
  if (!(options.tolerance > 0 && options.tolerance < 1)) {
    throw std::invalid_argument(where + "tolerance must be in (0, 1), is " +
                                shortest(options.tolerance));
  }
  if (options.probes < 2) {
    throw std::invalid_argument(where + "probes must be at least 2, is " +
                                std::to_string(options.probes));
  }
  if (options.max_iterations == 0) {
    throw std::invalid_argument(where + "max_iterations must be at least 1, is 0");
  }
  if (options.optimise && options.method == GaussianProcessMethod::conjugate_gradient) {
    throw std::invalid_argument(where +
                                "optimise needs the method cholesky, is conjugate gradient; choose "
                                "the parameters on a part of the points");
  }
}

std::uint64_t of_options(const GaussianProcessOptions& options) {
  return Fingerprint()
      .add(options.noise)
      .add(std::uint64_t{options.centre_target})
      .add(std::uint64_t{options.optimise})
      .add(std::uint64_t{options.optimise_noise})
      .add(of_search(options.search))
      .add(static_cast<std::uint64_t>(options.method))
      .add(options.tolerance)
      .add(std::uint64_t{options.probes})
      .add(std::uint64_t{options.rank})
      .add(options.seed)
      .add(std::uint64_t{options.max_iterations})
      .add(std::uint64_t{resolve_memory_budget(options.memory_budget)})
      .value();
}

template void require_outputs(const char*, const Col<double>&, const Col<double>&, index_t);
template void require_outputs(const char*, const Col<float>&, const Col<double>&, index_t);
template void require_training_points(const char*, const Mat<double>&);
template void require_training_points(const char*, const Mat<float>&);

}  // namespace mercer
