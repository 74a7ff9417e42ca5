#include "mercer/model/svr.hpp"

#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/solver/svm.hpp"
#include "model/svm_fit.hpp"
#include "model/warm_start.hpp"

namespace mercer {

template <class T>
Svr<T>::Svr(const Kernel& kernel, const SvrOptions& options) : Svr(options) {
  this->kernel_ = kernel;
}

template <class T>
Svr<T>::Svr(const SvrOptions& options) : SupportModel<T>("Svr"), options_(options) {
  require_positive("Svr: C", options.C);
  require_non_negative("Svr: epsilon", options.epsilon);
  if (!(options.nu >= 0 && options.nu <= 1)) {
    throw std::invalid_argument("Svr: nu must be in (0, 1], or 0 for epsilon-SVR, is " +
                                shortest(options.nu));
  }
  require_solver_options("Svr", options);
}

template <class T>
Report Svr<T>::fit(Points<T> X, const Col<double>& y, const Col<double>& weights) {
  const MatrixFreeGram<T> K = operator_of("Svr::fit", this->kernel_, X, options_);
  return fit_operator(K, y, weights, &X, nullptr);
}

template <class T>
Report Svr<T>::fit(const GramOperator<T>& K, const Col<double>& y, const Col<double>& weights) {
  return fit_operator(K, y, weights, nullptr, nullptr);
}

template <class T>
Report Svr<T>::fit_from(const Svr& start, Points<T> X, const Col<double>& y,
                        const Col<double>& weights) {
  const MatrixFreeGram<T> K = operator_of("Svr::fit_from", this->kernel_, X, options_);
  return fit_operator(K, y, weights, &X, &start);
}

template <class T>
Report Svr<T>::fit_from(const Svr& start, const GramOperator<T>& K, const Col<double>& y,
                        const Col<double>& weights) {
  return fit_operator(K, y, weights, nullptr, &start);
}

template <class T>
Report Svr<T>::fit_operator(const GramOperator<T>& K, const Col<double>& y,
                            const Col<double>& weights, const Points<T>* X, const Svr* start) {
  const char* where = start == nullptr ? "Svr::fit" : "Svr::fit_from";
  require_columns(where, "K", K.n_cols(), K.n_rows(), "one per training point");
  require_rows(where, "y", y.n_elem, K.n_rows(), "one per point");
  require_finite(where, "y", Mat<double>(y));
  const Col<double> C = row_bounds(where, options_.C, weights, y.n_elem);
  const index_t n = y.n_elem;
  const bool finds_tube = options_.nu > 0;
  SvmDual dual =
      finds_tube ? nu_svr_dual(y, C, options_.nu) : epsilon_svr_dual(y, C, options_.epsilon);
  if (start != nullptr) {
    if (!start->is_fitted()) throw LogicError("Svr::fit_from: start is not fitted");
    const Col<double> beta = coefficients_of_rows(where, *start, n);
    const double factor = options_.C / start->options().C;
    dual.start = near_start(
        dual,
        finds_tube ? Col<double>(arma::join_cols(arma::clamp(beta, 0, arma::datum::inf),
                                                 arma::clamp(beta, -arma::datum::inf, 0)))
                   : beta,
        factor);
  }
  SvmSolution solution = solve_single("Svr", where, K, dual, options_, X);
  if (!finds_tube) {
    this->expansion_.emplace(solution.beta, solution.bias, X);
    epsilon_ = options_.epsilon;
    return solution.report;
  }
  // On the upper edge of the tube y - K beta = bias + epsilon, on the lower bias - epsilon.
  this->expansion_.emplace(solution.beta.head(n) + solution.beta.tail(n),
                           (solution.bias + solution.second_bias) / 2, X);
  epsilon_ = (solution.bias - solution.second_bias) / 2;
  return solution.report;
}

template <class T>
Col<T> Svr<T>::predict(Points<T> X_new) const {
  return this->fitted("predict").values("Svr::predict", this->kernel(), X_new, options_.threads);
}

template <class T>
Col<T> Svr<T>::predict(const GramOperator<T>& K_new) const {
  return this->fitted("predict").values("Svr::predict", K_new);
}

template <class T>
double Svr<T>::epsilon() const {
  this->fitted("epsilon");
  return epsilon_;
}

template <class T>
Certificate verify(const Svr<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const Col<double>& y, const Col<double>& weights) {
  require_rows("verify", "y", y.n_elem, K.n_rows(), "one per point");
  const Col<double> C = row_bounds("verify", model.options().C, weights, y.n_elem);
  const double epsilon = model.epsilon() < 0 ? 0 : model.epsilon();
  return svm_certificate(K, epsilon_svr_dual(y, C, epsilon),
                         coefficients_of_rows("verify", model, K.n_rows()), model.bias());
}

template <class T>
Certificate verify(const Svr<T>& model, const std::type_identity_t<Points<T>>& X,
                   const Col<double>& y, const Col<double>& weights) {
  const Kernel& kernel = model.kernel();
  require_rows("verify", "X", X.dim(), model.dim(), "one per feature; one column per point");
  const MatrixFreeGram<T> K(kernel, X, X, {.threads = model.options().threads});
  return verify(model, K, y, weights);
}

#define MERCER_INSTANTIATE(T)                                                            \
  template class Svr<T>;                                                                 \
  template Certificate verify(const Svr<T>&, const GramOperator<T>&, const Col<double>&, \
                              const Col<double>&);                                       \
  template Certificate verify(const Svr<T>&, const Points<T>&, const Col<double>&,       \
                              const Col<double>&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
