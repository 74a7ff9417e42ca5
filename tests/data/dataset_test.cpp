#include "mercer/data/dataset.hpp"

#include <limits>
#include <stdexcept>

#include "support/catch.hpp"

using mercer::class_codes;
using mercer::Col;
using mercer::Dataset;
using mercer::Mat;
using mercer::SparseDataset;

TEMPLATE_TEST_CASE("take gives the points asked for, in their order", "[data]", float, double) {
  using T = TestType;
  const Dataset<T> data = {Mat<T>{{1, 2, 3}, {4, 5, 6}}, Col<T>{7, 8, 9}, {"a", "b"}, "t"};
  const Dataset<T> taken = take(data, {2, 0, 2, 1});
  CHECK(arma::approx_equal(taken.X, Mat<T>{{3, 1, 3, 2}, {6, 4, 6, 5}}, "absdiff", 0));
  CHECK(arma::approx_equal(taken.y, Col<T>{9, 7, 9, 8}, "absdiff", 0));
  CHECK(taken.feature_names == data.feature_names);
  CHECK(taken.target_name == "t");

  const Dataset<T> without_target = take(Dataset<T>{data.X, {}, {}, ""}, {1});
  CHECK(without_target.X.n_cols == 1);
  CHECK(without_target.y.is_empty());
  CHECK(take(data, {}).X.n_rows == 2);
  CHECK(take(data, {}).X.n_cols == 0);
}

TEMPLATE_TEST_CASE("take does the same for sparse points", "[data]", float, double) {
  using T = TestType;
  const Mat<T> dense = {{1, 0, 0, 2}, {0, 0, 3, 4}, {0, 0, 5, 0}};
  const SparseDataset<T> data = {arma::SpMat<T>(dense), Col<T>{1, 2, 3, 4}};
  const arma::uvec points = {3, 1, 2, 3};
  const SparseDataset<T> taken = take(data, points);
  CHECK(arma::approx_equal(Mat<T>(taken.X), Mat<T>(dense.cols(points)), "absdiff", 0));
  CHECK(arma::approx_equal(taken.y, Col<T>{4, 2, 3, 4}, "absdiff", 0));
  CHECK(taken.X.n_nonzero == 6);
  CHECK(take(data, {}).X.n_cols == 0);
  CHECK_THROWS_WITH(take(data, {0, 4}),
                    "take: points(1) must be below 4 (the number of points), is 4");
}

TEST_CASE("take refuses points and targets that are not there", "[data]") {
  Dataset<double> data = {arma::mat(2, 3, arma::fill::ones), arma::vec(3), {}, ""};
  CHECK_THROWS_AS(take(data, {3}), std::invalid_argument);
  CHECK_THROWS_WITH(take(data, {0, 1, 9}),
                    "take: points(2) must be below 3 (the number of points), is 9");
  data.y.set_size(2);
  CHECK_THROWS_WITH(take(data, {0}), "take: y must have 3 rows (one per point), has 2");
}

TEMPLATE_TEST_CASE("class codes are the integers of the labels", "[data]", float, double) {
  const arma::ivec codes = class_codes(Col<TestType>{-1, 1, 0, 300000});
  CHECK(arma::all(codes == arma::ivec{-1, 1, 0, 300000}));
}

TEMPLATE_TEST_CASE("class codes refuse labels that are no integers", "[data]", float, double) {
  using T = TestType;
  const T infinity = std::numeric_limits<T>::infinity();
  CHECK_THROWS_AS(class_codes(Col<T>{1, T(1.5)}), std::invalid_argument);
  CHECK_THROWS_WITH(class_codes(Col<T>{1, 0, T(1.5)}), "class_codes: y(2) is 1.5, not an integer");
  CHECK_THROWS_WITH(class_codes(Col<T>{std::numeric_limits<T>::quiet_NaN()}),
                    "class_codes: y(0) is nan, not an integer");
  CHECK_THROWS_WITH(class_codes(Col<T>{0, -infinity}), "class_codes: y(1) is -inf, not an integer");
  CHECK_THROWS_WITH(class_codes(Col<T>{}), "class_codes: y is empty, there are no labels");
  // 2^24 and 2^53: the next integer is the same number in T.
  const T limit = std::ldexp(T(1), std::numeric_limits<T>::digits);
  CHECK(class_codes(Col<T>{limit - 1})[0] == static_cast<arma::sword>(limit) - 1);
  CHECK_THROWS(class_codes(Col<T>{limit}));
}
