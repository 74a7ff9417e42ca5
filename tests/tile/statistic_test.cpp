#include "mercer/tile/statistic.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/naive.hpp"
#include "support/random_points.hpp"
#include "support/simd_targets.hpp"

using namespace mercer;

namespace {

constexpr Statistic all[] = {Statistic::dot, Statistic::squared_distance, Statistic::l1_distance,
                             Statistic::chi_squared, Statistic::intersection};

long double exact(Statistic statistic, const naive::Sums& sums) {
  switch (statistic) {
    case Statistic::dot:
      return sums.dot;
    case Statistic::squared_distance:
      return sums.squared_distance;
    case Statistic::l1_distance:
      return sums.l1_distance;
    case Statistic::chi_squared:
      return sums.chi_squared;
    default:
      return sums.intersection;
  }
}

template <class T>
Mat<T> filled(const BoundStatistic<T>& statistic, Range rows, Range cols) {
  Mat<T> out(rows.size(), cols.size());
  out.fill(std::numeric_limits<T>::quiet_NaN());
  Scratch scratch;
  statistic.fill(rows, cols, {out.memptr(), rows.size(), cols.size(), rows.size()}, scratch);
  return out;
}

}  // namespace

TEMPLATE_TEST_CASE("statistics keep their error bounds on every instruction set", "[tile]", float,
                   double) {
  using T = TestType;
  const long double u = std::numeric_limits<T>::epsilon() / 2.0L;
  for (const index_t d : {1u, 2u, 7u, 64u, 300u}) {
    const index_t n = 67;
    const index_t m = 13;
    const Mat<T> X = arma::abs(random_points<T>(d, n, 1));
    const Mat<T> Y = arma::abs(random_points<T>(d, m, 2));
    const Mat<T> minus_Y = -Y;
    for_each_simd_target([&](const std::string& target) {
      for (const Statistic s : all) {
        CAPTURE(target, static_cast<int>(s), d);
        const bool any_sign = s != Statistic::chi_squared && s != Statistic::intersection;
        const Mat<T>& B = any_sign ? minus_Y : Y;
        const Mat<T> S = filled(BoundStatistic<T>(s, X, B), {0, n}, {0, m});
        for (index_t j = 0; j < m; ++j) {
          for (index_t i = 0; i < n; ++i) {
            const naive::Sums sums = naive::sums(X.colptr(i), B.colptr(j), d);
            const long double size = s == Statistic::dot ? sums.absolute_dot : exact(s, sums);
            const long double error = std::abs(S(i, j) - exact(s, sums));
            const index_t roundings = d + (s == Statistic::chi_squared ? 4 : 2);
            if (!(error <= static_cast<long double>(roundings) * u * size)) FAIL(i << ", " << j);
          }
        }
      }
    });
  }
}

TEMPLATE_TEST_CASE("a statistic has the same bits at every place, and both ways round", "[tile]",
                   float, double) {
  using T = TestType;
  const index_t n = 150;
  for (const index_t d : {1u, 5u, 64u, 130u, 784u}) {
    Mat<T> X = arma::abs(random_points<T>(d, n, 3));
    for (index_t j = 2; j < n; j += 7) {  // near pairs, whose distances are made by differences
      X.col(j) = X.col(j - 2) * (1 + 8 * std::numeric_limits<T>::epsilon());
    }
    X.col(149) = X.col(64);
    for_each_simd_target([&](const std::string& target) {
      for (const Statistic s : all) {
        CAPTURE(target, static_cast<int>(s), d);
        const BoundStatistic<T> statistic(s, X, X);
        const Mat<T> S = filled(statistic, {0, n}, {0, n});
        REQUIRE(identical<T>(S, S.st()));
        for (const auto& [rows, cols] :
             std::vector<std::pair<Range, Range>>{{{0, 1}, {0, 1}},
                                                  {{31, 33}, {0, 1}},
                                                  {{5, 140}, {3, 8}},
                                                  {{64, 128}, {149, 150}},
                                                  {{16, 32}, {15, 17}},
                                                  {{7, 41}, {9, 50}},
                                                  {{1, 16}, {47, 150}},
                                                  {{15, 150}, {0, 31}}}) {
          const Mat<T> part =
              S.submat(rows.begin, cols.begin, arma::size(rows.size(), cols.size()));
          REQUIRE(identical<T>(filled(statistic, rows, cols), part));
        }
        Mat<T> diagonal(100, 1);
        statistic.diagonal({17, 117}, diagonal.memptr());
        REQUIRE(identical<T>(diagonal, Mat<T>(S.diag()).rows(17, 116)));
        const Mat<T> reversed = arma::fliplr(X);
        const Mat<T> other_set = filled(BoundStatistic<T>(s, reversed, X), {0, n}, {0, n});
        REQUIRE(identical<T>(Mat<T>(arma::flipud(other_set)), S));
      }
    });
  }
}

