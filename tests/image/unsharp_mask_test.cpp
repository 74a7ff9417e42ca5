#include "mercer/image/unsharp_mask.hpp"

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;

TEST_CASE("an unsharp mask adds what smoothing takes away", "[image]") {
  const arma::mat image = normal_matrix<double>(40, 30, 4);
  const arma::mat finer = image - gaussian_filter(image, 1.5);
  CHECK(arma::approx_equal(unsharp_mask(image, 1.5), image + finer, "absdiff", 1e-14));
  CHECK(arma::approx_equal(unsharp_mask(image, 1.5, -1), image - finer, "absdiff", 1e-14));
  const arma::mat some = unsharp_mask(image, 1.5, 2, 0.5);
  for (index_t i = 0; i < image.n_elem; ++i) {
    const double expected = std::abs(finer(i)) > 0.5 ? image(i) + 2 * finer(i) : image(i);
    CHECK(std::abs(some(i) - expected) < 1e-14);
  }
}

TEMPLATE_TEST_CASE("an unsharp mask keeps integers in their range", "[image]", std::uint8_t,
                   std::uint16_t) {
  Mat<TestType> image(20, 21, arma::fill::zeros);
  const TestType most = std::numeric_limits<TestType>::max();
  image.tail_cols(10).fill(most);
  const Mat<TestType> sharp = unsharp_mask(image, 2, 3);
  CHECK(arma::all(arma::vectorise(sharp == image)));  // overshoots are cut
  Mat<TestType> flat(20, 21, arma::fill::value(TestType{100}));
  CHECK(arma::all(arma::vectorise(unsharp_mask(flat, 2, 3) == flat)));
}

TEST_CASE("wrong arguments of unsharp_mask are named", "[image]") {
  const arma::mat image = normal_matrix<double>(8, 9, 1);
  CHECK_THROWS_WITH(unsharp_mask(image, 0),
                    "unsharp_mask: sigma must be finite and positive, is 0");
  CHECK_THROWS_WITH(unsharp_mask(image, 1, HUGE_VAL),
                    "unsharp_mask: amount must be finite, is inf");
  CHECK_THROWS_WITH(unsharp_mask(image, 1, 1, -1),
                    "unsharp_mask: threshold must be finite and at least 0, is -1");
  CHECK_THROWS_WITH(unsharp_mask(image, 1, 1, 0, {.order = {1, 0, 0}}),
                    "unsharp_mask: order must be left at 0");
}
