#include "mercer/model/svc.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/solver/svm.hpp"
#include "model/one_against_one.hpp"
#include "model/svm_fit.hpp"
#include "model/train_pairs.hpp"
#include "solver/kernel_sums.hpp"

namespace mercer {
namespace {

// Adds the outcome of one pair to the total.
void accumulate(Report& total, const Report& pair) {
  if (pair.status != Status::converged) total.status = pair.status;
  total.iterations += pair.iterations;
  total.residual = std::max(total.residual, pair.residual);
}

// largest_diagonal: of all training points. The pair knows those of its own rows only, and of
// nu-SVC, its gap has other units since its decision error was computed.
void accumulate(Certificate& total, Certificate& pair, double largest_diagonal) {
  pair.decision_error = decision_error(pair.gap, largest_diagonal);
  total.primal_objective += pair.primal_objective;
  total.dual_objective += pair.dual_objective;
  total.gap += pair.gap;
  total.violation = std::max(total.violation, pair.violation);
  const bool larger = !(pair.decision_error <= total.decision_error);  // or NaN
  if (larger && !std::isnan(total.decision_error)) total.decision_error = pair.decision_error;
}

Certificate zero_certificate() {
  Certificate certificate;
  certificate.primal_objective = certificate.dual_objective = 0;
  certificate.gap = certificate.violation = certificate.decision_error = 0;
  return certificate;
}

}  // namespace

template <class T>
Svc<T>::Svc(const Kernel& kernel, const SvcOptions& options) : Svc(options) {
  kernel_ = kernel;
}

template <class T>
Svc<T>::Svc(const SvcOptions& options) : options_(options) {
  require_positive("Svc: C", options.C);
  if (!(options.nu >= 0 && options.nu <= 1)) {
    throw std::invalid_argument("Svc: nu must be in (0, 1], or 0 for C-SVC, is " +
                                shortest(options.nu));
  }
  require_solver_options("Svc", options);
  const std::vector<ClassWeight>& named = options.class_weights;
  for (auto entry = named.begin(); entry != named.end(); ++entry) {
    require_non_negative("Svc: a class weight", entry->weight);
    if (std::any_of(named.begin(), entry, [&](auto& e) { return e.label == entry->label; })) {
      throw std::invalid_argument("Svc: class_weights names class " + std::to_string(entry->label) +
                                  " twice");
    }
  }
}

template <class T>
Report Svc<T>::fit(const Mat<T>& X, const arma::ivec& labels, const Col<double>& weights) {
  return fit_operator(operator_of("Svc::fit", kernel_, X, options_), labels, weights, &X);
}

template <class T>
Report Svc<T>::fit(const GramOperator<T>& K, const arma::ivec& labels, const Col<double>& weights) {
  return fit_operator(K, labels, weights, nullptr);
}

template <class T>
Report Svc<T>::fit_operator(const GramOperator<T>& K, const arma::ivec& labels,
                            const Col<double>& weights, const Mat<T>* X) {
  const auto start = std::chrono::steady_clock::now();
  require_columns("Svc::fit", "K", K.n_cols(), K.n_rows(), "one per training point");
  require_rows("Svc::fit", "labels", labels.n_elem, K.n_rows(), "one per point");
  const ClassOrder order = order_by_class("Svc::fit", labels, weights, options_);
  const std::vector<ClassPair> pairs = class_pairs(order.classes.n_elem);
  std::vector<PairSolution> solutions;
  try {
    const auto sorted = K.submatrix(order.rows, order.rows);
    solutions = train_pairs(*sorted, order, pairs, options_);
  } catch (const NonFiniteError& error) {  // it counts the rows in the order of the classes
    throw NonFiniteError("Svc::fit", "K", order.rows[error.row()], order.rows[error.column()],
                         error.value());
  }

  Fitted result;
  result.classes = order.classes;
  result.biases.set_size(pairs.size());
  result.margins.set_size(pairs.size());
  Report report;
  report.method = "smo";
  report.threads = resolve_threads(options_.threads);
  report.entry_error = K.entry_error();
  report.certificate = zero_certificate();
  const auto largest = static_cast<double>(K.diagonal().max());
  Mat<double> beta(K.n_rows(), pairs.size(), arma::fill::zeros);
  for (index_t p = 0; p < pairs.size(); ++p) {
    PairSolution& solution = solutions[p];
    const std::vector<index_t> places = pair_places(order, pairs[p]);
    for (index_t i = 0; i < places.size(); ++i) beta(order.rows[places[i]], p) = solution.beta(i);
    result.biases(p) = solution.bias;
    result.margins(p) = solution.margin;
    accumulate(report, solution.report);
    accumulate(report.certificate, solution.report.certificate, largest);
    result.reports.push_back(std::move(solution.report));
  }

  result.support = arma::find(arma::any(beta != 0, 1));
  result.coefficients = beta.rows(result.support);
  for (index_t c = 0; c < order.classes.n_elem; ++c) {
    PairColumns part;
    for (index_t s = 0; s < result.support.n_elem; ++s) {
      if (labels(result.support(s)) == order.classes(c)) part.support.push_back(s);
    }
    for (index_t p = 0; p < pairs.size(); ++p) {
      if (pairs[p].first == c || pairs[p].second == c) part.pairs.push_back(p);
    }
    part.coefficients.set_size(part.support.size(), part.pairs.size());
    for (index_t k = 0; k < part.pairs.size(); ++k) {
      for (index_t s = 0; s < part.support.size(); ++s) {
        part.coefficients(s, k) =
            static_cast<T>(result.coefficients(part.support[s], part.pairs[k]));
      }
    }
    if (!part.support.empty()) result.by_class.push_back(std::move(part));
  }
  if (X != nullptr) {
    result.points = X->cols(result.support);
    result.has_points = true;
  }
  report.message = ended_early("Svc::fit", report.status);
  fitted_ = std::move(result);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

template <class T>
index_t Svc<T>::dim() const {
  return fitted("Svc::dim").points.n_rows;
}

template <class T>
const Kernel& Svc<T>::kernel() const {
  if (!kernel_) throw LogicError("Svc::kernel: the model was made without a kernel");
  return *kernel_;
}

template <class T>
const typename Svc<T>::Fitted& Svc<T>::fitted(const char* where) const {
  if (!fitted_) throw LogicError(std::string(where) + ": the model is not fitted");
  return *fitted_;
}

template <class T>
Mat<T> Svc<T>::decide(const char* where, const Mat<T>& X_new) const {
  const Fitted& model = fitted(where);
  if (!model.has_points) {
    throw LogicError(std::string(where) + ": the model was fitted to an operator; give it K_new");
  }
  require_rows(where, "X_new", X_new.n_rows, model.points.n_rows,
               "one per feature; one column per point");
  require_finite(where, "X_new", X_new);
  return decide(where,
                MatrixFreeGram<T>(*kernel_, X_new, model.points, {.threads = options_.threads}));
}

// The coefficients of a support point are 0 but for the pairs of its class: the products go class
// by class.
template <class T>
Mat<T> Svc<T>::decide(const char* where, const GramOperator<T>& K_new) const {
  const Fitted& model = fitted(where);
  require_columns(where, "K_new", K_new.n_cols(), model.support.n_elem,
                  "one per support point, see support_indices()");
  std::vector<index_t> all(K_new.n_rows());
  std::iota(all.begin(), all.end(), index_t{0});
  Mat<T> out(K_new.n_rows(), model.biases.n_elem);
  if (out.is_empty()) return out;
  for (index_t p = 0; p < out.n_cols; ++p) out.col(p).fill(static_cast<T>(model.biases(p)));
  for (const PairColumns& part : model.by_class) {
    Mat<T> values;
    K_new.submatrix(all, part.support)->multiply(part.coefficients, values);
    for (index_t k = 0; k < part.pairs.size(); ++k) out.col(part.pairs[k]) += values.col(k);
  }
  return out;
}

template <class T>
Mat<T> Svc<T>::decision_values(const Mat<T>& X_new) const {
  return decide("Svc::decision_values", X_new);
}

template <class T>
Mat<T> Svc<T>::decision_values(const GramOperator<T>& K_new) const {
  return decide("Svc::decision_values", K_new);
}

template <class T>
arma::ivec Svc<T>::predict(const Mat<T>& X_new) const {
  return vote(decide("Svc::predict", X_new), fitted_->classes);
}

template <class T>
arma::ivec Svc<T>::predict(const GramOperator<T>& K_new) const {
  return vote(decide("Svc::predict", K_new), fitted_->classes);
}

template <class T>
const arma::ivec& Svc<T>::classes() const {
  return fitted("Svc::classes").classes;
}

template <class T>
const arma::uvec& Svc<T>::support_indices() const {
  return fitted("Svc::support_indices").support;
}

template <class T>
const Mat<double>& Svc<T>::coefficients() const {
  return fitted("Svc::coefficients").coefficients;
}

template <class T>
const Col<double>& Svc<T>::biases() const {
  return fitted("Svc::biases").biases;
}

template <class T>
const Col<double>& Svc<T>::margins() const {
  return fitted("Svc::margins").margins;
}

template <class T>
const std::vector<Report>& Svc<T>::pair_reports() const {
  return fitted("Svc::pair_reports").reports;
}

template <class T>
Certificate verify(const Svc<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const arma::ivec& labels, const Col<double>& weights) {
  require_columns("verify", "K", K.n_cols(), K.n_rows(), "one per training point");
  require_rows("verify", "labels", labels.n_elem, K.n_rows(), "one per point");
  const arma::ivec classes = arma::unique(labels);
  if (!std::equal(classes.begin(), classes.end(), model.classes().begin(), model.classes().end())) {
    throw std::invalid_argument(
        "verify: labels must hold the classes that the model was fitted to, and no others");
  }
  const ClassOrder order = order_by_class("verify", labels, weights, model.options());
  const std::vector<ClassPair> pairs = class_pairs(classes.n_elem);
  Mat<double> beta(K.n_rows(), pairs.size(), arma::fill::zeros);
  if (!model.support_indices().is_empty() && model.support_indices().max() >= K.n_rows()) {
    throw std::invalid_argument("verify: the model has support indices beyond the points given");
  }
  beta.rows(model.support_indices()) = model.coefficients();

  const auto sorted = K.submatrix(order.rows, order.rows);
  const auto largest = static_cast<double>(K.diagonal().max());
  Certificate total = zero_certificate();
  for (index_t p = 0; p < pairs.size(); ++p) {
    const std::vector<index_t> places = pair_places(order, pairs[p]);
    Col<double> column(places.size());
    for (index_t i = 0; i < places.size(); ++i) column(i) = beta(order.rows[places[i]], p);
    const double margin = model.margins()(p), bias = model.biases()(p);
    const SvmDual dual = scaled_down(pair_dual("verify", order, pairs[p], model.options()), margin);
    // nu-SVC: the bias of either class is where its margin begins
    const double edge = model.options().nu > 0 ? 1 : 0;
    Certificate own = svm_certificate(*sorted, dual, column, bias + edge, bias - edge);
    accumulate(total, own, largest);
  }
  return total;
}

template <class T>
Certificate verify(const Svc<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const arma::ivec& labels, const Col<double>& weights) {
  const Kernel& kernel = model.kernel();
  require_rows("verify", "X", X.n_rows, model.dim(), "one per feature; one column per point");
  return verify(model, MatrixFreeGram<T>(kernel, X, {.threads = model.options().threads}), labels,
                weights);
}

#define MERCER_INSTANTIATE(T)                                                           \
  template class Svc<T>;                                                                \
  template Certificate verify(const Svc<T>&, const GramOperator<T>&, const arma::ivec&, \
                              const Col<double>&);                                      \
  template Certificate verify(const Svc<T>&, const Mat<T>&, const arma::ivec&, const Col<double>&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
