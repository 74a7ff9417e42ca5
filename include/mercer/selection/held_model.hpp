// One interface for all that has fit and predict: how a class of models is called.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "mercer/selection/score.hpp"

namespace mercer {

/// What a model learns.
enum class Task {
  classification,  // fit(X, labels), predict(X) gives labels
  regression,      // fit(X, Y), predict(X) gives real outputs
  novelty          // fit(X), predict(X) gives +1 for rows like those of X, -1 for others
};

/// What is asked of a prediction beside labels and values.
struct Details {
  bool decisions = false;   // decision values and probabilities
  bool deviations = false;  // standard deviations of new outputs
};

/// A model as cross-validation sees it; see AnyEstimator.
template <class T>
class HeldModelBase {
 public:
  virtual ~HeldModelBase() = default;
  virtual std::unique_ptr<HeldModelBase> clone() const = 0;
  virtual Task task() const = 0;
  virtual const Kernel* shared_kernel() const = 0;
  virtual std::optional<double> price() const = 0;
  virtual bool is_fitted() const = 0;
  virtual Report fit(const Mat<T>& X, const Targets& targets) = 0;
  virtual Report fit(const GramOperator<T>& K, const Targets& targets,
                     const HeldModelBase* start) = 0;
  virtual Prediction predict(const Mat<T>& X, Details details) const = 0;
  virtual Prediction predict(const GramOperator<T>& K_new, const Col<T>& diagonal,
                             Details details) const = 0;
  virtual bool has_leave_one_out() const = 0;
  virtual Report leave_one_out(const GramOperator<T>& K, const Targets& targets,
                               Prediction& out) const = 0;
};

/// Of a class of models. What it offers beside fit and predict is found by its signatures.
template <class Model, class T>
class HeldModel final : public HeldModelBase<T> {
 public:
  explicit HeldModel(Model own) : model(std::move(own)) {}

  std::unique_ptr<HeldModelBase<T>> clone() const override {
    return std::make_unique<HeldModel>(model);
  }

  Task task() const override { return task_; }

  const Kernel* shared_kernel() const override {
    if constexpr (takes_values()) {
      if constexpr (requires { model.options().optimise; }) {
        if (model.options().optimise) return nullptr;
        if (model.options().method == GaussianProcessMethod::conjugate_gradient) return nullptr;
      }
      if constexpr (is_ridge()) {
        if (model.options().method == RidgeMethod::nystrom) return nullptr;
      }
      return &model.kernel();
    }
    return nullptr;
  }

  std::optional<double> price() const override {
    if constexpr (can_start_from()) {
      if (!(model.options().nu > 0)) return model.options().C;
    }
    return std::nullopt;
  }

  bool is_fitted() const override {
    if constexpr (requires { model.is_fitted(); }) return model.is_fitted();
    return true;
  }

  Report fit(const Mat<T>& X, const Targets& targets) override { return fit_to(X, targets); }

  Report fit(const GramOperator<T>& K, const Targets& targets,
             const HeldModelBase<T>* start) override {
    if constexpr (takes_values()) {
      if constexpr (can_start_from()) {
        const auto* same = dynamic_cast<const HeldModel*>(start);
        if (same != nullptr && starts(*same)) {
          if constexpr (task_ == Task::classification) {
            return model.fit_from(same->model, K, targets.labels());
          } else {
            return model.fit_from(same->model, K, Col<double>(targets.values().col(0)));
          }
        }
      }
      return fit_to(K, targets);
    }
    throw_no_values();
  }

  Prediction predict(const Mat<T>& X, Details details) const override {
    Prediction out;
    add_predictions(out, details, X);
    if constexpr (requires { model.predict_with_std(X, Spread::observation); }) {
      if (details.deviations) add(out, model.predict_with_std(X, Spread::observation));
    }
    return out;
  }

  Prediction predict(const GramOperator<T>& K_new, const Col<T>& diagonal,
                     Details details) const override {
    if constexpr (takes_values()) {
      Prediction out;
      if constexpr (requires { model.predict(K_new, diagonal); }) {
        add_predictions(out, details, *of_support(K_new), diagonal);
      } else {
        add_predictions(out, details, *of_support(K_new));
      }
      if constexpr (requires { model.predict_with_std(K_new, diagonal, Spread::observation); }) {
        if (details.deviations) {
          add(out, model.predict_with_std(K_new, diagonal, Spread::observation));
        }
      }
      return out;
    }
    throw_no_values();
  }

  bool has_leave_one_out() const override {
    if constexpr (is_ridge()) {
      const RidgeMethod method = model.options().method;
      return method == RidgeMethod::automatic || method == RidgeMethod::cholesky;
    }
    return false;
  }

  Report leave_one_out(const GramOperator<T>& K, const Targets& targets,
                       Prediction& out) const override {
    if constexpr (is_ridge()) {
      auto options = model.options();
      options.leave_one_out = true;
      Model own(model.kernel(), options);
      const Mat<T> Y = arma::conv_to<Mat<T>>::from(targets.values());
      const Report report = own.fit(K, Y);
      if (own.is_fitted()) {
        out.values = arma::conv_to<Mat<double>>::from(Y - own.leave_one_out_residuals());
      }
      return report;
    }
    throw_no_values();
  }

