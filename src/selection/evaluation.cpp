#include "selection/evaluation.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "selection/fold_data.hpp"
#include "selection/kernel_groups.hpp"
#include "selection/part_of_gram.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace {

// Whether a fit has left a model that is its own; `before`: there was one already.
bool leaves_model(const Report& report, bool is_fitted, bool before) {
  switch (report.status) {
    case Status::converged:
    case Status::iteration_limit:
      return is_fitted;
    case Status::time_limit:
      return is_fitted && !before;
    default:
      return false;
  }
}

// Runs a fit; bad input and a lack of memory become part of its result.
template <class Fit>
FoldResult guarded(Fit fit) {
  FoldResult result;
  const auto start = std::chrono::steady_clock::now();
  try {
    fit(result);
  } catch (const std::invalid_argument&) {
    result.error = std::current_exception();
  } catch (const BudgetError&) {
    result.error = std::current_exception();
  }
  if (result.error) result.is_complete = false;
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  result.seconds = passed.count();
  return result;
}

template <class T>
class Evaluator {
 public:
  Evaluator(const std::vector<const AnyEstimator<T>*>& models, const EvaluationData<T>& data,
            SelectionWatch& watch, FunctionRef<void(index_t, index_t, FoldResult&&)> take)
      : models_(models),
        data_(data),
        watch_(watch),
        take_(take),
        is_closed_(data.folds.is_leave_one_out() && data.scaling == Scaling::none &&
                   data.trains.empty()),
        team_(team_size(models.size() * data.folds.count(), data.threads)),
        budget_(resolve_memory_budget(data.memory_budget) / 2) {}

  void run() {
    const std::vector<KernelGroup> groups = kernel_groups(models_, is_closed_);
    // As many groups at once as keep the team busy, four to share their distances, and as the
    // budget holds the values of.
    const index_t busy = 2 * team_ / data_.folds.count() + 1;
    const index_t wanted = shares_all() ? std::max<index_t>(4, busy) : busy;
    const index_t at_once = std::clamp<index_t>(spare() / whole(), 1, wanted);
    for (index_t begin = 0; begin < groups.size() && !watch_.ended(); begin += at_once) {
      const index_t count = std::min<index_t>(at_once, groups.size() - begin);
      run_together(std::span(groups).subspan(begin, count));
    }
  }

 private:
  struct Task {
    const KernelGroup* group;
    std::shared_ptr<const Mat<T>> K;  // of all rows, or null
    bool is_closed;                   // leave-one-out by one fit
    index_t item;                     // the fold; or the place of the model in the group
  };

  // Bytes of the kernel values of all rows; each thread may copy as many for a fold.
  std::size_t whole() const { return data_.X.n_cols * data_.X.n_cols * sizeof(T); }
  std::size_t spare() const { return budget_ - std::min(budget_, team_ * whole()); }
  bool shares_all() const {
    return data_.scaling == Scaling::none && data_.trains.empty() && whole() <= spare();
  }

  void run_together(std::span<const KernelGroup> groups) {
    std::vector<Task> tasks;
    const std::vector<std::shared_ptr<const Mat<T>>> values = values_of(groups);
    for (const KernelGroup& group : groups) {
      const auto place = static_cast<std::size_t>(&group - groups.data());
      const std::shared_ptr<const Mat<T>>& K = values[place];
      const bool is_closed = group.is_closed && K;
      const index_t items = is_closed ? group.models.size() : data_.folds.count();
      for (index_t item = 0; item < items; ++item) tasks.push_back({&group, K, is_closed, item});
    }
    const auto body = [&](index_t k, int worker) {
      if (tasks[k].is_closed) {
        leave_one_out(tasks[k], worker);
      } else {
        fit_fold(tasks[k], worker);
      }
    };
    if (tasks.size() == 1 && data_.threads == 0) {
      body(0, 0);  // its fit has all threads
    } else {
      parallel_for(tasks.size(), data_.threads, body);
    }
  }

  // Of all rows, if they are shared, for each group that has a kernel. Null if one is not finite:
  // each fit will say so.
  std::vector<std::shared_ptr<const Mat<T>>> values_of(std::span<const KernelGroup> groups) const {
    std::vector<std::shared_ptr<const Mat<T>>> out(groups.size());
    if (!shares_all()) return out;
    std::vector<const Kernel*> kernels;
    for (const KernelGroup& group : groups) {
      if (group.kernel != nullptr) kernels.push_back(group.kernel);
    }
    auto values = shared_values(kernels, data_.X, gram_options());
    for (std::size_t g = 0, k = 0; g < groups.size(); ++g) {
      if (groups[g].kernel != nullptr) out[g] = std::move(values[k++]);
    }
    return out;
  }

  GramOptions gram_options() const {
    return {.threads = data_.threads, .memory_budget = data_.memory_budget};
  }

