#include "mercer/model/svc.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "core/checkpoint.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/model/low_rank_svc.hpp"
#include "model/calibration.hpp"
#include "model/one_against_one.hpp"
#include "model/one_against_rest.hpp"
#include "model/pair_solution.hpp"
#include "model/problem_fingerprint.hpp"
#include "model/support_of.hpp"
#include "model/svm_fit.hpp"
#include "model/train_pairs.hpp"
#include "model/warm_start.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace {

template <class T>
std::vector<PairSolution> solve(const char* where, const GramOperator<T>& K,
                                const ClassOrder& order, const std::vector<ClassPair>& problems,
                                const SvcOptions& options, const Starts& starts,
                                const CheckpointSection& section) {
  try {
    const auto sorted = K.submatrix(order.rows, order.rows);
    return problems.front().first == ClassPair::rest
               ? train_rest(*sorted, order, options, starts, section)
               : train_pairs(*sorted, order, problems, options, starts, section);
  } catch (const NonFiniteError& error) {  // it counts the rows in the order of the classes
    throw NonFiniteError(where, "K", order.rows[error.row()], order.rows[error.column()],
                         error.value());
  } catch (const BudgetError& error) {
    throw BudgetError(where, error.reason());
  }
}

template <class T>
WarmStart start_of(const Svc<T>& model) {
  if (!model.is_fitted()) throw LogicError("Svc::fit_from: start is not fitted");
  WarmStart start{model.classes(), model.support_indices(), model.coefficients(),
                  1 / model.margins()};
  if (model.options().nu == 0) start.C.fill(model.options().C);
  return start;
}

template <class T>
WarmStart start_of(const LowRankSvc<T>& model) {
  if (!model.is_fitted()) throw LogicError("Svc::fit_from: start is not fitted");
  return {model.classes(), model.support_indices(), model.dual_coefficients(),
          Col<double>(model.biases().n_elem, arma::fill::value(model.options().C))};
}

std::uint64_t fingerprint_of(Fingerprint problem, const ClassOrder& order, const Starts& starts,
                             const SvcOptions& options) {
  problem.add(order.classes).add(order.C).add(options.nu);
  for (const Range range : order.of_class) problem.add(std::uint64_t{range.end});
  for (const index_t row : order.rows) problem.add(std::uint64_t{row});
  for (const Col<double>& start : starts) problem.add(start);
  return problem.add(static_cast<std::uint64_t>(options.multi_class))
      .add(of_solver_options(options))
      .value();
}

// The fit ended early, or the calibration after it.
std::string uncalibrated(const std::string& message, Status calibration) {
  const std::string slope =
      "the probabilities are not calibrated, all slopes are " + shortest(default_slope);
  if (!message.empty()) return message + "; " + slope;
  const char* why =
      calibration == Status::stopped ? "stopped by the progress callback" : "the time was up";
  return std::string("Svc::fit: ") + why + "; the model is complete, but " + slope;
}

}  // namespace

template <class T>
Svc<T>::Svc(const Kernel& kernel, const SvcOptions& options) : Svc(options) {
  kernel_ = kernel;
}

template <class T>
Svc<T>::Svc(const SvcOptions& options) : options_(options) {
  require_positive("Svc: C", options.C);
  if (!(options.nu >= 0 && options.nu <= 1)) {
    throw std::invalid_argument("Svc: nu must be in (0, 1], or 0 for C-SVC, is " +
                                shortest(options.nu));
  }
  require_solver_options("Svc", options);
  require_class_weights("Svc", options.class_weights);
}

template <class T>
Report Svc<T>::fit(Points<T> X, const arma::ivec& labels, const Col<double>& weights) {
  return fit_operator(operator_of("Svc::fit", kernel_, X, options_), labels, weights, &X);
}

template <class T>
Report Svc<T>::fit(const GramOperator<T>& K, const arma::ivec& labels, const Col<double>& weights) {
  return fit_operator(K, labels, weights, nullptr);
}

template <class T>
Report Svc<T>::fit_from(const Svc& start, Points<T> X, const arma::ivec& labels,
                        const Col<double>& weights) {
  const WarmStart from = start_of(start);
  return fit_operator(operator_of("Svc::fit_from", kernel_, X, options_), labels, weights, &X,
                      &from);
}

template <class T>
Report Svc<T>::fit_from(const Svc& start, const GramOperator<T>& K, const arma::ivec& labels,
                        const Col<double>& weights) {
  const WarmStart from = start_of(start);
  return fit_operator(K, labels, weights, nullptr, &from);
}

template <class T>
Report Svc<T>::fit_from(const LowRankSvc<T>& start, Points<T> X, const arma::ivec& labels,
                        const Col<double>& weights) {
  const WarmStart from = start_of(start);
  return fit_operator(operator_of("Svc::fit_from", kernel_, X, options_), labels, weights, &X,
                      &from);
}

template <class T>
Report Svc<T>::fit_from(const LowRankSvc<T>& start, const GramOperator<T>& K,
                        const arma::ivec& labels, const Col<double>& weights) {
  const WarmStart from = start_of(start);
  return fit_operator(K, labels, weights, nullptr, &from);
}

