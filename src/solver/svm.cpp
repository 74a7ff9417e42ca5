#include "mercer/solver/svm.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "solver/kernel_sums.hpp"
#include "solver/kernel_values.hpp"
#include "solver/packed_block.hpp"
#include "solver/resumable.hpp"
#include "solver/smo_block.hpp"
#include "solver/smo_steps.hpp"
#include "solver/working_set.hpp"

namespace mercer {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double infinity = std::numeric_limits<double>::infinity();

// Rounds of fresh gradients without halving the violation before the solver gives up: what is left
// is rounding.
constexpr index_t patience = 4;

// After a stop, how many kernel values in double the last gradient may have, and how long they may
// take. (Exact gaps go before a quick stop up to there.)
constexpr index_t last_values = index_t{1} << 23;
constexpr std::chrono::seconds least_overtime{10};

// Time between calls of the callback; and steps, as a share of those made, so that short fits have
// a course as well.
constexpr std::chrono::milliseconds progress_every{20};
constexpr index_t progress_share = 4;
constexpr index_t least_progress = 32;

// The callback or the clock ends the work.
struct Ended {};

template <class T>
class Solver {
 public:
  Solver(const GramOperator<T>& K, const SvmDual& dual, const SvmOptions& options,
         const StoredColumns* stored, CheckpointSection section)
      : dual_(dual),
        options_(options),
        section_(std::move(section)),
        at_(dual),
        v_(dual.rows[0].size(), dual.rows[1].size(), dual.separate, dual.tube),
        values_(K, dual, options, stored, [this] { poll(); }),
        limit_(options.max_iterations > 0 ? options.max_iterations
                                          : std::max<index_t>(10000000, 100 * dual.size())),
        steps_(limit_, options.threads,
               [this](index_t made, double now) { return go_on(made, now); }) {
    const Col<double> diagonal = values_.diagonal();
    for (index_t i = 0; i < dual.size(); ++i) {
      if (!std::isfinite(diagonal(i))) {
        throw NonFiniteError("solve_svm", "K", dual.row(i), dual.row(i), diagonal(i));
      }
      const index_t k = at_.place(i);
      v_.beta[k] = dual.start(i);
      v_.low[k] = dual.low(i);
      v_.high[k] = dual.high(i);
      v_.diagonal[k] = diagonal(i);
      v_.F[k] = dual.linear(i);
      v_.refresh(k);
    }
    largest_diagonal_ = diagonal.is_empty() ? 0 : diagonal.max();
  }

  SvmSolution solve() {
    try {
      run();
    } catch (const Ended&) {
    }
    if (status_ == Status::stopped || status_ == Status::time_limit) finish();
    SvmSolution out;
    out.beta = beta();
    std::tie(out.bias, out.second_bias) = biases(v_);
    out.gradient = gradient();
    out.report.status = status_;
    out.report.method = method_;
    out.report.iterations = steps_.made();
    out.report.residual = has_gradient_ ? violation(v_) : infinity;
    out.report.certificate = certificate();
    out.report.message = message_;
    return out;
  }

 private:
  void run() {
    if (std::optional<StateReader> state = section_.found()) {
      restore(*state);
    } else {
      if (arma::any(dual_.start != 0)) start_gradient();
      section_.offer([&](StateWriter& to) { save(Place::round, to); });
    }
    // A little below the target, so that rounding to float does not bring the solver back here.
    const double below = values_.floats_are_final() ? 1 : 0.9;
    for (;;) {
      drive_to(below * target_);
      if (status_ == Status::stopped || status_ == Status::time_limit) return;
      last_gradient();
      if (status_ != Status::converged) return;
      const double now = violation(v_);
      if (now <= target_) {
        const Certificate certificate = this->certificate();
        if (options_.relative_gap <= 0 ||
            certificate.gap <= options_.relative_gap * std::abs(certificate.dual_objective)) {
          return;
        }
        target_ = now / 4;
        rounds_ = 0;
      } else if (now > last_ / 2 && ++rounds_ == patience) {
        status_ = Status::iteration_limit;
        return;
      }
      last_ = now;
      section_.offer([&](StateWriter& to) { save(Place::round, to); });
    }
  }

  // What the solver goes on from; what comes after depends on the place.
  enum class Place : index_t { round, blocks, steps, count };

