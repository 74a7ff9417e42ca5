#include "mercer/solver/linear_svm.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/core/random.hpp"
#include "solver/kernel_sums.hpp"

namespace mercer {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// <w, z>, in eight sums that a compiler may keep in vectors.
template <class T>
double dot(const double* w, const T* z, index_t r) {
  double sums[8] = {};
  index_t k = 0;
  for (; k + 8 <= r; k += 8) {
    for (index_t l = 0; l < 8; ++l) sums[l] += w[k + l] * static_cast<double>(z[k + l]);
  }
  for (; k < r; ++k) sums[k % 8] += w[k] * static_cast<double>(z[k]);
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

// w += step z
template <class T>
void add(double* w, double step, const T* z, index_t r) {
  for (index_t k = 0; k < r; ++k) w[k] += step * static_cast<double>(z[k]);
}

// w in the first r elements, then the weight of the constant feature.
template <class T>
Col<double> weights_of(const Mat<T>& Z, std::span<const index_t> points, const Col<double>& y,
                       double B, const Col<double>& alpha) {
  Col<double> w(Z.n_rows + 1, arma::fill::zeros);
  for (index_t i = 0; i < points.size(); ++i) {
    if (alpha(i) == 0) continue;
    add(w.memptr(), alpha(i) * y(i), Z.colptr(points[i]), Z.n_rows);
    w(Z.n_rows) += alpha(i) * y(i) * B;
  }
  return w;
}

template <class T>
void require_sizes(const char* where, const Mat<T>& Z, std::span<const index_t> points,
                   const Col<double>& y, const Col<double>& C, double B) {
  for (const index_t point : points) {
    if (point < Z.n_cols) continue;
    throw std::invalid_argument(std::string(where) + ": points must be below " +
                                std::to_string(Z.n_cols) + ", one is " + std::to_string(point));
  }
  require_rows(where, "y", y.n_elem, points.size(), "one per point used");
  require_rows(where, "C", C.n_elem, points.size(), "one per point used");
  for (index_t i = 0; i < points.size(); ++i) {
    if (y(i) != 1 && y(i) != -1) {
      throw std::invalid_argument(std::string(where) + ": a label must be +1 or -1, is " +
                                  shortest(y(i)));
    }
    require_non_negative((std::string(where) + ": a bound C").c_str(), C(i));
  }
  require_non_negative((std::string(where) + ": bias_feature").c_str(), B);
}

template <class T>
class Descent {
 public:
  Descent(const Mat<T>& Z, std::span<const index_t> points, const Col<double>& y,
          const Col<double>& C, const LinearSvmOptions& options)
      : Z_(Z),
        points_(points),
        y_(y),
        C_(C),
        options_(options),
        B_(options.bias_feature),
        alpha_(points.size(), arma::fill::zeros),
        w_(Z.n_rows + 1, arma::fill::zeros),
        curvature_(points.size(), arma::fill::none) {
    for (index_t i = 0; i < points.size(); ++i) {
      const T* z = Z.colptr(points[i]);
      double sum = B_ * B_;
      for (index_t k = 0; k < Z.n_rows; ++k) sum += std::pow(static_cast<double>(z[k]), 2);
      if (!std::isfinite(sum)) {
        throw std::invalid_argument("solve_linear_svm: Z must be finite, the squares of column " +
                                    std::to_string(points[i]) + " sum to " + shortest(sum));
      }
      curvature_(i) = sum;
      active_.push_back(i);
    }
  }

  LinearSvmSolution solve() {
    const index_t limit = options_.max_epochs > 0 ? options_.max_epochs : 10000;
    Status status = Status::converged;
    check();
    index_t epochs = 0;
    double target = 0.1;  // of the largest projected gradient less the smallest
    while (relative_gap() > options_.relative_gap) {
      if (options_.progress && options_.progress({.stage = "dual coordinate descent",
                                                  .iteration = epochs,
                                                  .criterion = relative_gap(),
                                                  .target = options_.relative_gap,
                                                  .seconds = seconds()}) == Continue::no) {
        status = Status::stopped;
        break;
      }
      if (epochs == limit) {
        status = Status::iteration_limit;
        break;
      }
      if (epoch(epochs++) > target && epochs < limit) continue;
      check();
      target /= 2;
    }
    if (status == Status::stopped) check();
    LinearSvmSolution out;
    out.w = w_.head(Z_.n_rows);
    out.bias = B_ * w_(Z_.n_rows);
    out.alpha = std::move(alpha_);
    out.report.status = status;
    out.report.method = "dual coordinate descent";
    out.report.iterations = epochs;
    out.report.residual = relative_gap();
    out.report.certificate = certificate_;
    out.report.message = ended_early("solve_linear_svm", status);
    out.report.seconds = seconds();
    return out;
  }

 private:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

  // 0 / 0, for a problem whose bounds are all 0, is 0.
  double relative_gap() const {
    const double gap = certificate_.gap < 0 ? 0 : certificate_.gap;
    return gap == 0 ? 0 : gap / std::abs(certificate_.dual_objective);
  }

  // The certificate, w without the rounding of the steps, and all points active again.
  void check() {
    certificate_ = linear_svm_certificate(Z_, points_, y_, C_, B_, alpha_);
    w_ = weights_of(Z_, points_, y_, B_, alpha_);
    active_.resize(points_.size());
    for (index_t i = 0; i < points_.size(); ++i) active_[i] = i;
    highest_ = infinity;
    lowest_ = -infinity;
  }

  // for i, in random order:  G = y_i f(z_i) - 1,  alpha_i = min(max(alpha_i - G / Q_ii, 0), C_i).
  // The largest projected gradient less the smallest.
  double epoch(index_t number) {
    const arma::uvec order = Random(options_.seed, number).permutation(active_.size());
    double up = -infinity, down = infinity;
    std::vector<index_t> kept;
    for (const index_t place : order) {
      const index_t i = active_[place];
      const T* z = Z_.colptr(points_[i]);
      const double f = dot(w_.memptr(), z, Z_.n_rows) + B_ * w_(Z_.n_rows);
      const double G = y_(i) * f - 1;
      // It stays at its bound while others of the last epoch were further from their optimum.
      if (alpha_(i) == 0 && G > highest_) continue;
      if (alpha_(i) == C_(i) && G < lowest_) continue;
      kept.push_back(i);
      const bool held = (alpha_(i) == 0 && G > 0) || (alpha_(i) == C_(i) && G < 0);
      const double projected = held ? 0 : G;
      up = std::max(up, projected);
      down = std::min(down, projected);
      if (projected == 0 || !(curvature_(i) > 0)) {
        // A point at the origin without a bias has f = 0 whatever alpha is: its optimum is C.
        if (!(curvature_(i) > 0)) alpha_(i) = C_(i);
        continue;
      }
      const double before = alpha_(i);
      alpha_(i) = std::clamp(before - G / curvature_(i), 0.0, C_(i));
      const double step = (alpha_(i) - before) * y_(i);
      add(w_.memptr(), step, z, Z_.n_rows);
      w_(Z_.n_rows) += step * B_;
    }
    active_ = std::move(kept);
    highest_ = up > 0 ? up : infinity;
    lowest_ = down < 0 ? down : -infinity;
    return active_.empty() ? 0 : up - down;
  }

  const Mat<T>& Z_;
  std::span<const index_t> points_;
  const Col<double>& y_;
  const Col<double>& C_;
  const LinearSvmOptions& options_;
  double B_;
  Col<double> alpha_, w_, curvature_;
  std::vector<index_t> active_;
  double highest_ = infinity, lowest_ = -infinity;  // projected gradients of the last epoch
  Certificate certificate_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

template <class T>
LinearSvmSolution solve_linear_svm(const Mat<T>& Z, std::span<const index_t> points,
                                   const Col<double>& y, const Col<double>& C,
                                   const LinearSvmOptions& options) {
  require_sizes("solve_linear_svm", Z, points, y, C, options.bias_feature);
  require_positive("solve_linear_svm: relative_gap", options.relative_gap);
  return Descent<T>(Z, points, y, C, options).solve();
}

template <class T>
Certificate linear_svm_certificate(const Mat<T>& Z, std::span<const index_t> points,
                                   const Col<double>& y, const Col<double>& C, double bias_feature,
                                   const Col<double>& alpha) {
  require_sizes("linear_svm_certificate", Z, points, y, C, bias_feature);
  require_rows("linear_svm_certificate", "alpha", alpha.n_elem, points.size(),
               "one per point used");
  const Col<double> w = weights_of(Z, points, y, bias_feature, alpha);
  double norm = 0, sum = 0, loss = 0, gap = 0, violation = 0, largest = 0;
  for (const double value : w) norm += value * value;
  bool feasible = true;
  for (index_t i = 0; i < points.size(); ++i) {
    const T* z = Z.colptr(points[i]);
    double f = bias_feature * w(Z.n_rows), own = bias_feature * bias_feature;
    for (index_t k = 0; k < Z.n_rows; ++k) {
      f += w(k) * static_cast<double>(z[k]);
      own += std::pow(static_cast<double>(z[k]), 2);
    }
    const double slack = 1 - y(i) * f;
    feasible = feasible && alpha(i) >= 0 && alpha(i) <= C(i);
    sum += alpha(i);
    loss += slack > 0 ? C(i) * slack : 0;
    gap += (slack > 0 ? C(i) * slack : 0) - alpha(i) * slack;  // sum_i alpha_i y_i f_i = ||w||^2
    if (alpha(i) < C(i)) violation = std::max(violation, slack);
    if (alpha(i) > 0) violation = std::max(violation, -slack);
    largest = std::max(largest, own);
  }
  Certificate out;
  out.primal_objective = norm / 2 + loss;
  out.dual_objective = feasible ? sum - norm / 2 : -infinity;
  out.gap = feasible ? gap : infinity;
  out.violation = feasible ? violation : infinity;
  out.decision_error = decision_error(out.gap, largest);
  return out;
}

#define MERCER_INSTANTIATE(T)                                                                 \
  template LinearSvmSolution solve_linear_svm(const Mat<T>&, std::span<const index_t>,        \
                                              const Col<double>&, const Col<double>&,         \
                                              const LinearSvmOptions&);                       \
  template Certificate linear_svm_certificate(const Mat<T>&, std::span<const index_t>,        \
                                              const Col<double>&, const Col<double>&, double, \
                                              const Col<double>&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
