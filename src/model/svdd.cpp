#include "mercer/model/svdd.hpp"

#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/solver/svm.hpp"
#include "model/svm_fit.hpp"

namespace mercer {
namespace {

template <class T>
SvmDual dual_of(const char* where, const GramOperator<T>& K, const Col<double>& weights,
                double nu) {
  const Col<double> w = row_bounds(where, 1, weights, K.n_rows());
  return svdd_dual(where, arma::conv_to<Col<double>>::from(K.diagonal()), w / (nu * arma::accu(w)));
}

}  // namespace

template <class T>
Svdd<T>::Svdd(const Kernel& kernel, const SvddOptions& options) : Svdd(options) {
  this->kernel_ = kernel;
}

template <class T>
Svdd<T>::Svdd(const SvddOptions& options) : SupportModel<T>("Svdd"), options_(options) {
  if (!(options.nu > 0 && options.nu <= 1)) {
    throw std::invalid_argument("Svdd: nu must be in (0, 1], is " + shortest(options.nu));
  }
  require_solver_options("Svdd", options);
}

template <class T>
Report Svdd<T>::fit(Points<T> X, const Col<double>& weights) {
  return fit_operator(operator_of("Svdd::fit", this->kernel_, X, options_), weights, &X);
}

template <class T>
Report Svdd<T>::fit(const GramOperator<T>& K, const Col<double>& weights) {
  return fit_operator(K, weights, nullptr);
}

template <class T>
Report Svdd<T>::fit_operator(const GramOperator<T>& K, const Col<double>& weights,
                             const Points<T>* X) {
  require_columns("Svdd::fit", "K", K.n_cols(), K.n_rows(), "one per training point");
  if (K.n_rows() == 0) throw std::invalid_argument("Svdd::fit: K has no rows");
  const SvmSolution solution = solve_single(
      "Svdd", "Svdd::fit", K, dual_of("Svdd::fit", K, weights, options_.nu), options_, X);
  this->expansion_.emplace(solution.beta, solution.bias, X);
  // D = sum_i beta_i K_ii / 2 - ||a||^2 / 2
  const Col<double> diagonal = arma::conv_to<Col<double>>::from(K.diagonal());
  centre_norm_ =
      arma::dot(solution.beta, diagonal) - 2 * solution.report.certificate.dual_objective;
  return solution.report;
}

// With F = K_ii / 2 - (K beta)_i, which is the bias on the sphere: R^2 = 2 bias + ||a||^2 and
// f = 2 bias - k(x, x) + 2 (K beta)(x).
template <class T>
Col<T> Svdd<T>::decision_values(const GramOperator<T>& K_new, const Col<T>& diagonal) const {
  constexpr const char* where = "Svdd::decision_values";
  const SupportExpansion<T>& model = this->fitted("decision_values");
  require_rows(where, "diagonal", diagonal.n_elem, K_new.n_rows(), "one per new point");
  return 2 * model.values(where, K_new) - diagonal;
}

template <class T>
Col<T> Svdd<T>::decision_values(Points<T> X_new) const {
  constexpr const char* where = "Svdd::decision_values";
  const Col<T> values =
      this->fitted("decision_values").values(where, this->kernel(), X_new, options_.threads);
  return 2 * values -
         MatrixFreeGram<T>(this->kernel(), X_new, X_new, {.threads = options_.threads}).diagonal();
}

template <class T>
arma::ivec Svdd<T>::predict(Points<T> X_new) const {
  return signs(decision_values(X_new));
}

template <class T>
arma::ivec Svdd<T>::predict(const GramOperator<T>& K_new, const Col<T>& diagonal) const {
  return signs(decision_values(K_new, diagonal));
}

template <class T>
double Svdd<T>::squared_radius() const {
  return 2 * this->fitted("squared_radius").bias() + centre_norm_;
}

template <class T>
Certificate verify(const Svdd<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const Col<double>& weights) {
  require_columns("verify", "K", K.n_cols(), K.n_rows(), "one per training point");
  return svm_certificate(K, dual_of("verify", K, weights, model.options().nu),
                         coefficients_of_rows("verify", model, K.n_rows()), model.bias());
}

template <class T>
Certificate verify(const Svdd<T>& model, const std::type_identity_t<Points<T>>& X,
                   const Col<double>& weights) {
  const Kernel& kernel = model.kernel();
  require_rows("verify", "X", X.dim(), model.dim(), "one per feature; one column per point");
  const MatrixFreeGram<T> K(kernel, X, X, {.threads = model.options().threads});
  return verify(model, K, weights);
}

#define MERCER_INSTANTIATE(T)                                                              \
  template class Svdd<T>;                                                                  \
  template Certificate verify(const Svdd<T>&, const GramOperator<T>&, const Col<double>&); \
  template Certificate verify(const Svdd<T>&, const Points<T>&, const Col<double>&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
