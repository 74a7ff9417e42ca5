#include "cli/solver_course.hpp"

#include <algorithm>
#include <utility>

namespace mercer::cli {
namespace {

// A problem of two classes: one and another, or one and the rest.
struct Problem {
  arma::sword first;
  arma::sword second;
  bool is_rest;
};

Problem problem_number(index_t number, const Svc<double>& model) {
  const arma::ivec& classes = model.classes();
  if (model.options().multi_class == MultiClass::one_against_rest) {
    return {classes(number), 0, true};
  }
  index_t first = 0, second = 1;
  for (; number > 0; --number) {
    if (++second < classes.n_elem) continue;
    second = ++first + 1;
  }
  return {classes(first), classes(second), false};
}

double weight_of(arma::sword label, const std::vector<ClassWeight>& weights) {
  const auto own = std::ranges::find(weights, label, &ClassWeight::label);
  return own == weights.end() ? 1 : own->weight;
}

}  // namespace

ProgressCallback listening(plot::ProgressTrace& trace, const ProgressCallback& next) {
  return [&trace, next](const Progress& state) {
    if (state.stage != "calibration" && state.stage != "kernel values") trace.add(state);
    return next ? next(state) : Continue::yes;
  };
}

void add_end(plot::ProgressTrace& trace, const Report& report) {
  if (trace.stages().size() != 1 || trace.stages()[0].name != "smo") return;
  trace.add({.stage = "smo",
             .iteration = report.iterations,
             .criterion = report.residual,
             .target = trace.stages()[0].target,
             .seconds = report.seconds});
}

LongestProblem follow_longest(const Svc<double>& model, const Mat<double>& X,
                              const arma::ivec& labels,
                              FunctionRef<std::string(arma::sword)> name_of,
                              const ProgressCallback& progress) {
  const std::vector<Report>& reports = model.pair_reports();
  const auto longest = std::ranges::max_element(reports, {}, &Report::iterations);
  const Problem problem = problem_number(static_cast<index_t>(longest - reports.begin()), model);
  const auto takes_part = [&](arma::sword label) {
    return problem.is_rest || label == problem.first || label == problem.second;
  };
  std::vector<index_t> rows;
  for (index_t i = 0; i < labels.n_elem; ++i) {
    if (takes_part(labels(i))) rows.push_back(i);
  }
  arma::ivec sides(rows.size());
  Col<double> weights(rows.size());
  for (index_t k = 0; k < rows.size(); ++k) {
    sides(k) = labels(rows[k]) == problem.first ? 1 : 2;
    weights(k) = weight_of(labels(rows[k]), model.options().class_weights);
  }
  LongestProblem out;
  SvcOptions options = model.options();
  options.class_weights.clear();
  options.probabilities = false;
  options.checkpoint = {};
  options.progress = listening(out.trace, progress);
  Svc<double> alone(model.kernel(), options);
  out.report = alone.fit(Mat<double>(X.cols(arma::uvec(rows))), sides, weights);
  add_end(out.trace, out.report);
  out.title = "Fit of " + name_of(problem.first) + " against " +
              (problem.is_rest ? "the rest" : name_of(problem.second)) + ", the longest of " +
              std::to_string(reports.size());
  return out;
}

std::string criterion_of(const std::string& stage) {
  if (stage == "smo") return "largest violation of optimality";
  if (stage == "marginal likelihood") return "largest slope of the log marginal likelihood";
  return "criterion of the solver";
}

}  // namespace mercer::cli
