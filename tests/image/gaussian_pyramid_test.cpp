#include "mercer/image/gaussian_pyramid.hpp"

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;

TEST_CASE("each level of a pyramid is half of the smoothed one before", "[image]") {
  const arma::mat image = normal_matrix<double>(37, 10, 4);
  const std::vector<arma::mat> levels = gaussian_pyramid(image);
  REQUIRE(levels.size() == 7);  // 37 x 10, 19 x 5, 10 x 3, 5 x 2, 3 x 1, 2 x 1, 1 x 1
  CHECK(arma::approx_equal(levels[0], image, "absdiff", 0));
  for (std::size_t k = 1; k < levels.size(); ++k) {
    const arma::mat smooth = gaussian_filter(levels[k - 1], 1);
    REQUIRE(levels[k].n_rows == (smooth.n_rows + 1) / 2);
    REQUIRE(levels[k].n_cols == (smooth.n_cols + 1) / 2);
    const index_t i = levels[k].n_rows - 1, j = levels[k].n_cols / 2;
    CHECK(levels[k](i, j) == smooth(2 * i, 2 * j));
  }
  CHECK(gaussian_pyramid(image, 3).size() == 3);
  CHECK(gaussian_pyramid(image, 1).size() == 1);
  CHECK(gaussian_pyramid(image, 3, 2.5)[1](4, 2) == gaussian_filter(image, 2.5)(8, 4));
  const Mat<std::uint8_t> bytes(16, 16, arma::fill::value(std::uint8_t{9}));
  CHECK(gaussian_pyramid(bytes).back()(0, 0) == 9);
}

TEST_CASE("wrong arguments of gaussian_pyramid are named", "[image]") {
  const arma::mat image = normal_matrix<double>(8, 9, 1);
  CHECK_THROWS_WITH(gaussian_pyramid(image, 0, -2),
                    "gaussian_pyramid: sigma must be finite and positive, is -2");
  CHECK_THROWS_WITH(gaussian_pyramid(arma::mat()), "gaussian_pyramid: image must not be empty");
  CHECK_THROWS_WITH(gaussian_pyramid(image, 0, 1, {.order = {0, 1, 0}}),
                    "gaussian_pyramid: order must be left at 0");
}
