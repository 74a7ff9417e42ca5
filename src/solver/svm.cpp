#include "mercer/solver/svm.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/column_cache.hpp"
#include "solver/kernel_sums.hpp"
#include "solver/smo_block.hpp"
#include "solver/working_set.hpp"

namespace mercer {
namespace {

using Clock = std::chrono::steady_clock;

// Up to here all of K is computed before the first step.
constexpr index_t few_variables = 6144;

// Steps go over all variables where all of K is in memory, in blocks where columns have to be
// computed. (In blocks throughout, diamonds with 20000 rows takes 52 s, so 5.5 s: the free
// variables are more than a block holds.) Variables of a block: its 512 x 512 floats stay in a
// level-2 cache of 1 MiB.
constexpr index_t block_size = 512;

template <class T>
Col<double> diagonal_of(const GramOperator<T>& K, const SvmDual& dual) {
  const Col<T> all = K.diagonal();
  Col<double> out(dual.size());
  for (index_t i = 0; i < dual.size(); ++i) out(i) = static_cast<double>(all(dual.row(i)));
  return out;
}

// Steps over all variables before it is seen how many are active.
constexpr index_t least_steps = 256;

// Rounds of fresh gradients without halving the violation before the solver gives up: what is left
// is rounding.
constexpr int patience = 4;

template <class T>
class Solver {
 public:
  Solver(const GramOperator<T>& K, const SvmDual& dual, const SvmOptions& options,
         const StoredColumns* stored)
      : K_(K),
        dual_(dual),
        options_(options),
        v_(dual.rows[0].size(), dual.rows[1].size(), dual.separate, dual.tube),
        stored_(stored) {
    if (stored == nullptr) columns_.emplace(K, options.memory_budget, at_once(dual), smo_padding);
    const Col<double> diagonal = stored != nullptr ? stored->diagonal : diagonal_of(K, dual);
    for (index_t i = 0; i < dual.size(); ++i) {
      if (!std::isfinite(diagonal(i))) {
        throw NonFiniteError("solve_svm", "K", dual.row(i), dual.row(i), diagonal(i));
      }
      const index_t k = place(i);
      v_.beta[k] = dual.start(i);
      v_.low[k] = dual.low(i);
      v_.high[k] = dual.high(i);
      v_.diagonal[k] = diagonal(i);
      v_.F[k] = dual.linear(i);
      v_.refresh(k);
    }
    largest_diagonal_ = diagonal.is_empty() ? 0 : diagonal.max();
    limit_ = options.max_iterations > 0 ? options.max_iterations
                                        : std::max<index_t>(10000000, 100 * dual.size());
  }

  SvmSolution solve() {
    if (arma::any(dual_.start != 0)) start_gradient();
    double target = options_.tolerance;
    double last = std::numeric_limits<double>::infinity();
    int rounds = 0;
    for (;;) {
      // A little below the target, so that rounding to float does not bring the solver back here.
      drive_to(floats_are_final() ? target : 0.9 * target);
      if (floats_are_final()) {
        take_sums();
      } else {
        refresh_gradient();
      }
      if (status_ != Status::converged) break;
      const double now = violation(v_);
      if (now <= target) {
        const Certificate certificate = this->certificate();
        if (options_.relative_gap <= 0 ||
            certificate.gap <= options_.relative_gap * std::abs(certificate.dual_objective)) {
          break;
        }
        target = now / 4;
        rounds = 0;
      } else if (now > last / 2 && ++rounds == patience) {
        status_ = Status::iteration_limit;
        break;
      }
      last = now;
    }
    SvmSolution out;
    out.beta = beta();
    std::tie(out.bias, out.second_bias) = biases();
    out.gradient.set_size(dual_.size());
    for (index_t i = 0; i < dual_.size(); ++i) out.gradient(i) = v_.F[place(i)];
    out.report.status = status_;
    out.report.method = in_blocks_ ? "smo in blocks" : "smo";
    out.report.iterations = steps_;
    out.report.residual = violation(v_);
    out.report.certificate = certificate();
    return out;
  }

 private:
  static index_t at_once(const SvmDual& dual) {
    return dual.size() <= few_variables ? dual.size() : block_size;
  }

