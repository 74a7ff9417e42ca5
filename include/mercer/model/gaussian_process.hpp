// Gaussian process regression.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mercer/core/checkpoint.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/model/hyperparameters.hpp"
#include "mercer/solver/cholesky.hpp"

namespace mercer {

class CheckpointSection;
class FitWatch;
class GaussianSystem;

/// How the posterior is found, for n points:
///
///     cholesky            all of it to rounding        n^3 / 3 flops         n^2 / 2 doubles
///     conjugate_gradient  the mean to a tolerance,     products with K, some n^2 / 2 floats
///                         the likelihood an estimate   30 probes n^2 flops   or none
///
/// automatic is cholesky where its memory fits the budget, or parameters are to be optimised, or
/// some output is without noise; conjugate_gradient else.
///
/// K is kept in tiles of floats where they fit the budget and the noise is well above their
/// rounding, and is computed for each product where not. The preconditioner is that of KernelRidge.
enum class GaussianProcessMethod { automatic, cholesky, conjugate_gradient };

/// "automatic", "cholesky", "conjugate gradient".
std::string to_string(GaussianProcessMethod method);

struct GaussianProcessOptions {
  double noise = 1e-2;        // variance of the outputs around f, >= 0, in squared units of y
  bool centre_target = true;  // the prior mean is that of y, else 0

  bool optimise = false;       // choose theta() by ascent of the marginal likelihood
  bool optimise_noise = true;  // the noise among it, unless that is 0
  HyperparameterOptions search = {};

  GaussianProcessMethod method = GaussianProcessMethod::automatic;
  // Of conjugate_gradient, in (0, 1): for every x with k(x, x) <= D = max_i k(x_i, x_i), the mean
  // is within tolerance * (root of the weighted mean square of y - mean), the weights being 1 /
  // variance of an output, and the standard deviation within tolerance * k(x, x)^1/2; certified.
  double tolerance = 1e-4;
  index_t probes = 16;            // of its likelihood, at least 2
  index_t rank = 0;               // of its preconditioner; 0: min(10 sqrt(n), n / 5)
  std::uint64_t seed = 1;         // of the pivots of its preconditioner, and of the probes
  index_t max_iterations = 1000;  // of conjugate gradients, of Lanczos, and for new points

  int threads = 0;                 // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;   // bytes; 0: three quarters of the machine's memory
  ProgressCallback progress = {};  // after each evaluation and within; the criterion is the largest
                                   // derivative, 0 without optimisation
  CheckpointOptions checkpoint = {};  // where a long fit goes on after an interruption
};

/// log p(y | X, theta) and its gradient.
struct MarginalLikelihood {
  double value = 0;
  std::vector<double> gradient;  // one per value of theta
};

/// log p(y | X, theta) of a fit: a number to rounding, or an estimate.
struct LikelihoodEstimate {
  double value = 0;
  // Of an estimate: its random part, from the spread of the probes.
  double standard_error = 0;
  // Of an estimate: bound on what is not random, the quadratures of the probes and the residual of
  // alpha. What rounding K to floats does to it is not part of it.
  double bound = 0;
  bool is_estimate = false;
};

/// What predictions spread around.
enum class Spread {
  function,    // f(x): where the function itself lies
  observation  // f(x) + noise: where a new output would lie
};

template <class T>
struct GaussianPrediction {
  Col<T> mean;                // m
  Col<T> standard_deviation;  // m
  // By conjugate gradients they are too large by at most this; 0: exact to rounding.
  double standard_deviation_error = 0;
};

template <class T>
struct JointPrediction {
  Col<T> mean;        // m
  Mat<T> covariance;  // m x m
};

/// Gaussian process regression:  y_i = f(x_i) + e_i,  f ~ GP(mean, k),  e_i ~ N(0, noise +
/// noise_i), the noise_i being known, or 0. With A = K + diag(noise + noise_i), alpha = A^-1 (y -
/// mean):
///     E f(x) = mean + k(x)' alpha,    cov(f(x), f(z)) = k(x, z) - k(x)' A^-1 k(z),
///     log p(y) = -1/2 (y - mean)' alpha - 1/2 log det A - n/2 log 2 pi.
/// The mean is that of y, or 0; the likelihood takes it as given.
///
/// Hyper-parameters are those of Kernel::theta(), then log noise (where noise > 0). Their gradient
/// 1/2 sum_ij (alpha alpha' - A^-1)_ij dA_ij/dtheta takes the inverse in the memory of the factor
/// and one pass over tiles of K: n^2 / 2 doubles in all, whatever d is, and n^3 + O(d n^2) flops.
/// The ascent is L-BFGS with bounds (NLopt's, of Luksan).
///
/// If A has no Cholesky factor, the smallest u 2^e mean(diag K), u = 2^-52, 0 <= e <= 32, with
/// which it has one is added to its diagonal, and told by jitter(). All work is in double; T is the
/// type of points and results. The same bits for any number of threads.
///
/// Where there is no room for a factor, GaussianProcessMethod::conjugate_gradient: alpha by
/// products with K until the error of the mean is certified, Certificate::prediction_error; log det
/// A from probes, see stochastic_log_determinant. Report::method and likelihood() say so. With V
/// near A^-1 k(X, x) and R = k(X, x) - A V, the variance is k(x, x) - k(x)' V - V' R, which is too
/// large by R' A^-1 R, at most ||R||^2 / noise. Parameters are not optimised then; choose them on a
/// part of the points. Source: Rasmussen & Williams, Gaussian Processes for Machine Learning, 2006,
/// algorithm 2.1 and eq. 5.9; Gardner, Pleiss, Bindel, Weinberger & Wilson, GPyTorch, 2018.
template <class T = double>
class GaussianProcess {
 public:
  /// Throws std::invalid_argument on options out of range, and on optimise with
  /// conjugate_gradient.
  explicit GaussianProcess(const Kernel& kernel, const GaussianProcessOptions& options = {});

