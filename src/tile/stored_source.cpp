#include "tile/stored_source.hpp"

#include <algorithm>
#include <utility>

#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "tile/store.hpp"

namespace mercer {
namespace {

struct Place {
  index_t row;
  index_t col;
};

// Where the tiles begin; of a symmetric matrix those on and above the diagonal.
std::vector<Place> places_of_tiles(index_t rows, index_t cols, bool symmetric) {
  std::vector<Place> out;
  for (index_t j = 0; j < cols; j += tile_edge) {
    const index_t end = symmetric ? j + 1 : rows;
    for (index_t i = 0; i < end; i += tile_edge) out.push_back({i, j});
  }
  return out;
}

std::vector<index_t> chosen(const std::vector<index_t>& from, bool is_part,
                            std::span<const index_t> places) {
  std::vector<index_t> out(places.begin(), places.end());
  if (is_part) {
    for (index_t& place : out) place = from[place];
  }
  return out;
}

}  // namespace

StoredSource::StoredSource(std::shared_ptr<const StatisticSource> source, index_t rows,
                           index_t cols, bool symmetric, int threads)
    : source_(std::move(source)) {
  const index_t stride = padded_stride<double>(rows);
  auto values = std::make_shared<Mat<double>>(stride, cols, arma::fill::none);
  double* const all = values->memptr();
  take_pages(all, values->n_elem * sizeof(double), threads);
  const Store how = store_for(values->n_elem * sizeof(double));
  const std::vector<Place> places = places_of_tiles(rows, cols, symmetric);
  std::vector<Scratch> scratch(team_size(places.size(), threads));
  parallel_for(places.size(), threads, [&](index_t item, int worker) {
    const auto [i, j] = places[item];
    const index_t height = std::min(tile_edge, rows - i), width = std::min(tile_edge, cols - j);
    Scratch& own = scratch[static_cast<std::size_t>(worker)];
    const Tile<double> tile{all + j * stride + i, height, width, stride};
    source_->fill({i, i + height}, {j, j + width}, tile, own);
    if (symmetric && i != j) {
      store_transposed(tile, {all + i * stride + j, width, height, stride}, how, own);
    }
  });
  values_ = std::move(values);
}

StoredSource::StoredSource(const StoredSource& whole, std::span<const index_t> rows,
                           std::span<const index_t> cols)
    : source_(whole.source_),
      values_(whole.values_),
      is_part_(true),
      rows_(chosen(whole.rows_, whole.is_part_, rows)),
      cols_(chosen(whole.cols_, whole.is_part_, cols)) {}

std::size_t StoredSource::bytes(index_t rows, index_t cols) {
  return padded_stride<double>(rows) * cols * sizeof(double);
}

void StoredSource::fill(Range rows, Range cols, Tile<double> out, Scratch&) const {
  for (index_t j = 0; j < cols.size(); ++j) {
    double* to = out.column(j);
    if (is_part_) {
      const double* from = column(cols_[cols.begin + j]);
      const index_t* row = rows_.data() + rows.begin;
      for (index_t i = 0; i < rows.size(); ++i) to[i] = from[row[i]];
    } else {
      std::copy_n(column(cols.begin + j) + rows.begin, rows.size(), to);
    }
  }
}

Tile<const double> StoredSource::read(Range rows, Range cols, Tile<double> memory,
                                      Scratch& scratch) const {
  if (is_part_) return StatisticSource::read(rows, cols, memory, scratch);
  return {column(cols.begin) + rows.begin, rows.size(), cols.size(), values_->n_rows};
}

void StoredSource::diagonal(Range points, double* out) const {
  if (!is_part_) return source_->diagonal(points, out);
  for (index_t i = 0; i < points.size(); ++i) {
    const index_t row = rows_[points.begin + i];
    source_->diagonal({row, row + 1}, out + i);
  }
}

}  // namespace mercer
