#include "cli/plot/scale.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace mercer::plot {
namespace {

// Wide enough for every double, far enough from overflow for sums and differences.
constexpr double largest = 1e300;

// The largest of 1, 2, 5 times a power of ten that is not above value > 0.
double round_down(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double factor : {5.0, 2.0}) {
    if (factor * power <= value * (1 + 1e-9)) return factor * power;
  }
  return power;
}

std::vector<Tick> linear_ticks(double low, double high, int about) {
  const double range = high - low;
  double step = round_down(range / std::max(about, 1));
  // round_down makes steps up to 2.5 times too small.
  while (range / step > 1.3 * std::max(about, 1)) step = round_down(2.5 * step);
  const double first = std::ceil(low / step - 1e-9);
  const double last = std::floor(high / step + 1e-9);
  const double size = std::max(std::abs(low), std::abs(high));
  const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  std::vector<Tick> ticks;
  for (double k = first; k <= last && ticks.size() < 100; ++k) {
    const double value = k * step;
    // Numbers as long as the step asks for, or with a power where that is long.
    const bool plain = size < 1e6 && step >= 1e-4;
    const int digits = 1 + std::max(0, static_cast<int>(std::floor(std::log10(size / step))));
    ticks.push_back({value, plain ? Label{with_decimals(value, decimals)}
                                  : number_label(value, std::min(digits + 1, 12))});
  }
  return ticks;
}

std::vector<Tick> decade_ticks(double low, double high, int about) {
  const int first = static_cast<int>(std::ceil(std::log10(low) - 1e-9));
  const int last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
  const int every = std::max(1, (last - first + about) / std::max(about, 1));
  const bool plain = first >= -3 && last <= 4;
  std::vector<Tick> ticks;
  for (int decade = first - 1; decade <= last; ++decade) {
    const double power = std::pow(10, decade);
    if (decade >= first) {
      const bool named = (decade % every + every) % every == 0;
      const Label label = plain ? Label{with_decimals(power, std::max(0, -decade))}
                                : Label{"10", std::to_string(decade)};
      ticks.push_back({power, named ? label : Label{}});
    }
    for (int factor = 2; every == 1 && last - first < 8 && factor < 10; ++factor) {
      const double value = factor * power;
      if (value > low && value < high) ticks.push_back({value, {}});
    }
  }
  return ticks;
}

std::vector<double> shown(const std::vector<double>& values, bool positive) {
  std::vector<double> kept;
  for (const double value : values) {
    if (std::isfinite(value) && (!positive || value > 0)) kept.push_back(value);
  }
  return kept;
}

}  // namespace

std::string number(double value, int digits) {
  if (std::isnan(value)) return "not a number";
  if (std::isinf(value)) return value > 0 ? "infinite" : "-infinite";
  const double size = std::abs(value);
  if (value == std::trunc(value) && size < 1e9) return with_decimals(value, 0);
  if (size >= 1e-4 && size < 1e6) {
    const int before = static_cast<int>(std::floor(std::log10(size))) + 1;
    std::string text = with_decimals(value, std::max(0, digits - before));
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
  }
  char text[40];
  const auto end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits).ptr;
  return {text, end};
}

std::string with_decimals(double value, int decimals) {
  char text[352];                               // the largest double has 309 digits
  const double shown = value == 0 ? 0 : value;  // not "-0"
  const auto end =
      std::to_chars(text, text + sizeof text, shown, std::chars_format::fixed, decimals).ptr;
  return {text, end};
}

Label number_label(double value, int digits) {
  const std::string text = number(value, digits);
  const std::size_t e = text.find('e');
  if (e == std::string::npos || !std::isfinite(value)) return {text};
  const std::string mantissa = text.substr(0, e);
  const std::string power = std::to_string(std::stoi(text.substr(e + 1)));
  if (mantissa == "1") return {"10", power};
  return {mantissa + "\xC3\x97" + "10", power};  // U+00D7, the sign of multiplication
}

Scale Scale::linear(double low, double high) {
  low = std::isnan(low) ? 0 : std::clamp(low, -largest, largest);
  high = std::isnan(high) ? 1 : std::clamp(high, -largest, largest);
  const double size = std::max(std::abs(low), std::abs(high));
  if (std::abs(high - low) <= 1e-9 * size || high == low) {
    const double half = size == 0 ? 0.5 : 0.1 * size;
    low -= half;
    high += half;
  }
  return {low, high, false};
}

Scale Scale::logarithmic(double low, double high) {
  constexpr double smallest = std::numeric_limits<double>::min();
  low = std::isnan(low) ? 1 : std::clamp(low, smallest, largest);
  high = std::isnan(high) ? 10 : std::clamp(high, smallest, largest);
  if (std::abs(std::log10(high) - std::log10(low)) < 1e-6) {
    low = std::max(low / 3, smallest);
    high *= 3;
  }
  return {low, high, true};
}

Scale Scale::linear_over(const std::vector<double>& values, double margin) {
  const std::vector<double> kept = shown(values, false);
  if (kept.empty()) return linear(0, 1);
  const auto [low, high] = std::minmax_element(kept.begin(), kept.end());
  const Scale tight = linear(*low, *high);
  const double more = margin * (tight.high() - tight.low());
  return linear(tight.low() - more, tight.high() + more);
}

Scale Scale::logarithmic_over(const std::vector<double>& values, double margin) {
  const std::vector<double> kept = shown(values, true);
  if (kept.empty()) return logarithmic(1, 10);
  const auto [low, high] = std::minmax_element(kept.begin(), kept.end());
  const Scale tight = logarithmic(*low, *high);
  const double factor = std::pow(10, margin * (std::log10(tight.high()) - std::log10(tight.low())));
  return logarithmic(tight.low() / factor, tight.high() * factor);
}

double Scale::share(double value) const {
  if (!logarithmic_) return (value - low_) / (high_ - low_);
  if (!(value > 0)) return -std::numeric_limits<double>::infinity();
  return (std::log(value) - std::log(low_)) / (std::log(high_) - std::log(low_));
}

std::vector<Tick> Scale::ticks(int about) const {
  const double low = std::min(low_, high_);
  const double high = std::max(low_, high_);
  const bool decades = logarithmic_ && std::log10(high) - std::log10(low) > 2;
  return decades ? decade_ticks(low, high, about) : linear_ticks(low, high, about);
}

bool is_geometric(const std::vector<double>& values) {
  if (values.size() < 2 || !(values[0] > 0) || !(values[1] > 0)) return false;
  const double factor = values[1] / values[0];
  if (std::abs(factor - 1) < 1e-3) return false;
  for (std::size_t k = 1; k < values.size(); ++k) {
    if (!(std::abs(values[k] / values[k - 1] / factor - 1) < 1e-6)) return false;
  }
  return true;
}

int base_of(const std::vector<double>& values) {
  if (!is_geometric(values)) return 0;
  for (const int base : {10, 2}) {
    const bool all = std::all_of(values.begin(), values.end(), [base](double value) {
      const double power = std::log(value) / std::log(base);
      return std::abs(power - std::round(power)) < 1e-6;
    });
    if (all) return base;
  }
  return 0;
}

}  // namespace mercer::plot
