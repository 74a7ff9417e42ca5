#include "mercer/model/kernel_logistic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/gram/tiled_gram.hpp"
#include "model/class_signs.hpp"
#include "model/fit_watch.hpp"
#include "model/logistic_certificate.hpp"
#include "model/new_points.hpp"
#include "solver/logistic_newton.hpp"

namespace mercer {
namespace {

double sigmoid(double z) { return 1 / (1 + std::exp(-z)); }

}  // namespace

template <class T>
KernelLogistic<T>::KernelLogistic(const Kernel& kernel, const KernelLogisticOptions& options)
    : KernelLogistic(options) {
  kernel_ = kernel;
}

template <class T>
KernelLogistic<T>::KernelLogistic(const KernelLogisticOptions& options) : options_(options) {
  require_positive("KernelLogistic: lambda", options.lambda);
  resolve_threads(options.threads, "KernelLogistic");
}

template <class T>
Report KernelLogistic<T>::fit(const Mat<T>& X, const arma::ivec& labels) {
  if (!kernel_) {
    throw LogicError("KernelLogistic::fit: the model has no kernel; give it an operator");
  }
  require_points("KernelLogistic::fit", "X", X);
  require_finite("KernelLogistic::fit", "X", X);
  const auto points = arma::conv_to<Mat<double>>::from(X);
  const MatrixFreeGram<double> K(
      *kernel_, points, {.threads = options_.threads, .memory_budget = options_.memory_budget});
  return fit_operator(K, labels, points);
}

template <class T>
Report KernelLogistic<T>::fit(const GramOperator<double>& K, const arma::ivec& labels) {
  return fit_operator(K, labels, {});
}

template <class T>
Report KernelLogistic<T>::fit_operator(const GramOperator<double>& K, const arma::ivec& labels,
                                       const Mat<double>& points) {
  const char* where = "KernelLogistic::fit";
  FitWatch watch(options_.progress, std::numeric_limits<double>::infinity());
  const index_t n = K.n_rows();
  require_columns(where, "K", K.n_cols(), n, "one per training point");
  Fitted result;
  result.classes = classes_in(where, labels, n);
  const index_t problems = problem_count(result.classes);
  require_budget(
      where,
      "two halves of the " + std::to_string(n) + " x " + std::to_string(n) + " kernel values",
      2 * SymmetricTiles<double>::bytes_for(n), options_.memory_budget);

  Report report;
  report.method = "newton";
  report.threads = resolve_threads(options_.threads);
  report.entry_error = K.entry_error();
  report.certificate.primal_objective = 0;
  report.certificate.gap = 0;
  result.alpha.set_size(n, problems);
  try {
    const auto poll = [&] { watch.poll(); };
    const TiledGram<double> stored(
        K, {.threads = options_.threads, .memory_budget = options_.memory_budget}, poll);
    require_finite(where, "K", stored.stored(), options_.threads);
    for (index_t problem = 0; problem < problems; ++problem) {
      const LogisticMode mode = solve_logistic(
          stored, signs_of(labels, result.classes, problem),
          {.scale = 1 / options_.lambda, .factor = false, .threads = options_.threads}, poll);
      if (mode.status == Status::not_positive_definite) {
        report.status = mode.status;
        report.message = std::string(where) +
                         ": the Newton matrix is not positive definite, its leading minor of "
                         "order " +
                         std::to_string(mode.failed_minor) +
                         " is not; take a positive definite kernel";
        report.seconds = watch.seconds();
        return report;
      }
      if (mode.status != Status::converged) report.status = mode.status;
      result.alpha.col(problem) = mode.a / options_.lambda;
      report.iterations += mode.iterations;
      report.residual = std::max(report.residual, mode.step);
      report.certificate.primal_objective += mode.penalty - mode.likelihood;
      report.certificate.gap += mode.gap;
    }
  } catch (const Interrupted& end) {
    report.status = end.status;
    report.message =
        std::string(where) + ": stopped by the progress callback; the model is as it was";
    report.seconds = watch.seconds();
    return report;
  }
  report.certificate.dual_objective = report.certificate.primal_objective - report.certificate.gap;
  if (!result.alpha.is_finite()) {
    report.status = Status::not_finite;
    report.message = std::string(where) + ": a number overflowed; bring K to a smaller scale";
    report.seconds = watch.seconds();
    return report;
  }
  report.message = ended_early(where, report.status);
  result.points = points;
  fitted_ = std::move(result);
  report.seconds = watch.seconds();
  return report;
}

template <class T>
const typename KernelLogistic<T>::Fitted& KernelLogistic<T>::fitted(const char* where) const {
  if (!fitted_) throw LogicError(std::string(where) + ": the model is not fitted");
  return *fitted_;
}

template <class T>
Mat<double> KernelLogistic<T>::decision_values(const GramOperator<double>& K_new) const {
  const Fitted& model = fitted("KernelLogistic::decision_values");
  require_columns("KernelLogistic::decision_values", "K_new", K_new.n_cols(), model.alpha.n_rows,
                  "one per training point");
  Mat<double> f;
  K_new.multiply(model.alpha, f);
  return f;
}

template <class T>
Mat<double> KernelLogistic<T>::decision_values(const Mat<T>& X_new) const {
  const char* where = "KernelLogistic::decision_values";
  const Fitted& model = fitted(where);
  require_new_points<T>(where, X_new, model.points.n_rows);
  const auto points = arma::conv_to<Mat<double>>::from(X_new);
  return decision_values(
      MatrixFreeGram<double>(*kernel_, points, model.points, {.threads = options_.threads}));
}

namespace {

arma::ivec winners(const arma::ivec& classes, const Mat<double>& f) {
  arma::ivec predicted(f.n_rows);
  for (index_t i = 0; i < f.n_rows; ++i) {
    const index_t winner = f.n_cols == 1 ? (f(i, 0) > 0 ? 1 : 0) : f.row(i).index_max();
    predicted(i) = classes(winner);
  }
  return predicted;
}

Mat<double> probabilities_of(const Mat<double>& f) {
  Mat<double> p(f.n_rows, std::max<index_t>(f.n_cols, 2));
  for (index_t i = 0; i < f.n_rows; ++i) {
    double sum = 0;
    for (index_t c = 0; c < p.n_cols; ++c) {
      p(i, c) = f.n_cols > 1 ? sigmoid(f(i, c)) : sigmoid(c == 1 ? f(i, 0) : -f(i, 0));
      sum += p(i, c);
    }
    for (index_t c = 0; c < p.n_cols; ++c) p(i, c) /= sum;
  }
  return p;
}

}  // namespace

template <class T>
arma::ivec KernelLogistic<T>::predict(const Mat<T>& X_new) const {
  return winners(classes(), decision_values(X_new));
}
template <class T>
arma::ivec KernelLogistic<T>::predict(const GramOperator<double>& K_new) const {
  return winners(classes(), decision_values(K_new));
}
template <class T>
Mat<double> KernelLogistic<T>::probabilities(const Mat<T>& X_new) const {
  return probabilities_of(decision_values(X_new));
}
template <class T>
Mat<double> KernelLogistic<T>::probabilities(const GramOperator<double>& K_new) const {
  return probabilities_of(decision_values(K_new));
}
template <class T>
index_t KernelLogistic<T>::dim() const {
  return fitted("KernelLogistic::dim").points.n_rows;
}
template <class T>
const Kernel& KernelLogistic<T>::kernel() const {
  if (!kernel_) throw LogicError("KernelLogistic::kernel: the model was made without a kernel");
  return *kernel_;
}
template <class T>
const arma::ivec& KernelLogistic<T>::classes() const {
  return fitted("KernelLogistic::classes").classes;
}
template <class T>
const Mat<double>& KernelLogistic<T>::coefficients() const {
  return fitted("KernelLogistic::coefficients").alpha;
}

Certificate verify(const KernelLogistic<double>& model, const GramOperator<double>& K,
                   const arma::ivec& labels) {
  const Mat<double>& alpha = model.coefficients();
  require_rows("verify", "K", K.n_rows(), alpha.n_rows, "one per training point");
  require_columns("verify", "K", K.n_cols(), alpha.n_rows, "one per training point");
  require_rows("verify", "labels", labels.n_elem, alpha.n_rows, "one per training point");
  Certificate sum;
  sum.primal_objective = sum.dual_objective = sum.gap = 0;
  for (index_t c = 0; c < alpha.n_cols; ++c) {
    const Certificate one = logistic_certificate(
        K, alpha.col(c), signs_of(labels, model.classes(), c), model.options().lambda);
    sum.primal_objective += one.primal_objective;
    sum.dual_objective += one.dual_objective;
    sum.gap += one.gap;
  }
  return sum;
}

template class KernelLogistic<double>;
template class KernelLogistic<float>;

}  // namespace mercer
