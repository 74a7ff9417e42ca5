// Kernel ridge regression on m centres, for very many points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

#include "mercer/core/point_source.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

enum class NystromMethod {
  automatic,  // by the table below
  direct,     // one pass sums all that is needed: n m^2 flops, then all lambdas and outputs
  falkon,     // conjugate gradients, a pass an iteration: n m kernel values each
};

enum class CentreChoice {
  pivoted_cholesky,  // the pivots of pivoted_cholesky() on max(4 m, 2000) random points: apart
  uniform,           // m points at random, each as likely as any other
};

struct NystromRidgeOptions {
  std::vector<double> lambdas = {1.0};  // > 0, in any order; no factor n, see KernelRidge
  index_t centres = 1000;               // m, at least 1; all rows with weight if there are no more
  CentreChoice choice = CentreChoice::pivoted_cholesky;
  std::uint64_t seed = 1;  // of the centres
  NystromMethod method = NystromMethod::automatic;
  bool centre_target = true;  // see KernelRidgeOptions
  // One more pass after direct, which checks and if need be refines. Without it there is no
  // certificate, and fitted values were off by 1e-7 of them where G was nearly singular.
  bool certify = true;
  double tolerance = 1e-8;       // relative error of the fitted values, see the class
  index_t max_iterations = 100;  // of conjugate gradients
  double time_limit = std::numeric_limits<double>::infinity();  // seconds; see fit
  int threads = 0;                                              // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;   // bytes; 0: three quarters of the machine's memory
  ProgressCallback progress = {};  // stages "pivoted cholesky", "reduction", "conjugate gradients"
};

/// Kernel ridge regression on m centres z_j (the Nystrom method, subset of regressors):
///     minimise  sum_i w_i (y_i - f(x_i))^2 + lambda ||f||^2
///     over  f(x) = mean + sum_j beta_j k(z_j, x),
/// by  (K' W K + lambda G) beta = K' W (y - mean),  K: n x m, k(x_i, z_j),  G: m x m, k(z_i, z_j).
/// With all points as centres it is KernelRidge. Points are read panel by panel, never all at once.
///
/// direct: with U' U = G + jitter I (the smallest jitter that works, see jitter()),
///     H = U^-T K' W K U^-1           one pass over the points, n m^2 flops
///     H = Q B Q', B a band           4/3 m^3 flops; then O(m^2) for each lambda and output
/// Where rounding of K' W K, of size u ||K' W K|| / min eig G in H, might reach lambda, the rows of
/// K U^-1 are summed instead, for n m^2 flops more.
///
/// falkon: H of 4 m random points, scaled up, is a preconditioner (Rudi, Carratino & Rosasco,
/// FALKON, 2017, take the m centres themselves), and conjugate gradients pass over the points: 10
/// to 60 times, more of them for a small lambda. automatic is
///     lambdas times outputs                     1 or 2      more
///     direct for m up to                        4000        7000
/// and direct where n <= 4 m. Measured on 2 cores, d = 10, n = 100 000, lambda = 0.01, one output:
///     m                                         2000        4000
///     direct, seconds                            4.4        16.3
///     falkon, seconds (58, 60 iterations)        8.4        21.1
///
/// Both end with the true residual r of the equation. The error of the fitted values that it stands
/// for, with M = K' W K + lambda G or the preconditioner and g the function of coefficients M^-1 r,
///     ( sum_i w_i g(x_i)^2 / sum_i w_i (f(x_i) - mean)^2 )^1/2,
/// is Report::residual. If it is over the tolerance after direct, conjugate gradients follow with
/// direct as the preconditioner.
///
/// All sums, and the coefficients, are in double for float points as well: the normal equations
/// square what rounding does. The same bits for any number of threads, and for points in memory and
/// in a file.
///
/// Generalised cross-validation of each lambda over the p rows with weight (RidgeCriterion):
///     sum w_i (y_i - f(x_i))^2 / (t sum w_i (1 - tr S / p)^2),  S: y -> f(x), the mean included;
/// with falkon tr S is an estimate, that of the preconditioner.
template <class T = double>
class NystromRidge {
 public:
  /// Throws std::invalid_argument if there is no lambda, one of them or the tolerance is not finite
  /// and positive, or centres is 0.
  explicit NystromRidge(const Kernel& kernel, const NystromRidgeOptions& options = {});

