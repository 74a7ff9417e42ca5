// One half of a Gaussian window, from the centre outwards: the other is its mirror image.
#pragma once

#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/image/gaussian_window.hpp"

namespace mercer::detail {

/// The cells at x = first_cell(size) + k, k = 0, 1, ... Kept in long double, whose 11 more bits pay
/// for the rounding of exponents (x^2 / (2 sigma^2) reaches 700) and for differences of neighbours.
struct HalfWindow {
  std::vector<long double> values;  // of the order asked for, up to the factor unit
  long double mass;                 // the sum of the whole window of order 0, up to the same factor
  long double unit;                 // weight = unit * value; chosen so that no mass underflows
};

/// Where the cell nearest to the centre lies: 0 if size is odd, 1/2 if it is even.
inline long double first_cell(index_t size) { return size % 2 == 1 ? 0.0L : 0.5L; }

/// How many cells are not mirror images of others.
inline index_t half_size(index_t size) { return size / 2 + size % 2; }

HalfWindow sampled_half(index_t size, long double sigma, int order);
HalfWindow integrated_half(index_t size, long double sigma, int order);
HalfWindow discrete_half(index_t size, long double sigma, int order);  // size is odd

HalfWindow half_window(index_t size, long double sigma, Discretisation discretisation, int order);

/// He_order(u), which makes d^k/dx^k exp(-u^2 / 2) = (-1 / sigma)^k He_k(u) exp(-u^2 / 2), u = x /
/// sigma.
long double hermite(int order, long double u);

}  // namespace mercer::detail
