// What the parts of a Nystrom fit share: points, targets, centres.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "mercer/core/point_source.hpp"
#include "mercer/core/types.hpp"
#include "mercer/kernel/kernel.hpp"
#include "model/fit_watch.hpp"

namespace mercer {

/// Minimise sum_i w_i (b_i - f(x_i))^2 + lambda ||f||^2 over f = sum_j beta_j k(z_j, .), for all
/// lambdas and outputs. All is in double whatever the type of the model: a normal equation squares
/// what rounding does. With K the n x m values k(x_i, z_j), G the m x m values k(z_i, z_j):
///     (K' W K + lambda G) beta = K' W b.
/// Columns of beta: those of the first lambda, an output after the other, then of the next.
struct NystromProblem {
  const Kernel& kernel;
  const PointSource<double>& X;
  Mat<double> b;  // n x t: the targets less their mean
  Col<double> w;  // n, >= 0
  std::vector<double> lambdas;
  Mat<double> Z;              // d x m: the centres
  std::vector<index_t> rows;  // m: where the centres stand in X; empty if they are not of X
  int threads = 0;
  FitWatch& watch;

  index_t n() const { return w.n_elem; }
  index_t m() const { return Z.n_cols; }
  index_t outputs() const { return b.n_cols; }
  index_t columns() const { return lambdas.size() * b.n_cols; }
  double lambda_of(index_t column) const { return lambdas[column / b.n_cols]; }
};

/// Calls body(first, X(:, first .. first + count)) for the points in panels of at most `rows`.
template <class Body>
void for_panels(const PointSource<double>& X, index_t rows, Body body) {
  Mat<double> panel;
  for (index_t first = 0; first < X.n(); first += rows) {
    X.read(first, std::min(rows, X.n() - first), panel);
    body(first, std::as_const(panel));
  }
}

/// The points of these indices, d x indices.size().
inline Mat<double> read_points(const PointSource<double>& X, const std::vector<index_t>& indices) {
  Mat<double> out(X.dim(), indices.size(), arma::fill::none), one;
  for (index_t k = 0; k < indices.size(); ++k) {
    X.read(indices[k], 1, one);
    std::copy(one.begin(), one.end(), out.begin_col(k));
  }
  return out;
}

}  // namespace mercer
