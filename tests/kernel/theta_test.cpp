// theta(), its names and with_theta(): the parameters that can be optimised.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/cauchy.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/fixed.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/parse.hpp"
#include "mercer/kernel/periodic.hpp"
#include "mercer/kernel/point_kernel.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/subset.hpp"
#include "mercer/testing/kernel_contract.hpp"
#include "support/catch.hpp"

using namespace mercer;
using Names = std::vector<std::string>;

namespace {

// A user's kernel of ten lines, without parameters to optimise.
class Plain final : public PairwiseKernel<Plain, Statistic::squared_distance> {
 public:
  explicit Plain(double scale) : scale_(scale) {}
  template <class T>
  T operator()(T d2) const {
    return 1 / (1 + d2 / T(scale_));
  }
  std::string expression() const override { return expression_of("plain", {{"scale", scale_}}); }

 private:
  double scale_;
};

// Another with parameters, but no derivatives.
class Named final : public PairwiseKernel<Named, Statistic::squared_distance> {
 public:
  explicit Named(double scale) : scale_(scale) {}
  template <class T>
  T operator()(T d2) const {
    return 1 / (1 + d2 / T(scale_));
  }
  std::string expression() const override { return expression_of("named", {{"scale", scale_}}); }
  auto parameters() { return std::array{PositiveParameter{"scale", scale_}}; }

 private:
  double scale_;
};

}  // namespace

TEST_CASE("theta has the logarithms of the parameters in the order of the text",
          "[kernel][theta]") {
  const AnyKernel kernel = 2.0 * Ard({3, 4}, Rbf(5)) +
                           pow(Polynomial(2, 6, 0.5), 3) * Subset({1}, Periodic(7, 8)) + Linear();
  CHECK(kernel->theta_names() == Names{"scale", "weights[0]", "weights[1]", "rbf.gamma",
                                       "polynomial.gamma", "periodic.period", "periodic.length"});
  const std::vector<double> theta = kernel->theta();
  REQUIRE(theta.size() == 7);
  for (std::size_t p = 0; p < theta.size(); ++p) {
    CHECK(theta[p] == std::log(static_cast<double>(p + 2)));
  }
}

TEST_CASE("with_theta changes the parameters and nothing else", "[kernel][theta]") {
  const AnyKernel kernel = 2.0 * Ard({3, 4}, fixed(Rbf(5))) * pow(Cauchy(6), 2) + Polynomial(3);
  const std::vector<double> theta = {0, 0, std::log(2), 0, 0};
  CHECK(kernel->with_theta(theta)->expression() ==
        "1 * ard(weights=[1, 2], fixed(rbf(gamma=5))) * pow(cauchy(scale=1), 2) + "
        "polynomial(degree=3, gamma=1, coef0=0)");
  CHECK(kernel->expression() ==
        "2 * ard(weights=[3, 4], fixed(rbf(gamma=5))) * pow(cauchy(scale=6), 2) + "
        "polynomial(degree=3, gamma=1, coef0=0)");
}

TEST_CASE("fixed kernels have no parameters, the same values and a text", "[kernel][theta]") {
  const FixedKernel kernel = fixed(2.0 * Rbf(0.5));
  CHECK(kernel.theta().empty());
  CHECK(kernel.expression() == "fixed(2 * rbf(gamma=0.5))");
  CHECK(parse_kernel(kernel.expression())->expression() == kernel.expression());
  CHECK(kernel.with_theta({})->expression() == kernel.expression());
}

TEMPLATE_TEST_CASE("fixed kernels obey the kernel contract", "[kernel][theta]", float, double) {
  CHECK(check_kernel_contract<TestType>(fixed(2.0 * Rbf(0.5)) + Rbf(0.1)).empty());
}

TEST_CASE("kernels made from functions have no parameters", "[kernel][theta]") {
  const auto map = make_kernel<Statistic::dot>("map", [](auto s) { return s; });
  const auto pair = make_point_kernel("pair", [](auto x, auto y) { return x[0] * y[0]; });
  for (const AnyKernel& kernel : {AnyKernel(map), AnyKernel(pair), AnyKernel(Plain(2))}) {
    CHECK(kernel->theta().empty());
    CHECK(kernel->theta_names().empty());
    CHECK(kernel->with_theta({})->expression() == kernel->expression());
  }
}

TEST_CASE("with_theta refuses wrong sizes and parameters out of range", "[kernel][theta]") {
  const std::vector<double> two = {0, 0};
  CHECK_THROWS_WITH(Rbf(1).with_theta(two),
                    "with_theta: theta must have 1 values (one per parameter of rbf(gamma=1)), has "
                    "2");
  CHECK_THROWS_WITH((Rbf(1) + Rbf(1)).with_theta({}),
                    "with_theta: theta must have 2 values (one per parameter of rbf(gamma=1) + "
                    "rbf(gamma=1)), has 0");
  const std::vector<double> large = {800};
  CHECK_THROWS_WITH(Rbf(1).with_theta(large),
                    "with_theta: rbf.gamma = exp(theta) must be finite and positive, theta is 800");
  const std::vector<double> nan = {std::numeric_limits<double>::quiet_NaN()};
  CHECK_THROWS_AS((2.0 * Linear()).with_theta(nan), std::invalid_argument);
  CHECK_THROWS_AS(fixed(Rbf(1)).with_theta(large), std::invalid_argument);
  CHECK_THROWS_WITH(Ard({1, 2}, Linear()).with_theta(std::vector<double>{0, -800}),
                    "with_theta: weights[1] = exp(theta) must be finite and positive, theta is "
                    "-800");
}

TEST_CASE("parameters without derivatives are told", "[kernel][theta]") {
  const arma::mat X(2, 3, arma::fill::ones);
  CHECK(Named(2).theta() == std::vector<double>{std::log(2.0)});
  CHECK_THROWS_WITH(Named(2).bind_gradient(Points<double>(X)),
                    "named(scale=2) has no derivatives: its class needs the member "
                    "`derivatives`, see PairwiseKernel");
}
