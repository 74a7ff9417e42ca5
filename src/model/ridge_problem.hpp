// The linear system of kernel ridge regression, and what its solvers give back.
#pragma once

#include <string>

#include "mercer/core/report.hpp"
#include "mercer/gram/gram_operator.hpp"

namespace mercer {

/// (W^1/2 K W^1/2 + lambda I) beta = W^1/2 (Y - means) = B,  alpha = W^1/2 beta.
template <class T>
struct RidgeProblem {
  const GramOperator<T>& K;  // n x n
  const Mat<T>& Y;           // n x t
  Col<double> w;             // n
  Col<double> root_w;
  arma::rowvec means;  // t
  double lambda = 1;
  int threads = 0;

  bool is_weighted() const { return arma::any(w != 1); }

  /// B in double.
  Mat<double> right_sides() const {
    Mat<double> B(Y.n_rows, Y.n_cols, arma::fill::none);
    for (index_t t = 0; t < Y.n_cols; ++t) {
      for (index_t i = 0; i < Y.n_rows; ++i) {
        B(i, t) = root_w(i) * (static_cast<double>(Y(i, t)) - means(t));
      }
    }
    return B;
  }
};

template <class T>
struct RidgeSolution {
  Status status = Status::converged;
  std::string method, message;  // as in Report
  index_t iterations = 0;
  bool at_rounding = false;  // iteration_limit, because double allows no better certificate
  Mat<T> alpha;              // n x t; empty if there is none
  Mat<T> leave_one_out;
  Certificate certificate;
};

}  // namespace mercer
