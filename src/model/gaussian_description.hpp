// What a model file holds of Gaussian processes and of kernel logistic regression. Factors that
// follow from points and parameters are computed again, by the code that a fit has.
#pragma once

#include <string>
#include <utility>

#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/gram/tiled_gram.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "mercer/model/gaussian_process_classifier.hpp"
#include "mercer/model/kernel_logistic.hpp"
#include "model/class_signs.hpp"
#include "model/fit_watch.hpp"
#include "model/gaussian_evidence.hpp"
#include "model/gaussian_iteration.hpp"
#include "model/gaussian_plan.hpp"
#include "model/model_fields.hpp"
#include "solver/logistic_newton.hpp"

namespace mercer {

template <class T>
struct ModelDescription<GaussianProcess<T>> {
  static constexpr const char* name = "GaussianProcess";
  using Options = GaussianProcessOptions;

  template <class Archive, class O>
  static void describe_options(Archive& archive, O& options) {
    archive.value("noise", options.noise);
    archive.value("centre_target", options.centre_target);
    archive.value("optimise", options.optimise);
    archive.value("optimise_noise", options.optimise_noise);
    detail::describe_search(archive, options.search);
    archive.choice("method", options.method, {"automatic", "cholesky", "conjugate gradient"});
    archive.value("tolerance", options.tolerance);
    archive.value("probes", options.probes);
    archive.value("rank", options.rank);
    archive.value("seed", options.seed);
    archive.value("max_iterations", options.max_iterations);
  }

  static const Kernel* kernel_of(const GaussianProcess<T>& model) {
    return model.kernel_ ? &**model.kernel_ : nullptr;
  }

  template <class Archive, class Model>
  static void describe(Archive& archive, Model& model) {
    if constexpr (Archive::reads) model.fitted_.emplace();
    auto& fitted = *model.fitted_;
    archive.finite("noise", fitted.noise);
    archive.finite("mean", fitted.mean);
    archive.finite("jitter", fitted.jitter);
    archive.require(fitted.noise >= 0 && fitted.jitter >= 0, "noise and jitter must be at least 0");
    archive.value("likelihood", fitted.likelihood.value);
    archive.value("likelihood_standard_error", fitted.likelihood.standard_error);
    archive.value("likelihood_bound", fitted.likelihood.bound);
    archive.value("likelihood_is_estimate", fitted.likelihood.is_estimate);
    archive.table("coefficients", fitted.alpha, {}, 1);
    const index_t n = fitted.alpha.n_elem;
    archive.require(n > 0, "there must be coefficients");
    archive.table("point_noise", fitted.point_noise, {}, 1);
    archive.require(fitted.point_noise.is_empty() || fitted.point_noise.n_elem == n,
                    "there must be a noise for each point, or none");
    archive.require(arma::all(fitted.point_noise >= 0), "the noise of a point must be at least 0");
    describe_kernel_and_points(archive, model, n);
    describe_posterior(archive, model);
  }

 private:
  enum class Posterior { cholesky, conjugate_gradient, none };

  template <class Archive, class Model>
  static void describe_kernel_and_points(Archive& archive, Model& model, index_t n) {
    auto& fitted = *model.fitted_;
    bool has_points = !fitted.points.is_empty();
    archive.value("has_points", has_points);
    if (!has_points) return;
    archive.require(model.kernel_.has_value(), "the model has points, but no kernel");
    if constexpr (Archive::reads) {
      fitted.kernel = AnyKernel(detail::read_kernel(archive, "fitted_kernel"));
    } else {
      detail::write_kernel(archive, "fitted_kernel", *fitted.kernel);
    }
    detail::describe_dense_points(archive, "points", fitted.points, n, &**fitted.kernel);
    archive.require(!fitted.points.is_empty(), "there must be points");
  }

  template <class Archive, class Model>
  static void describe_posterior(Archive& archive, Model& model) {
    auto& fitted = *model.fitted_;
    auto posterior = fitted.factor   ? Posterior::cholesky
                     : fitted.system ? Posterior::conjugate_gradient
                                     : Posterior::none;
    archive.choice("posterior", posterior, {"cholesky", "conjugate gradient", "none"});
    if (posterior == Posterior::conjugate_gradient) {
      describe_system(archive, model);
    } else if (posterior == Posterior::cholesky && fitted.points.is_empty()) {
      describe_factor(archive, model);
    } else if constexpr (Archive::reads) {
      if (posterior == Posterior::cholesky) factorise(archive, model);
    }
  }

  static void factorise(detail::ModelReader& archive, GaussianProcess<T>& model) {
    auto& fitted = *model.fitted_;
    const index_t n = fitted.points.n_cols;
    require_half("load_model", n, 0, archive.memory_budget());
    fitted.factor.emplace(gaussian_factor(
        MatrixFreeGram<double>(
            *fitted.kernel, fitted.points,
            {.threads = model.options_.threads, .memory_budget = model.options_.memory_budget}),
        variances_of(fitted.noise, fitted.point_noise, n), fitted.jitter, model.options_.threads));
    archive.require(fitted.factor->status() == Status::converged,
                    "K + noise I of these points is not positive definite");
  }

