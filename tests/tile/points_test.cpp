#include "mercer/tile/points.hpp"

#include <limits>
#include <string>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/tile/statistic.hpp"
#include "support/catch.hpp"
#include "support/random_points.hpp"
#include "support/sparse_points.hpp"

using namespace mercer;

TEMPLATE_TEST_CASE("points are views of dense and sparse matrices", "[tile]", float, double) {
  using T = TestType;
  const SpMat<T> sparse = test::sparse_points<T>(6, 20, 1);
  const Mat<T> dense(sparse);
  REQUIRE(Points<T>(sparse).is_sparse());
  REQUIRE_FALSE(Points<T>(dense).is_sparse());
  REQUIRE(Points<T>(dense).data() == dense.memptr());
  for (const Points<T>& points : {Points<T>(sparse), Points<T>(dense)}) {
    REQUIRE(points.dim() == 6);
    REQUIRE(points.count() == 20);
    Mat<T> copy(7, 20);
    copy.fill(T(-5));
    for (index_t j = 0; j < 20; ++j) points.copy_point(j, copy.colptr(j));
    REQUIRE(identical<T>(Mat<T>(copy.head_rows(6)), dense));
    REQUIRE(arma::all(copy.row(6) == -5));
  }
}

TEST_CASE("stored features are told in order, explicit zeros too", "[tile]") {
  const Mat<index_t> places = {{1, 4, 0}, {0, 0, 2}};
  const arma::sp_mat X(places, arma::vec{2, 0, 3}, 5, 3, false, false);
  const Points<double> points(X);
  REQUIRE(points.stored(0).count == 2);
  REQUIRE(points.stored(0).features[0] == 1);
  REQUIRE(points.stored(0).values[0] == 2);
  REQUIRE(points.stored(0).features[1] == 4);
  REQUIRE(points.stored(0).values[1] == 0);
  REQUIRE(points.stored(1).count == 0);
  REQUIRE(points.stored(2).features[0] == 0);
}

TEST_CASE("what was written element by element just before is seen", "[tile]") {
  arma::sp_mat X(5, 3);
  X(4, 2) = 7;
  X(1, 0) = 3;
  const Points<double> points(X);
  REQUIRE(points.stored(0).count == 1);
  REQUIRE(points.stored(0).values[0] == 3);
  REQUIRE(points.stored(2).features[0] == 4);
  REQUIRE(points.stored(2).values[0] == 7);
}

TEST_CASE("sparse views of the same matrix are the same", "[tile]") {
  const arma::sp_mat X = test::sparse_points<double>(6, 20, 1);
  const arma::sp_mat copy = X;
  const arma::mat dense(X);
  REQUIRE(Points<double>(X).same_as(X));
  REQUIRE_FALSE(Points<double>(X).same_as(copy));
  REQUIRE_FALSE(Points<double>(X).same_as(dense));
  REQUIRE_FALSE(Points<double>(dense).same_as(X));
}

TEMPLATE_TEST_CASE("stored values that are not finite are refused at their place", "[tile]", float,
                   double) {
  using T = TestType;
  const Mat<T> ones(3, 9, arma::fill::ones);
  for (const auto& [bad, name] :
       std::vector<std::pair<T, std::string>>{{std::numeric_limits<T>::quiet_NaN(), "nan"},
                                              {std::numeric_limits<T>::infinity(), "inf"},
                                              {-std::numeric_limits<T>::infinity(), "-inf"}}) {
    SpMat<T> X(ones);
    X.shed_col(4);
    REQUIRE_NOTHROW(require_finite<T>("f", "X", Points<T>(X)));
    X(2, 7) = bad;
    X(0, 2) = 0;  // is not stored any more
    REQUIRE_THROWS_AS(require_finite<T>("f", "X", Points<T>(X)), NonFiniteError);
    REQUIRE_THROWS_WITH(require_finite<T>("f", "X", Points<T>(X)),
                        "f: X must be finite, X(2, 7) is " + name);
    const Mat<T> dense(X);
    REQUIRE_THROWS_WITH(require_finite<T>("f", "Y", Points<T>(dense)),
                        "f: Y must be finite, Y(2, 7) is " + name);
  }
}

TEST_CASE("histogram statistics have their domain on sparse points too", "[tile]") {
  arma::sp_mat X(4, 9);
  X(1, 3) = 2;
  X(2, 7) = -0.5;
  for (const Statistic s : {Statistic::chi_squared, Statistic::intersection}) {
    REQUIRE_THROWS_WITH(require_domain<double>("f", "X", s, X),
                        "f: X must be non-negative (a kernel for histograms), X(2, 7) is -0.5");
  }
  REQUIRE_NOTHROW(require_domain<double>("f", "X", Statistic::l1_distance, X));
  X(2, 7) = 0.5;
  REQUIRE_NOTHROW(require_domain<double>("f", "X", Statistic::chi_squared, X));
}
