#include "solver/newton_step.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "mercer/core/parallel.hpp"
#include "mercer/solver/cholesky.hpp"
#include "tile/product.hpp"

namespace mercer {
namespace {

// The problem over the free variables, each with the box around it.
struct Free {
  const std::vector<index_t>& places;
  Mat<double> K;
  Col<double> slope;  // of D
  Col<double> low, high, beta;
  std::array<Range, 2> constraints;  // ranges of places
};

Free free_problem(const SmoVariables& v, const SmoColumns& K, const std::vector<index_t>& places,
                  int threads) {
  const index_t n = places.size();
  Free out{places,
           Mat<double>(n, n, arma::fill::none),
           Col<double>(n),
           Col<double>(n),
           Col<double>(n),
           Col<double>(n),
           {}};
  const auto first_of = [&](index_t place) {
    return static_cast<index_t>(std::lower_bound(places.begin(), places.end(), place) -
                                places.begin());
  };
  const index_t middle = first_of(v.groups[1].begin);
  constexpr index_t strip = 64;
  parallel_for((n + strip - 1) / strip, threads, [&](index_t item, int) {
    for (index_t j = item * strip; j < std::min(n, (item + 1) * strip); ++j) {
      const float* first = K[0][places[j]];
      const float* second = K[1][places[j]] - v.groups[1].begin;
      double* to = out.K.colptr(j);
      for (index_t i = 0; i < middle; ++i) to[i] = first[places[i]];
      for (index_t i = middle; i < n; ++i) to[i] = second[places[i]];
    }
  });
  for (index_t i = 0; i < n; ++i) {
    const index_t k = places[i];
    out.K(i, i) = v.diagonal[k];
    out.slope(i) = v.F[k] + v.up[k];
    out.beta(i) = v.beta[k];
    out.low(i) = v.beta[k] - v.room_down(k);
    out.high(i) = v.beta[k] + v.room_up(k);
  }
  const auto [first, second] = v.constraints();
  out.constraints = {Range{0, first_of(first.end)}, Range{first_of(first.end), n}};
  return out;
}

// K^-1 (slope - mu); empty if K is not positive definite with the ridge.
Col<double> direction(const Free& problem, int threads) {
  const index_t n = problem.places.size();
  const double mean = arma::mean(problem.K.diag());
  for (double ridge = 1e-10; ridge < 1e-3; ridge *= 100) {
    Mat<double> A = problem.K;
    A.diag() += ridge * mean;
    const CholeskyFactor<double> factor(tiles_of_upper(A), {.threads = threads});
    if (factor.status() != Status::converged) continue;
    Mat<double> B(n, 3, arma::fill::zeros);
    B.col(0) = problem.slope;
    for (index_t c = 0; c < 2; ++c) {
      const Range range = problem.constraints[c];
      for (index_t i = range.begin; i < range.end; ++i) B(i, 1 + c) = 1;
    }
    factor.solve(B);
    // The two columns of ones are coupled by K^-1.
    arma::mat22 S;
    arma::vec2 s;
    for (index_t c = 0; c < 2; ++c) {
      const Range range = problem.constraints[c];
      const auto sum = [&](index_t column) {
        double total = 0;
        for (index_t i = range.begin; i < range.end; ++i) total += B(i, column);
        return total;
      };
      s(c) = sum(0);
      S(c, 0) = sum(1);
      S(c, 1) = sum(2);
      if (range.size() == 0) S(c, c) = 1;
    }
    const double determinant = S(0, 0) * S(1, 1) - S(0, 1) * S(1, 0);
    const double mu_0 = (s(0) * S(1, 1) - s(1) * S(0, 1)) / determinant;
    const double mu_1 = (S(0, 0) * s(1) - S(1, 0) * s(0)) / determinant;
    Col<double> out = B.col(0) - mu_0 * B.col(1) - mu_1 * B.col(2);
    if (out.is_finite()) return out;
  }
  return {};
}

// By how much D rises.
double rise(const Free& problem, const Col<double>& step) {
  const index_t n = step.n_elem;
  Col<double> bent(n, arma::fill::zeros);
  add_product(Tile<double>{const_cast<double*>(problem.K.memptr()), n, n, n}, step.memptr(),
              bent.memptr());
  double out = 0;
  for (index_t i = 0; i < n; ++i) out += step(i) * (problem.slope(i) - bent(i) / 2);
  return out;
}

// The point of the box, with the sum of beta, that is nearest to beta + t delta: minus nu, clipped.
Col<double> projected(const Free& problem, const Col<double>& delta, double t) {
  Col<double> out = problem.beta + t * delta;
  for (const Range range : problem.constraints) {
    if (range.size() == 0) continue;
    double sum = 0, lower = 0, upper = 0;
    for (index_t i = range.begin; i < range.end; ++i) {
      sum += problem.beta(i);
      lower = std::min(lower, out(i) - problem.high(i));
      upper = std::max(upper, out(i) - problem.low(i));
    }
    const auto excess = [&](double nu) {
      double total = 0;
      for (index_t i = range.begin; i < range.end; ++i) {
        total += std::clamp(out(i) - nu, problem.low(i), problem.high(i));
      }
      return total - sum;
    };
    double nu = 0;
    if (excess(0) != 0) {
      for (int halvings = 0; halvings < 60; ++halvings) {
        nu = (lower + upper) / 2;
        (excess(nu) > 0 ? lower : upper) = nu;
      }
    }
    for (index_t i = range.begin; i < range.end; ++i) {
      out(i) = std::clamp(out(i) - nu, problem.low(i), problem.high(i));
    }
    // What rounding left of the sum goes to the variable with the most room.
    double left = sum;
    index_t most = range.begin;
    const auto room = [&](index_t i) {
      return std::min(out(i) - problem.low(i), problem.high(i) - out(i));
    };
    for (index_t i = range.begin; i < range.end; ++i) {
      left -= out(i);
      if (room(i) > room(most)) most = i;
    }
    if (room(most) > std::abs(left)) out(most) += left;
  }
  return out;
}

}  // namespace

std::vector<index_t> free_places(const SmoVariables& v) {
  std::vector<index_t> out;
  for (index_t k = 0; k < v.F.size(); ++k) {
    if (v.up[k] == v.down[k]) out.push_back(k);
  }
  return out;
}

double newton_step(SmoVariables& v, const SmoColumns& K, const std::vector<index_t>& places,
                   int threads) {
  if (places.size() < 2) return 0;
  const Free problem = free_problem(v, K, places, threads);
  const Col<double> delta = direction(problem, threads);
  if (delta.is_empty()) return 0;
  double whole = 1;  // up to here no bound is met
  for (index_t i = 0; i < delta.n_elem; ++i) {
    const double room =
        delta(i) > 0 ? problem.high(i) - problem.beta(i) : problem.low(i) - problem.beta(i);
    if (delta(i) != 0) whole = std::min(whole, room / delta(i));
  }
  double best_gain = 0;
  Col<double> best;
  double t = 1;
  for (int tries = 0; tries < 6; ++tries) {
    Col<double> beta = projected(problem, delta, t);
    const Col<double> step = beta - problem.beta;
    const double gain = rise(problem, step);
    if (gain > best_gain) {
      best_gain = gain;
      best = std::move(beta);
    } else if (best_gain > 0) {
      break;
    }
    if (t <= whole) break;
    t = std::max(t / 2, tries == 4 ? whole : 0);
  }
  if (best.is_empty()) return 0;
  SmoColumns columns;
  std::vector<double> steps;
  for (index_t i = 0; i < places.size(); ++i) {
    const index_t k = places[i];
    if (best(i) == v.beta[k]) continue;
    steps.push_back(best(i) - v.beta[k]);
    v.beta[k] = best(i);
    v.refresh(k);
    for (std::size_t g = 0; g < 2; ++g) columns[g].push_back(K[g][k]);
  }
  subtract_steps(v, columns, steps, threads);
  return best_gain;
}

}  // namespace mercer
