#include "solver/bounded_minimum.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include "support/catch.hpp"

using namespace mercer;

namespace {

struct Best {
  std::vector<double> x;
  double value = std::numeric_limits<double>::infinity();
};

// Rosenbrock's valley, minimum 0 at (1, 1), scaled up so that a raw gradient step leaves the world.
template <class Keep>
auto rosenbrock(Keep& best) {
  return [&best](std::span<const double> x, std::span<double> g) {
    const double a = 1 - x[0], b = x[1] - x[0] * x[0];
    g[0] = 1e4 * (-2 * a - 400 * x[0] * b);
    g[1] = 1e4 * 200 * b;
    const double value = 1e4 * (a * a + 100 * b * b);
    if (value < best.value) best = {{x.begin(), x.end()}, value};
    return value;
  };
}

}  // namespace

TEST_CASE("the search finds a minimum inside and one at a bound", "[solver][minimum]") {
  Best best;
  auto f = rosenbrock(best);
  const BoundedProblem inside{
      .lower = {-5, -5}, .upper = {5, 5}, .gradient_tolerance = 1e-4, .value_tolerance = 0};
  const index_t evaluations = minimise_lbfgs(inside, {-1.2, 1}, f);
  CHECK(evaluations < 100);
  CHECK(best.x[0] == Approx(1).epsilon(1e-6));
  CHECK(best.x[1] == Approx(1).epsilon(1e-6));

  best = {};
  const BoundedProblem bounded{
      .lower = {-5, -5}, .upper = {0.5, 5}, .gradient_tolerance = 1e-4, .value_tolerance = 0};
  minimise_lbfgs(bounded, {-1.2, 1}, f);
  CHECK(best.x[0] == 0.5);
  CHECK(best.x[1] == Approx(0.25).epsilon(1e-6));
}

TEST_CASE("the search keeps to its evaluations and passes exceptions on", "[solver][minimum]") {
  Best best;
  auto f = rosenbrock(best);
  const BoundedProblem few{.lower = {-5, -5}, .upper = {5, 5}, .max_evaluations = 7};
  CHECK(minimise_lbfgs(few, {-1.2, 1}, f) == 7);
  int calls = 0;
  const auto thrown = [&](std::span<const double> x, std::span<double> g) {
    if (++calls == 3) throw std::runtime_error("third");
    return f(x, g);
  };
  CHECK_THROWS_WITH(minimise_lbfgs(few, {-1.2, 1}, thrown), "third");
  CHECK(calls == 3);
}

TEST_CASE("derivatives that a bound stops do not count", "[solver][minimum]") {
  const BoundedProblem problem{.lower = {0, 0}, .upper = {1, 1}};
  const std::vector<double> x = {0, 1}, held = {3, -4}, free = {-3, 0.5};
  CHECK(projected_gradient(problem, x, held) == 0);
  CHECK(projected_gradient(problem, x, free) == 3);
}
