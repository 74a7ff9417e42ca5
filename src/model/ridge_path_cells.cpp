#include "model/ridge_path_cells.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/solver/band_reduction.hpp"
#include "model/fold_residuals.hpp"
#include "model/leave_one_out.hpp"
#include "model/ridge_certificate.hpp"

namespace mercer {
namespace {

struct Stopped {};

constexpr index_t column_of(RidgeCriterion criterion) { return static_cast<index_t>(criterion); }

// W^1/2 K W^1/2 over the rows with weight.
template <class T>
Mat<T> weighted_gram(const GramOperator<T>& K, const RidgePathProblem<T>& problem, int threads,
                     const char* name) {
  Mat<T> A;
  if (problem.all_rows()) {
    K.dense(A);
  } else {
    const std::span<const index_t> rows(problem.rows.memptr(), problem.size());
    K.submatrix(rows, rows)->dense(A);
  }
  require_finite("KernelRidgePath::fit", name, A);
  if (arma::all(problem.w == 1)) return A;
  const Col<double> root_w = arma::sqrt(problem.w);
  parallel_for(A.n_cols, threads, [&](index_t j, int) {
    T* column = A.colptr(j);
    for (index_t i = 0; i < A.n_rows; ++i) column[i] *= static_cast<T>(root_w(i) * root_w(j));
  });
  return A;
}

// The factors that there are, and the places of their lambdas.
struct Factors {
  std::vector<BandFactor> of;
  std::vector<index_t> lambda;
};

Factors make_factors(const Mat<double>& band, const std::vector<double>& lambdas, int threads) {
  std::vector<std::optional<BandFactor>> all(lambdas.size());
  parallel_for(lambdas.size(), threads, [&](index_t k, int) { all[k].emplace(band, lambdas[k]); });
  Factors factors;
  for (index_t k = 0; k < all.size(); ++k) {
    if (all[k]->failed_minor() > 0) continue;
    factors.of.push_back(std::move(*all[k]));
    factors.lambda.push_back(k);
  }
  return factors;
}

double dot(const Mat<double>& A, index_t a, const Mat<double>& B, index_t b) {
  double sum = 0;
  for (index_t i = 0; i < A.n_rows; ++i) sum += A(i, a) * B(i, b);
  return sum;
}

// sum w_i e_i^2 / (t sum w_i)
template <class T>
double weighted_mean_square(const Mat<T>& residuals, const Col<double>& w) {
  double sum = 0, total = 0;
  for (index_t i = 0; i < w.n_elem; ++i) total += w(i);
  for (index_t t = 0; t < residuals.n_cols; ++t) {
    for (index_t i = 0; i < w.n_elem; ++i) {
      const double e = static_cast<double>(residuals(i, t));
      sum += w(i) * e * e;
    }
  }
  return sum / (total * static_cast<double>(residuals.n_cols));
}

// b = W^1/2 (y - mean) of each output and, last, W^1/2 1.
template <class T>
Mat<T> right_sides(const RidgePathProblem<T>& problem) {
  const index_t m = problem.size(), outputs = problem.Y.n_cols;
  Mat<T> b(m, outputs + 1, arma::fill::none);
  for (index_t i = 0; i < m; ++i) {
    const double root = std::sqrt(problem.w(i));
    for (index_t t = 0; t < outputs; ++t) {
      b(i, t) = static_cast<T>(root * (static_cast<double>(problem.Y(i, t)) - problem.means(t)));
    }
    b(i, outputs) = static_cast<T>(root);
  }
  return b;
}

// A^-1 of the right sides for each factor, side by side: m x (t + 1) of each. Products and norms
// are taken in the coordinates of the band, z = Q' b, where they are the same. inverse_traces: of
// each factor, or empty.
template <class T>
Mat<T> solve_all(const RidgePathProblem<T>& problem, const KernelRidgePathOptions& options,
                 const BandReduction<T>& reduction, const Factors& factors,
                 const Col<double>& inverse_traces, Mat<double>& criteria) {
  const index_t rows = problem.size(), outputs = problem.Y.n_cols;
  const double m = static_cast<double>(rows), t = static_cast<double>(outputs);
  double sum_w = 0, sum_log_w = 0;
  for (const double weight : problem.w) sum_w += weight, sum_log_w += std::log(weight);
  const double constant = m * std::log(2 * arma::datum::pi) - sum_log_w;
  const Mat<double> Z = arma::conv_to<Mat<double>>::from(reduction.to_band(right_sides(problem)));
  Mat<T> solutions(rows, factors.of.size() * (outputs + 1), arma::fill::none);
  parallel_for(factors.of.size(), options.threads, [&](index_t k, int) {
    const BandFactor& factor = factors.of[k];
    Mat<double> X = Z;
    factor.solve(X);
    double fit = 0, squares = 0;
    for (index_t c = 0; c < outputs; ++c) {
      fit += dot(Z, c, X, c);
      squares += dot(X, c, X, c);
    }
    // tr (I - H) / lambda: the mean is one more parameter
    double trace = inverse_traces.is_empty() ? factor.inverse_trace() : inverse_traces(k);
    if (options.centre_target) trace -= dot(Z, outputs, X, outputs) / sum_w;
    const index_t row = factors.lambda[k];
    const double share = trace / m;
    criteria(row, column_of(RidgeCriterion::generalised)) = squares / (t * sum_w * share * share);
    criteria(row, column_of(RidgeCriterion::log_marginal_likelihood)) =
        -0.5 * (fit + t * (factor.log_determinant() + constant));
    for (index_t c = 0; c <= outputs; ++c) {
      std::transform(X.begin_col(c), X.end_col(c), solutions.begin_col(k * (outputs + 1) + c),
                     [](double x) { return static_cast<T>(x); });
    }
  });
  return reduction.from_band(solutions);
}

// Rows of the problem into those of all.
template <class T>
void put_rows(const Mat<T>& values, const arma::uvec& rows, Mat<T>& out) {
  for (index_t t = 0; t < values.n_cols; ++t) {
    for (index_t i = 0; i < rows.n_elem; ++i) out(rows(i), t) = values(i, t);
  }
}

// alpha = W^1/2 beta, 0 for rows without weight.
template <class T>
Mat<T> coefficients_of(const Mat<T>& solutions, index_t k, const RidgePathProblem<T>& problem) {
  const index_t outputs = problem.Y.n_cols;
  Mat<T> alpha(problem.all_Y.n_rows, outputs, arma::fill::zeros);
  for (index_t t = 0; t < outputs; ++t) {
    for (index_t i = 0; i < problem.size(); ++i) {
      alpha(problem.rows(i), t) =
          static_cast<T>(std::sqrt(problem.w(i))) * solutions(i, k * (outputs + 1) + t);
    }
  }
  return alpha;
}

// K [alpha of all factors, 1] in double, one pass over K.
template <class T>
Mat<double> product_with_all(const GramOperator<T>& K, const arma::Cube<T>& alpha,
                             const Factors& factors) {
  const index_t n = alpha.n_rows, t = alpha.n_cols;
  Mat<double> V(n, factors.of.size() * t + 1, arma::fill::ones);
  for (index_t k = 0; k < factors.of.size(); ++k) {
    V.cols(k * t, (k + 1) * t - 1) =
        arma::conv_to<Mat<double>>::from(Mat<T>(alpha.slice(factors.lambda[k])));
  }
  Mat<double> product;
  K.multiply_in_double(V, product);
  return product;
}

double worse(double a, double b) { return std::isnan(a) || a > b ? a : b; }

// The worst certificate, and the residuals of rows without weight, which are those of the model.
template <class T>
void check_cells(const GramOperator<T>& K, const Mat<double>& product,
                 const RidgePathProblem<T>& problem, const Factors& factors,
                 const std::vector<double>& lambdas, RidgePathCells<T>& cells) {
  const index_t n = problem.all_Y.n_rows, t = problem.Y.n_cols;
  Col<double> w(n, arma::fill::zeros);
  w.elem(problem.rows) = problem.w;
  for (index_t k = 0; k < factors.of.size(); ++k) {
    const index_t slice = factors.lambda[k];
    Mat<double> own = product.cols(k * t, (k + 1) * t - 1);
    own.insert_cols(t, product.col(product.n_cols - 1));
    const Certificate one = ridge_certificate<T>(K, own, problem.all_Y, w, cells.alpha.slice(slice),
                                                 problem.means, lambdas[slice]);
    Certificate& all = cells.certificate;
    all.relative_residual = worse(one.relative_residual, all.relative_residual);
    all.backward_error = worse(one.backward_error, all.backward_error);
    all.prediction_error = worse(one.prediction_error, all.prediction_error);
    for (arma::Cube<T>* residuals : {&cells.leave_one_out, &cells.k_fold}) {
      if (residuals->is_empty() || problem.all_rows()) continue;
      for (index_t c = 0; c < t; ++c) {
        for (index_t i = 0; i < n; ++i) {
          if (w(i) > 0) continue;
          (*residuals)(i, c, slice) = static_cast<T>(static_cast<double>(problem.all_Y(i, c)) -
                                                     problem.means(c) - own(i, c));
        }
      }
    }
  }
}

template <class T>
arma::Cube<T> empty_cells(const RidgePathProblem<T>& problem, index_t lambdas) {
  arma::Cube<T> out(problem.all_Y.n_rows, problem.Y.n_cols, lambdas, arma::fill::none);
  out.fill(arma::Datum<T>::nan);
  return out;
}

}  // namespace

template <class T>
std::size_t ridge_path_bytes(index_t n, index_t t, const KernelRidgePathOptions& options) {
  const index_t lambdas = options.lambdas.size();
  const BandReductionOptions band{.form_basis = options.leave_one_out || options.folds > 0};
  const index_t fold = options.folds > 0 ? (n + options.folds - 1) / options.folds : 0;
  const std::size_t cells = n * t * lambdas * (4 * sizeof(T) + 2 * sizeof(double));
  const std::size_t factors = n * lambdas * (band.bandwidth + 5) * (sizeof(double) + sizeof(T));
  return BandReduction<T>::bytes(n, band) + cells + factors +
         (2 * n * fold + fold * fold) * sizeof(T);
}

template <class T>
RidgePathCells<T> ridge_path_cells(const GramOperator<T>& K, const RidgePathProblem<T>& problem,
                                   const KernelRidgePathOptions& options, const char* name) {
  const auto start = std::chrono::steady_clock::now();
  const index_t lambdas = options.lambdas.size(), outputs = problem.Y.n_cols;
  const bool folds = !problem.folds.empty();
  RidgePathCells<T> cells;
  const BandReduction<T> reduction(weighted_gram(K, problem, options.threads, name),
                                   {.form_basis = options.leave_one_out || folds,
                                    .threads = options.threads,
                                    .progress = options.progress});
  cells.status = reduction.status();
  if (cells.status != Status::converged) return cells;

  cells.criteria.set_size(lambdas, 4);
  cells.criteria.fill(arma::datum::nan);
  const Factors factors = make_factors(reduction.band(), options.lambdas, options.threads);
  cells.present = factors.lambda;
  cells.certificate = {.relative_residual = 0, .backward_error = 0, .prediction_error = 0};
  if (factors.of.empty()) return cells;
  auto poll = [&, calls = index_t{0}]() mutable {
    if (!options.progress) return;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const Progress state{.stage = "path", .iteration = ++calls, .seconds = seconds.count()};
    if (options.progress(state) == Continue::no) throw Stopped();
  };
  try {
    Mat<T> inverse_diagonals;
    Col<double> inverse_traces;
    if (options.leave_one_out) {
      inverse_diagonals = reduction.inverse_diagonals(factors.of, poll);
      inverse_traces.zeros(factors.of.size());
      for (index_t k = 0; k < factors.of.size(); ++k) {
        for (const T value : inverse_diagonals.col(k)) {
          inverse_traces(k) += static_cast<double>(value);
        }
      }
    }
    const Mat<T> solutions =
        solve_all(problem, options, reduction, factors, inverse_traces, cells.criteria);
    cells.alpha = empty_cells(problem, lambdas);
    if (options.leave_one_out) cells.leave_one_out = empty_cells(problem, lambdas);
    if (folds) cells.k_fold = empty_cells(problem, lambdas);
    for (index_t k = 0; k < factors.of.size(); ++k) {
      const index_t slice = factors.lambda[k], first = k * (outputs + 1);
      cells.alpha.slice(slice) = coefficients_of(solutions, k, problem);
      if (!options.leave_one_out) continue;
      const Mat<T> residuals =
          leave_one_out<T>(problem.Y, {}, problem.w, solutions.cols(first, first + outputs - 1),
                           solutions.col(first + outputs), inverse_diagonals.col(k), problem.means,
                           options.centre_target);
      cells.criteria(slice, column_of(RidgeCriterion::leave_one_out)) =
          weighted_mean_square(residuals, problem.w);
      put_rows(residuals, problem.rows, cells.leave_one_out.slice(slice));
    }
    if (folds) {
      const arma::Cube<T> residuals = fold_residuals(reduction, factors.of, solutions, problem,
                                                     options.centre_target, options.threads, poll);
      for (index_t k = 0; k < factors.of.size(); ++k) {
        const index_t slice = factors.lambda[k];
        cells.criteria(slice, column_of(RidgeCriterion::k_fold)) =
            weighted_mean_square<T>(residuals.slice(k), problem.w);
        put_rows<T>(residuals.slice(k), problem.rows, cells.k_fold.slice(slice));
      }
    }
  } catch (Stopped) {
    cells.status = Status::stopped;
    return cells;
  }
  check_cells(K, product_with_all(K, cells.alpha, factors), problem, factors, options.lambdas,
              cells);
  return cells;
}

#define MERCER_INSTANTIATE(T)                                                                     \
  template RidgePathCells<T> ridge_path_cells(const GramOperator<T>&, const RidgePathProblem<T>&, \
                                              const KernelRidgePathOptions&, const char*);        \
  template std::size_t ridge_path_bytes<T>(index_t, index_t, const KernelRidgePathOptions&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
