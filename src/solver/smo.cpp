#include "mercer/solver/smo.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/gram/column_cache.hpp"

namespace mercer {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double least_curvature = 1e-12;  // stands in for a_ij <= 0: kernels that are not definite

using Clock = std::chrono::steady_clock;

// Up to here K is computed as a whole before the first step (512 MB of doubles): half of its
// entries by full tiles cost less than the columns that most problems of this size ask for one by
// one.
constexpr index_t stored_limit = 8192;

// All of K in memory, with the face of ColumnCache.
template <class T>
class StoredColumns {
 public:
  struct Column {
    const T* values;
    const T* data() const { return values; }
  };
  explicit StoredColumns(const GramOperator<T>& K) {
    K.dense(K_);
    require_finite("solve_smo", "K", K_);
  }
  Column column(index_t j) const { return {K_.colptr(j)}; }

 private:
  Mat<T> K_;
};

// Nothing if K is too large, for the solver's budget or for the operator's own.
template <class T>
std::unique_ptr<StoredColumns<T>> store_columns(const GramOperator<T>& K, std::size_t budget) {
  const std::size_t bytes = K.n_rows() * K.n_rows() * sizeof(T);
  if (K.n_rows() > stored_limit || bytes > resolve_memory_budget(budget)) return nullptr;
  try {
    return std::make_unique<StoredColumns<T>>(K);
  } catch (const BudgetError&) {
    return nullptr;
  }
}

template <class T, class Columns>
class Smo {
 public:
  Smo(const GramOperator<T>& K, Columns& columns, const Col<double>& y, const Col<double>& C,
      const SmoOptions& options)
      : y_(y),
        options_(options),
        n_(y.n_elem),
        columns_(columns),
        diagonal_(arma::conv_to<Col<double>>::from(K.diagonal())),
        beta_(n_, arma::fill::zeros),
        F_(y),
        low_(n_, arma::fill::zeros),
        high_(n_, arma::fill::zeros),
        active_(n_) {
    for (index_t i = 0; i < n_; ++i) {
      if (!std::isfinite(diagonal_(i))) throw NonFiniteError("solve_smo", "K", i, i, diagonal_(i));
    }
    for (index_t i = 0; i < n_; ++i) (y(i) > 0 ? high_(i) : low_(i)) = y(i) * C(i);
    std::iota(active_.begin(), active_.end(), index_t{0});
  }

  SmoSolution solve() {
    const index_t limit = options_.max_iterations > 0 ? options_.max_iterations
                                                      : std::max<index_t>(10000000, 100 * n_);
    const index_t shrink_period = std::max<index_t>(1, std::min<index_t>(n_, 1000));
    index_t until_shrink = shrink_period;
    for (;; ++iterations_) {
      select_first();
      if (violation() <= options_.tolerance) {
        // Optimal on the active variables. Is it on all of them?
        if (active_.size() == n_) break;
        unshrink();
        until_shrink = 1;  // if not optimal, leave the bounded ones out again at once
        continue;
      }
      if (iterations_ >= limit) {
        status_ = Status::iteration_limit;
        break;
      }
      if (!tell_progress()) {
        status_ = Status::stopped;
        break;
      }
      if (options_.shrinking && --until_shrink == 0) {
        until_shrink = shrink_period;
        shrink();
      }
      step();
    }
    if (active_.size() < n_) {
      unshrink();
      select_first();
    }
    return solution();
  }

 private:
  bool in_up(index_t k) const { return beta_(k) < high_(k); }
  bool in_low(index_t k) const { return beta_(k) > low_(k); }
  double violation() const { return up_ - low_bound_; }

  // i, m and M. Ties go to the smallest index.
  void select_first() {
    up_ = -infinity;
    low_bound_ = infinity;
    for (const index_t k : active_) {
      if (in_up(k) && F_(k) > up_) {
        up_ = F_(k);
        first_ = k;
      }
      if (in_low(k) && F_(k) < low_bound_) low_bound_ = F_(k);
    }
  }

  // j by the largest decrease of the objective, then the update of the pair.
  void step() {
    const index_t i = first_;
    const auto column_i = columns_.column(i);
    const T* K_i = column_i.data();
    index_t j = i;
    double best = -1;
    for (const index_t k : active_) {
      const double difference = up_ - F_(k);
      if (!in_low(k) || difference <= 0) continue;
      const double gain = difference * difference / curvature(i, k, K_i);
      if (gain > best) {
        best = gain;
        j = k;
      }
    }
    const auto column_j = columns_.column(j);
    const T* K_j = column_j.data();

    const double room_i = high_(i) - beta_(i);
    const double room_j = beta_(j) - low_(j);
    const double length = std::min({(up_ - F_(j)) / curvature(i, j, K_i), room_i, room_j});
    beta_(i) = length == room_i ? high_(i) : beta_(i) + length;
    beta_(j) = length == room_j ? low_(j) : beta_(j) - length;
    for (const index_t k : active_) {
      F_(k) -= length * (static_cast<double>(K_i[k]) - static_cast<double>(K_j[k]));
    }
  }

