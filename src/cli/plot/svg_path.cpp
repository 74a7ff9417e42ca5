// Paths of few bytes.
#include <algorithm>
#include <cmath>

#include "cli/plot/svg.hpp"

namespace mercer::plot {
namespace {

// Far outside of every picture; larger coordinates are of no use to anybody.
constexpr double limit = 1e5;

long long tenths(double value) {
  if (std::isnan(value)) return 0;
  return std::llround(10 * std::clamp(value, -limit, limit));
}

// Tenths as a decimal: 5 is ".5", -12 is "-1.2".
std::string decimal(long long value) {
  std::string text = value < 0 ? "-" : "";
  const long long size = value < 0 ? -value : value;
  if (size >= 10 || size == 0) text += std::to_string(size / 10);
  if (size % 10 != 0) text += "." + std::to_string(size % 10);
  return text;
}

}  // namespace

void Path::step(char command, Point point) {
  const long long x = tenths(point.x);
  const long long y = tenths(point.y);
  const std::string dx = decimal(x - x_);
  const std::string dy = decimal(y - y_);
  // A command is not repeated, "m" goes on as "l"; a sign separates numbers.
  const bool implied = command == last_ || (command == 'l' && last_ == 'm');
  if (!implied || command == 'm') {
    text_ += command;
  } else if (dx[0] != '-') {
    text_ += ' ';
  }
  text_ += dx;
  if (dy[0] != '-') text_ += ' ';
  text_ += dy;
  x_ = x;
  y_ = y;
  last_ = command;
}

void Path::move_to(Point point) {
  step('m', point);
  begin_x_ = x_;
  begin_y_ = y_;
}

void Path::line_to(Point point) { step('l', point); }

void Path::close() {
  text_ += 'z';
  x_ = begin_x_;
  y_ = begin_y_;
  last_ = 'z';
}

}  // namespace mercer::plot
