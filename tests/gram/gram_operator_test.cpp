// What every operator promises at its public door, and that the dense and the matrix-free one
// agree to the bit.
#include "mercer/gram/gram_operator.hpp"

#include <memory>
#include <span>
#include <vector>

#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/gram/tiled_gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::same_bits;

namespace {

const Rbf kernel(0.2);

template <class T>
std::unique_ptr<GramOperator<T>> make_operator(const std::string& storage, const Mat<T>& X,
                                               const Mat<T>& Y) {
  if (storage == "dense") return std::make_unique<DenseGram<T>>(gram<T>(kernel, X, Y));
  if (storage == "tiled") return std::make_unique<TiledGram<T>>(kernel, X);  // Y is X
  return std::make_unique<MatrixFreeGram<T>>(kernel, X, Y);
}

}  // namespace

TEST_CASE("operators refuse shapes and indices that do not fit", "[gram]") {
  const std::string storage = GENERATE("dense", "matrix-free");
  CAPTURE(storage);
  const arma::mat X = normal_matrix<double>(3, 5, 1), Y = normal_matrix<double>(3, 4, 2);
  const auto K = make_operator(storage, X, Y);
  REQUIRE(K->n_rows() == 5);
  REQUIRE(K->n_cols() == 4);
  arma::mat V(4, 2, arma::fill::ones), wrong(5, 2, arma::fill::ones), out;

  REQUIRE_THROWS_WITH(K->multiply(wrong, out),
                      "GramOperator::multiply: V must have 4 rows (one "
                      "per column of K), has 5");
  REQUIRE_THROWS_WITH(K->multiply_in_double(wrong, out),
                      "GramOperator::multiply_in_double: V must have 4 rows (one per column of K), "
                      "has 5");
  REQUIRE_THROWS_WITH(K->multiply(V, V), "GramOperator::multiply: out must not be V");
  REQUIRE_THROWS_WITH(K->multiply_in_double(V, V),
                      "GramOperator::multiply_in_double: out must not be V");
  const std::vector<index_t> columns = {3, 4}, rows = {0, 5};
  REQUIRE_THROWS_WITH(K->gather_columns(columns, out),
                      "GramOperator::gather_columns: columns must be below 4, one is 4");
  REQUIRE_THROWS_WITH(K->submatrix(rows, {}),
                      "GramOperator::submatrix: rows must be below 5, one is 5");
  REQUIRE_THROWS_WITH(K->submatrix({}, columns),
                      "GramOperator::submatrix: columns must be below 4, one is 4");
  SymmetricTiles<double> tiles;
  REQUIRE_THROWS_WITH(K->tiles(tiles),
                      "GramOperator::tiles: K must have 5 columns (it must be square), has 4");
  REQUIRE_THROWS_WITH(K->diagonal(),
                      "GramOperator::diagonal: K must have 5 columns (it must be square), has 4");
}

TEMPLATE_TEST_CASE("dense and matrix-free operators have the same bits", "[gram]", float, double) {
  using T = TestType;
  const index_t n = GENERATE(1u, 255u, 256u, 257u, 600u);
  CAPTURE(n);
  const Mat<T> X = normal_matrix<T>(5, n, 11), Y = normal_matrix<T>(5, n, 12);
  const auto dense = make_operator<T>("dense", X, Y), free = make_operator<T>("matrix-free", X, Y);

  Mat<T> a, b;
  for (const index_t t : {1u, 3u}) {
    const Mat<T> V = normal_matrix<T>(n, t, 13);
    dense->multiply(V, a);
    free->multiply(V, b);
    CHECK(same_bits(a, b));
  }
  dense->dense(a);
  free->dense(b);
  CHECK(same_bits(a, b));
  CHECK(same_bits(dense->diagonal(), free->diagonal()));
  const std::vector<index_t> some = test::random_indices(40, n, 14);
  dense->gather_columns(some, a);
  free->gather_columns(some, b);
  CHECK(same_bits(a, b));
  dense->submatrix(some, some)->dense(a);
  free->submatrix(some, some)->dense(b);
  CHECK(same_bits(a, b));
}

