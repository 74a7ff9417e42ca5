// The eye on a long fit: when the time is up or the user wants an end, it throws.
#pragma once

#include <chrono>
#include <limits>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"

namespace mercer {

/// Ends a fit: stopped or time_limit.
struct Interrupted {
  Status status;
};

/// Asks the user at most ten times a second, and the clock each time.
class FitWatch {
 public:
  FitWatch(const ProgressCallback& progress, double time_limit)
      : progress_(progress), time_limit_(time_limit) {}

  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

  /// From here on nothing ends the fit: what was found is being finished.
  void finish() { is_finishing_ = true; }

  /// Between pieces of work.
  void poll() {
    if (is_finishing_) return;
    const double now = seconds();
    if (now > time_limit_) throw Interrupted{Status::time_limit};
    if (now - last_ > 0.1) ask(now);
  }

  /// After an iteration, whatever the time.
  void iterated(const Progress& state) {
    state_ = state;
    ask(seconds());
    if (last_ > time_limit_) throw Interrupted{Status::time_limit};
  }

 private:
  void ask(double now) {
    last_ = now;
    state_.seconds = now;
    if (progress_ && progress_(state_) == Continue::no) throw Interrupted{Status::stopped};
  }

  const ProgressCallback& progress_;
  double time_limit_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double last_ = 0;
  bool is_finishing_ = false;
  Progress state_{.stage = "kernel values"};
};

}  // namespace mercer
