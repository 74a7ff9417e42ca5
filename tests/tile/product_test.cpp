#include "tile/product.hpp"

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "mercer/core/random.hpp"
#include "support/catch.hpp"
#include "support/simd_targets.hpp"

using namespace mercer;

namespace {

template <class T>
std::vector<T> normal(index_t count, std::uint64_t stream) {
  Random random(9, stream);
  std::vector<T> out(count);
  for (T& value : out) value = static_cast<T>(random.normal());
  return out;
}

// "" if after = before + the sum of terms a_k b_k, up to the rounding of that many.
template <class T, class Term>
std::string mismatch(T before, T after, index_t count, Term term) {
  const long double u = std::numeric_limits<T>::epsilon() / 2.0L;
  long double exact = before;
  long double size = std::abs(before);
  for (index_t k = 0; k < count; ++k) {
    exact += term(k);
    size += std::abs(term(k));
  }
  const long double error = std::abs(after - exact);
  if (error <= static_cast<long double>(count + 2) * u * size) return "";
  return std::to_string(after) + " for " + std::to_string(exact);
}

// One shape: the functions, what they add and what they leave alone.
template <class S, class T>
void check(index_t rows, index_t cols) {
  CAPTURE(rows, cols);
  constexpr index_t guard = 20;
  const index_t stride = rows + 3;
  std::vector<S> values((rows + 3) * cols + 1, std::numeric_limits<S>::quiet_NaN());
  const Tile<S> K{values.data(), rows, cols, stride};
  const std::vector<S> entries = normal<S>(rows * cols, 1);
  for (index_t j = 0; j < cols; ++j) {
    for (index_t i = 0; i < rows; ++i) K.column(j)[i] = entries[i + j * rows];
  }
  const std::vector<T> v_cols = normal<T>(cols, 2), v_rows = normal<T>(rows, 3);
  const std::vector<T> rows_before = normal<T>(rows + guard, 4);
  const std::vector<T> cols_before = normal<T>(cols + guard, 5);
  std::vector<T> alone = rows_before, out_rows = rows_before, out_cols = cols_before;
  std::vector<T> transposed = cols_before;
  add_product(K, v_cols.data(), alone.data());
  add_transposed_product(K, v_rows.data(), transposed.data());
  add_products(K, v_cols.data(), out_rows.data(), v_rows.data(), out_cols.data());
  for (index_t i = 0; i < rows + guard; ++i) {
    CAPTURE(i);
    const auto term = [&](index_t j) {
      return static_cast<long double>(K.column(j)[i]) * v_cols[j];
    };
    const index_t terms = i < rows ? cols : 0;
    REQUIRE(mismatch(rows_before[i], alone[i], terms, term) == "");
    REQUIRE(mismatch(rows_before[i], out_rows[i], terms, term) == "");
    if (i >= rows) REQUIRE(alone[i] == rows_before[i]);
    if (i >= rows) REQUIRE(out_rows[i] == rows_before[i]);
  }
  for (index_t j = 0; j < cols + guard; ++j) {
    CAPTURE(j);
    const auto term = [&](index_t i) {
      return static_cast<long double>(K.column(j)[i]) * v_rows[i];
    };
    REQUIRE(mismatch(cols_before[j], out_cols[j], j < cols ? rows : 0, term) == "");
    REQUIRE(mismatch(cols_before[j], transposed[j], j < cols ? rows : 0, term) == "");
    if (j >= cols) REQUIRE(transposed[j] == cols_before[j]);
    if (j >= cols) REQUIRE(out_cols[j] == cols_before[j]);
  }
}

}  // namespace

TEMPLATE_TEST_CASE("products of a tile add what loops add, for all remainders", "[tile]",
                   (std::pair<float, float>), (std::pair<double, double>),
                   (std::pair<float, double>)) {
  using Stored = typename TestType::first_type;
  using Vector = typename TestType::second_type;
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    for (index_t rows = 0; rows <= 33; ++rows) {
      for (const index_t cols : {0u, 1u, 2u, 3u, 4u, 5u, 7u, 8u, 9u, 16u}) {
        check<Stored, Vector>(rows, cols);
      }
    }
    for (index_t cols = 0; cols <= 33; ++cols) check<Stored, Vector>(17, cols);
    for (const index_t edge : {tile_edge - 1, tile_edge, tile_edge + 1}) {
      check<Stored, Vector>(edge, 16);
      check<Stored, Vector>(5, edge);
    }
  });
}
