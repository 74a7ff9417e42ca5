// The inner loops of a separable filter: eight lines at a time, along them and across them.
#pragma once

#include <array>
#include <vector>

#include "mercer/core/types.hpp"

namespace mercer {

/// Lines that are swept together.
inline constexpr index_t lines_at_once = 8;

/// Rows come in multiples of it: two vectors of floats of the widest instruction set.
inline constexpr index_t row_quantum = 32;

/// The weights of a correlation, with room around them: a sweep takes some products with 0, so that
/// what it reads must be finite.
template <class T>
class Taps {
 public:
  /// weights: of places -r, ..., r.
  explicit Taps(const Col<double>& weights);

  index_t count() const { return count_; }
  index_t radius() const { return count_ / 2; }

  /// weights[k] for k in (-lines_at_once, count + lines_at_once), 0 outside of [0, count).
  const T* forward() const { return forward_.data() + lines_at_once; }

  /// weights[count - 1 - k], k in (-row_quantum, count + row_quantum).
  const T* backward() const { return backward_.data() + row_quantum; }

 private:
  index_t count_;
  std::vector<T> forward_, backward_;
};

/// outs[c][i] = sum_k weights[k] lines[c][i + k] for i in [0, rows): along the lines, each of
/// rows + count - 1 values. rows: a multiple of row_quantum.
template <class T>
void sweep_along(const Taps<T>& taps, const std::array<const T*, lines_at_once>& lines,
                 index_t rows, const std::array<T*, lines_at_once>& outs);

/// Lines in a ring: the one after the last is the first.
template <class T>
struct Ring {
  const T* data;
  index_t stride, size;
};

/// outs[c][i] = sum_k weights[k] line(first + c + k)[i] for i in [0, rows): across the lines.
/// rows: a multiple of row_quantum.
template <class T>
void sweep_across(const Taps<T>& taps, Ring<T> ring, index_t first, index_t rows,
                  const std::array<T*, lines_at_once>& outs);

}  // namespace mercer
