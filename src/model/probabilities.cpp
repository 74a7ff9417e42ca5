#include "model/probabilities.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "mercer/core/parallel.hpp"
#include "model/one_against_one.hpp"

namespace mercer {
namespace {

constexpr double least = 1e-7;  // of the probability of a problem that goes on
constexpr double hair = 64 * std::numeric_limits<double>::epsilon();

double kept_within(double p) { return std::clamp(p, least, 1 - least); }

// P(y = sign | f).
double side_probability(double f, double sign, const double* slopes) {
  return f == 0 ? 0.5 : 1 / (1 + std::exp(-sign * f * slopes[f > 0 ? 1 : 0]));
}

// A x = b for a positive definite A, both overwritten: Cholesky's A = L L', then L and L'.
void solve_in_place(Mat<double>& A, Col<double>& b) {
  const index_t n = b.n_elem;
  for (index_t j = 0; j < n; ++j) {
    for (index_t k = 0; k < j; ++k) A(j, j) -= A(j, k) * A(j, k);
    A(j, j) = std::sqrt(A(j, j));
    for (index_t i = j + 1; i < n; ++i) {
      for (index_t k = 0; k < j; ++k) A(i, j) -= A(i, k) * A(j, k);
      A(i, j) /= A(j, j);
    }
  }
  for (index_t i = 0; i < n; ++i) {
    for (index_t k = 0; k < i; ++k) b(i) -= A(i, k) * b(k);
    b(i) /= A(i, i);
  }
  for (index_t i = n; i-- > 0;) {
    for (index_t k = i + 1; k < n; ++k) b(i) -= A(k, i) * b(k);
    b(i) /= A(i, i);
  }
}

}  // namespace

Col<double> coupled(const Mat<double>& r) {
  const index_t k = r.n_rows;
  Mat<double> Q(k, k, arma::fill::ones);
  for (index_t i = 0; i < k; ++i) {
    for (index_t j = 0; j < k; ++j) {
      if (i == j) continue;
      Q(i, i) += r(j, i) * r(j, i);
      Q(i, j) -= r(j, i) * r(i, j);
    }
  }
  Col<double> p(k, arma::fill::ones);
  solve_in_place(Q, p);
  for (double& value : p) value = value < 0 ? 0 : value;  // by rounding
  return p / arma::accu(p);
}

void put_first(index_t winner, Col<double>& p) {
  std::vector<index_t> others;
  for (index_t c = 0; c < p.n_elem; ++c) {
    if (c != winner) others.push_back(c);
  }
  std::sort(others.begin(), others.end(), [&](index_t a, index_t b) { return p(a) > p(b); });
  double sum = p(winner);
  index_t pooled = 0;  // of the others
  while (pooled < others.size() && p(others[pooled]) > sum / static_cast<double>(pooled + 1)) {
    sum += p(others[pooled++]);
  }
  p(winner) = sum / static_cast<double>(pooled + 1);
  double next = 0;
  for (index_t k = 0; k < others.size(); ++k) {
    if (k < pooled) p(others[k]) = p(winner);
    next = std::max(next, p(others[k]));
  }
  p(winner) = std::max(p(winner), next * (1 + hair));
  p /= arma::accu(p);
}

template <class T>
Mat<double> class_probabilities(const Mat<T>& decisions, const Mat<double>& slopes,
                                const arma::uvec& winners, index_t classes, MultiClass multi_class,
                                int threads) {
  const std::vector<ClassPair> problems = class_pairs(classes, multi_class);
  Mat<double> out(decisions.n_rows, classes);
  const auto probabilities_of = [&](index_t i) {
    if (classes == 2) {
      const double f = static_cast<double>(decisions(i, 0));
      return Col<double>{side_probability(f, -1, slopes.colptr(0)),
                         side_probability(f, 1, slopes.colptr(0))};
    }
    Col<double> p(classes);
    Mat<double> r(classes, classes);
    for (index_t k = 0; k < problems.size(); ++k) {
      const auto [first, second] = problems[k];
      const double f = static_cast<double>(decisions(i, k));
      const double above = kept_within(side_probability(f, 1, slopes.colptr(k)));
      if (first == ClassPair::rest) {
        p(second) = above;
      } else {
        r(second, first) = above;
        r(first, second) = kept_within(side_probability(f, -1, slopes.colptr(k)));
      }
    }
    return problems.front().first == ClassPair::rest ? Col<double>(p / arma::accu(p)) : coupled(r);
  };
  constexpr index_t strip = 256;
  parallel_for((decisions.n_rows + strip - 1) / strip, threads, [&](index_t item, int) {
    for (index_t i = item * strip; i < std::min(decisions.n_rows, (item + 1) * strip); ++i) {
      Col<double> p = probabilities_of(i);
      put_first(winners(i), p);
      for (index_t c = 0; c < classes; ++c) out(i, c) = p(c);
    }
  });
  return out;
}

template Mat<double> class_probabilities(const Mat<double>&, const Mat<double>&, const arma::uvec&,
                                         index_t, MultiClass, int);
template Mat<double> class_probabilities(const Mat<float>&, const Mat<double>&, const arma::uvec&,
                                         index_t, MultiClass, int);

}  // namespace mercer