TEMPLATE_TEST_CASE("tiles of an operator are its dense matrix, in float rounded", "[gram]", float,
                   double) {
  using T = TestType;
  const index_t n = GENERATE(1u, 256u, 300u, 600u);
  const std::string storage = GENERATE("dense", "tiled", "matrix-free", "two bindings");
  CAPTURE(n, storage);
  const Mat<T> X = normal_matrix<T>(5, n, 15), same = X;
  const auto K = storage == "two bindings" ? std::make_unique<MatrixFreeGram<T>>(kernel, X, same)
                                           : make_operator<T>(storage, X, X);
  const Mat<T> expected = gram<T>(kernel, X);
  SymmetricTiles<T> tiles;
  SymmetricTiles<float> floats;
  K->tiles(tiles);
  K->tiles_in_float(floats);
  REQUIRE(tiles.n() == n);
  REQUIRE(floats.n() == n);
  index_t wrong = 0;
  for (index_t j = 0; j < n; ++j) {
    for (index_t i = 0; i < n; ++i) {
      wrong += tiles.at(i, j) != expected(i, j);
      wrong += floats.at(i, j) != static_cast<float>(expected(i, j));
    }
  }
  CHECK(wrong == 0);
  const float* memory = floats.data();
  K->tiles_in_float(floats);
  CHECK(floats.data() == memory);
}

TEMPLATE_TEST_CASE("a product overwrites what out holds", "[gram]", float, double) {
  using T = TestType;
  const std::string storage = GENERATE("dense", "tiled", "matrix-free");
  const Mat<T> X = normal_matrix<T>(2, 300, 21);
  const auto K = make_operator<T>(storage, X, X);
  const Mat<T> V = normal_matrix<T>(300, 2, 22);
  const std::vector<index_t> columns = {7, 8, 3};

  Mat<T> fresh, stale(300, 2);
  K->multiply(V, fresh);
  stale.fill(arma::Datum<T>::nan);
  K->multiply(V, stale);
  CHECK(same_bits(fresh, stale));

  arma::mat fresh_double, stale_double(300, 2);
  K->multiply_in_double(arma::conv_to<arma::mat>::from(V), fresh_double);
  stale_double.fill(arma::datum::nan);
  K->multiply_in_double(arma::conv_to<arma::mat>::from(V), stale_double);
  CHECK(same_bits(fresh_double, stale_double));

  Mat<T> gathered, used(300, 3);
  K->gather_columns(columns, gathered);
  used.fill(arma::Datum<T>::nan);
  const T* memory = used.memptr();
  K->gather_columns(columns, used);
  CHECK(same_bits(gathered, used));
  CHECK(used.memptr() == memory);
}

TEST_CASE("a submatrix outlives its parent and its parent's points", "[gram]") {
  const std::string storage = GENERATE("dense", "tiled", "matrix-free");
  const std::vector<index_t> rows = {4, 0, 4}, columns = {1, 3}, inner = {2, 1}, last = {1};
  std::unique_ptr<GramOperator<double>> part, part_of_part, principal;
  arma::mat expected, expected_principal;
  {
    const auto X = std::make_unique<arma::mat>(normal_matrix<double>(40, 6, 31));
    const auto K = make_operator(storage, *X, *X);
    part = K->submatrix(rows, columns);
    principal = K->submatrix(rows, rows);
    part_of_part = K->submatrix(rows, columns)->submatrix(inner, last);
    const arma::mat full = gram(kernel, *X);
    expected = test::pick(full, rows, columns);
    expected_principal = test::pick(full, rows, rows);
  }
  arma::mat out;
  part->dense(out);
  CHECK(same_bits(out, expected));
  principal->dense(out);
  CHECK(same_bits(out, expected_principal));
  part_of_part->dense(out);
  CHECK(same_bits(out, arma::mat(arma::vec{expected(2, 1), expected(1, 1)})));
}

