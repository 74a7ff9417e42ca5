// Sums over a tile that gradients are made of.
#pragma once

#include "mercer/core/scratch.hpp"
#include "mercer/core/types.hpp"
#include "mercer/tile/points.hpp"
#include "mercer/tile/statistic.hpp"
#include "mercer/tile/tile.hpp"

namespace mercer {

/// sum_i weights_i values_i. The same bits wherever the two stand in memory.
double weighted_sum(const double* weights, const double* values, index_t count);

/// The derivatives of a statistic in the logarithms of weights w of the features, at w = 1:
///     sums[k] += sum_ij H_ij ds_ij / dlog w_k,    s_ij = s(w . x_{rows.begin + i}, ...),
/// k < d, over the tile. Since s is a sum of terms t(x_k, y_k) that are homogeneous of degree 2
/// (dot, squared_distance) or 1 (the others), ds / dlog w_k is that many times t(x_ik, x_jk): there
/// are no differences of large numbers, whatever the points. 3 or 4 flops a feature and pair.
void add_feature_sums(Statistic statistic, Points<double> X, Range rows, Range cols,
                      Tile<const double> H, double* sums, Scratch& scratch);

}  // namespace mercer
