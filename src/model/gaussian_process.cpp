#include "mercer/model/gaussian_process.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "core/checkpoint.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "model/ascent.hpp"
#include "model/fit_watch.hpp"
#include "model/gaussian_evidence.hpp"
#include "model/gaussian_input.hpp"
#include "model/gaussian_iteration.hpp"
#include "model/gaussian_plan.hpp"
#include "model/problem_fingerprint.hpp"
#include "model/ridge_certificate.hpp"

namespace mercer {
namespace {

double mean_of(const Col<double>& y) {
  double sum = 0;
  for (const double value : y) sum += value;
  return sum / static_cast<double>(y.n_elem);
}

// The residual of (K + diag(variances)) alpha = target, as that of a ridge regression with weights.
Certificate certificate_of(const GramOperator<double>& K, const Col<double>& target,
                           const Col<double>& variances, const Col<double>& alpha) {
  return ridge_certificate<double>(K, target, 1 / variances, alpha,
                                   arma::rowvec(1, arma::fill::zeros), 1.0);
}

GramOptions gram_options(const GaussianProcessOptions& options) {
  return {.threads = options.threads, .memory_budget = options.memory_budget};
}

}  // namespace

template <class T>
GaussianProcess<T>::GaussianProcess(const Kernel& kernel, const GaussianProcessOptions& options)
    : GaussianProcess(options) {
  kernel_ = kernel;
}

template <class T>
GaussianProcess<T>::GaussianProcess(const GaussianProcessOptions& options) : options_(options) {
  require_non_negative("GaussianProcess: noise", options.noise);
  require_search("GaussianProcess", options.search);
  require_iteration(options);
  resolve_threads(options.threads, "GaussianProcess");
}

template <class T>
Report GaussianProcess<T>::fit(const Mat<T>& X, const Col<T>& y, const Col<double>& noise) {
  const char* where = "GaussianProcess::fit";
  if (!kernel_) {
    throw LogicError(std::string(where) + ": the model has no kernel; give it an operator");
  }
  FitWatch watch(options_.progress, options_.optimise ? options_.search.time_limit
                                                      : std::numeric_limits<double>::infinity());
  require_training_points(where, X);
  require_outputs(where, y, noise, X.n_cols);
  const GaussianProcessMethod method =
      gaussian_method(where, variances_of(options_.noise, noise, X.n_cols),
                      3 * X.n_elem * sizeof(double), options_);
  const auto points = arma::conv_to<Mat<double>>::from(X);
  Col<double> target = arma::conv_to<Col<double>>::from(y);
  const double mean = options_.centre_target ? mean_of(target) : 0;
  target -= mean;

  Checkpoint checkpoint("GaussianProcess", options_.checkpoint, [&] {
    const Points<double> all(points);
    return problem_of("GaussianProcess",
                      MatrixFreeGram<double>(*kernel_, points, gram_options(options_)), &all)
        .add(y)
        .add(noise)
        .add(of_options(options_))
        .value();
  });

  Report report;
  report.method = "cholesky";
  report.iterations = 1;
  AnyKernel kernel = *kernel_;
  double variance = options_.noise;
  std::vector<double> start = kernel->theta();
  if (options_.optimise_noise && variance > 0) start.push_back(std::log(variance));
  const bool search = options_.optimise && !start.empty();
  if (search) {
    const GaussianLikelihood likelihood{where,  *kernel_, options_.noise,        points,
                                        target, noise,    gram_options(options_)};
    const Ascent ascent = ascend(where, likelihood, start, options_.search, watch,
                                 CheckpointSection(checkpoint, "ascent"));
    report.method = "L-BFGS on the marginal likelihood, cholesky";
    report.iterations = ascent.evaluations;
    report.status = ascent.status;
    report.residual = ascent.derivative;
    if (!ascent.theta.empty()) {
      const std::size_t parameters = kernel->theta().size();
      kernel = AnyKernel(kernel->with_theta(std::span(ascent.theta).first(parameters)));
      if (ascent.theta.size() > parameters) variance = std::exp(ascent.theta[parameters]);
    } else if (ascent.status != Status::converged) {
      report.message =
          std::string(where) + ": ended before the first likelihood; the model is as it was";
      report.seconds = watch.seconds();
      checkpoint.conclude(report);
      return report;
    }
  }
  // After a search, also one that was stopped, the best parameters get their factor.
  const auto poll = [&] {
    if (!search) watch.poll();
  };
  const MatrixFreeGram<double> K(kernel, points, gram_options(options_));
  Fitted result{.points = points, .kernel = kernel, .noise = variance, .mean = mean};
  if (method == GaussianProcessMethod::cholesky) {
    conclude(K, target, noise, std::move(result), report, poll);
  } else {
    iterate(K, target, noise, std::move(result), report, watch,
            CheckpointSection(checkpoint, "mean"));
  }
  if (!search) report.residual = report.certificate.relative_residual;
  report.seconds = watch.seconds();
  checkpoint.conclude(report);
  return report;
}

template <class T>
Report GaussianProcess<T>::fit(const GramOperator<double>& K, const Col<T>& y,
                               const Col<double>& noise) {
  const char* where = "GaussianProcess::fit";
  if (options_.optimise) {
    throw LogicError(std::string(where) + ": an operator has no parameters to optimise");
  }
  FitWatch watch(options_.progress, std::numeric_limits<double>::infinity());
  require_columns(where, "K", K.n_cols(), K.n_rows(), "one per training point");
  require_outputs(where, y, noise, K.n_rows());
  const GaussianProcessMethod method =
      gaussian_method(where, variances_of(options_.noise, noise, K.n_rows()), 0, options_);
  Col<double> target = arma::conv_to<Col<double>>::from(y);
  const double mean = options_.centre_target ? mean_of(target) : 0;
  target -= mean;
  Checkpoint checkpoint("GaussianProcess", options_.checkpoint, [&] {
    return problem_of<double>("GaussianProcess", K, nullptr)
        .add(y)
        .add(noise)
        .add(of_options(options_))
        .value();
  });
  Report report;
  report.method = "cholesky";
  report.iterations = 1;
  Fitted result{.noise = options_.noise, .mean = mean};
  if (method == GaussianProcessMethod::cholesky) {
    conclude(K, target, noise, std::move(result), report, [&] { watch.poll(); });
  } else {
    iterate(K, target, noise, std::move(result), report, watch,
            CheckpointSection(checkpoint, "mean"));
  }
  report.residual = report.certificate.relative_residual;
  report.seconds = watch.seconds();
  checkpoint.conclude(report);
  return report;
}

template <class T>
void GaussianProcess<T>::conclude(const GramOperator<double>& K, const Col<double>& target,
                                  const Col<double>& point_noise, Fitted&& result, Report& report,
                                  Poll poll) {
  const std::string where = "GaussianProcess::fit";
  report.threads = resolve_threads(options_.threads);
  report.entry_error = K.entry_error();
  Col<double> variances = variances_of(result.noise, point_noise, target.n_elem);
  std::optional<GaussianEvidence> evidence;
  try {
    evidence.emplace(
        gaussian_evidence(where.c_str(), K, variances, target, options_.threads, poll));
  } catch (const Interrupted& end) {
    report.status = end.status;
    report.message = where + ": stopped by the progress callback; the model is as it was";
    return;
  }
  if (evidence->status() == Status::not_positive_definite) {
    report.status = Status::not_positive_definite;
    report.message =
        where + ": K + noise I is not positive definite, its leading minor of order " +
        std::to_string(evidence->factored.failed_minor) +
        " is not, nor with jitter up to 1e-6 of its diagonal; enlarge the noise (now " +
        shortest(result.noise) + ") or take a positive definite kernel";
    return;
  }
  if (!evidence->alpha.is_finite() || !std::isfinite(evidence->value)) {
    report.status = Status::not_finite;
    report.message = where + ": a number overflowed; bring y to a smaller scale";
    return;
  }
  result.jitter = evidence->factored.jitter;
  variances += result.jitter;
  report.certificate = certificate_of(K, target, variances, evidence->alpha);
  report.message = ended_early(where.c_str(), report.status);
  result.point_noise = point_noise;
  result.alpha = std::move(evidence->alpha);
  result.likelihood = {.value = evidence->value};
  result.factor.emplace(std::move(evidence->factored.factor));
  fitted_ = std::move(result);
}

template <class T>
void GaussianProcess<T>::iterate(const GramOperator<double>& K, const Col<double>& target,
                                 const Col<double>& point_noise, Fitted&& result, Report& report,
                                 FitWatch& watch, const CheckpointSection& section) {
  const char* where = "GaussianProcess::fit";
  report.threads = resolve_threads(options_.threads);
  report.entry_error = K.entry_error();
  report.method = to_string(GaussianProcessMethod::conjugate_gradient);
  report.iterations = 0;
  const Col<double> variances = variances_of(result.noise, point_noise, target.n_elem);
  GaussianIterate found;
  try {
    found = iterate_gaussian(where, K, variances, target, options_, watch, section);
  } catch (const Interrupted& end) {
    report.status = end.status;
    report.message =
        std::string(where) + ": stopped by the progress callback; the model is as it was";
    return;
  }
  report.status = found.status;
  report.method = found.method;
  report.message = found.message;
  report.iterations = found.iterations;
  if (found.status == Status::not_positive_definite) return;
  if (!found.alpha.is_finite()) {
    report.status = Status::not_finite;
    report.message = std::string(where) + ": a number overflowed; bring y to a smaller scale";
    return;
  }
  report.certificate = certificate_of(K, target, variances, found.alpha);
  result.point_noise = point_noise;
  result.alpha = std::move(found.alpha);
  result.likelihood = found.likelihood;
  if (result.kernel) {
    result.system = std::move(found.system);
    result.rank = found.rank;
  }
  fitted_ = std::move(result);
}

template <class T>
MarginalLikelihood GaussianProcess<T>::marginal_likelihood(const Mat<T>& X, const Col<T>& y,
                                                           std::span<const double> theta,
                                                           const Col<double>& noise) const {
  const char* where = "GaussianProcess::marginal_likelihood";
  require_training_points(where, X);
  require_outputs(where, y, noise, X.n_cols);
  const std::size_t expected = kernel().theta().size() + (options_.noise > 0 ? 1 : 0);
  if (theta.size() != expected) {
    throw std::invalid_argument(
        std::string(where) + ": theta must have " + std::to_string(expected) +
        " values (those of the kernel, then log noise), has " + std::to_string(theta.size()));
  }
  require_half(where, X.n_cols, 3 * X.n_elem * sizeof(double), options_.memory_budget);
  const auto points = arma::conv_to<Mat<double>>::from(X);
  Col<double> target = arma::conv_to<Col<double>>::from(y);
  if (options_.centre_target) target -= mean_of(target);
  MarginalLikelihood result{0, std::vector<double>(theta.size(), 0.0)};
  const GaussianLikelihood likelihood{where,  kernel(), options_.noise,        points,
                                      target, noise,    gram_options(options_)};
  result.value = likelihood(theta, result.gradient, no_poll);
  return result;
}

template <class T>
const Kernel& GaussianProcess<T>::kernel() const {
  if (!kernel_) throw LogicError("GaussianProcess::kernel: the model was made without a kernel");
  return fitted_ && fitted_->kernel ? *fitted_->kernel : *kernel_;
}

template <class T>
std::vector<double> GaussianProcess<T>::theta() const {
  std::vector<double> theta;
  if (kernel_) theta = kernel().theta();
  if (noise() > 0) theta.push_back(std::log(noise()));
  return theta;
}

template <class T>
std::vector<std::string> GaussianProcess<T>::theta_names() const {
  std::vector<std::string> names;
  if (kernel_) names = kernel().theta_names();
  if (noise() > 0) names.push_back("noise");
  return names;
}

template <class T>
const typename GaussianProcess<T>::Fitted& GaussianProcess<T>::fitted(const char* where) const {
  if (!fitted_) throw LogicError(std::string(where) + ": the model is not fitted");
  return *fitted_;
}

template <class T>
double GaussianProcess<T>::log_marginal_likelihood() const {
  return fitted("GaussianProcess::log_marginal_likelihood").likelihood.value;
}
template <class T>
const LikelihoodEstimate& GaussianProcess<T>::likelihood() const {
  return fitted("GaussianProcess::likelihood").likelihood;
}
template <class T>
double GaussianProcess<T>::jitter() const {
  return fitted("GaussianProcess::jitter").jitter;
}
template <class T>
double GaussianProcess<T>::mean() const {
  return fitted("GaussianProcess::mean").mean;
}
template <class T>
const Col<double>& GaussianProcess<T>::coefficients() const {
  return fitted("GaussianProcess::coefficients").alpha;
}
template <class T>
index_t GaussianProcess<T>::dim() const {
  return fitted("GaussianProcess::dim").points.n_rows;
}

template <class T>
Certificate verify(const GaussianProcess<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const std::type_identity_t<Col<T>>& y, const Col<double>& noise) {
  require_training_points("verify", X);
  require_outputs("verify", y, noise, X.n_cols);
  require_columns("verify", "X", X.n_cols, model.coefficients().n_rows, "one per training point");
  Col<double> target = arma::conv_to<Col<double>>::from(y);
  target -= model.mean();
  const auto points = arma::conv_to<Mat<double>>::from(X);
  return certificate_of(
      MatrixFreeGram<double>(model.kernel(), points, {.threads = model.options().threads}), target,
      variances_of(model.noise() + model.jitter(), noise, X.n_cols), model.coefficients());
}

#define MERCER_INSTANTIATE(T)                                                                 \
  template GaussianProcess<T>::GaussianProcess(const Kernel&, const GaussianProcessOptions&); \
  template GaussianProcess<T>::GaussianProcess(const GaussianProcessOptions&);                \
  template Report GaussianProcess<T>::fit(const GramOperator<double>&, const Col<T>&,         \
                                          const Col<double>&);                                \
  template void GaussianProcess<T>::conclude(const GramOperator<double>&, const Col<double>&, \
                                             const Col<double>&, Fitted&&, Report&, Poll);    \
  template void GaussianProcess<T>::iterate(const GramOperator<double>&, const Col<double>&,  \
                                            const Col<double>&, Fitted&&, Report&, FitWatch&, \
                                            const CheckpointSection&);                        \
  template const LikelihoodEstimate& GaussianProcess<T>::likelihood() const;                  \
  template const Kernel& GaussianProcess<T>::kernel() const;                                  \
  template Report GaussianProcess<T>::fit(const Mat<T>&, const Col<T>&, const Col<double>&);  \
  template MarginalLikelihood GaussianProcess<T>::marginal_likelihood(                        \
      const Mat<T>&, const Col<T>&, std::span<const double>, const Col<double>&) const;       \
  template std::vector<double> GaussianProcess<T>::theta() const;                             \
  template std::vector<std::string> GaussianProcess<T>::theta_names() const;                  \
  template const GaussianProcess<T>::Fitted& GaussianProcess<T>::fitted(const char*) const;   \
  template double GaussianProcess<T>::log_marginal_likelihood() const;                        \
  template double GaussianProcess<T>::jitter() const;                                         \
  template double GaussianProcess<T>::mean() const;                                           \
  template const Col<double>& GaussianProcess<T>::coefficients() const;                       \
  template index_t GaussianProcess<T>::dim() const;                                           \
  template Certificate verify(const GaussianProcess<T>&, const Mat<T>&, const Col<T>&,        \
                              const Col<double>&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
