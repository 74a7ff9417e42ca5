#include "cli/predictions.hpp"

#include <type_traits>
#include <variant>

#include "cli/session.hpp"
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
constexpr bool is_novelty = is<Model, OneClassSvm> || is<Model, Svdd>;

template <class Model>
constexpr bool is_classifier = is<Model, Svc> || is<Model, LowRankSvc> ||
                               is<Model, GaussianProcessClassifier> || is<Model, KernelLogistic>;

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

template <class To, class From>
Col<To> column(const From& values) {
  return arma::conv_to<Col<To>>::from(values);
}

template <class Model>
Mat<double> decisions_of(const Model& model, const Mat<ScalarOf<Model>>& X) {
  if constexpr (is<Model, GaussianProcessClassifier>) {
    return converted<double>(model.latent(X).mean);
  } else {
    return converted<double>(model.decision_values(X));
  }
}

template <class Model>
Mat<double> probabilities_of(const Model& model, const Mat<ScalarOf<Model>>& X) {
  if constexpr (requires { model.probabilities(X); }) {
    try {
      return converted<double>(model.probabilities(X));
    } catch (const LogicError&) {
      throw UsageError(
          "--probabilities: the model was trained without; train it with --probabilities");
    }
  } else {
    throw UsageError("--probabilities: a model of kind " + base_name<Model>() + " has none");
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

Goal goal_of(const AnyModel& model) {
  return std::visit(
      []<class Model>(const Model&) {
        return is_classifier<Model> ? Goal::classes
               : is_novelty<Model>  ? Goal::novelty
                                    : Goal::values;
      },
      model);
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
      []<class Model>(const Model& m) {
        if constexpr (is_classifier<Model>) {
          return m.classes();
        } else {
          return arma::ivec();
        }
      },
      model);
}

Report fit(AnyModel& model, const Mat<double>& X, const Col<double>& y) {
  return std::visit(
      [&]<class Model>(Model& m) {
        using T = ScalarOf<Model>;
        const Mat<T> points = converted<T>(X);
        if constexpr (is_classifier<Model>) {
          return m.fit(points, class_codes(y));
        } else if constexpr (is_novelty<Model>) {
          return m.fit(points);
        } else if constexpr (is<Model, Svr>) {
          return m.fit(points, y);
        } else if constexpr (is<Model, GaussianProcess>) {
          return m.fit(points, column<T>(y));
        } else {
          return m.fit(points, converted<T>(y));
        }
      },
      model);
}

Predictions predict(const AnyModel& model, const Mat<double>& X, const Wanted& wanted) {
  Predictions out;
  out.goal = goal_of(model);
  std::visit(
      [&]<class Model>(const Model& m) {
        using T = ScalarOf<Model>;
        const Mat<T> points = converted<T>(X);
        if constexpr (is_classifier<Model> || is_novelty<Model>) {
          out.classes = m.predict(points);
          if (classes_of(model).n_elem <= 2) out.decisions = decisions_of(m, points);
          if (wanted.deviations) throw UsageError("--std: the model predicts no numbers");
          if (wanted.probabilities) out.probabilities = probabilities_of(m, points);
        } else if constexpr (is<Model, GaussianProcess>) {
          if (wanted.probabilities) throw UsageError("--probabilities: the model has no classes");
          if (!wanted.deviations) {
            out.values = column<double>(m.predict(points));
            return;
          }
          const auto prediction = m.predict_with_std(points, Spread::observation);
          out.values = column<double>(prediction.mean);
          out.deviations = column<double>(prediction.standard_deviation);
        } else {
          if (wanted.probabilities) throw UsageError("--probabilities: the model has no classes");
          if (wanted.deviations) throw UsageError("--std: only models of kind gp have it");
          out.values = column<double>(m.predict(points));
        }
      },
      model);
  return out;
}

Certificate recompute(const AnyModel& model, const Mat<double>& X, const Col<double>& y) {
  return std::visit(
      [&]<class Model>(const Model& m) -> Certificate {
        using T = ScalarOf<Model>;
        const Mat<T> points = converted<T>(X);
        if constexpr (is<Model, Svc> || is<Model, LowRankSvc> ||
                      is<Model, GaussianProcessClassifier>) {
          return verify(m, points, class_codes(y));
        } else if constexpr (is_novelty<Model>) {
          return verify(m, points);
        } else if constexpr (is<Model, Svr>) {
          return verify(m, points, y);
        } else if constexpr (is<Model, GaussianProcess>) {
          return verify(m, points, column<T>(y));
        } else if constexpr (is<Model, KernelRidge> || is<Model, NystromRidge>) {
          return verify(m, points, converted<T>(y));
        } else {
          throw UsageError("a model of kind " + base_name<Model>() +
                           " has no certificate that can be computed from a file");
        }
      },
      model);
}

std::string class_name(const TableLayout& layout, arma::sword code) {
  const bool named = code >= 0 && static_cast<index_t>(code) < layout.class_names.size();
  return named ? layout.class_names[static_cast<index_t>(code)] : std::to_string(code);
}

}  // namespace mercer::cli
