#include "model/ridge_iteration.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/gram/tiled_gram.hpp"
#include "mercer/solver/conjugate_gradient.hpp"
#include "mercer/solver/low_rank_preconditioner.hpp"
#include "mercer/solver/pivoted_cholesky.hpp"
#include "model/kept_round.hpp"
#include "model/ridge_certificate.hpp"
#include "model/ridge_factor.hpp"
#include "model/ridge_plan.hpp"
#include "solver/resumable.hpp"

namespace mercer {
namespace {

// NaN if one is NaN.
double larger(double a, double b) { return std::isnan(a) || a > b ? a : b; }

double norm(const Mat<double>& M, index_t c) {
  double sum = 0;
  for (index_t i = 0; i < M.n_rows; ++i) sum += M(i, c) * M(i, c);
  return std::sqrt(sum);
}

// Iterations with a factor of the whole matrix, of which 3 to 15 are usual, before the true
// residual is looked at: the recurrence goes on below rounding.
constexpr index_t check_after = 40;

template <class T>
class Iteration {
 public:
  Iteration(const RidgeProblem<T>& problem, const RidgePlan& plan,
            const KernelRidgeOptions& options, index_t limit, FitWatch& watch,
            const CheckpointSection& section)
      : problem_(problem),
        plan_(plan),
        options_(options),
        limit_(limit),
        watch_(watch),
        round_{.share = 0.8, .section = section},
        bound_(problem.K, problem.w, problem.lambda),
        B_(problem.right_sides()),
        beta_(B_.n_rows, B_.n_cols, arma::fill::zeros) {
    root_of_weights_ = std::sqrt(arma::accu(problem.w));
    out_.method = method_text(plan);
    if (plan.route != Route::tiled) return;
    const GramOptions kept{.threads = problem.threads, .memory_budget = plan.budget};
    const auto poll = [&] { watch.poll(); };
    if (plan.in_float) {
      floats_ = std::make_unique<TiledGram<float>>(problem.K, kept, poll);
      require_finite("KernelRidge::fit", "K", floats_->stored(), problem.threads);
    } else if constexpr (std::is_same_v<T, double>) {
      doubles_ = std::make_unique<TiledGram<double>>(problem.K, kept, poll);
      require_finite("KernelRidge::fit", "K", doubles_->stored(), problem.threads);
    }
  }

  RidgeSolution<T> run() {
    if (plan_.method == RidgeMethod::mixed_cholesky) {
      precondition_by_factor();
    } else if (floats_) {
      precondition_by_columns<float>();
    } else {
      precondition_by_columns<T>();
    }
    if (!out_.alpha.is_empty()) finish();
    return std::move(out_);
  }

 private:
  void precondition_by_factor() {
    constexpr double unit = 0x1p-24;
    const double n = static_cast<double>(B_.n_rows), root = bound_.largest_root();
    const double scale = root * root * problem_.w.max();
    const double shift = std::max(problem_.lambda, 8 * n * unit * scale);
    const CholeskyFactor<float> factor = ridge_factor<float>(problem_, shift, watch_);
    if (factor.status() != Status::converged) {
      out_.status = factor.status();
      out_.message =
          "KernelRidge::fit: K + lambda I is not positive definite in float; enlarge "
          "lambda (now " +
          shortest(problem_.lambda) + ") or take the method cholesky";
      return;
    }
    iterate(
        [&](const Mat<double>& R, Mat<double>& Z) {
          Mat<float> V(R.n_rows, R.n_cols, arma::fill::none);
          arma::rowvec scales(R.n_cols);
          for (index_t c = 0; c < R.n_cols; ++c) {
            scales(c) = arma::abs(R.col(c)).max();  // a residual of 1e-40 is no float
            for (index_t i = 0; i < R.n_rows; ++i)
              V(i, c) = static_cast<float>(R(i, c) / scales(c));
          }
          factor.solve(V);
          Z = arma::conv_to<Mat<double>>::from(V);
          Z.each_row() %= scales;
        },
        false);
  }

  template <class U>
  PivotedCholesky<U> columns_of_K(const PivotedCholeskyOptions& options) {
    try {
      return pivoted_cholesky<U, T>(problem_.K, options);
    } catch (const NonFiniteError& error) {
      throw NonFiniteError("KernelRidge::fit", "K", error.row(), error.column(), error.value());
    }
  }

