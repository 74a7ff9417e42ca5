// From values to places along an axis, and the round numbers that stand there.
#pragma once

#include <string>
#include <vector>

#include "cli/plot/svg.hpp"

namespace mercer::plot {

struct Tick {
  double value = 0;
  Label label;  // empty: a mark without a number
};

/// A number with up to `digits` significant digits: "0.0312", "31600", "1.5e-05", "not a number".
std::string number(double value, int digits);

/// A number with so many decimals: "0.830".
std::string with_decimals(double value, int decimals);

/// The same as number with a power of ten beside very large and very small numbers.
Label number_label(double value, int digits);

/// A map of [low, high] to [0, 1], linear or logarithmic. low may be larger than high.
class Scale {
 public:
  /// Bounds that are not finite, not apart, or on a logarithmic scale not positive, are moved to
  /// the nearest ones that make a scale.
  static Scale linear(double low, double high);
  static Scale logarithmic(double low, double high);

  /// Covers the values that it can show (finite, on a logarithmic scale positive) with a margin of
  /// a share of their range on both sides; without values [0, 1], or [1, 10].
  static Scale linear_over(const std::vector<double>& values, double margin = 0.05);
  static Scale logarithmic_over(const std::vector<double>& values, double margin = 0.05);

  /// In [0, 1] for values within the bounds. On a logarithmic scale, -infinity for values that are
  /// not positive.
  double share(double value) const;

  /// Round numbers within the bounds, ascending, about as many as asked for, at least one: 1, 2 or
  /// 5 times a power of ten, or on a logarithmic scale over more than two decades powers of ten,
  /// with marks without numbers between them.
  std::vector<Tick> ticks(int about) const;

  bool is_logarithmic() const { return logarithmic_; }
  double low() const { return low_; }
  double high() const { return high_; }

 private:
  Scale(double low, double high, bool logarithmic)
      : low_(low), high_(high), logarithmic_(logarithmic) {}
  double low_;
  double high_;
  bool logarithmic_;
};

/// The base 2 or 10 of which all values are whole powers, each the next of the one before it by the
/// same factor; 0 if there is none or fewer than two values.
int base_of(const std::vector<double>& values);

/// Whether all values are positive and each is the one before it times the same factor, to 1e-6.
bool is_geometric(const std::vector<double>& values);

}  // namespace mercer::plot