  double curvature(index_t i, index_t k, const T* K_i) const {
    const double a = diagonal_(i) + diagonal_(k) - 2 * static_cast<double>(K_i[k]);
    return a > 0 ? a : least_curvature;
  }

  // A variable at a bound can leave only if it violates; far from that it rests (Joachims 1998).
  void shrink() {
    if (!unshrunk_ && violation() <= 10 * options_.tolerance) {
      unshrunk_ = true;  // once near the end, look again at all
      unshrink();
      select_first();
    }
    std::erase_if(active_, [this](index_t k) {
      if (!in_up(k)) return F_(k) > up_;
      if (!in_low(k)) return F_(k) < low_bound_;
      return false;
    });
  }

  // All variables become active; F is computed afresh from the support, which also ends its drift.
  void unshrink() {
    if (active_.size() == n_) return;
    active_.resize(n_);
    std::iota(active_.begin(), active_.end(), index_t{0});
    F_ = y_;
    for (index_t j = 0; j < n_; ++j) {
      if (beta_(j) == 0) continue;
      const auto column = columns_.column(j);
      const T* K_j = column.data();
      for (index_t k = 0; k < n_; ++k) F_(k) -= beta_(j) * static_cast<double>(K_j[k]);
    }
  }

  bool tell_progress() {
    if (!options_.progress) return true;
    const auto now = Clock::now();
    if (iterations_ > 0 && now - last_progress_ < std::chrono::milliseconds(50)) return true;
    last_progress_ = now;
    return options_.progress({.stage = "smo",
                              .iteration = iterations_,
                              .criterion = violation(),
                              .target = options_.tolerance,
                              .seconds = std::chrono::duration<double>(now - start_).count()}) ==
           Continue::yes;
  }

  // Free variables lie on the margin, F = bias; without any, the middle of what the bounds allow:
  // m <= bias <= M, where one side is open if there is one class only.
  double bias() const {
    double sum = 0;
    index_t free = 0;
    for (index_t k = 0; k < n_; ++k) {
      if (in_up(k) && in_low(k)) {
        sum += F_(k);
        ++free;
      }
    }
    if (free > 0) return sum / static_cast<double>(free);
    if (std::isfinite(up_) && std::isfinite(low_bound_)) return (up_ + low_bound_) / 2;
    return std::isfinite(up_) ? up_ : std::isfinite(low_bound_) ? low_bound_ : 0;
  }

  SmoSolution solution() {
    SmoSolution out;
    out.bias = bias();
    out.beta = std::move(beta_);
    out.report.status = status_;
    out.report.method = "smo";
    out.report.iterations = iterations_;
    out.report.residual = std::max(0.0, violation());
    return out;
  }

  const Col<double>& y_;
  const SmoOptions& options_;
  index_t n_;
  Columns& columns_;
  Col<double> diagonal_;
  Col<double> beta_;
  Col<double> F_;    // y - K beta; stale for variables that are not active
  Col<double> low_;  // low_i <= beta_i <= high_i
  Col<double> high_;
  std::vector<index_t> active_;  // ascending
  double up_ = 0;                // m
  double low_bound_ = 0;         // M
  index_t first_ = 0;            // i
  bool unshrunk_ = false;
  index_t iterations_ = 0;
  Status status_ = Status::converged;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_progress_ = start_;
};

}  // namespace

template <class T>
SmoSolution solve_smo(const GramOperator<T>& K, const Col<double>& y, const Col<double>& C,
                      const SmoOptions& options) {
  require_columns("solve_smo", "K", K.n_cols(), K.n_rows(), "it must be square");
  require_rows("solve_smo", "y", y.n_elem, K.n_rows(), "one per point");
  require_rows("solve_smo", "C", C.n_elem, K.n_rows(), "one per point");
  require_positive("solve_smo: tolerance", options.tolerance);
  for (index_t i = 0; i < y.n_elem; ++i) {
    if (y(i) != 1 && y(i) != -1) {
      throw std::invalid_argument("solve_smo: y must be +1 or -1, y(" + std::to_string(i) +
                                  ") is " + shortest(y(i)));
    }
    require_non_negative("solve_smo: C", C(i));
  }
  const auto start = Clock::now();
  SmoSolution solution;
  if (const auto stored = store_columns(K, options.memory_budget)) {
    solution = Smo(K, *stored, y, C, options).solve();
  } else {
    ColumnCache<T> columns(K, options.memory_budget);
    solution = Smo(K, columns, y, C, options).solve();
  }
  solution.report.certificate = svm_certificate(K, y, C, solution.beta, solution.bias);
  solution.report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return solution;
}

template SmoSolution solve_smo(const GramOperator<double>&, const Col<double>&, const Col<double>&,
                               const SmoOptions&);
template SmoSolution solve_smo(const GramOperator<float>&, const Col<double>&, const Col<double>&,
                               const SmoOptions&);

}  // namespace mercer
