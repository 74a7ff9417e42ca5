// Statistics of sparse points against those of the same points dense.
#include "tile/sparse_source.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "mercer/tile/statistic.hpp"
#include "support/catch.hpp"
#include "support/naive.hpp"
#include "support/random_points.hpp"
#include "support/simd_targets.hpp"
#include "support/sparse_points.hpp"

using namespace mercer;
using test::sparse_points;

namespace {

constexpr Statistic all[] = {Statistic::dot, Statistic::squared_distance, Statistic::l1_distance,
                             Statistic::chi_squared, Statistic::intersection};
constexpr index_t dims[] = {0, 1, 5, 63, 64, 300};

template <class T>
Mat<T> filled(Statistic statistic, Points<T> X, Points<T> Y, Range rows, Range cols) {
  Mat<T> out(rows.size(), cols.size());
  out.fill(std::numeric_limits<T>::quiet_NaN());
  Scratch scratch;
  BoundStatistic<T>(statistic, X, Y)
      .fill(rows, cols, {out.memptr(), rows.size(), cols.size(), rows.size()}, scratch);
  return out;
}
template <class T>
Mat<T> filled(Statistic statistic, Points<T> X, Points<T> Y) {
  return filled(statistic, X, Y, {0, X.count()}, {0, Y.count()});
}

// "" if all squared distances keep the bound that the statistic states.
template <class T>
std::string mismatch(Points<T> X, Points<T> Y, const Mat<T>& dense_X, const Mat<T>& dense_Y) {
  const double bound = BoundStatistic<T>(Statistic::squared_distance, X, Y).relative_error();
  const Mat<T> S = filled(Statistic::squared_distance, X, Y);
  for (index_t j = 0; j < S.n_cols; ++j) {
    for (index_t i = 0; i < S.n_rows; ++i) {
      const long double exact =
          naive::sums(dense_X.colptr(i), dense_Y.colptr(j), dense_X.n_rows).squared_distance;
      if (std::abs(S(i, j) - exact) <= bound * exact) continue;
      return "entry (" + std::to_string(i) + ", " + std::to_string(j) + ")";
    }
  }
  return "";
}

}  // namespace

TEMPLATE_TEST_CASE("dot products of sparse points are those of dense ones", "[tile]", float,
                   double) {
  using T = TestType;
  for (const index_t d : dims) {
    const SpMat<T> X = sparse_points<T>(d, 50, 1), Y = sparse_points<T>(d, 37, 2);
    const arma::mat wide_X = arma::conv_to<arma::mat>::from(Mat<T>(X));
    const arma::mat wide_Y = arma::conv_to<arma::mat>::from(Mat<T>(Y));
    const Mat<T> dense_X(X), dense_Y(Y);
    for_each_simd_target([&](const std::string& target) {
      CAPTURE(target, d);
      // Summed in double, floats too: dense floats of many features are not.
      const auto expected = [](const arma::mat& A, const arma::mat& B) {
        return arma::conv_to<Mat<T>>::from(filled<double>(Statistic::dot, A, B));
      };
      REQUIRE(identical<T>(filled<T>(Statistic::dot, X, Y), expected(wide_X, wide_Y)));
      REQUIRE(identical<T>(filled<T>(Statistic::dot, X, X), expected(wide_X, wide_X)));
      REQUIRE(identical<T>(filled<T>(Statistic::dot, X, dense_Y), expected(wide_X, wide_Y)));
      REQUIRE(identical<T>(filled<T>(Statistic::dot, dense_X, Y), expected(wide_X, wide_Y)));
    });
  }
}

TEMPLATE_TEST_CASE("sums over the features of sparse points are those of dense ones", "[tile]",
                   float, double) {
  using T = TestType;
  for (const index_t d : dims) {
    const SpMat<T> X = sparse_points<T>(d, 50, 1, true), Y = sparse_points<T>(d, 37, 2, true);
    const Mat<T> dense_X(X), dense_Y(Y);
    const arma::mat wide_X = arma::conv_to<arma::mat>::from(dense_X);
    const arma::mat wide_Y = arma::conv_to<arma::mat>::from(dense_Y);
    for_each_simd_target([&](const std::string& target) {
      for (const Statistic s :
           {Statistic::l1_distance, Statistic::chi_squared, Statistic::intersection}) {
        CAPTURE(target, d, static_cast<int>(s));
        const Mat<T> expected =
            arma::conv_to<Mat<T>>::from(filled<double>(s, wide_X, wide_Y));  // in double
        REQUIRE(identical<T>(filled<T>(s, X, Y), expected));
        REQUIRE(identical<T>(filled<T>(s, X, dense_Y), expected));
        REQUIRE(identical<T>(filled<T>(s, dense_X, Y), expected));
      }
    });
  }
}

TEMPLATE_TEST_CASE("squared distances of sparse points keep their bound", "[tile]", float, double) {
  using T = TestType;
  for (const index_t d : dims) {
    Mat<T> dense_X(sparse_points<T>(d, 50, 1));
    const T small = std::numeric_limits<T>::epsilon() * 100;
    for (const index_t j : {9u, 30u, 41u}) {
      if (d == 0) break;
      dense_X.col(j) = dense_X.col(3) * (1 + T(j) * small);  // near
      if (d > 4) dense_X(4, j) += small;
    }
    const SpMat<T> X(dense_X), Y = sparse_points<T>(d, 37, 2);
    const Mat<T> dense_Y(Y);
    for_each_simd_target([&](const std::string& target) {
      CAPTURE(target, d);
      REQUIRE(mismatch<T>(X, X, dense_X, dense_X) == "");
      REQUIRE(mismatch<T>(X, Y, dense_X, dense_Y) == "");
      REQUIRE(mismatch<T>(X, dense_Y, dense_X, dense_Y) == "");
      REQUIRE(mismatch<T>(dense_X, Y, dense_X, dense_Y) == "");
      const Mat<T> S = filled<T>(Statistic::squared_distance, X, X);
      REQUIRE(S(2, 49) == 0);  // a copy
      REQUIRE(S(0, 7) == 0);   // nothing is stored
      REQUIRE(arma::all(Col<T>(S.diag()) == 0));
    });
  }
}

