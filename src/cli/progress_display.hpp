// Where long work is: a bar on a terminal, a line every ten seconds elsewhere.
#pragma once

#include <memory>
#include <string>

#include "mercer/core/progress.hpp"

namespace mercer::cli {

/// How much of a stage is done, and what that says of the time left.
class StageEstimate {
 public:
  /// A new state of the stage; seconds: since the start of the work.
  void add(const Progress& state);

  /// In [0, 1]: of a criterion that counts down to 0, its share; of one that falls to a positive
  /// target by factors, the share in logarithms. It never falls.
  double fraction() const { return fraction_; }
  double iterations_per_second() const;
  double seconds_left() const;  // NaN if nothing can be said yet

 private:
  double first_criterion_ = 0;
  double first_seconds_ = 0;
  index_t first_iteration_ = 0;
  Progress last_ = {};
  double fraction_ = 0;
  bool begun_ = false;
};

/// A ProgressCallback: says Continue::no once Ctrl-C came.
class ProgressDisplay {
 public:
  explicit ProgressDisplay(bool visible);
  Continue operator()(const Progress& state);

 private:
  struct State;
  std::shared_ptr<State> state_;  // copies of a callback share the line that is on the screen
};

/// "smo [######      ]  51 %  0.0312 -> 0.001  12400/s  0:03 left", of at most `width` columns.
std::string progress_line(const Progress& state, const StageEstimate& estimate, int width);

/// "0:07", "12:40", "3:05:09".
std::string clock_text(double seconds);

}  // namespace mercer::cli
