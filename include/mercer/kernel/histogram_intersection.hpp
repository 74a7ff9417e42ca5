// The histogram intersection kernel.
#pragma once

#include "mercer/kernel/pairwise_kernel.hpp"

namespace mercer {

/// Histogram intersection kernel  k(x, y) = sum_k min(x_k, y_k)  for non-negative data. Positive
/// semi-definite. bind throws std::invalid_argument if a value of the points is negative.
/// Source: Barla, Odone & Verri, Histogram Intersection Kernel for Image Classification, ICIP 2003.
class HistogramIntersection final
    : public PairwiseKernel<HistogramIntersection, Statistic::intersection> {
 public:
  template <class T>
  T operator()(T intersection) const {
    return intersection;
  }
  Derivatives<0> derivatives(double, double) const { return {1, {}}; }
  std::string expression() const override { return expression_of("histogram_intersection", {}); }
  double entry_error(const StatisticError& s) const { return s.relative; }
};

}  // namespace mercer
