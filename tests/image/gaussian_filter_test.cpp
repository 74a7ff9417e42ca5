#include "mercer/image/gaussian_filter.hpp"

#include <cmath>
#include <limits>

#include "image/convolution_reference.hpp"
#include "mercer/core/errors.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/simd_targets.hpp"

using namespace mercer;
using test::convolved;
using test::normal_matrix;

namespace {

constexpr auto boundaries = {Boundary::reflect, Boundary::mirror, Boundary::nearest, Boundary::wrap,
                             Boundary::constant};
constexpr auto discretisations = {Discretisation::sampled, Discretisation::integrated,
                                  Discretisation::discrete};

template <class T>
Mat<T> random_image(index_t rows, index_t cols, std::uint64_t seed = 7) {
  return normal_matrix<T>(rows, cols, seed);
}

Col<double> window_of(double sigma, const GaussianFilterOptions& options, int order = 0) {
  if (sigma == 0) return {1.0};
  const auto radius =
      options.radius ? *options.radius : static_cast<index_t>(options.truncate * sigma + 0.5);
  return gaussian_window(2 * radius + 1, sigma, options.discretisation, {.order = order});
}

// The largest difference to the definition, in units of the largest sum of |w| |image|.
template <class T>
double error_of(const Mat<T>& image, std::array<double, 2> sigma,
                const GaussianFilterOptions& options) {
  const Col<double> w0 = window_of(sigma[0], options, options.order[0]);
  const Col<double> w1 = window_of(sigma[1], options, options.order[1]);
  const test::LongMatrix truth = convolved(image, w0, w1, options.boundary, options.constant);
  const Mat<T> ours = gaussian_filter(image, sigma, options);
  REQUIRE(ours.n_rows == image.n_rows);
  REQUIRE(ours.n_cols == image.n_cols);
  const long double worst = test::largest_difference(ours, truth);
  const double largest =
      std::max<double>(static_cast<double>(arma::abs(image).max()), std::abs(options.constant));
  const double scale = arma::accu(arma::abs(w0)) * arma::accu(arma::abs(w1)) * largest;
  return static_cast<double>(worst) / scale;
}

}  // namespace

TEMPLATE_TEST_CASE("a smoothed image is the convolution with the windows", "[image]", double,
                   float) {
  const double tolerance = std::is_same_v<TestType, double> ? 1e-14 : 1e-7;
  for (const index_t rows : {1, 2, 31, 32, 33, 70}) {
    for (const index_t cols : {1, 7, 8, 9, 41}) {
      const Mat<TestType> image = random_image<TestType>(rows, cols);
      for (const Boundary boundary : boundaries) {
        for (const std::array<double, 2> sigma :
             {std::array{1.0, 1.0}, {0.4, 2.5}, {3.0, 0.0}, {0.0, 3.0}, {0.0, 0.0}}) {
          INFO(rows << " x " << cols << ", sigma " << sigma[0] << ", " << sigma[1] << ", boundary "
                    << static_cast<int>(boundary));
          CHECK(error_of(image, sigma, {.boundary = boundary, .constant = 0.75}) < tolerance);
        }
      }
    }
  }
}

TEST_CASE("windows longer than the image go round or back as often as it takes", "[image]") {
  for (const std::array<index_t, 2> shape :
       {std::array<index_t, 2>{1, 1}, {3, 5}, {2, 1}, {40, 3}}) {
    const arma::mat image = random_image<double>(shape[0], shape[1]);
    for (const Boundary boundary : boundaries) {
      INFO(shape[0] << " x " << shape[1] << ", boundary " << static_cast<int>(boundary));
      CHECK(error_of(image, {20, 9}, {.boundary = boundary, .constant = -2}) < 1e-14);
    }
  }
}

