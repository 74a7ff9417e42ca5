#include "model/ascent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/random.hpp"
#include "solver/bounded_minimum.hpp"

namespace mercer {
namespace {

// Where a search begins: at the given theta, then up to a factor of 100 from it.
std::vector<double> start_of(std::span<const double> theta, index_t restart, std::uint64_t seed) {
  std::vector<double> start(theta.begin(), theta.end());
  if (restart == 0) return start;
  Random random(seed, restart);
  for (double& value : start) value += std::log(100.0) * (2 * random.uniform() - 1);
  return start;
}

BoundedProblem bounds_of(const char* where, std::span<const double> theta,
                         const HyperparameterOptions& options) {
  const auto bound = [&](const char* name, const std::vector<double>& given, double reach) {
    std::vector<double> values = given;
    if (given.empty()) {
      for (const double value : theta) values.push_back(value + reach);
    }
    if (values.size() != theta.size()) {
      throw std::invalid_argument(std::string(where) + ": search." + name + " must have " +
                                  std::to_string(theta.size()) + " values (one per theta), has " +
                                  std::to_string(values.size()));
    }
    return values;
  };
  BoundedProblem problem;
  problem.lower = bound("lower", options.lower, -std::log(options.range));
  problem.upper = bound("upper", options.upper, std::log(options.range));
  for (std::size_t k = 0; k < theta.size(); ++k) {
    if (problem.lower[k] <= problem.upper[k]) continue;
    throw std::invalid_argument(std::string(where) + ": search.lower[" + std::to_string(k) +
                                "] must be at most search.upper[" + std::to_string(k) + "] = " +
                                shortest(problem.upper[k]) + ", is " + shortest(problem.lower[k]));
  }
  problem.gradient_tolerance = options.tolerance;
  return problem;
}

// All evaluations of an ascent in their order: one that is interrupted is made again from them,
// step by step, for NLopt's state is its own.
class Journal {
 public:
  explicit Journal(CheckpointSection section) : section_(std::move(section)) {
    std::optional<StateReader> found = section_.found();
    if (!found) return;
    constexpr index_t any = std::numeric_limits<index_t>::max();
    for (index_t left = found->index(any); left > 0; --left) {
      const index_t parameters = found->index(any);
      entries_.push_back({found->numbers(parameters), found->number(), found->numbers(parameters)});
    }
  }

  // Whether the next one was at x and is known.
  bool take(std::span<const double> x, double& value, std::span<double> gradient) {
    if (next_ == entries_.size()) return false;
    const Entry& entry = entries_[next_];
    if (!std::equal(x.begin(), x.end(), entry.x.begin(), entry.x.end())) {
      entries_.resize(next_);  // by another version of NLopt, say
      return false;
    }
    ++next_;
    value = entry.value;
    std::copy(entry.gradient.begin(), entry.gradient.end(), gradient.begin());
    return true;
  }

  void add(std::span<const double> x, double value, std::span<const double> gradient) {
    if (!section_.is_on()) return;
    entries_.push_back({{x.begin(), x.end()}, value, {gradient.begin(), gradient.end()}});
    next_ = entries_.size();
    section_.keep([&](StateWriter& to) {
      to.put(index_t{entries_.size()});
      for (const Entry& entry : entries_) {
        to.put(index_t{entry.x.size()});
        to.put(entry.x);
        to.put(entry.value);
        to.put(entry.gradient);
      }
    });
  }

 private:
  struct Entry {
    std::vector<double> x;
    double value;
    std::vector<double> gradient;
  };
  CheckpointSection section_;
  std::vector<Entry> entries_;
  std::size_t next_ = 0;
};

// Thrown where a search begins at a place without a value.
struct NoStart {};

// One search: its best place, to which the way back from beyond the edge leads.
class Search {
 public:
  Search(LikelihoodFunction likelihood, const BoundedProblem& problem, Ascent& best,
         FitWatch& watch, Journal& journal)
      : likelihood_(likelihood), problem_(problem), best_(best), watch_(watch), journal_(journal) {}

  // -log p, and minus its gradient.
  double operator()(std::span<const double> x, std::span<double> gradient) {
    double value = 0;
    const bool known = journal_.take(x, value, gradient);
    if (!known) {
      value = value_at(x, gradient);
      journal_.add(x, value, gradient);
    }
    ++best_.evaluations;
    if (!std::isfinite(value)) {
      if (here_.empty()) throw NoStart{};
      double distance = 0;
      for (std::size_t k = 0; k < x.size(); ++k) {
        gradient[k] = x[k] - here_[k];
        distance += gradient[k] * gradient[k];
      }
      return -here_value_ + std::abs(here_value_) + 1 + distance / 2;
    }
    for (double& derivative : gradient) derivative = -derivative;
    const double derivative = projected_gradient(problem_, x, gradient);
    if (here_.empty() || value > here_value_) {
      here_.assign(x.begin(), x.end());
      here_value_ = value;
    }
    if (value > best_.value) {
      best_.theta = here_;
      best_.value = value;
      best_.derivative = derivative;
    }
    if (known) return -value;
    watch_.iterated({.stage = "marginal likelihood",
                     .iteration = best_.evaluations,
                     .criterion = derivative,
                     .target = problem_.gradient_tolerance});
    return -value;
  }

 private:
  double value_at(std::span<const double> x, std::span<double> gradient) const {
    const auto poll = [this] { watch_.poll(); };
    constexpr double none = -std::numeric_limits<double>::infinity();
    const auto finite = [](double derivative) { return std::isfinite(derivative); };
    try {
      const double value = likelihood_(x, gradient, poll);
      return std::all_of(gradient.begin(), gradient.end(), finite) ? value : none;
    } catch (const NonFiniteError&) {
      if (best_.theta.empty()) throw;
      return none;
    }
  }

  LikelihoodFunction likelihood_;
  const BoundedProblem& problem_;
  Ascent& best_;
  FitWatch& watch_;
  Journal& journal_;
  std::vector<double> here_;
  double here_value_ = 0;
};

}  // namespace

void require_search(const char* where, const HyperparameterOptions& options) {
  const std::string name = std::string(where) + ": search.";
  require_positive((name + "tolerance").c_str(), options.tolerance);
  if (!(options.range > 1) || !std::isfinite(options.range)) {
    throw std::invalid_argument(name + "range must be finite and above 1, is " +
                                shortest(options.range));
  }
  if (!(options.time_limit > 0)) {
    throw std::invalid_argument(name + "time_limit must be positive, is " +
                                shortest(options.time_limit));
  }
  if (options.max_evaluations == 0) {
    throw std::invalid_argument(name + "max_evaluations must be positive, is 0");
  }
}

Ascent ascend(const char* where, LikelihoodFunction likelihood, std::span<const double> theta,
              const HyperparameterOptions& options, FitWatch& watch, CheckpointSection section) {
  Ascent best;
  Journal journal(std::move(section));
  BoundedProblem problem = bounds_of(where, theta, options);
  for (index_t restart = 0; restart <= options.restarts; ++restart) {
    if (best.evaluations >= options.max_evaluations) break;
    problem.max_evaluations = options.max_evaluations - best.evaluations;
    Search search(likelihood, problem, best, watch, journal);
    try {
      minimise_lbfgs(problem, start_of(theta, restart, options.seed), search);
    } catch (const NoStart&) {
      if (restart == 0) return best;
    } catch (const Interrupted& end) {
      best.status = end.status;
      return best;
    }
  }
  if (best.evaluations >= options.max_evaluations && best.derivative > options.tolerance) {
    best.status = Status::iteration_limit;
  }
  return best;
}

}  // namespace mercer