  // All models of a group on one fold.
  void fit_fold(const Task& task, int worker) {
    if (watch_.ended()) return;
    const FoldData<T> fold(data_, task.item);
    const bool shares_fold = task.group->models.size() > 1 && whole() <= spare();
    std::optional<FoldValues<T>> values;
    std::exception_ptr error;
    try {
      if (task.K) {
        values.emplace(task.K, fold, data_.threads);
      } else if (task.group->kernel != nullptr && shares_fold) {
        values.emplace(*task.group->kernel, fold, gram_options());
      }
    } catch (const NonFiniteError&) {
      error = std::current_exception();
    }
    std::optional<AnyEstimator<T>> before;
    for (const index_t m : task.group->models) {
      if (!watch_.begin(worker)) return;
      AnyEstimator<T> own = *models_[m];
      FoldResult result = guarded([&](FoldResult& out) {
        if (error) std::rethrow_exception(error);
        out.report = values ? own.fit(*values->train, fold.targets, before ? &*before : nullptr)
                            : own.fit(fold.X_train, fold.targets);
        out.is_complete = leaves_model(out.report, own.is_fitted(), models_[m]->is_fitted());
        if (!out.is_complete) return;
        out.prediction = values ? own.predict(*values->test, values->diagonal, data_.details)
                                : own.predict(fold.X_test, data_.details);
      });
      if (result.report.status == Status::stopped) watch_.stop();
      if (result.is_complete) before = std::move(own);
      take_(m, task.item, std::move(result));
    }
  }

  // All folds of one model.
  void leave_one_out(const Task& task, int worker) {
    if (!watch_.begin(worker)) return;
    const index_t m = task.group->models[task.item], n = data_.folds.count();
    const std::vector<index_t> rows = all_indices(n);
    const PartOfGram<T> K(task.K, rows, rows, data_.threads);
    const FoldResult all = guarded([&](FoldResult& out) {
      out.report = models_[m]->leave_one_out(K, data_.targets, out.prediction);
      out.is_complete = !out.prediction.values.is_empty();
    });
    if (all.report.status == Status::stopped) watch_.stop();
    watch_.skip(n - 1);
    const arma::uvec row_of = arma::sort_index(data_.folds.fold_of());
    for (index_t fold = 0; fold < n; ++fold) {
      FoldResult one{.is_complete = all.is_complete, .report = all.report, .error = all.error};
      one.seconds = all.seconds / static_cast<double>(n);
      if (one.is_complete) one.prediction.values = all.prediction.values.row(row_of(fold));
      take_(m, fold, std::move(one));
    }
  }

  const std::vector<const AnyEstimator<T>*>& models_;
  const EvaluationData<T>& data_;
  SelectionWatch& watch_;
  FunctionRef<void(index_t, index_t, FoldResult&&)> take_;
  bool is_closed_;
  std::size_t team_;
  std::size_t budget_;
};

void require_labels(const std::string& at, Task task, const arma::ivec& labels) {
  if (task != Task::novelty) return;
  for (index_t i = 0; i < labels.n_elem; ++i) {
    if (labels(i) != 1 && labels(i) != -1) {
      throw std::invalid_argument(at + "labels of novelties must be +1 or -1, labels(" +
                                  std::to_string(i) + ") is " + std::to_string(labels(i)));
    }
  }
}

// No class may be without a row in the training part of a fold.
template <class T>
void require_classes(const std::string& at, const EvaluationData<T>& data) {
  const arma::ivec& labels = data.targets.labels();
  const Folds& folds = data.folds;
  for (index_t repeat = 0, first = 0; repeat < folds.repeats(); ++repeat) {
    const arma::uvec& fold_of = folds.fold_of(repeat);
    std::map<arma::sword, index_t> all;
    std::map<std::pair<index_t, arma::sword>, index_t> held_out;
    for (index_t i = 0; i < labels.n_elem; ++i) {
      const bool trains = data.trains.empty() || data.trains[i];
      all[labels(i)] += trains;
      held_out[{fold_of(i), labels(i)}] += trains;
    }
    for (const auto& [place, count] : held_out) {
      if (count == all[place.second]) {
        throw std::invalid_argument(at + "each class must have a row in the training part of each" +
                                    " fold, class " + std::to_string(place.second) +
                                    " has none in that of fold " +
                                    std::to_string(first + place.first));
      }
    }
    first += fold_of.max() + 1;
  }
}

}  // namespace

template <class T>
void require_evaluation(const char* where, Task task, const EvaluationData<T>& data) {
  const std::string at = where + std::string(": ");
  require_points(where, "X", data.X);
  require_finite(where, "X", data.X);
  require_rows(where, "targets", data.targets.rows(), data.X.n_cols, "one per point");
  require_rows(where, "folds", data.folds.rows(), data.X.n_cols, "one per point");
  resolve_threads(data.threads, where);
  const bool wants_reals = task == Task::regression;
  if (data.targets.is_real() != wants_reals) {
    throw std::invalid_argument(at + (wants_reals ? "targets must be real outputs for a regression"
                                                  : "targets must be labels (arma::ivec), unless "
                                                    "for a regression"));
  }
  if (wants_reals) {
    require_finite(where, "targets", data.targets.values());
  } else {
    require_labels(at, task, data.targets.labels());
    if (task == Task::classification) require_classes(at, data);
  }
}

template <class T>
void evaluate(const std::vector<const AnyEstimator<T>*>& models, const EvaluationData<T>& data,
              SelectionWatch& watch, FunctionRef<void(index_t, index_t, FoldResult&&)> take) {
  Evaluator<T>(models, data, watch, take).run();
}

template void require_evaluation(const char*, Task, const EvaluationData<double>&);
template void require_evaluation(const char*, Task, const EvaluationData<float>&);
template void evaluate(const std::vector<const AnyEstimator<double>*>&,
                       const EvaluationData<double>&, SelectionWatch&,
                       FunctionRef<void(index_t, index_t, FoldResult&&)>);
template void evaluate(const std::vector<const AnyEstimator<float>*>&, const EvaluationData<float>&,
                       SelectionWatch&, FunctionRef<void(index_t, index_t, FoldResult&&)>);

}  // namespace mercer
