// Highway compiles this file once for each instruction set and picks one at run time.
#include "image/recursion.hpp"

#include "core/simd_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/recursion.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Lanes = hn::CappedTag<double, panel_lines>;
using V = hn::Vec<Lanes>;
constexpr index_t kLanes = hn::MaxLanes(Lanes());

// The terms of a vector of lines.
struct Terms {
  V re[exponentials], im[exponentials];            // the states
  V root_re[exponentials], root_im[exponentials];  // the roots
  V gain_re[exponentials], gain_im[exponentials];  // gain times root, as it enters the output

  HWY_INLINE Terms(const ExponentialSum& sum, const PanelState& state, index_t line, double sign) {
    const Lanes tag;
    for (std::size_t k = 0; k < exponentials; ++k) {
      const std::complex<double> gain = sign * sum.gains[k] * sum.roots[k];
      re[k] = hn::LoadU(tag, state.re[k].data() + line);
      im[k] = hn::LoadU(tag, state.im[k].data() + line);
      root_re[k] = hn::Set(tag, sum.roots[k].real());
      root_im[k] = hn::Set(tag, sum.roots[k].imag());
      gain_re[k] = hn::Set(tag, gain.real());
      gain_im[k] = hn::Set(tag, gain.imag());
    }
  }

  // y + sum_k Re(gain_k state_k), in two chains.
  HWY_INLINE V output(V y) const {
    V other = hn::Zero(Lanes());
    for (int k = 0; k < exponentials; ++k) {
      y = hn::MulAdd(gain_re[k], re[k], y);
      other = hn::NegMulAdd(gain_im[k], im[k], other);
    }
    return hn::Add(y, other);
  }

  // state_k <- x + root_k state_k.
  HWY_INLINE void step(V x) {
    for (int k = 0; k < exponentials; ++k) {
      const V part = hn::NegMulAdd(root_im[k], im[k], x);
      im[k] = hn::MulAdd(root_im[k], re[k], hn::Mul(root_re[k], im[k]));
      re[k] = hn::MulAdd(root_re[k], re[k], part);
    }
  }

  HWY_INLINE void store(PanelState& state, index_t line) const {
    for (std::size_t k = 0; k < exponentials; ++k) {
      hn::StoreU(re[k], Lanes(), state.re[k].data() + line);
      hn::StoreU(im[k], Lanes(), state.im[k].data() + line);
    }
  }
};

void accumulate(const ExponentialSum& sum, const double* x, index_t n, bool backwards,
                PanelState& state) {
  for (index_t line = 0; line < panel_lines; line += kLanes) {
    Terms terms(sum, state, line, 1);
    for (index_t t = 0; t < n; ++t) {
      const index_t at = backwards ? n - 1 - t : t;
      terms.step(hn::LoadU(Lanes(), x + at * panel_lines + line));
    }
    terms.store(state, line);
  }
}

void forwards(const ExponentialSum& sum, const double* x, index_t n, PanelState& state, double* y) {
  const Lanes tag;
  const V centre = hn::Set(tag, sum.centre);
  for (index_t line = 0; line < panel_lines; line += kLanes) {
    Terms terms(sum, state, line, 1);
    for (index_t t = 0; t < n; ++t) {
      const index_t at = t * panel_lines + line;
      const V now = hn::LoadU(tag, x + at);
      hn::StoreU(terms.output(hn::Mul(centre, now)), tag, y + at);
      terms.step(now);
    }
    terms.store(state, line);
  }
}

void backwards(const ExponentialSum& sum, const double* x, const double* y, index_t n,
               const PanelState& state, double* out, index_t step) {
  const Lanes tag;
  for (index_t line = 0; line < panel_lines; line += kLanes) {
    Terms terms(sum, state, line, sum.sign);
    for (index_t t = n; t-- > 0;) {
      const index_t at = t * panel_lines + line;
      hn::StoreU(terms.output(hn::LoadU(tag, y + at)), tag, out + t * step + line);
      terms.step(hn::LoadU(tag, x + at));
    }
  }
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

HWY_EXPORT(accumulate);
HWY_EXPORT(forwards);
HWY_EXPORT(backwards);

void accumulate_forwards(const ExponentialSum& sum, const double* x, index_t n, PanelState& state) {
  HWY_DYNAMIC_DISPATCH(accumulate)(sum, x, n, false, state);
}

void accumulate_backwards(const ExponentialSum& sum, const double* x, index_t n,
                          PanelState& state) {
  HWY_DYNAMIC_DISPATCH(accumulate)(sum, x, n, true, state);
}

void filter_forwards(const ExponentialSum& sum, const double* x, index_t n, PanelState& state,
                     double* y) {
  HWY_DYNAMIC_DISPATCH(forwards)(sum, x, n, state, y);
}

void filter_backwards(const ExponentialSum& sum, const double* x, const double* y, index_t n,
                      const PanelState& state, double* out, index_t step) {
  HWY_DYNAMIC_DISPATCH(backwards)(sum, x, y, n, state, out, step);
}

}  // namespace mercer
#endif
