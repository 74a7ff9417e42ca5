#include "mercer/selection/svc_grid.hpp"

#include <algorithm>
#include <atomic>
#include <list>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "gram/fill.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/tile/statistic.hpp"
#include "model/folds.hpp"
#include "model/pair_solution.hpp"
#include "model/svm_fit.hpp"
#include "selection/fold_fits.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace {

// What Svc knows of the options; C = 1, so that the bounds are the weights.
SvcOptions svc_options(const SvcGridOptions& options) {
  return {.C = 1,
          .class_weights = options.class_weights,
          .tolerance = options.tolerance,
          .max_iterations = options.max_iterations,
          .time_limit = options.time_limit,
          .threads = options.threads,
          .memory_budget = options.memory_budget,
          .progress = options.progress};
}

void require_folds(const arma::uvec& fold_of, index_t n) {
  require_rows("svc_grid", "fold_of", fold_of.n_elem, n, "one per point");
  const index_t largest = fold_of.max();
  if (largest == 0 || largest >= n) {
    throw std::invalid_argument("svc_grid: fold_of must have its values in 0, 1, ..., folds - 1, " +
                                std::string("2 <= folds <= ") + std::to_string(n) +
                                ", the largest is " + std::to_string(largest));
  }
  std::vector<bool> seen(largest + 1, false);
  for (const index_t fold : fold_of) seen[fold] = true;
  const auto absent = std::find(seen.begin(), seen.end(), false);
  if (absent != seen.end()) {
    throw std::invalid_argument("svc_grid: each fold of fold_of must have a row, fold " +
                                std::to_string(absent - seen.begin()) + " has none");
  }
}

arma::uvec folds_of(const ClassOrder& order, const SvcGridOptions& options) {
  const index_t n = order.rows.size();
  if (!options.fold_of.is_empty()) {
    require_folds(options.fold_of, n);
    return options.fold_of;
  }
  if (options.folds < 2 || options.folds > n) {
    throw std::invalid_argument("svc_grid: folds must be at least 2 and at most " +
                                std::to_string(n) + ", the rows, is " +
                                std::to_string(options.folds));
  }
  return stratified_folds(order, options.folds, options.seed);
}

// The largest accuracy; among equals the smallest C, then the first kernel.
std::optional<SvcGrid::Cell> best_of(const Mat<double>& accuracy,
                                     const std::vector<index_t>& by_C) {
  std::optional<SvcGrid::Cell> best;
  for (const index_t c : by_C) {
    for (index_t k = 0; k < accuracy.n_rows; ++k) {
      if (std::isnan(accuracy(k, c))) continue;
      if (!best || accuracy(k, c) > accuracy(best->kernel, best->C)) best = SvcGrid::Cell{k, c};
    }
  }
  return best;
}

// Bytes of kernel values at the same time that are worth to think about.
constexpr std::size_t large = std::size_t{4} << 30;

template <class T>
class Grid {
 public:
  Grid(const std::vector<AnyKernel>& kernels, Points<T> X, const arma::ivec& labels,
       const std::vector<double>& C, const SvcGridOptions& options)
      : kernels_(kernels),
        options_(svc_options(options)),
        scaling_(options.scaling),
        watch_(options_),
        by_C_(C.size()) {
    std::iota(by_C_.begin(), by_C_.end(), index_t{0});
    std::stable_sort(by_C_.begin(), by_C_.end(), [&](index_t a, index_t b) { return C[a] < C[b]; });
    for (const index_t c : by_C_) rising_.push_back(C[c]);
    ClassOrder order = order_by_class("svc_grid", labels, {}, options_);
    out_.fold_of = folds_of(order, options);
    folds_ = out_.fold_of.max() + 1;
    fold_size_.zeros(folds_);
    for (const index_t fold : out_.fold_of) ++fold_size_(fold);
    rows_ = grid_rows("svc_grid", std::move(order), out_.fold_of, folds_);
    X_ = select_points(X, rows_.order.rows);
    out_.accuracy.zeros(kernels.size(), C.size());
    out_.steps.zeros(kernels.size(), C.size());
    out_.fold_accuracy.set_size(kernels.size(), C.size(), folds_);
  }

  SvcGrid run() {
    const index_t n = rows_.order.rows.size();
    const std::size_t one = GridKernel<T>::bytes(n);
    const std::size_t budget = resolve_memory_budget(options_.memory_budget);
    require_budget("svc_grid",
                   "the " + std::to_string(n) + " x " + std::to_string(n) + " values of one kernel",
                   one, budget);
    const std::vector<Values> all = all_values();
    // With scaling: two kernels in all folds, or more for a larger team; of large matrices no more
    // than the team, because fresh memory costs more time than a team that waits for its last one.
    const index_t team = team_size(all.size(), options_.threads);
    const index_t busy = scaling_ == Scaling::none  ? all.size()
                         : one * 2 * folds_ > large ? team
                                                    : std::max<index_t>(2 * folds_, 4 * team);
    const index_t at_once = std::min<index_t>({all.size(), busy, budget / one});
    std::vector<GridKernel<T>> memory(at_once);
    for (index_t begin = 0; begin < all.size(); begin += at_once) {
      const index_t count = std::min<index_t>(at_once, all.size() - begin);
      run_together(std::span(all).subspan(begin, count), memory);
    }
    finish();
    return std::move(out_);
  }

