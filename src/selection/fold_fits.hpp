// The fits of one fold of a grid: all pairs of classes along C, on stored kernel values.
#pragma once

#include <vector>

#include "mercer/core/function_ref.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/solver/svm.hpp"
#include "model/one_against_one.hpp"

namespace mercer {

/// The rows of a grid side by side by class, and within a class by fold.
struct GridRows {
  ClassOrder order;                          // its C is the weight of each row
  std::vector<std::vector<Range>> held_out;  // places, of each fold and class
  std::vector<ClassPair> pairs;
};

/// Checks the labels and brings rows into the order. Messages begin with where.
/// fold_of: n, of each row; folds: how many there are.
GridRows grid_rows(const char* where, ClassOrder order, const arma::uvec& fold_of, index_t folds);

/// All kernel values of the rows of a grid, as floats.
template <class T>
class GridKernel {
 public:
  /// Bytes for n rows.
  static std::size_t bytes(index_t n) { return StoredColumns::stride(n) * n * sizeof(float); }

  /// Takes the memory of the values of K, n x n and symmetric, which is borrowed.
  void begin(const GramOperator<T>& K, int threads);

  /// Where they go, columns StoredColumns::stride(n) apart.
  float* values() { return values_.memptr(); }

  /// When they are there. Throws NonFiniteError that counts rows of K.
  void end(int threads);

  const GramOperator<T>& K() const { return *K_; }
  const float* column(index_t j) const {
    return values_.memptr() + j * StoredColumns::stride(K_->n_rows());
  }
  const Col<double>& diagonal() const { return diagonal_; }

 private:
  const GramOperator<T>* K_ = nullptr;
  Col<float> values_;
  Col<double> diagonal_;
};

/// One C of one fold.
struct FoldFit {
  bool complete = false;  // all pairs were solved, to the tolerance or the iteration limit
  Status status = Status::converged;
  index_t right = 0;  // rows of the fold
  index_t steps = 0;
  double residual = 0;
};

/// The fits of a fold for each C, ascending. After a stop or the end of the time, what was not
/// solved is not complete. options(): those of the next fit; its C is not used.
template <class T>
std::vector<FoldFit> fit_fold(const GridRows& rows, index_t fold, const GridKernel<T>& kernel,
                              const std::vector<double>& C, FunctionRef<SvmOptions()> options);

}  // namespace mercer
