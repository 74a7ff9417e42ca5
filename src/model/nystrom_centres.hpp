// The centres of a Nystrom model.
#pragma once

#include <vector>

#include "mercer/core/point_source.hpp"
#include "mercer/model/nystrom_ridge.hpp"
#include "model/fit_watch.hpp"

namespace mercer {

/// Rows of X for options.centres, of those with weight; in increasing order if that is all of them.
/// Fewer where the kernel has no more independent columns to rounding. Throws
/// Interrupted{not_positive_definite} if the kernel is not positive semidefinite.
std::vector<index_t> choose_centres(const Kernel& kernel, const PointSource<double>& X,
                                    const Col<double>& w, const NystromRidgeOptions& options,
                                    FitWatch& watch);

/// count different rows with weight, at random; all in increasing order if there are no more.
std::vector<index_t> random_rows(const Col<double>& w, index_t count, std::uint64_t seed,
                                 std::uint64_t stream);

/// Points that pivoted Cholesky chooses from.
index_t centre_candidates(index_t n, index_t centres);

/// The bytes that the choice takes.
std::size_t centres_bytes(index_t n, index_t dim, const NystromRidgeOptions& options);

}  // namespace mercer