  // With a factor in U.
  template <class U>
  void precondition_by_columns() {
    double trace = 0;
    for (const T k : problem_.K.diagonal()) trace += static_cast<double>(k);
    const double enough = trace > 0 ? 0.1 * problem_.lambda / trace : 0;  // then kappa <= 1.1
    auto columns = columns_of_K<U>({.rank = plan_.rank,
                                    .tolerance = std::min(enough, 0.5),
                                    .seed = options_.seed,
                                    .threads = problem_.threads,
                                    .memory_budget = plan_.budget,
                                    .progress = [&](const Progress& state) {
                                      watch_.iterated(state);
                                      return Continue::yes;
                                    }});
    if (columns.report.status == Status::not_positive_definite) {
      out_.status = Status::not_positive_definite;
      out_.message =
          "KernelRidge::fit: K is not positive semidefinite; take another kernel, or the "
          "method cholesky and a lambda that makes K + lambda I positive definite";
      return;
    }
    if (columns.F.n_cols == 0) {  // K = 0
      return iterate([](const Mat<double>& R, Mat<double>& Z) { Z = R; }, false);
    }
    if (problem_.is_weighted()) {
      columns.F.each_col() %= arma::conv_to<Col<U>>::from(problem_.root_w);
    }
    const LowRankPreconditioner<U> P(std::move(columns.F), problem_.lambda, problem_.threads,
                                     [&] { watch_.poll(); });
    if (!P.is_valid()) {
      out_.status = Status::not_positive_definite;
      out_.message = "KernelRidge::fit: lambda (" + shortest(problem_.lambda) +
                     ") is too small for the preconditioner; take the method cholesky";
      return;
    }
    // In float, P <= K + lambda I only up to rounding.
    iterate([&](const Mat<double>& R, Mat<double>& Z) { P.solve(R, Z); },
            std::is_same_v<U, double>);
  }

  // out = W^1/2 K W^1/2 V.
  template <class Multiply>
  void multiply_weighted(const Mat<double>& V, Mat<double>& out, Multiply multiply) {
    if (!problem_.is_weighted()) return multiply(V, out);
    Mat<double> U = V;
    U.each_col() %= problem_.root_w;
    multiply(U, out);
    out.each_col() %= problem_.root_w;
  }

  void iterate(LinearMap precondition, bool lower_preconditioner) {
    const auto poll = [&] { watch_.poll(); };
    const auto exact = [&](const Mat<double>& V, Mat<double>& out) {
      multiply_weighted(V, out, [&](const Mat<double>& U, Mat<double>& product) {
        if (doubles_) return doubles_->multiply(U, product, poll);
        if constexpr (std::is_same_v<T, double>) {
          problem_.K.multiply(U, product, poll);
        } else {
          problem_.K.multiply_in_double(U, product, poll);
        }
      });
    };
    const auto fast = [&](const Mat<double>& V, Mat<double>& out) {
      if (!floats_) return exact(V, out);
      multiply_weighted(V, out, [&](const Mat<double>& U, Mat<double>& product) {
        floats_->multiply_in_double(U, product, poll);
      });
    };
    try {
      refine(fast, exact, precondition, lower_preconditioner);
    } catch (const Interrupted& end) {
      if (out_.iterations == 0) throw;
      out_.status = end.status;
      is_measured_ = false;
    }
    out_.alpha = arma::conv_to<Mat<T>>::from(alpha());
  }

  // Conjugate gradients until the true residual is good enough, or rounding allows no better one.
  void refine(LinearMap fast, LinearMap exact, LinearMap precondition, bool lower_preconditioner) {
    round_.restore(beta_);
    double &share = round_.share, &before = round_.before;
    index_t& earlier = round_.iterations;
    out_.iterations = earlier;
    for (;;) {
      ConjugateGradientOptions search{.lambda = problem_.lambda,
                                      .targets = share * targets(),
                                      .max_iterations = limit_ - earlier,
                                      .lower_preconditioner = lower_preconditioner};
      if (is_exact()) search.max_iterations = std::min<index_t>(search.max_iterations, check_after);
      if (floats_) search.perturbation = float_perturbation(problem_.K, problem_.w);
      const auto result = conjugate_gradient(
          fast, exact, precondition, B_, beta_, search,
          [&](index_t iteration, double worst) {
            out_.iterations = earlier + iteration;
            watch_.iterated({.stage = "conjugate gradient",
                             .iteration = out_.iterations,
                             .criterion = worst * share * options_.tolerance,
                             .target = share * options_.tolerance});
          },
          round_.search());
      const Measured now = measure(lower_preconditioner ? &precondition : nullptr);
      if (now.error + now.hidden <= 1) return;
      if (is_exact() && now.error <= std::max(1.0, now.hidden)) return;  // no more digits are there
      const bool at_rounding = now.hidden > 0.95 || !(now.error < 0.5 * before);
      const bool may_go_on = result.converged || (is_exact() && out_.iterations < limit_);
      if (!may_go_on || (is_exact() ? !(now.error < 0.5 * before) : at_rounding)) {
        out_.status = Status::iteration_limit;
        out_.at_rounding = result.converged && now.error <= 1;
        return;
      }
      before = now.error;
      earlier = out_.iterations;
      if (!is_exact()) share = std::min(share / 2, 0.9 * (1 - now.hidden));
      round_.keep(beta_);
    }
  }

  bool is_exact() const { return plan_.method == RidgeMethod::mixed_cholesky; }

