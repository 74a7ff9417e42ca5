#include "selection/evaluation.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
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
#include "mercer/gram/matrix_free_gram.hpp"
#include "selection/fold_data.hpp"
#include "selection/kernel_groups.hpp"

namespace mercer {
namespace {

// From so many features on, what kernels have in common is kept, and so are the values that several
// models need. With fewer, it costs less to compute them again than to read them from memory. Eight
// kernels in five folds, once each, kept against computed again: 57 features 2.0 s and 1.5 s (Svc),
// 256 features 2.1 s and 2.7 s, 784 features 2.6 s and 5.5 s (KernelRidge); twelve Svr with values
// stored or computed again: 10 features 7.5 s and 1.4 s, 784 features 1.0 s and 2.4 s.
constexpr index_t features_worth_sharing = 128;

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
        shares_(data.X.n_rows >= features_worth_sharing),
        is_closed_(data.folds.is_leave_one_out() && data.scaling == Scaling::none &&
                   data.trains.empty()),
        team_(team_size(models.size() * data.folds.count(), data.threads)),
        budget_(resolve_memory_budget(data.memory_budget) / 2) {}

  void run() {
    const std::vector<KernelGroup> groups = kernel_groups(models_, is_closed_);
    const bool one_scale = data_.scaling == Scaling::none && data_.trains.empty();
    if (one_scale && (shares_ || is_closed_) && whole() <= spare()) {
      run_on_parts(groups);
    } else {
      run_on_folds(groups);
    }
  }

 private:
  using Operator = std::shared_ptr<const GramOperator<T>>;
  using PointPair = std::pair<Points<T>, Points<T>>;
  using Groups = std::span<const KernelGroup>;
  using Task = std::function<void(int worker)>;

  // Bytes of the kernel values of all rows, of which each thread may copy as many for a fold.
  std::size_t whole() const { return data_.X.n_cols * data_.X.n_cols * sizeof(T); }
  std::size_t spare() const { return budget_ - std::min(budget_, team_ * whole()); }

  // Bytes for distances and dot products that kernels share, as many as the room has.
  std::size_t kept_in(std::size_t room, Groups groups) const {
    if (!shares_ || groups.size() < 2) return 0;
    const std::size_t one = (data_.X.n_cols + 64) * data_.X.n_cols * sizeof(double);
    return std::min<std::size_t>(2, room / one) * one;
  }

  // Folds have parts of one matrix of all rows. As many groups at a time as keep the team busy and
  // as the budget holds.
  void run_on_parts(Groups groups) {
    const index_t folds = data_.folds.count(), busy = 2 * team_ / folds + 1;
    const std::size_t kept = kept_in(spare() - whole(), groups);
    const auto at_once = std::min<std::size_t>((spare() - kept) / whole(), busy);
    const PointPair points = keeping(data_.X, data_.X, kept, data_.threads);
    const bool is_alone = groups.size() == 1;
    while (!groups.empty() && !watch_.ended()) {
      const Groups now = groups.first(std::min(at_once, groups.size()));
      std::vector<Task> tasks;
      for (const KernelGroup& group : now) {
        const Operator K =
            values_of(group, points, shares_ && (is_alone || group.models.size() > 1));
        if (group.is_closed && K) {
          for (const index_t m : group.models) {
            tasks.push_back([=, this](int worker) { leave_one_out(m, *K, worker); });
          }
          continue;
        }
        for (index_t number = 0; number < folds; ++number) {
          tasks.push_back([=, this, &group](int worker) {
            if (watch_.ended()) return;
            const FoldData<T> fold(data_, number);
            std::optional<FoldValues<T>> values;
            if (K) values = fold_values(*K, fold);
            fit_group(group, values, fold, number, worker);
          });
        }
      }
      run_all(tasks);
      groups = groups.subspan(now.size());
    }
  }

  // Each fold has a matrix of its own; the groups of a task share its distances.
  void run_on_folds(Groups groups) {
    const index_t folds = data_.folds.count();
    const std::size_t enough = groups.size() * folds / (4 * team_);
    const std::size_t at_once = shares_ ? std::max<std::size_t>(1, enough) : 1;
    const std::size_t room = spare() / team_;
    const bool has_operators = whole() <= budget_, stores = shares_ && room >= whole();
    const std::size_t kept = stores ? kept_in(room - whole(), groups) : 0;
    std::vector<Task> tasks;
    while (!groups.empty()) {
      const Groups now = groups.first(std::min(at_once, groups.size()));
      for (index_t number = 0; number < folds; ++number) {
        tasks.push_back([=, this](int worker) {
          if (watch_.ended()) return;
          const FoldData<T> fold(data_, number);
          const PointPair train = keeping(fold.X_train, fold.X_train, kept, data_.threads);
          const PointPair test = keeping(fold.X_test, fold.X_train, kept, data_.threads);
          for (const KernelGroup& group : now) {
            std::optional<FoldValues<T>> values;
            if (has_operators) values = values_of(group, train, test, stores);
            fit_group(group, values, fold, number, worker);
          }
        });
      }
      groups = groups.subspan(now.size());
    }
    run_all(tasks);
  }

  void run_all(const std::vector<Task>& tasks) {
    if (tasks.size() == 1 && data_.threads == 0) return tasks[0](0);  // its fit has all threads
    parallel_for(tasks.size(), data_.threads, [&](index_t k, int worker) { tasks[k](worker); });
  }

  GramOptions gram_options() const {
    return {.threads = data_.threads, .memory_budget = data_.memory_budget};
  }

  // Null without a kernel, and where a stored value is not finite: each fit will say so.
  Operator values_of(const KernelGroup& group, const PointPair& points, bool stored) const {
    if (group.kernel == nullptr) return nullptr;
    try {
      return kernel_values(*group.kernel, points, stored, gram_options());
    } catch (const NonFiniteError&) {
      return nullptr;
    }
  }

  std::optional<FoldValues<T>> values_of(const KernelGroup& group, const PointPair& train,
                                         const PointPair& test, bool stores) const {
    const bool stored = stores && group.models.size() > 1;
    FoldValues<T> out{values_of(group, train, stored), values_of(group, test, stored), {}};
    if (!out.train || !out.test) return std::nullopt;
    const Points<T>& X_test = test.first;
    out.diagonal = MatrixFreeGram<T>(*group.kernel, X_test, X_test, gram_options()).diagonal();
    return out;
  }

  // One after the other, each from the one before where it can. Models without values take points.
  void fit_group(const KernelGroup& group, const std::optional<FoldValues<T>>& values,
                 const FoldData<T>& fold, index_t number, int worker) {
    std::optional<AnyEstimator<T>> before;
    for (const index_t m : group.models) {
      if (!watch_.begin(worker)) return;
      AnyEstimator<T> own = *models_[m];
      FoldResult result = guarded([&](FoldResult& out) {
        out.report = values ? own.fit(*values->train, fold.targets, before ? &*before : nullptr)
                            : own.fit(fold.X_train, fold.targets);
        out.is_complete = leaves_model(out.report, own.is_fitted(), models_[m]->is_fitted());
        if (!out.is_complete) return;
        out.prediction = values ? own.predict(*values->test, values->diagonal, data_.details)
                                : own.predict(fold.X_test, data_.details);
      });
      if (result.report.status == Status::stopped) watch_.stop();
      if (result.is_complete) before = std::move(own);
      take_(m, number, std::move(result));
    }
  }

  // All folds of one model.
  void leave_one_out(index_t m, const GramOperator<T>& K, int worker) {
    if (!watch_.begin(worker)) return;
    const index_t n = data_.folds.count();
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
  bool shares_;
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
