// The values of a statistic, computed once and kept.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "tile/statistic_source.hpp"

namespace mercer {

/// All values of another source, or some rows and columns of them, to the same bits.
class StoredSource final : public StatisticSource {
 public:
  /// Of rows x cols points. symmetric: both are the same ones, half of the values are computed.
  StoredSource(std::shared_ptr<const StatisticSource> source, index_t rows, index_t cols,
               bool symmetric, int threads);

  /// Refers to the values that `whole` has.
  StoredSource(const StoredSource& whole, std::span<const index_t> rows,
               std::span<const index_t> cols);

  /// What the values take.
  static std::size_t bytes(index_t rows, index_t cols);

  void fill(Range rows, Range cols, Tile<double> out, Scratch& scratch) const override;
  Tile<const double> read(Range rows, Range cols, Tile<double> memory,
                          Scratch& scratch) const override;
  void diagonal(Range points, double* out) const override;
  double relative_error() const override { return source_->relative_error(); }

 private:
  const double* column(index_t j) const { return values_->memptr() + j * values_->n_rows; }

  std::shared_ptr<const StatisticSource> source_;
  std::shared_ptr<const Mat<double>> values_;  // columns are a tile's stride apart
  bool is_part_ = false;
  std::vector<index_t> rows_, cols_;  // of a part, in values_
};

}  // namespace mercer
