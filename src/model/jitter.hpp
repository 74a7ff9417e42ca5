// Cholesky factors of matrices that rounding may have made indefinite.
#pragma once

#include "mercer/core/function_ref.hpp"
#include "mercer/solver/cholesky.hpp"
#include "mercer/tile/symmetric_tiles.hpp"

namespace mercer {

struct JitteredFactor {
  CholeskyFactor<double> factor;
  double jitter = 0;         // what was added to the diagonal
  index_t failed_minor = 0;  // of the matrix as it is; 0: it needed no jitter
};

/// The factor of the matrix that make() writes, called once for each attempt, plus jitter I: 0, or
/// else the smallest 2^e u mean(diagonal) that works, u = 2^-52, 0 <= e <= 32. If none does, or the
/// progress callback says so, the factor's status tells.
JitteredFactor factor_with_jitter(FunctionRef<SymmetricTiles<double>()> make,
                                  const CholeskyOptions& options);

}  // namespace mercer
