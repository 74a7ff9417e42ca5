#include "mercer/model/kernel_ridge_path.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "model/ridge_path_cells.hpp"
#include "model/ridge_path_problem.hpp"

namespace mercer {
namespace {

constexpr const char* fit_name = "KernelRidgePath::fit";

// "K + lambda I of kernel 1 is not positive definite for lambda up to 1e-06, whose cells are NaN;
// it is from 1e-05 on"; empty if all have a factor. The lambdas may be in any order.
std::string missing_cells(const std::vector<double>& lambdas, const std::vector<index_t>& present,
                          const std::string& whose) {
  if (present.size() == lambdas.size()) return "";
  double largest = 0, smallest = arma::datum::inf;
  for (index_t k = 0; k < lambdas.size(); ++k) {
    if (std::find(present.begin(), present.end(), k) == present.end()) {
      largest = std::max(largest, lambdas[k]);
    } else {
      smallest = std::min(smallest, lambdas[k]);
    }
  }
  const std::string what =
      "K + lambda I" + whose + " is not positive definite for lambda up to " + shortest(largest);
  if (present.empty()) return what + "; enlarge lambda or take a positive definite kernel";
  return what + ", whose cells are NaN; it is from " + shortest(smallest) + " on";
}

KernelRidgeOptions ridge_options(const KernelRidgePathOptions& options, index_t lambda) {
  return {.lambda = options.lambdas[lambda],
          .centre_target = options.centre_target,
          .leave_one_out = options.leave_one_out,
          .threads = options.threads,
          .memory_budget = options.memory_budget};
}

double worse(double a, double b) { return std::isnan(b) || b > a ? b : a; }

}  // namespace

std::vector<double> log_grid(double first, double last, index_t count) {
  require_positive("log_grid: first", first);
  require_positive("log_grid: last", last);
  if (count == 0) throw std::invalid_argument("log_grid: count must be at least 1, is 0");
  std::vector<double> grid(count, first);
  const double step = std::log(last / first) / static_cast<double>(std::max<index_t>(1, count - 1));
  for (index_t k = 1; k < count; ++k) grid[k] = first * std::exp(step * static_cast<double>(k));
  if (count > 1) grid.back() = last;
  return grid;
}

template <class T>
KernelRidgePath<T>::KernelRidgePath(std::vector<AnyKernel> kernels,
                                    const KernelRidgePathOptions& options)
    : KernelRidgePath(options) {
  if (kernels.empty()) {
    throw std::invalid_argument("KernelRidgePath: kernels must hold at least one kernel");
  }
  kernels_ = std::move(kernels);
}

template <class T>
KernelRidgePath<T>::KernelRidgePath(const KernelRidgePathOptions& options) : options_(options) {
  if (options.lambdas.empty()) {
    throw std::invalid_argument("KernelRidgePath: lambdas must hold at least one value");
  }
  for (const double lambda : options.lambdas) require_positive("KernelRidgePath: a lambda", lambda);
  if (options.folds == 1) {
    throw std::invalid_argument("KernelRidgePath: folds must be 0 or at least 2, is 1");
  }
  if (!options.fold_of.is_empty() && options.folds == 0) {
    throw std::invalid_argument("KernelRidgePath: fold_of needs folds, the number of them");
  }
  resolve_threads(options.threads, "KernelRidgePath");
}

template <class T>
Report KernelRidgePath<T>::fit(const Mat<T>& X, const Mat<T>& Y, const Col<double>& weights) {
  if (kernels_.empty()) {
    throw LogicError(std::string(fit_name) + ": the path has no kernel; give it an operator");
  }
  require_points(fit_name, "X", X);
  require_finite(fit_name, "X", X);
  require_rows(fit_name, "Y", Y.n_rows, X.n_cols, "one per point");
  return fit_all(nullptr, X, Y, weights);
}

template <class T>
Report KernelRidgePath<T>::fit(const GramOperator<T>& K, const Mat<T>& Y,
                               const Col<double>& weights) {
  require_columns(fit_name, "K", K.n_cols(), K.n_rows(), "one per training point");
  require_rows(fit_name, "Y", Y.n_rows, K.n_rows(), "one per point");
  if (kernels_.size() > 1) {
    throw std::invalid_argument(std::string(fit_name) + ": one operator, but " +
                                std::to_string(kernels_.size()) + " kernels");
  }
  return fit_all(&K, {}, Y, weights);
}

template <class T>
std::size_t KernelRidgePath<T>::bytes(index_t n, index_t t) const {
  const std::size_t lambdas = options_.lambdas.size();
  const std::size_t kept = options_.details ? 3 * n * t * lambdas * kernels_.size() * sizeof(T) : 0;
  return ridge_path_bytes<T>(n, t, options_) + kept;
}

template <class T>
Report KernelRidgePath<T>::fit_all(const GramOperator<T>* given, const Mat<T>& X, const Mat<T>& Y,
                                   const Col<double>& weights) {
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const RidgePathProblem<T> problem(Y, weights, options_);
  const std::string n = std::to_string(Y.n_rows);
  require_budget(fit_name, "the reduction of the " + n + " x " + n + " kernel values and its cells",
                 bytes(Y.n_rows, Y.n_cols), options_.memory_budget);
  KernelRidgePathOptions options = options_;
  if (options_.progress) {
    options.progress = [&](Progress state) {
      state.seconds = seconds();  // since the start of fit, not of the stage
      return options_.progress(state);
    };
  }

  Report report;
  report.method = "band reduction";
  report.threads = resolve_threads(options_.threads);
  report.certificate = {.relative_residual = 0, .backward_error = 0, .prediction_error = 0};
  const index_t kernels = given ? 1 : kernels_.size();
  Fitted result;
  for (Mat<double>& surface : result.surfaces) surface.set_size(options_.lambdas.size(), kernels);
  bool any = false;
  for (index_t k = 0; k < kernels; ++k) {
    std::optional<MatrixFreeGram<T>> own;
    if (!given) own.emplace(*kernels_[k], X, GramOptions{.threads = options_.threads});
    const GramOperator<T>& K = given ? *given : *own;
    const std::string name = kernels > 1 ? "K of kernel " + std::to_string(k) : "K";
    RidgePathCells<T> cells = ridge_path_cells(K, problem, options, name.c_str());
    if (cells.status != Status::converged) {
      report.status = cells.status;
      report.message = std::string(fit_name) +
                       (cells.status == Status::stopped
                            ? ": stopped by the progress callback; the path is as it was"
                            : ": a number overflowed; bring K and the weights to a smaller scale");
      report.seconds = seconds();
      return report;
    }
    for (index_t c = 0; c < 4; ++c) result.surfaces[c].col(k) = cells.criteria.col(c);
    const std::string missing =
        missing_cells(options_.lambdas, cells.present,
                      kernels > 1 ? " of kernel " + std::to_string(k) : std::string());
    if (!missing.empty()) {
      report.message += (report.message.empty() ? std::string(fit_name) + ": " : "; ") + missing;
    }
    any = any || !cells.present.empty();
    Certificate& all = report.certificate;
    all.relative_residual = worse(all.relative_residual, cells.certificate.relative_residual);
    all.backward_error = worse(all.backward_error, cells.certificate.backward_error);
    all.prediction_error = worse(all.prediction_error, cells.certificate.prediction_error);
    report.entry_error = k == 0 ? K.entry_error() : worse(report.entry_error, K.entry_error());
    ++report.iterations;
    if (!options_.details) continue;
    result.details.push_back(
        {std::move(cells.alpha), std::move(cells.leave_one_out), std::move(cells.k_fold)});
  }
  report.residual = report.certificate.relative_residual;
  report.seconds = seconds();
  if (!any) {
    report.status = Status::not_positive_definite;
    return report;
  }
  if (!std::isfinite(report.residual)) {
    report.status = Status::not_finite;
    report.message = std::string(fit_name) + ": a number overflowed; bring Y to a smaller scale";
    return report;
  }
  result.means = problem.means;
  result.fold_of = problem.fold_of;
  result.X = X;
  result.Y = Y;
  result.weights = weights;
  fitted_ = std::move(result);
  return report;
}

template <class T>
const typename KernelRidgePath<T>::Fitted& KernelRidgePath<T>::fitted(const char* where) const {
  if (!fitted_) throw LogicError(std::string(where) + ": the path is not fitted");
  return *fitted_;
}

template <class T>
const Mat<double>& KernelRidgePath<T>::surface(RidgeCriterion criterion) const {
  return fitted("KernelRidgePath::surface").surfaces[static_cast<std::size_t>(criterion)];
}

template <class T>
typename KernelRidgePath<T>::Cell KernelRidgePath<T>::best(RidgeCriterion criterion) const {
  const Mat<double>& surface =
      fitted("KernelRidgePath::best").surfaces[static_cast<std::size_t>(criterion)];
  const double sign = criterion == RidgeCriterion::log_marginal_likelihood ? -1 : 1;
  std::optional<Cell> best;
  for (index_t k = 0; k < surface.n_cols; ++k) {
    for (index_t l = 0; l < surface.n_rows; ++l) {
      const double value = sign * surface(l, k);
      if (std::isnan(value)) continue;
      if (best) {
        const double least = sign * surface(best->lambda, best->kernel);
        const bool larger_lambda = options_.lambdas[l] > options_.lambdas[best->lambda];
        if (value > least || (value == least && !larger_lambda)) continue;
      }
      best = Cell{.lambda = l, .kernel = k};
    }
  }
  if (best) return *best;
  throw LogicError("KernelRidgePath::best: no cell has a value; did the options leave it out?");
}

template <class T>
typename KernelRidgePath<T>::Choice KernelRidgePath<T>::best_model(RidgeCriterion criterion) const {
  const Fitted& path = fitted("KernelRidgePath::best_model");
  if (path.X.is_empty()) {
    throw LogicError("KernelRidgePath::best_model: the path was fitted to an operator; give it K");
  }
  const Cell cell = best(criterion);
  Choice choice{KernelRidge<T>(kernels_[cell.kernel], ridge_options(options_, cell.lambda)), {}};
  choice.report = choice.model.fit(path.X, path.Y, path.weights);
  return choice;
}

template <class T>
typename KernelRidgePath<T>::Choice KernelRidgePath<T>::best_model(const GramOperator<T>& K,
                                                                   RidgeCriterion criterion) const {
  const Fitted& path = fitted("KernelRidgePath::best_model");
  if (!path.X.is_empty()) {
    throw LogicError("KernelRidgePath::best_model: the path was fitted to points, not to K");
  }
  Choice choice{KernelRidge<T>(ridge_options(options_, best(criterion).lambda)), {}};
  choice.report = choice.model.fit(K, path.Y, path.weights);
  return choice;
}

template <class T>
const typename KernelRidgePath<T>::Details& KernelRidgePath<T>::details(const char* where,
                                                                        index_t kernel) const {
  const Fitted& path = fitted(where);
  if (!options_.details) throw LogicError(std::string(where) + ": set options.details before fit");
  if (kernel >= path.details.size()) {
    throw std::invalid_argument(std::string(where) + ": kernel must be below " +
                                std::to_string(path.details.size()) + ", is " +
                                std::to_string(kernel));
  }
  return path.details[kernel];
}

template <class T>
const arma::Cube<T>& KernelRidgePath<T>::coefficients(index_t kernel) const {
  return details("KernelRidgePath::coefficients", kernel).coefficients;
}

template <class T>
const arma::Cube<T>& KernelRidgePath<T>::leave_one_out_residuals(index_t kernel) const {
  constexpr const char* where = "KernelRidgePath::leave_one_out_residuals";
  const arma::Cube<T>& residuals = details(where, kernel).leave_one_out;
  if (options_.leave_one_out) return residuals;
  throw LogicError(std::string(where) + ": set options.leave_one_out before fit");
}

template <class T>
const arma::Cube<T>& KernelRidgePath<T>::fold_residuals(index_t kernel) const {
  constexpr const char* where = "KernelRidgePath::fold_residuals";
  const arma::Cube<T>& residuals = details(where, kernel).k_fold;
  if (options_.folds > 0) return residuals;
  throw LogicError(std::string(where) + ": set options.folds before fit");
}

template <class T>
const arma::rowvec& KernelRidgePath<T>::target_means() const {
  return fitted("KernelRidgePath::target_means").means;
}

template <class T>
const arma::uvec& KernelRidgePath<T>::fold_of() const {
  return fitted("KernelRidgePath::fold_of").fold_of;
}

template class KernelRidgePath<double>;
template class KernelRidgePath<float>;

}  // namespace mercer
