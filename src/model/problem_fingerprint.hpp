// What tells the problem of one fit from that of another.
#pragma once

#include <cstdint>
#include <string>

#include "core/fingerprint.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/model/hyperparameters.hpp"
#include "mercer/solver/svm_dual.hpp"
#include "mercer/tile/points.hpp"

namespace mercer {

/// Of all features of all points.
template <class T>
std::uint64_t of_points(Points<T> X);

/// The model, the type, the diagonal and three columns of K (which show the kernel and each point
/// of it), and the points, unless null.
template <class T>
Fingerprint problem_of(const std::string& model, const GramOperator<T>& K, const Points<T>* X);

std::uint64_t of_dual(const SvmDual& dual);

/// The options of solve_svm that the solution depends on.
template <class Options>
std::uint64_t of_solver_options(const Options& options) {
  return Fingerprint()
      .add(options.tolerance)
      .add(options.relative_gap)
      .add(std::uint64_t{options.max_iterations})
      .add(std::uint64_t{resolve_memory_budget(options.memory_budget)})
      .value();
}

/// The options of an ascent but for its time limit.
std::uint64_t of_search(const HyperparameterOptions& options);

}  // namespace mercer
