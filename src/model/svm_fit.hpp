// What the support vector machines with one dual problem share.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/solver/svm.hpp"
#include "model/problem_fingerprint.hpp"
#include "model/row_weights.hpp"
#include "solver/resumable.hpp"

namespace mercer {

/// Checks the options that all machines have.
template <class Options>
void require_solver_options(const std::string& model, const Options& options) {
  require_positive((model + ": tolerance").c_str(), options.tolerance);
  require_non_negative((model + ": relative_gap").c_str(), options.relative_gap);
  if (!(options.time_limit > 0)) {
    throw std::invalid_argument(model + ": time_limit must be positive, is " +
                                shortest(options.time_limit));
  }
  resolve_threads(options.threads, model.c_str());
}

/// The operator of the first door: the kernel on X, d x n.
template <class T, class Options>
MatrixFreeGram<T> operator_of(const char* where, const std::optional<AnyKernel>& kernel,
                              Points<T> X, const Options& options) {
  if (!kernel) {
    throw LogicError(std::string(where) + ": the model has no kernel; give it an operator");
  }
  if (X.dim() == 0 || X.count() == 0) require_points(where, "X", Mat<T>(X.dim(), X.count()));
  require_finite(where, "X", X);
  return MatrixFreeGram<T>(*kernel, X, X,
                           {.threads = options.threads, .memory_budget = options.memory_budget});
}

/// The operator of a model on its training points, for verify.
template <class Model, class T>
MatrixFreeGram<T> training_operator(const Model& model, Points<T> X) {
  const Kernel& kernel = model.kernel();
  require_rows("verify", "X", X.dim(), model.dim(), "one per feature; one column per point");
  return MatrixFreeGram<T>(kernel, X, X, {.threads = model.options().threads});
}

/// C times the weights, which may be empty: all 1.
inline Col<double> row_bounds(const char* where, double C, const Col<double>& weights, index_t n) {
  return C * row_weights(where, weights, n);
}

/// The coefficients of all training rows again.
template <class Model>
Col<double> coefficients_of_rows(const char* where, const Model& model, index_t n) {
  const arma::uvec& support = model.support_indices();
  if (!support.is_empty() && support.max() >= n) {
    throw std::invalid_argument(std::string(where) +
                                ": the model has support indices beyond the points given");
  }
  Col<double> beta(n, arma::fill::zeros);
  beta.elem(support) = model.coefficients();
  return beta;
}

/// +1 where a value is positive, else -1.
template <class T>
arma::ivec signs(const Col<T>& values) {
  arma::ivec out(values.n_elem);
  for (index_t i = 0; i < values.n_elem; ++i) out(i) = values(i) > 0 ? 1 : -1;
  return out;
}

/// Solves the problem of a model named so; messages and errors begin with where. X: of K, or null.
template <class T, class Options>
SvmSolution solve_single(const std::string& model, const char* where, const GramOperator<T>& K,
                         const SvmDual& dual, const Options& options, const Points<T>* X) {
  Checkpoint checkpoint(model, options.checkpoint, [&] {
    return problem_of(model, K, X).add(of_dual(dual)).add(of_solver_options(options)).value();
  });
  SvmSolution solution;
  try {
    solution = solve_svm(K, dual,
                         {.tolerance = options.tolerance,
                          .relative_gap = options.relative_gap,
                          .memory_budget = options.memory_budget,
                          .threads = options.threads,
                          .max_iterations = options.max_iterations,
                          .time_limit = options.time_limit,
                          .progress = options.progress},
                         nullptr, CheckpointSection(checkpoint, "smo"));
  } catch (const NonFiniteError& error) {
    throw NonFiniteError(where, "K", error.row(), error.column(), error.value());
  } catch (const BudgetError& error) {
    throw BudgetError(where, error.reason());
  }
  solution.report.threads = resolve_threads(options.threads);
  solution.report.entry_error = K.entry_error();
  solution.report.message = ended_early(where, solution.report.status, solution.report.message);
  checkpoint.conclude(solution.report);
  return solution;
}

}  // namespace mercer
