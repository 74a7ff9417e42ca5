// Highway compiles this file once for each instruction set and picks one at run time.
#include "image/sweep.hpp"

#include <algorithm>

#include "core/simd_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/sweep.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Vectors of rows that are swept together: with eight lines 8 or 16 sums, which hide the latency of
// a multiplication with addition and fit into the 16 or 32 registers that there are.
#if (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3) || HWY_ARCH_ARM_A64
constexpr index_t kVectors = 2;
#else
constexpr index_t kVectors = 1;
#endif

// One block of outputs, kVectors vectors of rows times eight lines:
//     sums[v][c] += x[v] * y[c]
// over terms whose x is a vector and whose y is a number. Along the lines x holds weights and y
// values, across them it is the other way round; both times a number that is loaded serves
// kVectors products, and a vector eight.
template <class T>
struct Block {
  using Lanes = hn::ScalableTag<T>;
  using V = hn::Vec<Lanes>;
  static constexpr index_t kLanes = hn::MaxLanes(Lanes());
  static constexpr index_t kRows = kVectors * kLanes;

  V sums[kVectors][lines_at_once];

  HWY_INLINE Block() {
    for (index_t v = 0; v < kVectors; ++v) {
      for (index_t c = 0; c < lines_at_once; ++c) sums[v][c] = hn::Zero(Lanes());
    }
  }

  template <class Number>
  HWY_INLINE void add(const T* vectors, Number number) {
    V x[kVectors];
    for (index_t v = 0; v < kVectors; ++v) x[v] = hn::LoadU(Lanes(), vectors + v * kLanes);
    for (index_t c = 0; c < lines_at_once; ++c) {
      const V y = hn::Set(Lanes(), number(c));
      for (index_t v = 0; v < kVectors; ++v) sums[v][c] = hn::MulAdd(x[v], y, sums[v][c]);
    }
  }

  HWY_INLINE void store(index_t row, const std::array<T*, lines_at_once>& outs) const {
    for (index_t c = 0; c < lines_at_once; ++c) {
      for (index_t v = 0; v < kVectors; ++v) {
        hn::StoreU(sums[v][c], Lanes(), outs[c] + row + v * kLanes);
      }
    }
  }
};

template <class T>
HWY_INLINE void along(const Taps<T>& taps, const std::array<const T*, lines_at_once>& lines,
                      index_t rows, const std::array<T*, lines_at_once>& outs) {
  using B = Block<T>;
  static_assert(row_quantum % B::kRows == 0);
  for (index_t row = 0; row < rows; row += B::kRows) {
    B block;
    const T* from[lines_at_once];
    for (index_t c = 0; c < lines_at_once; ++c) from[c] = lines[c] + row;
    // lines[row + t] has the weight t - i in output row + i: 0 where there is none.
    const T* weights = taps.backward() + taps.count() - 1;
    const index_t terms = taps.count() + B::kRows - 1;
    for (index_t t = 0; t < terms; ++t, --weights) {
      block.add(weights, [&](index_t c) { return from[c][t]; });
    }
    block.store(row, outs);
  }
}

template <class T>
HWY_INLINE void across(const Taps<T>& taps, Ring<T> ring, index_t first, index_t rows,
                       const std::array<T*, lines_at_once>& outs) {
  using B = Block<T>;
  const index_t terms = taps.count() + lines_at_once - 1;
  const index_t before_end = std::min(terms, ring.size - first);
  for (index_t row = 0; row < rows; row += B::kRows) {
    B block;
    const T* weights = taps.forward();
    const auto add = [&](const T* line, index_t count) HWY_ATTR {
      for (index_t t = 0; t < count; ++t, ++weights, line += ring.stride) {
        block.add(line, [&](index_t c) { return *(weights - c); });
      }
    };
    add(ring.data + first * ring.stride + row, before_end);
    add(ring.data + row, terms - before_end);
    block.store(row, outs);
  }
}

void along_double(const Taps<double>& taps, const std::array<const double*, lines_at_once>& lines,
                  index_t rows, const std::array<double*, lines_at_once>& outs) {
  along(taps, lines, rows, outs);
}
void along_float(const Taps<float>& taps, const std::array<const float*, lines_at_once>& lines,
                 index_t rows, const std::array<float*, lines_at_once>& outs) {
  along(taps, lines, rows, outs);
}
void across_double(const Taps<double>& taps, Ring<double> ring, index_t first, index_t rows,
                   const std::array<double*, lines_at_once>& outs) {
  across(taps, ring, first, rows, outs);
}
void across_float(const Taps<float>& taps, Ring<float> ring, index_t first, index_t rows,
                  const std::array<float*, lines_at_once>& outs) {
  across(taps, ring, first, rows, outs);
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

HWY_EXPORT(along_double);
HWY_EXPORT(along_float);
HWY_EXPORT(across_double);
HWY_EXPORT(across_float);

template <class T>
Taps<T>::Taps(const Col<double>& weights)
    : count_(weights.n_elem),
      forward_(count_ + 2 * lines_at_once),
      backward_(count_ + 2 * row_quantum) {
  for (index_t k = 0; k < count_; ++k) {
    forward_[lines_at_once + k] = static_cast<T>(weights(k));
    backward_[row_quantum + count_ - 1 - k] = static_cast<T>(weights(k));
  }
}

template <>
void sweep_along(const Taps<double>& taps, const std::array<const double*, lines_at_once>& lines,
                 index_t rows, const std::array<double*, lines_at_once>& outs) {
  HWY_DYNAMIC_DISPATCH(along_double)(taps, lines, rows, outs);
}
template <>
void sweep_along(const Taps<float>& taps, const std::array<const float*, lines_at_once>& lines,
                 index_t rows, const std::array<float*, lines_at_once>& outs) {
  HWY_DYNAMIC_DISPATCH(along_float)(taps, lines, rows, outs);
}
template <>
void sweep_across(const Taps<double>& taps, Ring<double> ring, index_t first, index_t rows,
                  const std::array<double*, lines_at_once>& outs) {
  HWY_DYNAMIC_DISPATCH(across_double)(taps, ring, first, rows, outs);
}
template <>
void sweep_across(const Taps<float>& taps, Ring<float> ring, index_t first, index_t rows,
                  const std::array<float*, lines_at_once>& outs) {
  HWY_DYNAMIC_DISPATCH(across_float)(taps, ring, first, rows, outs);
}

template class Taps<double>;
template class Taps<float>;

}  // namespace mercer
#endif
