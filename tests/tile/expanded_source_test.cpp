// Squared distances by dot products, through BoundStatistic: the stated error bound, whatever
// cancels.
#include "tile/expanded_source.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mercer/tile/statistic.hpp"
#include "support/catch.hpp"
#include "support/naive.hpp"
#include "support/random_points.hpp"
#include "support/simd_targets.hpp"
#include "tile/dense_source.hpp"
#include "tile/pair_distance.hpp"

using namespace mercer;

namespace {

// Features about the numbers from which on distances of doubles are expanded, and floats are summed
// in float.
constexpr index_t dims[] = {63, 64, 65, 79, 80, 300, 784};

template <class T>
Mat<T> squared_distances(const Mat<T>& X, const Mat<T>& Y) {
  Mat<T> out(X.n_cols, Y.n_cols);
  out.fill(T(-1));
  Scratch scratch;
  BoundStatistic<T>(Statistic::squared_distance, X, Y)
      .fill({0, X.n_cols}, {0, Y.n_cols}, {out.memptr(), X.n_cols, Y.n_cols, X.n_cols}, scratch);
  return out;
}

// "" if all distances keep relative_error(), those of equal points being exactly 0.
template <class T>
std::string mismatch(const Mat<T>& X, const Mat<T>& Y) {
  const long double bound = BoundStatistic<T>(Statistic::squared_distance, X, Y).relative_error();
  const Mat<T> S = squared_distances(X, Y);
  for (index_t j = 0; j < Y.n_cols; ++j) {
    for (index_t i = 0; i < X.n_cols; ++i) {
      const long double exact = naive::sums(X.colptr(i), Y.colptr(j), X.n_rows).squared_distance;
      if (std::abs(S(i, j) - exact) <= bound * exact) continue;
      return "entry (" + std::to_string(i) + ", " + std::to_string(j) + ") errs by " +
             std::to_string(std::abs(S(i, j) - exact) / exact / bound) + " bounds";
    }
  }
  return "";
}

// In every dimension and on every instruction set: make(d, n) are the points of one set.
template <class T, class Make>
void check_accuracy(Make make) {
  for (const index_t d : dims) {
    const Mat<T> X = make(d, 35, 1);
    const Mat<T> Y = make(d, 20, 2);
    for_each_simd_target([&](const std::string& target) {
      CAPTURE(target, d);
      REQUIRE(mismatch<T>(X, Y) == "");
      REQUIRE(mismatch<T>(X, X) == "");
    });
  }
}

// Noise that leaves pairs of points near: relative to the points, 1e-9 in double.
template <class T>
constexpr T nearness = sizeof(T) == 8 ? T(1e-9) : T(1e-5);

}  // namespace

TEMPLATE_TEST_CASE("the error bound of squared distances is a useful one", "[tile]", float,
                   double) {
  using T = TestType;
  const double u = std::numeric_limits<T>::epsilon() / 2.0;
  for (const index_t d : dims) {
    const Mat<T> X = random_points<T>(d, 3, 1);
    const double bound = BoundStatistic<T>(Statistic::squared_distance, X, X).relative_error();
    REQUIRE(bound > 0);
    REQUIRE(bound < 64 * (double(d) + 4) * u);
  }
}

TEMPLATE_TEST_CASE("distances of random points keep their bound", "[tile]", float, double) {
  using T = TestType;
  check_accuracy<T>(random_points<T>);
}

TEMPLATE_TEST_CASE("distances of near and equal points keep their bound", "[tile]", float, double) {
  using T = TestType;
  check_accuracy<T>([](index_t d, index_t n, std::uint64_t stream) {
    Mat<T> X = arma::repmat(random_points<T>(d, 1, 7), 1, n);
    X += nearness<T> * random_points<T>(d, n, stream);
    X.col(1) = X.col(n - 1);
    return X;
  });
}

TEMPLATE_TEST_CASE("distances of near and far pairs in one tile keep their bound", "[tile]", float,
                   double) {
  using T = TestType;
  check_accuracy<T>([](index_t d, index_t n, std::uint64_t stream) {
    const Mat<T> centres = random_points<T>(d, 3, 7);
    Mat<T> X(d, n);
    for (index_t j = 0; j < n; ++j) X.col(j) = centres.col((j * j + j / 3) % 3);
    X += nearness<T> * random_points<T>(d, n, stream);
    // Every degree of nearness, about the limit of what is kept among them.
    for (index_t j = 0; j < n; ++j) {
      X.col(j) += std::pow(T(2), -T(j % 12)) * random_points<T>(d, n, stream + 2).col(j);
    }
    X.col(0) = X.col(n - 1);
    return X;
  });
}

TEMPLATE_TEST_CASE("distances do not suffer from a shift of all points", "[tile]", float, double) {
  using T = TestType;
  // Multiples of a grid that survive the shift, which is 1e6 and 2^19 then.
  const T grid = sizeof(T) == 8 ? T(0x1p-20) : T(0x1p-3);
  const T shift = sizeof(T) == 8 ? T(1e6) : T(0x1p19);
  for (const index_t d : dims) {
    const Mat<T> X = arma::round(random_points<T>(d, 35, 1) / grid) * grid;
    const Mat<T> shifted = X + shift;
    REQUIRE(identical<T>(shifted - shift, X));
    for_each_simd_target([&](const std::string& target) {
      CAPTURE(target, d);
      REQUIRE(mismatch<T>(shifted, shifted) == "");
      const T bound =
          static_cast<T>(BoundStatistic<T>(Statistic::squared_distance, X, X).relative_error());
      const Mat<T> before = squared_distances<T>(X, X);
      const Mat<T> after = squared_distances<T>(shifted, shifted);
      REQUIRE(arma::all(arma::vectorise(arma::abs(after - before) <= 2 * bound * before)));
    });
  }
}

