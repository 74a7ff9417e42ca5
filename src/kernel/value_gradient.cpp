#include "kernel/value_gradient.hpp"

#include "mercer/kernel/derivatives.hpp"
#include "mercer/tile/weighted_sums.hpp"

namespace mercer {

double ValueGradient::add(Range rows, Range cols, Tile<const double> M, std::span<double>,
                          std::span<double> in_weights, Scratch& scratch) const {
  if (!in_weights.empty()) detail::throw_no_derivatives(*kernel_);
  const index_t stride = padded_stride<double>(rows.size());
  const auto lease = scratch.lease<double>(stride * cols.size());
  values_->fill(rows, cols, {lease.data(), rows.size(), cols.size(), stride}, scratch);
  double sum = 0;
  for (index_t j = 0; j < cols.size(); ++j) {
    sum += weighted_sum(M.column(j), lease.data() + j * stride, rows.size());
  }
  return sum;
}

}  // namespace mercer
