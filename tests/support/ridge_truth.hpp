// Kernel ridge regression in long double, and how far a model is from it.
#pragma once

#include <algorithm>
#include <cmath>

#include "support/long_matrix.hpp"

namespace mercer::test {

/// f* = mean + sum_i alpha_i k(x_i, .), (W^1/2 K W^1/2 + lambda I) beta = W^1/2 (y - mean),
/// alpha = W^1/2 beta, for exact kernel values, exact data and the means of the model.
class RidgeTruth {
 public:
  /// K: n x n, Y: n x t, w: n, means: t.
  template <class T>
  RidgeTruth(LongMatrix K, const Mat<T>& Y, const Col<double>& w, double lambda,
             const arma::rowvec& means)
      : K_(std::move(K)) {
    const index_t n = K_.rows();
    std::vector<long double> root(n);
    for (index_t i = 0; i < n; ++i) root[i] = std::sqrt(static_cast<long double>(w(i)));
    LongMatrix A = K_, B(Y);
    for (index_t j = 0; j < n; ++j) {
      for (index_t i = 0; i < n; ++i) A(i, j) *= root[i] * root[j];
      A(j, j) += lambda;
    }
    for (index_t t = 0; t < Y.n_cols; ++t) {
      for (index_t i = 0; i < n; ++i) B(i, t) = root[i] * (B(i, t) - means(t));
    }
    alpha_ = solve_positive_definite(std::move(A), std::move(B));
    for (index_t t = 0; t < Y.n_cols; ++t) {
      for (index_t i = 0; i < n; ++i) alpha_(i, t) *= root[i];
    }
    for (index_t i = 0; i < n; ++i) largest_ = std::max(largest_, K_(i, i));
  }

  /// The worst output's ||f - f*|| max_i k(x_i, x_i)^1/2: what bounds |f(x) - f*(x)| where k(x, x)
  /// is at most the maximum.
  template <class T>
  double bound_of(const Mat<T>& alpha) const {
    const LongMatrix E = errors(alpha), KE = multiply_symmetric(K_, E);
    long double worst = 0;
    for (index_t t = 0; t < E.cols(); ++t) {
      worst = std::max(worst, dot(E.column(t), KE.column(t), E.rows()));
    }
    return static_cast<double>(std::sqrt(worst * largest_));
  }

  /// max |f(x) - f*(x)| over the training points and those of the columns of K_new (n x m) whose
  /// k(x, x) is at most the maximum, all in long double.
  template <class T>
  double largest_error(const Mat<T>& alpha, const LongMatrix& K_new,
                       const std::vector<long double>& diagonal) const {
    const LongMatrix E = errors(alpha);
    long double worst = 0;
    for (index_t t = 0; t < E.cols(); ++t) {
      for (index_t i = 0; i < K_.rows(); ++i) {
        worst = std::max(worst, std::abs(dot(K_.column(i), E.column(t), E.rows())));
      }
      for (index_t j = 0; j < K_new.cols(); ++j) {
        if (diagonal[j] > largest_) continue;
        worst = std::max(worst, std::abs(dot(K_new.column(j), E.column(t), E.rows())));
      }
    }
    return static_cast<double>(worst);
  }

 private:
  template <class T>
  LongMatrix errors(const Mat<T>& alpha) const {
    LongMatrix E = alpha_;
    for (index_t t = 0; t < E.cols(); ++t) {
      for (index_t i = 0; i < E.rows(); ++i) E(i, t) -= alpha(i, t);
    }
    return E;
  }

  LongMatrix K_, alpha_;
  long double largest_ = 0;
};

}  // namespace mercer::test
