// A pass over all points with coefficients of the centres.
#pragma once

#include <cstddef>

#include "model/nystrom_problem.hpp"

namespace mercer {

struct NystromSums {
  Mat<double> image;    // K' W e, m x columns
  Col<double> squares;  // columns: sum_i w_i e_i^2
  // columns: sum_i w_i r_i^2 with r the residual of the exact problem at alpha = beta on the rows
  // of the centres, 0 elsewhere: r_i = e_i, less lambda beta_j / w_i where x_i is centre j.
  Col<double> exact_squares;
  double largest_diagonal = 0;  // max_i k(x_i, x_i)
};

/// e = b - K V, n x columns, V: m x columns. Kernel values are computed once, used twice and
/// forgotten: n m of them, 4 n m columns flops.
NystromSums nystrom_residual(const NystromProblem& problem, const Mat<double>& V);

/// K' W K V.
Mat<double> nystrom_product(const NystromProblem& problem, const Mat<double>& V);

/// The bytes that a pass takes.
std::size_t nystrom_pass_bytes(index_t dim, index_t centres, index_t columns, int threads);

}  // namespace mercer
