#include "image/separable.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <type_traits>
#include <vector>

#include "image/beyond.hpp"
#include "image/sample_values.hpp"
#include "image/sweep.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/scratch.hpp"

namespace mercer {
namespace {

// Of a level-2 cache, for the ring of columns.
constexpr std::size_t ring_bytes = std::size_t{512} << 10;

// Tasks of an image, if it is large enough: for two threads many, for sixteen enough.
constexpr index_t enough_tasks = 64;

index_t rounded_up(index_t value, index_t quantum) {
  return (value + quantum - 1) / quantum * quantum;
}

// Columns of the ring: those that eight outputs need.
index_t ring_size(index_t across) { return rounded_up(across + lines_at_once - 1, lines_at_once); }

// Rows of a block, in multiples of row_quantum.
index_t block_rows(index_t rows, index_t across, std::size_t value) {
  const index_t fit = ring_bytes / (ring_size(across) * value);
  const index_t most = std::max(fit / row_quantum, index_t{1}) * row_quantum;
  const index_t blocks = (rows + most - 1) / most;
  return rounded_up((rows + blocks - 1) / blocks, row_quantum);
}

// From one column to the next: not a multiple of a page, so that they take different sets of cache.
template <class W>
index_t padded_stride(index_t count) {
  constexpr index_t line = 64 / sizeof(W);
  const index_t stride = rounded_up(count, line);
  return stride / line % 2 == 0 ? stride + line : stride;
}

// Copies count values; false if one is not finite.
template <class In, class W>
bool copy_finite(const In* from, index_t count, W* to) {
  if constexpr (std::is_integral_v<In>) {
    for (index_t i = 0; i < count; ++i) to[i] = static_cast<W>(from[i]);
    return true;
  } else {
    using Bits = std::conditional_t<sizeof(In) == 8, std::uint64_t, std::uint32_t>;
    Bits bits = 0;  // x - x is 0 if x is finite, else NaN; integers serve SIMD
    for (index_t i = 0; i < count; ++i) {
      bits |= std::bit_cast<Bits>(from[i] - from[i]);
      to[i] = static_cast<W>(from[i]);
    }
    return bits == 0;
  }
}

// Throws NonFiniteError for the first value of a column that is not finite.
template <class In>
[[noreturn]] void refuse_column(const char* where, const In* values, index_t column) {
  index_t row = 0;
  while (std::isfinite(static_cast<double>(values[row]))) ++row;
  throw NonFiniteError(where, "image", row, column, static_cast<double>(values[row]));
}

// A block of rows through a range of columns of one plane.
template <class In, class Out, class W>
class Block {
 public:
  Block(const char* where, const In* in, PlaneShape shape, const SeparableFilter& filter,
        const Taps<W>& down, const Taps<W>& across, Range rows, Range cols, Out* out,
        Scratch& scratch)
      : where_(where),
        in_(in),
        shape_(shape),
        filter_(filter),
        down_(down),
        across_(across),
        rows_(rows),
        cols_(cols),
        out_(out),
        height_(rounded_up(rows.size(), row_quantum)),
        stride_(padded_stride<W>(height_)),
        line_(padded_stride<W>(height_ + down.count())),
        ring_size_(ring_size(across.count())),
        ring_(scratch.lease<W>(stride_ * ring_size_)),
        lines_(scratch.lease<W>(line_ * lines_at_once)),
        results_(scratch.lease<W>(stride_ * lines_at_once)) {}

  void run() {
    index_t made = 0;  // columns of the ring, from the first that is needed
    for (index_t first = 0; first < cols_.size(); first += lines_at_once) {
      for (; made < first + lines_at_once + across_.count() - 1; made += lines_at_once) make(made);
      take(first);
    }
  }

 private:
  // Columns made, made + 1, ... into the ring, filtered along axis 0.
  void make(index_t made) {
    std::array<const W*, lines_at_once> lines;
    std::array<W*, lines_at_once> outs;
    std::array<bool, lines_at_once> is_outside;
    for (index_t c = 0; c < lines_at_once; ++c) {
      W* line = lines_.data() + c * line_;
      lines[c] = line;
      outs[c] = ring_.data() + (made % ring_size_ + c) * stride_;
      const std::int64_t j = static_cast<std::int64_t>(cols_.begin + made + c) -
                             static_cast<std::int64_t>(across_.radius());
      const bool is_needed = made + c < cols_.size() + across_.count() - 1;
      const index_t from = is_needed ? place_in_line(j, shape_.cols, filter_.boundary) : outside;
      is_outside[c] = from == outside;
      if (is_outside[c]) {
        std::fill_n(line, height_ + down_.count() - 1, W(0));
      } else {
        load(from, line);
      }
    }
    sweep_along(down_, lines, height_, outs);
    for (index_t c = 0; c < lines_at_once; ++c) {
      if (is_outside[c]) std::fill_n(outs[c], height_, static_cast<W>(filter_.constant));
    }
  }

