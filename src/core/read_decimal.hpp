// Decimal numbers as they stand in large files: read fast, to the same bits as the slow way.
#pragma once

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>

namespace mercer::detail {

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

/// Exact in T: 10^0 ... 10^22 in double, 10^0 ... 10^10 in float.
template <class T>
inline constexpr auto exact_powers_of_ten = [] {
  std::array<T, std::numeric_limits<T>::digits == 53 ? 23 : 11> powers{1};
  for (std::size_t k = 1; k < powers.size(); ++k) powers[k] = 10 * powers[k - 1];
  return powers;
}();

/// Appends the decimal digits that the text begins with to digits (10 digits + digit, modulo 2^64).
/// Returns where they end.
///
/// Eight bytes at once: how many digits a number has is what a branch per digit cannot predict, and
/// those misses are most of the time of a reader that goes digit by digit.
inline const char* read_digits(const char* at, const char* const end, std::uint64_t& digits) {
  constexpr std::array<std::uint64_t, 9> powers = {1,      10,      100,      1000,     10000,
                                                   100000, 1000000, 10000000, 100000000};
  while (std::endian::native == std::endian::little && end - at >= 8) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, at, 8);
    bytes ^= 0x3030303030303030;  // a digit is below 10 now, any other byte is not
    const std::uint64_t others = (bytes | (bytes + 0x7676767676767676)) & 0x8080808080808080;
    const int count = std::countr_zero(others) / 8;  // the carry of other bytes goes behind them
    if (count == 0) return at;
    bytes <<= 64 - 8 * count;  // zeros in front make eight digits
    bytes = (10 * bytes + (bytes >> 8)) & 0x00ff00ff00ff00ff;
    bytes = (100 * bytes + (bytes >> 16)) & 0x0000ffff0000ffff;
    bytes = (10000 * bytes + (bytes >> 32)) & 0x00000000ffffffff;
    digits = powers[static_cast<std::size_t>(count)] * digits + bytes;
    at += count;
    if (count < 8) return at;
  }
  for (; at != end && is_digit(*at); ++at) {
    digits = 10 * digits + static_cast<std::uint64_t>(*at - '0');
  }
  return at;
}

/// Reads digits [. digits] [e [sign] digits], with a leading '-' at most, from the begin of the
/// text as far as it goes. Returns where it ends; nullptr if there is no such number, or none that
/// is in the range of T: both are left to read_number, which knows what to say.
///
/// Correctly rounded. A number of at most 19 digits that is an integer below 2^digits times a power
/// of ten, both exact in T, is one multiplication or division (Clinger, How to read floating point
/// numbers accurately, 1990); all others go to std::from_chars.
template <class T>
const char* read_decimal(const char* const begin, const char* const end, T& value) {
  const char* at = begin;
  const bool is_negative = at != end && *at == '-';
  if (is_negative) ++at;

  std::uint64_t digits = 0;  // wraps around beyond 19 of them
  const char* const first = at;
  at = read_digits(at, end, digits);
  auto digit_count = at - first;
  std::int64_t exponent = 0;
  if (at != end && *at == '.') {
    const char* const fraction = ++at;
    at = read_digits(at, end, digits);
    exponent = fraction - at;
    digit_count -= exponent;
  }
  if (digit_count == 0) return nullptr;
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    const bool is_below_one = at != end && *at == '-';
    if (at != end && (*at == '-' || *at == '+')) ++at;
    if (at == end || !is_digit(*at)) return nullptr;
    std::int64_t written = 0;
    for (; at != end && is_digit(*at); ++at)
      written = written < 10000 ? 10 * written + (*at - '0') : written;
    exponent += is_below_one ? -written : written;
  }

  constexpr auto& powers = exact_powers_of_ten<T>;
  constexpr auto largest_exponent = static_cast<std::int64_t>(powers.size()) - 1;
  if (digit_count <= 19 && digits <= std::uint64_t{1} << std::numeric_limits<T>::digits &&
      exponent >= -largest_exponent && exponent <= largest_exponent) {
    const T integer = static_cast<T>(digits);
    const T number = exponent < 0 ? integer / powers[static_cast<std::size_t>(-exponent)]
                                  : integer * powers[static_cast<std::size_t>(exponent)];
    value = is_negative ? -number : number;
    return at;
  }
  const auto [stop, error] = std::from_chars(begin, at, value);
  return error == std::errc() && stop == at ? at : nullptr;
}

}  // namespace mercer::detail
