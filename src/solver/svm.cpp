#include "mercer/solver/svm.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <span>
#include <stdexcept>
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

// Up to here all of K is computed before the first step, and steps go over all variables: a pass
// over them costs less than a block's bookkeeping.
constexpr index_t few_variables = 4096;

// Variables of a block: its 512 x 512 floats stay in a level-2 cache of 1 MiB.
constexpr index_t block_size = 512;

// Rounds of fresh gradients without halving the violation before the solver gives up: what is left
// is rounding.
constexpr int patience = 4;

template <class T>
class Solver {
 public:
  Solver(const GramOperator<T>& K, const SvmDual& dual, const SvmOptions& options)
      : K_(K),
        dual_(dual),
        options_(options),
        n_(K.n_rows()),
        v_(dual.split, dual.size() - dual.split, dual.tube),
        columns_(K, options.memory_budget, at_once(dual.size()), smo_padding) {
    const Col<double> diagonal = arma::conv_to<Col<double>>::from(K.diagonal());
    for (index_t i = 0; i < n_; ++i) {
      if (!std::isfinite(diagonal(i))) throw NonFiniteError("solve_svm", "K", i, i, diagonal(i));
    }
    for (index_t i = 0; i < dual.size(); ++i) {
      const index_t k = place(i);
      v_.beta[k] = dual.start(i);
      v_.low[k] = dual.low(i);
      v_.high[k] = dual.high(i);
      v_.diagonal[k] = diagonal(i % n_);
      v_.F[k] = dual.linear(i);
      v_.refresh(k);
    }
    limit_ = options.max_iterations > 0 ? options.max_iterations
                                        : std::max<index_t>(10000000, 100 * dual.size());
  }

