// Eight lines filtered by recursions, forwards and backwards.
#pragma once

#include <array>

#include "image/exponential_sum.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

/// Lines in a panel; value t of line c stands at t * panel_lines + c.
inline constexpr index_t panel_lines = 8;

/// For each term and line a number that takes part in the recursion.
struct PanelState {
  alignas(64) std::array<std::array<double, panel_lines>, exponentials> re{};
  alignas(64) std::array<std::array<double, panel_lines>, exponentials> im{};
};

/// state_k <- x(t) + roots_k state_k for t = 0, ..., n - 1. At the end, from 0:
/// sum_m roots_k^m x(n - 1 - m).
void accumulate_forwards(const ExponentialSum& sum, const double* x, index_t n, PanelState& state);

/// As above for t = n - 1, ..., 0. At the end, from 0: sum_m roots_k^m x(m).
void accumulate_backwards(const ExponentialSum& sum, const double* x, index_t n, PanelState& state);

/// y(t) = centre x(t) + sum_k Re(gains_k roots_k before_k(t)), where before(t) is what
/// accumulate_forwards makes of state and x(0), ..., x(t - 1). state becomes before(n).
void filter_forwards(const ExponentialSum& sum, const double* x, index_t n, PanelState& state,
                     double* y);

/// out(t) = y(t) + sign sum_k Re(gains_k roots_k after_k(t)), where after(t) is what
/// accumulate_backwards makes of state and x(n - 1), ..., x(t + 1). The lines of out(t) stand at
/// out + t * step; out may be y, with the step panel_lines.
void filter_backwards(const ExponentialSum& sum, const double* x, const double* y, index_t n,
                      const PanelState& state, double* out, index_t step);

}  // namespace mercer
