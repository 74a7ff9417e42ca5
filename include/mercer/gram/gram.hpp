// The Gram matrix of a kernel, and products with it.
#pragma once

#include <cstddef>
#include <type_traits>

#include "mercer/core/types.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

struct GramOptions {
  int threads = 0;                // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;  // bytes for results; 0: three quarters of the machine's memory
};

/// K(X, X), n x n, K_ij = k(x_i, x_j): exactly symmetric, its diagonal exactly k(x_i, x_i); each
/// pair is computed once. X: d x n. The same bits for any number of threads.
/// Throws std::invalid_argument if X holds NaN or infinities, BudgetError if K exceeds the budget.
template <class T>
Mat<T> gram(const Kernel& kernel, const Mat<T>& X, const GramOptions& options = {});

/// K(X, Y), n x m, K_ij = k(x_i, y_j). X: d x n, Y: d x m, a matrix or a view of points.
template <class T>
Mat<T> gram(const Kernel& kernel, const Mat<T>& X, std::type_identity_t<Points<T>> Y,
            const GramOptions& options = {});

/// As gram(kernel, X), into out, whose memory is used again if it has the right size.
template <class T>
void gram_into(Mat<T>& out, const Kernel& kernel, const Mat<T>& X, const GramOptions& options = {});

/// As gram(kernel, X, Y), into out.
template <class T>
void gram_into(Mat<T>& out, const Kernel& kernel, const Mat<T>& X,
               std::type_identity_t<Points<T>> Y, const GramOptions& options = {});

/// K(X, Y) V, n x t, with K never stored: O(n t) memory beside the data. V: m x t.
template <class T>
Mat<T> multiply(const Kernel& kernel, const Mat<T>& X, std::type_identity_t<Points<T>> Y,
                const Mat<T>& V, const GramOptions& options = {});

}  // namespace mercer