  void save(Place place, StateWriter& to) const {
    to.put(static_cast<index_t>(place));
    to.put(beta());
    to.put(gradient());
    to.put(target_);
    to.put(last_);
    to.put(rounds_);
    to.put_text(method_);
    steps_.save(to);
    values_.save(to);
  }

  void restore(StateReader& from) {
    const auto place = static_cast<Place>(from.index(static_cast<index_t>(Place::count)));
    const Mat<double> beta = from.matrix(dual_.size(), 1);
    for (index_t i = 0; i < dual_.size(); ++i) {
      v_.beta[at_.place(i)] = beta(i);
      v_.refresh(at_.place(i));
    }
    set_gradient(from.matrix(dual_.size(), 1));
    target_ = from.number();
    last_ = from.number();
    rounds_ = from.index(patience);
    method_ = from.text();
    steps_.restore(from);
    values_.restore(from);
    if (place == Place::blocks) {
      working_set_ = values_.working_set();
      working_set_->restore(from, v_.F.size());
    } else if (place == Place::steps) {
      const index_t made_before = from.index(limit_ + 1);
      course_ = {made_before, from.index(2) == 1};
    }
  }

  // After the time limit the last gradient is worth its time. After a stop it is if it takes next
  // to none; otherwise that of the steps has to do.
  void finish() {
    if (values_.floats_are_final()) return take_sums();
    try {
      if (status_ == Status::time_limit) {
        overtime_ = true;
        return refresh_gradient();
      }
    } catch (const Ended&) {  // a stop
    }
    deadline_ = Clock::now() + least_overtime;
    try {
      const auto support =
          std::count_if(v_.beta.begin(), v_.beta.end(), [](double b) { return b != 0; });
      if (static_cast<index_t>(support) * dual_.size() > last_values) throw Ended{};
      refresh_gradient();
    } catch (const Ended&) {
      take_sums();
      message_ = has_gradient_
                     ? "its certificate is from kernel values rounded to float, verify has the "
                       "exact one"
                     : "the gradient at the start is not known yet, nor is the gap";
    }
  }

  // Between pieces of work on K.
  void poll() {
    const bool on = deadline_ ? Clock::now() < *deadline_ : go_on(steps_.made(), last_violation_);
    if (!on) throw Ended{};
  }

  void drive_to(double tolerance) {
    if (!go_on(steps_.made(), violation(v_))) return;
    values_.settle(v_);
    if (!values_.all_there()) in_blocks(tolerance);
    if (values_.all_there() && status_ == Status::converged) {
      const SmoSteps::Course start{steps_.made(), false};
      steps_.make(v_, values_.all(), tolerance, limit_, course_.value_or(start),
                  [this](const SmoSteps::Course& course) {
                    section_.offer([&](StateWriter& to) {
                      save(Place::steps, to);
                      to.put(course.made_before);
                      to.put(index_t{course.with_active});
                    });
                  });
      course_.reset();
    }
    if (status_ == Status::converged && steps_.at_limit() && violation(v_) > tolerance) {
      status_ = Status::iteration_limit;
    }
  }

  // Until the violation is small enough or all of K is there.
  void in_blocks(double tolerance) {
    method_ = values_.computes_blocks() ? "smo in computed blocks" : "smo in blocks";
    WorkingSet working_set = working_set_ ? *working_set_ : values_.working_set();
    working_set_.reset();
    for (;;) {
      const double now = violation(v_);
      if (now <= tolerance || steps_.at_limit() || !go_on(steps_.made(), now)) return;
      section_.offer([&](StateWriter& to) {
        save(Place::blocks, to);
        working_set.save(to);
      });
      const std::vector<index_t>& places = working_set.choose(v_);
      values_.pack(block_, v_, places);
      steps_.set_part_of(now);
      const index_t made = steps_.make(block_.variables(), block_.columns(),
                                       std::max(tolerance / 2, now / 10), 100 * places.size());
      steps_.set_part_of(0);
      const SmoChanges changes = block_.write_back(v_);
      try {
        values_.subtract(v_, changes);
      } catch (const Ended&) {
        PackedBlock::undo(changes, v_);
        throw;
      }
      if (status_ != Status::converged) return;
      if (made == 0) return;  // no gain that a double can tell from 0
      values_.settle(v_);
      if (values_.all_there()) return;
    }
  }