  // Where variable i stands in v_.
  index_t place(index_t i) const {
    const index_t first = dual_.rows[0].size();
    return i < first ? i : v_.groups[1].begin + (i - first);
  }
  index_t variable(index_t k) const {
    return k < v_.groups[1].begin ? k : dual_.rows[0].size() + (k - v_.groups[1].begin);
  }
  index_t row(index_t k) const { return dual_.row(variable(k)); }

  void drive_to(double tolerance) {
    if (!go_on(steps_, violation(v_))) return;
    if (columns_ && dual_.size() <= few_variables) columns_->fetch_all();
    if (!all_there()) by_blocks(tolerance);
    if (all_there() && status_ == Status::converged) over_all(tolerance);
  }

  bool all_there() const { return stored_ != nullptr || columns_->all() != nullptr; }

  void over_all(double tolerance) {
    SmoColumns K;
    for (std::size_t g = 0; g < 2; ++g) {
      K[g].resize(v_.F.size());
      for (index_t i = 0; i < dual_.size(); ++i) {
        K[g][place(i)] = stored_ != nullptr ? stored_->float_column[g][i]
                                            : columns_->all() + dual_.row(i) * columns_->stride() +
                                                  dual_.rows[g].begin;
      }
    }
    const index_t before = steps_;
    for (;;) {
      const index_t some = std::min(limit_ - steps_, std::max(least_steps, dual_.size() / 8));
      const SmoOutcome outcome =
          solve_block(v_, K, tolerance, some,
                      [&](index_t steps, double now) { return go_on(steps_ + steps, now); });
      steps_ += outcome.steps;
      if (outcome.steps < some || status_ != Status::converged) return;
      for (;;) {
        if (steps_ >= limit_) {
          status_ = Status::iteration_limit;
          return;
        }
        const double now = violation(v_);
        if (now <= tolerance) return;
        const std::vector<index_t> places = active(v_);
        if (!pays(places.size(), steps_ - before)) break;
        const index_t steps =
            step_block(places, columns_at(places, K), std::max(tolerance, now / 10));
        steps_ += steps;
        if (status_ != Status::converged) return;
        if (steps == 0) break;
      }
    }
  }

  // Whether to copy the kernel values of the active variables side by side: half of what is
  // spared if there are as many steps to come as were made.
  bool pays(index_t active, index_t steps) const {
    return steps * (dual_.size() - active) > 2 * active * active;
  }

  static SmoColumns columns_at(const std::vector<index_t>& places, const SmoColumns& K) {
    SmoColumns out;
    for (std::size_t g = 0; g < 2; ++g) {
      for (const index_t k : places) out[g].push_back(K[g][k]);
    }
    return out;
  }

  void by_blocks(double tolerance) {
    in_blocks_ = true;
    WorkingSet working_set(columns_->at_once());
    for (;;) {
      const double now = violation(v_);
      if (!go_on(steps_, now)) return;
      if (steps_ >= limit_) {
        status_ = Status::iteration_limit;
        return;
      }
      if (now <= tolerance || all_there()) return;
      const std::vector<index_t>& places = working_set.choose(v_);
      const index_t steps = step_block(places, fetch(places), std::max(tolerance / 2, now / 10));
      if (status_ != Status::converged) return;
      if (steps == 0) return;  // no gain that a double can tell from 0
      steps_ += steps;
    }
  }

