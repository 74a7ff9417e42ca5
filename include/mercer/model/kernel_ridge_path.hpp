// Kernel ridge regression along a grid of lambda and kernels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/model/kernel_ridge.hpp"

namespace mercer {

/// What a model of a grid is judged by; the sums are over the rows with weight and all outputs.
enum class RidgeCriterion {
  leave_one_out,  // sum w_i e_i^2 / (t sum w_i), e: residuals of models refitted without row i
  k_fold,         // the same of models refitted without the fold of row i
  // Generalised cross-validation (Golub, Heath & Wahba 1979) of m rows with weight:
  //     sum w_i (y_i - f(x_i))^2 / (t sum w_i (1 - tr H / m)^2),  H: y -> f(x), the mean included
  generalised,
  // log p(Y) of a Gaussian process with noise of variance lambda / w_i, the mean given, summed over
  // the outputs; the largest is the best:
  //     -1/2 b' A^-1 b - 1/2 log det A - m/2 log 2 pi + 1/2 sum log w_i
  log_marginal_likelihood,
};

/// count values from first to last with a constant ratio, both ends exact.
/// Throws std::invalid_argument if one is not positive, or count is 0; first alone if count is 1.
std::vector<double> log_grid(double first, double last, index_t count);

struct KernelRidgePathOptions {
  std::vector<double> lambdas = log_grid(1e-6, 1e2, 50);  // > 0, in any order; see KernelRidge
  bool centre_target = true;                              // see KernelRidgeOptions
  bool leave_one_out = true;                              // doubles the flops of the reduction
  index_t folds = 0;               // of k_fold, at least 2; 0: none. n^3 / folds flops per lambda
  std::uint64_t seed = 1;          // of the folds
  arma::uvec fold_of = {};         // n, the fold that holds a row out; empty: dealt by the seed
  bool details = true;             // keep coefficients and residuals of all cells
  int threads = 0;                 // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;   // bytes; 0: three quarters of the machine's memory
  ProgressCallback progress = {};  // stages "band reduction", "basis", "path"
};

/// KernelRidge for each lambda and each kernel, from one reduction K = Q B Q' to a band per kernel
/// (BandReduction): with A = W^1/2 K W^1/2 + lambda I and b as KernelRidge has them,
///     coefficients, log det A, tr A^-1:      banded, O(n b^2 + n b t) flops per lambda
///     leave-one-out, from diag A^-1:         2 n^2 b flops per lambda
///     k-fold, e_S = [A^-1]_SS^-1 (A^-1 b)_S: n^2 |S| flops per lambda and fold S (An, Liu &
///                                            Venkatesh 2007)
/// and 8/3 n^3 flops once (4/3 n^3 without leave-one-out and folds), where each Cholesky factor
/// with the diagonal of its inverse takes 2/3 n^3. In all of them the mean of the target is
/// refitted without the rows left out, as KernelRidge says. The same bits for any number of
/// threads.
///
/// Rows without weight are in no fold and no criterion; their residuals are those of the full
/// model. n^2 values of memory and a tenth more; see bytes().
template <class T = double>
class KernelRidgePath {
 public:
  struct Cell {
    index_t lambda = 0;  // its place in options.lambdas
    index_t kernel = 0;
  };
  struct Choice {
    KernelRidge<T> model;
    Report report;
  };

  /// Throws std::invalid_argument if there is no kernel or no lambda, or a lambda is not finite and
  /// positive.
  explicit KernelRidgePath(std::vector<AnyKernel> kernels,
                           const KernelRidgePathOptions& options = {});
  explicit KernelRidgePath(const Kernel& kernel, const KernelRidgePathOptions& options = {})
      : KernelRidgePath(std::vector<AnyKernel>{kernel}, options) {}

  /// Without kernels, for an operator: the surface has one column.
  explicit KernelRidgePath(const KernelRidgePathOptions& options);

  /// X: d x n, Y: n x t, weights w >= 0: n, not all 0. Where A has no Cholesky factor the cell is
  /// NaN, and the report tells from which lambda on there is one; status not_positive_definite if
  /// there is none at all. Then, after a stop and after an exception, the path is as it was. The
  /// certificate is the worst of all cells. Throws std::invalid_argument on bad input, such as one
  /// row with leave_one_out or an empty fold, NonFiniteError where a kernel value is NaN or
  /// infinite, BudgetError.
  [[nodiscard]] Report fit(const Mat<T>& X, const Mat<T>& Y, const Col<double>& weights = {});
  [[nodiscard]] Report fit(const GramOperator<T>& K, const Mat<T>& Y,
                           const Col<double>& weights = {});

  /// The most memory that a fit to n rows and t outputs takes beside the kernel and the data.
  std::size_t bytes(index_t n, index_t t = 1) const;

  /// lambdas x kernels; all NaN where the options left the criterion out. LogicError before fit.
  const Mat<double>& surface(RidgeCriterion criterion) const;

  /// The best cell; among equals the largest lambda, then the first kernel. LogicError if all are
  /// NaN.
  Cell best(RidgeCriterion criterion = RidgeCriterion::leave_one_out) const;

  /// The model of the best cell, fitted by KernelRidge, with the report of that fit; from K after
  /// the operator door.
  Choice best_model(RidgeCriterion criterion = RidgeCriterion::leave_one_out) const;
  Choice best_model(const GramOperator<T>& K,
                    RidgeCriterion criterion = RidgeCriterion::leave_one_out) const;

  // n x t x lambdas, with options.details; LogicError without, or if the options left them out.
  const arma::Cube<T>& coefficients(index_t kernel = 0) const;
  const arma::Cube<T>& leave_one_out_residuals(index_t kernel = 0) const;
  const arma::Cube<T>& fold_residuals(index_t kernel = 0) const;

  bool is_fitted() const { return fitted_.has_value(); }
  const arma::rowvec& target_means() const;  // t; zeros without centre_target
  const arma::uvec& fold_of() const;         // n; options.folds for rows without weight
  const std::vector<double>& lambdas() const { return options_.lambdas; }
  const std::vector<AnyKernel>& kernels() const { return kernels_; }
  const KernelRidgePathOptions& options() const { return options_; }

 private:
  struct Details {
    arma::Cube<T> coefficients, leave_one_out, k_fold;
  };
  struct Fitted {
    Mat<double> surfaces[4];       // by criterion
    std::vector<Details> details;  // of each kernel
    arma::rowvec means;
    arma::uvec fold_of;
    Mat<T> X;  // d x n; empty after the operator door
    Mat<T> Y;
    Col<double> weights;
  };
  const Fitted& fitted(const char* where) const;
  const Details& details(const char* where, index_t kernel) const;
  Report fit_all(const GramOperator<T>* K, const Mat<T>& X, const Mat<T>& Y,
                 const Col<double>& weights);

  std::vector<AnyKernel> kernels_;
  KernelRidgePathOptions options_;
  std::optional<Fitted> fitted_;
};

}  // namespace mercer
