// Kernel logistic regression.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

struct KernelLogisticOptions {
  double lambda = 1.0;             // price of ||f||^2, > 0; no factor n
  int threads = 0;                 // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;   // bytes; 0: three quarters of the machine's memory
  ProgressCallback progress = {};  // a stop leaves the model as it was
};

/// Kernel logistic regression, several classes one against the rest:
///     minimise over f in the RKHS  sum_i log(1 + exp(-y_i f(x_i))) + lambda / 2 ||f||^2,
///     f(x) = sum_i alpha_i k(x_i, x),   P(+1 | x) = 1 / (1 + exp(-f(x))).
/// This is the mode of GaussianProcessClassifier with the kernel k / lambda; there is no bias: add
/// a constant to the kernel for one that has a price. Solver: Newton's method, n^3 / 3 flops a
/// step, two halves of an n x n matrix. The certificate is the duality gap, summed over the
/// problems: lambda / 2 ||f - f*||^2 <= gap up to rounding. All work is in double. The same bits
/// for any number of threads.
template <class T = double>
class KernelLogistic {
 public:
  /// Throws std::invalid_argument if lambda is not finite and positive.
  explicit KernelLogistic(const Kernel& kernel, const KernelLogisticOptions& options = {});

  /// Without a kernel: for precomputed matrices and other operators.
  explicit KernelLogistic(const KernelLogisticOptions& options);

  /// Fits to X (d x n) with integer class codes (n), two or more. A kernel that is not positive
  /// definite or a stop is told in Report::status; then, and after an exception, the model is as it
  /// was. Throws std::invalid_argument on bad input, BudgetError if the matrices do not fit.
  [[nodiscard]] Report fit(const Mat<T>& X, const arma::ivec& labels);

  /// As above with K over the training points, n x n and symmetric, in double.
  [[nodiscard]] Report fit(const GramOperator<double>& K, const arma::ivec& labels);

  /// Of the columns of X_new (d x m), or from K_new, m x n: a row per new point, a column per
  /// training point. The largest f wins; of two classes the second where f > 0.
  arma::ivec predict(const Mat<T>& X_new) const;
  arma::ivec predict(const GramOperator<double>& K_new) const;

  /// f: m x problems.
  Mat<double> decision_values(const Mat<T>& X_new) const;
  Mat<double> decision_values(const GramOperator<double>& K_new) const;

  /// m x classes, rows sum to 1; one against the rest: P(+1) of each problem over their sum.
  Mat<double> probabilities(const Mat<T>& X_new) const;
  Mat<double> probabilities(const GramOperator<double>& K_new) const;

  bool is_fitted() const { return fitted_.has_value(); }
  index_t dim() const;                      // d; 0 after the operator door
  const Kernel& kernel() const;             // LogicError if the model was made without
  const arma::ivec& classes() const;        // ascending; the second of two is +1
  const Mat<double>& coefficients() const;  // alpha: n x problems
  const KernelLogisticOptions& options() const { return options_; }

 private:
  template <class Model>
  friend struct ModelDescription;
  struct Fitted {
    arma::ivec classes;
    Mat<double> alpha;
    Mat<double> points;  // d x n; empty after the operator door
  };
  const Fitted& fitted(const char* where) const;
  Report fit_operator(const GramOperator<double>& K, const arma::ivec& labels,
                      const Mat<double>& points);

  std::optional<AnyKernel> kernel_;
  KernelLogisticOptions options_;
  std::optional<Fitted> fitted_;
};

/// The duality gap of a fitted model, recomputed from its coefficients and training data.
Certificate verify(const KernelLogistic<double>& model, const GramOperator<double>& K,
                   const arma::ivec& labels);

}  // namespace mercer
