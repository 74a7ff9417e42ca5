// The search for the parameters of a model by cross-validation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/selection/any_estimator.hpp"
#include "mercer/selection/cross_validation.hpp"
#include "mercer/selection/folds.hpp"
#include "mercer/selection/score.hpp"
#include "mercer/selection/search_space.hpp"
#include "mercer/selection/search_table.hpp"

namespace mercer {

/// A model with these parameters. It is called for all candidates before the first fit.
template <class T>
using MakeModel = std::function<AnyEstimator<T>(const Parameters&)>;

struct SearchOptions {
  std::optional<Score> score = {};  // none: accuracy, or rmse of regressions
  Scaling scaling = Scaling::none;  // learnt anew from the training rows of each fold
  int threads = 0;                  // 0: omp_get_max_threads(); fits side by side
  std::size_t memory_budget = 0;    // bytes of kernel values; 0: 3/4 of the machine's memory
  double time_limit = std::numeric_limits<double>::infinity();  // seconds; no fit begins later
  ProgressCallback progress = {};  // between fits, stage "search"; the criterion is the fits left
};

/// Cross-validates each candidate, those of SearchSpace::grid() or random(), or others:
///
///     const SearchTable table = search<double>(
///         [](const Parameters& p) { return Svc<double>(p.kernel(), {.C = p.number("C")}); },
///         space.grid(), X, labels, stratified_folds(labels, 5));
///
/// The best row has the best mean; among equals the first one, so candidates had better begin with
/// the simplest. What fits share:
///
///     distances       and dot products, from 128 features on: computed once for all gammas, and
///                     without scaling once for all folds. With fewer features, it takes less time
///                     to compute them again than to read them from memory
///     kernel values   from 128 features on: of the candidates that have the same kernel, and
///                     without scaling of all folds. By AnyEstimator::shared_kernel, and as far as
///                     half of the memory budget holds both
///     solutions       where AnyEstimator::price is there: a fit begins at that for the C before
///     one fit         serves all rows in leave-one-out of KernelRidge
///     svc_grid        does the work where candidates are Svc with all combinations of some kernels
///                     and C, scored by accuracy on one division. It shares distances and values
///                     however many features there are; its stage is "grid", seconds are equal
///                     shares of all, and callbacks of models not called
///
/// Folds and kernels run side by side, one on each thread; the fits in them have one thread. A
/// candidate that a model refuses (std::invalid_argument, BudgetError) is "failed" in the table. A
/// stop or the end of the time leaves rows "not run" or not complete. The same bits for any number
/// of threads.
///
/// X, targets, folds and what is thrown: as cross_validate; also if there is no candidate, if they
/// have different tasks, and what make throws.
template <class T>
SearchTable search(const std::type_identity_t<MakeModel<T>>& make,
                   const std::vector<Parameters>& candidates, const Mat<T>& X,
                   const Targets& targets, const Folds& folds, const SearchOptions& options = {});

struct HalvingOptions {
  index_t factor = 3;      // of the rows, and of the candidates; at least 2
  index_t min_rows = 100;  // of the first round, at least
  std::uint64_t seed = 1;  // of the rows that are taken first
};

/// Successive halving (Jamieson & Talwalkar 2016): rounds r = 0, ..., R - 1 train on n / factor^(R
/// - 1 - r) rows, n the number of all, and the best share 1 / factor of the candidates of a round,
/// rounded up, goes on to the next. As many rounds as min_rows and the candidates allow. Rows held
/// out are all those of a fold, in each round; rows that train are more and more of one order, in
/// which classes keep their shares. Ranks are those of the last round first. Seconds are sums.
template <class T>
SearchTable halving_search(const std::type_identity_t<MakeModel<T>>& make,
                           const std::vector<Parameters>& candidates, const Mat<T>& X,
                           const Targets& targets, const Folds& folds,
                           const HalvingOptions& halving = {}, const SearchOptions& options = {});

/// A model of all rows.
template <class T>
struct Refitted {
  std::optional<Scaler<T>> scaler;  // apply it to new points first
  AnyEstimator<T> model;
  Report report;
};

/// The best candidate, fitted to all rows, scaled as in the search.
/// Throws LogicError if the table has no best row, and what the model throws.
template <class T>
Refitted<T> refit(const std::type_identity_t<MakeModel<T>>& make, const SearchTable& table,
                  const Mat<T>& X, const Targets& targets, Scaling scaling = Scaling::none);

}  // namespace mercer