  /// With these centres, d x m, which need not be training points; options.centres is not used.
  NystromRidge(const Kernel& kernel, const NystromRidgeOptions& options, const Mat<T>& centres);

  /// Fits to X (d x n), Y (n x t), optional weights w >= 0 (n; not all 0). iteration_limit if the
  /// tolerance is not reached (the model is there, and the residual in the report); after a stop or
  /// the time limit between iterations of conjugate gradients one more pass finishes the best so
  /// far; after an earlier one, not_positive_definite, not_finite and exceptions the model is as it
  /// was. Throws
  /// std::invalid_argument on bad input, BudgetError if bytes() is over the budget, and what X
  /// throws.
  [[nodiscard]] Report fit(const Mat<T>& X, const Mat<T>& Y, const Col<double>& weights = {});
  [[nodiscard]] Report fit(const PointSource<T>& X, const Mat<T>& Y,
                           const Col<double>& weights = {});

  /// f at the columns of X_new (d x p): p x t, for best() or for options.lambdas[lambda]. Throws
  /// LogicError before fit.
  Mat<T> predict(const Mat<T>& X_new) const;
  Mat<T> predict(const Mat<T>& X_new, index_t lambda) const;
  Mat<T> predict(const PointSource<T>& X_new) const;
  Mat<T> predict(const PointSource<T>& X_new, index_t lambda) const;

  /// The most memory that a fit to n points, d features, t outputs takes beside X, Y and weights.
  std::size_t bytes(index_t n, index_t d, index_t t = 1) const;

  /// The lambda with the least generalised cross-validation, by its place in options.lambdas; among
  /// equals the largest lambda.
  index_t best() const;
  const Col<double>& generalised_cross_validation() const;  // of each lambda

  bool is_fitted() const { return fitted_.has_value(); }
  index_t dim() const;                              // d
  const Mat<T>& centres() const;                    // d x m
  const std::vector<index_t>& centre_rows() const;  // m, their columns in X; empty if given
  const Mat<double>& coefficients() const;          // m x t, of best()
  const Mat<double>& coefficients(index_t lambda) const;
  const arma::rowvec& target_means() const;  // t; zeros without centre_target
  double jitter() const;  // what was added to the diagonal of G to factor it; the equation has none
  const Kernel& kernel() const { return *kernel_; }
  const NystromRidgeOptions& options() const { return options_; }

 private:
  template <class Model>
  friend struct ModelDescription;
  struct Fitted {
    Mat<T> centres;
    std::vector<index_t> rows;
    std::vector<Mat<double>> beta;  // of each lambda: m x t
    arma::rowvec means;
    Col<double> gcv;
    index_t best = 0;
    double jitter = 0;
  };
  const Fitted& fitted(const char* where) const;
  index_t checked(const char* where, index_t lambda) const;
  Report fit_source(const PointSource<T>& X, const Mat<T>& Y, const Col<double>& weights);

  AnyKernel kernel_;
  Mat<T> given_;  // centres; empty if they are chosen
  NystromRidgeOptions options_;
  std::optional<Fitted> fitted_;
};

/// The certificate of a fitted model, recomputed in double from the model and its training data,
/// the worst of all lambdas and outputs:
///     relative_residual:  ||K' W (y - mean - K beta) - lambda G beta|| / ||K' W (y - mean)||
///     prediction_error:   max_i k(x_i, x_i)^1/2 ||W^1/2 r|| / (2 lambda^1/2),
///                         r = y - mean - (K_nn + lambda W^-1) alpha, alpha = beta at the centres
///                         and 0 elsewhere; f* is KernelRidge. NaN if the centres were given.
/// Throws std::invalid_argument if the data are not of the sizes that the model was fitted to.
template <class T>
Certificate verify(const NystromRidge<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const std::type_identity_t<Mat<T>>& Y, const Col<double>& weights = {});

}  // namespace mercer