  // A column of the image from rows_.begin - r on, with what is beyond its ends.
  void load(index_t column, W* line) {
    const In* from = in_ + column * shape_.rows;
    const auto radius = static_cast<std::int64_t>(down_.radius());
    const std::int64_t begin = static_cast<std::int64_t>(rows_.begin) - radius;
    const std::int64_t end = static_cast<std::int64_t>(rows_.end) + radius;
    const std::int64_t inner = std::max<std::int64_t>(begin, 0);
    const std::int64_t inner_end = std::min(end, static_cast<std::int64_t>(shape_.rows));
    if (!copy_finite(from + inner, static_cast<index_t>(inner_end - inner),
                     line + (inner - begin))) {
      refuse_column(where_, from, column);
    }
    const auto beyond = [&](std::int64_t i) {
      const index_t place = place_in_line(i, shape_.rows, filter_.boundary);
      line[i - begin] =
          place == outside ? static_cast<W>(filter_.constant) : static_cast<W>(from[place]);
    };
    for (std::int64_t i = begin; i < inner; ++i) beyond(i);
    for (std::int64_t i = inner_end; i < end; ++i) beyond(i);
    std::fill(line + (end - begin), line + height_ + down_.count() - 1, W(0));
  }

  // Eight columns of the result, or what is left of them.
  void take(index_t first) {
    const index_t count = std::min(lines_at_once, cols_.size() - first);
    std::array<W*, lines_at_once> outs;
    for (index_t c = 0; c < lines_at_once; ++c) outs[c] = results_.data() + c * stride_;
    sweep_across(across_, Ring<W>{ring_.data(), stride_, ring_size_}, first % ring_size_, height_,
                 outs);
    for (index_t c = 0; c < count; ++c) {
      Out* to = out_ + (cols_.begin + first + c) * shape_.rows + rows_.begin;
      const W* from = outs[c];
      for (index_t i = 0; i < rows_.size(); ++i) to[i] = finished<W, Out>(from[i]);
    }
  }

  const char* where_;
  const In* in_;
  PlaneShape shape_;
  const SeparableFilter& filter_;
  const Taps<W>& down_;
  const Taps<W>& across_;
  Range rows_, cols_;
  Out* out_;
  index_t height_, stride_, line_, ring_size_;
  Scratch::Lease<W> ring_, lines_, results_;
};

}  // namespace

template <class In, class Out>
void filter_planes(const char* where, const In* in, PlaneShape shape, const SeparableFilter& filter,
                   int threads, Out* out) {
  using W = Work<In, Out>;
  const Taps<W> down(filter.down), across(filter.across);
  const index_t height = block_rows(shape.rows, across.count(), sizeof(W));
  const index_t blocks = (shape.rows + height - 1) / height;
  // Each range of columns filters 2 r columns once more than it gives: at most a sixteenth.
  const index_t least = rounded_up(std::max<index_t>(16 * across.count(), 64), lines_at_once);
  const index_t wanted = (enough_tasks + blocks * shape.planes - 1) / (blocks * shape.planes);
  const index_t ranges = std::clamp<index_t>(shape.cols / least, 1, wanted);
  const index_t width = rounded_up((shape.cols + ranges - 1) / ranges, lines_at_once);
  const index_t steps = (shape.cols + width - 1) / width;
  const index_t tasks = shape.planes * blocks * steps;
  std::vector<Scratch> scratch(team_size(tasks, threads));
  parallel_for(tasks, threads, [&](index_t task, int worker) {
    const index_t plane = task / (blocks * steps) * shape.rows * shape.cols;
    const index_t i = task / steps % blocks * height, j = task % steps * width;
    Block<In, Out, W>(where, in + plane, shape, filter, down, across,
                      {i, std::min(i + height, shape.rows)}, {j, std::min(j + width, shape.cols)},
                      out + plane, scratch[static_cast<std::size_t>(worker)])
        .run();
  });
}

std::size_t separable_bytes(index_t rows, index_t down, index_t across, std::size_t value) {
  const index_t height = block_rows(rows, across, value) + row_quantum;
  return value * (height * (ring_size(across) + lines_at_once) +
                  (height + down + row_quantum) * lines_at_once);
}

#define MERCER_INSTANTIATE(In, Out)                                                            \
  template void filter_planes(const char*, const In*, PlaneShape, const SeparableFilter&, int, \
                              Out*);
MERCER_INSTANTIATE(double, double)
MERCER_INSTANTIATE(float, float)
MERCER_INSTANTIATE(float, double)
MERCER_INSTANTIATE(double, float)
MERCER_INSTANTIATE(std::uint8_t, std::uint8_t)
MERCER_INSTANTIATE(std::uint8_t, float)
MERCER_INSTANTIATE(float, std::uint8_t)
MERCER_INSTANTIATE(std::uint16_t, std::uint16_t)
MERCER_INSTANTIATE(std::uint16_t, double)
MERCER_INSTANTIATE(double, std::uint16_t)
#undef MERCER_INSTANTIATE

}  // namespace mercer
