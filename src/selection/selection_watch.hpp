// The eye on many fits: before each of them, the clock and the user are asked.
#pragma once

#include <atomic>
#include <chrono>
#include <string_view>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"

namespace mercer {

class SelectionWatch {
 public:
  /// fits: how many there will be.
  SelectionWatch(std::string_view stage, const ProgressCallback& progress, double time_limit,
                 index_t fits)
      : stage_(stage), progress_(progress), time_limit_(time_limit), left_(fits) {}

  /// Before the next fit, on this worker; false if it must not begin. The callback is asked on the
  /// caller's thread, worker 0, only.
  bool begin(int worker) {
    const double now = seconds();
    if (now > time_limit_) late_ = true;
    if (worker == 0 && progress_ && !ended()) {
      const Progress state{.stage = stage_,
                           .iteration = begun_,
                           .criterion = static_cast<double>(left_),
                           .target = 0,
                           .seconds = now};
      if (progress_(state) == Continue::no) stopped_ = true;
    }
    if (ended()) return false;
    ++begun_;
    --left_;
    return true;
  }

  /// Fits that will not be needed.
  void skip(index_t fits) { left_ -= fits; }

  /// A fit ended as the user wished.
  void stop() { stopped_ = true; }

  bool ended() const { return stopped_ || late_; }
  Status status() const {
    return stopped_ ? Status::stopped : late_ ? Status::time_limit : Status::converged;
  }
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  double time_left() const { return time_limit_ - seconds(); }

 private:
  std::string_view stage_;
  const ProgressCallback& progress_;
  double time_limit_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::atomic<index_t> begun_ = 0;
  std::atomic<index_t> left_;
  std::atomic<bool> stopped_ = false;
  std::atomic<bool> late_ = false;
};

}  // namespace mercer
