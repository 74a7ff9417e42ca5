#include "model/row_weights.hpp"

#include <stdexcept>

#include "mercer/core/check.hpp"

namespace mercer {

Col<double> row_weights(const std::string& where, const Col<double>& weights, index_t n) {
  if (weights.is_empty()) return Col<double>(n, arma::fill::ones);
  require_rows(where.c_str(), "weights", weights.n_elem, n, "one per point");
  for (const double w : weights) require_non_negative((where + ": a weight").c_str(), w);
  if (!arma::any(weights > 0)) throw std::invalid_argument(where + ": the weights are all 0");
  return weights;
}

template <class T>
arma::rowvec weighted_means(const Mat<T>& Y, const Col<double>& w) {
  arma::rowvec means(Y.n_cols, arma::fill::zeros);
  double total = 0;
  for (const double weight : w) total += weight;
  for (index_t t = 0; t < Y.n_cols; ++t) {
    double sum = 0;
    for (index_t i = 0; i < Y.n_rows; ++i) sum += w(i) * static_cast<double>(Y(i, t));
    means(t) = sum / total;
  }
  return means;
}

template arma::rowvec weighted_means(const Mat<double>&, const Col<double>&);
template arma::rowvec weighted_means(const Mat<float>&, const Col<double>&);

}  // namespace mercer
