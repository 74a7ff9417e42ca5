#include "solver/logistic_newton.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "mercer/core/parallel.hpp"

namespace mercer {
namespace {

// log sigma(z), without overflow.
double log_sigmoid(double z) {
  return z < 0 ? z - std::log1p(std::exp(z)) : -std::log1p(std::exp(-z));
}

double sigmoid(double z) {
  if (z >= 0) return 1 / (1 + std::exp(-z));
  const double e = std::exp(z);
  return e / (1 + e);
}

// -p log p, 0 at 0.
double entropy_term(double p) { return p > 0 ? -p * std::log(p) : 0; }

double dot(const Col<double>& a, const Col<double>& b) {
  double sum = 0;
  for (index_t i = 0; i < a.n_elem; ++i) sum += a(i) * b(i);
  return sum;
}

double likelihood_of(const Col<double>& y, const Col<double>& f) {
  double sum = 0;
  for (index_t i = 0; i < y.n_elem; ++i) sum += log_sigmoid(y(i) * f(i));
  return sum;
}

// A <- I + scale D A D, D = diag(d).
void make_newton_matrix(SymmetricTiles<double>& A, const Col<double>& d, double scale,
                        int threads) {
  parallel_for(A.count(), threads, [&](index_t c, int) {
    for (index_t r = 0; r <= c; ++r) {
      const Tile<double> tile = A.tile(r, c);
      const double* rows = d.memptr() + A.range(r).begin;
      for (index_t j = 0; j < tile.cols; ++j) {
        const double factor = scale * d(A.range(c).begin + j);
        for (index_t i = 0; i < tile.rows; ++i) tile.column(j)[i] *= factor * rows[i];
      }
    }
  });
  for (index_t i = 0; i < A.n(); ++i) A.at(i, i) += 1;
}

// What belongs to f: the gradient of the likelihood and the root of minus its second derivative.
void differentiate(LogisticMode& mode, const Col<double>& y) {
  for (index_t i = 0; i < y.n_elem; ++i) {
    const double p = sigmoid(mode.f(i)), q = sigmoid(-mode.f(i));
    mode.gradient(i) = y(i) > 0 ? q : -p;
    mode.root_w(i) = std::sqrt(p * q);
  }
}

}  // namespace

CholeskyFactor<double> logistic_factor(const GramOperator<double>& K, const Col<double>& root_w,
                                       double scale, int threads, Poll poll) {
  SymmetricTiles<double> B;
  K.tiles(B, poll);
  make_newton_matrix(B, root_w, scale, threads);
  const auto go_on = [&](const Progress&) {
    poll();
    return Continue::yes;
  };
  return CholeskyFactor<double>(std::move(B), {.threads = threads, .progress = go_on});
}

// With W = diag(sigma (1 - sigma)), B = I + W^1/2 K W^1/2 (K with its scale):
//     b = W f + gradient,  a = b - W^1/2 B^-1 W^1/2 K b,  f = K a.
LogisticMode solve_logistic(const GramOperator<double>& K, const Col<double>& y,
                            const LogisticOptions& options, Poll poll) {
  const index_t n = y.n_elem;
  LogisticMode mode;
  mode.a.zeros(n);
  mode.f.zeros(n);
  mode.gradient.set_size(n);
  mode.root_w.set_size(n);
  mode.likelihood = likelihood_of(y, mode.f);
  const auto times_K = [&](const Col<double>& v) {
    Mat<double> out;
    K.multiply(v, out, poll);
    return Col<double>(options.scale * out.col(0));
  };
  const auto factorise = [&] {
    mode.factor.reset();  // its memory goes before the next one's is taken
    mode.factor.emplace(logistic_factor(K, mode.root_w, options.scale, options.threads, poll));
    mode.status = mode.factor->status();
    mode.failed_minor = mode.factor->failed_minor();
    return mode.status == Status::converged;
  };

  for (bool going = true; going; ++mode.iterations) {
    differentiate(mode, y);
    if (!factorise()) return mode;
    const Col<double> b = mode.root_w % mode.root_w % mode.f + mode.gradient;
    Mat<double> c = mode.root_w % times_K(b);
    mode.factor->solve(c);
    const Col<double> a_step = b - mode.root_w % c.col(0) - mode.a;
    const Col<double> f_step = times_K(a_step);

    // f' K^-1 f = a' f is quadratic along the step.
    const double psi = mode.likelihood - dot(mode.a, mode.f) / 2;
    double length = 1;
    for (;; length /= 2) {
      const Col<double> a = mode.a + length * a_step, f = mode.f + length * f_step;
      const double likelihood = likelihood_of(y, f);
      const double moved = likelihood - dot(a, f) / 2;
      // At the end rounding decides about the last digits, and whole steps are right.
      if (moved >= psi - 1e-12 * std::abs(psi) || length < 1e-10) {
        mode.a = a;
        mode.f = f;
        mode.likelihood = likelihood;
        break;
      }
    }
    mode.step = length * arma::abs(f_step).max();
    const bool done = mode.step <= options.tolerance;
    going = !done && mode.iterations + 1 < options.max_iterations;
    if (!done && !going) mode.status = Status::iteration_limit;
  }

  differentiate(mode, y);
  mode.penalty = dot(mode.a, mode.f) / 2;
  double entropy = 0;
  for (index_t i = 0; i < n; ++i) {
    const double beta = std::abs(mode.gradient(i));
    entropy += entropy_term(beta) + entropy_term(1 - beta);
  }
  const double dual = entropy - dot(mode.gradient, times_K(mode.gradient)) / 2;
  mode.gap = mode.penalty - mode.likelihood - dual;
  if (!options.factor) {
    mode.factor.reset();
  } else {  // it belongs to root_w, also at the limit of iterations
    const Status ended = mode.status;
    if (factorise()) mode.status = ended;
  }
  return mode;
}

}  // namespace mercer
