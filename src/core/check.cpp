#include "mercer/core/check.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "mercer/core/errors.hpp"

namespace mercer {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw std::invalid_argument(message); }

void require_count(const char* where, const char* name, const char* axis, index_t count,
                   index_t expected, const char* rule) {
  if (count == expected) return;
  refuse(std::string(where) + ": " + name + " must have " + std::to_string(expected) + " " + axis +
         " (" + rule + "), has " + std::to_string(count));
}

}  // namespace

std::string shortest(double value) {
  if (std::isnan(value)) return "nan";  // whatever its sign
  char text[32];
  // Integers in full, 100000 and not 1e+05, so that they also read back as integers.
  const bool whole = std::abs(value) < 1e15 && value == std::trunc(value);
  const auto end =
      whole ? std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr
            : std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

double require_positive(const char* what, double value) {
  if (!(std::isfinite(value) && value > 0)) {
    refuse(std::string(what) + " must be finite and positive, is " + shortest(value));
  }
  return value;
}

double require_non_negative(const char* what, double value) {
  if (!(std::isfinite(value) && value >= 0)) {
    refuse(std::string(what) + " must be finite and at least 0, is " + shortest(value));
  }
  return value;
}

double require_finite(const char* what, double value) {
  if (!std::isfinite(value)) refuse(std::string(what) + " must be finite, is " + shortest(value));
  return value;
}

void require_rows(const char* where, const char* name, index_t rows, index_t expected,
                  const char* rule) {
  require_count(where, name, "rows", rows, expected, rule);
}

void require_columns(const char* where, const char* name, index_t columns, index_t expected,
                     const char* rule) {
  require_count(where, name, "columns", columns, expected, rule);
}

template <class T>
void require_finite(const char* where, const char* name, const Mat<T>& M) {
  const T* values = M.memptr();
  constexpr index_t block = 1024;
  for (index_t begin = 0; begin < M.n_elem; begin += block) {
    const index_t end = std::min(begin + block, M.n_elem);
    // 0 times a value is 0, or NaN where the value is not finite: no branch, so that it is fast.
    T sum[8] = {};
    index_t k = begin;
    for (; k + 8 <= end; k += 8) {
      for (index_t lane = 0; lane < 8; ++lane) sum[lane] += values[k + lane] * T(0);
    }
    for (; k < end; ++k) sum[0] += values[k] * T(0);
    for (index_t lane = 1; lane < 8; ++lane) sum[0] += sum[lane];
    if (sum[0] == 0) continue;
    const T* bad =
        std::find_if(values + begin, values + end, [](T v) { return !std::isfinite(v); });
    const index_t at = static_cast<index_t>(bad - values);
    throw NonFiniteError(where, name, at % M.n_rows, at / M.n_rows, static_cast<double>(*bad));
  }
}

template <class T>
void require_points(const char* where, const char* name, const Mat<T>& X) {
  if (X.n_rows > 0 && X.n_cols > 0) return;
  refuse(std::string(where) + ": " + name + " is empty (d x n, one column per point): " +
         std::to_string(X.n_rows) + " rows, " + std::to_string(X.n_cols) + " columns");
}

template void require_finite(const char*, const char*, const Mat<double>&);
template void require_finite(const char*, const char*, const Mat<float>&);
template void require_points(const char*, const char*, const Mat<double>&);
template void require_points(const char*, const char*, const Mat<float>&);

}  // namespace mercer
