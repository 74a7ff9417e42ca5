// A kernel from a function of one statistic.
#pragma once

#include <string>
#include <utility>

#include "mercer/kernel/pairwise_kernel.hpp"
#include "mercer/kernel/parameter.hpp"

namespace mercer {

/// k(x, y) = f(s(x, y)) for a callable f that takes and returns a number; see make_kernel.
template <Statistic S, class F>
class LambdaKernel final : public PairwiseKernel<LambdaKernel<S, F>, S> {
 public:
  LambdaKernel(std::string name, F f)
      : name_(require_identifier("make_kernel: name", std::move(name))), f_(std::move(f)) {}

  template <class T>
  T operator()(T s) const {
    return static_cast<T>(f_(s));
  }
  /// "function:name", which parse_kernel refuses: a function has no text form.
  std::string expression() const override { return "function:" + name_; }

 private:
  std::string name_;
  F f_;
};

/// A kernel from a function of one statistic:
///
///     auto inverse = make_kernel<Statistic::squared_distance>(
///         "inverse_multiquadric", [](auto s) { return 1 / std::sqrt(1 + s); });
///
/// f must be pure and may be called from several threads at a time; name is an identifier
/// [A-Za-z_][A-Za-z0-9_]*, else std::invalid_argument is thrown.
template <Statistic S, class F>
LambdaKernel<S, F> make_kernel(std::string name, F f) {
  return LambdaKernel<S, F>(std::move(name), std::move(f));
}

}  // namespace mercer
