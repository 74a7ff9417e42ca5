// What is checked before a Gaussian process is fitted, and what a checkpoint knows it by.
#pragma once

#include <cstdint>

#include "mercer/core/types.hpp"
#include "mercer/model/gaussian_process.hpp"

namespace mercer {

/// Each throws std::invalid_argument, with where at its beginning. noise: empty, or one per point.
template <class T>
void require_outputs(const char* where, const Col<T>& y, const Col<double>& noise, index_t n);
template <class T>
void require_training_points(const char* where, const Mat<T>& X);

/// The options of products with K.
void require_iteration(const GaussianProcessOptions& options);

/// Of the options that the result depends on.
std::uint64_t of_options(const GaussianProcessOptions& options);

}  // namespace mercer