TEST_CASE("derivatives along each axis, for all windows", "[image]") {
  const arma::mat image = random_image<double>(45, 38);
  for (const Discretisation discretisation : discretisations) {
    for (int first = 0; first <= 4; ++first) {
      for (int second = 0; second <= 4; ++second) {
        INFO(first << ", " << second << ", window " << static_cast<int>(discretisation));
        CHECK(error_of(image, {1.5, 2.2},
                       {.discretisation = discretisation, .order = {first, second, 0}}) < 1e-14);
      }
    }
  }
  // of 3 i^2 + 5 j: 6 i, 6 and 5 in the interior
  arma::mat slope(60, 60);
  for (index_t j = 0; j < 60; ++j) {
    for (index_t i = 0; i < 60; ++i) {
      slope(i, j) = 3 * static_cast<double>(i * i) + 5 * static_cast<double>(j);
    }
  }
  const double truncate = 8;  // up to a tail of 1e-15 of i^2
  CHECK(gaussian_filter(slope, 2, {.order = {1, 0, 0}, .truncate = truncate})(30, 30) ==
        Approx(180).epsilon(1e-12));
  CHECK(gaussian_filter(slope, 2, {.order = {2, 0, 0}, .truncate = truncate})(30, 30) ==
        Approx(6).epsilon(1e-11));
  CHECK(gaussian_filter(slope, 2, {.order = {0, 1, 0}, .truncate = truncate})(30, 30) ==
        Approx(5).epsilon(1e-12));
}

TEST_CASE("blocks of rows and ranges of columns leave no seam", "[image]") {
  const arma::mat image = random_image<double>(700, 1100);
  CHECK(error_of(image, {2, 3}, {}) < 1e-14);
  CHECK(error_of(image, {0, 60}, {.boundary = Boundary::wrap}) < 1e-14);
  const arma::fmat wide = random_image<float>(3000, 20);
  CHECK(error_of(wide, {5, 40}, {.boundary = Boundary::mirror}) < 1e-7);
}

TEMPLATE_TEST_CASE("smoothing gives the same bits for any number of threads", "[image]", double,
                   float, std::uint8_t, std::uint16_t) {
  arma::mat values = 60 * random_image<double>(333, 1500) + 128;
  values.clamp(0, 255);
  const auto image = arma::conv_to<Mat<TestType>>::from(values);
  for (const FilterMethod method : {FilterMethod::window, FilterMethod::recursive}) {
    const auto smoothed = [&](int threads) {
      return gaussian_filter(image, std::array{3.0, 2.0}, {.method = method, .threads = threads});
    };
    const Mat<TestType> one = smoothed(1);
    for (const int threads : {2, 3, 5}) {
      const Mat<TestType> other = smoothed(threads);
      CHECK(std::equal(one.begin(), one.end(), other.begin()));
    }
  }
}

TEST_CASE("every instruction set smooths alike", "[image]") {
  const arma::mat image = random_image<double>(50, 60);
  const arma::fmat floats = arma::conv_to<arma::fmat>::from(image);
  for_each_simd_target([&](const std::string& name) {
    INFO(name);
    CHECK(error_of(image, {2, 3}, {}) < 1e-14);
    CHECK(error_of(floats, {2, 3}, {}) < 1e-7);
  });
}

TEMPLATE_TEST_CASE("integers are rounded to nearest and keep their mean", "[image]", std::uint8_t,
                   std::uint16_t) {
  const double most = std::numeric_limits<TestType>::max();
  arma::mat values = most * (0.5 + 0.35 * random_image<double>(400, 300));
  values.clamp(0, most);
  const auto image = arma::conv_to<Mat<TestType>>::from(arma::round(values));
  const Col<double> w = gaussian_window(9, 1);
  for (const Boundary boundary : boundaries) {
    const Mat<TestType> ours =
        gaussian_filter(image, 1, {.boundary = boundary, .constant = most / 2});
    const test::LongMatrix truth = convolved(image, w, w, boundary, most / 2);
    const long double worst = test::largest_difference(ours, truth);
    CHECK(worst <= 0.5001L);
  }
  // reflect keeps the sum of an image; rounding each value to nearest moves it by chance only:
  // 0.29 / sqrt(n) of a step
  Mat<TestType> often = image;
  for (int round = 0; round < 20; ++round) {
    often = gaussian_filter(often, 1);
    INFO("round " << round);
    CHECK(std::abs(arma::mean(arma::vectorise(arma::conv_to<arma::mat>::from(often))) -
                   arma::mean(arma::vectorise(arma::conv_to<arma::mat>::from(image)))) < 0.02);
  }
  const Mat<TestType> full(20, 30, arma::fill::value(std::numeric_limits<TestType>::max()));
  CHECK(arma::all(arma::vectorise(gaussian_filter(full, 2.5) == full)));
}