template <class T>
Report Svc<T>::fit_operator(const GramOperator<T>& K, const arma::ivec& labels,
                            const Col<double>& weights, const Points<T>* X, const WarmStart* start,
                            const CheckpointSection* fold) {
  const char* where = start == nullptr ? "Svc::fit" : "Svc::fit_from";
  Watch watch(options_);
  require_columns(where, "K", K.n_cols(), K.n_rows(), "one per training point");
  require_rows(where, "labels", labels.n_elem, K.n_rows(), "one per point");
  const ClassOrder order =
      order_by_class(where, labels, weights, options_, fold != nullptr ? Rows::fold : Rows::all);
  const std::vector<ClassPair> problems = class_pairs(order.classes.n_elem, options_.multi_class);
  const Starts starts =
      start == nullptr ? Starts{} : warm_starts(*start, order, problems, options_);
  Checkpoint checkpoint("Svc", fold != nullptr ? CheckpointOptions() : options_.checkpoint, [&] {
    return fingerprint_of(problem_of("Svc", K, X), order, starts, options_);
  });
  const CheckpointSection section = fold != nullptr ? *fold : CheckpointSection(checkpoint, "");
  std::vector<PairSolution> solutions = solve(where, K, order, problems, options_, starts, section);

  Fitted result;
  result.classes = order.classes;
  result.biases.set_size(problems.size());
  result.margins.set_size(problems.size());
  Report report;
  std::vector<std::string> methods;
  report.threads = resolve_threads(options_.threads);
  report.entry_error = K.entry_error();
  report.certificate = zero_certificate();
  const auto largest = static_cast<double>(K.diagonal().max());
  Support found = support_of(order, problems, solutions, K.n_rows());
  result.support = std::move(found.rows);
  result.coefficients = std::move(found.coefficients);
  std::string more;
  for (index_t p = 0; p < problems.size(); ++p) {
    PairSolution& solution = solutions[p];
    result.biases(p) = solution.bias;
    result.margins(p) = solution.margin;
    if (!solution.report.message.empty()) more = solution.report.message;
    if (solution.report.status != Status::converged) report.status = solution.report.status;
    const std::string& method = solution.report.method;
    if (std::find(methods.begin(), methods.end(), method) == methods.end()) {
      methods.push_back(method);
      report.method += (p == 0 ? "" : ", ") + method;
    }
    report.iterations += solution.report.iterations;
    report.residual = std::max(report.residual, solution.report.residual);
    accumulate(report.certificate, solution.report.certificate, largest);
    result.reports.push_back(std::move(solution.report));
  }
  result.parts = parts_of(result, problems);
  if (X != nullptr) {
    result.points =
        select_points(*X, std::vector<index_t>(result.support.begin(), result.support.end()));
  }
  report.message = ended_early(where, report.status, more);

  if (options_.probabilities) {
    auto held_out = [&, count = index_t{0}](const Fold& part, const SvcOptions& options,
                                            Mat<double>& out) mutable {
      const CheckpointSection own = section.part("fold " + std::to_string(count++));
      Svc inner(options);
      const arma::uvec rows(part.train);
      const auto K_fold = K.submatrix(part.train, part.train);
      const Col<double> weights_of_fold =
          weights.is_empty() ? weights : Col<double>(weights.elem(rows));
      const Status status =
          inner.fit_operator(*K_fold, labels.elem(rows), weights_of_fold, nullptr, nullptr, &own)
              .status;
      std::vector<index_t> support;
      for (const index_t row : inner.support_indices()) support.push_back(part.train[row]);
      out =
          arma::conv_to<Mat<double>>::from(inner.decision_values(*K.submatrix(part.test, support)));
      return status;
    };
    const Calibration calibration =
        calibrate(order, problems, weights, options_, report.status, watch, held_out);
    result.slopes = calibration.slopes;
    if (calibration.status != Status::converged) {
      report.message = uncalibrated(report.message, calibration.status);
      report.status = calibration.status;
    }
  }
  fitted_ = std::move(result);
  report.seconds = watch.seconds();
  checkpoint.conclude(report);
  return report;
}

// One against one, the support points of a class are in its problems only: the products go class
// by class. Against the rest, all are in all.
template <class T>
std::vector<typename Svc<T>::Part> Svc<T>::parts_of(const Fitted& model,
                                                    const std::vector<ClassPair>& problems) {
  const bool against_rest = problems.front().first == ClassPair::rest;
  const arma::uvec classes =
      against_rest ? arma::uvec() : classes_of_support(model.coefficients, problems);
  std::vector<Part> parts;
  for (index_t c = 0; c < (against_rest ? 1 : model.classes.n_elem); ++c) {
    Part part;
    for (index_t s = 0; s < model.support.n_elem; ++s) {
      if (against_rest || classes(s) == c) part.support.push_back(s);
    }
    for (index_t p = 0; p < problems.size(); ++p) {
      const bool of_class = problems[p].first == c || problems[p].second == c;
      if (against_rest || of_class) part.problems.push_back(p);
    }
    if (part.support.empty()) continue;
    part.coefficients = arma::conv_to<Mat<T>>::from(
        model.coefficients.submat(arma::uvec(part.support), arma::uvec(part.problems)));
    parts.push_back(std::move(part));
  }
  return parts;
}

template <class T>
const typename Svc<T>::Fitted& Svc<T>::fitted(const char* where) const {
  if (!fitted_) throw LogicError(std::string(where) + ": the model is not fitted");
  return *fitted_;
}

template class Svc<double>;  // its other members: svc_predict.cpp
template class Svc<float>;

}  // namespace mercer
