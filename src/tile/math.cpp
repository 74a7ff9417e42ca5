// Highway compiles this file once for each instruction set and picks one at run time.
#include "mercer/tile/math.hpp"

#include "core/simd_targets.hpp"
#include "tile/math_functions.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tile/math.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/highway.h>

#include "tile/algebra-inl.hpp"
#include "tile/circle-inl.hpp"
#include "tile/exp_functions-inl.hpp"
#include "tile/tanh-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {

template <class T>
constexpr math::Functions<T> functions_of_target = {
    .exp = exp<T>,
    .exp2 = exp2<T>,
    .matern = matern<T>,
    .periodic = periodic<T>,
    .inverse_power = inverse_power<T>,
    .tanh = tanh<T>,
    .cos = cos<T>,
    .sin_squared = sin_squared<T>,
    .sqrt = sqrt<T>,
    .power = power<T>,
    .half_power = half_power<T>,
    .scale = multiply_by<T>,
    .add = add<T>,
    .multiply = multiply<T>,
};
const math::Functions<double>* functions_double() { return &functions_of_target<double>; }
const math::Functions<float>* functions_float() { return &functions_of_target<float>; }

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

HWY_EXPORT(functions_double);
HWY_EXPORT(functions_float);

namespace math {
namespace {

template <class T>
const Functions<T>& functions() {
  if constexpr (sizeof(T) == sizeof(double)) {
    return *HWY_DYNAMIC_DISPATCH(functions_double)();
  } else {
    return *HWY_DYNAMIC_DISPATCH(functions_float)();
  }
}

}  // namespace

template <class T>
void exp(std::span<T> x, double scale) {
  functions<T>().exp(x, scale);
}
template <class T>
void exp2(std::span<T> x, double scale) {
  functions<T>().exp2(x, scale);
}
template <class T>
void matern(std::span<T> d2, double rate, double linear, double quadratic) {
  functions<T>().matern(d2, rate, linear, quadratic);
}
template <class T>
void periodic(std::span<T> d2, double frequency, double rate) {
  functions<T>().periodic(d2, frequency, rate);
}
template <class T>
void inverse_power(std::span<T> x, T scale, T exponent) {
  functions<T>().inverse_power(x, scale, exponent);
}
template <class T>
void tanh(std::span<T> x, T scale, T shift) {
  functions<T>().tanh(x, scale, shift);
}
template <class T>
void cos(std::span<T> x, double scale, double shift) {
  functions<T>().cos(x, scale, shift);
}
template <class T>
void sin_squared(std::span<T> x, T scale) {
  functions<T>().sin_squared(x, scale);
}
template <class T>
void sqrt(std::span<T> x, T scale) {
  functions<T>().sqrt(x, scale);
}
template <class T>
void power(std::span<T> x, T scale, T shift, int exponent) {
  functions<T>().power(x, scale, shift, exponent);
}
template <class T>
void half_power(std::span<T> x, T scale, T shift, int halves) {
  functions<T>().half_power(x, scale, shift, halves);
}
template <class T>
void scale(std::span<T> x, T factor) {
  functions<T>().scale(x, factor);
}
template <class T>
void add(std::span<T> x, std::type_identity_t<std::span<const T>> y) {
  functions<T>().add(x, y);
}
template <class T>
void multiply(std::span<T> x, std::type_identity_t<std::span<const T>> y) {
  functions<T>().multiply(x, y);
}

#define MERCER_INSTANTIATE(T)                                                \
  template void exp(std::span<T>, double);                                   \
  template void exp2(std::span<T>, double);                                  \
  template void matern(std::span<T>, double, double, double);                \
  template void periodic(std::span<T>, double, double);                      \
  template void inverse_power(std::span<T>, T, T);                           \
  template void tanh(std::span<T>, T, T);                                    \
  template void cos(std::span<T>, double, double);                           \
  template void sin_squared(std::span<T>, T);                                \
  template void sqrt(std::span<T>, T);                                       \
  template void power(std::span<T>, T, T, int);                              \
  template void half_power(std::span<T>, T, T, int);                         \
  template void scale(std::span<T>, T);                                      \
  template void add(std::span<T>, std::type_identity_t<std::span<const T>>); \
  template void multiply(std::span<T>, std::type_identity_t<std::span<const T>>)
MERCER_INSTANTIATE(double);
MERCER_INSTANTIATE(float);
#undef MERCER_INSTANTIATE

}  // namespace math
}  // namespace mercer
#endif
