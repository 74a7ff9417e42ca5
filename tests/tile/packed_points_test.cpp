#include "tile/packed_points.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "support/random_points.hpp"

using namespace mercer;

namespace {

template <class P, class T>
void check(index_t d, index_t n, int threads) {
  CAPTURE(d, n, threads);
  const Mat<T> X = random_points<T>(d, n, 1);
  const PackedPoints<P> packed(Points<T>(X), threads);
  REQUIRE(packed.dim() == d);
  REQUIRE(packed.count() == n);
  for (index_t p = 0; p < (n + panel_points - 1) / panel_points; ++p) {
    const P* panel = packed.panel(p);
    if (p == 0) REQUIRE(reinterpret_cast<std::uintptr_t>(panel) % 64 == 0);
    for (index_t k = 0; k < d; ++k) {
      for (index_t i = 0; i < panel_points; ++i) {
        const index_t j = p * panel_points + i;
        const P expected = j < n ? static_cast<P>(X(k, j)) : P(0);
        if (panel[k * panel_points + i] != expected) FAIL(k << " of point " << j);
      }
    }
  }
}

}  // namespace

TEST_CASE("points are packed in panels, the last one filled up with zeros", "[tile]") {
  for (const index_t d : {0u, 1u, 7u, 300u}) {
    for (const index_t n : {0u, 1u, 15u, 16u, 17u, 100u}) {
      check<double, double>(d, n, 1);
      check<double, float>(d, n, 1);
      check<float, float>(d, n, 2);
    }
  }
}

TEST_CASE("points are moved before they are rounded", "[tile]") {
  const arma::fmat X = random_points<float>(7, 20, 1) + 1000.0F;
  const std::vector<double> centre = {1000, 1000.1, 999, 0, -1, 1e-3, 1000};
  const PackedPoints<float> packed(Points<float>(X), 2, centre);
  for (index_t j = 0; j < 20; ++j) {
    for (index_t k = 0; k < 7; ++k) {
      REQUIRE(packed.panel(j / panel_points)[k * panel_points + j % panel_points] ==
              static_cast<float>(static_cast<double>(X(k, j)) - centre[k]));
    }
  }
  REQUIRE(packed.panel(1)[5 * panel_points + 4] == 0);  // what fills up is not moved
}

TEST_CASE("packing in several runs, by several threads, packs all points", "[tile]") {
  check<double, double>(3, 3000, 2);  // runs of 86 panels
  check<float, float>(70, 1001, 3);
  check<double, float>(5000, 40, 2);  // a panel is more than a run
}

TEST_CASE("floats are summed over stretches of about the root of the features", "[tile]") {
  REQUIRE(float_stretch(1) == 8);
  REQUIRE(float_stretch(143) == 8);
  REQUIRE(float_stretch(144) == 12);
  REQUIRE(float_stretch(784) == 28);
  for (const index_t d : {300u, 784u, 20000u, 1000000u}) {
    const double root = std::sqrt(static_cast<double>(d));
    REQUIRE(double(float_stretch(d)) > root - 4);
    REQUIRE(double(float_stretch(d)) <= root);
  }
}
