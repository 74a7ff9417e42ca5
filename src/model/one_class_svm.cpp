#include "mercer/model/one_class_svm.hpp"

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
  return one_class_dual(w, nu);
}

}  // namespace

template <class T>
OneClassSvm<T>::OneClassSvm(const Kernel& kernel, const OneClassSvmOptions& options)
    : OneClassSvm(options) {
  this->kernel_ = kernel;
}

template <class T>
OneClassSvm<T>::OneClassSvm(const OneClassSvmOptions& options)
    : SupportModel<T>("OneClassSvm"), options_(options) {
  if (!(options.nu > 0 && options.nu <= 1)) {
    throw std::invalid_argument("OneClassSvm: nu must be in (0, 1], is " + shortest(options.nu));
  }
  require_solver_options("OneClassSvm", options);
}

template <class T>
Report OneClassSvm<T>::fit(Points<T> X, const Col<double>& weights) {
  return fit_operator(operator_of("OneClassSvm::fit", this->kernel_, X, options_), weights, &X);
}

template <class T>
Report OneClassSvm<T>::fit(const GramOperator<T>& K, const Col<double>& weights) {
  return fit_operator(K, weights, nullptr);
}

template <class T>
Report OneClassSvm<T>::fit_operator(const GramOperator<T>& K, const Col<double>& weights,
                                    const Points<T>* X) {
  require_columns("OneClassSvm::fit", "K", K.n_cols(), K.n_rows(), "one per training point");
  if (K.n_rows() == 0) throw std::invalid_argument("OneClassSvm::fit: K has no rows");
  const SvmSolution solution =
      solve_single("OneClassSvm", "OneClassSvm::fit", K,
                   dual_of("OneClassSvm::fit", K, weights, options_.nu), options_, X);
  this->expansion_.emplace(solution.beta, solution.bias, X);
  return solution.report;
}

template <class T>
Col<T> OneClassSvm<T>::decision_values(Points<T> X_new) const {
  constexpr const char* where = "OneClassSvm::decision_values";
  return this->fitted("decision_values").values(where, this->kernel(), X_new, options_.threads);
}

template <class T>
Col<T> OneClassSvm<T>::decision_values(const GramOperator<T>& K_new) const {
  constexpr const char* where = "OneClassSvm::decision_values";
  return this->fitted("decision_values").values(where, K_new);
}

template <class T>
arma::ivec OneClassSvm<T>::predict(Points<T> X_new) const {
  return signs(decision_values(X_new));
}

template <class T>
arma::ivec OneClassSvm<T>::predict(const GramOperator<T>& K_new) const {
  return signs(decision_values(K_new));
}

template <class T>
Certificate verify(const OneClassSvm<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const Col<double>& weights) {
  require_columns("verify", "K", K.n_cols(), K.n_rows(), "one per training point");
  return svm_certificate(K, dual_of("verify", K, weights, model.options().nu),
                         coefficients_of_rows("verify", model, K.n_rows()), model.bias());
}

template <class T>
Certificate verify(const OneClassSvm<T>& model, const std::type_identity_t<Points<T>>& X,
                   const Col<double>& weights) {
  const Kernel& kernel = model.kernel();
  require_rows("verify", "X", X.dim(), model.dim(), "one per feature; one column per point");
  const MatrixFreeGram<T> K(kernel, X, X, {.threads = model.options().threads});
  return verify(model, K, weights);
}

#define MERCER_INSTANTIATE(T)                                                                     \
  template class OneClassSvm<T>;                                                                  \
  template Certificate verify(const OneClassSvm<T>&, const GramOperator<T>&, const Col<double>&); \
  template Certificate verify(const OneClassSvm<T>&, const Points<T>&, const Col<double>&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
