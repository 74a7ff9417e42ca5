// What a kernel matrix needs in memory, before anything is allocated.
#pragma once

#include <cstddef>
#include <string>

#include "mercer/core/types.hpp"
#include "mercer/gram/gram.hpp"

namespace mercer {

/// How the values of a kernel matrix are kept.
enum class Route {
  dense,       // all n m values: DenseGram, gram()
  tiled,       // one half of a symmetric matrix, in tiles: TiledGram
  matrix_free  // none, they are computed when asked for: MatrixFreeGram, multiply()
};

/// "dense", "tiled", "matrix-free".
std::string to_string(Route route);

/// Bytes of the kernel values and of the packed points beside them, by route; each thread takes up
/// to 2 MB more for the tiles that it works on. Sizes that overflow count as the largest number.
struct MemoryPlan {
  Route route = Route::dense;  // the first that fits the budget; matrix-free if none does
  std::size_t dense = 0;
  std::size_t tiled = 0;  // as dense if the matrix is not symmetric
  std::size_t matrix_free = 0;
  std::size_t budget = 0;

  std::size_t bytes() const;  // of the route

  /// "dense 3.20 GB, tiled 1.61 GB, matrix-free 5.12 MB; with a budget of 2.00 GB: tiled"
  std::string text() const;
};

/// The plan for K(X, X) of n points of d features, values and points of type T.
template <class T>
MemoryPlan memory_plan(index_t n, index_t d, const GramOptions& options = {});

/// The plan for K(X, Y) of n and m points.
template <class T>
MemoryPlan memory_plan(index_t n, index_t m, index_t d, const GramOptions& options = {});

/// Throws BudgetError "<where>: the 1000 x 1000 kernel values do not fit the budget: <plan.text()>"
/// if the dense route exceeds the budget of the plan.
void require_dense(const char* where, index_t n, index_t m, const MemoryPlan& plan);

}  // namespace mercer
