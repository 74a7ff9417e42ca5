// The functions of mercer/tile/math.hpp as every instruction set provides them.
#pragma once

#include <span>

namespace mercer::math {

/// One pointer for each function, so that one choice of the instruction set serves them all.
template <class T>
struct Functions {
  using Span = std::span<T>;

  void (*exp)(Span x, double scale);
  void (*exp2)(Span x, double scale);
  void (*matern)(Span d2, double rate, double linear, double quadratic);
  void (*periodic)(Span d2, double frequency, double rate);
  void (*inverse_power)(Span x, T scale, T exponent);
  void (*tanh)(Span x, T scale, T shift);
  void (*cos)(Span x, double scale, double shift);
  void (*sin_squared)(Span x, T scale);
  void (*sqrt)(Span x, T scale);
  void (*power)(Span x, T scale, T shift, int exponent);
  void (*half_power)(Span x, T scale, T shift, int halves);
  void (*scale)(Span x, T factor);
  void (*add)(Span x, std::span<const T> y);
  void (*multiply)(Span x, std::span<const T> y);
};

}  // namespace mercer::math
