// A number that tells one sequence of values from another.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "mercer/core/types.hpp"

namespace mercer {

/// 64 bits that depend on each bit of what was added and on its order. Against accidents, not
/// against forgers.
class Fingerprint {
 public:
  std::uint64_t value() const { return mixed(state_); }

  Fingerprint& add(std::uint64_t word) {
    state_ = (mixed(state_) + word) * 0x9E3779B97F4A7C15;  // 2^64 over the golden ratio, odd
    return *this;
  }
  Fingerprint& add(double value) { return add(std::bit_cast<std::uint64_t>(value)); }
  Fingerprint& add(float value) { return add(std::uint64_t{std::bit_cast<std::uint32_t>(value)}); }

  Fingerprint& add(std::string_view text) {
    for (const char c : text) add(std::uint64_t{static_cast<unsigned char>(c)});
    return add(std::uint64_t{text.size()});
  }

  template <class T>
  Fingerprint& add(const arma::Mat<T>& M) {
    add(std::uint64_t{M.n_rows}).add(std::uint64_t{M.n_cols});
    for (const T value : M) {
      if constexpr (std::is_floating_point_v<T>) {
        add(value);
      } else {
        add(static_cast<std::uint64_t>(value));
      }
    }
    return *this;
  }

 private:
  static std::uint64_t mixed(std::uint64_t word) { return word ^ word >> 32; }

  std::uint64_t state_ = 0x6D6572636572;
};

}  // namespace mercer
