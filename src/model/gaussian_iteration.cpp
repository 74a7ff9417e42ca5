#include "model/gaussian_iteration.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/gram/tiled_gram.hpp"
#include "mercer/solver/pivoted_cholesky.hpp"
#include "model/gaussian_plan.hpp"
#include "model/kept_round.hpp"
#include "model/ridge_certificate.hpp"
#include "model/ridge_plan.hpp"
#include "solver/resumable.hpp"

namespace mercer {
namespace {

// The preconditioner may be in float, where P <= A up to rounding only.
constexpr double smallest_eigenvalue = 0.5;

// Also asked of ||r|| / (2 lambda^1/2): b' A^-1 b is then known to 0.01. Outputs on a large scale
// are content with a part of theirs, where rounding sets the limit.
constexpr double residual_of_likelihood = 0.05, least_part = 1e-6;

double dot(const Mat<double>& A, const Mat<double>& B) {
  double sum = 0;
  for (index_t i = 0; i < A.n_elem; ++i) sum += A(i) * B(i);
  return sum;
}

class Iteration {
 public:
  Iteration(const char* where, const GramOperator<double>& K, const Col<double>& variances,
            const Col<double>& target, const GaussianProcessOptions& options, FitWatch& watch,
            const CheckpointSection& section)
      : where_(where),
        K_(K),
        variances_(variances),
        target_(target),
        options_(options),
        watch_(watch),
        round_{.share = 0.8, .section = section},
        lambda_(variances.min()),
        w_(lambda_ / variances),
        plan_(gaussian_plan(where, K, w_, lambda_, options)) {}

  GaussianIterate run() {
    const GramOptions kept{.threads = options_.threads, .memory_budget = plan_.budget};
    const auto poll = [&] { watch_.poll(); };
    if (plan_.route == Route::tiled && plan_.in_float) {
      tiles_ = std::make_unique<TiledGram<float>>(K_, kept, poll);
    } else if (plan_.route == Route::tiled) {
      doubles_ = std::make_unique<TiledGram<double>>(K_, kept, poll);
    }
    const bool is_made = tiles_ ? precondition(*tiles_) : precondition(K_);
    out_.method = method_text(plan_) + "; the likelihood is an estimate by " +
                  std::to_string(options_.probes) + " probes";
    if (!is_made) return std::move(out_);
    out_.likelihood = {none, none, none, true};
    try {
      solve();
      estimate();
    } catch (const Interrupted& end) {
      if (out_.iterations == 0) throw;
      out_.status = end.status;
      out_.message = ended_early(where_, end.status, "its likelihood is not known");
    }
    out_.alpha = arma::vectorise(out_.system->scaled(beta_));
    return std::move(out_);
  }

 private:
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  template <class T>
  bool precondition(const GramOperator<T>& K) {
    out_.rank = plan_.rank;
    out_.system = gaussian_system(K, variances_, plan_.rank, plan_.budget, options_, watch_);
    if (!out_.system) {
      return fail("K is not positive semidefinite; take another kernel, or the method cholesky");
    }
    plan_.rank = out_.system->rank();
    if (out_.system->is_valid()) return true;
    return fail("the noise (" + shortest(lambda_) +
                ") is too small for the preconditioner; take the method cholesky");
  }

  bool fail(const std::string& why) {
    out_.status = Status::not_positive_definite;
    out_.message = std::string(where_) + ": " + why;
    return false;
  }

  void multiply(const Mat<double>& V, Mat<double>& out) const {
    const auto poll = [&] { watch_.poll(); };
    if (tiles_) return tiles_->multiply_in_double(V, out, poll);
    doubles_ ? doubles_->multiply(V, out, poll) : K_.multiply(V, out, poll);
  }

  // Conjugate gradients until the true residual is good enough, or gets no better.
  void solve() {
    const GaussianSystem& system = *out_.system;
    const PredictionBound bound(K_, w_, lambda_);
    B_ = system.scaled(target_);
    beta_.zeros(B_.n_rows, 1);
    const double size = std::sqrt(dot(B_, B_));
    const double allowed = options_.tolerance * size / std::sqrt(arma::accu(w_));  // of f
    const double wanted =
        std::max(residual_of_likelihood, least_part * size / (2 * std::sqrt(lambda_)));
    const auto fast = [&](const Mat<double>& V, Mat<double>& out) {
      system.multiply([&](const Mat<double>& U, Mat<double>& to) { multiply(U, to); }, V, out);
    };
    const auto exact = [&](const Mat<double>& V, Mat<double>& out) {
      system.multiply([&](const Mat<double>& U,
                          Mat<double>& to) { K_.multiply(U, to, [&] { watch_.poll(); }); },
                      V, out);
    };
    round_.restore(beta_);
    double &share = round_.share, &before = round_.before;
    index_t& earlier = round_.iterations;
    out_.iterations = earlier;
    for (;;) {
      ConjugateGradientOptions search{
          .lambda = lambda_,
          .targets = Col<double>{std::min(share * allowed / bound.largest_root(), wanted)},
          .max_iterations = options_.max_iterations - earlier};
      if (tiles_) search.perturbation = float_perturbation(K_, w_);
      const auto result = conjugate_gradient(
          fast, exact, [&](const Mat<double>& R, Mat<double>& Z) { system.precondition(R, Z); }, B_,
          beta_, search,
          [&](index_t iteration, double worst) {
            out_.iterations = earlier + iteration;
            watch_.iterated({.stage = "conjugate gradient",
                             .iteration = out_.iterations,
                             .criterion = worst * share * options_.tolerance,
                             .target = share * options_.tolerance});
          },
          round_.search());
      exact(beta_, R_);
      R_ = B_ - R_ - lambda_ * beta_;
      const Col<double> alpha = arma::vectorise(system.scaled(beta_));
      const double now = bound(std::sqrt(dot(R_, R_)), size, alpha.memptr());
      if (now <= allowed || size == 0) return;
      // The next round gains half of what this one did: what rounding hides stays in the bound.
      if (!(2 * now - before < allowed) || !result.converged) {
        out_.status = Status::iteration_limit;
        out_.message = ended_early(where_, out_.status,
                                   "its certificate and likelihood().bound tell how good");
        return;
      }
      before = now;
      earlier = out_.iterations;
      share /= 2;
      round_.keep(beta_);
    }
  }

