#include "solver/smo_steps.hpp"

#include <algorithm>
#include <vector>

#include "solver/newton_step.hpp"

namespace mercer {
namespace {

// Steps over all variables before it is seen how many are active.
constexpr index_t least_steps = 256;

// Free variables of a step of Newton's method: two matrices of 128 MiB.
constexpr index_t most_free = 4096;

SmoColumns columns_at(const std::vector<index_t>& places, const SmoColumns& K) {
  SmoColumns out;
  for (std::size_t g = 0; g < 2; ++g) {
    for (const index_t k : places) out[g].push_back(K[g][k]);
  }
  return out;
}

// Nanoseconds, roughly: of a step over n variables, and of one of Newton's method over f of them.
double cost_of_step(double n) { return 100 + 0.55 * n; }
double cost_of_newton(double f, double n) { return f * f * f / 90 + 4 * f * f + 0.15 * f * n; }

// Whether to copy the kernel values of the active variables side by side: half of what is spared if
// there are as many steps to come as were made.
bool pays(index_t active, index_t all, index_t steps) {
  return steps * (all - active) > 2 * active * active;
}

}  // namespace

bool SmoSteps::ask(index_t made, double violation) {
  const double of_all = std::max({violation, active_of_, part_of_});
  if (!stopped_ && !go_on_(made_ + made, of_all)) stopped_ = true;
  return !stopped_;
}

// Steps of two variables, and one of Newton's method over the free ones each time three times as
// much has gone into the others as it costs. That is never a large loss, and where the last steps
// are many because the free variables depend on each other, it spares nearly all of them.
SmoOutcome SmoSteps::steps(SmoVariables& v, const SmoColumns& K, double tolerance, index_t limit) {
  constexpr index_t at_once = 256;
  const auto n = static_cast<double>(v.F.size());
  SmoOutcome out;
  for (;;) {
    const index_t some = std::min(at_once, limit - out.steps);
    const SmoOutcome now = solve_block(v, K, tolerance, some, [&](index_t made, double violation) {
      return ask(out.steps + made, violation);
    });
    out.steps += now.steps;
    out.violation = now.violation;
    spent_ += static_cast<double>(now.steps) * cost_of_step(n);
    if (now.steps < some || out.steps == limit || stopped_) return out;
    const std::vector<index_t> free = free_places(v);
    const double cost = cost_of_newton(static_cast<double>(free.size()), n);
    if (spent_ < 3 * patience_ * cost || free.size() > most_free) continue;
    patience_ = newton_step(v, K, free, threads_) > 0 ? 1 : 2 * patience_;
    spent_ = 0;
  }
}

index_t SmoSteps::make(SmoVariables& v, const SmoColumns& K, double tolerance, index_t most,
                       Course course, FunctionRef<void(const Course&)> between) {
  const index_t before = course.made_before;
  const auto left = [&] { return std::min(limit_, before + most) - made_; };
  while (!stopped_) {
    between(course);
    if (!course.with_active) {
      const index_t some = std::min(left(), std::max<index_t>(least_steps, v.F.size() / 8));
      const SmoOutcome outcome = steps(v, K, tolerance, some);
      made_ += outcome.steps;
      if (outcome.steps < some) break;
      course.with_active = true;
      continue;
    }
    if (left() == 0) break;
    const double now = violation(v);
    if (now <= tolerance) break;
    const std::vector<index_t> places = active(v);
    course.with_active = pays(places.size(), v.F.size(), made_ - before);
    if (!course.with_active) continue;
    block_.pack(v, places);
    block_.copy_values(columns_at(places, K), threads_);
    active_of_ = now;
    const SmoOutcome in_block =
        steps(block_.variables(), block_.columns(), std::max(tolerance, now / 10),
              std::min<index_t>(left(), 100 * places.size()));
    active_of_ = 0;
    made_ += in_block.steps;
    const SmoChanges changes = block_.write_back(v);
    subtract_steps(v, columns_at(changes.places, K), changes.steps, threads_);
    course.with_active = in_block.steps > 0;
  }
  return made_ - before;
}

void SmoSteps::save(StateWriter& to) const {
  to.put(made_);
  to.put(spent_);
  to.put(patience_);
}

void SmoSteps::restore(StateReader& from) {
  made_ = from.index(limit_ + 1);
  spent_ = from.number();
  patience_ = from.number();
}

}  // namespace mercer
