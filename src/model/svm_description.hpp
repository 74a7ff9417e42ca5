// What a model file holds of the support vector machines.
#pragma once

#include "mercer/model/low_rank_svc.hpp"
#include "mercer/model/one_class_svm.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/model/svdd.hpp"
#include "mercer/model/svr.hpp"
#include "model/model_fields.hpp"
#include "model/one_against_one.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace detail {

/// Of solve_svm.
template <class Archive, class O>
void describe_solver_options(Archive& archive, O& options) {
  archive.value("tolerance", options.tolerance);
  archive.value("relative_gap", options.relative_gap);
  archive.value("max_iterations", options.max_iterations);
  archive.value("time_limit", options.time_limit);
}

inline index_t problem_count(index_t classes, MultiClass multi_class) {
  if (multi_class == MultiClass::one_against_rest && classes > 2) return classes;
  return classes * (classes - 1) / 2;
}

}  // namespace detail

template <class T>
struct ModelDescription<Svc<T>> {
  static constexpr const char* name = "Svc";
  using Options = SvcOptions;

  template <class Archive, class O>
  static void describe_options(Archive& archive, O& options) {
    archive.value("C", options.C);
    archive.value("nu", options.nu);
    detail::describe_class_weights(archive, options.class_weights);
    archive.choice("multi_class", options.multi_class, {"one against one", "one against the rest"});
    archive.value("probabilities", options.probabilities);
    detail::describe_solver_options(archive, options);
  }

  static const Kernel* kernel_of(const Svc<T>& model) {
    return model.kernel_ ? &**model.kernel_ : nullptr;
  }

  template <class Archive, class Model>
  static void describe(Archive& archive, Model& model) {
    if constexpr (Archive::reads) model.fitted_.emplace();
    auto& fitted = *model.fitted_;
    const MultiClass multi_class = model.options_.multi_class;
    detail::describe_classes(archive, fitted.classes);
    const index_t problems = detail::problem_count(fitted.classes.n_elem, multi_class);
    archive.list("biases", fitted.biases, problems);
    archive.list("margins", fitted.margins, problems);
    archive.require(arma::all(fitted.margins > 0), "the margins must be positive");
    describe_slopes(archive, fitted.slopes, problems);
    describe_precedence(archive, fitted);
    detail::describe_support(archive, fitted.support);
    archive.table("coefficients", fitted.coefficients, fitted.support.n_elem, problems);
    const std::vector<ClassPair> pairs = class_pairs(fitted.classes.n_elem, multi_class);
    if (pairs.front().first != ClassPair::rest) {
      archive.require(are_of_one_class(fitted.coefficients, pairs),
                      "a support point must have coefficients of one class, by their signs");
    }
    detail::describe_points(archive, "support_points", fitted.points, fitted.support.n_elem,
                            kernel_of(model));
    detail::describe_reports(archive, fitted.reports, problems);
    if constexpr (Archive::reads) fitted.parts = Svc<T>::parts_of(fitted, pairs);
  }

  static const std::optional<OwnedPoints<T>>& points_of(const Svc<T>& model) {
    return model.fitted_->points;
  }

  /// The order of the labels in LIBSVM's format: the larger one of two, else by precedence.
  static arma::uvec label_order(const Svc<T>& model) {
    const index_t classes = model.fitted_->classes.n_elem;
    if (classes == 2) return {1, 0};
    if (!model.fitted_->precedence.is_empty()) return model.fitted_->precedence;
    return arma::uvec(all_indices(classes));
  }

  /// Makes it fitted, one against one: a solution that another program has found.
  static void give(Svc<T>& model, arma::ivec classes, arma::uvec precedence, arma::uvec support,
                   Mat<double> coefficients, Col<double> biases,
                   std::optional<OwnedPoints<T>> points) {
    const std::vector<ClassPair> pairs = class_pairs(classes.n_elem, MultiClass::one_against_one);
    auto& fitted = model.fitted_.emplace();
    fitted.classes = std::move(classes);
    fitted.precedence = std::move(precedence);
    fitted.support = std::move(support);
    fitted.coefficients = std::move(coefficients);
    fitted.biases = std::move(biases);
    fitted.margins.ones(pairs.size());
    fitted.reports.resize(pairs.size());
    fitted.points = std::move(points);
    fitted.parts = Svc<T>::parts_of(fitted, pairs);
  }

 private:
  // 2 x problems, or empty.
  template <class Archive, class M>
  static void describe_slopes(Archive& archive, M& slopes, index_t problems) {
    archive.table("slopes", slopes, {}, {});
    archive.require(slopes.is_empty() || (slopes.n_rows == 2 && slopes.n_cols == problems),
                    "there must be two slopes for each problem, or none");
  }

  template <class Archive, class Fitted>
  static void describe_precedence(Archive& archive, Fitted& fitted) {
    archive.list("precedence", fitted.precedence);
    const arma::uvec sorted = arma::sort(fitted.precedence);
    bool has_each = sorted.is_empty() || sorted.n_elem == fitted.classes.n_elem;
    for (index_t c = 0; has_each && c < sorted.n_elem; ++c) has_each = sorted(c) == c;
    archive.require(has_each, "precedence must have the place of each class, or be empty");
  }

  static bool are_of_one_class(const Mat<double>& coefficients,
                               const std::vector<ClassPair>& pairs) {
    const arma::uvec classes = classes_of_support(coefficients, pairs);
    if (arma::any(classes == ClassPair::rest)) return false;
    for (index_t p = 0; p < pairs.size(); ++p) {
      for (index_t s = 0; s < classes.n_elem; ++s) {
        const double beta = coefficients(s, p);
        if (beta != 0 && classes(s) != (beta > 0 ? pairs[p].second : pairs[p].first)) return false;
      }
    }
    return true;
  }
};