  // b' A^-1 b = b' beta + beta' r + r' C^-1 r, the last being at most ||r||^2 / lambda.
  void estimate() {
    const index_t earlier = out_.iterations;
    const LogDeterminant determinant = out_.system->log_determinant(
        [&](const Mat<double>& V, Mat<double>& out) { multiply(V, out); },
        {.probes = options_.probes,
         .seed = options_.seed,
         .smallest = smallest_eigenvalue,
         .max_iterations = options_.max_iterations,
         .threads = options_.threads},
        [&](index_t iteration, double worst) {
          out_.iterations = earlier + iteration;
          watch_.iterated({.stage = "stochastic lanczos",
                           .iteration = iteration,
                           .criterion = worst,
                           .target = 1});
        });
    if (determinant.status == Status::not_positive_definite) {
      fail("K + noise I is not positive definite; enlarge the noise (now " + shortest(lambda_) +
           ") or take a positive definite kernel");
      return;
    }
    if (determinant.status == Status::iteration_limit && out_.status == Status::converged) {
      out_.status = Status::iteration_limit;
      out_.message = ended_early(where_, out_.status, "likelihood().bound tells how good");
    }
    // What rounding hides of r moves b' beta + beta' r + r' C^-1 r / 2 as well.
    const PredictionBound bound(K_, w_, lambda_);
    const Col<double> alpha = arma::vectorise(out_.system->scaled(beta_));
    const double r = std::sqrt(dot(R_, R_));
    const double hidden = bound.hidden(r, std::sqrt(dot(B_, B_)), alpha.memptr());
    const double moved = hidden * (std::sqrt(dot(beta_, beta_)) + (r + hidden / 2) / lambda_);
    const double rest = r * r / lambda_;
    const double product = dot(B_, beta_) + dot(beta_, R_) + rest / 2;
    const auto n = static_cast<double>(target_.n_elem);
    out_.likelihood.value =
        -0.5 * (product + determinant.value + n * std::log(2 * std::numbers::pi));
    out_.likelihood.standard_error = 0.5 * determinant.standard_error;
    out_.likelihood.bound = 0.5 * (rest / 2 + moved + determinant.quadrature_error);
  }

  const char* where_;
  const GramOperator<double>& K_;
  const Col<double>& variances_;
  const Col<double>& target_;
  const GaussianProcessOptions& options_;
  FitWatch& watch_;
  KeptRound round_;
  double lambda_;
  Col<double> w_;
  RidgePlan plan_;
  std::unique_ptr<TiledGram<float>> tiles_;     // K, or
  std::unique_ptr<TiledGram<double>> doubles_;  // K, or neither
  Mat<double> B_, beta_, R_;                    // C beta = B, R = B - C beta
  GaussianIterate out_;
};

}  // namespace

template <class T>
std::shared_ptr<const GaussianSystem> gaussian_system(const GramOperator<T>& K,
                                                      const Col<double>& variances, index_t rank,
                                                      std::size_t memory_budget,
                                                      const GaussianProcessOptions& options,
                                                      FitWatch& watch) {
  double trace = 0;
  for (const T k : K.diagonal()) trace += static_cast<double>(k);
  const double enough = trace > 0 ? 0.1 * variances.min() / trace : 0;  // P^-1 A is within 1.1
  auto columns = pivoted_cholesky(K, {.rank = rank,
                                      .tolerance = std::min(enough, 0.5),
                                      .seed = options.seed,
                                      .threads = options.threads,
                                      .memory_budget = memory_budget,
                                      .progress = [&](const Progress& state) {
                                        watch.iterated(state);
                                        return Continue::yes;
                                      }});
  if (columns.report.status == Status::not_positive_definite) return nullptr;
  if (columns.F.is_empty()) columns.F.zeros(K.n_rows(), 1);  // K = 0
  return std::make_shared<const GaussianSystem>(std::move(columns.F), variances, options.threads,
                                                [&] { watch.poll(); });
}

template std::shared_ptr<const GaussianSystem> gaussian_system(const GramOperator<double>&,
                                                               const Col<double>&, index_t,
                                                               std::size_t,
                                                               const GaussianProcessOptions&,
                                                               FitWatch&);
template std::shared_ptr<const GaussianSystem> gaussian_system(const GramOperator<float>&,
                                                               const Col<double>&, index_t,
                                                               std::size_t,
                                                               const GaussianProcessOptions&,
                                                               FitWatch&);

GaussianIterate iterate_gaussian(const char* where, const GramOperator<double>& K,
                                 const Col<double>& variances, const Col<double>& target,
                                 const GaussianProcessOptions& options, FitWatch& watch,
                                 const CheckpointSection& section) {
  return Iteration(where, K, variances, target, options, watch, section).run();
}

}  // namespace mercer
