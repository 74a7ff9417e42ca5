#include "mercer/solver/conjugate_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "mercer/core/check.hpp"
#include "solver/dot.hpp"
#include "solver/resumable.hpp"

namespace mercer {
namespace {

class Search {
 public:
  Search(LinearMap multiply, LinearMap exact, LinearMap precondition, const Mat<double>& B,
         Mat<double>& X, const ConjugateGradientOptions& options)
      : multiply_(multiply),
        exact_(exact),
        precondition_(precondition),
        B_(B),
        X_(X),
        options_(options),
        n_(B.n_rows),
        active_(B.n_cols) {
    std::iota(active_.begin(), active_.end(), index_t{0});
    bounds_.set_size(B.n_cols);
    bounds_.fill(arma::datum::inf);
  }

  ConjugateGradientResult run(IterationWatch watch, CheckpointSection section) {
    if (std::optional<StateReader> state = section.found()) {
      restore(*state);
      watch(iteration_, worst());
    } else {
      begin();
    }
    while (!active_.empty()) {
      section.offer([&](StateWriter& to) { save(to); });
      turn();
      leave([&](index_t c) { return bounds_(active_[c]) <= target(c) || !(rho_[c] > 0); });
      if (active_.empty() || iteration_ == options_.max_iterations) break;
      step();
      ++iteration_;
      watch(iteration_, worst());
      if (deviates()) replace_residuals();
      leave([&](index_t c) { return stalled_[c] || by_residual(c) <= target(c); });
    }
    ConjugateGradientResult result;
    result.iterations = iteration_;
    result.bounds = bounds_;
    result.converged = arma::all(bounds_ <= options_.targets);
    return result;
  }

 private:
  void begin() {
    R_ = B_;
    if (!X_.is_zero()) compute_residuals();
    moved_.zeros(n_, active_.size());
    P_.zeros(n_, active_.size());
    rho_.assign(active_.size(), 0);
    leave([&](index_t c) { return by_residual(c) <= target(c); });
  }

  // Between two iterations.
  void save(StateWriter& to) const {
    to.put(iteration_);
    to.put(active_);
    to.put(rho_);
    to.put(bounds_);
    to.put(X_);
    for (const Mat<double>* M : {&R_, &P_, &moved_}) to.put(*M);
  }

  void restore(StateReader& from) {
    iteration_ = from.index(options_.max_iterations + 1);
    active_ = from.indices(B_.n_cols, B_.n_cols);
    rho_ = from.numbers(active_.size());
    bounds_ = from.matrix(B_.n_cols, 1);
    X_ = from.matrix(n_, B_.n_cols);
    for (Mat<double>* M : {&R_, &P_, &moved_}) *M = from.matrix(n_, active_.size());
  }

  double target(index_t c) const { return options_.targets(active_[c]); }

  // Keeps the bound of column c from its residual.
  double by_residual(index_t c) {
    const double norm = std::sqrt(dot(R_.colptr(c), R_.colptr(c), n_));
    return bounds_(active_[c]) = norm / (2 * std::sqrt(options_.lambda));
  }

  // The next directions.
  void turn() {
    precondition_(R_, Z_);
    for (index_t c = 0; c < active_.size(); ++c) {
      const double rho = dot(R_.colptr(c), Z_.colptr(c), n_);
      const double beta = rho_[c] > 0 ? rho / rho_[c] : 0;
      rho_[c] = rho;
      const double* z = Z_.colptr(c);
      double* p = P_.colptr(c);
      for (index_t i = 0; i < n_; ++i) p[i] = z[i] + beta * p[i];
      if (options_.lower_preconditioner && rho > 0) {
        double& bound = bounds_(active_[c]);
        bound = std::min(bound, std::sqrt(rho));
      }
    }
  }

