// What models are fitted to and asked for in one fold.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "mercer/gram/gram.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "selection/evaluation.hpp"

namespace mercer {

/// The rows of a fold; features scaled by what those of the training part say.
template <class T>
struct FoldData {
  FoldData(const EvaluationData<T>& data, index_t fold);

  Split rows;
  Mat<T> X_train, X_test;  // d x rows
  Targets targets;         // of the training part
};

/// The kernel values of a fold.
template <class T>
struct FoldValues {
  std::shared_ptr<const GramOperator<T>> train;  // K(X_train, X_train)
  std::shared_ptr<const GramOperator<T>> test;   // K(X_test, X_train)
  Col<T> diagonal;                               // k(x, x) of X_test
};

/// From those of all rows, n x n.
template <class T>
FoldValues<T> fold_values(const GramOperator<T>& K, const FoldData<T>& fold);

/// X and Y for several kernels, one after the other: their distances and the like are computed
/// once, by the first, and kept as far as so many bytes hold them. Borrows X and Y.
template <class T>
std::pair<Points<T>, Points<T>> keeping(const Mat<T>& X, const Mat<T>& Y, std::size_t bytes,
                                        int threads);

/// K(X, Y), stored or, to the same bits, computed when asked for. Throws NonFiniteError if a stored
/// value is not finite.
template <class T>
std::unique_ptr<GramOperator<T>> kernel_values(const Kernel& kernel,
                                               const std::pair<Points<T>, Points<T>>& points,
                                               bool stored, const GramOptions& options);

}  // namespace mercer
