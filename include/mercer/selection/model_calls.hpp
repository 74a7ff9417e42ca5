// How a class of models is called: what it offers beside fit and predict is found by its
// signatures.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/model/gaussian_process.hpp"
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

namespace detail {

template <class Model, class Input>
constexpr bool takes_labels = requires(Model m, const Input& X, const arma::ivec& labels) {
  m.fit(X, labels);
};

// A matrix that does not convert to a column.
template <class T>
struct MatrixOnly {
  operator const Mat<T>&() const;
};

// Models of the user may report nothing.
template <class Fit>
Report reported(Fit fit) {
  if constexpr (std::convertible_to<decltype(fit()), Report>) {
    return fit();
  } else {
    fit();
    return {};
  }
}

}  // namespace detail

/// What Model learns from points of type T.
template <class Model, class T>
constexpr Task task_of() {
  using Predicted = std::remove_cvref_t<decltype(std::declval<const Model&>().predict(
      std::declval<const Mat<T>&>()))>;
  if (!std::convertible_to<Predicted, arma::ivec>) return Task::regression;
  return detail::takes_labels<Model, Mat<T>> ? Task::classification : Task::novelty;
}

/// model.fit, as the class of the model wants its targets; novelty detection has none. X: d x n, or
/// an operator. Throws std::invalid_argument on several outputs for a model of one.
template <class T, class Model, class Input>
Report fit_model(Model& model, const Input& X, const Targets& targets) {
  if constexpr (task_of<Model, T>() == Task::classification) {
    return detail::reported([&] { return model.fit(X, targets.labels()); });
  } else if constexpr (task_of<Model, T>() == Task::novelty) {
    return detail::reported([&] { return model.fit(X); });
  } else if constexpr (requires { model.fit(X, detail::MatrixOnly<T>{}); }) {
    return detail::reported(
        [&] { return model.fit(X, arma::conv_to<Mat<T>>::from(targets.values())); });
  } else if constexpr (requires(const Col<T>& y) { model.fit(X, y); }) {
    require_columns("fit", "Y", targets.values().n_cols, 1, "the model has one output");
    return detail::reported(
        [&] { return model.fit(X, arma::conv_to<Col<T>>::from(targets.values())); });
  } else {
    require_columns("fit", "Y", targets.values().n_cols, 1, "the model has one output");
    return detail::reported([&] { return model.fit(X, Col<double>(targets.values().col(0))); });
  }
}

/// What a fitted model says of new rows, and of the details what it has. input: X, d x m; or K_new,
/// with the k(x, x) of the new rows where predict wants them.
template <class T, class Model, class... Input>
Prediction predict_model(const Model& model, Details details, const Input&... input) {
  Prediction out;
  if constexpr (task_of<Model, T>() == Task::regression) {
    out.values = arma::conv_to<Mat<double>>::from(model.predict(input...));
  } else {
    out.labels = model.predict(input...);
  }
  if constexpr (requires { model.predict_with_std(input..., Spread::observation); }) {
    if (details.deviations) {
      out.standard_deviations = arma::conv_to<Col<double>>::from(
          model.predict_with_std(input..., Spread::observation).standard_deviation);
    }
  }
  if (!details.decisions) return out;
  if constexpr (requires { model.decision_values(input...); }) {
    out.decision_values = arma::conv_to<Mat<double>>::from(model.decision_values(input...));
  }
  if constexpr (requires { model.probabilities(input...); }) {
    if constexpr (requires { model.options().probabilities; }) {
      if (!model.options().probabilities) return out;
    }
    out.probabilities = arma::conv_to<Mat<double>>::from(model.probabilities(input...));
    out.classes = model.classes();
  }
  return out;
}

}  // namespace mercer
