#include "mercer/model/gaussian_process_classifier.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/checkpoint.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "model/ascent.hpp"
#include "model/class_signs.hpp"
#include "model/fit_watch.hpp"
#include "model/laplace_evidence.hpp"
#include "model/logistic_certificate.hpp"
#include "model/logistic_integral.hpp"
#include "model/new_points.hpp"
#include "model/problem_fingerprint.hpp"

namespace mercer {
namespace {

// log p(y) of one problem at theta, and its gradient.
double likelihood_at(const char* where, const Kernel& kernel, const Mat<double>& X,
                     const Col<double>& y, const GramOptions& options,
                     std::span<const double> theta, std::span<double> gradient, Poll poll) {
  const auto moved = kernel.with_theta(theta);
  LogisticMode mode = laplace_mode(where, *moved, X, y, options, poll);
  const double value = laplace_value(mode);
  if (!std::isfinite(value)) return value;
  const std::vector<double> derivatives =
      laplace_gradient(std::move(mode), *moved, X, options, poll);
  std::copy(derivatives.begin(), derivatives.end(), gradient.begin());
  return value;
}

template <class T>
void require_training_points(const char* where, const Mat<T>& X) {
  require_points(where, "X", X);
  require_finite(where, "X", X);
}

}  // namespace

template <class T>
GaussianProcessClassifier<T>::GaussianProcessClassifier(
    const Kernel& kernel, const GaussianProcessClassifierOptions& options)
    : kernel_(kernel), options_(options) {
  require_search("GaussianProcessClassifier", options.search);
  resolve_threads(options.threads, "GaussianProcessClassifier");
}

template <class T>
Report GaussianProcessClassifier<T>::fit(const Mat<T>& X, const arma::ivec& labels) {
  const char* where = "GaussianProcessClassifier::fit";
  FitWatch watch(options_.progress, options_.optimise ? options_.search.time_limit
                                                      : std::numeric_limits<double>::infinity());
  require_training_points(where, X);
  const index_t n = X.n_cols;
  Fitted result;
  result.classes = classes_in(where, labels, n);
  const index_t problems = problem_count(result.classes);
  require_budget(
      where,
      std::to_string(1 + problems) + " halves of the " + std::to_string(n) + " x " +
          std::to_string(n) + " kernel values and the points",
      (1 + problems) * SymmetricTiles<double>::bytes_for(n) + 3 * X.n_elem * sizeof(double),
      options_.memory_budget);
  result.points = arma::conv_to<Mat<double>>::from(X);
  const GramOptions gram_options{.threads = options_.threads,
                                 .memory_budget = options_.memory_budget};

  Checkpoint checkpoint("GaussianProcessClassifier", options_.checkpoint, [&] {
    const Points<double> all(result.points);
    return problem_of("GaussianProcessClassifier",
                      MatrixFreeGram<double>(kernel_, result.points, gram_options), &all)
        .add(labels)
        .add(std::uint64_t{sizeof(T)})
        .add(std::uint64_t{options_.optimise})
        .add(of_search(options_.search))
        .value();
  });

  Report report;
  report.threads = resolve_threads(options_.threads);
  report.method =
      options_.optimise ? "L-BFGS on the Laplace marginal likelihood, newton" : "newton";
  report.certificate.gap = 0;
  report.certificate.primal_objective = 0;
  const bool search = options_.optimise && !kernel_->theta().empty();
  for (index_t problem = 0; problem < problems; ++problem) {
    const Col<double> y = signs_of(labels, result.classes, problem);
    AnyKernel kernel = kernel_;
    if (search && report.status != Status::stopped && report.status != Status::time_limit) {
      const auto likelihood = [&](std::span<const double> theta, std::span<double> gradient,
                                  Poll poll) {
        return likelihood_at(where, kernel_, result.points, y, gram_options, theta, gradient, poll);
      };
      const Ascent ascent = ascend(where, likelihood, kernel_->theta(), options_.search, watch,
                                   CheckpointSection(checkpoint, std::to_string(problem)));
      report.iterations += ascent.evaluations;
      report.residual = std::max(report.residual, ascent.derivative);
      if (ascent.status != Status::converged) report.status = ascent.status;
      if (!ascent.theta.empty()) kernel = AnyKernel(kernel_->with_theta(ascent.theta));
    }
    std::optional<LogisticMode> mode;
    try {
      const auto poll = [&] {
        if (!search) watch.poll();
      };
      mode = laplace_mode(where, kernel, result.points, y, gram_options, poll);
    } catch (const Interrupted& end) {
      report.status = end.status;
      report.seconds = watch.seconds();
      report.message =
          std::string(where) + ": stopped by the progress callback; the model is as it was";
      checkpoint.conclude(report);
      return report;
    }
    if (mode->status == Status::not_positive_definite) {
      report.status = mode->status;
      report.seconds = watch.seconds();
      report.message = std::string(where) +
                       ": I + W^1/2 K W^1/2 is not positive definite, its leading minor of order " +
                       std::to_string(mode->failed_minor) +
                       " is not; take a positive definite kernel";
      return report;
    }
    if (mode->status == Status::iteration_limit) report.status = mode->status;
    if (!mode->factor) mode->factor.emplace(SymmetricTiles<double>(0));
    if (!search) {
      report.iterations += mode->iterations;
      report.residual = std::max(report.residual, mode->step);
    }
    report.certificate.gap += mode->gap;
    report.certificate.primal_objective += mode->penalty - mode->likelihood;
    const double value = laplace_value(*mode);
    result.problems.push_back({kernel, std::move(mode->gradient), std::move(mode->root_w),
                               std::move(*mode->factor), value});
  }
  report.certificate.dual_objective = report.certificate.primal_objective - report.certificate.gap;
  report.message = ended_early(where, report.status);
  fitted_ = std::move(result);
  report.seconds = watch.seconds();
  checkpoint.conclude(report);
  return report;
}

template <class T>
const typename GaussianProcessClassifier<T>::Fitted& GaussianProcessClassifier<T>::fitted(
    const char* where) const {
  if (!fitted_) throw LogicError(std::string(where) + ": the model is not fitted");
  return *fitted_;
}

template <class T>
Mat<double> GaussianProcessClassifier<T>::checked_points(const char* where,
                                                         const Mat<T>& X_new) const {
  require_new_points<T>(where, X_new, fitted(where).points.n_rows);
  return arma::conv_to<Mat<double>>::from(X_new);
}

// var f = k(x, x) - || U^-T W^1/2 k(X, x) ||^2, B = U' U.
template <class T>
GaussianPrediction<T> GaussianProcessClassifier<T>::latent(const Mat<T>& X_new,
                                                           index_t problem) const {
  const char* where = "GaussianProcessClassifier::latent";
  const Mat<double> points = checked_points(where, X_new);
  const Fitted& model = *fitted_;
  if (problem >= model.problems.size()) {
    throw std::invalid_argument(std::string(where) + ": problem must be below " +
                                std::to_string(model.problems.size()) + ", is " +
                                std::to_string(problem));
  }
  const Problem& of = model.problems[problem];
  const index_t m = points.n_cols, n = model.points.n_cols;
  Mat<double> mean;
  MatrixFreeGram<double>(of.kernel, points, model.points, {.threads = options_.threads})
      .multiply(of.gradient, mean);
  Col<double> variances(m, arma::fill::none);
  of.kernel->bind(Points<double>(points), Points<double>(points))
      ->diagonal({0, m}, variances.memptr());
  const index_t step = std::clamp<index_t>((index_t{1} << 23) / n, 64, 4096);
  Mat<double> V;
  for (index_t begin = 0; begin < m; begin += step) {
    const index_t count = std::min(step, m - begin);
    gram_into(V, of.kernel, model.points,
              Points<double>(points.colptr(begin), points.n_rows, count),
              {.threads = options_.threads});
    V.each_col() %= of.root_w;
    of.factor.solve_half(V);
    for (index_t j = 0; j < count; ++j) {
      double sum = 0;
      for (index_t i = 0; i < n; ++i) sum += V(i, j) * V(i, j);
      variances(begin + j) = std::max(variances(begin + j) - sum, 0.0);
    }
  }
  return {arma::conv_to<Col<T>>::from(arma::vectorise(mean)),
          arma::conv_to<Col<T>>::from(arma::sqrt(variances))};
}

template <class T>
Mat<T> GaussianProcessClassifier<T>::probabilities(const Mat<T>& X_new) const {
  const Fitted& model = fitted("GaussianProcessClassifier::probabilities");
  const index_t m = X_new.n_cols;
  Mat<double> p(m, model.classes.n_elem);
  for (index_t problem = 0; problem < model.problems.size(); ++problem) {
    const GaussianPrediction<T> f = latent(X_new, problem);
    parallel_for(m, options_.threads, [&](index_t i, int) {
      const double mean = static_cast<double>(f.mean(i));
      const double deviation = static_cast<double>(f.standard_deviation(i));
      if (model.problems.size() == 1) {
        p(i, 0) = mean_sigmoid(-mean, deviation);
        p(i, 1) = mean_sigmoid(mean, deviation);
      } else {
        p(i, problem) = mean_sigmoid(mean, deviation);
      }
    });
  }
  for (index_t i = 0; i < m; ++i) {
    double sum = 0;
    for (index_t c = 0; c < p.n_cols; ++c) sum += p(i, c);
    for (index_t c = 0; c < p.n_cols; ++c) p(i, c) /= sum;
  }
  return arma::conv_to<Mat<T>>::from(p);
}

template <class T>
arma::ivec GaussianProcessClassifier<T>::predict(const Mat<T>& X_new) const {
  const Fitted& model = fitted("GaussianProcessClassifier::predict");
  arma::ivec predicted(X_new.n_cols);
  if (model.problems.size() == 1) {
    const Mat<double> points = checked_points("GaussianProcessClassifier::predict", X_new);
    Mat<double> mean;
    MatrixFreeGram<double>(model.problems[0].kernel, points, model.points,
                           {.threads = options_.threads})
        .multiply(model.problems[0].gradient, mean);
    for (index_t i = 0; i < predicted.n_elem; ++i) {
      predicted(i) = model.classes(mean(i, 0) > 0 ? 1 : 0);
    }
    return predicted;
  }
  const Mat<T> p = probabilities(X_new);
  for (index_t i = 0; i < p.n_rows; ++i) predicted(i) = model.classes(p.row(i).index_max());
  return predicted;
}

template <class T>
MarginalLikelihood GaussianProcessClassifier<T>::marginal_likelihood(
    const Mat<T>& X, const arma::ivec& labels, std::span<const double> theta) const {
  const char* where = "GaussianProcessClassifier::marginal_likelihood";
  require_training_points(where, X);
  const arma::ivec classes = classes_in(where, labels, X.n_cols);
  const auto points = arma::conv_to<Mat<double>>::from(X);
  MarginalLikelihood sum{0, std::vector<double>(theta.size(), 0.0)};
  std::vector<double> gradient(theta.size(), 0.0);
  for (index_t problem = 0; problem < problem_count(classes); ++problem) {
    const Col<double> y = signs_of(labels, classes, problem);
    sum.value +=
        likelihood_at(where, kernel_, points, y,
                      {.threads = options_.threads, .memory_budget = options_.memory_budget}, theta,
                      gradient, no_poll);
    for (std::size_t p = 0; p < theta.size(); ++p) sum.gradient[p] += gradient[p];
  }
  return sum;
}

template <class T>
index_t GaussianProcessClassifier<T>::dim() const {
  return fitted("GaussianProcessClassifier::dim").points.n_rows;
}

template <class T>
const arma::ivec& GaussianProcessClassifier<T>::classes() const {
  return fitted("GaussianProcessClassifier::classes").classes;
}
template <class T>
index_t GaussianProcessClassifier<T>::problems() const {
  return fitted("GaussianProcessClassifier::problems").problems.size();
}
template <class T>
const Kernel& GaussianProcessClassifier<T>::kernel(index_t problem) const {
  if (!fitted_) return kernel_;
  if (problem >= fitted_->problems.size()) {
    throw std::invalid_argument("GaussianProcessClassifier::kernel: problem must be below " +
                                std::to_string(fitted_->problems.size()) + ", is " +
                                std::to_string(problem));
  }
  return fitted_->problems[problem].kernel;
}
template <class T>
double GaussianProcessClassifier<T>::log_marginal_likelihood() const {
  double sum = 0;
  for (const Problem& problem :
       fitted("GaussianProcessClassifier::log_marginal_likelihood").problems) {
    sum += problem.likelihood;
  }
  return sum;
}

template <class T>
const Col<double>& GaussianProcessClassifier<T>::coefficients(index_t problem) const {
  const char* where = "GaussianProcessClassifier::coefficients";
  const Fitted& model = fitted(where);
  if (problem < model.problems.size()) return model.problems[problem].gradient;
  throw std::invalid_argument(std::string(where) + ": problem must be below " +
                              std::to_string(model.problems.size()) + ", is " +
                              std::to_string(problem));
}

template <class T>
Certificate verify(const GaussianProcessClassifier<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const arma::ivec& labels) {
  require_rows("verify", "X", X.n_rows, model.dim(), "one per feature; one column per point");
  require_columns("verify", "X", X.n_cols, model.coefficients().n_elem, "one per training point");
  require_rows("verify", "labels", labels.n_elem, X.n_cols, "one per training point");
  const auto points = arma::conv_to<Mat<double>>::from(X);
  Certificate sum;
  sum.primal_objective = sum.dual_objective = sum.gap = 0;
  for (index_t c = 0; c < model.problems(); ++c) {
    const MatrixFreeGram<double> K(model.kernel(c), points, {.threads = model.options().threads});
    const Certificate one =
        logistic_certificate(K, model.coefficients(c), signs_of(labels, model.classes(), c), 1);
    sum.primal_objective += one.primal_objective;
    sum.dual_objective += one.dual_objective;
    sum.gap += one.gap;
  }
  return sum;
}

template Certificate verify(const GaussianProcessClassifier<double>&, const Mat<double>&,
                            const arma::ivec&);
template Certificate verify(const GaussianProcessClassifier<float>&, const Mat<float>&,
                            const arma::ivec&);

template class GaussianProcessClassifier<double>;
template class GaussianProcessClassifier<float>;

}  // namespace mercer