TEMPLATE_TEST_CASE("equal points are at distance exactly 0", "[tile]", float, double) {
  using T = TestType;
  for (const index_t d : {9u, 64u, 300u}) {
    Mat<T> X = arma::abs(random_points<T>(d, 40, 4)) * T(1e4);
    X.col(39) = X.col(0);
    X(3, 0) = X(3, 39) = 0;  // 0 / 0 in chi-squared
    for (const Statistic s :
         {Statistic::squared_distance, Statistic::l1_distance, Statistic::chi_squared}) {
      const Mat<T> S = filled(BoundStatistic<T>(s, X, X), {0, 40}, {0, 40});
      REQUIRE(S(0, 39) == 0);
      REQUIRE(arma::all(Col<T>(S.diag()) == 0));
      REQUIRE(S(0, 1) > 0);
    }
  }
}

TEST_CASE("histogram statistics have a domain", "[tile]") {
  const arma::mat X = {{0, 1}, {2, -0.5}};
  const Points<double> points(X);
  REQUIRE_NOTHROW(require_domain("f", "X", Statistic::dot, points));
  for (const Statistic s : {Statistic::chi_squared, Statistic::intersection}) {
    REQUIRE_THROWS_WITH(require_domain("f", "X", s, points),
                        "f: X must be non-negative (a kernel for histograms), X(1, 1) is -0.5");
    REQUIRE_NOTHROW(require_domain("f", "X", s, Points<double>(X.memptr(), 1, 3)));
  }
}

TEST_CASE("views of the same memory are the same", "[tile]") {
  const arma::mat X(3, 4, arma::fill::ones);
  const arma::mat copy = X;
  REQUIRE(Points<double>(X).same_as(X));
  REQUIRE_FALSE(Points<double>(X).same_as(copy));
  REQUIRE_FALSE(Points<double>(X).same_as(Points<double>(X.memptr(), 3, 2)));
  REQUIRE(Points<double>(X).point(2) == X.colptr(2));
}

TEMPLATE_TEST_CASE("the bound on all distances is one, and not a loose one", "[tile]", float,
                   double) {
  using T = TestType;
  Mat<T> X = random_points<T>(6, 50, 5), Y = random_points<T>(6, 40, 6);
  for (const T shift : {T(0), T(1000)}) {
    X += shift;
    Y += shift;
    for (const auto& [s, looseness] : std::vector<std::pair<Statistic, double>>{
             {Statistic::squared_distance, 4.0}, {Statistic::l1_distance, 2.0}}) {
      CAPTURE(static_cast<int>(s), shift);
      // Twice the radius around the mean is twice the diameter at most.
      const double largest = double(filled(BoundStatistic<T>(s, X, X), {0, 50}, {0, 50}).max());
      const double bound = BoundStatistic<T>(s, X, X).largest();
      REQUIRE(bound >= largest);
      REQUIRE(bound <= looseness * largest * (1 + 1e-6));
      const double across = double(filled(BoundStatistic<T>(s, X, Y), {0, 50}, {0, 40}).max());
      REQUIRE(BoundStatistic<T>(s, X, Y).largest() >= across);
      const Mat<T> far = Y + T(50);
      REQUIRE(BoundStatistic<T>(s, X, far).largest() >=
              double(filled(BoundStatistic<T>(s, X, far), {0, 50}, {0, 40}).max()));
    }
  }
  // Two points at both ends: the bound is attained.
  const Mat<T> ends = {{T(-3), T(3)}};
  REQUIRE(BoundStatistic<T>(Statistic::squared_distance, ends, ends).largest() == Approx(36));
  REQUIRE(BoundStatistic<T>(Statistic::l1_distance, ends, ends).largest() == Approx(6));
  const SpMat<T> sparse(ends);
  REQUIRE(BoundStatistic<T>(Statistic::squared_distance, sparse, sparse).largest() == Approx(36));
  REQUIRE(BoundStatistic<T>(Statistic::l1_distance, sparse, ends).largest() == Approx(6));
  for (const Statistic s : {Statistic::dot, Statistic::chi_squared, Statistic::intersection}) {
    const Mat<T> positive = arma::abs(ends);
    REQUIRE(std::isinf(BoundStatistic<T>(s, positive, positive).largest()));
  }
  const Mat<T> none(3, 0);
  REQUIRE(BoundStatistic<T>(Statistic::squared_distance, none, none).largest() == 0);
}

TEMPLATE_TEST_CASE("dot products have no bound on their relative error, sums have", "[tile]", float,
                   double) {
  using T = TestType;
  const double u = std::numeric_limits<T>::epsilon() / 2.0;
  const Mat<T> X = arma::abs(random_points<T>(20, 3, 1));
  const SpMat<T> sparse(X);
  REQUIRE(std::isnan(BoundStatistic<T>(Statistic::dot, X, X).relative_error()));
  REQUIRE(std::isnan(BoundStatistic<T>(Statistic::dot, sparse, sparse).relative_error()));
  REQUIRE(std::isnan(BoundStatistic<T>(Statistic::dot, sparse, X).relative_error()));
  for (const Statistic s : all) {
    if (s == Statistic::dot) continue;
    for (const double bound : {BoundStatistic<T>(s, X, X).relative_error(),
                               BoundStatistic<T>(s, sparse, X).relative_error()}) {
      REQUIRE(bound >= 24 * 0x1p-53);
      REQUIRE(bound <= 24 * u * (1 + 1e-6));
    }
  }
}
