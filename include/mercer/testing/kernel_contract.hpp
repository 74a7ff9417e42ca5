// The contract that every kernel keeps, as a check for kernels of your own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

struct ContractOptions {
  index_t dim = 5;                // features of the random points
  bool any_dim = true;            // false: the kernel fixes d (as Ard does), d = 1 is not tried
  bool non_negative = false;      // points uniform in [0, 1), else standard normal
  bool positive_definite = true;  // what the kernel claims to be
  bool text_form = true;          // parse_kernel reads expression() back; false for your own kernel
  double tolerance = 64;          // of eigenvalues and Cauchy-Schwarz, in units of u (2^-53, 2^-24)
  double float_tolerance = 1e-5;  // of float against double, relative to the largest |k|
  std::uint64_t seed = 1;
};

/// What a kernel breaks of the contract, a sentence each; empty if it keeps it. Depends on no test
/// framework:  REQUIRE(check_kernel_contract<double>(MyKernel(0.5)).empty());
///
/// Checked on random points, n = 0 .. 600, across the edges of tiles, for T = float or double:
///   - an entry has the same bits in every tile, at every position, and overwrites what was there;
///   - K(X, X) is symmetric, K(Y, X) the transpose of K(X, Y), both to the bit; of 64 features and
///     more in float, where distances see points moved by the middle of the second set, the latter
///     within float_tolerance;
///   - the diagonal of K(X, X) is BoundKernel::diagonal, to the bit;
///   - gram(X) and gram(X, X) agree to the bit, also when the second X is a copy;
///   - the bits do not depend on the number of threads (1, 2, 3, 5), for gram and multiply;
///   - clone() and parse_kernel(expression()) give the same bits and the same text;
///   - theta_names() has a name for each value of theta(), with_theta(theta()) is the same kernel,
///   and
///     the derivatives, if there are some, are those of differences (double only);
///   - values are finite; a point of NaN gives NaN, unless bind refuses it;
///   - if positive definite: no eigenvalue below 0, |k(x, y)|^2 <= k(x, x) k(y, y);
///   - float agrees with double.
template <class T>
std::vector<std::string> check_kernel_contract(const Kernel& kernel,
                                               const ContractOptions& options = {});

}  // namespace mercer