TEST_CASE("sparse points of any size keep the bound of their distances", "[tile]") {
  const arma::mat points(sparse_points<double>(300, 40, 3));
  const arma::mat far = arma::repmat(points.col(3), 1, 40);
  arma::mat mixed = points;
  mixed.cols(0, 20) *= 1e-20;
  for (const arma::mat& dense : std::vector<arma::mat>{
           1e150 * points, 1e-150 * points, 1e100 * mixed, far + 1e-9 * points,
           1e155 * far + 1e145 * points}) {  // norms that overflow, distances that do not
    const arma::sp_mat X(dense);
    for_each_simd_target([&](const std::string& target) {
      CAPTURE(target, dense.max());
      REQUIRE(mismatch<double>(X, X, dense, dense) == "");
    });
  }
}

TEMPLATE_TEST_CASE("statistics of sparse points have the same bits at every place", "[tile]", float,
                   double) {
  using T = TestType;
  const index_t n = 90;
  const SpMat<T> X = sparse_points<T>(40, n, 1, true);
  const Mat<T> dense(X);
  for_each_simd_target([&](const std::string& target) {
    for (const Statistic s : all) {
      CAPTURE(target, static_cast<int>(s));
      const Mat<T> S = filled<T>(s, X, X);
      const Mat<T> mixed = filled<T>(s, X, dense);
      REQUIRE(identical<T>(S, S.st()));
      REQUIRE(identical<T>(filled<T>(s, dense, X), mixed.st()));
      for (const auto& [rows, cols] : std::vector<std::pair<Range, Range>>{{{0, 1}, {0, 1}},
                                                                           {{31, 33}, {0, 1}},
                                                                           {{5, 80}, {3, 8}},
                                                                           {{64, 80}, {89, 90}},
                                                                           {{7, 41}, {9, 50}}}) {
        const auto part = [&](const Mat<T>& whole) {
          return Mat<T>(whole.submat(rows.begin, cols.begin, arma::size(rows.size(), cols.size())));
        };
        REQUIRE(identical<T>(filled<T>(s, X, X, rows, cols), part(S)));
        REQUIRE(identical<T>(filled<T>(s, X, dense, rows, cols), part(mixed)));
      }
      const Range some{17, 78};
      Mat<T> diagonal(some.size(), 1);
      const Mat<T> expected = Mat<T>(S.diag()).rows(some.begin, some.end - 1);
      BoundStatistic<T>(s, X, X).diagonal(some, diagonal.memptr());
      const bool fused = target.substr(0, 3) == "AVX" || s != Statistic::dot;
      if (fused) REQUIRE(identical<T>(diagonal, expected));
      if (s == Statistic::squared_distance) continue;  // of other bits, by differences
      BoundStatistic<T>(s, X, dense).diagonal(some, diagonal.memptr());
      REQUIRE(identical<T>(diagonal, Mat<T>(Mat<T>(mixed.diag()).rows(some.begin, some.end - 1))));
    }
  });
}

TEST_CASE("a scratch that served one set of sparse points serves the next", "[tile]") {
  const arma::sp_mat X = sparse_points<double>(300, 40, 1), Y = sparse_points<double>(300, 40, 2);
  const arma::mat of_X = filled<double>(Statistic::dot, X, X);
  const arma::mat of_Y = filled<double>(Statistic::dot, Y, Y);
  const BoundStatistic<double> X_dots(Statistic::dot, X, X), Y_dots(Statistic::dot, Y, Y);
  Scratch scratch;
  for (int round = 0; round < 2; ++round) {
    arma::mat out(40, 40);
    X_dots.fill({0, 40}, {0, 40}, {out.memptr(), 40, 40, 40}, scratch);
    REQUIRE(identical<double>(out, of_X));
    Y_dots.fill({0, 40}, {0, 40}, {out.memptr(), 40, 40, 40}, scratch);
    REQUIRE(identical<double>(out, of_Y));
    arma::mat wide(40, 3);  // other columns in the panel than before
    X_dots.fill({0, 40}, {37, 40}, {wide.memptr(), 40, 3, 40}, scratch);
    REQUIRE(identical<double>(wide, arma::mat(of_X.tail_cols(3))));
  }
}

TEMPLATE_TEST_CASE("many features that few points have cost nothing but memory", "[tile]", float,
                   double) {
  using T = TestType;
  const SpMat<T> X = sparse_points<T>(20000, 30, 1);
  const Mat<T> dense(X);
  REQUIRE(mismatch<T>(X, X, dense, dense) == "");
  const Mat<T> S = filled<T>(Statistic::dot, X, X);
  for (index_t i = 0; i < 30; ++i) {
    for (index_t j = 0; j < 30; ++j) {
      const naive::Sums sums = naive::sums(dense.colptr(i), dense.colptr(j), 20000);
      const long double u = std::numeric_limits<T>::epsilon() / 2.0L;
      REQUIRE(std::abs(S(i, j) - sums.dot) <= 14 * u * sums.absolute_dot);
    }
  }
}