  // After the operator door: U itself, column by column.
  template <class Archive, class Model>
  static void describe_factor(Archive& archive, Model& model) {
    auto& fitted = *model.fitted_;
    const index_t n = fitted.alpha.n_elem;
    SymmetricTiles<double> U;
    if constexpr (Archive::reads) {
      archive.require_left("factor_column", n, n / 2);
      require_half("load_model", n, 0, archive.memory_budget());
      U = SymmetricTiles<double>(n);
    }
    Col<double> column;
    for (index_t j = 0; j < n; ++j) {
      if constexpr (!Archive::reads) {
        column.set_size(j + 1);
        for (index_t i = 0; i <= j; ++i) column(i) = fitted.factor->factor().at(i, j);
      }
      archive.list("factor_column", column, j + 1);
      archive.require(column(j) > 0, "the diagonal of a factor must be positive");
      if constexpr (Archive::reads) {
        for (index_t i = 0; i <= j; ++i) U.at(i, j) = column(i);
      }
    }
    if constexpr (Archive::reads) {
      fitted.factor.emplace(
          CholeskyFactor<double>::from_factor(std::move(U), {.threads = model.options_.threads}));
    }
  }

  // What the preconditioner is made from.
  template <class Archive, class Model>
  static void describe_system(Archive& archive, Model& model) {
    auto& fitted = *model.fitted_;
    bool in_float = fitted.system && fitted.system->in_float();
    archive.value("system_in_float", in_float);
    archive.value("system_rank", fitted.rank);
    if constexpr (Archive::reads) {
      const GaussianProcessOptions& options = model.options_;
      archive.require(fitted.rank > 0, "the rank of the system must be positive");
      archive.require(!fitted.points.is_empty(), "conjugate gradients need points");
      const Col<double> variances =
          variances_of(fitted.noise, fitted.point_noise, fitted.points.n_cols);
      archive.require(arma::all(variances > 0), "conjugate gradients need noise at every point");
      FitWatch watch(options.progress, std::numeric_limits<double>::infinity());
      const GramOptions kept{.threads = options.threads, .memory_budget = archive.memory_budget()};
      const MatrixFreeGram<double> K(*fitted.kernel, fitted.points, kept);
      const auto system = [&](const auto& of) {
        return gaussian_system(of, variances, fitted.rank, archive.memory_budget(), options, watch);
      };
      fitted.system = in_float ? system(TiledGram<float>(K, kept)) : system(K);
      archive.require(fitted.system && fitted.system->is_valid(),
                      "K + noise I of these points has no preconditioner");
    }
  }
};

template <class T>
struct ModelDescription<GaussianProcessClassifier<T>> {
  static constexpr const char* name = "GaussianProcessClassifier";
  using Options = GaussianProcessClassifierOptions;

  template <class Archive, class O>
  static void describe_options(Archive& archive, O& options) {
    archive.value("optimise", options.optimise);
    detail::describe_search(archive, options.search);
  }

  static const Kernel* kernel_of(const GaussianProcessClassifier<T>& model) {
    return &*model.kernel_;
  }

  template <class Archive, class Model>
  static void describe(Archive& archive, Model& model) {
    if constexpr (Archive::reads) model.fitted_.emplace();
    auto& fitted = *model.fitted_;
    detail::describe_classes(archive, fitted.classes);
    detail::describe_dense_points(archive, "points", fitted.points, {}, kernel_of(model));
    archive.require(!fitted.points.is_empty(), "there must be points");
    if constexpr (Archive::reads) {
      const index_t problems = problem_count(fitted.classes), n = fitted.points.n_cols;
      require_half("load_model", n, problems * SymmetricTiles<double>::bytes_for(n),
                   archive.memory_budget());
      for (index_t p = 0; p < problems; ++p) fitted.problems.push_back(read(archive, model));
    } else {
      for (const auto& problem : fitted.problems) {
        detail::write_kernel(archive, "problem_kernel", *problem.kernel);
        describe_numbers(archive, problem, fitted.points.n_cols);
      }
    }
  }

 private:
  using Problem = typename GaussianProcessClassifier<T>::Problem;

  template <class Archive, class P>
  static void describe_numbers(Archive& archive, P& problem, index_t n) {
    archive.value("likelihood", problem.likelihood);
    archive.table("gradient", problem.gradient, n, 1);
    archive.table("root_w", problem.root_w, n, 1);
  }

  static Problem read(detail::ModelReader& archive, const GaussianProcessClassifier<T>& model) {
    const Mat<double>& points = model.fitted_->points;
    Problem problem{AnyKernel(detail::read_kernel(archive, "problem_kernel")),
                    {},
                    {},
                    CholeskyFactor<double>(SymmetricTiles<double>(0)),
                    0};
    detail::require_suits(archive, *problem.kernel, Points<double>(points));
    describe_numbers(archive, problem, points.n_cols);
    const GramOptions options{.threads = model.options_.threads,
                              .memory_budget = model.options_.memory_budget};
    problem.factor = logistic_factor(MatrixFreeGram<double>(*problem.kernel, points, options),
                                     problem.root_w, 1, options.threads, no_poll);
    archive.require(problem.factor.status() == Status::converged,
                    "I + W^1/2 K W^1/2 of these points is not positive definite");
    return problem;
  }
};

template <class T>
struct ModelDescription<KernelLogistic<T>> {
  static constexpr const char* name = "KernelLogistic";
  using Options = KernelLogisticOptions;

  template <class Archive, class O>
  static void describe_options(Archive& archive, O& options) {
    archive.value("lambda", options.lambda);
  }

  static const Kernel* kernel_of(const KernelLogistic<T>& model) {
    return model.kernel_ ? &**model.kernel_ : nullptr;
  }

  template <class Archive, class Model>
  static void describe(Archive& archive, Model& model) {
    if constexpr (Archive::reads) model.fitted_.emplace();
    auto& fitted = *model.fitted_;
    detail::describe_classes(archive, fitted.classes);
    archive.table("coefficients", fitted.alpha, {}, problem_count(fitted.classes));
    archive.require(!fitted.alpha.is_empty(), "there must be coefficients");
    detail::describe_dense_points(archive, "points", fitted.points, fitted.alpha.n_rows,
                                  kernel_of(model));
  }
};

}  // namespace mercer