  void step() {
    multiply_(P_, Q_);
    stalled_.assign(active_.size(), false);
    for (index_t c = 0; c < active_.size(); ++c) {
      const double *p = P_.colptr(c), *q = Q_.colptr(c);
      const double lambda = options_.lambda;
      const double curvature = dot(p, q, n_) + lambda * dot(p, p, n_);
      const double length = rho_[c] / curvature;
      if (!(curvature > 0) || !std::isfinite(length)) {
        stalled_[c] = true;
        continue;
      }
      double *x = X_.colptr(active_[c]), *r = R_.colptr(c), *moved = moved_.colptr(c);
      for (index_t i = 0; i < n_; ++i) {
        x[i] += length * p[i];
        moved[i] += length * p[i];
        r[i] -= length * (q[i] + lambda * p[i]);
      }
      by_residual(c);
    }
  }

  // With a tenth in place of 0.03, a K' of 16-bit numbers (||K - K'|| = lambda / 8, n = 6000) took
  // 134 iterations and 6 residuals in place of 73 and 9; without rounding it takes 72.
  bool deviates() const {
    if (options_.perturbation == 0) return false;
    for (index_t c = 0; c < active_.size(); ++c) {
      const double moved = dot(moved_.colptr(c), moved_.colptr(c), n_);
      const double r = dot(R_.colptr(c), R_.colptr(c), n_);
      if (options_.perturbation * std::sqrt(moved) > 0.03 * std::sqrt(r)) return true;
    }
    return false;
  }

  void replace_residuals() {
    compute_residuals();
    moved_.zeros();
    for (index_t c = 0; c < active_.size(); ++c) by_residual(c);
  }

  void compute_residuals() {
    Mat<double> X(n_, active_.size(), arma::fill::none);
    for (index_t c = 0; c < active_.size(); ++c) X.col(c) = X_.col(active_[c]);
    exact_(X, Q_);
    for (index_t c = 0; c < active_.size(); ++c) {
      R_.col(c) = B_.col(active_[c]) - Q_.col(c) - options_.lambda * X.col(c);
    }
  }

  double worst() const {
    double out = 0;
    for (const index_t c : active_) out = std::max(out, bounds_(c) / options_.targets(c));
    return out;
  }

  // Takes the columns for which done(c) out of the search.
  template <class Done>
  void leave(Done done) {
    std::vector<arma::uword> gone;
    for (index_t c = 0; c < active_.size(); ++c) {
      if (done(c)) gone.push_back(c);
    }
    if (gone.empty()) return;
    const arma::uvec columns(gone);
    for (Mat<double>* M : {&R_, &P_, &moved_}) M->shed_cols(columns);
    for (index_t k = gone.size(); k-- > 0;) {
      const auto at = static_cast<std::ptrdiff_t>(gone[k]);
      active_.erase(active_.begin() + at);
      rho_.erase(rho_.begin() + at);
    }
  }

  LinearMap multiply_, exact_, precondition_;
  const Mat<double>& B_;
  Mat<double>& X_;
  const ConjugateGradientOptions& options_;
  index_t n_;
  index_t iteration_ = 0;
  std::vector<index_t> active_;  // columns of B that are searched for; those of what follows
  Mat<double> R_, Z_, P_, Q_;
  Mat<double> moved_;  // what X gained since R was last computed from it
  std::vector<double> rho_;
  std::vector<char> stalled_;
  Col<double> bounds_;
};

}  // namespace

ConjugateGradientResult conjugate_gradient(LinearMap multiply, LinearMap exact,
                                           LinearMap precondition, const Mat<double>& B,
                                           Mat<double>& X, const ConjugateGradientOptions& options,
                                           IterationWatch watch) {
  return conjugate_gradient(multiply, exact, precondition, B, X, options, watch,
                            CheckpointSection());
}

ConjugateGradientResult conjugate_gradient(LinearMap multiply, LinearMap exact,
                                           LinearMap precondition, const Mat<double>& B,
                                           Mat<double>& X, const ConjugateGradientOptions& options,
                                           IterationWatch watch, CheckpointSection section) {
  require_positive("conjugate_gradient: lambda", options.lambda);
  require_rows("conjugate_gradient", "X", X.n_rows, B.n_rows, "as B has");
  require_columns("conjugate_gradient", "X", X.n_cols, B.n_cols, "as B has");
  require_rows("conjugate_gradient", "targets", options.targets.n_elem, B.n_cols,
               "one per column of B");
  return Search(multiply, exact, precondition, B, X, options).run(watch, std::move(section));
}

}  // namespace mercer
