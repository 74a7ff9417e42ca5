#include "mercer/image/gaussian_window.hpp"

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "mercer/core/errors.hpp"
#include "support/catch.hpp"

using namespace mercer;

namespace {

constexpr Discretisation all_rules[] = {Discretisation::sampled, Discretisation::integrated,
                                        Discretisation::discrete};
constexpr index_t sizes[] = {1, 2, 3, 4, 5, 8, 21, 64, 101, 1000, 4001};
constexpr double sigmas[] = {1e-300, 1e-8, 0.05, 0.3, 1, 2.5, 9.9, 10.1, 63, 65, 1000, 1e8, 1e300};

bool exists(index_t size, Discretisation rule) {
  return size % 2 == 1 || rule != Discretisation::discrete;
}

long double sum(const Col<double>& window) {
  long double total = 0;
  for (const double w : window) total += w;
  return total;
}

// sum_i x^power w(i), x counted from the centre.
long double moment(const Col<double>& window, int power) {
  const long double centre = (static_cast<long double>(window.n_elem) - 1) / 2;
  long double total = 0;
  for (index_t i = 0; i < window.n_elem; ++i) {
    total += std::pow(static_cast<long double>(i) - centre, power) * window(i);
  }
  return total;
}

}  // namespace

TEST_CASE("windows sum to 1, are positive, and their halves are mirror images", "[image][window]") {
  for (const Discretisation rule : all_rules) {
    for (const index_t size : sizes) {
      for (const double sigma : sigmas) {
        if (!exists(size, rule)) continue;
        CAPTURE(static_cast<int>(rule), size, sigma);
        const Col<double> window = gaussian_window(size, sigma, rule);
        CHECK(window.n_elem == size);
        CHECK(std::abs(sum(window) - 1) <= std::numeric_limits<double>::epsilon());
        CHECK(window.min() >= 0);
        CHECK(window.max() == window(size / 2));
        CHECK(arma::all(window == arma::reverse(window)));
      }
    }
  }
}

TEST_CASE("odd orders are antisymmetric to the bit, even ones symmetric", "[image][window]") {
  for (const Discretisation rule : all_rules) {
    for (const index_t size : sizes) {
      for (const double sigma : {0.05, 0.3, 1.0, 9.9, 10.1, 65.0, 1e8, 1e300}) {
        for (int order = 1; order <= 4; ++order) {
          if (!exists(size, rule)) continue;
          CAPTURE(static_cast<int>(rule), size, sigma, order);
          const Col<double> window = gaussian_window(size, sigma, rule, {.order = order});
          const double sign = order % 2 == 0 ? 1 : -1;
          CHECK(window.is_finite());
          CHECK(arma::all(window == sign * arma::reverse(window)));
          if (size % 2 == 1 && sign < 0) CHECK_FALSE(std::signbit(window(size / 2)));
        }
      }
    }
  }
}

TEST_CASE("a tiny sigma leaves the middle, a huge one makes all cells equal", "[image][window]") {
  for (const Discretisation rule : all_rules) {
    CAPTURE(static_cast<int>(rule));
    for (const double sigma : {5e-324, 1e-300, 1e-200}) {
      CHECK(arma::all(gaussian_window(5, sigma, rule) == Col<double>{0, 0, 1, 0, 0}));
      if (!exists(4, rule)) continue;
      CHECK(arma::all(gaussian_window(4, sigma, rule) == Col<double>{0, 0.5, 0.5, 0}));
    }
    for (const double sigma : {1e12, 1e300, std::numeric_limits<double>::max()}) {
      const Col<double> window = gaussian_window(5, sigma, rule);
      CHECK(arma::all(window == 0.2));
    }
  }
  // Differences of the discrete delta: the taps themselves.
  const auto taps = [](int order) {
    return gaussian_window(5, 1e-300, Discretisation::discrete, {.order = order});
  };
  CHECK(arma::all(taps(1) == Col<double>{0, 0.5, 0, -0.5, 0}));
  CHECK(arma::all(taps(2) == Col<double>{0, 1, -2, 1, 0}));
  CHECK(arma::all(taps(3) == Col<double>{0.5, -1, 0, 1, -0.5}));
  CHECK(arma::all(taps(4) == Col<double>{1, -4, 6, -4, 1}));
}