template <class T>
struct ModelDescription<LowRankSvc<T>> {
  static constexpr const char* name = "LowRankSvc";
  using Options = LowRankSvcOptions;

  template <class Archive, class O>
  static void describe_options(Archive& archive, O& options) {
    archive.value("C", options.C);
    detail::describe_class_weights(archive, options.class_weights);
    archive.value("rank", options.rank);
    archive.value("trace_tolerance", options.trace_tolerance);
    archive.value("bias_feature", options.bias_feature);
    archive.value("relative_gap", options.relative_gap);
    archive.value("max_epochs", options.max_epochs);
    archive.value("seed", options.seed);
  }

  static const Kernel* kernel_of(const LowRankSvc<T>& model) {
    return model.kernel_ ? &**model.kernel_ : nullptr;
  }

  template <class Archive, class Model>
  static void describe(Archive& archive, Model& model) {
    if constexpr (Archive::reads) model.fitted_.emplace();
    auto& fitted = *model.fitted_;
    detail::describe_classes(archive, fitted.classes);
    const index_t problems =
        detail::problem_count(fitted.classes.n_elem, MultiClass::one_against_one);
    archive.value("relative_trace", fitted.relative_trace);
    archive.list("biases", fitted.biases, problems);
    archive.table("pivots", fitted.pivots, {}, 1);
    archive.table("coefficients", fitted.coefficients, fitted.pivots.n_elem, problems);
    detail::describe_points(archive, "pivot_points", fitted.points, fitted.pivots.n_elem,
                            kernel_of(model));
    detail::describe_support(archive, fitted.support);
    archive.table("dual_coefficients", fitted.dual, fitted.support.n_elem, problems);
    detail::describe_reports(archive, fitted.reports, problems);
  }
};

/// f(x) = sum_i beta_i k(x_i, x) + bias.
template <class T>
struct ModelDescription<SupportExpansion<T>> {
  template <class Archive, class E>
  static void describe(Archive& archive, E& f, const Kernel* kernel) {
    archive.finite("bias", f.bias_);
    detail::describe_support(archive, f.support_);
    archive.table("coefficients", f.coefficients_, f.support_.n_elem, 1);
    detail::describe_points(archive, "support_points", f.points_, f.support_.n_elem, kernel);
  }

  static const std::optional<OwnedPoints<T>>& points_of(const SupportExpansion<T>& f) {
    return f.points_;
  }

  static void give(SupportExpansion<T>& f, arma::uvec support, Col<double> coefficients,
                   double bias, std::optional<OwnedPoints<T>> points) {
    f.support_ = std::move(support);
    f.coefficients_ = std::move(coefficients);
    f.bias_ = bias;
    f.points_ = std::move(points);
  }
};

template <class T>
struct ModelDescription<SupportModel<T>> {
  static const Kernel* kernel_of(const SupportModel<T>& model) {
    return model.kernel_ ? &**model.kernel_ : nullptr;
  }

  template <class Archive, class Model>
  static void describe(Archive& archive, Model& model) {
    if constexpr (Archive::reads) model.expansion_.emplace();
    ModelDescription<SupportExpansion<T>>::describe(archive, *model.expansion_, kernel_of(model));
  }

  static const std::optional<OwnedPoints<T>>& points_of(const SupportModel<T>& model) {
    return ModelDescription<SupportExpansion<T>>::points_of(*model.expansion_);
  }

  /// Makes it fitted: a solution that another program has found.
  static void give(SupportModel<T>& model, arma::uvec support, Col<double> coefficients,
                   double bias, std::optional<OwnedPoints<T>> points) {
    ModelDescription<SupportExpansion<T>>::give(model.expansion_.emplace(), std::move(support),
                                                std::move(coefficients), bias, std::move(points));
  }
};

template <class T>
struct ModelDescription<Svr<T>> : ModelDescription<SupportModel<T>> {
  static constexpr const char* name = "Svr";
  using Options = SvrOptions;

  template <class Archive, class O>
  static void describe_options(Archive& archive, O& options) {
    archive.value("C", options.C);
    archive.value("epsilon", options.epsilon);
    archive.value("nu", options.nu);
    detail::describe_solver_options(archive, options);
  }

  template <class Archive, class Model>
  static void describe(Archive& archive, Model& model) {
    archive.finite("tube", model.epsilon_);
    ModelDescription<SupportModel<T>>::describe(archive, model);
  }
};

template <class T>
struct ModelDescription<OneClassSvm<T>> : ModelDescription<SupportModel<T>> {
  static constexpr const char* name = "OneClassSvm";
  using Options = OneClassSvmOptions;

  template <class Archive, class O>
  static void describe_options(Archive& archive, O& options) {
    archive.value("nu", options.nu);
    detail::describe_solver_options(archive, options);
  }
};

template <class T>
struct ModelDescription<Svdd<T>> : ModelDescription<SupportModel<T>> {
  static constexpr const char* name = "Svdd";
  using Options = SvddOptions;

  template <class Archive, class O>
  static void describe_options(Archive& archive, O& options) {
    archive.value("nu", options.nu);
    detail::describe_solver_options(archive, options);
  }

  template <class Archive, class Model>
  static void describe(Archive& archive, Model& model) {
    archive.finite("squared_centre", model.centre_norm_);
    ModelDescription<SupportModel<T>>::describe(archive, model);
  }
};

}  // namespace mercer
