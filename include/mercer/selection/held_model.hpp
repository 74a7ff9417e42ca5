// One interface for all that has fit and predict.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "mercer/selection/model_calls.hpp"
#include "mercer/selection/score.hpp"

namespace mercer {

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

  Task task() const override { return task_of<Model, T>(); }

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

  Report fit(const Mat<T>& X, const Targets& targets) override {
    return fit_model<T>(model, X, targets);
  }

  Report fit(const GramOperator<T>& K, const Targets& targets,
             const HeldModelBase<T>* start) override {
    if constexpr (takes_values()) {
      if constexpr (can_start_from()) {
        const auto* same = dynamic_cast<const HeldModel*>(start);
        if (same != nullptr && starts(*same)) {
          if constexpr (task_of<Model, T>() == Task::classification) {
            return model.fit_from(same->model, K, targets.labels());
          } else {
            return model.fit_from(same->model, K, Col<double>(targets.values().col(0)));
          }
        }
      }
      return fit_model<T>(model, K, targets);
    }
    throw_no_values();
  }

  Prediction predict(const Mat<T>& X, Details details) const override {
    return predict_model<T>(model, details, X);
  }

  Prediction predict(const GramOperator<T>& K_new, const Col<T>& diagonal,
                     Details details) const override {
    if constexpr (takes_values()) {
      const auto K_support = of_support(K_new);
      const GramOperator<T>& K = *K_support;
      if constexpr (requires { model.predict(K, diagonal); }) {
        return predict_model<T>(model, details, K, diagonal);
      } else {
        Prediction out = predict_model<T>(model, details, K);
        if constexpr (requires { model.predict_with_std(K_new, diagonal, Spread::observation); }) {
          if (details.deviations) {
            out.standard_deviations = arma::conv_to<Col<double>>::from(
                model.predict_with_std(K_new, diagonal, Spread::observation).standard_deviation);
          }
        }
        return out;
      }
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