  SvmSolution solve() {
    if (arma::any(dual_.start != 0)) refresh_gradient();
    double target = options_.tolerance;
    double last = std::numeric_limits<double>::infinity();
    int rounds = 0;
    for (;;) {
      // A little below the target, so that rounding to float does not bring the solver back here.
      drive_to(0.9 * target);
      refresh_gradient();
      if (status_ != Status::converged) break;
      const double now = violation(v_);
      if (now <= target) {
        if (options_.relative_gap <= 0 || gap() <= options_.relative_gap * std::abs(objective())) {
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
    return solution();
  }

 private:
  static index_t at_once(index_t variables) {
    return variables <= few_variables ? variables : block_size;
  }

  // Where variable i stands in v_.
  index_t place(index_t i) const {
    return i < dual_.split ? i : v_.groups[1].begin + (i - dual_.split);
  }
  index_t variable(index_t k) const {
    return k < v_.groups[1].begin ? k : dual_.split + (k - v_.groups[1].begin);
  }
  index_t row(index_t k) const { return variable(k) % n_; }

  void drive_to(double tolerance) {
    if (dual_.size() <= few_variables && dual_.size() == n_ && dual_.split == n_) {
      columns_.fetch_all();
      if (columns_.all() != nullptr) return over_all(tolerance);
    }
    by_blocks(tolerance);
  }

  void over_all(double tolerance) {
    steps_ += solve_block(v_, columns_.all(), columns_.stride(), tolerance, limit_ - steps_,
                          [&](index_t steps, double now) { return go_on(steps_ + steps, now); })
                  .steps;
    if (steps_ >= limit_) status_ = Status::iteration_limit;
  }

  void by_blocks(double tolerance) {
    WorkingSet working_set(columns_.at_once());
    std::vector<float> K_block;
    std::vector<index_t> rows;
    std::vector<const float*> columns;
    for (;;) {
      const double now = violation(v_);
      if (!go_on(steps_, now)) return;
      if (steps_ >= limit_) {
        status_ = Status::iteration_limit;
        return;
      }
      if (now <= tolerance) return;
      const std::vector<index_t>& places = working_set.choose(v_);

      // A row that two variables share is one column.
      rows.resize(places.size());
      std::transform(places.begin(), places.end(), rows.begin(), [&](index_t k) { return row(k); });
      std::vector<index_t> unique = rows;
      std::sort(unique.begin(), unique.end());
      unique.erase(std::unique(unique.begin(), unique.end()), unique.end());
      std::vector<const float*> fetched;
      columns_.fetch(unique, fetched);
      columns.resize(places.size());
      for (index_t k = 0; k < places.size(); ++k) {
        const auto at = std::lower_bound(unique.begin(), unique.end(), rows[k]) - unique.begin();
        columns[k] = fetched[static_cast<std::size_t>(at)];
      }

      const index_t first = static_cast<index_t>(std::count_if(
          places.begin(), places.end(), [&](index_t k) { return k < v_.groups[1].begin; }));
      SmoVariables block(first, places.size() - first, dual_.tube);
      const auto in_block = [&](index_t k) {
        return k < first ? k : block.groups[1].begin + (k - first);
      };
      const index_t stride = block.groups[1].end;
      K_block.assign(stride * stride, 0.0F);
      for (index_t k = 0; k < places.size(); ++k) {
        const index_t b = in_block(k), p = places[k];
        block.F[b] = v_.F[p];
        block.beta[b] = v_.beta[p];
        block.low[b] = v_.low[p];
        block.high[b] = v_.high[p];
        block.diagonal[b] = v_.diagonal[p];
        block.refresh(b);
        float* to = K_block.data() + b * stride;
        for (index_t l = 0; l < places.size(); ++l) to[in_block(l)] = columns[k][rows[l]];
      }
      const SmoOutcome outcome = solve_block(
          block, K_block.data(), stride, std::max(tolerance / 2, 0.1 * now),
          std::min<index_t>(limit_ - steps_, 100 * places.size()),
          [&](index_t steps, double) { return steps == 0 || go_on(steps_ + steps, now); });
      steps_ += outcome.steps;

      std::vector<const float*> changed;
      std::vector<double> delta;
      for (index_t k = 0; k < places.size(); ++k) {
        const double step = block.beta[in_block(k)] - v_.beta[places[k]];
        if (step == 0) continue;
        v_.beta[places[k]] = block.beta[in_block(k)];
        v_.refresh(places[k]);
        changed.push_back(columns[k]);
        delta.push_back(step);
      }
      subtract(changed, delta);
      if (status_ != Status::converged) return;
      if (outcome.steps == 0) return;  // no gain that a double can tell from 0
    }
  }

  // F -= sum_c delta_c K_c, strips of rows on all threads.
  void subtract(const std::vector<const float*>& columns, const std::vector<double>& delta) {
    constexpr index_t strip = 2048;
    for (const Range group : v_.groups) {
      const index_t offset = group.begin == 0 ? 0 : row(group.begin);
      const index_t strips = (group.size() + strip - 1) / strip;
      parallel_for(strips, options_.threads, [&](index_t item, int) {
        const index_t begin = item * strip;
        std::vector<const float*> parts(columns.size());
        for (std::size_t c = 0; c < columns.size(); ++c) parts[c] = columns[c] + offset + begin;
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
    const Col<double> sums = kernel_sums("solve_svm", K_, beta());
    for (index_t i = 0; i < dual_.size(); ++i) v_.F[place(i)] = dual_.linear(i) - sums(i % n_);
  }

  double objective() const {
    double sum = 0;
    for (index_t i = 0; i < dual_.size(); ++i) {
      const double b = v_.beta[place(i)];
      sum += (dual_.linear(i) + v_.F[place(i)]) / 2 * b - dual_.tube * std::abs(b);
    }
    return sum;
  }

  double gap() const {
    double sum = 0;
    for (const Range group : v_.groups) {
      const double b = bias(group);
      for (index_t k = group.begin; k < group.end; ++k) {
        const auto value = [&](double at) { return (v_.F[k] - b) * at - v_.tube * std::abs(at); };
        sum += std::max({value(v_.low[k]), value(v_.high[k]), v_.tube > 0 ? value(0) : -1e300}) -
               value(v_.beta[k]);
      }
    }
    return sum;
  }

  // Variables between their bounds lie on the margin, where F + up = F + down = bias; without any,
  // the middle of what the others allow: m <= bias <= M, where one side may be open.
  double bias(Range group) const {
    double sum = 0;
    index_t free = 0;
    for (index_t k = group.begin; k < group.end; ++k) {
      if (v_.up[k] != v_.down[k]) continue;
      sum += v_.F[k] + v_.up[k];
      ++free;
    }
    if (free > 0) return sum / static_cast<double>(free);
    if (group.size() == 0) return 0;
    const SmoExtremes e = extremes(v_, group);
    if (std::isfinite(e.up) && std::isfinite(e.down)) return (e.up + e.down) / 2;
    return std::isfinite(e.up) ? e.up : std::isfinite(e.down) ? e.down : 0;
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

  SvmSolution solution() {
    SvmSolution out;
    out.beta = beta();
    out.bias = bias(v_.groups[0]);
    out.second_bias = bias(v_.groups[1]);
    out.report.status = status_;
    out.report.method = dual_.size() <= few_variables ? "smo" : "smo in blocks";
    out.report.iterations = steps_;
    out.report.residual = violation(v_);
    return out;
  }

  const GramOperator<T>& K_;
  const SvmDual& dual_;
  const SvmOptions& options_;
  index_t n_;
  SmoVariables v_;
  ColumnCache<T> columns_;
  index_t limit_;
  index_t steps_ = 0;
  Status status_ = Status::converged;
  bool told_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_progress_ = start_;
};

}  // namespace

template <class T>
SvmSolution solve_svm(const GramOperator<T>& K, const SvmDual& dual, const SvmOptions& options) {
  require_columns("solve_svm", "K", K.n_cols(), K.n_rows(), "it must be square");
  if (dual.size() != 2 * K.n_rows()) {
    require_rows("solve_svm", "dual.linear", dual.size(), K.n_rows(), "one per point");
  }
  for (const auto* values : {&dual.low, &dual.high, &dual.start}) {
    require_rows("solve_svm", "dual", values->n_elem, dual.size(), "one per variable");
  }
  require_positive("solve_svm: tolerance", options.tolerance);
  require_non_negative("solve_svm: relative_gap", options.relative_gap);
  if (!(options.time_limit > 0)) {
    throw std::invalid_argument("solve_svm: time_limit must be positive, is " +
                                shortest(options.time_limit));
  }
  const auto start = Clock::now();
  SvmSolution solution = Solver<T>(K, dual, options).solve();
  solution.report.certificate =
      svm_certificate(K, dual, solution.beta, solution.bias, solution.second_bias);
  solution.report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return solution;
}

template SvmSolution solve_svm(const GramOperator<double>&, const SvmDual&, const SvmOptions&);
template SvmSolution solve_svm(const GramOperator<float>&, const SvmDual&, const SvmOptions&);

}  // namespace mercer
