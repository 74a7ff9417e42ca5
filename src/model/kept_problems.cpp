#include "model/kept_problems.hpp"

#include <limits>
#include <optional>

namespace mercer {
namespace {

// Of a certificate, what support vector machines have.
constexpr double Certificate::*const figures[] = {
    &Certificate::primal_objective, &Certificate::dual_objective, &Certificate::gap,
    &Certificate::violation, &Certificate::decision_error};

void put(StateWriter& to, const PairSolution& solution) {
  to.put(solution.beta);
  for (const double value : {solution.bias, solution.second_bias, solution.margin}) to.put(value);
  const Report& report = solution.report;
  to.put(index_t{report.status == Status::converged ? 0U : 1U});
  to.put_text(report.method);
  to.put(report.iterations);
  to.put(report.residual);
  to.put(report.seconds);
  to.put_text(report.message);
  for (const auto figure : figures) to.put(report.certificate.*figure);
}

PairSolution solution_from(StateReader& from, index_t size) {
  PairSolution out;
  out.beta = from.matrix(size, 1);
  for (double* value : {&out.bias, &out.second_bias, &out.margin}) *value = from.number();
  Report& report = out.report;
  report.status = from.index(2) == 0 ? Status::converged : Status::iteration_limit;
  report.method = from.text();
  report.iterations = from.index(std::numeric_limits<index_t>::max());
  report.residual = from.number();
  report.seconds = from.number();
  report.message = from.text();
  for (const auto figure : figures) report.certificate.*figure = from.number();
  return out;
}

}  // namespace

std::vector<index_t> KeptProblems::take_solved(const std::vector<index_t>& problems,
                                               FunctionRef<index_t(index_t)> size,
                                               std::vector<PairSolution>& solutions) const {
  std::vector<index_t> open;
  for (const index_t p : problems) {
    if (std::optional<StateReader> found = solved(p).found()) {
      solutions[p] = solution_from(*found, size(p));
    } else {
      open.push_back(p);
    }
  }
  return open;
}

void KeptProblems::keep(index_t problem, const PairSolution& solution) const {
  if (!section_.is_on() || is_interrupted(solution.report.status)) return;
  solved(problem).keep([&](StateWriter& to) { put(to, solution); });
  of(problem).drop();
}

}  // namespace mercer
