#include "model/nystrom_certificate.hpp"

#include <algorithm>
#include <cmath>

#include "mercer/core/check.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/model/nystrom_ridge.hpp"
#include "model/row_weights.hpp"

namespace mercer {
namespace {

double larger(double a, double b) { return std::isnan(a) || a > b ? a : b; }

// w_i^1/2 r_i of the exact problem, squared and summed; E: b - K beta.
void add_squares(const Mat<double>& E, const Mat<double>& beta, const Col<double>& w,
                 const std::vector<index_t>& rows, const std::vector<double>& lambdas,
                 NystromSums& sums) {
  sums.squares.zeros(E.n_cols);
  sums.exact_squares.zeros(E.n_cols);
  const index_t t = E.n_cols / lambdas.size();
  for (index_t k = 0; k < E.n_cols; ++k) {
    Col<double> r = E.col(k);
    for (index_t j = 0; j < rows.size(); ++j) {
      if (w(rows[j]) > 0) r(rows[j]) -= lambdas[k / t] * beta(j, k) / w(rows[j]);
    }
    for (index_t i = 0; i < r.n_elem; ++i) {
      sums.squares(k) += w(i) * E(i, k) * E(i, k);
      sums.exact_squares(k) += w(i) * r(i) * r(i);
    }
  }
}

}  // namespace

Certificate nystrom_certificate(const NystromSums& sums, const Mat<double>& penalty,
                                const Mat<double>& right, const std::vector<double>& lambdas,
                                bool centres_are_rows) {
  Certificate certificate;
  certificate.relative_residual = 0;
  if (centres_are_rows) certificate.prediction_error = 0;
  for (index_t k = 0; k < penalty.n_cols; ++k) {
    const double lambda = lambdas[k / right.n_cols];
    double r = 0, b = 0;
    for (index_t j = 0; j < penalty.n_rows; ++j) {
      const double residual = sums.image(j, k) - lambda * penalty(j, k);
      r += residual * residual;
      b += right(j, k % right.n_cols) * right(j, k % right.n_cols);
    }
    if (r != 0) {
      certificate.relative_residual = larger(certificate.relative_residual, std::sqrt(r / b));
    }
    if (!centres_are_rows) continue;
    certificate.prediction_error =
        larger(certificate.prediction_error,
               std::sqrt(sums.largest_diagonal * sums.exact_squares(k) / lambda) / 2);
  }
  return certificate;
}

Col<double> nystrom_squares(const NystromProblem& problem, const Mat<double>& beta,
                            const Mat<double>& penalty, const Mat<double>& right) {
  const index_t t = problem.outputs();
  Col<double> squares(problem.columns(), arma::fill::zeros);
  for (index_t k = 0; k < squares.n_elem; ++k) {
    for (index_t i = 0; i < problem.n(); ++i) {
      squares(k) += problem.w(i) * problem.b(i, k % t) * problem.b(i, k % t);
    }
    for (index_t j = 0; j < beta.n_rows; ++j) {
      squares(k) -= beta(j, k) * (right(j, k % t) + problem.lambda_of(k) * penalty(j, k));
    }
  }
  return squares;
}

template <class T>
Certificate verify(const NystromRidge<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const std::type_identity_t<Mat<T>>& Y, const Col<double>& weights) {
  const std::vector<double>& lambdas = model.options().lambdas;
  const std::vector<index_t>& rows = model.centre_rows();
  const Mat<T>& Z = model.centres();
  const index_t n = X.n_cols, m = Z.n_cols, t = model.target_means().n_elem;
  require_rows("verify", "X", X.n_rows, model.dim(), "one per feature; one column per point");
  require_rows("verify", "Y", Y.n_rows, n, "one per training point");
  require_columns("verify", "Y", Y.n_cols, t, "one per output");
  if (!rows.empty() && *std::max_element(rows.begin(), rows.end()) >= n) {
    throw std::invalid_argument("verify: X must be the training points; it has " +
                                std::to_string(n) + " columns, and one of the centres was column " +
                                std::to_string(*std::max_element(rows.begin(), rows.end())));
  }
  const Col<double> w = row_weights("verify", weights, n);

  Mat<double> beta(m, lambdas.size() * t, arma::fill::none);
  for (index_t l = 0; l < lambdas.size(); ++l) {
    beta.cols(l * t, l * t + t - 1) = model.coefficients(l);
  }
  Mat<double> b = arma::conv_to<Mat<double>>::from(Y);
  b.each_row() -= model.target_means();
  const GramOptions options{.threads = model.options().threads};
  const MatrixFreeGram<T> K(model.kernel(), X, Z, options);
  const MatrixFreeGram<T> transposed(model.kernel(), Z, X, options);
  const MatrixFreeGram<T> G(model.kernel(), Z, options);
  Mat<double> E, penalty, right;
  K.multiply_in_double(beta, E);
  for (index_t k = 0; k < E.n_cols; ++k) E.col(k) = b.col(k % t) - E.col(k);
  NystromSums sums;
  add_squares(E, beta, w, rows, lambdas, sums);
  E.each_col() %= w;
  b.each_col() %= w;
  transposed.multiply_in_double(E, sums.image);
  transposed.multiply_in_double(b, right);
  G.multiply_in_double(beta, penalty);
  sums.largest_diagonal =
      static_cast<double>(MatrixFreeGram<T>(model.kernel(), X, options).diagonal().max());
  return nystrom_certificate(sums, penalty, right, lambdas, !rows.empty());
}

template Certificate verify(const NystromRidge<double>&, const Mat<double>&, const Mat<double>&,
                            const Col<double>&);
template Certificate verify(const NystromRidge<float>&, const Mat<float>&, const Mat<float>&,
                            const Col<double>&);

}  // namespace mercer
