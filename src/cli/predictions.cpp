#include "cli/predictions.hpp"

#include <type_traits>
#include <variant>

#include "cli/session.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/data/dataset.hpp"

namespace mercer::cli {
namespace {

template <class Model>
struct Parts;
template <template <class> class M, class T>
struct Parts<M<T>> {
  using Scalar = T;
};
template <class Model>
using ScalarOf = typename Parts<Model>::Scalar;

template <class Model, template <class> class M>
constexpr bool is = std::is_same_v<Model, M<ScalarOf<Model>>>;

template <class Model>
std::string base_name() {
  if (is<Model, Svc>) return "svc";
  if (is<Model, LowRankSvc>) return "low-rank svc";
  if (is<Model, Svr>) return "svr";
  if (is<Model, OneClassSvm>) return "one-class";
  if (is<Model, Svdd>) return "svdd";
  if (is<Model, KernelRidge>) return "ridge";
  if (is<Model, NystromRidge>) return "nystrom ridge";
  if (is<Model, GaussianProcess>) return "gp";
  if (is<Model, GaussianProcessClassifier>) return "gp-classifier";
  return "kernel logistic";
}

template <class T, class From>
Mat<T> converted(const From& X) {
  return arma::conv_to<Mat<T>>::from(X);
}

Targets targets_for(Task task, const Col<double>& y) {
  if (task == Task::regression) return Mat<double>(y);
  return task == Task::novelty ? arma::ivec() : class_codes(y);
}

void require_wanted(const Prediction& found, const Wanted& wanted, Task task) {
  if (wanted.deviations && found.standard_deviations.is_empty()) {
    throw UsageError(task == Task::regression ? "--std: only models of kind gp have it"
                                              : "--std: the model predicts no numbers");
  }
  if (wanted.probabilities && found.probabilities.is_empty()) {
    throw UsageError(task == Task::classification
                         ? "--probabilities: the model has none; train it with --probabilities"
                         : "--probabilities: the model has no classes");
  }
}

}  // namespace

std::string name_of(const AnyModel& model) {
  return std::visit(
      []<class Model>(const Model&) {
        return base_name<Model>() + (std::is_same_v<ScalarOf<Model>, float> ? " (float)" : "");
      },
      model);
}

Task task_of(const AnyModel& model) {
  return std::visit(
      []<class Model>(const Model&) { return mercer::task_of<Model, ScalarOf<Model>>(); }, model);
}

index_t dim_of(const AnyModel& model) {
  return std::visit([](const auto& m) { return m.dim(); }, model);
}

bool is_fitted(const AnyModel& model) {
  return std::visit([](const auto& m) { return m.is_fitted(); }, model);
}

const Kernel& kernel_of(const AnyModel& model) {
  return std::visit([](const auto& m) -> const Kernel& { return m.kernel(); }, model);
}

arma::ivec classes_of(const AnyModel& model) {
  return std::visit(
      [](const auto& m) {
        if constexpr (requires { m.classes(); }) {
          return m.classes();
        } else {
          return arma::ivec();
        }
      },
      model);
}

Report fit(AnyModel& model, const Mat<double>& X, const Col<double>& y) {
  const Targets targets = targets_for(task_of(model), y);
  return std::visit(
      [&]<class Model>(Model& m) {
        return fit_model<ScalarOf<Model>>(m, converted<ScalarOf<Model>>(X), targets);
      },
      model);
}

Prediction predict(const AnyModel& model, const Mat<double>& X, const Wanted& wanted) {
  const Details details{.decisions = wanted.probabilities || classes_of(model).n_elem <= 2,
                        .deviations = wanted.deviations};
  const Prediction out = std::visit(
      [&]<class Model>(const Model& m) {
        return predict_model<ScalarOf<Model>>(m, details, converted<ScalarOf<Model>>(X));
      },
      model);
  require_wanted(out, wanted, task_of(model));
  return out;
}

Certificate recompute(const AnyModel& model, const Mat<double>& X, const Col<double>& y) {
  return std::visit(
      [&]<class Model>(const Model& m) -> Certificate {
        using T = ScalarOf<Model>;
        const Mat<T> points = converted<T>(X);
        if constexpr (requires { verify(m, points); }) {
          return verify(m, points);
        } else if constexpr (is<Model, KernelLogistic>) {
          throw UsageError("a model of kind " + base_name<Model>() +
                           " has no certificate that can be computed from a file");
        } else if constexpr (mercer::task_of<Model, T>() == Task::classification) {
          return verify(m, points, class_codes(y));
        } else if constexpr (is<Model, Svr>) {
          return verify(m, points, y);
        } else {
          return verify(m, points, arma::conv_to<Col<T>>::from(y));
        }
      },
      model);
}

std::string class_name(const TableLayout& layout, arma::sword code) {
  const bool named = code >= 0 && static_cast<index_t>(code) < layout.class_names.size();
  return named ? layout.class_names[static_cast<index_t>(code)] : std::to_string(code);
}

}  // namespace mercer::cli
