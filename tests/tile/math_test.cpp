#include "mercer/tile/math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "mercer/core/random.hpp"
#include "support/catch.hpp"
#include "support/simd_targets.hpp"
#include "support/ulp.hpp"

using namespace mercer;

namespace {

template <class T>
using Limits = std::numeric_limits<T>;

// Arguments in [low, high]: even spacing, random bit patterns (all magnitudes, subnormals among
// them), and the two ends.
template <class T>
std::vector<T> arguments(T low, T high) {
  constexpr int count = 5000;
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  std::vector<T> x = {low, high};
  for (int i = 1; i < count; ++i) x.push_back(low + (high - low) * (T(i) / T(count)));
  Random random(1);
  for (int attempt = 0; attempt < 4 * count; ++attempt) {
    const T value = std::bit_cast<T>(static_cast<Bits>(random.bits()));
    if (value >= low && value <= high) x.push_back(value);
  }
  return x;
}

// The largest error of function(span) against exact(argument), over all instruction sets.
template <class T, class Function, class Exact, class Error>
long double largest_error(const std::vector<T>& x, Function function, Exact exact, Error error) {
  std::vector<long double> expected;
  for (const T value : x) expected.push_back(exact(value));
  long double largest = 0;
  for_each_simd_target([&](const std::string& target) {
    std::vector<T> y = x;
    function(std::span<T>(y));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const long double e = error(y[i], expected[i]);
      if (!(e <= largest)) {
        largest = std::isnan(e) ? Limits<long double>::infinity() : e;
        UNSCOPED_INFO(target << ": " << largest << " at " << x[i]);
      }
    }
  });
  return largest;
}

template <class T>
long double relative_error(T computed, long double exact) {  // in units of u
  return std::abs(computed - exact) / std::abs(exact) / (Limits<T>::epsilon() / 2.0L);
}

template <class T, class Function>
T at(Function function, T x) {
  function(std::span<T>(&x, 1));
  return x;
}

constexpr long double pi = 3.14159265358979323846264338327950288L;

}  // namespace

TEMPLATE_TEST_CASE("exp errs by at most one ulp", "[tile]", float, double) {
  using T = TestType;
  const bool is_double = sizeof(T) == 8;
  for (const T scale : {T(1), T(-1), T(0.3)}) {
    const T end = T(is_double ? 760 : 110) / std::abs(scale);
    const auto exp = [scale](std::span<T> x) { math::exp(x, scale); };
    const auto exact = [scale](T x) { return std::exp(static_cast<long double>(T(scale * x))); };
    REQUIRE(largest_error(arguments<T>(-end, end), exp, exact, ulp_error<T>) <= 1);
  }
}

TEMPLATE_TEST_CASE("exp at the ends of its range", "[tile]", float, double) {
  using T = TestType;
  const T inf = Limits<T>::infinity();
  const auto exp = [](std::span<T> x) { math::exp(x, T(1)); };
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    REQUIRE(at<T>(exp, T(0)) == 1);
    REQUIRE(at<T>(exp, -inf) == 0);
    REQUIRE(at<T>(exp, inf) == inf);
    REQUIRE(at<T>(exp, Limits<T>::max()) == inf);
    REQUIRE(at<T>(exp, Limits<T>::lowest()) == 0);
    REQUIRE(at<T>(exp, Limits<T>::denorm_min()) == 1);
    REQUIRE(std::isnan(at<T>(exp, Limits<T>::quiet_NaN())));
  });
}

TEMPLATE_TEST_CASE("sqrt rounds twice", "[tile]", float, double) {
  using T = TestType;
  for (const T scale : {T(1), T(1.7)}) {
    const auto sqrt = [scale](std::span<T> x) { math::sqrt(x, scale); };
    const auto exact = [scale](T x) { return scale * std::sqrt(static_cast<long double>(x)); };
    const long double error =
        largest_error(arguments<T>(0, Limits<T>::max() / 4), sqrt, exact, ulp_error<T>);
    REQUIRE(error <= (scale == 1 ? 0.5001L : 1.5L));
    REQUIRE(std::isnan(at<T>(sqrt, T(-1))));
    REQUIRE(std::isnan(at<T>(sqrt, Limits<T>::quiet_NaN())));
    REQUIRE(at<T>(sqrt, Limits<T>::infinity()) == Limits<T>::infinity());
  }
}

TEMPLATE_TEST_CASE("tanh errs by at most four ulp", "[tile]", float, double) {
  using T = TestType;
  struct Line {
    T scale, shift;
  };
  // 0.5 x is exact, so that the argument has one rounding with fused operations and without.
  for (const auto [scale, shift] : {Line{1, 0}, Line{T(0.5), T(0.25)}}) {
    const auto tanh = [=](std::span<T> x) { math::tanh(x, scale, shift); };
    const auto exact = [=](T x) {
      return std::tanh(static_cast<long double>(T(scale * x + shift)));
    };
    for (const T end : {T(0.5), T(30), Limits<T>::max()}) {
      REQUIRE(largest_error(arguments<T>(-end / 2, end / 2), tanh, exact, ulp_error<T>) <= 4);
    }
    REQUIRE(at<T>(tanh, Limits<T>::infinity()) == 1);
    REQUIRE(at<T>(tanh, -Limits<T>::infinity()) == -1);
    REQUIRE(std::isnan(at<T>(tanh, Limits<T>::quiet_NaN())));
  }
}

