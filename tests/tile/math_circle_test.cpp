// Sines and cosines.
#include <cmath>
#include <vector>

#include "mercer/tile/math.hpp"
#include "support/catch.hpp"
#include "tile/math_errors.hpp"

using namespace mercer;

TEMPLATE_TEST_CASE("sin_squared errs by at most four ulp", "[tile]", float, double) {
  using T = TestType;
  constexpr long double pi = 3.14159265358979323846264338327950288L;
  for (const T scale : {T(1), T(0.3)}) {
    const auto sine = [scale](std::span<T> x) { math::sin_squared(x, scale); };
    const auto exact = [scale](T x) {
      const long double turns = T(scale * x);
      const long double root = std::sin(pi * (turns - std::round(turns)));
      return root * root;
    };
    for (const T end : {T(0.5), T(1000)}) {
      REQUIRE(largest_error(arguments<T>(-end, end), sine, exact, ulp_error<T>) <= 4);
    }
  }
  const auto sine = [](std::span<T> x) { math::sin_squared(x, T(1)); };
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    REQUIRE(at<T>(sine, T(0)) == 0);
    REQUIRE(at<T>(sine, T(3)) == 0);
    REQUIRE(at<T>(sine, T(-2.5)) == 1);
    REQUIRE(at<T>(sine, Limits<T>::max()) == 0);  // an integer
    REQUIRE(std::isnan(at<T>(sine, Limits<T>::infinity())));
    REQUIRE(std::isnan(at<T>(sine, Limits<T>::quiet_NaN())));
  });
}

TEMPLATE_TEST_CASE("cos errs by at most four ulp, near zeros by u / 2", "[tile]", float, double) {
  using T = TestType;
  const T most = sizeof(T) == 8 ? T(2e14) : T(4e5);
  for (const double scale : {1.0, 11.0 / 13}) {
    for (const double shift : {0.0, 0.7, -2.5, 100.0, 1e6}) {
      CAPTURE(scale, shift);
      const auto cos = [=](std::span<T> x) { math::cos(x, scale, shift); };
      const auto exact = [=](T x) {
        return at_exact_line(scale, x, shift, [](long double a, long double b) {
          return std::cos(a) * std::cos(b) - std::sin(a) * std::sin(b);
        });
      };
      const auto in_units_of_the_claim = [](T computed, long double value) {
        const long double half_u = Limits<T>::epsilon() / 4.0L;
        return std::min(ulp_error(computed, value) / 4, std::abs(computed - value) / half_u);
      };
      for (const T end : {T(4), T(1000), most}) {
        REQUIRE(largest_error(arguments<T>(-end, end), cos, exact, in_units_of_the_claim) <= 1);
      }
    }
  }
  const auto cos = [](std::span<T> x) { math::cos(x, 1, 0); };
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    REQUIRE(at<T>(cos, T(0)) == 1);
    REQUIRE(std::isnan(at<T>(cos, 10 * most)));
    REQUIRE(std::isnan(at<T>(cos, -Limits<T>::max())));
    REQUIRE(std::isnan(at<T>(cos, Limits<T>::infinity())));
    REQUIRE(std::isnan(at<T>(cos, Limits<T>::quiet_NaN())));
  });
}
