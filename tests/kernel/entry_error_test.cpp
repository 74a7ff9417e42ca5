// Bounds on the relative errors of entries: who has none, and how they pass through the algebra.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "mercer/gram/gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/gram/tiled_gram.hpp"
#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/point_kernel.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/kernel/subset.hpp"
#include "support/catch.hpp"
#include "support/random_points.hpp"

using namespace mercer;

namespace {

// A kernel whose entries err by the bound it is given, or, if that is 0, by that of its statistic.
class Known final : public PairwiseKernel<Known, Statistic::squared_distance> {
 public:
  explicit Known(double error) : error_(error) {}
  template <class T>
  T operator()(T d2) const {
    return 1 / (1 + d2);
  }
  double entry_error(const StatisticError& s) const { return error_ > 0 ? error_ : s.relative; }
  std::string expression() const override { return "known"; }

 private:
  double error_;
};

template <class T>
double error_of(const Kernel& kernel) {
  const Mat<T> X = random_points<T>(3, 5, 1);
  Mat<T> K;
  const double error = gram_into(K, kernel, X).entry_error;
  const auto bound = kernel.bind(Points<T>(X), Points<T>(X));
  for (const double other :
       {bound->entry_error(), gram_into(K, kernel, X, X).entry_error,
        MatrixFreeGram<T>(kernel, X).entry_error(), TiledGram<T>(kernel, X).entry_error()}) {
    REQUIRE((other == error || (std::isnan(other) && std::isnan(error))));
  }
  return error;
}

}  // namespace

TEMPLATE_TEST_CASE("kernels of dot products and functions have no bound on entry errors",
                   "[kernel]", float, double) {
  const auto bump =
      make_kernel<Statistic::squared_distance>("bump", [](auto d2) { return 1 / (1 + d2); });
  const auto first = make_point_kernel("first", [](auto x, auto y) { return x[0] * y[0]; });
  for (const AnyKernel& kernel :
       std::vector<AnyKernel>{Linear(), Polynomial(3, 0.5, 1), Sigmoid(0.3, 0.1), bump, first,
                              Known(1e-3) + Linear(), bump * Known(1e-3), 2 * Linear(),
                              pow(bump, 2), Subset({0}, Linear()), Ard({1, 1, 1}, Known(1e-3))}) {
    CAPTURE(kernel->expression());
    REQUIRE(std::isnan(error_of<TestType>(*kernel)));
  }
}

TEMPLATE_TEST_CASE("bounds on entry errors pass through the algebra", "[kernel]", float, double) {
  using T = TestType;
  const double u = std::numeric_limits<T>::epsilon() / 2.0;
  const Known a(1e-3), b(2e-3);
  REQUIRE(error_of<T>(a) == 1e-3);
  // (1 + a) (1 + u) and so on, one rounding more at most; 4e-16 for the rounding of these numbers.
  const auto within = [&](double error, double least) {
    return error >= least - 4e-16 && error <= least + 8 * u;
  };
  REQUIRE(within(error_of<T>(a + b), 1.002 * (1 + u) - 1));
  REQUIRE(within(error_of<T>(b + a), 1.002 * (1 + u) - 1));
  REQUIRE(within(error_of<T>(a * b), 1.001 * 1.002 * (1 + u) - 1));
  REQUIRE(within(error_of<T>(3.7 * a), 1.001 * (1 + 2 * u) - 1));
  REQUIRE(within(error_of<T>(pow(a, 3)), std::pow(1.001, 3) * (1 + 2 * u) - 1));
  REQUIRE(error_of<T>(Subset({1, 0}, a)) == 1e-3);  // selects, without rounding
  REQUIRE(error_of<T>(Known(0)) > 0);
  REQUIRE(error_of<T>(Known(0)) <= 100 * u);
}

TEST_CASE("an error of the statistic grows with the exponent of exp", "[kernel]") {
  const double u = 0x1p-53;
  const StatisticError s{.relative = 1e-10, .largest = 5, .u = u};
  REQUIRE(s.exponential(2) == Approx(1e-9).epsilon(1e-6));
  REQUIRE(s.exponential(2) >= std::expm1(1e-9) + u);
  REQUIRE(StatisticError{.relative = 0, .largest = 5, .u = u}.exponential(2) == 2 * u);
  // Beyond the last normal value of exp there are no entries to bound.
  REQUIRE(s.exponential(1e6) == Approx(708.4e-10).epsilon(1e-6));
  const StatisticError unbounded{
      .relative = 1e-6, .largest = std::numeric_limits<double>::infinity(), .u = 0x1p-24};
  REQUIRE(unbounded.exponential(1) == Approx(87.4e-6).epsilon(1e-2));
}
