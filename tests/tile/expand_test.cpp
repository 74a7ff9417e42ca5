#include "tile/expand.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "mercer/core/random.hpp"
#include "support/catch.hpp"
#include "support/simd_targets.hpp"

using namespace mercer;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

// One entry: both norms, the dot product, and the distance that expand_distances makes of them.
double expanded(double x_norm, double y_norm, double dot, Kept kept = kept_of_doubles) {
  // In the first lane of a vector and in the remainder after it.
  std::vector<double> x_norms(33, x_norm), column(33, dot);
  const bool whole = expand_distances({column.data(), 33, 1, 33}, x_norms.data(), &y_norm, kept,
                                      {column.data(), 33, 1, 33});
  REQUIRE(whole == !std::isnan(column[0]));
  REQUIRE(std::memcmp(&column[0], &column[32], sizeof(double)) == 0);
  return column[0];
}

}  // namespace

TEST_CASE("distances are expanded where they lose little, and marked where much", "[tile]") {
  for_each_simd_target([](const std::string& target) {
    CAPTURE(target);
    REQUIRE(expanded(3, 4, 1) == 5);
    REQUIRE(expanded(3, 4, -1) == 9);
    REQUIRE(expanded(8, 8, 7.4375) == 1.125);
    REQUIRE(std::isnan(expanded(8, 8, 7.5)));  // 1: a sixteenth, which is too little
    REQUIRE(expanded(8, 8, std::nextafter(7.5, 7)) > 1);
    REQUIRE(std::isnan(expanded(8, 8, 8)));
    REQUIRE(std::isnan(expanded(8, 8, 8.5)));  // below 0
    REQUIRE(std::isnan(expanded(0, 0, 0)));
    REQUIRE(std::isnan(expanded(0x1p-961, 0, 0)));  // where squares are subnormal
    REQUIRE(expanded(0x1p-959, 0, 0) == 0x1p-959);
    REQUIRE(expanded(8, 8, 3.9, {0.5, 0.125}) == 8.2);
    REQUIRE(std::isnan(expanded(8, 8, 4, {0.5, 0.125})));
    REQUIRE(std::isnan(expanded(8, 8, 3.95, {0.5, 0.125})));  // the floor
    REQUIRE(std::isnan(expanded(inf, 1, 1)));
    REQUIRE(std::isnan(expanded(1, inf, 1)));
    REQUIRE(std::isnan(expanded(inf, inf, inf)));
    REQUIRE(std::isnan(expanded(0x1p1023, 0x1p1023, 1)));  // norms whose sum overflows
    REQUIRE(std::isnan(expanded(no_number, 1, 0)));
    REQUIRE(std::isnan(expanded(1, no_number, 0)));
    REQUIRE(std::isnan(expanded(1, 1, no_number)));
  });
}

TEST_CASE("one lost entry is told wherever it stands, and only it is marked", "[tile]") {
  for_each_simd_target([](const std::string& target) {
    for (index_t rows = 1; rows <= 19; ++rows) {
      constexpr index_t cols = 3;
      const index_t stride = rows + 2;
      std::vector<double> x_norms(rows), y_norms = {2, 3, 5};
      for (index_t i = 0; i < rows; ++i) x_norms[i] = 1 + static_cast<double>(i);
      for (index_t bad = 0; bad <= rows * cols; ++bad) {  // the last one: none
        CAPTURE(target, rows, bad);
        std::vector<double> values(stride * cols, -7.0);
        const Tile<double> out{values.data(), rows, cols, stride};
        for (index_t j = 0; j < cols; ++j) {
          for (index_t i = 0; i < rows; ++i) {
            out.column(j)[i] = bad == i + j * rows ? (x_norms[i] + y_norms[j]) / 2 : 0.25;
          }
        }
        REQUIRE(expand_distances({out.data, rows, cols, stride}, x_norms.data(), y_norms.data(),
                                 kept_of_doubles, out) == (bad == rows * cols));
        for (index_t j = 0; j < cols; ++j) {
          for (index_t i = 0; i < stride; ++i) {
            const double value = out.column(j)[i];
            if (i >= rows) {
              REQUIRE(value == -7);
            } else if (bad == i + j * rows) {
              REQUIRE(std::isnan(value));
            } else {
              REQUIRE(value == x_norms[i] + y_norms[j] - 0.5);
            }
          }
        }
      }
    }
  });
}

TEST_CASE("narrow rounds every value and no more", "[tile]") {
  for_each_simd_target([](const std::string& target) {
    for (index_t count = 0; count <= 33; ++count) {
      CAPTURE(target, count);
      Random random(8, count);
      std::vector<double> from(count + 1);
      for (double& value : from) value = random.normal();
      std::vector<float> to(count + 1, -7.0F);
      narrow(from.data(), to.data(), count);
      for (index_t i = 0; i < count; ++i) REQUIRE(to[i] == static_cast<float>(from[i]));
      REQUIRE(to[count] == -7);
    }
    const std::vector<double> special = {1e300,        -1e300,    inf,  1e-46,
                                         0x1.000001p0, no_number, -0.0, 1e-40};
    std::vector<float> to(special.size());
    narrow(special.data(), to.data(), special.size());
    CAPTURE(target);
    REQUIRE(to[0] == inf);
    REQUIRE(to[1] == -inf);
    REQUIRE(to[2] == inf);
    REQUIRE(to[3] == 0);
    REQUIRE(to[4] == 1);  // half-way, to even
    REQUIRE(std::isnan(to[5]));
    REQUIRE(std::signbit(to[6]));
    REQUIRE(to[7] == 1e-40F);  // a subnormal number
  });
}
