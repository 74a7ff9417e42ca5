// Decimal numbers as they stand in large files: read fast, to the same bits as the slow way.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

namespace mercer::detail {

/// Exact in T: 10^0 ... 10^22 in double, 10^0 ... 10^10 in float.
template <class T>
inline constexpr auto exact_powers_of_ten = [] {
  std::array<T, std::numeric_limits<T>::digits == 53 ? 23 : 11> powers{1};
  for (std::size_t k = 1; k < powers.size(); ++k) powers[k] = 10 * powers[k - 1];
  return powers;
}();

/// Reads digits [. digits] [e [sign] digits], with a leading '-' at most, from the begin of the
/// text as far as it goes. Returns where it ends; nullptr if there is no such number, or none that
/// is in the range of T: both are left to read_number, which knows what to say.
///
/// Correctly rounded. A number of at most 19 digits that is an integer below 2^digits times a power
/// of ten, both exact in T, is one multiplication or division (Clinger, How to read floating point
/// numbers accurately, 1990); all others go to std::from_chars.
template <class T>
const char* read_decimal(const char* const begin, const char* const end, T& value) {
  const auto is_digit = [&](const char* at) {
    return at != end && static_cast<unsigned char>(*at - '0') < 10;
  };
  const char* at = begin;
  const bool is_negative = at != end && *at == '-';
  if (is_negative) ++at;

  std::uint64_t digits = 0;  // wraps around beyond 19 of them
  const char* const first = at;
  for (; is_digit(at); ++at) digits = 10 * digits + static_cast<std::uint64_t>(*at - '0');
  auto digit_count = at - first;
  std::int64_t exponent = 0;
  if (at != end && *at == '.') {
    const char* const fraction = ++at;
    for (; is_digit(at); ++at) digits = 10 * digits + static_cast<std::uint64_t>(*at - '0');
    exponent = fraction - at;
    digit_count -= exponent;
  }
  if (digit_count == 0) return nullptr;
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    const bool is_below_one = at != end && *at == '-';
    if (at != end && (*at == '-' || *at == '+')) ++at;
    if (!is_digit(at)) return nullptr;
    std::int64_t written = 0;
    for (; is_digit(at); ++at) written = written < 10000 ? 10 * written + (*at - '0') : written;
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
