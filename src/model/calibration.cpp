#include "model/calibration.hpp"

#include <algorithm>
#include <cmath>

#include "model/folds.hpp"

namespace mercer {
namespace {

constexpr index_t fold_count = 5;
constexpr std::uint64_t fold_seed = 1;

// Of the largest value of a side, in units of the slope: P = 0.50025 there.
constexpr double least_slope = 1e-3;

double sigmoid(double z) { return 1 / (1 + std::exp(-z)); }

// The rows of one side, f by its size and the targets of the class that it speaks for.
struct Side {
  std::vector<double> f, target, w;
};

// The zero of  sum_i w_i g_i (sigmoid(s g_i) - t_i),  g = f / max f, which rises with s.
double slope(const Side& side) {
  const double largest = *std::max_element(side.f.begin(), side.f.end());
  double value = 0, derivative = 0;
  const auto evaluate = [&](double s) {
    value = derivative = 0;
    for (std::size_t i = 0; i < side.f.size(); ++i) {
      const double g = side.f[i] / largest, p = sigmoid(s * g);
      value += side.w[i] * g * (p - side.target[i]);
      derivative += side.w[i] * g * g * p * sigmoid(-s * g);
    }
  };
  double low = 0, high = 1;
  for (evaluate(high); value < 0 && high < 1e12; evaluate(high)) {
    low = high;
    high *= 2;
  }
  evaluate(low);
  if (value >= 0) return least_slope / largest;
  double s = low;
  for (int step = 0; step < 200; ++step) {
    double next = s - value / derivative;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (std::abs(next - s) <= 1e-14 * next) break;
    s = next;
    evaluate(s);
    (value < 0 ? low : high) = s;
  }
  return std::max(s, least_slope) / largest;
}

}  // namespace

std::vector<Fold> calibration_folds(const ClassOrder& order) {
  const arma::uvec fold_of = stratified_folds(order, fold_count, fold_seed);
  std::vector<bool> used(order.rows.size());
  for (index_t k = 0; k < order.rows.size(); ++k) used[order.rows[k]] = order.C(k) > 0;
  std::vector<Fold> folds(fold_count);
  for (index_t row = 0; row < fold_of.n_elem; ++row) {
    for (index_t k = 0; k < fold_count && used[row]; ++k) {
      (fold_of(row) == k ? folds[k].test : folds[k].train).push_back(row);
    }
  }
  std::erase_if(folds, [](const Fold& fold) { return fold.test.empty(); });
  return folds;
}

std::array<double, 2> fit_slopes(const Col<double>& f, const std::vector<bool>& positive,
                                 const Col<double>& w) {
  std::array<double, 2> total{};  // of the negative rows and of the positive ones
  for (index_t i = 0; i < f.n_elem; ++i) total[positive[i]] += w(i);
  std::array<Side, 2> sides;
  for (index_t i = 0; i < f.n_elem; ++i) {
    if (f(i) == 0) continue;
    const bool above = f(i) > 0;
    const double N = total[positive[i]];
    sides[above].f.push_back(std::abs(f(i)));
    sides[above].target.push_back((positive[i] == above ? N + 1 : 1) / (N + 2));
    sides[above].w.push_back(w(i));
  }
  std::array<double, 2> slopes{};
  for (std::size_t k = 0; k < 2; ++k) {
    if (!sides[k].f.empty()) slopes[k] = std::min(slope(sides[k]), 1e100);  // f may be tiny
  }
  for (std::size_t k = 0; k < 2; ++k) {
    if (slopes[k] == 0) slopes[k] = slopes[1 - k] > 0 ? slopes[1 - k] : default_slope;
  }
  return slopes;
}

Calibration calibrate(const ClassOrder& order, const std::vector<ClassPair>& problems,
                      const Col<double>& weights, const SvcOptions& options, Status fit,
                      Watch& watch,
                      FunctionRef<Status(const Fold&, const SvcOptions&, Mat<double>&)> decide) {
  Calibration out;
  out.slopes.set_size(2, problems.size());
  out.slopes.fill(default_slope);
  out.status = fit;
  if (is_interrupted(fit)) return out;
  const index_t n = order.rows.size();
  Mat<double> decisions(n, problems.size(), arma::fill::zeros);
  std::vector<bool> held_out(n, false);
  for (const Fold& fold : calibration_folds(order)) {
    SvcOptions own = options;
    own.probabilities = false;
    own.time_limit = watch.time_left();
    if (options.progress) {
      own.progress = [&](Progress state) {
        state.stage = "calibration";
        return watch.ask(state, 0);
      };
    }
    Mat<double> values;
    out.status = decide(fold, own, values);
    if (is_interrupted(out.status)) return out;
    out.status = Status::converged;  // at an iteration limit, the values are the best there are
    decisions.rows(arma::uvec(fold.test)) = values;
    for (const index_t row : fold.test) held_out[row] = true;
  }
  for (index_t p = 0; p < problems.size(); ++p) {
    std::vector<double> f, w;
    std::vector<bool> positive;
    const index_t second = problems[p].second;
    for (const index_t k : pair_places(order, problems[p])) {
      const index_t row = order.rows[k];
      if (!held_out[row]) continue;
      f.push_back(decisions(row, p));
      w.push_back(weights.is_empty() ? 1 : weights(row));
      positive.push_back(k >= order.of_class[second].begin && k < order.of_class[second].end);
    }
    const auto slopes = fit_slopes(Col<double>(f), positive, Col<double>(w));
    out.slopes(0, p) = slopes[0];
    out.slopes(1, p) = slopes[1];
  }
  return out;
}

}  // namespace mercer
