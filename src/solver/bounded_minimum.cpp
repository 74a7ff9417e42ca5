#include "solver/bounded_minimum.hpp"

#include <nlopt.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>
#include <new>

namespace mercer {
namespace {

struct Free {
  void operator()(nlopt_opt search) const { nlopt_destroy(search); }
};
using Search = std::unique_ptr<std::remove_pointer_t<nlopt_opt>, Free>;

// What NLopt's callback needs; C frames are not to be crossed by exceptions.
struct State {
  const BoundedProblem& problem;
  SmoothFunction f;
  nlopt_opt search;
  index_t evaluations = 0;
  double scale = 0;
  bool ended = false;
  double last_value = HUGE_VAL;
  std::exception_ptr error = nullptr;
};

void end(State& state) {
  state.ended = true;
  nlopt_force_stop(state.search);
}

// The first step is the negative gradient as it is: f is scaled so that its length is 1 at most, a
// factor of e in a parameter of logarithms. Tolerances are relative, or checked here. A line search
// that is told to stop still asks for some values.
double scaled(unsigned n, const double* x, double* gradient, void* data) {
  State& state = *static_cast<State*>(data);
  std::vector<double> unused(n);
  const std::span<double> g(gradient != nullptr ? gradient : unused.data(), n);
  const std::span<const double> point(x, n);
  if (state.ended) {
    std::fill(g.begin(), g.end(), 0.0);
    return state.last_value;
  }
  try {
    state.last_value = state.f(point, g);
    if (projected_gradient(state.problem, point, g) <= state.problem.gradient_tolerance) {
      end(state);
    }
    if (state.evaluations++ == 0) {
      double norm = 0;
      for (const double d : g) norm = std::hypot(norm, d);
      state.scale = 1 / std::max(1.0, norm);
    }
    for (double& d : g) d *= state.scale;
    state.last_value *= state.scale;
  } catch (...) {
    state.error = std::current_exception();
    std::fill(g.begin(), g.end(), 0.0);
    end(state);
  }
  return state.last_value;
}

}  // namespace

double projected_gradient(const BoundedProblem& problem, std::span<const double> x,
                          std::span<const double> gradient) {
  double largest = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const bool held = gradient[k] > 0 ? x[k] <= problem.lower[k] : x[k] >= problem.upper[k];
    if (!held) largest = std::fmax(largest, std::abs(gradient[k]));
  }
  return largest;
}

index_t minimise_lbfgs(const BoundedProblem& problem, std::vector<double> x, SmoothFunction f) {
  for (std::size_t k = 0; k < x.size(); ++k) {
    x[k] = std::clamp(x[k], problem.lower[k], problem.upper[k]);
  }
  const Search search(nlopt_create(NLOPT_LD_LBFGS, static_cast<unsigned>(x.size())));
  if (!search) throw std::bad_alloc();
  State state{problem, f, search.get()};
  nlopt_set_lower_bounds(search.get(), problem.lower.data());
  nlopt_set_upper_bounds(search.get(), problem.upper.data());
  nlopt_set_min_objective(search.get(), scaled, &state);
  nlopt_set_ftol_rel(search.get(), problem.value_tolerance);
  nlopt_set_maxeval(search.get(),
                    static_cast<int>(std::min<index_t>(problem.max_evaluations, 1u << 30)));
  double value = 0;
  nlopt_optimize(search.get(), x.data(), &value);
  if (state.error) std::rethrow_exception(state.error);
  return state.evaluations;
}

}  // namespace mercer