  Col<double> beta() const {
    Col<double> out(dual_.size(), arma::fill::none);
    for (index_t i = 0; i < dual_.size(); ++i) out(i) = v_.beta[at_.place(i)];
    return out;
  }

  Col<double> gradient() const {
    Col<double> out(dual_.size(), arma::fill::none);
    for (index_t i = 0; i < dual_.size(); ++i) out(i) = v_.F[at_.place(i)];
    return out;
  }

  void set_gradient(const Col<double>& F) {
    for (index_t i = 0; i < dual_.size(); ++i) v_.F[at_.place(i)] = F(i);
    has_gradient_ = true;
  }

  // F from kernel values in double.
  void refresh_gradient() {
    sums_ = values_.sums(beta());
    set_gradient(dual_.linear - sums_);
  }

  // K beta of the F that the steps have kept.
  void take_sums() { sums_ = dual_.linear - gradient(); }

  void start_gradient() {
    has_gradient_ = false;
    if (!values_.floats_are_final()) return refresh_gradient();
    set_gradient(values_.start_gradient());
  }

  void last_gradient() {
    if (values_.floats_are_final()) return take_sums();
    refresh_gradient();
  }

  Certificate certificate() const {
    if (!has_gradient_) {
      Certificate unknown;
      unknown.primal_objective = unknown.gap = unknown.violation = unknown.decision_error =
          infinity;
      unknown.dual_objective = -infinity;
      return unknown;
    }
    const auto [bias, second_bias] = biases(v_);
    return certificate_from(sums_, dual_, beta(), bias, second_bias, largest_diagonal_);
  }

  bool go_on(index_t steps, double now) {
    const auto time = Clock::now();
    const double seconds = std::chrono::duration<double>(time - start_).count();
    if (!overtime_ && seconds > options_.time_limit) {
      status_ = Status::time_limit;
      return false;
    }
    last_violation_ = now;
    if (!options_.progress) return true;
    if (steps < next_progress_ && time - last_progress_ < progress_every) return true;
    next_progress_ = steps + std::max(least_progress, steps / progress_share);
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

  const SvmDual& dual_;
  const SvmOptions& options_;
  CheckpointSection section_;
  SmoPlaces at_;
  SmoVariables v_;
  KernelValues<T> values_;
  index_t limit_;
  SmoSteps steps_;
  PackedBlock block_;
  Col<double> sums_;          // K beta, after last_gradient
  bool has_gradient_ = true;  // F is that of beta
  double last_violation_ = infinity;
  double target_ = options_.tolerance;  // of the violation
  double last_ = infinity;              // violation of the last round
  index_t rounds_ = 0;                  // in which it was not halved
  // Where a state was found within a round.
  std::optional<WorkingSet> working_set_;
  std::optional<SmoSteps::Course> course_;
  bool overtime_ = false;                      // for the last gradient
  std::optional<Clock::time_point> deadline_;  // of the last gradient
  std::string message_;
  double largest_diagonal_;
  Status status_ = Status::converged;
  std::string method_ = "smo";  // how it began
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_progress_ = start_;
  index_t next_progress_ = 0;  // at so many steps
};

}  // namespace

template <class T>
SvmSolution solve_svm(const GramOperator<T>& K, const SvmDual& dual, const SvmOptions& options,
                      const StoredColumns* stored) {
  return solve_svm(K, dual, options, stored, CheckpointSection());
}

template <class T>
SvmSolution solve_svm(const GramOperator<T>& K, const SvmDual& dual, const SvmOptions& options,
                      const StoredColumns* stored, CheckpointSection section) {
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
  SvmSolution solution;
  try {
    solution = Solver<T>(K, dual, options, stored, std::move(section)).solve();
  } catch (const NonFiniteError& error) {  // of the columns, or of the diagonal
    throw NonFiniteError("solve_svm", "K", error.row(), error.column(), error.value());
  } catch (const BudgetError& error) {
    throw BudgetError("solve_svm", error.reason());
  }
  solution.report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return solution;
}

#define MERCER_INSTANTIATE(T)                                                               \
  template SvmSolution solve_svm(const GramOperator<T>&, const SvmDual&, const SvmOptions&, \
                                 const StoredColumns*);                                     \
  template SvmSolution solve_svm(const GramOperator<T>&, const SvmDual&, const SvmOptions&, \
                                 const StoredColumns*, CheckpointSection);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
