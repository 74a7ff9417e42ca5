// What a fitted support vector machine with one function is made of.
#pragma once

#include <optional>

#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/tile/points.hpp"

namespace mercer {

/// f(x) = sum_i beta_i k(x_i, x) + bias, over the rows i with beta_i != 0.
template <class T>
class SupportExpansion {
 public:
  SupportExpansion() = default;

  /// beta: n; X: the d x n training points, of which those of the support are kept, or nullptr.
  SupportExpansion(const Col<double>& beta, double bias, const Points<T>* X);

  /// f of the columns of X_new (d x m). Throws LogicError if there are no points,
  /// std::invalid_argument if X_new does not fit or is not finite.
  Col<T> values(const char* where, const Kernel& kernel, Points<T> X_new, int threads) const;

  /// f from K_new, m x n_support: K(X_new, X(:, support)).
  Col<T> values(const char* where, const GramOperator<T>& K_new) const;

  index_t dim() const { return points_ ? points_->view().dim() : 0; }
  const arma::uvec& support() const { return support_; }
  const Col<double>& coefficients() const { return coefficients_; }
  double bias() const { return bias_; }

 private:
  template <class Model>
  friend struct ModelDescription;
  arma::uvec support_;  // ascending
  Col<double> coefficients_;
  double bias_ = 0;
  std::optional<OwnedPoints<T>> points_;  // of the support
};

}  // namespace mercer