  /// Without a kernel: for precomputed matrices and other operators.
  explicit GaussianProcess(const GaussianProcessOptions& options);

  /// Fits, from the parameters that the model was made with, to X (d x n), y (n) and known
  /// variances noise_i >= 0 (n, or none). A kernel matrix without Cholesky factor even with jitter,
  /// or a stop before the first likelihood, is told in Report::status; then, and after an
  /// exception, the model is as it was. A later stop, or the time limit, leaves the best parameters
  /// so far. A stop of conjugate gradients after their first iteration leaves the best mean so far,
  /// and a likelihood of NaN. Throws std::invalid_argument on bad input (NaN of the kernel among
  /// it), BudgetError if the method does not fit into the budget.
  [[nodiscard]] Report fit(const Mat<T>& X, const Col<T>& y, const Col<double>& noise = {});

  /// As above with K over the training points, n x n and symmetric, in double. There is nothing to
  /// optimise: LogicError if that is wanted.
  [[nodiscard]] Report fit(const GramOperator<double>& K, const Col<T>& y,
                           const Col<double>& noise = {});

  /// E f at the columns of X_new (d x m): m. No variance is computed. Throws LogicError before fit.
  Col<T> predict(const Mat<T>& X_new) const;

  /// From K_new, m x n: a row per new point, a column per training point.
  Col<T> predict(const GramOperator<double>& K_new) const;

  /// With standard deviations: n^2 flops a point; by conjugate gradients an n^2 for each of their
  /// iterations.
  GaussianPrediction<T> predict_with_std(const Mat<T>& X_new,
                                         Spread spread = Spread::function) const;

  /// From K_new and the variances k(x, x) of the new points, m. LogicError if the model was fitted
  /// to an operator by conjugate gradients, which would need it again.
  GaussianPrediction<T> predict_with_std(const GramOperator<double>& K_new,
                                         const Col<double>& variances,
                                         Spread spread = Spread::function) const;

  /// With the whole covariance: O(m n^2 + m^2 n) flops.
  JointPrediction<T> predict_with_covariance(const Mat<T>& X_new,
                                             Spread spread = Spread::function) const;

  /// Functions drawn at the columns of X_new: m x count, each column one function. From the
  /// posterior, or from the prior, for which no fit is needed (its mean is 0 then). The same seed
  /// gives the same functions.
  Mat<T> sample(const Mat<T>& X_new, index_t count, std::uint64_t seed = 0) const;
  Mat<T> sample_prior(const Mat<T>& X_new, index_t count, std::uint64_t seed = 0) const;

  /// log p(y | X, theta) and its gradient for any theta, laid out as theta(), by Cholesky; the
  /// model is not changed. The value is -infinity where A has no Cholesky factor.
  MarginalLikelihood marginal_likelihood(const Mat<T>& X, const Col<T>& y,
                                         std::span<const double> theta,
                                         const Col<double>& noise = {}) const;

  bool is_fitted() const { return fitted_.has_value(); }

  /// With the parameters found, once fitted. LogicError if the model was made without.
  const Kernel& kernel() const;
  double noise() const { return fitted_ ? fitted_->noise : options_.noise; }
  std::vector<double> theta() const;  // of the kernel, then log noise if noise > 0
  std::vector<std::string> theta_names() const;

  double log_marginal_likelihood() const;  // of the fit: likelihood().value
  const LikelihoodEstimate& likelihood() const;
  double jitter() const;                    // what was added to the diagonal of A; mostly 0
  double mean() const;                      // of the prior
  const Col<double>& coefficients() const;  // alpha: n
  index_t dim() const;                      // d; 0 after the operator door
  const GaussianProcessOptions& options() const { return options_; }

 private:
  template <class Model>
  friend struct ModelDescription;
  struct Fitted {
    Mat<double> points = {};               // d x n; empty after the operator door
    std::optional<AnyKernel> kernel = {};  // with the parameters found; none after that door
    double noise = 0;
    Col<double> point_noise = {};  // n, or none
    double mean = 0;
    Col<double> alpha = {};
    std::optional<CholeskyFactor<double>> factor = {};       // of A, or else
    std::shared_ptr<const GaussianSystem> system = nullptr;  // none after the operator door
    index_t rank = 0;                                        // that was planned for the system
    LikelihoodEstimate likelihood = {};
    double jitter = 0;
  };
  const Fitted& fitted(const char* where) const;
  Mat<double> checked_points(const char* where, const Mat<T>& X_new) const;
  template <class Use>
  auto with_posterior(const char* where, Use use) const;
  SymmetricTiles<double> posterior_tiles(const char* where, const Mat<double>& X_new) const;
  // Factorises, and on success becomes the result; the report tells.
  void conclude(const GramOperator<double>& K, const Col<double>& target,
                const Col<double>& point_noise, Fitted&& result, Report& report, Poll poll);
  // The same by conjugate gradients.
  void iterate(const GramOperator<double>& K, const Col<double>& target,
               const Col<double>& point_noise, Fitted&& result, Report& report, FitWatch& watch,
               const CheckpointSection& section);

  std::optional<AnyKernel> kernel_;
  GaussianProcessOptions options_;
  std::optional<Fitted> fitted_;
};

/// The certificate of a fitted model, recomputed from the model and its training data: the residual
/// and backward error of A alpha = y - mean, and the bound on the mean's error, by products with
/// kernel values computed again.
template <class T>
Certificate verify(const GaussianProcess<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const std::type_identity_t<Col<T>>& y, const Col<double>& noise = {});

}  // namespace mercer