  // Steps within the variables at some places, ascending; then F of all.
  index_t step_block(const std::vector<index_t>& places, const SmoColumns& columns,
                     double tolerance) {
    const auto middle = std::lower_bound(places.begin(), places.end(), v_.groups[1].begin);
    const auto first = static_cast<index_t>(middle - places.begin());
    SmoVariables block(first, places.size() - first, dual_.separate, dual_.tube);
    const auto in_block = [&](index_t k) {
      return k < first ? k : block.groups[1].begin + (k - first);
    };
    const index_t stride = block.groups[1].end;
    K_block_.assign(stride * stride, 0.0F);
    SmoColumns K{std::vector<const float*>(stride), std::vector<const float*>(stride)};
    std::vector<index_t> in_group(places.size());
    for (index_t k = 0; k < places.size(); ++k) {
      in_group[k] = places[k] - v_.groups[k < first ? 0 : 1].begin;
    }
    for (index_t k = 0; k < places.size(); ++k) {
      const index_t b = in_block(k), p = places[k];
      block.F[b] = v_.F[p];
      block.beta[b] = v_.beta[p];
      block.low[b] = v_.low[p];
      block.high[b] = v_.high[p];
      block.diagonal[b] = v_.diagonal[p];
      block.refresh(b);
      float* to = K_block_.data() + b * stride;
      K[0][b] = to;
      K[1][b] = to + block.groups[1].begin;
    }
    // Of a small block one half comes from the columns, which are far apart, and the other from the
    // block.
    const bool mirror = places.size() <= block_size;
    const auto copy = [&](index_t k) {
      float* to = K_block_.data() + in_block(k) * stride;
      for (index_t l = mirror ? k : 0; l < places.size(); ++l) {
        to[in_block(l)] = columns[l < first ? 0 : 1][k][in_group[l]];
      }
    };
    if (mirror) {
      for (index_t k = 0; k < places.size(); ++k) {
        float* to = K_block_.data() + in_block(k) * stride;
        for (index_t l = 0; l < k; ++l)
          to[in_block(l)] = K_block_[in_block(k) + in_block(l) * stride];
        copy(k);
      }
    } else {
      parallel_for(places.size(), options_.threads, [&](index_t k, int) { copy(k); });
    }
    const SmoOutcome outcome = solve_block(
        block, K, tolerance, std::min<index_t>(limit_ - steps_, 100 * places.size()),
        [&](index_t steps, double now) { return steps == 0 || go_on(steps_ + steps, now); });

    SmoColumns changed;
    std::vector<double> delta;
    for (index_t k = 0; k < places.size(); ++k) {
      const double step = block.beta[in_block(k)] - v_.beta[places[k]];
      if (step == 0) continue;
      v_.beta[places[k]] = block.beta[in_block(k)];
      v_.refresh(places[k]);
      for (std::size_t g = 0; g < 2; ++g) changed[g].push_back(columns[g][k]);
      delta.push_back(step);
    }
    subtract(changed, delta);
    return outcome.steps;
  }

  // The columns of the variables at some places. A row that two of them share is one column.
  SmoColumns fetch(const std::vector<index_t>& places) {
    SmoColumns out;
    std::vector<index_t> unique(places.size());
    std::transform(places.begin(), places.end(), unique.begin(), [&](index_t k) { return row(k); });
    std::sort(unique.begin(), unique.end());
    unique.erase(std::unique(unique.begin(), unique.end()), unique.end());
    std::vector<const float*> fetched;
    columns_->fetch(unique, fetched);
    for (const index_t k : places) {
      const auto at = std::lower_bound(unique.begin(), unique.end(), row(k)) - unique.begin();
      for (std::size_t g = 0; g < 2; ++g) {
        out[g].push_back(fetched[static_cast<std::size_t>(at)] + dual_.rows[g].begin);
      }
    }
    return out;
  }

  // F -= sum_c delta_c K_c, strips of rows on all threads.
  void subtract(const SmoColumns& columns, const std::vector<double>& delta) {
    constexpr index_t strip = 2048;
    for (std::size_t g = 0; g < 2; ++g) {
      const Range group = v_.groups[g];
      const index_t strips = (group.size() + strip - 1) / strip;
      parallel_for(strips, options_.threads, [&](index_t item, int) {
        const index_t begin = item * strip;
        std::vector<const float*> parts = columns[g];
        for (const float*& part : parts) part += begin;
        subtract_columns(v_.F.data() + group.begin + begin, std::min(strip, group.size() - begin),
                         parts.data(), delta.data(), delta.size());
      });
    }
  }

  Col<double> beta() const {
    Col<double> out(dual_.size(), arma::fill::none);
    for (index_t i = 0; i < dual_.size(); ++i) out(i) = v_.beta[place(i)];
    return out;
  }

  // F from kernel values in double.
  void refresh_gradient() {
    const bool there = stored_ != nullptr && !stored_->column[0].empty();
    sums_ = there ? kernel_sums(*stored_, dual_, beta()) : kernel_sums(K_, dual_, beta());
    for (index_t i = 0; i < dual_.size(); ++i) v_.F[place(i)] = dual_.linear(i) - sums_(i);
  }

  bool floats_are_final() const { return stored_ != nullptr && stored_->final; }

