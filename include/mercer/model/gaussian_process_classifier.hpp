// Gaussian process classification.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "mercer/core/checkpoint.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "mercer/model/hyperparameters.hpp"
#include "mercer/solver/cholesky.hpp"

namespace mercer {

struct GaussianProcessClassifierOptions {
  bool optimise = false;  // choose theta() of each problem by ascent of its marginal likelihood
  HyperparameterOptions search = {};
  int threads = 0;                    // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;      // bytes; 0: three quarters of the machine's memory
  ProgressCallback progress = {};     // a stop leaves the model as it was, or, while parameters are
                                      // chosen, takes the best so far of each problem
  CheckpointOptions checkpoint = {};  // where a long fit goes on after an interruption
};

/// Binary Gaussian process classification by Laplace's approximation, several classes one against
/// the rest:  P(y_i = +1 | f) = sigma(f(x_i)) = 1 / (1 + exp(-f(x_i))),  f ~ GP(0, k). The
/// posterior of f is taken as the normal distribution around its mode f^ with the curvature there:
///     E f(x) = k(x)' g,   var f(x) = k(x, x) - k(x)' R k(x),   P(+1 | x) = E sigma(f(x)),
///     log p(y) = log p(y | f^) - 1/2 f^' K^-1 f^ - 1/2 log det B,
/// g the gradient of log p(y | f^), W = -its derivative, B = I + W^1/2 K W^1/2, R = W^1/2 B^-1
/// W^1/2. The mode is found by Newton's method, n^3 / 3 flops a step; two halves of an n x n matrix
/// in all, one more for each problem beyond the first. The last integral is computed to 1e-14, not
/// approximated. The same bits for any number of threads.
/// Source: Rasmussen & Williams, Gaussian Processes for Machine Learning, 2006, algorithms 3.1, 3.2
/// and 5.1.
template <class T = double>
class GaussianProcessClassifier {
 public:
  /// Throws std::invalid_argument on options out of range.
  explicit GaussianProcessClassifier(const Kernel& kernel,
                                     const GaussianProcessClassifierOptions& options = {});

  /// Fits to X (d x n) with integer class codes (n), two or more. Statuses and exceptions as
  /// GaussianProcess::fit. The certificate has the gap of the modes, summed.
  [[nodiscard]] Report fit(const Mat<T>& X, const arma::ivec& labels);

  /// The most probable class of each column of X_new (d x m). Two classes: by the sign of E f.
  arma::ivec predict(const Mat<T>& X_new) const;

  /// m x classes, rows sum to 1; one against the rest: P(+1) of each problem over their sum.
  Mat<T> probabilities(const Mat<T>& X_new) const;

  /// Mean and deviation of f of one problem.
  GaussianPrediction<T> latent(const Mat<T>& X_new, index_t problem = 0) const;

  /// log p(y | X, theta) and its gradient, summed over the problems, all with this theta.
  MarginalLikelihood marginal_likelihood(const Mat<T>& X, const arma::ivec& labels,
                                         std::span<const double> theta) const;

  bool is_fitted() const { return fitted_.has_value(); }
  index_t dim() const;                              // d
  const arma::ivec& classes() const;                // ascending; the second of two is +1
  index_t problems() const;                         // 1 for two classes, else their number
  const Kernel& kernel(index_t problem = 0) const;  // with the parameters found, once fitted
  const Col<double>& coefficients(index_t problem = 0) const;  // g: n
  double log_marginal_likelihood() const;                      // summed over the problems
  const GaussianProcessClassifierOptions& options() const { return options_; }

 private:
  template <class Model>
  friend struct ModelDescription;
  struct Problem {
    AnyKernel kernel;
    Col<double> gradient;           // g: n
    Col<double> root_w;             // n
    CholeskyFactor<double> factor;  // of B
    double likelihood;
  };
  struct Fitted {
    arma::ivec classes;
    Mat<double> points;  // d x n
    std::vector<Problem> problems;
  };
  const Fitted& fitted(const char* where) const;
  Mat<double> checked_points(const char* where, const Mat<T>& X_new) const;

  AnyKernel kernel_;
  GaussianProcessClassifierOptions options_;
  std::optional<Fitted> fitted_;
};

/// The duality gaps of the modes of a fitted model, summed, recomputed from its coefficients and
/// training data. Throws std::invalid_argument if the data are not of the sizes that the model was
/// fitted to.
template <class T>
Certificate verify(const GaussianProcessClassifier<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const arma::ivec& labels);

}  // namespace mercer
