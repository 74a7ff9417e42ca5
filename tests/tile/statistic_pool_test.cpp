// What kernels of one expression share must not show in their values.
#include "tile/statistic_pool.hpp"

#include <limits>
#include <string>
#include <vector>

#include "mercer/gram/gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/laplacian.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/random_points.hpp"
#include "support/simd_targets.hpp"
#include "support/sparse_points.hpp"

using namespace mercer;

namespace {

// Points with near pairs, so that some distances come from differences.
template <class T>
Mat<T> points(index_t d, index_t n, std::uint64_t stream) {
  Mat<T> X = random_points<T>(d, n, stream) / static_cast<T>(std::sqrt(double(d)));
  for (index_t j = 5; j < n; j += 11) X.col(j) = X.col(j - 4) + T(1e-3) * X.col(j);
  return X;
}

}  // namespace

TEMPLATE_TEST_CASE("kernels that share a statistic have the bits that they have alone", "[tile]",
                   float, double) {
  using T = TestType;
  const Rbf rbf(0.7);
  const Matern52 matern(1.3);
  const Linear linear;
  const Laplacian laplacian(0.2);
  for (const index_t d : {5u, 64u, 80u, 300u}) {
    const Mat<T> X = points<T>(d, 150, 1);
    const Mat<T> Y = points<T>(d, 70, 2);
    for_each_simd_target([&](const std::string& target) {
      CAPTURE(target, d);
      const Mat<T> R = gram(rbf, X), M = gram(matern, X), L = gram(linear, X);
      REQUIRE(identical<T>(gram(rbf * matern, X), R % M));
      REQUIRE(identical<T>(gram(linear + rbf, X), L + R));
      REQUIRE(identical<T>(gram(rbf + linear, X), R + L));
      REQUIRE(identical<T>(gram(rbf + matern + linear * laplacian, X),
                           (R + M) + L % gram(laplacian, X)));
      const Mat<T> R_cross = gram(rbf, X, Y), L_cross = gram(linear, X, Y);
      REQUIRE(identical<T>(gram(linear + rbf, X, Y), L_cross + R_cross));
      REQUIRE(identical<T>(gram(rbf * rbf, X, Y), R_cross % R_cross));
    });
  }
}

TEMPLATE_TEST_CASE("kernels that share a statistic of sparse points have their own bits", "[tile]",
                   float, double) {
  using T = TestType;
  const SpMat<T> X = test::sparse_points<T>(500, 100, 1);
  const SpMat<T> Y = test::sparse_points<T>(500, 40, 2);
  const Rbf rbf(0.1);
  const Matern52 matern(2);
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    REQUIRE(identical<T>(gram(Linear() + rbf, X), gram(Linear(), X) + gram(rbf, X)));
    REQUIRE(identical<T>(gram(rbf * matern, X, Y), gram(rbf, X, Y) % gram(matern, X, Y)));
  });
}

TEMPLATE_TEST_CASE("tiles in any order, with one scratch for all, do not mix", "[tile]", float,
                   double) {
  using T = TestType;
  const auto kernel = Rbf(0.7) * Matern52(1.3) + Linear();
  const Mat<T> X = points<T>(70, 90, 1), Z = points<T>(70, 90, 2);
  const Mat<T> K = gram(kernel, X), of_Z = gram(kernel, Z), cross = gram(kernel, X, Z);
  const auto bound = kernel.bind(Points<T>(X), Points<T>(X));
  const auto bound_Z = kernel.bind(Points<T>(Z), Points<T>(Z));
  const auto bound_cross = kernel.bind(Points<T>(X), Points<T>(Z));
  Scratch scratch;
  const auto require_tile = [&](const BoundKernel<T>& of, const Mat<T>& whole, Range rows,
                                Range cols) {
    CAPTURE(rows.begin, cols.begin);
    Mat<T> tile(rows.size(), cols.size());
    of.fill(rows, cols, {tile.memptr(), rows.size(), cols.size(), rows.size()}, scratch);
    const Mat<T> expected =
        whole.submat(rows.begin, cols.begin, arma::size(rows.size(), cols.size()));
    REQUIRE(identical<T>(tile, expected));
  };
  for (const Range rows : {Range{0, 16}, Range{16, 32}, Range{5, 21}, Range{0, 90}}) {
    for (const Range cols : {Range{0, 16}, Range{32, 48}, Range{7, 70}}) {
      require_tile(*bound, K, rows, cols);
      require_tile(*bound_Z, of_Z, rows, cols);
      require_tile(*bound_cross, cross, rows, cols);
      require_tile(*bound, K, rows, cols);
      require_tile(*bound, K, cols, rows);
    }
  }
}