TEST_CASE("operators without rows or columns multiply to nothing", "[gram]") {
  const std::string storage = GENERATE("dense", "matrix-free");
  const index_t rows = GENERATE(0u, 3u), columns = GENERATE(0u, 2u);
  CAPTURE(storage, rows, columns);
  const arma::mat X(4, rows, arma::fill::ones), Y(4, columns, arma::fill::ones);
  const auto K = make_operator(storage, X, Y);
  for (const index_t t : {0u, 2u}) {
    const arma::mat V(columns, t, arma::fill::ones);
    arma::mat out;
    K->multiply(V, out);
    CHECK(same_bits(out, arma::mat(rows, t, arma::fill::value(double(columns)))));
    K->multiply_in_double(V, out);
    CHECK(same_bits(out, arma::mat(rows, t, arma::fill::value(double(columns)))));
  }
  arma::mat out;
  K->dense(out);
  CHECK(same_bits(out, arma::mat(rows, columns, arma::fill::ones)));
  K->gather_columns({}, out);
  CHECK(same_bits(out, arma::mat(rows, 0)));
  const std::vector<index_t> all_columns =
      test::random_indices(columns, std::max<index_t>(1, columns), 1);
  const auto flat = K->submatrix({}, all_columns);
  CHECK(flat->n_rows() == 0);
  CHECK(flat->n_cols() == columns);
  flat->dense(out);
  CHECK(out.n_cols == columns);
  flat->gather_columns(all_columns, out);
  CHECK(out.n_cols == columns);
  const auto none = K->submatrix({}, {});
  CHECK(none->n_rows() == 0);
  CHECK(none->n_cols() == 0);
  CHECK(none->diagonal().is_empty());
  none->dense(out);
  CHECK(out.is_empty());
}

TEMPLATE_TEST_CASE("values in float are those of the operator, rounded", "[gram]", float, double) {
  using T = TestType;
  const index_t n = 700, m = 300;  // some tiles, cut ones too
  const Mat<T> X = test::normal_matrix<T>(5, n, 91), Y = test::normal_matrix<T>(5, m, 92);
  const Rbf kernel(0.2);
  std::vector<std::unique_ptr<GramOperator<T>>> operators;
  operators.push_back(std::make_unique<MatrixFreeGram<T>>(kernel, X));
  operators.push_back(std::make_unique<TiledGram<T>>(kernel, X));
  operators.push_back(std::make_unique<DenseGram<T>>(gram<T>(kernel, X)));
  operators.push_back(std::make_unique<MatrixFreeGram<T>>(kernel, X, Y));
  for (const auto& K : operators) {
    Mat<T> truth;
    K->dense(truth);
    const index_t stride = n + 13;
    std::vector<float> values(stride * K->n_cols(), -7);
    K->dense_in_float(values.data(), stride);
    std::vector<index_t> some = {3, 299, 0, 17, 18, 19}, many;
    for (index_t j = 0; j < 200; j += 3) many.push_back(j);
    for (index_t j = 0; j < K->n_cols(); ++j) {
      for (index_t i = 0; i < n; ++i) {
        REQUIRE(values[i + j * stride] == static_cast<float>(truth(i, j)));
      }
      for (index_t i = n; i < stride; ++i) REQUIRE(values[i + j * stride] == -7);
    }
    for (const auto& columns : {some, many}) {
      K->gather_columns_in_float(columns, values.data(), stride);
      for (index_t k = 0; k < columns.size(); ++k) {
        for (index_t i = 0; i < n; ++i) {
          REQUIRE(values[i + k * stride] == static_cast<float>(truth(i, columns[k])));
        }
      }
    }
    REQUIRE_THROWS_AS(K->dense_in_float(values.data(), n - 1), std::invalid_argument);
  }
}
