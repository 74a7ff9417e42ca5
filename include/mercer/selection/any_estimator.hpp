// Any model, held by value.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "mercer/selection/held_model.hpp"

namespace mercer {

/// What has fit(X, labels), fit(X, Y) or fit(X), and predict(X), with X: d x n.
template <class Model, class T>
concept EstimatorOf = std::copy_constructible<Model> &&
    requires(const Model& model, const Mat<T>& X) {
  model.predict(X);
} &&(
    requires(Model& model, const Mat<T>& X, const arma::ivec& y) { model.fit(X, y); } ||
    requires(Model & model, const Mat<T>& X, const Mat<T>& Y) { model.fit(X, Y); } ||
    requires(Model & model, const Mat<T>& X, const Col<double>& y) { model.fit(X, y); } ||
    requires(Model & model, const Mat<T>& X) { model.fit(X); });

/// A model for points of type T, of the library or the user's own: copies are copies of the model.
/// Labels as predictions make a classifier, or a novelty detector where fit takes no labels; other
/// predictions make a regression. fit may return a Report, or anything else, which counts as
/// converged.
///
/// A class that has the second door, fit(K, ...) and predict(K_new), and kernel(), is given kernel
/// values that are shared, see search(); K_new has the columns of support_indices() if there are
/// such, else of all training rows. decision_values(X), probabilities(X) with classes(), and
/// predict_with_std(X, Spread) go into the predictions.
template <class T>
class AnyEstimator {
 public:
  template <class Model>
  requires(!std::same_as<Model, AnyEstimator> && EstimatorOf<Model, T>)
      AnyEstimator(Model model)  // NOLINT: implicit
      : held_(std::make_unique<HeldModel<Model, T>>(std::move(model))) {}

  AnyEstimator(const AnyEstimator& other) : held_(other.held_->clone()) {}
  AnyEstimator(AnyEstimator&&) noexcept = default;
  AnyEstimator& operator=(const AnyEstimator& other) {
    if (this != &other) held_ = other.held_->clone();
    return *this;
  }
  AnyEstimator& operator=(AnyEstimator&&) noexcept = default;

  Task task() const { return held_->task(); }
  bool is_fitted() const { return held_->is_fitted(); }

  /// Throws what the model throws; std::invalid_argument on several outputs for a model of one.
  Report fit(const Mat<T>& X, const Targets& targets) { return held_->fit(X, targets); }
  Prediction predict(const Mat<T>& X, Details details = {}) const {
    return held_->predict(X, details);
  }

  /// The kernel whose values the model takes ready-made; null if it takes points only.
  const Kernel* shared_kernel() const { return held_->shared_kernel(); }

  /// C, if a fit can begin at the solution for a smaller one.
  std::optional<double> price() const { return held_->price(); }

  // With kernel values: LogicError if shared_kernel() is null.

  /// K: n x n; start: null, or a model fitted to the same rows, where a fit may begin.
  Report fit(const GramOperator<T>& K, const Targets& targets,
             const AnyEstimator* start = nullptr) {
    return held_->fit(K, targets, start == nullptr ? nullptr : start->held_.get());
  }

  /// K_new: m x n, a column per training row; diagonal: k(x, x) of the new rows, m.
  Prediction predict(const GramOperator<T>& K_new, const Col<T>& diagonal,
                     Details details = {}) const {
    return held_->predict(K_new, diagonal, details);
  }

  /// Whether leave-one-out predictions come from one fit in closed form.
  bool has_leave_one_out() const { return held_->has_leave_one_out(); }

  /// They, into out, which stays empty if the fit leaves no model.
  Report leave_one_out(const GramOperator<T>& K, const Targets& targets, Prediction& out) const {
    return held_->leave_one_out(K, targets, out);
  }

  /// The model, or null if it is of another class.
  template <class Model>
  const Model* as() const {
    const auto* same = dynamic_cast<const HeldModel<Model, T>*>(held_.get());
    return same == nullptr ? nullptr : &same->model;
  }

 private:
  std::unique_ptr<HeldModelBase<T>> held_;
};

}  // namespace mercer
