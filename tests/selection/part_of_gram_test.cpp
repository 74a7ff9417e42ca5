// Parts of a stored matrix do what copies of them do.
#include "selection/part_of_gram.hpp"

#include "mercer/gram/dense_gram.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using mercer::test::normal_matrix;

TEMPLATE_TEST_CASE("a part of a matrix is what its copy is", "[selection]", float, double) {
  using T = TestType;
  const index_t rows = GENERATE(1, 7, 300), columns = GENERATE(1, 40);
  const int threads = GENERATE(1, 3);
  const Mat<T> K = normal_matrix<T>(310, 310, 1);
  const std::vector<index_t> r = test::random_indices(rows, 310, 2);
  const std::vector<index_t> c = test::random_indices(columns, 310, 3);
  const PartOfGram<T> part(std::make_shared<const Mat<T>>(K), r, c, threads);
  const Mat<T> copy = test::pick(K, r, c);
  const DenseGram<T> dense(copy);

  Mat<T> out;
  part.dense(out);
  CHECK(test::same_bits(out, copy));
  const std::vector<index_t> some = test::random_indices(5, columns, 4);
  part.gather_columns(some, out);
  CHECK(test::same_bits(out, test::pick_columns(copy, some)));
  const index_t stride = rows + 3;
  Col<float> floats(stride * some.size(), arma::fill::zeros);
  part.gather_columns_in_float(some, floats.memptr(), stride);
  for (index_t k = 0; k < some.size(); ++k) {
    for (index_t i = 0; i < rows; ++i) {
      CHECK(floats(k * stride + i) == static_cast<float>(copy(i, some[k])));
    }
  }

  Mat<T> V = normal_matrix<T>(columns, 2, 5);
  V(0, 0) = 0;
  Mat<T> product, expected;
  part.multiply(V, product);
  dense.multiply(V, expected);
  const double near = std::is_same_v<T, float> ? 1e-4 : 1e-12;
  CHECK(arma::abs(product - expected).max() < near);

  const std::vector<index_t> rr = test::random_indices(4, rows, 6);
  part.submatrix(rr, some)->dense(out);
  CHECK(test::same_bits(out, test::pick(copy, rr, some)));
  const PartOfGram<T> square(std::make_shared<const Mat<T>>(K), r, r, threads);
  CHECK(test::same_bits(square.diagonal(), Col<T>(Col<T>(K.diag()).elem(test::to_uvec(r)))));
}