TEST_CASE("the sampled kernel is exp(-x^2 / (2 sigma^2)) on a linspace over its sum",
          "[image][window]") {
  for (index_t size = 1; size <= 40; ++size) {
    for (double sigma = 0.3; sigma < 10.05; sigma += 0.1) {
      CAPTURE(size, sigma);
      const long double first = -(static_cast<long double>(size) - 1) / 2;
      std::vector<long double> g(size);
      long double total = 0;
      for (index_t i = 0; i < size; ++i) {
        const long double x = first + static_cast<long double>(i);
        g[i] = std::exp(-0.5L * x * x / (static_cast<long double>(sigma) * sigma));
        total += g[i];
      }
      const Mat<double> kernel = gaussian_kernel_2d(size, size, sigma, sigma);
      long double worst = 0;  // in units of the last place, 2^-52
      for (index_t i = 0; i < size; ++i) {
        for (index_t j = 0; j < size; ++j) {
          const long double exact = g[i] * g[j] / (total * total);
          if (exact < 1e-300L) continue;
          worst = std::max(worst, std::abs(kernel(i, j) / exact - 1));
        }
      }
      CHECK(worst < 1.6L * std::numeric_limits<double>::epsilon());
    }
  }
}

TEST_CASE("5 x 5 cells of [-2.5, 2.5], times 273, are the answer of the question",
          "[image][window]") {
  const Mat<double> kernel = 273 * gaussian_kernel_2d_nsig(5, 2.5);
  // The digits are those that NumPy prints for diff(scipy.stats.norm.cdf(linspace(-2.5, 2.5, 6))),
  // its outer product, over its sum.
  const std::vector<std::string> expected = {"1.02784450",  "4.10018648",  "6.49510362",
                                             "16.35610171", "25.90969361", "41.04353440"};
  const std::size_t place[5][5] = {
      {0, 1, 2, 1, 0}, {1, 3, 4, 3, 1}, {2, 4, 5, 4, 2}, {1, 3, 4, 3, 1}, {0, 1, 2, 1, 0}};
  for (index_t i = 0; i < 5; ++i) {
    for (index_t j = 0; j < 5; ++j) {
      char text[32];
      std::snprintf(text, sizeof text, "%.8f", kernel(i, j));
      CHECK(text == expected[place[i][j]]);
    }
  }
}

TEST_CASE("nsig cuts the standard normal into cells of equal length", "[image][window]") {
  for (const index_t size : {1, 2, 5, 16, 101}) {
    for (const double nsig : {0.1, 2.5, 6.0}) {
      CAPTURE(size, nsig);
      const Col<double> window = gaussian_window_nsig(size, nsig, {.normalise = false});
      const long double width = 2 * static_cast<long double>(nsig) / static_cast<long double>(size);
      for (index_t i = size / 2; i < size; ++i) {
        const long double low = (static_cast<long double>(i) * width - nsig) / std::sqrt(2.0L);
        const long double high = (static_cast<long double>(i + 1) * width - nsig) / std::sqrt(2.0L);
        const long double exact = low < 0 ? std::erf(high) : (std::erfc(low) - std::erfc(high)) / 2;
        CHECK(std::abs(window(i) / exact - 1) < 1e-14L);
      }
      CHECK(std::abs(sum(window) - std::erf(nsig / std::sqrt(2.0L))) < 2e-16L);
    }
  }
  const Col<double> flat = gaussian_window_nsig(5, 1e-300);
  CHECK(arma::all(flat == 0.2));
  const Col<double> delta = gaussian_window_nsig(5, 1e300);
  CHECK(arma::all(delta == Col<double>{0, 0, 1, 0, 0}));
}

