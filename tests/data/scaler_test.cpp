#include "mercer/data/scaler.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include "mercer/core/random.hpp"
#include "support/catch.hpp"

using mercer::Col;
using mercer::index_t;
using mercer::Mat;
using mercer::Random;
using mercer::Scaler;

namespace {

template <class T>
Mat<T> random_points(index_t d, index_t n) {
  Random random(7);
  Mat<T> X(d, n);
  for (T& value : X) value = static_cast<T>(3 + 2 * random.normal());
  return X;
}

template <class T>
constexpr double tolerance = std::is_same_v<T, float> ? 1e-6 : 1e-14;

}  // namespace

TEMPLATE_TEST_CASE("standardise gives mean 0 and population deviation 1", "[data][scaler]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = random_points<T>(5, 1000);
  const Mat<T> scaled = Scaler<T>::standardise(X).apply(X);
  for (index_t k = 0; k < 5; ++k) {
    const arma::rowvec feature = arma::conv_to<arma::rowvec>::from(scaled.row(k));
    CHECK(arma::mean(feature) == Approx(0).margin(10 * tolerance<T>));
    CHECK(arma::stddev(feature, 1) == Approx(1).epsilon(10 * tolerance<T>));
  }

  // By hand: mean 5, squared deviations 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, 32 / 8 = 4.
  const auto scaler = Scaler<T>::standardise(Mat<T>{{2, 4, 4, 4, 5, 5, 7, 9}});
  CHECK(scaler.shift()[0] == Approx(5).epsilon(1e-15));
  CHECK(scaler.scale()[0] == Approx(2).epsilon(1e-15));
}

TEST_CASE("standardise keeps its digits far from 0", "[data][scaler]") {
  // The textbook formula E x^2 - (E x)^2 gives 0 or worse here.
  const double far = 1e9;
  const auto scaler =
      Scaler<double>::standardise(arma::mat{{far + 4, far + 7, far + 13, far + 16}});
  CHECK(scaler.shift()[0] == far + 10);
  CHECK(scaler.scale()[0] == Approx(std::sqrt(22.5)).epsilon(1e-15));

  for (const double unit : {1e-300, 1e300}) {
    const auto extreme = Scaler<double>::standardise(arma::mat{{-unit, 0, unit}});
    CHECK(extreme.scale()[0] == Approx(unit * std::sqrt(2.0 / 3)).epsilon(1e-14));
    CHECK(std::fabs(extreme.shift()[0]) <= 1e-16 * unit);
  }
}

TEST_CASE("statistics of float data are taken in double", "[data][scaler]") {
  arma::fmat X(1, 100000);
  X.fill(0.1f);
  X[0] = 0.2f;
  const auto scaler = Scaler<float>::standardise(X);
  const double expected = (99999 * double{0.1f} + double{0.2f}) / 100000;
  CHECK(scaler.shift()[0] == Approx(expected).epsilon(1e-14));
}

TEMPLATE_TEST_CASE("ranges are mapped onto the unit intervals", "[data][scaler]", float, double) {
  using T = TestType;
  const Mat<T> X = {{2, 6, 4}, {-1, T(0.1), 3}};
  const Mat<T> unit = Scaler<T>::min_max(X).apply(X);
  CHECK(arma::approx_equal(unit, Mat<T>{{0, 1, T(0.5)}, {0, T(0.275), 1}}, "absdiff",
                           T(tolerance<T>)));
  const Mat<T> signed_unit = Scaler<T>::to_signed_unit(X).apply(X);
  CHECK(arma::approx_equal(signed_unit, Mat<T>{{-1, 1, 0}, {-1, T(-0.45), 1}}, "absdiff",
                           T(tolerance<T>)));

  // No rounding leaves the interval, and its ends are reached.
  const Mat<T> many = random_points<T>(1000, 10) * T(0.1);
  const Mat<T> in_unit = Scaler<T>::min_max(many).apply(many);
  CHECK(arma::all(arma::min(in_unit, 1) == 0));
  CHECK(arma::all(arma::max(in_unit, 1) == 1));
  const Mat<T> in_signed = Scaler<T>::to_signed_unit(many).apply(many);
  CHECK(in_signed.min() >= -1);
  CHECK(in_signed.max() <= 1);
  CHECK(arma::all(arma::max(in_signed, 1) >= 1 - T(tolerance<T>)));
  CHECK(arma::all(arma::min(in_signed, 1) <= -1 + T(tolerance<T>)));

  // What lies outside of the training range is not clipped.
  CHECK(Scaler<T>::min_max(X).apply(Mat<T>{{10, 0}, {0, 0}})(0, 0) == 2);
}

