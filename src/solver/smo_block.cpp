#include "solver/smo_block.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "mercer/core/parallel.hpp"

namespace mercer {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// The extremes of two groups together.
SmoExtremes both(const SmoExtremes& a, const SmoExtremes& b) {
  SmoExtremes out = b.up > a.up ? b : a;
  out.down = std::min(a.down, b.down);
  return out;
}

double bias(const SmoVariables& v, Range places) {
  double sum = 0;
  index_t free = 0;
  for (index_t k = places.begin; k < places.end; ++k) {
    if (v.up[k] != v.down[k]) continue;
    sum += v.F[k] + v.up[k];
    ++free;
  }
  if (free > 0) return sum / static_cast<double>(free);
  if (places.size() == 0) return 0;
  const SmoExtremes e = extremes(v, places);
  if (std::isfinite(e.up) && std::isfinite(e.down)) return (e.up + e.down) / 2;
  return std::isfinite(e.up) ? e.up : std::isfinite(e.down) ? e.down : 0;
}

}  // namespace

SmoVariables::SmoVariables(index_t first, index_t second, bool two_constraints, double tube_width)
    : groups{Range{0, smo_padded(first)},
             Range{smo_padded(first), smo_padded(first) + smo_padded(second)}},
      separate(two_constraints),
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

std::vector<index_t> active(const SmoVariables& v) {
  std::vector<index_t> out;
  for (const Range range : v.constraints()) {
    if (range.size() == 0) continue;
    const SmoExtremes e = extremes(v, range);
    for (index_t k = range.begin; k < range.end; ++k) {
      if (v.F[k] + v.up[k] > e.down || v.F[k] + v.down[k] < e.up) out.push_back(k);
    }
  }
  return out;
}

double violation(const SmoVariables& v) {
  double largest = 0;
  for (const Range range : v.constraints()) {
    const SmoExtremes e = extremes(v, range);
    largest = std::max(largest, e.up - e.down);
  }
  return largest;
}

std::pair<double, double> biases(const SmoVariables& v) {
  const auto [first, second] = v.constraints();
  return {bias(v, first), bias(v, second)};
}

void subtract_steps(SmoVariables& v, const SmoColumns& columns, const std::vector<double>& steps,
                    int threads) {
  constexpr index_t strip = 2048;
  for (std::size_t g = 0; g < 2; ++g) {
    const Range group = v.groups[g];
    parallel_for((group.size() + strip - 1) / strip, threads, [&](index_t item, int) {
      const index_t begin = item * strip;
      std::vector<const float*> parts = columns[g];
      for (const float*& part : parts) part += begin;
      subtract_columns(v.F.data() + group.begin + begin, std::min(strip, group.size() - begin),
                       parts.data(), steps.data(), steps.size());
    });
  }
}

SmoOutcome solve_block(SmoVariables& v, const SmoColumns& K, double tolerance, index_t limit,
                       FunctionRef<bool(index_t, double)> go_on) {
  // Every 10 ms or so, a step over 2^13 variables takes about 10 us; short work more often.
  const index_t ask_every = std::clamp<index_t>((index_t{1} << 23) / (v.F.size() + 1), 1, 32);
  constexpr SmoExtremes none{-infinity, 0, infinity};
  std::array<SmoExtremes, 2> of_group = {none, none};
  for (std::size_t g = 0; g < 2; ++g) {
    if (v.groups[g].size() > 0) of_group[g] = extremes(v, v.groups[g]);
  }
  SmoOutcome out;
  for (;; ++out.steps) {
    // The constraint that is violated most, and the groups in it.
    const bool second =
        v.separate && of_group[1].up - of_group[1].down > of_group[0].up - of_group[0].down;
    const SmoExtremes e = !v.separate ? both(of_group[0], of_group[1]) : of_group[second ? 1 : 0];
    out.violation = std::max(0.0, e.up - e.down);
    if (!(e.up - e.down > tolerance) || out.steps == limit) return out;
    if (out.steps % ask_every == 0 && !go_on(out.steps, out.violation)) return out;

    const index_t i = e.first;
    index_t j = v.F.size();
    double best_gain = 0, a = 1;
    for (std::size_t g = 0; g < 2; ++g) {
      const Range group = v.groups[g];
      if (group.size() == 0 || (v.separate && g != (second ? 1 : 0))) continue;
      const float* K_ig = K[g][i];
      const index_t k =
          scan_second(v.F.data() + group.begin, v.down.data() + group.begin, K_ig,
                      v.diagonal.data() + group.begin, e.up, v.diagonal[i], group.size());
      if (k == group.size()) continue;
      const double curvature = v.diagonal[i] + v.diagonal[group.begin + k] - 2 * double{K_ig[k]};
      const double a_k = curvature > 0 ? curvature : least_curvature;
      const double difference = e.up - v.F[group.begin + k] - v.down[group.begin + k];
      if (difference * difference * a > best_gain * a_k) {
        best_gain = difference * difference;
        a = a_k;
        j = group.begin + k;
      }
    }
    if (j == v.F.size()) return out;  // no gain that a double can tell from 0
    const double best = (e.up - v.F[j] - v.down[j]) / a;
    const double room_i = v.room_up(i), room_j = v.room_down(j);
    const double length = std::min({best, room_i, room_j});
    // At a bound or kink to the bit. (Not beta + room: that may round to the other side.)
    v.beta[i] =
        length == room_i ? (v.tube > 0 && v.beta[i] < 0 ? 0 : v.high[i]) : v.beta[i] + length;
    v.beta[j] =
        length == room_j ? (v.tube > 0 && v.beta[j] > 0 ? 0 : v.low[j]) : v.beta[j] - length;
    v.refresh(i);
    v.refresh(j);
    for (std::size_t g = 0; g < 2; ++g) {
      const Range group = v.groups[g];
      if (group.size() == 0) continue;
      of_group[g] =
          update_and_scan(v.F.data() + group.begin, v.up.data() + group.begin,
                          v.down.data() + group.begin, K[g][i], K[g][j], length, group.size());
      of_group[g].first += group.begin;
    }
  }
}

}  // namespace mercer
