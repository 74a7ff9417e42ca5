#include "mercer/model/gaussian_process.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "model/ascent.hpp"
#include "model/fit_watch.hpp"
#include "model/gaussian_evidence.hpp"
#include "model/ridge_certificate.hpp"

namespace mercer {
namespace {

// The likelihood as a function of theta.
class Likelihood {
 public:
  Likelihood(const Kernel& kernel, double noise, const GaussianData& data,
             const GramOptions& options)
      : kernel_(kernel), noise_(noise), data_(data), options_(options) {}

  // The value and, if gradient is not empty, the derivatives in all of theta; the noise is not
  // among the parameters if theta ends before it.
  double operator()(std::span<const double> theta, std::span<double> gradient, Poll poll) const {
    const std::size_t parameters = kernel_.theta().size();
    const auto kernel = kernel_.with_theta(theta.first(parameters));
    const double noise = theta.size() > parameters ? std::exp(theta[parameters]) : noise_;
    GaussianEvidence evidence =
        gaussian_evidence("GaussianProcess::fit", *kernel, noise, data_, options_, poll);
    const double value = evidence.value;
    if (gradient.empty() || evidence.status() != Status::converged) return value;
    const std::vector<double> all =
        gaussian_gradient(std::move(evidence), *kernel, noise, data_, options_, poll);
    std::copy_n(all.begin(), gradient.size(), gradient.begin());
    return value;
  }