TEMPLATE_TEST_CASE("constant features are only centred", "[data][scaler]", float, double) {
  using T = TestType;
  Mat<T> X(2, 1000);
  X.row(0).fill(T(0.1));  // a sum that is not exact: a mean of it would be off
  X.row(1) = arma::linspace<arma::Row<T>>(0, 1, 1000);
  for (const auto& scaler :
       {Scaler<T>::standardise(X), Scaler<T>::min_max(X), Scaler<T>::to_signed_unit(X)}) {
    CHECK(scaler.shift()[0] == static_cast<double>(T(0.1)));
    CHECK(scaler.scale()[0] == 1);
    CHECK(scaler.apply(X).row(0).is_zero());
  }
  CHECK(Scaler<T>::standardise(X.col(0)).apply(X.col(0)).is_zero());  // n = 1
}

TEMPLATE_TEST_CASE("inverse undoes apply", "[data][scaler]", float, double) {
  using T = TestType;
  const Mat<T> X = random_points<T>(4, 50);
  for (const auto& scaler :
       {Scaler<T>::standardise(X), Scaler<T>::min_max(X), Scaler<T>::to_signed_unit(X)}) {
    CHECK(arma::approx_equal(scaler.inverse(scaler.apply(X)), X, "absdiff", T(20 * tolerance<T>)));
  }
}

TEMPLATE_TEST_CASE("a scaler made from stored numbers does the same", "[data][scaler]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = random_points<T>(4, 50);
  const auto fitted = Scaler<T>::standardise(X);
  const Scaler<T> stored(fitted.shift(), fitted.scale());
  CHECK(arma::approx_equal(stored.apply(X), fitted.apply(X), "absdiff", 0));
  CHECK(Scaler<T>({1}, {2}).apply(Mat<T>{{5, 1}})(0, 0) == 2);
  CHECK(Scaler<T>({1}, {2}).apply(Mat<T>(1, 0)).n_cols == 0);
}

TEST_CASE("a scaler refuses what it cannot scale", "[data][scaler]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  using S = Scaler<double>;
  CHECK_THROWS_AS(S::standardise(arma::mat()), std::invalid_argument);
  CHECK_THROWS_WITH(S::standardise(arma::mat(3, 0)),
                    Catch::Matchers::StartsWith("Scaler::standardise: X is empty"));
  CHECK_THROWS_WITH(S::min_max(arma::mat{{1, nan}}),
                    "Scaler::min_max: X must be finite, X(0, 1) is nan");
  CHECK_THROWS_WITH(S::to_signed_unit(arma::mat{{1, 2}, {3, -infinity}}),
                    "Scaler::to_signed_unit: X must be finite, X(1, 1) is -inf");
  CHECK_THROWS_WITH(S::min_max(arma::mat{{1, 2}, {-1.7e308, 1.7e308}}),
                    "Scaler: scale(1) must be finite and positive, is inf");

  const S scaler({0, 0}, {1, 1});
  CHECK_THROWS_WITH(scaler.apply(arma::mat(3, 2, arma::fill::ones)),
                    "Scaler::apply: X must have 2 rows (one per feature that the scaler was fitted "
                    "on), has 3");
  CHECK_THROWS_WITH(scaler.inverse(arma::mat(1, 2, arma::fill::ones)),
                    "Scaler::inverse: X must have 2 rows (one per feature that the scaler was "
                    "fitted on), has 1");
  CHECK_THROWS_WITH(scaler.apply(arma::mat{{1, nan}, {1, 1}}),
                    "Scaler::apply: X must be finite, X(0, 1) is nan");

  CHECK_THROWS_AS(S({}, {}), std::invalid_argument);
  CHECK_THROWS_WITH(S({1, 2}, {1}), "Scaler: scale must have 2 rows (one per row of shift), has 1");
  CHECK_THROWS_WITH(S({1, nan}, {1, 1}), "Scaler: shift(1) must be finite, is nan");
  CHECK_THROWS_WITH(S({1, 2}, {1, 0}), "Scaler: scale(1) must be finite and positive, is 0");
}
