// What the two-class problems of a fit have in common while they are solved.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "mercer/model/svc.hpp"
#include "mercer/solver/svm.hpp"
#include "solver/kernel_sums.hpp"

namespace mercer {

/// Where the solutions of all problems begin, if not at 0.
using Starts = std::vector<Col<double>>;

/// A solution whose certificate belongs to the dual scaled down by the margin, 1 for C-SVC.
struct PairSolution : SvmSolution {
  double margin = 1;
};

/// Of nu-SVC, -f + bias is the margin on the rows between the bounds of class -1, and +f - bias on
/// those of class +1; in units of the margin, f is that of a C-SVC.
inline PairSolution finished(SvmSolution solution, const SvcOptions& options) {
  PairSolution out{std::move(solution), 1};
  if (options.nu == 0) return out;
  const double below = out.bias, above = out.second_bias;
  const double margin = (below - above) / 2;
  out.margin = margin > 0 ? margin : 1;  // 0: the classes cannot be told apart
  out.beta /= out.margin;
  out.bias = (below + above) / 2 / out.margin;
  Certificate& certificate = out.report.certificate;
  for (double* objective :
       {&certificate.primal_objective, &certificate.dual_objective, &certificate.gap}) {
    *objective /= out.margin * out.margin;
  }
  certificate.violation /= out.margin;
  return out;
}

/// The certificate of no problem, and the sum with that of one more.
inline Certificate zero_certificate() {
  Certificate certificate;
  certificate.primal_objective = certificate.dual_objective = 0;
  certificate.gap = certificate.violation = certificate.decision_error = 0;
  return certificate;
}

/// largest_diagonal: of all training points. One problem knows those of its own rows only, and of
/// nu-SVC, its gap has other units since its decision error was computed.
inline void accumulate(Certificate& total, Certificate& one, double largest_diagonal) {
  one.decision_error = decision_error(one.gap, largest_diagonal);
  total.primal_objective += one.primal_objective;
  total.dual_objective += one.dual_objective;
  total.gap += one.gap;
  const auto keep_largest = [](double& largest, double value) {  // or NaN
    if (!(value <= largest) && !std::isnan(largest)) largest = value;
  };
  keep_largest(total.violation, one.violation);
  keep_largest(total.decision_error, one.decision_error);
}

/// The clock and the callback of a fit.
class Watch {
 public:
  explicit Watch(const SvcOptions& options) : options_(options) {}

  /// The callback is asked on the caller's thread only, the others hear what it has said.
  Continue ask(Progress state, int worker) {
    if (worker == 0 && options_.progress && !stopped_) {
      state.seconds = seconds();
      if (options_.progress(state) == Continue::no) stopped_ = true;
    }
    return stopped_ ? Continue::no : Continue::yes;
  }
  bool stopped() const { return stopped_; }

  /// Thrown by poll.
  struct Ended {};

  /// Between pieces of work that is no solver's, on this worker: asks every 20 ms, and ends the
  /// work if the callback said so or the time is up.
  void poll(int worker) {
    constexpr double every = 0.02;
    if (worker == 0 && seconds() > last_poll_ + every) {
      ask({.stage = "kernel values", .target = options_.tolerance}, 0);
      last_poll_ = seconds();
    }
    if (stopped_ || seconds() > options_.time_limit) throw Ended{};
  }

  /// For a problem that this worker solves with so many threads.
  SvmOptions solver_options(int worker, int threads) {
    SvmOptions out{.tolerance = options_.tolerance,
                   .relative_gap = options_.relative_gap,
                   .memory_budget = options_.memory_budget,
                   .threads = threads,
                   .max_iterations = options_.max_iterations,
                   .time_limit = time_left()};
    if (options_.progress) {
      out.progress = [this, worker](const Progress& state) { return ask(state, worker); };
    }
    return out;
  }
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  double time_left() const {
    return std::max(options_.time_limit - seconds(), std::numeric_limits<double>::min());
  }

 private:
  const SvcOptions& options_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::atomic<bool> stopped_ = false;
  double last_poll_ = 0;  // of worker 0
};

/// Where C-SVC begins, beta = 0, with its gap: of a problem that a stop came before.
inline PairSolution not_begun(const SvmDual& dual) {
  PairSolution out;
  out.beta.zeros(dual.size());
  out.report.status = Status::stopped;
  out.report.method = "smo";
  out.report.certificate = certificate_from(out.beta, dual, out.beta, 0, 0, 0);  // K beta = 0
  out.report.residual = out.report.certificate.violation;
  return out;
}

}  // namespace mercer
