#include "model/nystrom_solve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace mercer {
namespace {

Col<double> column_dots(const Mat<double>& A, const Mat<double>& B) {
  Col<double> dots(A.n_cols, arma::fill::zeros);
  for (index_t k = 0; k < A.n_cols; ++k) {
    for (index_t j = 0; j < A.n_rows; ++j) dots(k) += A(j, k) * B(j, k);
  }
  return dots;
}

// target += factors_k source, column by column
void add_columns(Mat<double>& target, const Col<double>& factors, const Mat<double>& source) {
  for (index_t k = 0; k < target.n_cols; ++k) {
    for (index_t j = 0; j < target.n_rows; ++j) target(j, k) += factors(k) * source(j, k);
  }
}

class ConjugateGradients {
 public:
  ConjugateGradients(const NystromProblem& problem, const NystromPreconditioner& M,
                     const GramOperator<double>& G, const NystromStop& stop)
      : problem_(problem), M_(M), G_(G), stop_(stop) {}

  NystromSolution run(Mat<double> start, const Mat<double>& right) {
    solution_.beta = std::move(start);
    solution_.right = right;
    best_.residual = std::numeric_limits<double>::infinity();
    double last = std::numeric_limits<double>::infinity();
    for (;;) {
      Mat<double> R = true_residual();
      if (solution_.status != Status::converged) {  // ended: the last pass
        solution_.residual = worst(M_.apply(std::move(R)).fitted);
        break;
      }
      NystromPreconditioner::Applied step = M_.apply(R);
      solution_.residual = worst(step.fitted);
      if (solution_.residual <= stop_.tolerance) break;
      // Over the tolerance, or so because of what rounding of M may hide: a pass tells, and is the
      // first of the iteration.
      Mat<double> product = nystrom_product(problem_, step.Z);
      solution_.residual = worst(column_dots(step.Z, product));
      const bool falls = solution_.residual < last / 2;
      if (solution_.residual <= stop_.tolerance || !falls || at_limit()) break;
      last = solution_.residual;
      best_ = solution_;
      try {
        iterate(std::move(R), std::move(step), std::move(product));
      } catch (const Interrupted& end) {
        if (solution_.iterations == 0) throw;
        solution_.status = end.status;
        problem_.watch.finish();
      }
    }
    if (best_.residual < solution_.residual) {  // rounding: more made it worse
      best_.status = solution_.status;
      best_.iterations = solution_.iterations;
      return std::move(best_);
    }
    return std::move(solution_);
  }

 private:
  bool at_limit() const { return solution_.iterations >= stop_.max_iterations; }

  void subtract_penalty(const Mat<double>& V, double sign, Mat<double>& R) const {
    Mat<double> product;
    G_.multiply(V, product);
    for (index_t k = 0; k < R.n_cols; ++k) {
      const double factor = sign * problem_.lambda_of(k);
      for (index_t j = 0; j < R.n_rows; ++j) R(j, k) -= factor * product(j, k);
    }
  }

  Mat<double> true_residual() {
    solution_.sums = nystrom_residual(problem_, solution_.beta);
    Mat<double> R = solution_.sums.image;
    if (solution_.right.is_empty()) solution_.right = R.head_cols(problem_.outputs());  // beta is 0
    if (scale_.is_empty()) scale_ = scale();
    subtract_penalty(solution_.beta, 1, R);
    return R;
  }

  // The squares of the fitted values that the residuals are relative to.
  Col<double> scale() const {
    const index_t t = problem_.outputs();
    Mat<double> all(problem_.m(), problem_.columns(), arma::fill::none);
    for (index_t k = 0; k < all.n_cols; ++k) all.col(k) = solution_.right.col(k % t);
    return M_.apply(std::move(all)).fitted;
  }

  // NaN stays.
  double worst(const Col<double>& fitted) const {
    double largest = 0;
    for (index_t k = 0; k < fitted.n_elem; ++k) {
      const double value = relative(fitted(k), k);
      if (std::isnan(value)) return value;
      largest = std::max(largest, value);
    }
    return largest;
  }

  double relative(double squares, index_t k) const {
    return squares <= 0 ? 0 : std::sqrt(squares / scale_(k));
  }

  void iterate(Mat<double> R, NystromPreconditioner::Applied next, Mat<double> product) {
    const double target = stop_.tolerance / 2;
    Mat<double> P = next.Z;
    Col<double> squares = column_dots(R, next.Z);
    while (!at_limit()) {
      const double now = worst(next.fitted);
      problem_.watch.iterated({.stage = "conjugate gradients",
                               .iteration = solution_.iterations,
                               .criterion = now,
                               .target = stop_.tolerance});
      if (!(now > target)) return;
      if (product.is_empty()) product = nystrom_product(problem_, P);
      subtract_penalty(P, -1, product);
      ++solution_.iterations;
      const Col<double> curvature = column_dots(P, product);
      Col<double> step(P.n_cols, arma::fill::zeros);
      for (index_t k = 0; k < P.n_cols; ++k) {
        // A column that is done, or whose curvature is rounding, stays.
        const bool more = relative(next.fitted(k), k) > target && squares(k) > 0;
        if (more && curvature(k) > 0) step(k) = squares(k) / curvature(k);
      }
      if (!arma::any(step > 0)) return;
      add_columns(solution_.beta, step, P);
      add_columns(R, -step, product);
      product.reset();
      next = M_.apply(R);
      const Col<double> after = column_dots(R, next.Z);
      for (index_t k = 0; k < P.n_cols; ++k) {
        if (step(k) == 0) continue;
        const double ratio = after(k) / squares(k);
        for (index_t j = 0; j < P.n_rows; ++j) P(j, k) = next.Z(j, k) + ratio * P(j, k);
        squares(k) = after(k);
      }
    }
  }

  const NystromProblem& problem_;
  const NystromPreconditioner& M_;
  const GramOperator<double>& G_;
  const NystromStop& stop_;
  NystromSolution solution_, best_;
  Col<double> scale_;
};

}  // namespace

NystromSolution solve_nystrom(const NystromProblem& problem, const NystromPreconditioner& M,
                              const GramOperator<double>& G, Mat<double> start,
                              const Mat<double>& right, const NystromStop& stop) {
  return ConjugateGradients(problem, M, G, stop).run(std::move(start), right);
}

}  // namespace mercer