TEMPLATE_TEST_CASE("inverse_power errs as stated", "[tile]", float, double) {
  using T = TestType;
  for (const T scale : {T(1), T(0.3)}) {
    for (const T exponent : {T(0.5), T(1), T(3), T(40)}) {
      const auto power = [=](std::span<T> x) { math::inverse_power(x, scale, exponent); };
      const auto log = [=](T x) { return std::log1p(static_cast<long double>(T(scale * x))); };
      for (const T end : {T(1), T(1e6), Limits<T>::max()}) {
        std::vector<T> x = arguments<T>(0, end);
        std::erase_if(x, [&](T v) {  // normal results only
          return std::exp(-exponent * log(v)) < Limits<T>::min();
        });
        const auto exact = [&](T v) { return std::exp(-exponent * log(v)); };
        const auto in_units_of_the_claim = [&](T computed, long double value) {
          return relative_error(computed, value) / (4 - 4 * std::log(value));
        };
        REQUIRE(largest_error(x, power, exact, in_units_of_the_claim) <= 1);
      }
      REQUIRE(at<T>(power, T(0)) == 1);
      REQUIRE(at<T>(power, Limits<T>::infinity()) == 0);
      REQUIRE(std::isnan(at<T>(power, Limits<T>::quiet_NaN())));
    }
  }
}

TEMPLATE_TEST_CASE("damped_quadratic errs by at most four ulp", "[tile]", float, double) {
  using T = TestType;
  for (const T c : {T(0), T(1.0 / 3)}) {
    const auto damped = [c](std::span<T> x) { math::damped_quadratic(x, T(1), c); };
    const auto exact = [c](T x) {
      const long double r = x;
      return (1 + r + c * r * r) * std::exp(-r);
    };
    const T end = sizeof(T) == 8 ? 708 : 87;
    REQUIRE(largest_error(arguments<T>(0, end), damped, exact, ulp_error<T>) <= 4);
    const auto subnormals = [](T computed, long double value) {
      return std::abs(computed - value) / Limits<T>::denorm_min();
    };
    const long double polynomial = 1 + 2.0L * end + 2 * c * end * end;
    REQUIRE(largest_error(arguments<T>(end, 2 * end), damped, exact, subnormals) <= polynomial);
    REQUIRE(at<T>(damped, T(0)) == 1);
    REQUIRE(at<T>(damped, Limits<T>::infinity()) == 0);
    REQUIRE(at<T>(damped, Limits<T>::max()) == 0);
    REQUIRE(std::isnan(at<T>(damped, Limits<T>::quiet_NaN())));
  }
}

TEMPLATE_TEST_CASE("power rounds once per multiplication", "[tile]", float, double) {
  using T = TestType;
  for (const int exponent : {1, 2, 3, 7, 16, 31}) {
    const auto power = [=](std::span<T> x) { math::power(x, T(1), T(0), exponent); };
    const auto exact = [=](T x) {
      long double product = 1;
      for (int k = 0; k < exponent; ++k) product *= x;
      return product;
    };
    const T end = sizeof(T) == 8 ? T(100) : T(10);
    REQUIRE(largest_error(arguments<T>(T(-end), T(-0.1)), power, exact, relative_error<T>) <=
            1.001L * (exponent - 1));
    // 0.25 x + 0.5 is exact here
    const auto shifted = [=](std::span<T> x) { math::power(x, T(0.25), T(0.5), exponent); };
    for (int x = 0; x < 9; ++x) {
      const long double value = exact(T(x) / 4 + T(0.5));
      REQUIRE(relative_error(at<T>(shifted, T(x)), value) <= 1.001L * (exponent - 1));
    }
    REQUIRE(std::isnan(at<T>(power, Limits<T>::quiet_NaN())));
  }
}

TEMPLATE_TEST_CASE("sin_squared errs by at most six ulp", "[tile]", float, double) {
  using T = TestType;
  for (const T scale : {T(1), T(0.3)}) {
    const auto sine = [scale](std::span<T> x) { math::sin_squared(x, scale); };
    const auto exact = [scale](T x) {
      const long double turns = T(scale * x);
      const long double root = std::sin(pi * (turns - std::round(turns)));
      return root * root;
    };
    for (const T end : {T(0.5), T(1000)}) {
      REQUIRE(largest_error(arguments<T>(0, end), sine, exact, ulp_error<T>) <= 6);
    }
    REQUIRE(std::isnan(at<T>(sine, Limits<T>::quiet_NaN())));
  }
  const auto sine = [](std::span<T> x) { math::sin_squared(x, T(1)); };
  REQUIRE(at<T>(sine, T(3)) == 0);
  REQUIRE(at<T>(sine, Limits<T>::max()) == 0);  // an integer
}

TEMPLATE_TEST_CASE("a value has the same image wherever it stands in a span", "[tile]", float,
                   double) {
  using T = TestType;
  const std::vector<T> x = arguments<T>(0, 5);
  const auto apply_all = [](std::span<T> s) {
    math::exp(s, T(-0.3));
    math::tanh(s, T(0.9), T(0.1));
    math::inverse_power(s, T(2), T(0.7));
    math::damped_quadratic(s, T(1), T(0.3));
    math::power(s, T(2), T(1), 3);
    math::sin_squared(s, T(0.4));
    math::sqrt(s, T(1.1));
  };
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    std::vector<T> together(x.begin(), x.begin() + 1003);
    apply_all(together);
    for (std::size_t i = 0; i < together.size(); ++i) {
      if (at<T>(apply_all, x[i]) != together[i]) FAIL("at " << i);
    }
    apply_all(std::span<T>());  // an empty span is left alone
  });
}
