// Roots, powers, tanh and plain arithmetic, and what all vector functions have in common.
#include "mercer/tile/math.hpp"

#include <cmath>
#include <cstring>
#include <vector>

#include "support/catch.hpp"
#include "tile/math_errors.hpp"

using namespace mercer;

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
    for_each_simd_target([&](const std::string& target) {
      CAPTURE(target);
      REQUIRE(at<T>(tanh, Limits<T>::infinity()) == 1);
      REQUIRE(at<T>(tanh, -Limits<T>::infinity()) == -1);
      REQUIRE(std::isnan(at<T>(tanh, Limits<T>::quiet_NaN())));
    });
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

TEMPLATE_TEST_CASE("half_power errs as stated", "[tile]", float, double) {
  using T = TestType;
  const T inf = Limits<T>::infinity();
  for (const int halves : {1, 2, 3, 4, 7, 16, 31, -1, -2, -3, -4, -7, -16, -31}) {
    CAPTURE(halves);
    const auto power = [=](std::span<T> x) { math::half_power(x, T(1), T(0), halves); };
    const auto exact = [=](T x) {
      return std::pow(static_cast<long double>(x), static_cast<long double>(halves) / 2);
    };
    const long double bound = 1.001L * (std::abs(halves) / 2 + 2);
    for (const T end : {T(2), T(100)}) {
      REQUIRE(largest_error(arguments<T>(T(0.1), end), power, exact, relative_error<T>) <= bound);
    }
    // 0.25 x + 0.5 is exact here
    const auto shifted = [=](std::span<T> x) { math::half_power(x, T(0.25), T(0.5), halves); };
    for (int x = 0; x < 9; ++x) {
      const long double value = exact(T(x) / 4 + T(0.5));
      REQUIRE(relative_error(at<T>(shifted, T(x)), value) <= bound);
    }
    for_each_simd_target([&](const std::string& target) {
      CAPTURE(target);
      REQUIRE(at<T>(power, T(1)) == 1);
      REQUIRE(at<T>(power, T(0)) == (halves < 0 ? inf : 0));
      REQUIRE(at<T>(power, inf) == (halves < 0 ? 0 : inf));
      REQUIRE(std::isnan(at<T>(power, T(-2))) == (halves % 2 != 0));
      REQUIRE(std::isnan(at<T>(power, Limits<T>::quiet_NaN())));
    });
  }
  const auto constant = [](std::span<T> x) { math::half_power(x, T(1), T(0), 0); };
  REQUIRE(at<T>(constant, T(3)) == 1);
  REQUIRE(at<T>(constant, inf) == 1);
  REQUIRE(std::isnan(at<T>(constant, Limits<T>::quiet_NaN())));
}

TEMPLATE_TEST_CASE("scale, add and multiply have the bits of plain loops", "[tile]", float,
                   double) {
  using T = TestType;
  std::vector<T> values = arguments<T>(Limits<T>::lowest() / 2, Limits<T>::max() / 2);
  values.insert(values.begin(), {Limits<T>::infinity(), -Limits<T>::infinity(), T(0), -T(0),
                                 Limits<T>::denorm_min(), Limits<T>::max()});
  const auto same = [](const std::vector<T>& a, const std::vector<T>& b) {
    return a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
  };
  for_each_simd_target([&](const std::string& target) {
    for (std::size_t n = 0; n <= 150; ++n) {
      CAPTURE(target, n);
      const std::vector<T> x(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(n));
      const std::vector<T> y(values.end() - static_cast<std::ptrdiff_t>(n), values.end());
      std::vector<T> scaled = x, sum = x, product = x, square = x;
      std::vector<T> scaled_loop = x, sum_loop = x, product_loop = x, square_loop = x;
      math::scale(std::span<T>(scaled), T(0.3));
      math::add(std::span<T>(sum), y);
      math::multiply(std::span<T>(product), y);
      math::multiply(std::span<T>(square), square);
      for (std::size_t i = 0; i < n; ++i) {
        scaled_loop[i] *= T(0.3);
        sum_loop[i] += y[i];
        product_loop[i] *= y[i];
        square_loop[i] *= x[i];
      }
      REQUIRE(same(scaled, scaled_loop));
      REQUIRE(same(sum, sum_loop));
      REQUIRE(same(product, product_loop));
      REQUIRE(same(square, square_loop));
    }
    std::vector<T> nan(1, Limits<T>::quiet_NaN());
    math::scale(std::span<T>(nan), T(2));
    math::add(std::span<T>(nan), std::vector<T>(1, T(1)));
    math::multiply(std::span<T>(nan), std::vector<T>(1, T(0)));
    REQUIRE(std::isnan(nan[0]));
  });
}

TEMPLATE_TEST_CASE("a value has the same image wherever it stands in a span", "[tile]", float,
                   double) {
  using T = TestType;
  const std::vector<void (*)(std::span<T>)> functions = {
      [](std::span<T> s) { math::exp(s, -30); },
      [](std::span<T> s) { math::exp2(s, 20); },
      [](std::span<T> s) { math::matern(s, 40, 3, 2); },
      [](std::span<T> s) { math::periodic(s, 0.4, 90); },
      [](std::span<T> s) { math::inverse_power(s, T(2), T(40)); },
      [](std::span<T> s) { math::tanh(s, T(0.9), T(0.1)); },
      [](std::span<T> s) { math::cos(s, 0.9, 0.1); },
      [](std::span<T> s) { math::sin_squared(s, T(0.4)); },
      [](std::span<T> s) { math::sqrt(s, T(1.1)); },
      [](std::span<T> s) { math::power(s, T(2), T(1), 3); },
      [](std::span<T> s) { math::half_power(s, T(2), T(1), -3); },
      [](std::span<T> s) { math::scale(s, T(0.3)); },
  };
  // Among the neighbours are values whose exp is no normal number, and inf and NaN.
  std::vector<T> x = arguments<T>(0, 5);
  x.resize(1003);
  for (std::size_t i = 0; i < x.size(); i += 300) {
    x[i] = Limits<T>::infinity();
    x[i + 1] = Limits<T>::quiet_NaN();
    x[i + 2] = 50;
  }
  for_each_simd_target([&](const std::string& target) {
    for (std::size_t f = 0; f < functions.size(); ++f) {
      CAPTURE(target, f);
      std::vector<T> together = x;
      functions[f](together);
      for (std::size_t i = 0; i < together.size(); ++i) {
        T alone = x[i];
        functions[f](std::span<T>(&alone, 1));
        if (std::isnan(alone) && std::isnan(together[i])) continue;
        if (std::memcmp(&alone, &together[i], sizeof(T)) != 0) FAIL("at " << i << ": " << x[i]);
      }
      functions[f](std::span<T>());  // an empty span is left alone
    }
  });
}
