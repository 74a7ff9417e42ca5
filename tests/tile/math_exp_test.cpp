// exp, exp2 and the functions that rest on them.
#include <algorithm>
#include <cmath>
#include <vector>

#include "mercer/tile/math.hpp"
#include "support/catch.hpp"
#include "tile/math_errors.hpp"

using namespace mercer;

namespace {

// exp and 2^ of scale x as if it were exact.
template <class T>
long double exact_exp(double scale, T x) {
  return at_exact_line(scale, x, 0,
                       [](long double a, long double b) { return std::exp(a) * (1 + b); });
}
template <class T>
long double exact_exp2(double scale, T x) {
  constexpr long double ln2 = 0.693147180559945309417232121458L;
  return at_exact_line(scale, x, 0,
                       [](long double a, long double b) { return std::exp2(a) * (1 + b * ln2); });
}

// [-size, size], inside the range of T.
template <class T>
std::vector<T> symmetric_arguments(double size) {
  const T end = static_cast<T>(std::min(size, static_cast<double>(Limits<T>::max() / 2)));
  return arguments<T>(-end, end);
}

}  // namespace

TEMPLATE_TEST_CASE("exp errs by at most one ulp of the exact product's", "[tile]", float, double) {
  using T = TestType;
  const bool is_double = sizeof(T) == 8;
  const std::vector<double> scales = {1, -1, 0.3, -0.7, 1e-5, 3e7};
  // out of the range of T, or such that products in T underflow or overflow
  const std::vector<double> extremes = is_double
                                           ? std::vector<double>{1e-307, -3e-310, 1e305, -1.7e308}
                                           : std::vector<double>{1e-37, -3e-40, 1e30, -1e42};
  for (const std::vector<double>& list : {scales, extremes}) {
    for (const double scale : list) {
      CAPTURE(scale);
      const auto exp = [scale](std::span<T> x) { math::exp(x, scale); };
      const auto exact = [scale](T x) { return exact_exp(scale, x); };
      const double end = (is_double ? 760 : 110) / std::abs(scale);
      REQUIRE(largest_error(symmetric_arguments<T>(end), exp, exact, ulp_error<T>) <= 1);
    }
  }
}

TEMPLATE_TEST_CASE("exp2 errs by at most one ulp of the exact product's", "[tile]", float, double) {
  using T = TestType;
  for (const double scale : {1.0, -0.7}) {
    const auto exp2 = [scale](std::span<T> x) { math::exp2(x, scale); };
    const auto exact = [scale](T x) { return exact_exp2(scale, x); };
    const double end = (sizeof(T) == 8 ? 1100 : 160) / std::abs(scale);
    REQUIRE(largest_error(symmetric_arguments<T>(end), exp2, exact, ulp_error<T>) <= 1);
  }
  const auto exp2 = [](std::span<T> x) { math::exp2(x, 1); };
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    for (int k = Limits<T>::min_exponent - Limits<T>::digits; k < Limits<T>::max_exponent; ++k) {
      REQUIRE(at<T>(exp2, T(k)) == std::ldexp(T(1), k));
    }
  });
}

TEMPLATE_TEST_CASE("exp at the ends of its range", "[tile]", float, double) {
  using T = TestType;
  const T inf = Limits<T>::infinity();
  const T largest = Limits<T>::max();
  const T nan = Limits<T>::quiet_NaN();
  // NaN with a payload whose low bits would land in the exponent
  const T marked = sizeof(T) == 8 ? T(std::bit_cast<double>(0x7ff80000000007a2))
                                  : T(std::bit_cast<float>(0x7fc007a2));
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    for (const double scale : {1.0, 0.3, 1e-30, 1e30, 1e-300, 1e300}) {
      CAPTURE(scale);
      const auto exp = [scale](std::span<T> x) { math::exp(x, scale); };
      REQUIRE(at<T>(exp, T(0)) == 1);
      REQUIRE(at<T>(exp, -T(0)) == 1);
      REQUIRE(at<T>(exp, -inf) == 0);
      REQUIRE(at<T>(exp, inf) == inf);
      REQUIRE(std::isnan(at<T>(exp, nan)));
      REQUIRE(std::isnan(at<T>(exp, marked)));
      const auto falling = [scale](std::span<T> x) { math::exp(x, -scale); };
      REQUIRE(at<T>(falling, inf) == 0);
      REQUIRE(at<T>(falling, -inf) == inf);
      REQUIRE(std::isnan(at<T>(falling, nan)));
    }
    const auto exp = [](std::span<T> x) { math::exp(x, 1); };
    REQUIRE(at<T>(exp, largest) == inf);
    REQUIRE(at<T>(exp, -largest) == 0);
    REQUIRE(at<T>(exp, Limits<T>::denorm_min()) == 1);
    const auto constant = [](std::span<T> x) { math::exp(x, 0); };
    REQUIRE(at<T>(constant, largest) == 1);
    REQUIRE(at<T>(constant, -largest) == 1);
    REQUIRE(std::isnan(at<T>(constant, inf)));
    REQUIRE(std::isnan(at<T>(constant, nan)));
  });
}

