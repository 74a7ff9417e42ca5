// Kernel values from distances that several kernels share.
#include "selection/fold_data.hpp"

#include <initializer_list>
#include <limits>

#include "mercer/core/errors.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;

namespace {

template <class T>
Mat<T> all_of(const GramOperator<T>& K) {
  Mat<T> out;
  K.dense(out);
  return out;
}

}  // namespace

TEMPLATE_TEST_CASE("kernels that share distances have the bits that they have alone", "[selection]",
                   float, double) {
  using T = TestType;
  const index_t d = GENERATE(3, 70);  // distances from differences, and from dot products
  const std::size_t kept = GENERATE(0, 1, 800'000, 10'000'000);  // bytes: none, one, all
  const int threads = GENERATE(1, 3);
  CAPTURE(d, kept, threads);
  const Mat<T> X = test::normal_matrix<T>(d, 301, 1), Y = test::normal_matrix<T>(d, 270, 2);
  const Rbf wide(0.01), narrow(0.2);
  const Matern52 matern(3);
  const Polynomial polynomial(2, 0.1, 1);
  const auto square = keeping(X, X, kept, threads), rectangle = keeping(Y, X, kept, threads);
  for (const Kernel* kernel :
       std::initializer_list<const Kernel*>{&wide, &narrow, &matern, &polynomial}) {
    CAPTURE(kernel->expression());
    const Mat<T> K = gram(*kernel, X), K_new = gram(*kernel, Y, X);
    for (const bool stored : {false, true}) {
      const GramOptions options{.threads = threads};
      const auto own = kernel_values(*kernel, square, stored, options);
      const auto new_rows = kernel_values(*kernel, rectangle, stored, options);
      CHECK(test::same_bits(all_of(*own), K));
      CHECK(test::same_bits(all_of(*new_rows), K_new));
      CHECK(test::same_bits(own->diagonal(), Col<T>(K.diag())));
    }
  }
}

TEST_CASE("parts of values that share distances are parts of their values", "[selection]") {
  const Mat<double> X = test::normal_matrix<double>(GENERATE(3, 70), 301, 1);
  const Rbf rbf(0.1), other(0.3);
  const bool stored = GENERATE(false, true);
  const auto points = keeping(X, X, 10'000'000, 2);
  kernel_values(other, points, false, {});
  const Mat<double> K = gram(rbf, X);
  std::vector<index_t> rows, columns, inner = {0, 7, 3, 100};
  for (index_t i = 0; i < 301; ++i) (i % 3 == 0 ? rows : columns).push_back(300 - i);
  const auto all = kernel_values(rbf, points, stored, {});
  const auto part = all->submatrix(rows, columns), square = all->submatrix(columns, columns);
  CHECK(
      test::same_bits(all_of(*part), Mat<double>(K.submat(arma::uvec(rows), arma::uvec(columns)))));
  CHECK(test::same_bits(all_of(*square),
                        Mat<double>(K.submat(arma::uvec(columns), arma::uvec(columns)))));
  CHECK(test::same_bits(square->diagonal(),
                        Col<double>(Col<double>(K.diag()).elem(arma::uvec(columns)))));
  const auto part_of_part = square->submatrix(inner, inner);
  const arma::uvec chosen = arma::uvec(columns).elem(arma::uvec(inner));
  CHECK(test::same_bits(all_of(*part_of_part), Mat<double>(K.submat(chosen, chosen))));
  const Mat<double> V = test::normal_matrix<double>(columns.size(), 3, 5);
  Mat<double> product, expected;
  part->multiply_in_double(V, product);
  expected = K.submat(arma::uvec(rows), arma::uvec(columns)) * V;
  CHECK(arma::abs(product - expected).max() < 1e-12);
}

TEST_CASE("a stored value that is not finite is refused", "[selection]") {
  const Mat<double> X = test::normal_matrix<double>(2, 40, 1);
  const auto broken = make_kernel<Statistic::dot>(
      "broken", [](auto s) { return s < -0.5 ? s * std::numeric_limits<double>::quiet_NaN() : s; });
  const auto points = keeping(X, X, 1'000'000, 1);
  CHECK_THROWS_AS(kernel_values<double>(broken, points, true, {}), NonFiniteError);
  CHECK(test::same_bits(all_of(*kernel_values<double>(Rbf(1), points, true, {})), gram(Rbf(1), X)));
}
