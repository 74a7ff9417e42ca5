#include "solver/smo_block.hpp"

#include <algorithm>
#include <limits>

namespace mercer {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

SmoVariables::SmoVariables(index_t first, index_t second, double tube_width)
    : groups{Range{0, smo_padded(first)},
             Range{smo_padded(first), smo_padded(first) + smo_padded(second)}},
      tube(tube_width) {
  const index_t size = groups[1].end;
  for (auto* values : {&F, &beta, &low, &high}) values->assign(size, 0.0);
  diagonal.assign(size, 1.0);
  up.assign(size, -infinity);
  down.assign(size, infinity);
}

void SmoVariables::refresh(index_t k) {
  up[k] = beta[k] < high[k] ? (beta[k] < 0 ? tube : -tube) : -infinity;
  down[k] = beta[k] > low[k] ? (beta[k] > 0 ? -tube : tube) : infinity;
}

double SmoVariables::room_up(index_t k) const {
  return (tube > 0 && beta[k] < 0 ? 0 : high[k]) - beta[k];
}

double SmoVariables::room_down(index_t k) const {
  return beta[k] - (tube > 0 && beta[k] > 0 ? 0 : low[k]);
}

SmoExtremes extremes(const SmoVariables& v, Range group) {
  SmoExtremes out = scan_extremes(v.F.data() + group.begin, v.up.data() + group.begin,
                                  v.down.data() + group.begin, group.size());
  out.first += group.begin;
  return out;
}

double violation(const SmoVariables& v) {
  double largest = 0;
  for (const Range group : v.groups) {
    const SmoExtremes e = extremes(v, group);
    largest = std::max(largest, e.up - e.down);
  }
  return largest;
}

SmoOutcome solve_block(SmoVariables& v, const float* K, index_t stride, double tolerance,
                       index_t limit, FunctionRef<bool(index_t, double)> go_on) {
  constexpr index_t ask_every = 1024;
  std::array<SmoExtremes, 2> of_group = {extremes(v, v.groups[0]), extremes(v, v.groups[1])};
  SmoOutcome out;
  for (;; ++out.steps) {
    const double second_violation = of_group[1].up - of_group[1].down;
    const index_t g = second_violation > of_group[0].up - of_group[0].down ? 1 : 0;
    const Range group = v.groups[g];
    const SmoExtremes& e = of_group[g];
    out.violation = std::max(0.0, e.up - e.down);
    if (!(e.up - e.down > tolerance) || out.steps == limit) return out;
    if (out.steps % ask_every == 0 && !go_on(out.steps, out.violation)) return out;

    const index_t i = e.first;
    const float* K_i = K + i * stride;
    const index_t j =
        group.begin + scan_second(v.F.data() + group.begin, v.down.data() + group.begin,
                                  K_i + group.begin, v.diagonal.data() + group.begin, e.up,
                                  v.diagonal[i], group.size());
    if (j == group.end) return out;  // no gain that a double can tell from 0
    const double a = v.diagonal[i] + v.diagonal[j] - 2 * double{K_i[j]};
    const double best = (e.up - v.F[j] - v.down[j]) / (a > 0 ? a : least_curvature);
    const double room_i = v.room_up(i), room_j = v.room_down(j);
    const double length = std::min({best, room_i, room_j});
    // At a bound or kink to the bit. (Not beta + room: that may round to the other side.)
    v.beta[i] =
        length == room_i ? (v.tube > 0 && v.beta[i] < 0 ? 0 : v.high[i]) : v.beta[i] + length;
    v.beta[j] =
        length == room_j ? (v.tube > 0 && v.beta[j] > 0 ? 0 : v.low[j]) : v.beta[j] - length;
    v.refresh(i);
    v.refresh(j);
    const float* K_j = K + j * stride;
    for (std::size_t h = 0; h < 2; ++h) {
      const index_t begin = v.groups[h].begin;
      if (v.groups[h].size() == 0) continue;
      of_group[h] = update_and_scan(v.F.data() + begin, v.up.data() + begin, v.down.data() + begin,
                                    K_i + begin, K_j + begin, length, v.groups[h].size());
      of_group[h].first += begin;
    }
  }
}

}  // namespace mercer
