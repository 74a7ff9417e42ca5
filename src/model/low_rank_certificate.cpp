// The certificate of LowRankSvc, from the model and its training data.
#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/model/low_rank_svc.hpp"
#include "model/low_rank_options.hpp"
#include "model/one_against_one.hpp"
#include "model/pair_solution.hpp"
#include "model/svm_fit.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Relative room for rounding at the bounds.
constexpr double feasible_to = 1e-9;

// diag(U' W^-1 U), W symmetric and positive semidefinite. The columns of U are in the range of W,
// so that a pseudo-inverse is exact where rounding leaves no Cholesky factor.
Col<double> inverse_norms(const Mat<double>& W, const Mat<double>& U) {
  if (W.is_empty()) return Col<double>(U.n_cols, arma::fill::zeros);
  Mat<double> L;
  if (arma::chol(L, W, "lower")) {
    const Mat<double> Z = arma::solve(arma::trimatl(L), U);
    return arma::sum(Z % Z, 0).t();
  }
  Col<double> values;
  Mat<double> vectors;
  if (!arma::eig_sym(values, vectors, W)) {
    return Col<double>(U.n_cols, arma::fill::value(infinity));
  }
  const Mat<double> Z = vectors.t() * U;
  const double least = static_cast<double>(W.n_rows) * arma::datum::eps * values.max();
  Col<double> out(U.n_cols, arma::fill::zeros);
  for (index_t k = 0; k < values.n_elem; ++k) {
    if (values(k) > least) out += arma::square(Z.row(k).t()) / values(k);
  }
  return out;
}

// K(rows, columns) V in double.
template <class T>
Mat<double> product(const GramOperator<T>& K, const std::vector<index_t>& rows,
                    const std::vector<index_t>& columns, const Mat<double>& V) {
  Mat<double> out(rows.size(), V.n_cols, arma::fill::zeros);
  if (!rows.empty() && !columns.empty()) K.submatrix(rows, columns)->multiply_in_double(V, out);
  return out;
}

}  // namespace

template <class T>
Certificate verify(const LowRankSvc<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const arma::ivec& labels, const Col<double>& weights) {
  require_columns("verify", "K", K.n_cols(), K.n_rows(), "one per training point");
  require_rows("verify", "labels", labels.n_elem, K.n_rows(), "one per point");
  const arma::ivec classes = arma::unique(labels);
  if (!std::equal(classes.begin(), classes.end(), model.classes().begin(), model.classes().end())) {
    throw std::invalid_argument(
        "verify: labels must hold the classes that the model was fitted to, and no others");
  }
  const index_t n = K.n_rows();
  const std::vector<index_t> pivots(model.pivots().begin(), model.pivots().end());
  const std::vector<index_t> support(model.support_indices().begin(),
                                     model.support_indices().end());
  for (const auto* rows : {&pivots, &support}) {
    if (std::any_of(rows->begin(), rows->end(), [&](index_t row) { return row >= n; })) {
      throw std::invalid_argument("verify: the model has rows beyond the points given");
    }
  }
  const ClassOrder order = order_by_class("verify", labels, weights, svc_options(model.options()));
  const std::vector<ClassPair> pairs = class_pairs(classes.n_elem, MultiClass::one_against_one);

  const Mat<double>& V = model.coefficients();
  const Mat<double> identity(pivots.size(), pivots.size(), arma::fill::eye);
  const Mat<double> W = product(K, pivots, pivots, identity);
  const Col<double> norms = arma::sum(V % Mat<double>(W * V), 0).t();
  const Col<double> dual_norms =
      inverse_norms(arma::symmatl(W), product(K, pivots, support, model.dual_coefficients()));
  Mat<double> f = product(K, all_indices(n), pivots, V);
  Mat<double> beta(n, pairs.size(), arma::fill::zeros);
  beta.rows(model.support_indices()) = model.dual_coefficients();

  const double B = model.options().bias_feature;
  const double largest = static_cast<double>(K.diagonal().max()) + B * B;
  Certificate total = zero_certificate();
  for (index_t p = 0; p < pairs.size(); ++p) {
    const double bias = model.biases()(p);
    double loss = 0, alphas = 0, sum = 0, violation = 0;
    bool feasible = true;
    const index_t first = order.of_class[pairs[p].first].size();
    const std::vector<index_t> places = pair_places(order, pairs[p]);
    for (index_t i = 0; i < places.size(); ++i) {
      const index_t row = order.rows[places[i]];
      const double y = i < first ? -1 : 1, C = order.C(places[i]), alpha = y * beta(row, p);
      const double slack = 1 - y * (f(row, p) + bias);
      feasible = feasible && alpha >= -feasible_to * C && alpha <= (1 + feasible_to) * C;
      loss += slack > 0 ? C * slack : 0;
      alphas += alpha;
      sum += beta(row, p);
      if (alpha < C) violation = std::max(violation, slack);
      if (alpha > 0) violation = std::max(violation, -slack);
    }
    Certificate own;
    const double of_bias = bias == 0 ? 0 : bias * bias / (2 * B * B);
    own.primal_objective = norms(p) / 2 + of_bias + loss;
    own.dual_objective = feasible ? alphas - dual_norms(p) / 2 - B * B * sum * sum / 2 : -infinity;
    own.gap = own.primal_objective - own.dual_objective;
    own.violation = feasible ? violation : infinity;
    accumulate(total, own, 2 * largest);
  }
  return total;
}

template <class T>
Certificate verify(const LowRankSvc<T>& model, const std::type_identity_t<Points<T>>& X,
                   const arma::ivec& labels, const Col<double>& weights) {
  return verify(model, training_operator(model, X), labels, weights);
}

#define MERCER_INSTANTIATE(T)                                                                  \
  template Certificate verify(const LowRankSvc<T>&, const GramOperator<T>&, const arma::ivec&, \
                              const Col<double>&);                                             \
  template Certificate verify(const LowRankSvc<T>&, const Points<T>&, const arma::ivec&,       \
                              const Col<double>&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
