// Cross-validation of support vector classification over kernels and C.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/data/scaler.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/tile/points.hpp"

namespace mercer {

struct SvcGridOptions {
  index_t folds = 5;        // at least 2; of fold_of, if that is given, its largest value + 1
  std::uint64_t seed = 1;   // of the folds
  arma::uvec fold_of = {};  // n, the fold that holds a row out; empty: stratified by the seed
  Scaling scaling = Scaling::none;              // of features, by the training rows of each fold
  std::vector<ClassWeight> class_weights = {};  // in training, as SvcOptions has them
  double tolerance = 1e-3;                      // largest KKT violation, as in LIBSVM
  index_t max_iterations = 0;                   // per problem of two classes; 0: max(10^7, 100 n)
  double time_limit = std::numeric_limits<double>::infinity();  // seconds of the whole grid
  int threads = 0;                                              // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;   // bytes of kernel values; 0: 3/4 of the machine's memory
  ProgressCallback progress = {};  // stage "grid"; the criterion is how many fits are left
};

/// What cross-validation says of each pair of a kernel and a C.
struct SvcGrid {
  struct Cell {
    index_t kernel = 0;  // its place in the list
    index_t C = 0;
  };
  Mat<double> accuracy;              // kernels x C: share of all rows; NaN where folds are missing
  arma::Cube<double> fold_accuracy;  // kernels x C x folds: of the rows held out; NaN where missing
  Mat<double> steps;                 // kernels x C: of the solver, over folds and pairs
  arma::uvec fold_of;                // n
  std::optional<Cell> best;          // none if no cell is complete
  Report report;                     // residual: the largest of all fits
};

/// Cross-validates Svc(kernel, {.C = C}) for each kernel and each C: a row counts as right if the
/// model of the other folds predicts its label. The best cell has the largest accuracy; among
/// equals, the smallest C, then the first kernel.
///
/// The kernel values of all rows are computed once per kernel and serve all folds, pairs of classes
/// and C: a row that is held out has the bound 0, and its decision value is linear - F + bias, from
/// the gradient F that the solver has kept. With scaling they are computed once per kernel and
/// fold. Distances are computed once for all kernels. Along rising C, each fit begins at C' / C
/// times the solution before it, where F is known. Folds and kernels run side by side, one on each
/// thread.
///
/// Kernel values are floats, and what they make of f is not corrected: |error| <= 2^-24 max |K_ij|
/// sum |beta_j|. Solutions are those of Svc to the tolerance, so that rows within about as much of
/// the border may be predicted otherwise.
///
///     bytes    4 n times n + 16 to n + 31 per kernel; as many kernels at once as the budget holds,
///              with scaling no more than keep the threads busy
///
/// A stop or the end of the time leaves NaN in the cells that are not complete. A fit that ends at
/// its iteration limit counts, and the report says so. The same bits for any number of threads.
/// X: d x n; labels: n class codes; C: any order.
/// Throws std::invalid_argument on bad input: no kernel, no C, one that is not positive, more folds
/// than rows, an empty fold, a fold that holds out all rows of a class, sparse points that should
/// be scaled, and what Svc refuses; NonFiniteError, with the kernel's place, where a kernel value
/// is NaN or infinite; BudgetError if the values of one kernel exceed the budget.
template <class T>
SvcGrid svc_grid(const std::vector<AnyKernel>& kernels, Points<T> X, const arma::ivec& labels,
                 const std::vector<double>& C, const SvcGridOptions& options = {});
template <class T>
SvcGrid svc_grid(const std::vector<AnyKernel>& kernels, const Mat<T>& X, const arma::ivec& labels,
                 const std::vector<double>& C, const SvcGridOptions& options = {}) {
  return svc_grid(kernels, Points<T>(X), labels, C, options);
}

/// An Rbf for each gamma.
std::vector<AnyKernel> rbf_kernels(const std::vector<double>& gammas);

/// first, first * factor, first * factor^2, ...: count values.
/// Throws std::invalid_argument if first or factor is not positive.
std::vector<double> powers(double first, double factor, index_t count);

}  // namespace mercer