  void start_gradient() {
    if (!floats_are_final()) return refresh_gradient();
    if (!stored_->gradient.is_empty()) {
      for (index_t i = 0; i < dual_.size(); ++i) v_.F[place(i)] = stored_->gradient(i);
      return;
    }
    SmoColumns columns;
    std::vector<double> beta;
    for (index_t i = 0; i < dual_.size(); ++i) {
      if (dual_.start(i) == 0) continue;
      for (std::size_t g = 0; g < 2; ++g) columns[g].push_back(stored_->float_column[g][i]);
      beta.push_back(dual_.start(i));
    }
    subtract(columns, beta);
  }

  // K beta of the F that the steps have kept.
  void take_sums() {
    sums_.set_size(dual_.size());
    for (index_t i = 0; i < dual_.size(); ++i) sums_(i) = dual_.linear(i) - v_.F[place(i)];
  }

  Certificate certificate() const {
    const auto [bias, second_bias] = biases();
    return certificate_from(sums_, dual_, beta(), bias, second_bias, largest_diagonal_);
  }

  // Variables between their bounds lie on the margin, where F + up = F + down = bias; without any,
  // the middle of what the others allow: m <= bias <= M, where one side may be open.
  double bias(Range places) const {
    double sum = 0;
    index_t free = 0;
    for (index_t k = places.begin; k < places.end; ++k) {
      if (v_.up[k] != v_.down[k]) continue;
      sum += v_.F[k] + v_.up[k];
      ++free;
    }
    if (free > 0) return sum / static_cast<double>(free);
    if (places.size() == 0) return 0;
    const SmoExtremes e = extremes(v_, places);
    if (std::isfinite(e.up) && std::isfinite(e.down)) return (e.up + e.down) / 2;
    return std::isfinite(e.up) ? e.up : std::isfinite(e.down) ? e.down : 0;
  }

  std::pair<double, double> biases() const {
    const auto [first, second] = v_.constraints();
    return {bias(first), bias(second)};
  }

  bool go_on(index_t steps, double now) {
    const auto time = Clock::now();
    const double seconds = std::chrono::duration<double>(time - start_).count();
    if (seconds > options_.time_limit) {
      status_ = Status::time_limit;
      return false;
    }
    if (!options_.progress) return true;
    if (told_ && time - last_progress_ < std::chrono::milliseconds(50)) return true;
    told_ = true;
    last_progress_ = time;
    const Progress progress{.stage = "smo",
                            .iteration = steps,
                            .criterion = now,
                            .target = options_.tolerance,
                            .seconds = seconds};
    if (options_.progress(progress) == Continue::yes) return true;
    status_ = Status::stopped;
    return false;
  }

  const GramOperator<T>& K_;
  const SvmDual& dual_;
  const SvmOptions& options_;
  SmoVariables v_;
  const StoredColumns* stored_;
  std::optional<ColumnCache<T>> columns_;  // if nothing is stored
  std::vector<float> K_block_;
  Col<double> sums_;  // K beta, after refresh_gradient
  double largest_diagonal_;
  index_t limit_;
  index_t steps_ = 0;
  Status status_ = Status::converged;
  bool told_ = false;
  bool in_blocks_ = false;  // at least at first
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_progress_ = start_;
};

}  // namespace

template <class T>
SvmSolution solve_svm(const GramOperator<T>& K, const SvmDual& dual, const SvmOptions& options,
                      const StoredColumns* stored) {
  require_fit("solve_svm", K, dual);
  if (stored != nullptr && !stored->gradient.is_empty()) {
    require_rows("solve_svm", "stored.gradient", stored->gradient.n_elem, dual.size(),
                 "one per variable");
  }
  if (stored != nullptr && (stored->float_column[0].size() != dual.size() ||
                            stored->float_column[1].size() != dual.size())) {
    throw std::invalid_argument("solve_svm: stored must have " + std::to_string(dual.size()) +
                                " columns for each group, one per variable");
  }
  require_positive("solve_svm: tolerance", options.tolerance);
  require_non_negative("solve_svm: relative_gap", options.relative_gap);
  if (!(options.time_limit > 0)) {
    throw std::invalid_argument("solve_svm: time_limit must be positive, is " +
                                shortest(options.time_limit));
  }
  const auto start = Clock::now();
  SvmSolution solution = Solver<T>(K, dual, options, stored).solve();
  solution.report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return solution;
}

template SvmSolution solve_svm(const GramOperator<double>&, const SvmDual&, const SvmOptions&,
                               const StoredColumns*);
template SvmSolution solve_svm(const GramOperator<float>&, const SvmDual&, const SvmOptions&,
                               const StoredColumns*);

}  // namespace mercer