 private:
  const Kernel& kernel_;
  double noise_;
  const GaussianData& data_;
  GramOptions options_;
};

template <class T>
void require_data(const char* where, const Mat<T>& X, const Col<T>& y, const Col<double>& noise) {
  require_points(where, "X", X);
  require_finite(where, "X", X);
  require_rows(where, "y", y.n_rows, X.n_cols, "one per point");
  require_finite(where, "y", Mat<T>(y));
  if (noise.is_empty()) return;
  require_rows(where, "noise", noise.n_rows, X.n_cols, "one per point");
  for (const double variance : noise) {
    require_non_negative((std::string(where) + ": a noise variance").c_str(), variance);
  }
}

double mean_of(const Col<double>& y) {
  double sum = 0;
  for (const double value : y) sum += value;
  return sum / static_cast<double>(y.n_elem);
}

// The residual of (K + diag(noise)) alpha = target, as that of a ridge regression with weights.
Certificate certificate_of(const Kernel& kernel, const Mat<double>& X, const Col<double>& target,
                           double noise, const Col<double>& point_noise, const Col<double>& alpha,
                           const GramOptions& options) {
  Col<double> weights(target.n_elem);
  for (index_t i = 0; i < weights.n_elem; ++i) {
    weights(i) = 1 / (noise + (point_noise.is_empty() ? 0 : point_noise(i)));
  }
  return ridge_certificate<double>(MatrixFreeGram<double>(kernel, X, options), target, weights,
                                   alpha, arma::rowvec(1, arma::fill::zeros), 1.0);
}

}  // namespace

template <class T>
GaussianProcess<T>::GaussianProcess(const Kernel& kernel, const GaussianProcessOptions& options)
    : kernel_(kernel), noise_(options.noise), options_(options) {
  require_non_negative("GaussianProcess: noise", options.noise);
  require_search("GaussianProcess", options.search);
  resolve_threads(options.threads, "GaussianProcess");
}

template <class T>
Report GaussianProcess<T>::fit(const Mat<T>& X, const Col<T>& y, const Col<double>& noise) {
  const char* where = "GaussianProcess::fit";
  FitWatch watch(options_.progress, options_.optimise ? options_.search.time_limit
                                                      : std::numeric_limits<double>::infinity());
  require_data(where, X, y, noise);
  const index_t n = X.n_cols;
  require_budget(where,
                 "one half of the " + std::to_string(n) + " x " + std::to_string(n) +
                     " kernel values and the points",
                 SymmetricTiles<double>::bytes_for(n) + 3 * X.n_elem * sizeof(double),
                 options_.memory_budget);
  const GramOptions gram_options{.threads = options_.threads,
                                 .memory_budget = options_.memory_budget};
  const auto points = arma::conv_to<Mat<double>>::from(X);
  Col<double> target = arma::conv_to<Col<double>>::from(y);
  const double mean = options_.centre_target ? mean_of(target) : 0;
  target -= mean;
  const GaussianData data{points, target, noise};

  Report report;
  report.threads = resolve_threads(options_.threads);
  report.method = "cholesky";
  report.iterations = 1;
  std::vector<double> best = theta();
  if (!options_.optimise_noise && noise_ > 0) best.pop_back();
  double derivative = 0;
  if (options_.optimise && !best.empty()) {
    report.method = "L-BFGS on the marginal likelihood, cholesky";
    const Likelihood likelihood(kernel_, noise_, data, gram_options);
    const Ascent ascent = ascend(where, likelihood, best, options_.search, watch);
    report.iterations = ascent.evaluations;
    report.status = ascent.status;
    derivative = ascent.derivative;
    if (!ascent.theta.empty()) {
      best = ascent.theta;
    } else if (ascent.status != Status::converged) {
      report.seconds = watch.seconds();
      report.message =
          std::string(where) + ": ended before the first likelihood; the model is as it was";
      return report;
    }
  }

  const std::size_t parameters = kernel_->theta().size();
  const bool moved = best != theta();
  AnyKernel kernel =
      moved ? AnyKernel(kernel_->with_theta(std::span(best).first(parameters))) : kernel_;
  const double variance = moved && best.size() > parameters ? std::exp(best[parameters]) : noise_;
  std::optional<GaussianEvidence> evidence;
  try {
    // After a stop the best parameters still need their factor, which no one stops again.
    const bool ended = report.status == Status::stopped || report.status == Status::time_limit;
    const auto poll = [&] {
      if (!ended && !options_.optimise) watch.poll();
    };
    evidence.emplace(gaussian_evidence(where, kernel, variance, data, gram_options, poll));
  } catch (const Interrupted& end) {
    report.status = end.status;
    report.seconds = watch.seconds();
    report.message =
        std::string(where) + ": stopped by the progress callback; the model is as it was";
    return report;
  }
  if (evidence->status() == Status::not_positive_definite) {
    report.status = Status::not_positive_definite;
    report.seconds = watch.seconds();
    report.message =
        std::string(where) + ": K + noise I is not positive definite, its leading minor of order " +
        std::to_string(evidence->factored.failed_minor) +
        " is not, nor with jitter up to 1e-6 of its diagonal; enlarge the noise (now " +
        shortest(noise_) + ") or take a positive definite kernel";
    return report;
  }
  const double jitter = evidence->factored.jitter;
  report.certificate = certificate_of(kernel, points, target, variance + jitter, noise,
                                      evidence->alpha, gram_options);
  report.residual = options_.optimise ? derivative : report.certificate.relative_residual;
  if (!evidence->alpha.is_finite() || !std::isfinite(evidence->value)) {
    report.status = Status::not_finite;
    report.message = std::string(where) + ": a number overflowed; bring y to a smaller scale";
    report.seconds = watch.seconds();
    return report;
  }
  report.message = ended_early(where, report.status);
  kernel_ = std::move(kernel);
  noise_ = variance;
  fitted_ = Fitted{points, evidence->alpha, std::move(evidence->factored.factor),
                   mean,   evidence->value, jitter};
  report.seconds = watch.seconds();
  return report;
}

template <class T>
MarginalLikelihood GaussianProcess<T>::marginal_likelihood(const Mat<T>& X, const Col<T>& y,
                                                           std::span<const double> theta,
                                                           const Col<double>& noise) const {
  const char* where = "GaussianProcess::marginal_likelihood";
  require_data(where, X, y, noise);
  const std::size_t expected = kernel_->theta().size() + (noise_ > 0 ? 1 : 0);
  if (theta.size() != expected) {
    throw std::invalid_argument(
        std::string(where) + ": theta must have " + std::to_string(expected) +
        " values (those of the kernel, then log noise), has " + std::to_string(theta.size()));
  }
  const auto points = arma::conv_to<Mat<double>>::from(X);
  Col<double> target = arma::conv_to<Col<double>>::from(y);
  if (options_.centre_target) target -= mean_of(target);
  const GaussianData data{points, target, noise};
  MarginalLikelihood result{0, std::vector<double>(theta.size(), 0.0)};
  const Likelihood likelihood(
      kernel_, noise_, data,
      {.threads = options_.threads, .memory_budget = options_.memory_budget});
  result.value = likelihood(theta, result.gradient, no_poll);
  return result;
}

template <class T>
std::vector<double> GaussianProcess<T>::theta() const {
  std::vector<double> theta = kernel_->theta();
  if (noise_ > 0) theta.push_back(std::log(noise_));
  return theta;
}

template <class T>
std::vector<std::string> GaussianProcess<T>::theta_names() const {
  std::vector<std::string> names = kernel_->theta_names();
  if (noise_ > 0) names.push_back("noise");
  return names;
}

template <class T>
const typename GaussianProcess<T>::Fitted& GaussianProcess<T>::fitted(const char* where) const {
  if (!fitted_) throw LogicError(std::string(where) + ": the model is not fitted");
  return *fitted_;
}

template <class T>
double GaussianProcess<T>::log_marginal_likelihood() const {
  return fitted("GaussianProcess::log_marginal_likelihood").likelihood;
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
  require_data("verify", X, y, noise);
  require_columns("verify", "X", X.n_cols, model.coefficients().n_rows, "one per training point");
  Col<double> target = arma::conv_to<Col<double>>::from(y);
  target -= model.mean();
  return certificate_of(model.kernel(), arma::conv_to<Mat<double>>::from(X), target,
                        model.noise() + model.jitter(), noise, model.coefficients(),
                        {.threads = model.options().threads});
}

#define MERCER_INSTANTIATE(T)                                                                 \
  template GaussianProcess<T>::GaussianProcess(const Kernel&, const GaussianProcessOptions&); \
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
