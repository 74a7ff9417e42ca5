#include "model/pair_values.hpp"

#include <algorithm>
#include <numeric>
#include <type_traits>
#include <vector>

#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/scratch.hpp"
#include "mercer/gram/column_cache.hpp"
#include "tile/expand.hpp"
#include "tile/product.hpp"
#include "tile/store.hpp"

namespace mercer {
namespace {

// Columns between which a block is rounded and transposed: they stay in the level-2 cache.
constexpr index_t strip = 64;

std::vector<index_t> indices(Range range) {
  std::vector<index_t> out(range.size());
  std::iota(out.begin(), out.end(), range.begin);
  return out;
}

Tile<float> columns_of(Tile<float> tile, index_t begin, index_t count) {
  return {tile.column(begin), tile.rows, count, tile.stride};
}

// A matrix as a tile that is only read.
Tile<double> read_only(const Mat<double>& block) {
  return {const_cast<double*>(block.memptr()), block.n_rows, block.n_cols, block.n_rows};
}

}  // namespace

void FloatBlock::set_size(index_t rows, index_t cols) {
  rows_ = rows;
  cols_ = cols;
  stride_ = StoredColumns::stride(rows);
  if (memory_ == nullptr) values_.set_size(stride_ * cols);
  for (index_t j = 0; j < cols; ++j) {
    std::fill(data() + j * stride_ + rows, data() + (j + 1) * stride_, 0.0F);
  }
}

WithinClasses::WithinClasses(const std::vector<Range>& classes, bool keep_exact, int threads) {
  const auto floats_of = [](Range c) { return StoredColumns::stride(c.size()) * c.size(); };
  index_t floats = 0, doubles = 0;
  for (const Range c : classes) {
    floats += floats_of(c);
    doubles += keep_exact ? c.size() * c.size() : 0;
  }
  floats_.set_size(floats);
  exact_.set_size(doubles);
  take_pages(floats_.memptr(), floats * sizeof(float), threads);
  take_pages(exact_.memptr(), doubles * sizeof(double), threads);
  float* next_float = floats_.memptr();
  double* next_double = exact_.memptr();
  blocks_.reserve(classes.size());
  for (const Range c : classes) {
    blocks_.emplace_back(next_float, next_double, keep_exact ? c.size() : 0);
    next_float += floats_of(c);
    next_double += keep_exact ? c.size() * c.size() : 0;
  }
}

template <class T>
void KernelBlock::compute(const GramOperator<T>& K, Range rows, Range columns, bool keep_exact,
                          int threads, Poll poll) {
  const auto block = K.submatrix(indices(rows), indices(columns));
  floats.set_size(rows.size(), columns.size());
  const Tile<float> to = floats.tile();
  if constexpr (std::is_same_v<T, double>) {
    if (keep_exact) block->dense(exact, poll);
  }
  if (exact.is_empty()) block->dense_in_float(to.data, to.stride, poll);
  parallel_for((to.cols + strip - 1) / strip, threads, [&](index_t item, int) {
    for (index_t j = item * strip; j < std::min((item + 1) * strip, to.cols); ++j) {
      if (!exact.is_empty()) narrow(exact.colptr(j), to.column(j), to.rows);
      require_finite_floats(K, to.column(j), rows, columns.begin + j);
    }
  });
}

template <class T>
void KernelBetween::compute(const GramOperator<T>& K, Range first, Range second, bool keep_exact,
                            int threads, Poll poll) {
  below.compute(K, first, second, keep_exact, threads, poll);
  above.set_size(second.size(), first.size());
  const Tile<float> from = below.floats.tile(), to = above.tile();
  Scratch scratch;
  for (index_t j = 0; j < from.cols; j += strip) {
    const index_t width = std::min(strip, from.cols - j);
    store_transposed(columns_of(from, j, width), {to.data + j, width, from.rows, to.stride},
                     Store::cached, scratch);
  }
}

template void KernelBlock::compute(const GramOperator<double>&, Range, Range, bool, int, Poll);
template void KernelBlock::compute(const GramOperator<float>&, Range, Range, bool, int, Poll);
template void KernelBetween::compute(const GramOperator<double>&, Range, Range, bool, int, Poll);
template void KernelBetween::compute(const GramOperator<float>&, Range, Range, bool, int, Poll);

StoredColumns all_columns(KernelBlock& all, const Col<double>& diagonal) {
  StoredColumns out;
  out.diagonal = diagonal;
  for (index_t j = 0; j < diagonal.n_elem; ++j) {
    for (auto& columns : out.float_column) columns.push_back(all.floats.column(j));
  }
  if (all.exact.is_empty()) return out;
  out.sums = [&all](const Col<double>& beta) {
    Col<double> sums(beta.n_elem, arma::fill::zeros);
    add_product(read_only(all.exact), beta.memptr(), sums.memptr());
    return sums;
  };
  return out;
}

StoredColumns pair_columns(KernelBlock& first, KernelBlock& second, KernelBetween& between,
                           const Col<double>& diagonal, const SvmDual& dual) {
  StoredColumns out;
  out.diagonal.set_size(dual.size());
  const auto add = [&](const FloatBlock& with_first, const FloatBlock& with_second, Range rows) {
    for (index_t i = 0; i < rows.size(); ++i) {
      out.diagonal(out.float_column[0].size()) = diagonal(rows.begin + i);
      out.float_column[0].push_back(with_first.column(i));
      out.float_column[1].push_back(with_second.column(i));
    }
  };
  add(first.floats, between.above, dual.rows[0]);
  add(between.below.floats, second.floats, dual.rows[1]);
  if (first.exact.is_empty()) return out;
  out.sums = [&first, &second, &between](const Col<double>& beta) {
    const index_t middle = first.exact.n_rows;
    const double* below = beta.memptr();
    const double* above = below + middle;
    Col<double> sums(beta.n_elem, arma::fill::zeros);
    add_product(read_only(first.exact), below, sums.memptr());
    add_product(read_only(second.exact), above, sums.memptr() + middle);
    add_products(read_only(between.below.exact), above, sums.memptr(), below,
                 sums.memptr() + middle);
    return sums;
  };
  return out;
}

}  // namespace mercer