TEST_CASE("discrete windows of t1 and t2 convolve to that of t1 + t2", "[image][window]") {
  const auto window = [](double t, int order) {
    return gaussian_window(1201, std::sqrt(t), Discretisation::discrete, {.order = order});
  };
  for (const double t1 : {0.01, 0.5, 30.0, 99.0, 400.0}) {
    for (const double t2 : {0.02, 1.0, 99.0, 900.0}) {
      for (int order = 0; order <= 4; ++order) {
        CAPTURE(t1, t2, order);
        const Col<double> both = arma::conv(window(t1, order), window(t2, 0), "same");
        const Col<double> expected = window(t1 + t2, order);
        const double scale = arma::abs(window(t1, order)).max();  // what the sum is made of
        CHECK(arma::abs(both - expected).max() < 1e-14 * scale);
      }
    }
  }
}

TEST_CASE("a derivative window takes the derivative of polynomials exactly", "[image][window]") {
  // sum x^j w(x) = (-1)^k k! if j = k, 0 if j < k: exact for discrete windows of any sigma, up to
  // exp(-2 pi^2 sigma^2) for the others.
  constexpr double factorials[] = {1, 1, 2, 6, 24};
  for (const Discretisation rule : all_rules) {
    for (const double sigma : {0.3, 0.7, 2.0, 5.0, 9.9, 10.1, 30.0, 65.0}) {
      if (rule != Discretisation::discrete && sigma < 2) continue;
      for (int order = 0; order <= 4; ++order) {
        const Col<double> window = gaussian_window(2001, sigma, rule, {.order = order});
        const Col<double> x = arma::linspace(-1000, 1000, 2001);
        for (int power = 0; power <= order; ++power) {
          CAPTURE(static_cast<int>(rule), sigma, order, power);
          const double exact = power < order ? 0 : (order % 2 == 0 ? 1 : -1) * factorials[order];
          const double scale = arma::accu(arma::abs(window % arma::pow(x, power)));
          const double error = std::abs(static_cast<double>(moment(window, power)) - exact);
          CHECK(error < 1e-15 * (scale + 1));
        }
      }
    }
  }
}

TEST_CASE("order 1 of what rises is positive", "[image][window]") {
  for (const Discretisation rule : all_rules) {
    const Col<double> window = gaussian_window(3, 1, rule, {.order = 1});
    CHECK(window(0) > 0);
    CHECK(window(2) < 0);
    const Col<double> ramp = arma::linspace(0, 2, 3);
    const Col<double> slopes = arma::conv(window, ramp, "same");
    CHECK(slopes(1) > 0);
  }
}

TEST_CASE("derivatives by sigma: each rule follows its equation of diffusion", "[image][window]") {
  // dw/dt = w'' / 2, t = sigma^2: for sampled and integrated on the density, so for weights without
  // normalisation; for the discrete analogue with the second difference. Central differences in t.
  for (const Discretisation rule : all_rules) {
    for (const double sigma : {0.8, 3.0, 9.0, 20.0, 80.0}) {
      const double t = sigma * sigma, step = 1e-5 * t;
      const auto weights = [&](double at, int order) {
        const Col<double> w =
            gaussian_window(201, std::sqrt(at), rule, {.order = order, .normalise = false});
        return Col<double>(rule == Discretisation::sampled ? w / std::sqrt(at) : w);
      };
      for (const int order : {0, 1, 2}) {
        CAPTURE(static_cast<int>(rule), sigma, order);
        const Col<double> slope =
            (weights(t + step, order) - weights(t - step, order)) / (2 * step);
        const Col<double> half = weights(t, order + 2) / 2;
        CHECK(arma::abs(slope - half).max() < 1e-8 * arma::abs(half).max());
      }
    }
  }
}

