#include "solver/lanczos_quadrature.hpp"

#include <cmath>
#include <cstddef>

namespace mercer {
namespace {

// sum_k w_k log(d_k) over the eigenvalues d of a tridiagonal matrix and the squares w of the first
// entries of its eigenvectors, of which only these first entries are computed (Golub & Welsch
// 1969), by QR steps with Wilkinson's shift from the end (Golub & Van Loan, algorithm 8.3.2).
double first_entry_of_log(std::vector<double> d, std::vector<double> e) {
  constexpr double unit = std::numeric_limits<double>::epsilon();
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const std::size_t m = d.size();
  std::vector<double> first(m, 0.0);
  first[0] = 1;
  const auto is_split = [&](std::size_t k) {  // below row k
    return std::abs(e[k]) <= unit * (std::abs(d[k]) + std::abs(d[k + 1]));
  };
  std::size_t end = m - 1;  // rows after it are done
  for (std::size_t steps = 0; end > 0; ++steps) {
    if (is_split(end - 1)) {
      --end;
      continue;
    }
    if (steps > 100 * m) return none;  // NaN or infinities
    std::size_t begin = end - 1;
    while (begin > 0 && !is_split(begin - 1)) --begin;
    const double half = (d[end - 1] - d[end]) / 2, last = e[end - 1];
    const double shift =
        d[end] - last * last / (half + std::copysign(std::hypot(half, last), half));
    double x = d[begin] - shift, y = e[begin];
    for (std::size_t k = begin; k < end; ++k) {
      const double r = std::hypot(x, y), c = r > 0 ? x / r : 1, s = r > 0 ? y / r : 0;
      if (k > begin) e[k - 1] = r;
      const double a = d[k], b = e[k], g = d[k + 1];
      d[k] = c * c * a + 2 * c * s * b + s * s * g;
      d[k + 1] = s * s * a - 2 * c * s * b + c * c * g;
      e[k] = (c * c - s * s) * b + c * s * (g - a);
      x = e[k];
      if (k + 1 < end) {
        y = s * e[k + 1];
        e[k + 1] *= c;
      }
      const double z = first[k];
      first[k] = c * z + s * first[k + 1];
      first[k + 1] = c * first[k + 1] - s * z;
    }
  }
  double sum = 0;
  for (std::size_t k = 0; k < m; ++k) {
    if (!(d[k] > 0)) return none;
    sum += first[k] * first[k] * std::log(d[k]);
  }
  return sum;
}

}  // namespace

void Tridiagonal::append(double off, double diagonal) {
  if (!diagonal_.empty()) off_.push_back(off);
  diagonal_.push_back(diagonal);
}

double Tridiagonal::gauss_log() const { return first_entry_of_log(diagonal_, off_); }

// With (T - node I) x = next^2 e_m the new diagonal is node + x_m (Golub 1973); x_m is next^2 over
// the last pivot of T - node I.
double Tridiagonal::radau_log(double next, double node) const {
  double pivot = diagonal_[0] - node;
  for (std::size_t k = 1; k < size() && pivot > 0; ++k) {
    pivot = diagonal_[k] - node - off_[k - 1] * off_[k - 1] / pivot;
  }
  if (!(pivot > 0)) return std::numeric_limits<double>::quiet_NaN();
  Tridiagonal extended = *this;
  extended.append(next, node + next * next / pivot);
  return extended.gauss_log();
}

}  // namespace mercer
