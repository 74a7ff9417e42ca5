#include "image/recursive.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "image/recursion.hpp"
#include "image/sample_values.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/scratch.hpp"

namespace mercer {
namespace {

using Complex = std::complex<double>;

// Terms of which the sum is 0 in double, beyond those before: exp(-44) = 1e-19.
constexpr double negligible = 44;

// The states before the first value and after the last one.
struct EdgeStates {
  PanelState before, after;
};

using Factors = std::array<Complex, exponentials>;

// before = own before + other after, after = own after + other before, for each term and line.
void mix(EdgeStates& states, const Factors& own, const Factors& other) {
  for (std::size_t k = 0; k < exponentials; ++k) {
    for (std::size_t c = 0; c < panel_lines; ++c) {
      const Complex before(states.before.re[k][c], states.before.im[k][c]);
      const Complex after(states.after.re[k][c], states.after.im[k][c]);
      const Complex first = own[k] * before + other[k] * after;
      const Complex last = own[k] * after + other[k] * before;
      states.before.re[k][c] = first.real(), states.before.im[k][c] = first.imag();
      states.after.re[k][c] = last.real(), states.after.im[k][c] = last.imag();
    }
  }
}

bool is_finite(const PanelState& state) {
  for (std::size_t k = 0; k < exponentials; ++k) {
    for (std::size_t c = 0; c < panel_lines; ++c) {
      if (!std::isfinite(state.re[k][c]) || !std::isfinite(state.im[k][c])) return false;
    }
  }
  return true;
}

// Of lines that have one value for ever beyond each end.
EdgeStates steady(const ExponentialSum& sum, const double* first, const double* last) {
  EdgeStates out;
  for (std::size_t k = 0; k < exponentials; ++k) {
    const Complex gain = 1.0 / one_minus_exp(sum.rates[k]);
    for (std::size_t c = 0; c < panel_lines; ++c) {
      out.before.re[k][c] = first[c] * gain.real(), out.before.im[k][c] = first[c] * gain.imag();
      out.after.re[k][c] = last[c] * gain.real(), out.after.im[k][c] = last[c] * gain.imag();
    }
  }
  return out;
}

// With F = sum_m r^m x(m) and B = sum_m r^m x(n - 1 - m) over the n values of a line, and what is
// beyond an end: of period n (wrap)      before = B / (1 - r^n), after = F / (1 - r^n);
// of period 2 n (reflect)  before = (F + r^n B) / (1 - r^2n), after = (B + r^n F) / (1 - r^2n).
// mirror is reflect with the n - 1 values that do not stand at that end, before: x(1), ...,
// after: ..., x(n - 2).
EdgeStates edge_states(const ExponentialSum& sum, const double* x, index_t n, Boundary boundary,
                       double constant) {
  const double* last = x + (n - 1) * panel_lines;
  if (boundary == Boundary::constant) {
    std::array<double, panel_lines> values;
    values.fill(constant);
    return steady(sum, values.data(), values.data());
  }
  if (boundary == Boundary::nearest || (boundary == Boundary::mirror && n == 1)) {
    return steady(sum, x, last);
  }
  const index_t skipped = boundary == Boundary::mirror ? 1 : 0;
  const index_t period = n - skipped;
  const double slowest = sum.rates[exponentials - 1].real();  // the smallest of them
  const auto enough =
      static_cast<index_t>(std::min(std::ceil(negligible / slowest), static_cast<double>(period)));
  EdgeStates states;
  const double* first = x + skipped * panel_lines;
  const double* end = x + (period - enough) * panel_lines;
  const bool wraps = boundary == Boundary::wrap;
  accumulate_backwards(sum, first, enough, wraps ? states.after : states.before);
  accumulate_forwards(sum, end, enough, wraps ? states.before : states.after);
  Factors own, other;
  for (std::size_t k = 0; k < exponentials; ++k) {
    const Complex rate = sum.rates[k] * static_cast<double>(period);
    own[k] = 1.0 / one_minus_exp(wraps ? rate : 2.0 * rate);
    other[k] = wraps ? Complex(0) : std::exp(-rate) * own[k];
  }
  mix(states, own, other);
  return states;
}

// Columns of a plane are pages apart, so that no prefetcher of a CPU sees the next ones.
constexpr index_t ahead = 32;

// Eight lines of a plane, line c from place c on, the values of a line a step apart.
template <class In>
struct Lines {
  In* data;
  index_t count;  // 1 to 8
  index_t n;
  bool are_columns;
  index_t step;  // from value to value, or from column to column
};

template <class In>
void load(const Lines<const In>& lines, double* panel) {
  if (lines.are_columns) {
    std::array<const In*, panel_lines> from;  // the first stands for those that are not there
    for (index_t c = 0; c < panel_lines; ++c) {
      from[c] = lines.data + (c < lines.count ? c : 0) * lines.step;
    }
    for (index_t t = 0; t < lines.n; ++t) {
      for (index_t c = 0; c < panel_lines; ++c) {
        panel[t * panel_lines + c] = static_cast<double>(from[c][t]);
      }
    }
  } else {
    for (index_t t = 0; t < lines.n; ++t) {
      const In* from = lines.data + t * lines.step;
      if (t + ahead < lines.n) __builtin_prefetch(from + ahead * lines.step);
      double* to = panel + t * panel_lines;
      for (index_t c = 0; c < lines.count; ++c) to[c] = static_cast<double>(from[c]);
      for (index_t c = lines.count; c < panel_lines; ++c) to[c] = 0;
    }
  }
}

template <class Out>
void store(const double* panel, const Lines<Out>& lines) {
  if (lines.are_columns) {
    // Two values of a column at a time, so that a pair goes into a register of the baseline.
    index_t t = 0;
    for (; t + 2 <= lines.n; t += 2) {
      const double* from = panel + t * panel_lines;
      for (index_t c = 0; c < lines.count; ++c) {
        Out* to = lines.data + c * lines.step + t;
        to[0] = finished<double, Out>(from[c]);
        to[1] = finished<double, Out>(from[panel_lines + c]);
      }
    }
    for (; t < lines.n; ++t) {
      for (index_t c = 0; c < lines.count; ++c) {
        lines.data[c * lines.step + t] = finished<double, Out>(panel[t * panel_lines + c]);
      }
    }
  } else {
    for (index_t t = 0; t < lines.n; ++t) {
      Out* to = lines.data + t * lines.step;
      if (t + ahead < lines.n) __builtin_prefetch(to + ahead * lines.step, 1);
      for (index_t c = 0; c < lines.count; ++c) {
        to[c] = finished<double, Out>(panel[t * panel_lines + c]);
      }
    }
  }
}

// Rows before the first that begins a cache line, less than eight: eight rows of a column are then
// in one line where the column before ended with one, and not in two.
template <class In>
index_t lines_before_cache_line(const In* in, index_t lines) {
  const auto over = reinterpret_cast<std::uintptr_t>(in) % 64;
  return std::min<index_t>((64 - over) % 64 / sizeof(In) % panel_lines, lines);
}

}  // namespace

template <class In, class Out>
void filter_recursively(const char* where, const In* in, index_t rows, index_t cols, index_t planes,
                        int axis, const ExponentialSum& sum, Boundary boundary, double constant,
                        int threads, Out* out) {
  const bool are_columns = axis == 0;
  const index_t n = are_columns ? rows : cols, lines = are_columns ? cols : rows;
  const index_t begin = are_columns ? 0 : lines_before_cache_line(in, lines);
  const index_t first = begin > 0 ? 1 : 0;
  const index_t panels = first + (lines - begin + panel_lines - 1) / panel_lines;
  const index_t tasks = panels * planes;
  std::vector<Scratch> scratch(team_size(tasks, threads));
  parallel_for(tasks, threads, [&](index_t task, int worker) {
    const index_t panel = task % panels;
    const index_t line = panel < first ? 0 : begin + (panel - first) * panel_lines;
    const index_t end = panel < first ? begin : std::min(line + panel_lines, lines);
    const index_t at = task / panels * rows * cols + line * (are_columns ? rows : 1);
    const index_t count = end - line;
    Scratch& memory = scratch[static_cast<std::size_t>(worker)];
    const auto x = memory.lease<double>(n * panel_lines);
    const auto y = memory.lease<double>(n * panel_lines);
    load(Lines<const In>{in + at, count, n, are_columns, rows}, x.data());
    EdgeStates states = edge_states(sum, x.data(), n, boundary, constant);
    filter_forwards(sum, x.data(), n, states.before, y.data());
    if (!is_finite(states.before)) {  // what is not finite stays in a state to its end
      const double* values = x.data();
      const double* bad = std::find_if(values, values + n * panel_lines,
                                       [](double value) { return !std::isfinite(value); });
      if (bad != values + n * panel_lines) {
        const auto place = static_cast<index_t>(bad - values);
        const index_t t = place / panel_lines, other = line + place % panel_lines;
        throw NonFiniteError(where, "image", are_columns ? t : other, are_columns ? other : t,
                             *bad);
      }
    }
    if constexpr (std::is_same_v<Out, double>) {
      if (!are_columns && count == panel_lines) {
        return filter_backwards(sum, x.data(), y.data(), n, states.after, out + at, rows);
      }
    }
    filter_backwards(sum, x.data(), y.data(), n, states.after, y.data(), panel_lines);
    store(y.data(), Lines<Out>{out + at, count, n, are_columns, rows});
  });
}

std::size_t recursive_bytes(index_t n) { return 2 * n * panel_lines * sizeof(double); }

#define MERCER_INSTANTIATE(In, Out)                                                        \
  template void filter_recursively(const char*, const In*, index_t, index_t, index_t, int, \
                                   const ExponentialSum&, Boundary, double, int, Out*);
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
