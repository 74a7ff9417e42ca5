#include "cli/progress_display.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <limits>

#include "cli/interrupt.hpp"
#include "cli/terminal.hpp"

namespace mercer::cli {
namespace {

constexpr double redraw_seconds = 0.1;
constexpr double line_seconds = 10;
// Work that ends sooner shows nothing.
constexpr double silent_seconds = 0.5;

std::string formatted(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

double share_done(double first, double now, double target) {
  if (!(std::isfinite(first) && std::isfinite(now)) || first <= target) return 0;
  if (target > 0 && now > 0) return std::log(first / now) / std::log(first / target);
  return (first - now) / (first - target);
}

}  // namespace

void StageEstimate::add(const Progress& state) {
  if (!begun_ || !std::isfinite(first_criterion_)) {
    begun_ = true;
    first_criterion_ = state.criterion;
    first_seconds_ = state.seconds;
    first_iteration_ = state.iteration;
  }
  last_ = state;
  fraction_ =
      std::clamp(share_done(first_criterion_, state.criterion, state.target), fraction_, 1.0);
}

double StageEstimate::iterations_per_second() const {
  const double seconds = last_.seconds - first_seconds_;
  if (last_.iteration <= first_iteration_ || seconds <= 0) return 0;
  return static_cast<double>(last_.iteration - first_iteration_) / seconds;
}

double StageEstimate::seconds_left() const {
  const double seconds = last_.seconds - first_seconds_;
  if (fraction_ < 0.01 || seconds <= 0) return std::numeric_limits<double>::quiet_NaN();
  return seconds * (1 - fraction_) / fraction_;
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<long long>(std::ceil(std::min(seconds, 3.6e6)));
  const long long hours = whole / 3600, minutes = whole / 60 % 60;
  char text[64];
  if (hours > 0) {
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", hours, minutes, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%lld:%02lld", minutes, whole % 60);
  }
  return text;
}

std::string progress_line(const Progress& state, const StageEstimate& estimate, int width) {
  std::string right = formatted("%3.0f %%", 100 * estimate.fraction());
  right += "  " + formatted("%.3g", state.criterion);
  if (state.target > 0) right += " -> " + formatted("%.3g", state.target);
  if (estimate.iterations_per_second() > 0) {
    right += "  " + formatted("%.3g", estimate.iterations_per_second()) + "/s";
  }
  const double left = estimate.seconds_left();
  right += std::isnan(left) ? "  " + clock_text(state.seconds) + " so far"
                            : "  " + clock_text(left) + " left";
  const std::string stage(state.stage);
  const int room = width - static_cast<int>(stage.size() + right.size()) - 6;
  if (room < 5)
    return (stage + "  " + right).substr(0, static_cast<std::size_t>(std::max(width, 1)));
  const int cells = std::min(room, 30);
  const int full = static_cast<int>(estimate.fraction() * cells);
  return stage + " [" + std::string(static_cast<std::size_t>(full), '#') +
         std::string(static_cast<std::size_t>(cells - full), ' ') + "] " + right;
}

struct ProgressDisplay::State {
  explicit State(bool wanted) : visible(wanted), on_terminal(error_is_terminal()) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { clear(); }

  void clear() {
    if (drawn) std::cerr << "\r\x1b[K" << std::flush;
    drawn = false;
  }

  void show(const Progress& progress) {
    if (progress.stage != stage) {
      stage = progress.stage;
      estimate = {};
    }
    estimate.add(progress);
    const double every = on_terminal ? redraw_seconds : line_seconds;
    const double last = shown < 0 ? (on_terminal ? silent_seconds - every : 0) : shown;
    if (progress.seconds < last + every && progress.seconds >= shown) return;
    shown = progress.seconds;
    if (on_terminal) {
      std::cerr << '\r' << progress_line(progress, estimate, terminal_width() - 1) << "\x1b[K"
                << std::flush;
      drawn = true;
    } else {
      std::cerr << progress_line(progress, estimate, 100) << std::endl;
    }
  }

  bool visible;
  bool on_terminal;
  std::string stage;
  StageEstimate estimate;
  double shown = -1;  // seconds of the work when something was shown last
  bool drawn = false;
};

ProgressDisplay::ProgressDisplay(bool visible) : state_(std::make_shared<State>(visible)) {}

Continue ProgressDisplay::operator()(const Progress& progress) {
  if (state_->visible) state_->show(progress);
  if (!interrupted()) return Continue::yes;
  state_->clear();
  return Continue::no;
}

}  // namespace mercer::cli
