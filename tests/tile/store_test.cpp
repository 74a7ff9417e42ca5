#include "tile/store.hpp"

#include <cstring>
#include <limits>
#include <vector>

#include "support/catch.hpp"
#include "support/simd_targets.hpp"

using namespace mercer;

namespace {

// A tile of numbers that all differ, NaN between its columns.
template <class T>
struct Source {
  Source(index_t rows, index_t cols)
      : values((rows + 3) * cols + 1, std::numeric_limits<T>::quiet_NaN()),
        tile{values.data(), rows, cols, rows + 3} {
    for (index_t j = 0; j < cols; ++j) {
      for (index_t i = 0; i < rows; ++i) tile.column(j)[i] = static_cast<T>(1 + i + 300 * j);
    }
  }
  std::vector<T> values;
  Tile<T> tile;
};

// "" if the tile, or its transpose, arrives `offset` values behind a cache line, in columns that
// are `gap` values apart, and nothing else changes.
template <class T>
std::string mismatch(Source<T>& from, bool transposed, Store how, index_t offset, index_t gap) {
  const index_t rows = transposed ? from.tile.cols : from.tile.rows;
  const index_t cols = transposed ? from.tile.rows : from.tile.cols;
  const index_t stride = rows + gap;
  constexpr index_t guard = 64 / sizeof(T);
  Scratch scratch;
  const index_t count = 2 * guard + offset + stride * cols;
  const auto memory = scratch.lease<T>(count);
  std::fill_n(memory.data(), count, T(-1));
  std::vector<T> expected(count, T(-1));
  const index_t first = guard + offset;
  for (index_t j = 0; j < cols; ++j) {
    for (index_t i = 0; i < rows; ++i) {
      expected[first + i + j * stride] =
          transposed ? from.tile.column(i)[j] : from.tile.column(j)[i];
    }
  }
  const Tile<T> to{memory.data() + first, rows, cols, stride};
  if (transposed) {
    store_transposed(from.tile, to, how, scratch);
  } else {
    store_tile(from.tile, to, how);
  }
  if (std::memcmp(expected.data(), memory.data(), count * sizeof(T)) == 0) return "";
  return std::to_string(from.tile.rows) + " x " + std::to_string(from.tile.cols) + ", " +
         std::to_string(offset) + " behind a cache line, gap " + std::to_string(gap);
}

// 0 .. 33 and the edges of a tile.
std::vector<index_t> remainders() {
  std::vector<index_t> counts;
  for (index_t count = 0; count <= 33; ++count) counts.push_back(count);
  counts.insert(counts.end(), {tile_edge - 1, tile_edge, tile_edge + 1});
  return counts;
}

}  // namespace

TEMPLATE_TEST_CASE("stored tiles arrive whole and touch nothing else", "[tile]", float, double) {
  using T = TestType;
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    for (const Store how : {Store::cached, Store::streaming}) {
      for (const index_t rows : remainders()) {
        for (const index_t cols : {0u, 1u, 3u}) {
          Source<T> from(rows, cols);
          for (index_t offset = 0; offset < 16; ++offset) {
            REQUIRE(mismatch(from, false, how, offset, 0) == "");
            REQUIRE(mismatch(from, false, how, offset, 5) == "");
          }
        }
      }
      Source<T> wide(19, tile_edge + 1);
      REQUIRE(mismatch(wide, false, how, 1, 1) == "");
    }
  });
}

TEMPLATE_TEST_CASE("transposed tiles arrive whole and touch nothing else", "[tile]", float,
                   double) {
  using T = TestType;
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    for (const Store how : {Store::cached, Store::streaming}) {
      for (const index_t rows : remainders()) {
        for (const index_t cols : remainders()) {
          Source<T> from(rows, cols);
          REQUIRE(mismatch(from, true, how, (rows + cols) % 8, rows % 3) == "");
        }
      }
      for (const index_t cols : remainders()) {
        Source<T> from(21, cols);
        for (index_t offset = 0; offset < 16; ++offset) {
          REQUIRE(mismatch(from, true, how, offset, 0) == "");
          REQUIRE(mismatch(from, true, how, offset, 5) == "");
        }
      }
    }
  });
}

TEST_CASE("large matrices are streamed", "[tile]") {
  REQUIRE(store_for(0) == Store::cached);
  REQUIRE(store_for((std::size_t{1} << 24) - 1) == Store::cached);
  REQUIRE(store_for(std::size_t{1} << 24) == Store::streaming);
}
