// Support vector classification on a low-rank factor of the Gram matrix.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/tile/points.hpp"

namespace mercer {

struct LowRankSvcOptions {
  double C = 1.0;                               // price of a unit of slack, > 0
  std::vector<ClassWeight> class_weights = {};  // classes that are not named have weight 1
  index_t rank = 1000;                          // columns of F, at most
  double trace_tolerance = 1e-6;   // fewer where trace(K - F F') <= this times trace(K); in [0, 1)
  double bias_feature = 1;         // see solve_linear_svm
  double relative_gap = 1e-3;      // per pair, of the approximate problem
  index_t max_epochs = 0;          // per pair; 0: 10000
  std::uint64_t seed = 1;          // of the pivots and of the steps
  int threads = 0;                 // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;   // bytes; 0: 3/4 of the machine's memory
  ProgressCallback progress = {};  // a stop leaves the best model so far
};

/// C-support vector classification with K replaced by F F' of rank r, for more rows than Svc has
/// time for; several classes one against one. pivoted_cholesky makes F, once for all pairs;
/// solve_linear_svm trains on its rows. r n kernel values, 2 r n numbers of memory, and r pivots
/// to predict with:
///     f(x) = sum_s v_s k(x_s, x) + bias,   v = F(pivots, :)^-T w.
///
/// This is an approximation in two ways, and its certificate knows of neither: objectives, gap,
/// violation and decision error in the Report are those of the problem with F F' in place of K and
/// a regularised bias. How much of K is missing is relative_trace(); compare a larger rank to see
/// whether it matters. The kernel must be positive semidefinite.
/// A positive decision value speaks for the second class of a pair, as in Svc. The dual
/// coefficients are kept, 8 bytes for each support vector and pair, so that verify has something to
/// check and Svc::fit_from a place to begin.
template <class T = double>
class LowRankSvc {
 public:
  /// Throws std::invalid_argument if an option is out of its range.
  explicit LowRankSvc(const Kernel& kernel, const LowRankSvcOptions& options = {});

  /// Without a kernel: for operators.
  explicit LowRankSvc(const LowRankSvcOptions& options);

  /// Fits to X (d x n, or a view of points, such as a sparse matrix) with integer class codes (n),
  /// optional weights >= 0 (n). Status not_positive_definite leaves the model as it was. Throws
  /// std::invalid_argument on bad input, BudgetError, with the rank that fits, if 2 rank n
  /// numbers do not; the model is then as it was.
  [[nodiscard]] Report fit(const Mat<T>& X, const arma::ivec& labels,
                           const Col<double>& weights = {}) {
    return fit(Points<T>(X), labels, weights);
  }
  [[nodiscard]] Report fit(Points<T> X, const arma::ivec& labels, const Col<double>& weights = {});
  [[nodiscard]] Report fit(const GramOperator<T>& K, const arma::ivec& labels,
                           const Col<double>& weights = {});

  /// The classes of the columns of X_new (d x m), or from K_new, m x rank(): K(X_new, X(:,
  /// pivots())). Throws LogicError before fit.
  arma::ivec predict(const Mat<T>& X_new) const { return predict(Points<T>(X_new)); }
  arma::ivec predict(Points<T> X_new) const;
  arma::ivec predict(const GramOperator<T>& K_new) const;

  /// f of each pair (0, 1), (0, 2), ..., (1, 2), ... of classes(): m x pairs.
  Mat<T> decision_values(const Mat<T>& X_new) const { return decision_values(Points<T>(X_new)); }
  Mat<T> decision_values(Points<T> X_new) const;
  Mat<T> decision_values(const GramOperator<T>& K_new) const;

  bool is_fitted() const { return fitted_.has_value(); }
  index_t dim() const;                              // d; 0 after the operator door
  const Kernel& kernel() const;                     // LogicError if the model was made without
  const arma::ivec& classes() const;                // ascending
  const arma::uvec& pivots() const;                 // rows of the training set, as they were drawn
  index_t rank() const;                             // r
  double relative_trace() const;                    // trace(K - F F') / trace(K)
  const Mat<double>& coefficients() const;          // v, r x pairs
  const Col<double>& biases() const;                // pairs
  const arma::uvec& support_indices() const;        // ascending rows of the training set
  const Mat<double>& dual_coefficients() const;     // y_i alpha_i, n_support x pairs
  const std::vector<Report>& pair_reports() const;  // with the certificate of each pair
  const LowRankSvcOptions& options() const { return options_; }

 private:
  template <class Model>
  friend struct ModelDescription;
  struct Fitted {
    arma::ivec classes;
    arma::uvec pivots;
    double relative_trace = 1;
    Mat<double> coefficients;
    Col<double> biases;
    std::vector<Report> reports;
    arma::uvec support;
    Mat<double> dual;                      // support x pairs
    std::optional<OwnedPoints<T>> points;  // the pivots; none after the operator door
  };
  const Fitted& fitted(const char* where) const;
  Mat<T> decide(const char* where, Points<T> X_new) const;
  Mat<T> decide(const char* where, const GramOperator<T>& K_new) const;
  Report fit_operator(const GramOperator<T>& K, const arma::ivec& labels,
                      const Col<double>& weights, const Points<T>* X);

  std::optional<AnyKernel> kernel_;
  LowRankSvcOptions options_;
  std::optional<Fitted> fitted_;
};

/// The certificate of a fitted model for its approximate problem, recomputed in double from the
/// model and its training data: F is not used, but products with K(:, pivots) and W =
/// K(pivots, pivots), for F F' = K(:, pivots) W^-1 K(pivots, :). With u = K(pivots, :) beta and f
/// of the model,
///     primal = 1/2 v' W v + bias^2 / (2 B^2) + sum_i C_i max(0, 1 - y_i f_i),
///     dual = sum_i |beta_i| - 1/2 u' W^-1 u - B^2 / 2 (sum_i beta_i)^2;
/// -inf where beta is outside of its bounds. The decision error bounds that of f, bias included, by
/// sqrt(2 gap (max_i k(x_i, x_i) + B^2)). In float, F is rounded, and the gap with it: by about
/// 1e-4 of the objective. Costs 2 r n kernel values and r^3 flops.
/// Throws std::invalid_argument if the labels are of other classes or the sizes do not fit.
template <class T>
Certificate verify(const LowRankSvc<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const arma::ivec& labels, const Col<double>& weights = {});

/// As above, from the points: X is d x n.
template <class T>
Certificate verify(const LowRankSvc<T>& model, const std::type_identity_t<Points<T>>& X,
                   const arma::ivec& labels, const Col<double>& weights = {});
template <class T>
Certificate verify(const LowRankSvc<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const arma::ivec& labels, const Col<double>& weights = {}) {
  return verify(model, Points<T>(X), labels, weights);
}

}  // namespace mercer
