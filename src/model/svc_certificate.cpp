// The certificate of Svc, from the model and its training data.
#include <algorithm>
#include <stdexcept>

#include "mercer/core/check.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/solver/svm.hpp"
#include "model/one_against_one.hpp"
#include "model/pair_solution.hpp"
#include "model/svm_fit.hpp"

namespace mercer {

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
  const std::vector<ClassPair> pairs = class_pairs(classes.n_elem, model.options().multi_class);
  Mat<double> beta(K.n_rows(), pairs.size(), arma::fill::zeros);
  if (!model.support_indices().is_empty() && model.support_indices().max() >= K.n_rows()) {
    throw std::invalid_argument("verify: the model has support indices beyond the points given");
  }
  beta.rows(model.support_indices()) = model.coefficients();

  const auto largest = static_cast<double>(K.diagonal().max());
  Certificate total = zero_certificate();
  for (index_t p = 0; p < pairs.size(); ++p) {
    std::vector<index_t> rows = pair_places(order, pairs[p]);
    for (index_t& row : rows) row = order.rows[row];
    const Col<double> column = beta.submat(arma::uvec(rows), arma::uvec{p});
    const double margin = model.margins()(p), bias = model.biases()(p);
    const SvmDual dual = scaled_down(pair_dual("verify", order, pairs[p], model.options()), margin);
    // nu-SVC: the bias of either class is where its margin begins
    const double edge = model.options().nu > 0 ? 1 : 0;
    Certificate own =
        svm_certificate(*K.submatrix(rows, rows), dual, column, bias + edge, bias - edge);
    accumulate(total, own, largest);
  }
  return total;
}

template <class T>
Certificate verify(const Svc<T>& model, const std::type_identity_t<Points<T>>& X,
                   const arma::ivec& labels, const Col<double>& weights) {
  return verify(model, training_operator(model, X), labels, weights);
}

#define MERCER_INSTANTIATE(T)                                                           \
  template Certificate verify(const Svc<T>&, const GramOperator<T>&, const arma::ivec&, \
                              const Col<double>&);                                      \
  template Certificate verify(const Svc<T>&, const Points<T>&, const arma::ivec&,       \
                              const Col<double>&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
