#include <cmath>
#include <limits>

#include "mercer/core/errors.hpp"
#include "mercer/image/gaussian_window.hpp"
#include "support/catch.hpp"

using namespace mercer;

TEST_CASE("variances: sigma^2 for discrete, sigma^2 + 1/12 for integrated windows",
          "[image][window]") {
  for (const double sigma : {0.05, 0.3, 0.5, 1.0, 2.0, 5.0, 9.9, 10.1, 63.0, 65.0, 300.0}) {
    CAPTURE(sigma);
    const index_t size = 2 * static_cast<index_t>(12 * sigma) + 61;
    const double squared = sigma * sigma;
    const WindowReport discrete = window_report(size, sigma, Discretisation::discrete);
    CHECK(std::abs(discrete.variance / squared - 1) < 1e-15);
    CHECK(discrete.mean == 0);
    CHECK(discrete.mass_cut < 1e-30);
    // The sum over cells of the integral of x^2 is sigma^2; that of the centres is off by 1/12, up
    // to exp(-2 pi^2 sigma^2): Sheppard's correction.
    if (sigma < 2) continue;
    const WindowReport integrated = window_report(size, sigma, Discretisation::integrated);
    CHECK(std::abs(integrated.variance / (squared + 1.0 / 12) - 1) < 1e-15);
    const WindowReport sampled = window_report(size + 1, sigma, Discretisation::sampled);
    CHECK(std::abs(sampled.variance / squared - 1) < 1e-15);
    CHECK(sampled.mean == 0);
  }
}

TEST_CASE("the mass cut from an integrated window is that of two normal tails", "[image][window]") {
  for (const double sigma : {0.3, 1.0, 9.9, 65.0, 1000.0, 4096.0}) {
    for (const index_t size : {1, 2, 9, 10, 501}) {
      CAPTURE(sigma, size);
      const long double exact = std::erfc(static_cast<long double>(size) / 2 /
                                          (static_cast<long double>(sigma) * std::sqrt(2.0L)));
      const double cut = window_report(size, sigma, Discretisation::integrated).mass_cut;
      if (exact < std::numeric_limits<double>::min()) {
        CHECK(cut < std::numeric_limits<double>::min());
      } else {
        CHECK(std::abs(cut / exact - 1) < 1e-14L);
      }
    }
  }
  for (const double sigma : {4097.0, 1e5}) {
    for (const index_t size : {1, 1000, 100001}) {
      CAPTURE(sigma, size);
      const double exact = std::erfc(static_cast<double>(size) / 2 / (sigma * std::sqrt(2.0)));
      CHECK(std::abs(window_report(size, sigma, Discretisation::integrated).mass_cut - exact) <
            1e-15);
    }
  }
}

TEST_CASE("the mass cut from the others is what is missing from their sum", "[image][window]") {
  const WindowOptions raw{.normalise = false};
  for (const double sigma : {0.3, 1.0, 9.9, 10.1, 300.0, 4095.0, 4097.0}) {
    for (const index_t size : {1, 3, 41, 2001}) {
      CAPTURE(sigma, size);
      const double discrete =
          arma::accu(gaussian_window(size, sigma, Discretisation::discrete, raw));
      CHECK(std::abs(window_report(size, sigma, Discretisation::discrete).mass_cut -
                     (1 - discrete)) < 1e-14);
      // Of the sampled Gaussian the whole sum is taken from a window of 20 sigma.
      const index_t wide = size + 40 * static_cast<index_t>(sigma + 1);
      const double share = arma::accu(gaussian_window(size, sigma, Discretisation::sampled, raw)) /
                           arma::accu(gaussian_window(wide, sigma, Discretisation::sampled, raw));
      CHECK(std::abs(window_report(size, sigma).mass_cut - (1 - share)) < 1e-14);
    }
  }
}

TEST_CASE("a far tail keeps its digits", "[image][window]") {
  // exp(-1) I_n(1) beyond |n| = 10 and exp(-x^2 / 2) beyond |x| = 10, over all: mpmath.
  CHECK(window_report(21, 1, Discretisation::discrete).mass_cut ==
        Approx(9.5869763956950464e-12).epsilon(1e-14));
  CHECK(window_report(21, 1, Discretisation::sampled).mass_cut ==
        Approx(4.23768141217936075e-27).epsilon(1e-14));
}

TEST_CASE("extreme windows have a report", "[image][window]") {
  for (const auto rule :
       {Discretisation::sampled, Discretisation::integrated, Discretisation::discrete}) {
    const WindowReport narrow = window_report(5, 1e-300, rule);
    CHECK(narrow.mass_cut == 0);
    CHECK(narrow.variance == 0);
    const WindowReport flat = window_report(5, 1e300, rule);
    CHECK(flat.mass_cut == 1);
    CHECK(flat.variance == Approx(2).epsilon(1e-15));
    CHECK(window_report(1, 1, rule).variance == 0);
  }
  CHECK(window_report(2, 1e-300).variance == 0.25);
}

TEST_CASE("a report refuses what its window would", "[image][window]") {
  CHECK_THROWS_WITH(window_report(0, 1), "window_report: size must be at least 1, is 0");
  CHECK_THROWS_WITH(window_report(5, -1),
                    "window_report: sigma must be finite and positive, is -1");
  CHECK_THROWS_AS(window_report(4, 1, Discretisation::discrete), std::invalid_argument);
  CHECK_THROWS_AS(window_report(std::numeric_limits<index_t>::max(), 1), BudgetError);
}