TEMPLATE_TEST_CASE("matern errs by at most six ulp", "[tile]", float, double) {
  using T = TestType;
  struct Case {
    double rate;
    T linear, quadratic;
    int ulp;
  };
  const T inf = Limits<T>::infinity();
  for (const auto [rate, b, c, ulp] :
       {Case{1, 0, 0, 1}, Case{0.77, 0, 0, 1}, Case{1.3, 1, 0, 6}, Case{1.3, 1, T(1.0 / 3), 6},
        Case{0.51, 1, T(1.0 / 3), 6}, Case{3e-3, 2, 5, 6}}) {
    CAPTURE(rate, b, c);
    const auto matern = [=](std::span<T> x) { math::matern(x, rate, double(b), double(c)); };
    const auto exact = [=](T x) {
      const T root = std::sqrt(x);
      const long double r = static_cast<long double>(rate) * root;
      return (1 + b * r + c * r * r) * exact_exp(-rate, root);
    };
    const T normal = sizeof(T) == 8 ? 708 : 87;
    const T end = T(normal / rate);
    for (const T last : {T(1), end * end}) {
      REQUIRE(largest_error(arguments<T>(0, last), matern, exact, ulp_error<T>) <= ulp);
    }
    const auto subnormals = [](T computed, long double value) {
      return std::abs(computed - value) / Limits<T>::denorm_min();
    };
    const long double polynomial = 1 + 2 * b * normal + 4 * c * normal * normal;
    REQUIRE(largest_error(arguments<T>(end * end, 4 * end * end), matern, exact, subnormals) <=
            polynomial);
    for_each_simd_target([&](const std::string& target) {
      CAPTURE(target);
      REQUIRE(at<T>(matern, T(0)) == 1);
      REQUIRE(at<T>(matern, Limits<T>::denorm_min()) == 1);
      REQUIRE(at<T>(matern, inf) == 0);
      REQUIRE(at<T>(matern, Limits<T>::max()) == 0);
      REQUIRE(std::isnan(at<T>(matern, T(-1))));
      REQUIRE(std::isnan(at<T>(matern, Limits<T>::quiet_NaN())));
    });
  }
  // rates beyond the range of T
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    const auto steep = [](std::span<T> x) { math::matern(x, 1e307, 1, 1); };
    REQUIRE(at<T>(steep, T(0)) == 1);
    REQUIRE(at<T>(steep, Limits<T>::denorm_min()) == 0);
    REQUIRE(at<T>(steep, inf) == 0);
    const auto flat = [](std::span<T> x) { math::matern(x, 1e-307, 1, 1); };
    REQUIRE(at<T>(flat, T(0)) == 1);
    REQUIRE(at<T>(flat, Limits<T>::max()) == 1);
    REQUIRE(std::isnan(at<T>(flat, Limits<T>::quiet_NaN())));
  });
}

TEMPLATE_TEST_CASE("periodic errs as stated", "[tile]", float, double) {
  using T = TestType;
  constexpr long double pi = 3.14159265358979323846264338327950288L;
  const T frequency = T(0.37);
  for (const double rate : {0.5, 2.0, 40.0}) {
    CAPTURE(rate);
    const auto periodic = [=](std::span<T> x) { math::periodic(x, double(frequency), rate); };
    const auto exact = [=](T x) {
      const long double turns = T(frequency * std::sqrt(x));
      const long double sine = std::sin(pi * (turns - std::round(turns)));
      return std::exp(-rate * sine * sine);
    };
    const auto in_units_of_the_claim = [](T computed, long double value) {
      return relative_error(computed, value) / (2 - 4 * std::log(value));
    };
    for (const T end : {T(2), T(1000)}) {
      REQUIRE(largest_error(arguments<T>(0, end), periodic, exact, in_units_of_the_claim) <= 1);
    }
    for_each_simd_target([&](const std::string& target) {
      CAPTURE(target);
      REQUIRE(at<T>(periodic, T(0)) == 1);
      REQUIRE(std::isnan(at<T>(periodic, Limits<T>::infinity())));
      REQUIRE(std::isnan(at<T>(periodic, T(-1))));
      REQUIRE(std::isnan(at<T>(periodic, Limits<T>::quiet_NaN())));
    });
  }
  const auto steep = [](std::span<T> x) { math::periodic(x, 0.25, 1e300); };
  REQUIRE(at<T>(steep, T(0)) == 1);
  REQUIRE(at<T>(steep, T(1)) == 0);
  REQUIRE(at<T>(steep, T(16)) == 1);  // a whole turn
}

TEMPLATE_TEST_CASE("inverse_power errs as stated", "[tile]", float, double) {
  using T = TestType;
  for (const T scale : {T(1), T(0.3)}) {
    for (const T exponent : {T(0.5), T(0.7), T(1), T(3), T(40), T(1e6)}) {
      CAPTURE(scale, exponent);
      const auto power = [=](std::span<T> x) { math::inverse_power(x, scale, exponent); };
      const auto exact = [=](T x) {
        return std::exp(-exponent * std::log1p(static_cast<long double>(T(scale * x))));
      };
      for (const T end : {T(1e-4), T(1), T(1e6), Limits<T>::max()}) {
        std::vector<T> x = arguments<T>(0, end);
        std::erase_if(x, [&](T v) { return exact(v) < Limits<T>::min(); });  // normal results only
        const auto in_units_of_the_claim = [](T computed, long double value) {
          return relative_error(computed, value) / (4 - 4 * std::log(value));
        };
        REQUIRE(largest_error(x, power, exact, in_units_of_the_claim) <= 1);
      }
      for_each_simd_target([&](const std::string& target) {
        CAPTURE(target);
        REQUIRE(at<T>(power, T(0)) == 1);
        REQUIRE(at<T>(power, Limits<T>::infinity()) == 0);
        REQUIRE(std::isnan(at<T>(power, Limits<T>::quiet_NaN())));
      });
    }
  }
}
