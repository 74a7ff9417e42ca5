// What a model file holds of kernel ridge regression.
#pragma once

#include <memory>
#include <utility>

#include "mercer/model/kernel_ridge.hpp"
#include "mercer/model/nystrom_ridge.hpp"
#include "model/model_fields.hpp"

namespace mercer {

template <class T>
struct ModelDescription<NystromRidge<T>> {
  static constexpr const char* name = "NystromRidge";
  using Options = NystromRidgeOptions;

  template <class Archive, class O>
  static void describe_options(Archive& archive, O& options) {
    archive.list("lambdas", options.lambdas);
    archive.value("centres", options.centres);
    archive.choice("choice", options.choice, {"pivoted cholesky", "uniform"});
    archive.value("seed", options.seed);
    archive.choice("method", options.method, {"automatic", "direct", "falkon"});
    archive.value("centre_target", options.centre_target);
    archive.value("certify", options.certify);
    archive.value("tolerance", options.tolerance);
    archive.value("max_iterations", options.max_iterations);
    archive.value("time_limit", options.time_limit);
  }

  static const Kernel* kernel_of(const NystromRidge<T>& model) { return &*model.kernel_; }

  template <class Archive, class Model>
  static void describe(Archive& archive, Model& model) {
    if constexpr (Archive::reads) model.fitted_.emplace();
    auto& fitted = *model.fitted_;
    const index_t lambdas = model.options_.lambdas.size();
    archive.list("target_means", fitted.means);
    archive.require(!fitted.means.is_empty(), "there must be an output");
    archive.list("generalised_cross_validation", fitted.gcv, lambdas, detail::Values::any);
    archive.value("best", fitted.best);
    archive.require(fitted.best < lambdas, "best must be the place of a lambda");
    archive.finite("jitter", fitted.jitter);
    archive.list("centre_rows", fitted.rows);
    detail::describe_dense_points(archive, "centre_points", fitted.centres, {}, kernel_of(model));
    archive.require(!fitted.centres.is_empty(), "there must be centres");
    archive.require(fitted.rows.empty() || fitted.rows.size() == fitted.centres.n_cols,
                    "there must be a row for each centre, or none");
    archive.size("lambda_coefficients", fitted.beta);
    archive.require(fitted.beta.size() == lambdas, "there must be coefficients for each lambda");
    for (auto& beta : fitted.beta) {
      archive.table("coefficients", beta, fitted.centres.n_cols, fitted.means.n_elem);
    }
    if constexpr (Archive::reads) {
      if (fitted.rows.empty()) model.given_ = fitted.centres;
    }
  }
};

template <class T>
struct ModelDescription<KernelRidge<T>> {
  static constexpr const char* name = "KernelRidge";
  using Options = KernelRidgeOptions;

  template <class Archive, class O>
  static void describe_options(Archive& archive, O& options) {
    archive.value("lambda", options.lambda);
    archive.value("centre_target", options.centre_target);
    archive.value("leave_one_out", options.leave_one_out);
    archive.choice("method", options.method,
                   {"automatic", "cholesky", "mixed cholesky", "conjugate gradient", "nystrom"});
    archive.value("tolerance", options.tolerance);
    archive.value("rank", options.rank);
    archive.value("centres", options.centres);
    archive.value("seed", options.seed);
    archive.value("max_iterations", options.max_iterations);
    archive.value("time_limit", options.time_limit);
  }

  static const Kernel* kernel_of(const KernelRidge<T>& model) {
    return model.kernel_ ? &**model.kernel_ : nullptr;
  }

  template <class Archive, class Model>
  static void describe(Archive& archive, Model& model) {
    bool on_centres = false;
    if constexpr (!Archive::reads) on_centres = model.fitted_->nystrom != nullptr;
    archive.value("on_centres", on_centres);
    if (on_centres) return describe_on_centres(archive, model);
    if constexpr (Archive::reads) model.fitted_.emplace();
    auto& fitted = *model.fitted_;
    archive.list("target_means", fitted.means);
    archive.table("coefficients", fitted.alpha, {}, fitted.means.n_elem);
    archive.require(!fitted.alpha.is_empty(), "there must be coefficients");
    archive.table("leave_one_out_residuals", fitted.leave_one_out, {}, {}, detail::Values::any);
    archive.require(fitted.leave_one_out.is_empty() ||
                        arma::size(fitted.leave_one_out) == arma::size(fitted.alpha),
                    "there must be a residual for each coefficient, or none");
    detail::describe_dense_points(archive, "points", fitted.points, fitted.alpha.n_rows,
                                  kernel_of(model));
  }

 private:
  // All is that of the model on centres.
  template <class Archive, class Model>
  static void describe_on_centres(Archive& archive, Model& model) {
    using OnCentres = ModelDescription<NystromRidge<T>>;
    if constexpr (Archive::reads) {
      archive.require(kernel_of(model) != nullptr, "the model has centres, but no kernel");
      const auto inner = std::make_shared<NystromRidge<T>>(model.nystrom_model());
      OnCentres::describe(archive, *inner);
      model.fitted_ = {arma::conv_to<Mat<T>>::from(inner->coefficients()), inner->target_means(),
                       Mat<T>(), inner->centres(), inner};
    } else {
      OnCentres::describe(archive, *model.fitted_->nystrom);
    }
  }
};

}  // namespace mercer