TEST_CASE("vectors and cubes are smoothed along their axes", "[image]") {
  const arma::vec signal = normal_matrix<double>(900, 1, 5).col(0);
  CHECK(arma::approx_equal(gaussian_filter(signal, 4),
                           gaussian_filter(arma::mat(signal), std::array{4.0, 0.0}), "absdiff", 0));
  arma::cube image(40, 30, 5);
  for (index_t s = 0; s < 5; ++s) image.slice(s) = random_image<double>(40, 30, 11 + s);
  const arma::cube apart = gaussian_filter(image, {2, 1, 0}, {.order = {0, 1, 0}});
  for (index_t s = 0; s < 5; ++s) {
    const arma::mat one = gaussian_filter(arma::mat(image.slice(s)), {2, 1}, {.order = {0, 1, 0}});
    CHECK(arma::approx_equal(apart.slice(s), one, "absdiff", 0));
  }
  // along slices: that of each tube
  for (const FilterMethod method : {FilterMethod::window, FilterMethod::recursive}) {
    const GaussianFilterOptions options{.method = method, .order = {0, 0, 1}};
    const arma::cube through = gaussian_filter(image, {0, 0, 1.5}, options);
    const arma::cube all = gaussian_filter(image, {2, 1, 1.5}, options);
    const arma::cube twice = gaussian_filter(gaussian_filter(image, {2, 1, 0}, {.method = method}),
                                             {0, 0, 1.5}, options);
    for (index_t i = 0; i < 40; i += 13) {
      const arma::vec tube = arma::vectorise(image.tube(i, 7));
      const arma::vec expected = gaussian_filter(tube, 1.5, {.method = method, .order = {1, 0, 0}});
      CHECK(arma::approx_equal(arma::vec(arma::vectorise(through.tube(i, 7))), expected, "absdiff",
                               1e-15));
    }
    CHECK(arma::approx_equal(all, twice, "absdiff", 1e-15));
  }
  arma::Cube<std::uint8_t> bytes(20, 10, 3, arma::fill::value(std::uint8_t{77}));
  CHECK(arma::all(arma::vectorise(gaussian_filter(bytes, 2) == bytes)));
  CHECK(arma::all(
      arma::vectorise(gaussian_filter(bytes, 2, {.method = FilterMethod::recursive}) == bytes)));
}

TEST_CASE("an image may be assigned to itself, and sigma 0 changes nothing", "[image]") {
  arma::mat image = random_image<double>(65, 64);
  const arma::mat before = image;
  const arma::mat expected = gaussian_filter(image, 2);
  image = gaussian_filter(image, 2);
  CHECK(arma::approx_equal(image, expected, "absdiff", 0));
  CHECK(arma::approx_equal(gaussian_filter(before, 0), before, "absdiff", 0));
  CHECK(arma::approx_equal(gaussian_filter(before, 0, {.method = FilterMethod::recursive}), before,
                           "absdiff", 0));
}

