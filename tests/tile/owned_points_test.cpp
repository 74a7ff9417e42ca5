#include "tile/owned_points.hpp"

#include <vector>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/random_points.hpp"
#include "support/sparse_points.hpp"

using namespace mercer;

namespace {

template <class T>
Mat<T> dense(Points<T> points) {
  Mat<T> out(points.dim(), points.count());
  for (index_t j = 0; j < points.count(); ++j) points.copy_point(j, out.colptr(j));
  return out;
}

}  // namespace

TEMPLATE_TEST_CASE("selected points are those of the indices, twice where an index is", "[tile]",
                   float, double) {
  using T = TestType;
  const SpMat<T> sparse = test::sparse_points<T>(9, 30, 1);
  const Mat<T> X(sparse);
  for (const std::vector<index_t>& indices : std::vector<std::vector<index_t>>{
           {4, 0, 4, 29, 1}, {}, {7, 0}}) {  // the last two store nothing
    const Mat<T> expected = test::pick_columns<T>(X, indices);
    const OwnedPoints<T> from_sparse = select_points<T>(sparse, indices);
    const OwnedPoints<T> from_dense = select_points<T>(X, indices);
    REQUIRE(from_sparse.view().is_sparse());
    REQUIRE_FALSE(from_dense.view().is_sparse());
    REQUIRE(identical<T>(dense(from_sparse.view()), expected));
    REQUIRE(identical<T>(dense(from_dense.view()), expected));
  }
}

TEMPLATE_TEST_CASE("points in double have the same values", "[tile]", float, double) {
  using T = TestType;
  const SpMat<T> sparse = test::sparse_points<T>(9, 30, 1);
  const Mat<T> X(sparse);
  const arma::mat expected = arma::conv_to<arma::mat>::from(X);
  const OwnedPoints<double> from_sparse = points_in_double<T>(sparse);
  REQUIRE(from_sparse.view().is_sparse());
  REQUIRE(identical<double>(dense(from_sparse.view()), expected));
  REQUIRE(identical<double>(dense(points_in_double<T>(X).view()), expected));
  const SpMat<T> none(9, 0);
  REQUIRE(points_in_double<T>(none).view().dim() == 9);
  REQUIRE(points_in_double<T>(none).view().count() == 0);
}

TEST_CASE("stored values can move to other features, change and be dropped", "[tile]") {
  const arma::sp_mat X(arma::mat{{1, 0, 3}, {4, 5, 0}, {7, 8, 9}});
  const std::vector<index_t> columns = {2, 0}, row = {3, dropped, 0};
  const arma::sp_mat moved = transform_stored<double>(
      Points<double>(X), columns, 4, row,
      [](index_t k, index_t j, double x) { return 100 * double(k) + 10 * double(j) + x; });
  const arma::mat expected = {{209, 217}, {0, 0}, {0, 0}, {3, 11}};
  REQUIRE(identical<double>(arma::mat(moved), expected));
}

TEST_CASE("all indices are those from 0 on", "[tile]") {
  REQUIRE(all_indices(0).empty());
  REQUIRE(all_indices(3) == std::vector<index_t>{0, 1, 2});
}
