#include "mercer/core/check.hpp"

#include <charconv>
#include <cmath>
#include <stdexcept>

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
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
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
  for (index_t k = 0; k < M.n_elem; ++k) {
    if (std::isfinite(values[k])) continue;
    refuse(std::string(where) + ": " + name + " must be finite, " + name + "(" +
           std::to_string(k % M.n_rows) + ", " + std::to_string(k / M.n_rows) + ") is " +
           shortest(static_cast<double>(values[k])));
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