TEST_CASE("a 2-D kernel is the outer product of its windows", "[image][window]") {
  const auto rule = Discretisation::integrated;
  const Mat<double> kernel =
      gaussian_kernel_2d(7, 4, 1.5, 0.8, rule, {.order = 1}, {.normalise = false});
  const Col<double> down = gaussian_window(7, 1.5, rule, {.order = 1});
  const Col<double> along = gaussian_window(4, 0.8, rule, {.normalise = false});
  REQUIRE(kernel.n_rows == 7);
  REQUIRE(kernel.n_cols == 4);
  for (index_t i = 0; i < 7; ++i) {
    for (index_t j = 0; j < 4; ++j) CHECK(kernel(i, j) == down(i) * along(j));
  }
  const Mat<double> square = gaussian_kernel_2d(21, 21, 3, 3, Discretisation::discrete);
  CHECK(arma::all(arma::vectorise(square == square.t())));
  CHECK(std::abs(arma::accu(square) - 1) < 1e-15);
}

TEST_CASE("what is no window is refused by name", "[image][window]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const auto discrete = Discretisation::discrete;
  CHECK_THROWS_WITH(gaussian_window(0, 1), "gaussian_window: size must be at least 1, is 0");
  CHECK_THROWS_WITH(gaussian_window(4, 1, discrete),
                    "gaussian_window: size must be odd for a discrete window, which lives on the "
                    "integers around 0, is 4");
  CHECK_THROWS_WITH(gaussian_window(5, -1),
                    "gaussian_window: sigma must be finite and positive, is -1");
  for (const double bad : {0.0, -0.0, nan, infinity, -infinity}) {
    CHECK_THROWS_AS(gaussian_window(5, bad), std::invalid_argument);
    CHECK_THROWS_AS(gaussian_window_nsig(5, bad), std::invalid_argument);
    CHECK_THROWS_AS(gaussian_kernel_2d(5, 5, 1, bad), std::invalid_argument);
    CHECK_THROWS_AS(gaussian_kernel_2d_nsig(5, bad), std::invalid_argument);
  }
  for (const int bad : {-1, 5, std::numeric_limits<int>::min()}) {
    CHECK_THROWS_AS(gaussian_window(5, 1, Discretisation::sampled, {.order = bad}),
                    std::invalid_argument);
  }
  CHECK_THROWS_WITH(gaussian_window(5, 1, Discretisation::sampled, {.order = 5}),
                    "gaussian_window: the order of the derivative must be one of 0 to 4, is 5");
  CHECK_THROWS_WITH(gaussian_window_nsig(5, 0),
                    "gaussian_window_nsig: nsig must be finite and positive, is 0");
  CHECK_THROWS_WITH(gaussian_kernel_2d(5, 0, 1, 1),
                    "gaussian_kernel_2d: cols must be at least 1, is 0");
  CHECK_THROWS_WITH(gaussian_kernel_2d(5, 5, 1, nan),
                    "gaussian_kernel_2d: sigma_cols must be finite and positive, is nan");
  CHECK_THROWS_WITH(gaussian_window(5, 1e-200, Discretisation::sampled, {.order = 2}),
                    "gaussian_window: the derivative of order 2 exceeds the range of double where "
                    "sigma is 1e-200");
}

TEST_CASE("windows beyond memory are refused before anything is taken", "[image][window]") {
  constexpr index_t absurd = std::numeric_limits<index_t>::max();
  CHECK_THROWS_AS(gaussian_window(absurd, 1), BudgetError);
  CHECK_THROWS_AS(gaussian_window(absurd / 16 + 2, 1),
                  BudgetError);  // 16 bytes each: 16 if it wrapped
  CHECK_THROWS_AS(gaussian_window_nsig(absurd, 1), BudgetError);
  CHECK_THROWS_AS(gaussian_kernel_2d(absurd, 1, 1, 1), BudgetError);
  CHECK_THROWS_AS(gaussian_kernel_2d(4000000, 4000000, 1, 1), BudgetError);  // 128 TB
  CHECK_THROWS_AS(gaussian_kernel_2d_nsig(4000000, 1), BudgetError);
  CHECK_THROWS_WITH(gaussian_window(1000000000000000, 1),
                    Catch::Matchers::StartsWith("gaussian_window: the 1000000000000000 weights "
                                                "need 16.00 PB, the budget is "));
}