TEST_CASE("wrong arguments of gaussian_filter are named", "[image]") {
  const arma::mat image = random_image<double>(6, 5);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH(gaussian_filter(image, -1),
                    "gaussian_filter: sigma must be finite and at least 0, is -1");
  CHECK_THROWS_WITH(gaussian_filter(image, nan),
                    "gaussian_filter: sigma must be finite and at least 0, is nan");
  CHECK_THROWS_WITH(gaussian_filter(image, std::array{1.0, HUGE_VAL}),
                    "gaussian_filter: sigma must be finite and at least 0, is inf");
  CHECK_THROWS_WITH(gaussian_filter(image, 1, {.order = {0, 5, 0}}),
                    "gaussian_filter: order must be 0 to 4, is 5");
  CHECK_THROWS_WITH(gaussian_filter(image, 1, {.order = {-1, 0, 0}}),
                    "gaussian_filter: order must be 0 to 4, is -1");
  CHECK_THROWS_WITH(gaussian_filter(image, 1, {.order = {0, 0, 1}}),
                    "gaussian_filter: order must be 0 along an axis with sigma 0, is 1");
  CHECK_THROWS_WITH(gaussian_filter(image, 1, {.truncate = 0}),
                    "gaussian_filter: truncate must be finite and positive, is 0");
  CHECK_THROWS_WITH(gaussian_filter(image, 1, {.constant = nan}),
                    "gaussian_filter: constant must be finite, is nan");
  CHECK_THROWS_WITH(gaussian_filter(image, 1, {.threads = -2}),
                    "gaussian_filter: threads must be at least 0 (0: all), is -2");
  CHECK_THROWS_WITH(gaussian_filter(arma::mat(0, 7), 1),
                    "gaussian_filter: image must not be empty, is 0 x 7");
  CHECK_THROWS_WITH(gaussian_filter(arma::vec(), 1),
                    "gaussian_filter: signal must not be empty, is 0 x 1");
  CHECK_THROWS_WITH(gaussian_filter(arma::cube(2, 3, 0), 1),
                    "gaussian_filter: image must not be empty, is 2 x 3 x 0");
  const Mat<std::uint8_t> bytes(4, 4, arma::fill::zeros);
  CHECK_THROWS_WITH(gaussian_filter(bytes, 1, {.order = {0, 1, 0}}),
                    Catch::Contains("order must be 0 for an image of integers"));
  const FilterMethod recursive = FilterMethod::recursive;
  CHECK_THROWS_WITH(
      gaussian_filter(image, 1, {.discretisation = Discretisation::discrete, .method = recursive}),
      "gaussian_filter: discretisation must be sampled for the recursive method");
  CHECK_THROWS_WITH(gaussian_filter(image, 1, {.method = recursive, .radius = 3}),
                    Catch::Contains("radius must be left out for the recursive method"));
  for (const double sigma : {1e9, 1e30}) {
    CHECK_THROWS_AS(gaussian_filter(image, sigma, {.memory_budget = 1 << 20}), BudgetError);
  }
  CHECK_THROWS_AS(gaussian_filter(image, 1, {.radius = index_t{1} << 62}), BudgetError);
}

TEST_CASE("values that are not finite are named by row and column", "[image]") {
  for (const FilterMethod method : {FilterMethod::window, FilterMethod::recursive}) {
    for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
      arma::mat image = random_image<double>(70, 40);
      image(66, 33) = value;
      try {
        gaussian_filter(image, 1, {.method = method});
        FAIL("accepted");
      } catch (const NonFiniteError& error) {
        CHECK(error.row() == 66);
        CHECK(error.column() == 33);
      }
      CHECK_THROWS_AS(gaussian_filter(image, {0, 1}, {.method = method}), NonFiniteError);
      CHECK_THROWS_AS(gaussian_filter(image, {1, 0}, {.method = method}), NonFiniteError);
    }
  }
}

TEST_CASE("gaussian_radius is that of the windows", "[image]") {
  CHECK(gaussian_radius(2, 0) == 8);
  CHECK(gaussian_radius(0, 0) == 0);
  CHECK(gaussian_radius(0.1, 0) == 0);
  CHECK(gaussian_radius(0.1, 1) == 1);
  CHECK(gaussian_radius(0.1, 4) == 2);
  CHECK(gaussian_radius(3, 0, {.truncate = 2.5}) == 8);
  CHECK(gaussian_radius(3, 0, {.radius = 1}) == 1);
  CHECK(gaussian_radius(3, 4, {.radius = 1}) == 2);
  CHECK(gaussian_radius(1e300, 0) == index_t{1'000'000'000'000'000'000});
  CHECK_THROWS_WITH(gaussian_radius(-1, 0), Catch::Contains("sigma must be finite"));
  // A window of that radius, and no larger one, gives the filter's response to a unit impulse.
  arma::vec impulse(41, arma::fill::zeros);
  impulse(20) = 1;
  const arma::vec response = gaussian_filter(impulse, 1.7, {.order = {1, 0, 0}});
  const index_t radius = gaussian_radius(1.7, 1);
  CHECK(response(20 + radius) != 0);
  CHECK(response(21 + radius) == 0);
}