  // Of each output, in the norm of K.
  Col<double> targets() const {
    Col<double> out(B_.n_cols);
    for (index_t t = 0; t < B_.n_cols; ++t) {
      const double size = norm(B_, t);
      out(t) = is_exact() ? 1e-12 * size / (2 * std::sqrt(problem_.lambda))
                          : options_.tolerance * size / root_of_weights_ / bound_.largest_root();
    }
    return out;
  }

  Mat<double> alpha() const {
    Mat<double> out = beta_;
    out.each_col() %= problem_.root_w;
    return out;
  }

  // Of the worst output, in units of what is asked for.
  struct Measured {
    double error;   // by the residual
    double hidden;  // more, that rounding may hide of it
  };

  // From a residual that starts from nothing but the coefficients; the preconditioner, if it is
  // given, is a lower one.
  Measured measure(const LinearMap* precondition) {
    const index_t n = B_.n_rows, outputs = B_.n_cols;
    Mat<double> V(n, outputs + 1, arma::fill::ones);
    V.head_cols(outputs) = alpha();
    if constexpr (std::is_same_v<T, double>) {
      problem_.K.multiply(V, product_, [&] { watch_.poll(); });
    } else {
      problem_.K.multiply_in_double(V, product_, [&] { watch_.poll(); });
    }
    is_measured_ = true;
    Mat<double> R(n, outputs, arma::fill::none), Z;
    for (index_t t = 0; t < outputs; ++t) {
      for (index_t i = 0; i < n; ++i) {
        R(i, t) = B_(i, t) - problem_.root_w(i) * product_(i, t) - problem_.lambda * beta_(i, t);
      }
    }
    if (precondition != nullptr) (*precondition)(R, Z);
    Measured worst{0, 0};
    certified_ = 0;
    for (index_t t = 0; t < outputs; ++t) {
      const double size = norm(B_, t), residual = norm(R, t);
      if (size == 0) continue;
      if (is_exact()) {
        const double hidden = bound_.hidden(residual, size, V.colptr(t));
        worst.error = larger(worst.error, residual / (1e-12 * size));
        worst.hidden = larger(worst.hidden, hidden / (1e-12 * size));
        continue;
      }
      double error = bound_.of_residual(residual);
      if (precondition != nullptr) {
        double rho = 0;
        for (index_t i = 0; i < n; ++i) rho += R(i, t) * Z(i, t);
        if (rho > 0) error = std::min(error, bound_.largest_root() * std::sqrt(rho));
      }
      const double hidden = bound_.of_residual(bound_.hidden(residual, size, V.colptr(t)));
      certified_ = larger(certified_, error + hidden);
      const double unit = options_.tolerance * size / root_of_weights_;
      worst.error = larger(worst.error, error / unit);
      worst.hidden = larger(worst.hidden, hidden / unit);
    }
    return worst;
  }

  void finish() {
    const auto& [K, Y, w, root_w, means, lambda, threads] = problem_;
    if (is_measured_ && std::is_same_v<T, double>) {
      out_.certificate = ridge_certificate(K, product_, Y, w, out_.alpha, means, lambda);
      double& error = out_.certificate.prediction_error;
      if (!is_exact()) error = std::min(error, certified_);
    } else {
      out_.certificate = ridge_certificate(K, Y, w, out_.alpha, means, lambda);
    }
    if (out_.status == Status::converged) return;
    out_.message = ended_early("KernelRidge::fit", out_.status);
    if (!out_.at_rounding) return;
    out_.message =
        "KernelRidge::fit: rounding in double may hide more than the tolerance; the model "
        "is the best in double, its certified error is " +
        shortest(out_.certificate.prediction_error);
  }

  const RidgeProblem<T>& problem_;
  const RidgePlan& plan_;
  const KernelRidgeOptions& options_;
  index_t limit_;
  FitWatch& watch_;
  KeptRound round_;
  PredictionBound bound_;
  Mat<double> B_, beta_, product_;
  bool is_measured_ = false;                    // product_ is that of beta_
  double certified_ = 0;                        // |f(x) - f*(x)| then
  double root_of_weights_;                      // (sum_i w_i)^1/2
  std::unique_ptr<TiledGram<float>> floats_;    // K, or
  std::unique_ptr<TiledGram<double>> doubles_;  // K, or neither
  RidgeSolution<T> out_;
};

}  // namespace

template <class T>
RidgeSolution<T> solve_by_iteration(const RidgeProblem<T>& problem, const RidgePlan& plan,
                                    const KernelRidgeOptions& options, index_t limit,
                                    FitWatch& watch, const CheckpointSection& section) {
  return Iteration<T>(problem, plan, options, limit, watch, section).run();
}

template RidgeSolution<double> solve_by_iteration(const RidgeProblem<double>&, const RidgePlan&,
                                                  const KernelRidgeOptions&, index_t, FitWatch&,
                                                  const CheckpointSection&);
template RidgeSolution<float> solve_by_iteration(const RidgeProblem<float>&, const RidgePlan&,
                                                 const KernelRidgeOptions&, index_t, FitWatch&,
                                                 const CheckpointSection&);

}  // namespace mercer
