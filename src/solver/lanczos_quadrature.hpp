// Quadrature rules of tridiagonal matrices.
#pragma once

#include <limits>
#include <vector>

namespace mercer {

/// A symmetric tridiagonal matrix T, m x m, that grows by a row and a column at a time.
class Tridiagonal {
 public:
  /// off: what couples the new row to the one before; of the first row it has no meaning.
  void append(double off, double diagonal);

  std::size_t size() const { return diagonal_.size(); }

  /// e_1' log(T) e_1, the rule of Gauss; NaN if T is not positive definite.
  double gauss_log() const;

  /// The same of T with a further row, coupled by `next`, whose diagonal is such that `node` is an
  /// eigenvalue: the rule of Gauss and Radau. NaN if T - node I is not positive definite.
  double radau_log(double next, double node) const;

 private:
  std::vector<double> diagonal_;
  std::vector<double> off_;  // off_[k] couples k and k + 1
};

}  // namespace mercer