TEMPLATE_TEST_CASE("distances of huge and tiny points keep their bound", "[tile]", float, double) {
  using T = TestType;
  const T huge = sizeof(T) == 8 ? T(1e150) : T(1e15F);
  const T overflowing = sizeof(T) == 8 ? T(1e155) : T(1e20F);  // when squared
  check_accuracy<T>([&](index_t d, index_t n, std::uint64_t stream) {
    return Mat<T>(huge * random_points<T>(d, n, stream));
  });
  check_accuracy<T>([&](index_t d, index_t n, std::uint64_t stream) {
    return Mat<T>(random_points<T>(d, n, stream) / huge);
  });
  check_accuracy<T>([&](index_t d, index_t n, std::uint64_t stream) {
    Mat<T> X = huge * random_points<T>(d, n, stream);
    X += overflowing;
    return X;
  });
  check_accuracy<T>([&](index_t d, index_t n, std::uint64_t stream) {
    Mat<T> X = huge * random_points<T>(d, n, stream);
    X.cols(0, n / 2) /= huge;  // of very different size
    X.col(n - 1) /= huge * huge;
    return X;
  });
}

namespace {

template <class T>
Mat<T> points_near_far_and_tiny(index_t d, index_t n, T tiny) {
  Mat<T> X = random_points<T>(d, n, 1);
  for (index_t j = 0; j < n; j += 3) {
    X.col(j) = X.col(1) + std::pow(T(2), -T(j) / 4) * X.col(j);
  }
  X.tail_cols(10) *= tiny;
  return X;
}

template <class P, class T>
arma::mat directly(Statistic statistic, const Mat<T>& X) {
  const auto packed = std::make_shared<const PackedPoints<P>>(Points<T>(X), 1);
  const index_t n = X.n_cols;
  arma::mat out(n, n);
  Scratch scratch;
  DirectSource<P>(statistic, packed, packed).fill({0, n}, {0, n}, {out.memptr(), n, n, n}, scratch);
  return out;
}

}  // namespace

TEST_CASE("far pairs are expanded from dot products, near and tiny ones are not", "[tile]") {
  constexpr index_t n = 40;
  for (const index_t d : {64u, 300u}) {
    const arma::mat X = points_near_far_and_tiny<double>(d, n, 0x1p-490);
    for_each_simd_target([&](const std::string& target) {
      const arma::mat dot = directly<double>(Statistic::dot, X);
      const arma::mat S = squared_distances<double>(X, X);
      index_t far = 0;
      for (index_t j = 0; j < n; ++j) {
        for (index_t i = 0; i < n; ++i) {
          CAPTURE(target, d, i, j);
          const double norms = dot(i, i) + dot(j, j);
          const double expanded = norms - 2 * dot(i, j);
          const bool is_far = expanded > norms / 16 + 0x1p-960;
          far += is_far;
          REQUIRE(S(i, j) == (is_far ? expanded : pair_distance(X.colptr(i), X.colptr(j), d)));
        }
      }
      REQUIRE((far > n && far < n * (n - 2)));
    });
  }
}

TEST_CASE("few features are differences, which floats sum in double", "[tile]") {
  constexpr auto distance = Statistic::squared_distance;
  const arma::mat X = points_near_far_and_tiny<double>(63, 40, 0x1p-490);
  const arma::fmat few = points_near_far_and_tiny<float>(63, 40, 0x1p-52F);
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    REQUIRE(identical<double>(squared_distances<double>(X, X), directly<double>(distance, X)));
    REQUIRE(identical<float>(squared_distances<float>(few, few),
                             arma::conv_to<arma::fmat>::from(directly<double>(distance, few))));
  });
}

TEST_CASE("distances of floats do not depend on the other points of the first set", "[tile]") {
  const arma::fmat X = random_points<float>(200, 60, 1) + 3.0F;
  const arma::fmat Y = random_points<float>(200, 50, 2) + 3.0F;
  const arma::fmat S = squared_distances<float>(X, Y);
  REQUIRE(identical<float>(squared_distances<float>(X.cols(17, 29), Y), S.rows(17, 29)));
  const arma::fmat symmetric = squared_distances<float>(X, X);
  REQUIRE(identical<float>(symmetric.t(), symmetric));
}

TEMPLATE_TEST_CASE("a NaN in a point is in all its statistics and in no other", "[tile]", float,
                   double) {
  using T = TestType;
  const index_t n = 40;
  const index_t bad = 21;
  for (const index_t d : {5u, 64u, 300u}) {
    for (const bool near : {false, true}) {
      Mat<T> X = random_points<T>(d, n, 1);
      if (near) X = arma::repmat(X.col(0), 1, n) + nearness<T> * X;
      X(d / 2, bad) = std::numeric_limits<T>::quiet_NaN();
      for_each_simd_target([&](const std::string& target) {
        CAPTURE(target, d, near);
        const Mat<T> S = squared_distances<T>(X, X);
        for (index_t j = 0; j < n; ++j) {
          for (index_t i = 0; i < n; ++i) {
            if (std::isnan(S(i, j)) != (i == bad || j == bad)) FAIL(i << ", " << j);
          }
        }
      });
    }
  }
}
