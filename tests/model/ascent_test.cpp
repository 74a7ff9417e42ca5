#include "model/ascent.hpp"

#include <cmath>

#include "mercer/core/errors.hpp"
#include "support/catch.hpp"

using namespace mercer;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// Two hills: the higher one at 3 behind a valley.
double hills(double x, double& slope) {
  const double near = std::exp(-x * x), far = 2 * std::exp(-4 * (x - 3) * (x - 3));
  slope = -2 * x * near - 8 * (x - 3) * far;
  return near + far;
}

}  // namespace

TEST_CASE("an ascent climbs the hill it begins on, restarts the highest", "[model][ascent]") {
  const auto likelihood = [](std::span<const double> x, std::span<double> g, Poll) {
    return hills(x[0], g[0]);
  };
  const ProgressCallback none;
  FitWatch watch(none, infinite);
  const std::vector<double> start = {0.4};
  HyperparameterOptions options{.tolerance = 1e-6};
  const Ascent one = ascend("test", likelihood, start, options, watch);
  CHECK(one.theta.at(0) == Approx(0).margin(1e-4));
  CHECK(one.derivative <= 1e-6);
  options.restarts = 8;
  const Ascent several = ascend("test", likelihood, start, options, watch);
  CHECK(several.theta.at(0) == Approx(3).margin(1e-3));
  CHECK(several.evaluations > one.evaluations);
}

TEST_CASE("places without a value lead back", "[model][ascent]") {
  // Beyond 1 there is none; the best place is near it.
  const auto likelihood = [](std::span<const double> x, std::span<double> g, Poll) {
    if (x[0] > 2) throw NonFiniteError("test", "K", 0, 0, infinite);
    if (x[0] > 1) return -infinite;
    g[0] = 1 - 0.1 * x[0];
    return x[0] - 0.05 * x[0] * x[0];
  };
  const ProgressCallback none;
  FitWatch watch(none, infinite);
  const Ascent found = ascend("test", likelihood, std::vector<double>{-1}, {}, watch);
  CHECK(found.theta.at(0) > 0.8);
  CHECK(found.theta.at(0) <= 1);
  const Ascent nowhere = ascend("test", likelihood, std::vector<double>{1.5}, {}, watch);
  CHECK(nowhere.theta.empty());
  CHECK_THROWS_AS(ascend("test", likelihood, std::vector<double>{3}, {}, watch), NonFiniteError);
}

TEST_CASE("a gradient of NaN counts as no value", "[model][ascent]") {
  const auto likelihood = [](std::span<const double> x, std::span<double> g, Poll) {
    g[0] = x[0] > 1 ? std::nan("") : 1 - 0.1 * x[0];
    return x[0] - 0.05 * x[0] * x[0];
  };
  const ProgressCallback none;
  FitWatch watch(none, infinite);
  const Ascent found = ascend("test", likelihood, std::vector<double>{-1}, {}, watch);
  CHECK(found.theta.at(0) > 0.8);
  CHECK(found.theta.at(0) <= 1);
}

TEST_CASE("the time and the callback end an ascent with the best so far", "[model][ascent]") {
  const auto likelihood = [](std::span<const double> x, std::span<double> g, Poll poll) {
    poll();
    return hills(x[0], g[0]);
  };
  const ProgressCallback stop = [](const Progress& state) {
    return state.iteration < 3 ? Continue::yes : Continue::no;
  };
  FitWatch watch(stop, infinite);
  const Ascent stopped = ascend("test", likelihood, std::vector<double>{0.9}, {}, watch);
  CHECK(stopped.status == Status::stopped);
  CHECK(stopped.evaluations == 3);
  CHECK(stopped.theta.size() == 1);
  const ProgressCallback none;
  FitWatch late(none, 1e-12);
  const Ascent timed = ascend("test", likelihood, std::vector<double>{0.9}, {}, late);
  CHECK(timed.status == Status::time_limit);
  CHECK(timed.theta.empty());
}
