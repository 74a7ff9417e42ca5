#include "mercer/kernel/combine.hpp"

#include <limits>
#include <string>
#include <vector>

#include "mercer/gram/gram.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/subset.hpp"
#include "mercer/testing/kernel_contract.hpp"
#include "support/catch.hpp"
#include "support/random_points.hpp"

using namespace mercer;

TEMPLATE_TEST_CASE("the algebra acts on the entries", "[kernel]", float, double) {
  using T = TestType;
  const Rbf a(0.4);
  const Linear b;
  const Mat<T> X = random_points<T>(4, 300, 1);
  const Mat<T> Y = random_points<T>(4, 70, 2);
  const Mat<T> A = gram(a, X, Y);
  const Mat<T> B = gram(b, X, Y);
  REQUIRE(identical<T>(gram(a + b, X, Y), A + B));
  REQUIRE(identical<T>(gram(a * b, X, Y), A % B));
  REQUIRE(identical<T>(gram(0.3 * a, X, Y), T(0.3) * A));
  REQUIRE(identical<T>(gram(a * 0.3, X, Y), T(0.3) * A));
  REQUIRE(identical<T>(gram(pow(b, 3), X, Y), (B % B) % B));
  REQUIRE(identical<T>(gram(pow(b, 1), X, Y), B));
  REQUIRE(identical<T>(gram((a + b) * a, X, Y), (A + B) % A));
}

TEMPLATE_TEST_CASE("sums, products, multiples and powers obey the contract", "[kernel]", float,
                   double) {
  const Rbf a(0.4);
  const Matern32 b(1.2);
  const Linear c;
  for (const AnyKernel& kernel :
       std::vector<AnyKernel>{a + c, a * c, 0.3 * b, pow(c + a, 3), 0.5 * a + (b + c) * a * 2.0}) {
    for (const std::string& violation : check_kernel_contract<TestType>(*kernel)) {
      FAIL_CHECK(violation);
    }
  }
}

TEST_CASE("combined kernels own their parts", "[kernel]") {
  const auto make = [] { return pow(0.5 * Rbf(2), 2) + Linear(); };
  const KernelSum sum = make();
  REQUIRE(sum.left().expression() == "pow(0.5 * rbf(gamma=2), 2)");
  REQUIRE(sum.right().expression() == "linear()");
  AnyKernel copy = sum;
  copy = AnyKernel(Linear());
  REQUIRE(copy->expression() == "linear()");
  REQUIRE(sum.clone()->expression() == sum.expression());
}

TEST_CASE("expressions have the brackets that they need", "[kernel]") {
  const Rbf a(1);
  const Linear b;
  const auto text = [](const Kernel& kernel) { return kernel.expression(); };
  REQUIRE(text(a + b + a) == "rbf(gamma=1) + linear() + rbf(gamma=1)");
  REQUIRE(text(a + (b + a)) == "rbf(gamma=1) + (linear() + rbf(gamma=1))");
  REQUIRE(text(a * b * a) == "rbf(gamma=1) * linear() * rbf(gamma=1)");
  REQUIRE(text(a * (b * a)) == "rbf(gamma=1) * (linear() * rbf(gamma=1))");
  REQUIRE(text((a + b) * a) == "(rbf(gamma=1) + linear()) * rbf(gamma=1)");
  REQUIRE(text(a * b + a) == "rbf(gamma=1) * linear() + rbf(gamma=1)");
  REQUIRE(text(2 * a * b) == "2 * rbf(gamma=1) * linear()");
  REQUIRE(text(2 * (a * b)) == "2 * (rbf(gamma=1) * linear())");
  REQUIRE(text(a * (2 * b)) == "rbf(gamma=1) * (2 * linear())");
  REQUIRE(text(2 * (3 * a)) == "2 * (3 * rbf(gamma=1))");
  REQUIRE(text(1e+20 * a + b) == "1e+20 * rbf(gamma=1) + linear()");
  REQUIRE(text(pow(a + b, 2) * b) == "pow(rbf(gamma=1) + linear(), 2) * linear()");
  REQUIRE(text(Subset({0}, a + b) * b) ==
          "subset(features=[0], rbf(gamma=1) + linear()) * linear()");
}

TEST_CASE("multiples and powers refuse bad numbers", "[kernel]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  REQUIRE_THROWS_WITH(0.0 * Linear(), "ScaledKernel: scale must be finite and positive, is 0");
  REQUIRE_THROWS_WITH(Linear() * -1.0, "ScaledKernel: scale must be finite and positive, is -1");
  REQUIRE_THROWS_WITH(nan * Linear(), "ScaledKernel: scale must be finite and positive, is nan");
  REQUIRE_THROWS_WITH(pow(Linear(), 0), "KernelPower: exponent must be at least 1, is 0");
}
