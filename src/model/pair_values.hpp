// Kernel values that pairs of classes share, or have to themselves.
#pragma once

#include "mercer/core/progress.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/solver/svm.hpp"
#include "mercer/solver/svm_dual.hpp"
#include "mercer/tile/tile.hpp"

namespace mercer {

/// A block of floats, column by column, with StoredColumns::room finite ones behind each.
class FloatBlock {
 public:
  FloatBlock() = default;

  /// In memory for StoredColumns::stride(rows) * cols floats, which outlives the block.
  explicit FloatBlock(float* memory) : memory_(memory) {}

  void set_size(index_t rows, index_t cols);
  Tile<float> tile() { return {data(), rows_, cols_, stride_}; }
  const float* column(index_t j) const {
    return (memory_ != nullptr ? memory_ : values_.memptr()) + j * stride_;
  }

 private:
  float* data() { return memory_ != nullptr ? memory_ : values_.memptr(); }

  index_t rows_ = 0, cols_ = 0, stride_ = 0;
  Col<float> values_;
  float* memory_ = nullptr;
};

/// K(rows, columns) in float, and in double if wanted.
struct KernelBlock {
  FloatBlock floats;
  Mat<double> exact;  // or empty

  KernelBlock() = default;

  /// In memory that outlives it: as FloatBlock, and exact n x n.
  KernelBlock(float* floats_at, double* exact_at, index_t n)
      : floats(floats_at), exact(exact_at, n, n, false, true) {}

  /// Throws NonFiniteError, which counts rows of K, and std::invalid_argument on values beyond
  /// float, and what poll throws. keep_exact: ignored for float.
  template <class T>
  void compute(const GramOperator<T>& K, Range rows, Range columns, bool keep_exact, int threads,
               Poll poll);
};

/// The kernel values between two classes, K(first, second), and K(second, first) in float. A thread
/// uses the memory for one pair after the other.
struct KernelBetween {
  KernelBlock below;
  FloatBlock above;

  template <class T>
  void compute(const GramOperator<T>& K, Range first, Range second, bool keep_exact, int threads,
               Poll poll);
};

/// The kernel values within each class, on huge pages: as they are many matrices that are too small
/// for such pages one by one, the system took a third of the time of a fit to find small ones.
class WithinClasses {
 public:
  /// Takes the memory: values in float, and in double if wanted.
  WithinClasses(const std::vector<Range>& classes, bool keep_exact, int threads);
  WithinClasses(const WithinClasses&) = delete;  // the blocks are in its memory
  WithinClasses& operator=(const WithinClasses&) = delete;

  index_t count() const { return blocks_.size(); }
  KernelBlock& of(index_t c) { return blocks_[c]; }

 private:
  Col<float> floats_;
  Col<double> exact_;
  std::vector<KernelBlock> blocks_;
};

/// The columns of a problem on all rows out of a symmetric block, which must outlive them.
StoredColumns all_columns(KernelBlock& all, const Col<double>& diagonal);

/// The columns of a pair out of its blocks, which must outlive them. diagonal: of all of K; dual:
/// of the pair, on the rows of its classes.
StoredColumns pair_columns(KernelBlock& first, KernelBlock& second, KernelBetween& between,
                           const Col<double>& diagonal, const SvmDual& dual);

}  // namespace mercer