 private:
  // Kernel values, and the folds that they serve.
  struct Values {
    index_t kernel = 0;
    Range folds;
  };

  // Those that serve the same folds side by side. With scaling, two kernels at a time, so that
  // their cells are complete before the next ones begin.
  std::vector<Values> all_values() const {
    const bool is_scaled = scaling_ != Scaling::none;
    const index_t each = is_scaled ? 1 : folds_;
    const index_t together = is_scaled ? 2 : kernels_.size();
    std::vector<Values> out;
    for (index_t begin = 0; begin < kernels_.size(); begin += together) {
      const index_t end = std::min<index_t>(begin + together, kernels_.size());
      for (index_t fold = 0; fold < folds_; fold += each) {
        for (index_t k = begin; k < end; ++k) out.push_back({k, {fold, fold + each}});
      }
    }
    return out;
  }

  // All rows, scaled by those that train where this fold is held out.
  Mat<T> scaled_for(index_t fold) const {
    std::vector<index_t> train;
    for (index_t k = 0; k < rows_.order.rows.size(); ++k) {
      if (out_.fold_of(rows_.order.rows[k]) != fold) train.push_back(k);
    }
    return scaled(learn_scaling(scaling_, Mat<T>(X_.dense.cols(arma::uvec(train)))), X_.dense);
  }

  // Some values, which are in memory at the same time.
  void run_together(std::span<const Values> all, std::vector<GridKernel<T>>& memory) {
    std::vector<std::unique_ptr<MatrixFreeGram<T>>> operators;
    std::list<Mat<T>> points;
    index_t ready = 0;
    while (ready < all.size() && go_on(0)) {
      index_t end = ready;
      while (end < all.size() && all[end].folds == all[ready].folds) ++end;
      Points<T> X = X_.view();
      if (scaling_ != Scaling::none) X = points.emplace_back(scaled_for(all[ready].folds.begin));
      for (index_t v = ready; v < end; ++v) {
        operators.push_back(std::make_unique<MatrixFreeGram<T>>(
            *kernels_[all[v].kernel], X, X,
            GramOptions{.threads = options_.threads, .memory_budget = options_.memory_budget}));
        memory[v].begin(*operators.back(), options_.threads);
      }
      const index_t count = end - ready;
      if (!compute(X, all.subspan(ready, count), std::span(memory).subspan(ready, count))) break;
      ready = end;
    }
    struct Item {
      index_t values;
      index_t fold;
    };
    std::vector<Item> items;
    for (index_t v = 0; v < all.size(); ++v) {
      for (index_t f = all[v].folds.begin; f < all[v].folds.end; ++f) items.push_back({v, f});
    }
    // Kernel by kernel, so that cells are complete early.
    std::ranges::stable_sort(items, {}, [&](const Item& item) { return all[item.values].kernel; });
    std::vector<std::vector<FoldFit>> fits(items.size(), std::vector<FoldFit>(rising_.size()));
    parallel_for(items.size(), options_.threads, [&](index_t item, int worker) {
      if (items[item].values >= ready || !go_on(worker)) return;
      const auto next_options = [&] {
        SvmOptions options = watch_.solver_options(worker, 1);
        if (options_.progress) {
          options.progress = [this, worker](const Progress&) { return ask(worker); };
        }
        ++begun_;
        return options;
      };
      const auto [v, fold] = items[item];
      fits[item] = fit_fold(rows_, fold, memory[v], rising_, next_options);
    });
    for (index_t item = 0; item < items.size(); ++item) {
      add(all[items[item].values].kernel, items[item].fold, fits[item]);
    }
  }

  // The values on X, a tile of all kernels, then the next tile; false if the work was ended.
  bool compute(const Points<T>& X, std::span<const Values> all,
               std::span<GridKernel<T>> memory) try {
    const index_t n = X.count(), stride = StoredColumns::stride(n);
    const auto [shared, _] = sharing(X, X, options_.threads);
    std::vector<std::unique_ptr<BoundKernel<T>>> bound;
    for (const Values& values : all) bound.push_back(kernels_[values.kernel]->bind(shared, shared));
    const Store how = store_for(GridKernel<T>::bytes(n));
    fill_halves<T>(
        bound, n, options_.threads,
        [&](index_t k, index_t r, index_t c, Tile<T> tile, Scratch& scratch) {
          store_both(tile, r, c, memory[k].values(), stride, how, scratch);
        },
        [&] {
          if (!go_on(0)) throw Watch::Ended{};
        });
    for (index_t k = 0; k < all.size(); ++k) {
      try {
        memory[k].end(options_.threads);
      } catch (const NonFiniteError& error) {  // it counts the rows in the order of the classes
        throw NonFiniteError("svc_grid", "K of kernels[" + std::to_string(all[k].kernel) + "]",
                             rows_.order.rows[error.row()], rows_.order.rows[error.column()],
                             error.value());
      }
    }
    return true;
  } catch (const Watch::Ended&) {
    return false;
  }

