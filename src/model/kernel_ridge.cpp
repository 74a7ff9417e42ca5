#include "mercer/model/kernel_ridge.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/checkpoint.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/model/nystrom_ridge.hpp"
#include "model/fit_watch.hpp"
#include "model/new_points.hpp"
#include "model/problem_fingerprint.hpp"
#include "model/ridge_certificate.hpp"
#include "model/ridge_factor.hpp"
#include "model/ridge_iteration.hpp"
#include "model/ridge_plan.hpp"
#include "model/row_weights.hpp"
#include "model/sized_gram.hpp"

namespace mercer {
namespace {

std::uint64_t of_options(const KernelRidgeOptions& options) {
  return Fingerprint()
      .add(options.lambda)
      .add(std::uint64_t{options.centre_target})
      .add(std::uint64_t{options.leave_one_out})
      .add(static_cast<std::uint64_t>(options.method))
      .add(options.tolerance)
      .add(std::uint64_t{options.rank})
      .add(options.seed)
      .add(std::uint64_t{options.max_iterations})
      .add(std::uint64_t{resolve_memory_budget(options.memory_budget)})
      .value();
}

}  // namespace

template <class T>
KernelRidge<T>::KernelRidge(const Kernel& kernel, const KernelRidgeOptions& options)
    : KernelRidge(options) {
  kernel_ = kernel;
}

template <class T>
KernelRidge<T>::KernelRidge(const KernelRidgeOptions& options) : options_(options) {
  require_positive("KernelRidge: lambda", options.lambda);
  resolve_threads(options.threads, "KernelRidge");
  if (options.centres == 0) {
    throw std::invalid_argument("KernelRidge: centres must be at least 1, is 0");
  }
  if (!(options.tolerance > 0 && options.tolerance < 1)) {
    throw std::invalid_argument("KernelRidge: tolerance must be in (0, 1), is " +
                                shortest(options.tolerance));
  }
  if (!(options.time_limit >= 0)) {
    throw std::invalid_argument("KernelRidge: time_limit must be at least 0, is " +
                                shortest(options.time_limit));
  }
  if (options.leave_one_out && options.method != RidgeMethod::automatic &&
      options.method != RidgeMethod::cholesky) {
    throw std::invalid_argument("KernelRidge: leave_one_out needs the method cholesky, is " +
                                to_string(options.method));
  }
}

template <class T>
Report KernelRidge<T>::fit(const Mat<T>& X, const Mat<T>& Y, const Col<double>& weights) {
  if (takes_nystrom(X.n_cols)) return fit_nystrom(X, Y, weights);
  return fit_operator(operator_on("KernelRidge::fit", X), Y, weights, X);
}

template <class T>
MatrixFreeGram<T> KernelRidge<T>::operator_on(const std::string& where, const Mat<T>& X) const {
  if (!kernel_) throw LogicError(where + ": the model has no kernel; give it an operator");
  require_points(where.c_str(), "X", X);
  require_finite(where.c_str(), "X", X);
  return MatrixFreeGram<T>(*kernel_, X,
                           {.threads = options_.threads, .memory_budget = options_.memory_budget});
}

template <class T>
Report KernelRidge<T>::fit(const GramOperator<T>& K, const Mat<T>& Y, const Col<double>& weights) {
  if (options_.method == RidgeMethod::nystrom) {
    throw std::invalid_argument(
        "KernelRidge::fit: the method nystrom needs points, the argument is an operator");
  }
  return fit_operator(K, Y, weights, {});
}

template <class T>
bool KernelRidge<T>::takes_nystrom(index_t n) const {
  if (options_.method == RidgeMethod::nystrom) return true;
  return options_.method == RidgeMethod::automatic && !options_.leave_one_out && n > 150'000;
}

template <class T>
NystromRidge<T> KernelRidge<T>::nystrom_model() const {
  return NystromRidge<T>(kernel(), {.lambdas = {options_.lambda},
                                    .centres = options_.centres,
                                    .seed = options_.seed,
                                    .centre_target = options_.centre_target,
                                    .max_iterations = options_.max_iterations,
                                    .time_limit = options_.time_limit,
                                    .threads = options_.threads,
                                    .memory_budget = options_.memory_budget,
                                    .progress = options_.progress});
}

template <class T>
Report KernelRidge<T>::fit_nystrom(const Mat<T>& X, const Mat<T>& Y, const Col<double>& weights) {
  const auto model = std::make_shared<NystromRidge<T>>(nystrom_model());
  Report report = model->fit(X, Y, weights);
  report.method = method_text(plan(X, Y.n_cols)) + ", " + report.method;
  if (!model->is_fitted()) return report;
  fitted_ = Fitted{arma::conv_to<Mat<T>>::from(model->coefficients()), model->target_means(),
                   Mat<T>(), model->centres(), model};
  return report;
}

template <class T>
Report KernelRidge<T>::fit_operator(const GramOperator<T>& K, const Mat<T>& Y,
                                    const Col<double>& weights, const Mat<T>& points) {
  FitWatch watch(options_.progress, options_.time_limit);
  const index_t n = K.n_rows();
  require_columns("KernelRidge::fit", "K", K.n_cols(), n, "one per training point");
  require_rows("KernelRidge::fit", "Y", Y.n_rows, n, "one per point");
  if (n == 0 || Y.n_cols == 0) throw std::invalid_argument("KernelRidge::fit: Y is empty");
  require_finite("KernelRidge::fit", "Y", Y);
  const Col<double> w = row_weights("KernelRidge::fit", weights, n);
  if (options_.leave_one_out && arma::accu(w > 0) < 2) {
    throw std::invalid_argument("KernelRidge::fit: leave_one_out needs two points with weight");
  }
  const auto lambda = static_cast<T>(options_.lambda);
  if (!std::isfinite(lambda) || lambda == 0 || !std::isfinite(static_cast<T>(w.max()))) {
    throw std::invalid_argument(
        "KernelRidge::fit: lambda and the weights must be in the range of the model's type, lambda "
        "is " +
        shortest(options_.lambda) + ", the largest weight " + shortest(w.max()));
  }
  const RidgePlan plan = ridge_plan(K, w, Y.n_cols, options_);
  const arma::rowvec means =
      options_.centre_target ? weighted_means(Y, w) : arma::rowvec(Y.n_cols, arma::fill::zeros);
  const RidgeProblem<T> problem{K, Y, w, arma::sqrt(w), means, options_.lambda, options_.threads};

  Checkpoint checkpoint("KernelRidge", options_.checkpoint, [&] {
    const Points<T> X(points);
    return problem_of("KernelRidge", K, points.is_empty() ? nullptr : &X)
        .add(Y)
        .add(w)
        .add(of_options(options_))
        .value();
  });

  Report report;
  report.method = method_text(plan);
  report.threads = resolve_threads(options_.threads);
  report.entry_error = K.entry_error();
  RidgeSolution<T> solution;
  try {
    solution = solve(problem, plan, watch, CheckpointSection(checkpoint, ""));
    report.method = solution.method;
  } catch (const Interrupted& end) {
    report.status = end.status;
    report.seconds = watch.seconds();
    const char* why =
        end.status == Status::stopped ? "stopped by the progress callback" : "the time was up";
    report.message = std::string("KernelRidge::fit: ") + why + "; the model is as it was";
    checkpoint.conclude(report);
    return report;
  }
  report.status = solution.status;
  report.message = solution.message;
  report.iterations = solution.iterations;
  report.certificate = solution.certificate;
  report.seconds = watch.seconds();
  checkpoint.conclude(report);
  if (solution.alpha.is_empty()) return report;
  report.residual = report.certificate.relative_residual;
  if (!solution.alpha.is_finite() || !means.is_finite() || !std::isfinite(report.residual)) {
    report.status = Status::not_finite;
    report.message =
        "KernelRidge::fit: a number overflowed; bring Y and the weights to a smaller scale";
    return report;
  }
  fitted_ = Fitted{std::move(solution.alpha), means, std::move(solution.leave_one_out), points, {}};
  return report;
}

// By the plan; where an automatic choice of conjugate gradients does not converge, by a factor.
template <class T>
RidgeSolution<T> KernelRidge<T>::solve(const RidgeProblem<T>& problem, const RidgePlan& plan,
                                       FitWatch& watch, const CheckpointSection& section) const {
  if (plan.method == RidgeMethod::cholesky) {
    return solve_by_cholesky(problem, options_.leave_one_out, options_.centre_target, watch);
  }
  const auto has_given_up = [](const RidgeSolution<T>& solution) {
    return (solution.status == Status::iteration_limit && !solution.at_rounding) ||
           solution.status == Status::not_positive_definite;
  };
  const RidgePlan fallback = ridge_fallback(problem.K, problem.w, problem.Y.n_cols, options_);
  const bool may_change = options_.method == RidgeMethod::automatic &&
                          fallback.method != RidgeMethod::conjugate_gradient;
  const index_t limit = may_change && plan.method == RidgeMethod::conjugate_gradient
                            ? std::min<index_t>(300, options_.max_iterations)
                            : options_.max_iterations;
  RidgeSolution<T> solution = solve_by_iteration(problem, plan, options_, limit, watch,
                                                 section.part(to_string(plan.method)));
  if (!may_change || !has_given_up(solution)) return solution;
  try {
    if (plan.method == RidgeMethod::conjugate_gradient &&
        fallback.method == RidgeMethod::mixed_cholesky) {
      RidgeSolution<T> second =
          solve_by_iteration(problem, fallback, options_, options_.max_iterations, watch,
                             section.part(to_string(fallback.method)));
      if (!has_given_up(second)) return second;
      if (!second.alpha.is_empty()) solution = std::move(second);
    }
    if (!cholesky_fits<T>(problem.Y.n_rows, problem.Y.n_cols, options_)) return solution;
    return solve_by_cholesky(problem, false, options_.centre_target, watch);
  } catch (const Interrupted& end) {  // while there is a factor to come, the iterate is the model
    if (solution.alpha.is_empty()) throw;
    solution.status = end.status;
    solution.message = ended_early("KernelRidge::fit", end.status);
    return solution;
  }
}

template <class T>
RidgePlan KernelRidge<T>::plan(const Mat<T>& X, index_t outputs) const {
  const MatrixFreeGram<T> K = operator_on("KernelRidge::plan", X);
  if (!takes_nystrom(X.n_cols)) return plan(K, outputs);
  return nystrom_plan(X.n_cols, X.n_rows, outputs);
}

template <class T>
RidgePlan KernelRidge<T>::nystrom_plan(index_t n, index_t d, index_t outputs) const {
  const std::size_t bytes = nystrom_model().bytes(n, d, outputs);
  require_budget("KernelRidge::plan", "the sums over the centres", bytes, options_.memory_budget);
  return {.method = RidgeMethod::nystrom,
          .route = Route::matrix_free,
          .rank = std::min(options_.centres, n),
          .bytes = bytes,
          .budget = resolve_memory_budget(options_.memory_budget)};
}

template <class T>
RidgePlan KernelRidge<T>::plan(index_t n, index_t d, index_t outputs) const {
  if (n == 0 || d == 0) {
    throw std::invalid_argument("KernelRidge::plan: n and d must be at least 1, are " +
                                std::to_string(n) + " and " + std::to_string(d));
  }
  if (takes_nystrom(n)) return nystrom_plan(n, d, outputs);
  const Mat<T> one(d, 1, arma::fill::ones);
  return plan(SizedGram<T>(n, d, gram(kernel(), one)(0, 0)), outputs);
}

template <class T>
RidgePlan KernelRidge<T>::plan(const GramOperator<T>& K, index_t outputs) const {
  require_columns("KernelRidge::plan", "K", K.n_cols(), K.n_rows(), "one per training point");
  return ridge_plan(K, Col<double>(K.n_rows(), arma::fill::ones), outputs, options_);
}

template <class T>
index_t KernelRidge<T>::dim() const {
  return fitted("KernelRidge::dim").points.n_rows;
}

template <class T>
const Kernel& KernelRidge<T>::kernel() const {
  if (!kernel_) throw LogicError("KernelRidge::kernel: the model was made without a kernel");
  return *kernel_;
}

template <class T>
const typename KernelRidge<T>::Fitted& KernelRidge<T>::fitted(const char* where) const {
  if (!fitted_) throw LogicError(std::string(where) + ": the model is not fitted");
  return *fitted_;
}

template <class T>
Mat<T> KernelRidge<T>::predict(const Mat<T>& X_new) const {
  const Fitted& model = fitted("KernelRidge::predict");
  require_new_points<T>("KernelRidge::predict", X_new, model.points.n_rows);
  if (model.nystrom) return model.nystrom->predict(X_new);
  return predict(MatrixFreeGram<T>(*kernel_, X_new, model.points, {.threads = options_.threads}));
}

template <class T>
Mat<T> KernelRidge<T>::predict(const GramOperator<T>& K_new) const {
  const Fitted& model = fitted("KernelRidge::predict");
  require_columns("KernelRidge::predict", "K_new", K_new.n_cols(), model.alpha.n_rows,
                  "one per training point or centre");
  Mat<T> out;
  K_new.multiply(model.alpha, out);
  for (index_t t = 0; t < out.n_cols; ++t) {
    for (index_t i = 0; i < out.n_rows; ++i) out(i, t) += static_cast<T>(model.means(t));
  }
  return out;
}

template <class T>
const Mat<T>& KernelRidge<T>::coefficients() const {
  return fitted("KernelRidge::coefficients").alpha;
}

template <class T>
const NystromRidge<T>* KernelRidge<T>::nystrom() const {
  return fitted("KernelRidge::nystrom").nystrom.get();
}

template <class T>
const arma::rowvec& KernelRidge<T>::target_means() const {
  return fitted("KernelRidge::target_means").means;
}

template <class T>
const Mat<T>& KernelRidge<T>::leave_one_out_residuals() const {
  const Mat<T>& residuals = fitted("KernelRidge::leave_one_out_residuals").leave_one_out;
  if (residuals.is_empty()) {
    throw LogicError("KernelRidge::leave_one_out_residuals: set options.leave_one_out before fit");
  }
  return residuals;
}

template <class T>
Certificate verify(const KernelRidge<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const std::type_identity_t<Mat<T>>& Y, const Col<double>& weights) {
  const Mat<T>& alpha = model.coefficients();
  require_rows("verify", "K", K.n_rows(), alpha.n_rows, "one per training point");
  require_columns("verify", "K", K.n_cols(), alpha.n_rows, "one per training point");
  require_rows("verify", "Y", Y.n_rows, alpha.n_rows, "one per training point");
  require_columns("verify", "Y", Y.n_cols, alpha.n_cols, "one per output");
  return ridge_certificate(K, Y, row_weights("verify", weights, alpha.n_rows), alpha,
                           model.target_means(), model.options().lambda);
}

template <class T>
Certificate verify(const KernelRidge<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const std::type_identity_t<Mat<T>>& Y, const Col<double>& weights) {
  const Kernel& kernel = model.kernel();
  require_rows("verify", "X", X.n_rows, model.dim(), "one per feature; one column per point");
  if (model.nystrom() != nullptr) return verify(*model.nystrom(), X, Y, weights);
  return verify(model, MatrixFreeGram<T>(kernel, X, {.threads = model.options().threads}), Y,
                weights);
}

#define MERCER_INSTANTIATE(T)                                                               \
  template class KernelRidge<T>;                                                            \
  template Certificate verify(const KernelRidge<T>&, const GramOperator<T>&, const Mat<T>&, \
                              const Col<double>&);                                          \
  template Certificate verify(const KernelRidge<T>&, const Mat<T>&, const Mat<T>&,          \
                              const Col<double>&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
