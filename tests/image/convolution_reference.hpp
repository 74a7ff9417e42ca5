// The convolution of an image with windows, from the definition: in long double, dense.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/image/boundary.hpp"
#include "support/long_matrix.hpp"

namespace mercer::test {

/// The line beyond its edges, written out for r values on each side as scipy's documentation draws
/// it: unfolded step by step, with no arithmetic of places.
template <class T>
std::vector<long double> extended(const std::vector<T>& line, index_t r, Boundary boundary,
                                  double constant) {
  const auto n = static_cast<std::int64_t>(line.size());
  const auto value = [&](std::int64_t i) -> long double {
    if (boundary == Boundary::constant && (i < 0 || i >= n)) return constant;
    if (boundary == Boundary::nearest && i < 0) return line.front();
    if (boundary == Boundary::nearest && i >= n) return line.back();
    std::int64_t at = 0, direction = i < 0 ? -1 : 1;
    for (std::int64_t step = 0; step != i; step += i < 0 ? -1 : 1) {
      const std::int64_t next = at + direction;
      if (0 <= next && next < n) {
        at = next;
      } else if (boundary == Boundary::wrap) {
        at = direction < 0 ? n - 1 : 0;
      } else {
        direction = -direction;  // reflect stands still once, mirror goes back at once
        if (boundary == Boundary::mirror && n > 1) at += direction;
      }
    }
    return line[static_cast<std::size_t>(at)];
  };
  std::vector<long double> out;
  const auto reach = static_cast<std::int64_t>(r);
  for (std::int64_t i = -reach; i < n + reach; ++i) out.push_back(value(i));
  return out;
}

/// out(i, j) = sum_kl rows_window(k) cols_window(l) image(i - k, j - l), all sums in long double.
/// As scipy does, the constant of Boundary::constant stands beyond the edges of each axis in turn.
template <class T>
LongMatrix convolved(const Mat<T>& image, const Col<double>& rows_window,
                     const Col<double>& cols_window, Boundary boundary, double constant) {
  const index_t r = rows_window.n_elem / 2, c = cols_window.n_elem / 2;
  LongMatrix between(image.n_rows, image.n_cols), out(image.n_rows, image.n_cols);
  for (index_t j = 0; j < image.n_cols; ++j) {
    std::vector<long double> line(image.n_rows);
    for (index_t i = 0; i < image.n_rows; ++i) line[i] = image(i, j);
    const auto wide = extended(line, r, boundary, constant);
    for (index_t i = 0; i < image.n_rows; ++i) {
      long double sum = 0;
      for (index_t k = 0; k <= 2 * r; ++k) sum += rows_window(k) * wide[i + 2 * r - k];
      between(i, j) = sum;
    }
  }
  for (index_t i = 0; i < image.n_rows; ++i) {
    std::vector<long double> line(image.n_cols);
    for (index_t j = 0; j < image.n_cols; ++j) line[j] = between(i, j);
    const auto wide = extended(line, c, boundary, constant);
    for (index_t j = 0; j < image.n_cols; ++j) {
      long double sum = 0;
      for (index_t k = 0; k <= 2 * c; ++k) sum += cols_window(k) * wide[j + 2 * c - k];
      out(i, j) = sum;
    }
  }
  return out;
}

/// The largest |ours - truth|.
template <class T>
long double largest_difference(const Mat<T>& ours, const LongMatrix& truth) {
  long double worst = 0;
  for (index_t j = 0; j < ours.n_cols; ++j) {
    for (index_t i = 0; i < ours.n_rows; ++i) {
      worst = std::max(worst, std::abs(static_cast<long double>(ours(i, j)) - truth(i, j)));
    }
  }
  return worst;
}

}  // namespace mercer::test