  Continue ask(int worker) {
    const index_t all = kernels_.size() * folds_ * rising_.size() * rows_.pairs.size();
    const index_t begun = begun_;
    return watch_.ask({.stage = "grid",
                       .iteration = begun,
                       .criterion = static_cast<double>(all - std::min(begun, all)),
                       .target = 0},
                      worker);
  }

  bool go_on(int worker) {
    if (watch_.seconds() > options_.time_limit) late_ = true;
    return !late_ && ask(worker) == Continue::yes;
  }

  void add(index_t kernel, index_t fold, const std::vector<FoldFit>& fits) {
    for (index_t c = 0; c < fits.size(); ++c) {
      const FoldFit& fit = fits[c];
      const index_t column = by_C_[c];
      const auto right = static_cast<double>(fit.right);
      const auto rows = static_cast<double>(fold_size_(fold));
      out_.accuracy(kernel, column) += fit.complete ? right : arma::datum::nan;
      out_.fold_accuracy(kernel, column, fold) = fit.complete ? right / rows : arma::datum::nan;
      out_.steps(kernel, column) += static_cast<double>(fit.steps);
      Report& report = out_.report;
      report.iterations += fit.steps;
      report.residual = std::max(report.residual, fit.residual);
      if (fit.status == Status::time_limit) late_ = true;
      if (fit.status == Status::iteration_limit) report.status = fit.status;
    }
  }

  void finish() {
    out_.accuracy /= static_cast<double>(rows_.order.rows.size());
    out_.best = best_of(out_.accuracy, by_C_);
    Report& report = out_.report;
    report.method = "smo";
    report.threads = resolve_threads(options_.threads);
    if (out_.accuracy.has_nan()) {
      report.status = watch_.stopped() ? Status::stopped : Status::time_limit;
    }
    report.message = message();
    report.seconds = watch_.seconds();
  }

  std::string message() const {
    const std::string counts =
        std::to_string(out_.accuracy.n_elem - arma::uvec(arma::find_nan(out_.accuracy)).n_elem) +
        " of " + std::to_string(out_.accuracy.n_elem) + " cells are complete";
    switch (out_.report.status) {
      case Status::stopped:
        return "svc_grid: stopped by the progress callback; " + counts;
      case Status::time_limit:
        return "svc_grid: the time was up; " + counts;
      case Status::iteration_limit:
        return "svc_grid: some fits ended at their iteration limit; their cells are of the best "
               "models so far";
      default:
        return {};
    }
  }

  const std::vector<AnyKernel>& kernels_;
  SvcOptions options_;
  Scaling scaling_;
  Watch watch_;
  std::vector<index_t> by_C_;   // places in C, ascending in C
  std::vector<double> rising_;  // C in this order
  GridRows rows_;
  index_t folds_ = 0;
  arma::uvec fold_size_;
  OwnedPoints<T> X_;  // in the order of rows_
  std::atomic<index_t> begun_ = 0;
  std::atomic<bool> late_ = false;
  SvcGrid out_;
};

}  // namespace

template <class T>
SvcGrid svc_grid(const std::vector<AnyKernel>& kernels, Points<T> X, const arma::ivec& labels,
                 const std::vector<double>& C, const SvcGridOptions& options) {
  if (kernels.empty()) {
    throw std::invalid_argument("svc_grid: kernels must hold at least one kernel, is empty");
  }
  if (C.empty()) throw std::invalid_argument("svc_grid: C must hold at least one value, is empty");
  for (const double value : C) require_positive("svc_grid: C", value);
  require_class_weights("svc_grid", options.class_weights);
  require_solver_options("svc_grid", svc_options(options));
  if (X.dim() == 0 || X.count() == 0) require_points("svc_grid", "X", Mat<T>(X.dim(), X.count()));
  require_finite("svc_grid", "X", X);
  require_rows("svc_grid", "labels", labels.n_elem, X.count(), "one per point");
  if (options.scaling != Scaling::none && X.is_sparse()) {
    throw std::invalid_argument("svc_grid: X must be dense to be scaled, is sparse");
  }
  return Grid<T>(kernels, X, labels, C, options).run();
}

template SvcGrid svc_grid(const std::vector<AnyKernel>&, Points<double>, const arma::ivec&,
                          const std::vector<double>&, const SvcGridOptions&);
template SvcGrid svc_grid(const std::vector<AnyKernel>&, Points<float>, const arma::ivec&,
                          const std::vector<double>&, const SvcGridOptions&);

std::vector<AnyKernel> rbf_kernels(const std::vector<double>& gammas) {
  std::vector<AnyKernel> out;
  for (const double gamma : gammas) out.emplace_back(Rbf(gamma));
  return out;
}

std::vector<double> powers(double first, double factor, index_t count) {
  require_positive("powers: first", first);
  require_positive("powers: factor", factor);
  std::vector<double> out;
  for (double value = first; out.size() < count; value *= factor) out.push_back(value);
  return out;
}

}  // namespace mercer
