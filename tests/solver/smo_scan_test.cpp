// The passes of sequential minimal optimisation on every instruction set, against plain loops.
#include "solver/smo_scan.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "mercer/core/random.hpp"
#include "support/catch.hpp"
#include "support/simd_targets.hpp"

using namespace mercer;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Arrays {
  std::vector<double> F, up, down, diagonal;
  std::vector<float> K_i, K_j;
  explicit Arrays(index_t count) {
    Random random(1, count);
    for (index_t k = 0; k < count; ++k) {
      F.push_back(std::round(8 * random.normal()) / 8);  // ties
      up.push_back(random.uniform() < 0.3 ? -infinity : random.uniform() < 0.5 ? -0.125 : 0.125);
      down.push_back(random.uniform() < 0.3 ? infinity : 0.125);
      diagonal.push_back(random.uniform() < 0.1 ? 0.25 : 1);
      K_i.push_back(static_cast<float>(random.uniform()));
      K_j.push_back(static_cast<float>(random.uniform()));
    }
  }
};

void check_extremes(const SmoExtremes& own, const Arrays& a) {
  double up = -infinity, low = infinity;
  index_t first = 0;
  for (index_t k = 0; k < a.F.size(); ++k) {
    if (a.F[k] + a.up[k] > up) {
      up = a.F[k] + a.up[k];
      first = k;
    }
    low = std::min(low, a.F[k] + a.down[k]);
  }
  CHECK(own.up == up);
  CHECK(own.first == first);
  CHECK(own.down == low);
}

}  // namespace

TEST_CASE("the extremes are the first maximum and the minimum", "[solver]") {
  for_each_simd_target([](const std::string& target) {
    for (const index_t count : {16u, 48u, 1024u}) {
      CAPTURE(target, count);
      Arrays a(count);
      check_extremes(scan_extremes(a.F.data(), a.up.data(), a.down.data(), count), a);
      std::vector<double> expected = a.F;
      for (index_t k = 0; k < count; ++k) {
        expected[k] -= 0.37 * (double{a.K_i[k]} - double{a.K_j[k]});
      }
      const SmoExtremes own = update_and_scan(a.F.data(), a.up.data(), a.down.data(), a.K_i.data(),
                                              a.K_j.data(), 0.37, count);
      for (index_t k = 0; k < count; ++k) {
        REQUIRE(std::abs(a.F[k] - expected[k]) <= 4e-16 * (1 + std::abs(expected[k])));
      }
      check_extremes(own, a);
    }
  });
}

TEST_CASE("variables that cannot move are never chosen", "[solver]") {
  for_each_simd_target([](const std::string& target) {
    CAPTURE(target);
    std::vector<double> F(16, 5), up(16, -infinity), down(16, infinity), diagonal(16, 1);
    F[3] = std::numeric_limits<double>::quiet_NaN();  // padding may hold anything
    const std::vector<float> K(16, 0.5F);
    up[9] = 0;
    down[11] = 0;
    F[11] = 2;
    const SmoExtremes own = scan_extremes(F.data(), up.data(), down.data(), 16);
    CHECK(own.first == 9);
    CHECK(own.up == 5);
    CHECK(own.down == 2);
    CHECK(scan_second(F.data(), down.data(), K.data(), diagonal.data(), 5, 1, 16) == 11);
    CHECK(scan_second(F.data(), down.data(), K.data(), diagonal.data(), 2, 1, 16) == 16);
  });
}

TEST_CASE("the second variable has the largest gain", "[solver]") {
  for_each_simd_target([](const std::string& target) {
    for (const index_t count : {16u, 64u, 2048u}) {
      CAPTURE(target, count);
      const Arrays a(count);
      const double m = 1.5, K_ii = 0.5;  // some curvatures are negative
      const auto gain = [&](index_t k) {
        const double difference = m - (a.F[k] + a.down[k]);
        const double curvature = K_ii + a.diagonal[k] - 2 * double{a.K_i[k]};
        return difference > 0
                   ? difference * difference / (curvature > 0 ? curvature : least_curvature)
                   : -1;
      };
      index_t best = 0;
      for (index_t k = 1; k < count; ++k) best = gain(k) > gain(best) ? k : best;
      const index_t own =
          scan_second(a.F.data(), a.down.data(), a.K_i.data(), a.diagonal.data(), m, K_ii, count);
      REQUIRE(own < count);
      CHECK(gain(own) >= gain(best) * (1 - 1e-15));
    }
  });
}

TEST_CASE("columns are subtracted with their factors", "[solver]") {
  for_each_simd_target([](const std::string& target) {
    const index_t rows = 1600;  // more than a strip
    Random random(2);
    for (const index_t count : {0u, 1u, 4u, 7u}) {
      CAPTURE(target, count);
      std::vector<std::vector<float>> columns(count, std::vector<float>(rows));
      std::vector<const float*> pointers;
      std::vector<double> F(rows, 1), delta(count), expected(rows, 1);
      for (index_t c = 0; c < count; ++c) {
        delta[c] = random.normal();
        for (index_t k = 0; k < rows; ++k) {
          columns[c][k] = static_cast<float>(random.normal());
          expected[k] -= delta[c] * double{columns[c][k]};
        }
        pointers.push_back(columns[c].data());
      }
      subtract_columns(F.data(), rows, pointers.data(), delta.data(), count);
      for (index_t k = 0; k < rows; ++k) REQUIRE(F[k] == Approx(expected[k]).margin(1e-14));
    }
  });
}
