#include "mercer/image/to_uint.hpp"

#include <limits>

#include "support/catch.hpp"

using mercer::Mat;
using mercer::to_uint16;
using mercer::to_uint8;

TEMPLATE_TEST_CASE("floats are rounded to the nearest integer and clamped", "[image]", float,
                   double) {
  using T = TestType;
  const T inf = std::numeric_limits<T>::infinity();
  const Mat<T> image = {{T(0), T(0.5), T(1.5), T(2.5)},
                        {T(2.4), T(2.6), T(-0.4), T(-7)},
                        {T(254.4), T(254.6), T(255.4), T(300)},
                        {inf, -inf, T(65534.5), T(1e30)}};
  const Mat<std::uint8_t> eight = {
      {0, 0, 2, 2}, {2, 3, 0, 0}, {254, 255, 255, 255}, {255, 0, 255, 255}};
  const Mat<std::uint16_t> sixteen = {
      {0, 0, 2, 2}, {2, 3, 0, 0}, {254, 255, 255, 300}, {65535, 0, 65534, 65535}};
  CHECK(arma::all(arma::vectorise(to_uint8(image) == eight)));
  CHECK(arma::all(arma::vectorise(to_uint16(image) == sixteen)));

  arma::Cube<T> cube(4, 4, 2);
  cube.slice(0) = image;
  cube.slice(1) = image + 1;
  CHECK(arma::all(arma::vectorise(to_uint8(cube).slice(0) == eight)));
  CHECK(to_uint8(cube).at(1, 1, 1) == 4);
  CHECK(to_uint16(cube).at(3, 2, 1) == 65535);
  CHECK(to_uint8(Mat<T>()).is_empty());
}

TEMPLATE_TEST_CASE("NaN is no sample", "[image]", float, double) {
  using T = TestType;
  Mat<T> image(3, 8, arma::fill::zeros);
  image(2, 7) = std::numeric_limits<T>::quiet_NaN();
  CHECK_THROWS_WITH(to_uint8(image), "to_uint8: image must not hold NaN, image(2, 7) is nan");
  CHECK_THROWS_WITH(to_uint16(image), "to_uint16: image must not hold NaN, image(2, 7) is nan");
  arma::Cube<T> cube(3, 8, 2, arma::fill::zeros);
  cube.slice(1) = image;
  CHECK_THROWS_WITH(to_uint8(cube), "to_uint8: image must not hold NaN, image(2, 7, 1) is nan");
  CHECK_THROWS_WITH(to_uint16(cube), "to_uint16: image must not hold NaN, image(2, 7, 1) is nan");
}
