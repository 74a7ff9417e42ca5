// The operator that fits the memory.
#pragma once

#include <memory>

#include "mercer/gram/gram.hpp"
#include "mercer/gram/gram_operator.hpp"

namespace mercer {

/// K(X, X) by the route of memory_plan: DenseGram, TiledGram or MatrixFreeGram. X: d x n; it must
/// outlive the operator, which may be matrix-free.
/// Throws std::invalid_argument if X holds NaN or infinities.
template <class T>
std::unique_ptr<GramOperator<T>> make_gram_operator(const Kernel& kernel, const Mat<T>& X,
                                                    const GramOptions& options = {});
template <class T>
std::unique_ptr<GramOperator<T>> make_gram_operator(const Kernel& kernel, const SpMat<T>& X,
                                                    const GramOptions& options = {});

}  // namespace mercer
