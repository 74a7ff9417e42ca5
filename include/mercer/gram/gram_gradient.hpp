// The gradient of functions of a Gram matrix in the parameters of its kernel.
#pragma once

#include <vector>

#include "mercer/core/function_ref.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// Writes the weights M(rows, cols) of a tile, cols.begin >= rows.begin; called from several
/// threads.
using TileWeights = FunctionRef<void(Range rows, Range cols, Tile<double> out)>;

/// sum_ij M_ij dK_ij / dtheta_p for each parameter p of Kernel::theta(), K = K(X, X), M symmetric:
/// the gradient of a function L(K) in theta, if M = dL/dK. One pass over the tiles for all
/// parameters; neither K nor its derivatives are stored, so that memory is O(d n) beside M. The
/// same bits for any number of threads. X: d x n, M: n x n, of which the half on and above the
/// diagonal is read, in squares of 256 x 256. Throws std::invalid_argument if X holds NaN or
/// infinities, or the kernel has no derivatives.
std::vector<double> gram_gradient(const Kernel& kernel, const Mat<double>& X, const Mat<double>& M,
                                  const GramOptions& options = {});

/// The same with weights that are made tile by tile.
std::vector<double> gram_gradient(const Kernel& kernel, Points<double> X, TileWeights weights,
                                  const GramOptions& options = {}, Poll poll = no_poll);

}  // namespace mercer
