#include "selection/grid_route.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "selection/builtin_scores.hpp"
#include "selection/fold_fits.hpp"
#include "selection/kernel_groups.hpp"

namespace mercer {
namespace {

bool same_weights(const std::vector<ClassWeight>& a, const std::vector<ClassWeight>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](auto& x, auto& y) { return x.label == y.label && x.weight == y.weight; });
}

bool suits(const SvcOptions& options, bool two_classes) {
  return options.nu == 0 && !options.probabilities && options.relative_gap == 0 &&
         std::isinf(options.time_limit) &&
         (two_classes || options.multi_class == MultiClass::one_against_one);
}

bool same_but_C(const SvcOptions& a, const SvcOptions& b) {
  return a.tolerance == b.tolerance && a.max_iterations == b.max_iterations &&
         same_weights(a.class_weights, b.class_weights);
}

template <class T>
bool suits(const EvaluationData<T>& data, const Score& score) {
  return is_accuracy(score) && data.folds.repeats() == 1 && data.trains.empty() &&
         GridKernel<T>::bytes(data.X.n_cols) <= resolve_memory_budget(data.memory_budget);
}

// The candidates as a table, kernels x C.
struct Cells {
  std::vector<AnyKernel> kernels;
  std::vector<double> C;
  std::vector<SvcGrid::Cell> of;  // of each candidate

  template <class T>
  explicit Cells(const std::vector<const AnyEstimator<T>*>& models) : of(models.size()) {
    std::map<double, index_t> place;
    for (const KernelGroup& group : kernel_groups(models, false)) {
      for (const index_t m : group.models) {
        const double own = *models[m]->price();
        const index_t c = place.insert({own, place.size()}).first->second;
        if (c == C.size()) C.push_back(own);
        of[m] = {kernels.size(), c};
      }
      kernels.emplace_back(*group.kernel);
    }
  }

  bool is_full() const {
    std::vector<bool> seen(kernels.size() * C.size(), false);
    for (const SvcGrid::Cell cell : of) seen[cell.kernel * C.size() + cell.C] = true;
    return of.size() == seen.size() &&
           std::all_of(seen.begin(), seen.end(), [](bool s) { return s; });
  }
};

}  // namespace

template <class T>
std::optional<GridAnswer> answer_by_grid(const std::vector<const AnyEstimator<T>*>& models,
                                         const EvaluationData<T>& data, const Score& score,
                                         const SearchOptions& options) {
  if (!suits(data, score)) return std::nullopt;
  const bool two_classes = arma::unique(data.targets.labels()).eval().n_elem == 2;
  const Svc<T>* first = models.front()->template as<Svc<T>>();
  for (const AnyEstimator<T>* model : models) {
    const Svc<T>* own = model->template as<Svc<T>>();
    if (own == nullptr || !suits(own->options(), two_classes) ||
        !same_but_C(own->options(), first->options())) {
      return std::nullopt;
    }
  }
  const Cells cells(models);
  if (!cells.is_full()) return std::nullopt;
  const SvcOptions& svc = first->options();
  SvcGrid grid;
  try {
    grid = svc_grid(cells.kernels, data.X, data.targets.labels(), cells.C,
                    {.fold_of = data.folds.fold_of(),
                     .scaling = data.scaling,
                     .class_weights = svc.class_weights,
                     .tolerance = svc.tolerance,
                     .max_iterations = svc.max_iterations,
                     .time_limit = options.time_limit,
                     .threads = options.threads,
                     .memory_budget = options.memory_budget,
                     .progress = options.progress});
  } catch (const NonFiniteError&) {  // of one kernel: the others have an answer, one by one
    return std::nullopt;
  }
  GridAnswer out{Mat<double>(models.size(), data.folds.count()), grid.report};
  for (index_t m = 0; m < models.size(); ++m) {
    for (index_t fold = 0; fold < data.folds.count(); ++fold) {
      out.folds(m, fold) = grid.fold_accuracy(cells.of[m].kernel, cells.of[m].C, fold);
    }
  }
  return out;
}

template std::optional<GridAnswer> answer_by_grid(const std::vector<const AnyEstimator<double>*>&,
                                                  const EvaluationData<double>&, const Score&,
                                                  const SearchOptions&);
template std::optional<GridAnswer> answer_by_grid(const std::vector<const AnyEstimator<float>*>&,
                                                  const EvaluationData<float>&, const Score&,
                                                  const SearchOptions&);

}  // namespace mercer
