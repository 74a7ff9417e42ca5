// What models are fitted to and asked for in one fold.
#pragma once

#include <memory>

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
  /// From those of all rows, n x n.
  FoldValues(const std::shared_ptr<const Mat<T>>& K, const FoldData<T>& fold, int threads);

  /// From the points. Throws NonFiniteError.
  FoldValues(const Kernel& kernel, const FoldData<T>& fold, const GramOptions& options);

  std::unique_ptr<GramOperator<T>> train;  // K(X_train, X_train)
  std::unique_ptr<GramOperator<T>> test;   // K(X_test, X_train)
  Col<T> diagonal;                         // k(x, x) of X_test
};

/// K(X, X). Throws NonFiniteError.
template <class T>
std::shared_ptr<const Mat<T>> shared_values(const Kernel& kernel, const Mat<T>& X,
                                            const GramOptions& options);

/// K(X, X) of each kernel, to the same bits; what the kernels have in common, such as distances, is
/// computed once. Null where a value is not finite.
template <class T>
std::vector<std::shared_ptr<const Mat<T>>> shared_values(const std::vector<const Kernel*>& kernels,
                                                         const Mat<T>& X,
                                                         const GramOptions& options);

}  // namespace mercer
