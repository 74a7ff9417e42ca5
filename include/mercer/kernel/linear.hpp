// The linear kernel.
#pragma once

#include "mercer/kernel/pairwise_kernel.hpp"

namespace mercer {

/// Linear kernel  k(x, y) = <x, y>. Positive semi-definite, of rank at most d.
class Linear final : public PairwiseKernel<Linear, Statistic::dot> {
 public:
  template <class T>
  T operator()(T dot) const {
    return dot;
  }
  Derivatives<0> derivatives(double, double) const { return {1, {}}; }
  std::string expression() const override { return expression_of("linear", {}); }
};

}  // namespace mercer