TEST_CASE("a place to share is made once for a pair of views", "[tile]") {
  const arma::mat X = random_points<double>(3, 4, 1), Y = random_points<double>(3, 5, 2);
  const auto [A, B] = sharing<double>(X, Y);
  REQUIRE(A.pool() != nullptr);
  REQUIRE(A.same_as(X));
  REQUIRE(B.same_as(Y));
  const auto [again, with] = sharing<double>(A, B);
  REQUIRE(again.pool() == A.pool());
  REQUIRE(with.same_as(Y));
  REQUIRE(sharing<double>(A, A).first.pool() != A.pool());  // another pair
  REQUIRE(sharing<double>(X, Y).first.pool() != A.pool());  // nobody knows of the first
  const arma::mat copy = X;
  REQUIRE(sharing(Points<double>(copy, A.pool()), B).first.pool() != A.pool());
  // The pool of X and Y is no use to statistics of X and X.
  Scratch scratch;
  double dot = 0;
  BoundStatistic<double>(Statistic::dot, A, A).fill({0, 1}, {3, 4}, {&dot, 1, 1, 1}, scratch);
  REQUIRE(dot == Approx(arma::dot(X.col(0), X.col(3))));
}

TEST_CASE("a pool makes each source once", "[tile]") {
  const arma::mat X = random_points<double>(70, 4, 1);
  StatisticPool<double> pool(X, X, 1);
  const auto dot = pool.get(Statistic::dot);
  const auto distance = pool.get(Statistic::squared_distance);
  REQUIRE(pool.get(Statistic::dot) == dot);
  REQUIRE(pool.get(Statistic::squared_distance) == distance);
  REQUIRE(distance != dot);
}

TEST_CASE("the second reader of a tile copies what the first one computed", "[tile]") {
  arma::sp_mat X = test::sparse_points<double>(50, 30, 1);
  StatisticPool<double> pool(X, X, 1);
  const auto dot = pool.get(Statistic::dot);
  const auto read = [&](Range rows, Scratch& scratch) {
    arma::mat tile(rows.size(), 30);
    dot->fill(rows, {0, 30}, {tile.memptr(), rows.size(), 30, rows.size()}, scratch);
    return tile;
  };
  const auto change_points = [&] {  // sparse points are read where they are
    for (index_t k = 0; k < X.n_nonzero; ++k) arma::access::rw(X.values[k]) += 1;
  };
  Scratch scratch;
  const arma::mat alone = read({0, 20}, scratch);
  change_points();
  const arma::mat computed_again = read({0, 20}, scratch);
  REQUIRE_FALSE(identical<double>(computed_again, alone));
  REQUIRE(pool.get(Statistic::dot) == dot);  // a second reader
  REQUIRE(identical<double>(read({0, 20}, scratch), computed_again));
  change_points();
  REQUIRE(identical<double>(read({0, 20}, scratch), computed_again));
  Scratch of_another_thread;
  const arma::mat now = read({0, 20}, of_another_thread);
  REQUIRE_FALSE(identical<double>(now, computed_again));
  REQUIRE(identical<double>(arma::mat(read({1, 20}, scratch)), arma::mat(now.tail_rows(19))));
  REQUIRE(identical<double>(read({0, 20}, scratch), now));  // only the last tile is remembered
}