  Model model;

 private:
  // A matrix that does not convert to a column.
  template <class U>
  struct Matrix {
    operator const Mat<U>&() const;
  };

  template <class Input>
  static constexpr bool takes_labels() {
    return requires(Model m, const Input& X, const arma::ivec& labels) { m.fit(X, labels); };
  }

  static constexpr Task find_task() {
    using Predicted = std::remove_cvref_t<decltype(std::declval<const Model&>().predict(
        std::declval<const Mat<T>&>()))>;
    if (!std::convertible_to<Predicted, arma::ivec>) return Task::regression;
    return takes_labels<Mat<T>>() ? Task::classification : Task::novelty;
  }
  static constexpr Task task_ = find_task();

  // The second door. LowRankSvc has it, but is there to compute few kernel values.
  static constexpr bool takes_values() {
    const bool predicts = requires(const Model& m, const GramOperator<T>& K) {
      m.kernel();
      m.predict(K);
    };
    const bool predicts_with_diagonal =
        requires(const Model& m, const GramOperator<T>& K, const Col<T>& diagonal) {
      m.kernel();
      m.predict(K, diagonal);
    };
    const bool has_pivots = requires(const Model& m) { m.pivots(); };
    return (predicts || predicts_with_diagonal) && !has_pivots;
  }

  static constexpr bool can_start_from() {
    return requires(Model m, const GramOperator<T>& K, const arma::ivec& labels) {
      m.options().C;
      m.options().nu;
      m.fit_from(m, K, labels);
    }
    || requires(Model m, const GramOperator<T>& K, const Col<double>& y) {
      m.options().C;
      m.options().nu;
      m.fit_from(m, K, y);
    };
  }

  static constexpr bool is_ridge() { return std::same_as<Model, KernelRidge<T>>; }

  bool starts(const HeldModel& start) const {
    if (!start.is_fitted() || !price() || !start.price() || *start.price() > *price()) return false;
    if constexpr (requires { model.options().multi_class; }) {
      return model.options().multi_class == start.model.options().multi_class;
    }
    return true;
  }

  template <class Input>
  Report fit_to(const Input& X, const Targets& targets) {
    if constexpr (task_ == Task::classification) {
      return reported([&] { return model.fit(X, targets.labels()); });
    } else if constexpr (task_ == Task::novelty) {
      return reported([&] { return model.fit(X); });
    } else if constexpr (requires { model.fit(X, Matrix<T>{}); }) {
      return reported([&] { return model.fit(X, arma::conv_to<Mat<T>>::from(targets.values())); });
    } else if constexpr (requires(const Col<T>& y) { model.fit(X, y); }) {
      require_columns("fit", "Y", targets.values().n_cols, 1, "the model has one output");
      return reported([&] { return model.fit(X, arma::conv_to<Col<T>>::from(targets.values())); });
    } else {
      require_columns("fit", "Y", targets.values().n_cols, 1, "the model has one output");
      return reported([&] { return model.fit(X, Col<double>(targets.values().col(0))); });
    }
  }

  // Models of the user may report nothing.
  template <class Fit>
  static Report reported(Fit fit) {
    if constexpr (std::convertible_to<decltype(fit()), Report>) {
      return fit();
    } else {
      fit();
      return {};
    }
  }

  template <class... Input>
  void add_predictions(Prediction& out, Details details, const Input&... input) const {
    if constexpr (task_ == Task::regression) {
      out.values = arma::conv_to<Mat<double>>::from(model.predict(input...));
    } else {
      out.labels = model.predict(input...);
    }
    if (!details.decisions) return;
    if constexpr (requires { model.decision_values(input...); }) {
      out.decision_values = arma::conv_to<Mat<double>>::from(model.decision_values(input...));
    }
    if constexpr (requires { model.probabilities(input...); }) {
      if constexpr (requires { model.options().probabilities; }) {
        if (!model.options().probabilities) return;
      }
      out.probabilities = arma::conv_to<Mat<double>>::from(model.probabilities(input...));
      out.classes = model.classes();
    }
  }

  static void add(Prediction& out, const auto& spread) {
    out.standard_deviations = arma::conv_to<Col<double>>::from(spread.standard_deviation);
  }

  // The columns of K_new, m x n, that the model predicts from.
  auto of_support(const GramOperator<T>& K_new) const {
    std::vector<index_t> rows(K_new.n_rows()), columns(K_new.n_cols());
    for (index_t i = 0; i < rows.size(); ++i) rows[i] = i;
    for (index_t j = 0; j < columns.size(); ++j) columns[j] = j;
    if constexpr (requires { model.support_indices(); }) {
      columns.assign(model.support_indices().begin(), model.support_indices().end());
    }
    return K_new.submatrix(rows, columns);
  }

  [[noreturn]] static void throw_no_values() {
    throw LogicError("AnyEstimator: the model does not take kernel values");
  }
};

}  // namespace mercer
