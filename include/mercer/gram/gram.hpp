// The Gram matrix of a kernel, and products with it.
#pragma once

#include <cstddef>
#include <type_traits>

#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

struct GramOptions {
  int threads = 0;                // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;  // bytes; 0: three quarters of the machine's memory
};

/// K(X, X), n x n, K_ij = k(x_i, x_j): exactly symmetric, its diagonal exactly k(x_i, x_i); each
/// pair is computed once. X: d x n, dense or sparse. The same bits for any number of threads.
/// Throws std::invalid_argument if X holds NaN or infinities, BudgetError with the memory plan if K
/// exceeds the budget (then see multiply, and memory_plan.hpp).
template <class T>
Mat<T> gram(const Kernel& kernel, const Mat<T>& X, const GramOptions& options = {});
template <class T>
Mat<T> gram(const Kernel& kernel, const SpMat<T>& X, const GramOptions& options = {});

/// K(X, Y), n x m, K_ij = k(x_i, y_j). X: d x n, Y: d x m, a matrix or a view of points.
template <class T>
Mat<T> gram(const Kernel& kernel, const Mat<T>& X, std::type_identity_t<Points<T>> Y,
            const GramOptions& options = {});
template <class T>
Mat<T> gram(const Kernel& kernel, const SpMat<T>& X, std::type_identity_t<Points<T>> Y,
            const GramOptions& options = {});

/// As gram, into out, whose memory is used again if it has the right size. The report tells the
/// seconds and the bound on the error of the entries (entry_error).
template <class T>
Report gram_into(Mat<T>& out, const Kernel& kernel, const Mat<T>& X,
                 const GramOptions& options = {});
template <class T>
Report gram_into(Mat<T>& out, const Kernel& kernel, const SpMat<T>& X,
                 const GramOptions& options = {});
template <class T>
Report gram_into(Mat<T>& out, const Kernel& kernel, const Mat<T>& X,
                 std::type_identity_t<Points<T>> Y, const GramOptions& options = {});
template <class T>
Report gram_into(Mat<T>& out, const Kernel& kernel, const SpMat<T>& X,
                 std::type_identity_t<Points<T>> Y, const GramOptions& options = {});

/// K(X, Y) V, n x t, with K never stored: O(d (n + m) + n t) memory. V: m x t. If X and Y are the
/// same matrix, each value serves both halves of K.
template <class T>
Mat<T> multiply(const Kernel& kernel, const Mat<T>& X, std::type_identity_t<Points<T>> Y,
                const Mat<T>& V, const GramOptions& options = {});
template <class T>
Mat<T> multiply(const Kernel& kernel, const SpMat<T>& X, std::type_identity_t<Points<T>> Y,
                const Mat<T>& V, const GramOptions& options = {});

}  // namespace mercer
