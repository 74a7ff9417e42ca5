// What the kernels of a ridge path share: targets, weights, folds.
#pragma once

#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/model/kernel_ridge_path.hpp"

namespace mercer {

/// Only the m rows with weight are part of a model: they are the rows here, in order. all_Y must
/// outlive this object.
template <class T>
struct RidgePathProblem {
  const Mat<T>& all_Y;            // n x t
  arma::uvec rows;                // m, their places among all n
  Mat<T> Y;                       // m x t
  Col<double> w;                  // m, > 0
  arma::rowvec means;             // t; zeros if not centred
  std::vector<arma::uvec> folds;  // places among the m rows; none without k_fold
  arma::uvec fold_of;             // n, as KernelRidgePath::fold_of

  /// Throws std::invalid_argument on bad input, in the name of KernelRidgePath::fit.
  RidgePathProblem(const Mat<T>& all_Y, const Col<double>& weights,
                   const KernelRidgePathOptions& options);

  index_t size() const { return rows.n_elem; }
  bool all_rows() const { return rows.n_elem == fold_of.n_elem; }
};

}  // namespace mercer
