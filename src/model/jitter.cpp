#include "model/jitter.hpp"

#include <cmath>
#include <optional>
#include <utility>

namespace mercer {
namespace {

// Beyond 2^32 u = 1e-6 of the diagonal it is the kernel that is indefinite, not its rounding: n u
// bounds that for the largest n that fit into memory.
constexpr int largest_exponent = 32;
constexpr int stride = 4;  // of the first search upwards

double mean_diagonal(const SymmetricTiles<double>& A) {
  double sum = 0;
  for (index_t i = 0; i < A.n(); ++i) sum += A.at(i, i);
  return A.n() > 0 ? sum / static_cast<double>(A.n()) : 0;
}

}  // namespace

JitteredFactor factor_with_jitter(FunctionRef<SymmetricTiles<double>()> make,
                                  const CholeskyOptions& options) {
  double unit = 0;
  double jitter = 0;
  std::optional<CholeskyFactor<double>> factor;
  const auto attempt = [&](double added) {
    factor.reset();  // its memory goes before the next attempt takes its own
    jitter = added;
    SymmetricTiles<double> A = make();
    unit = 0x1p-52 * mean_diagonal(A);
    for (index_t i = 0; i < A.n(); ++i) A.at(i, i) += jitter;
    factor.emplace(std::move(A), options);
    return factor->status() != Status::not_positive_definite;
  };

  if (attempt(0)) return {std::move(*factor)};
  const index_t minor = factor->failed_minor();
  int works = 0;
  if (unit > 0 && std::isfinite(unit)) {
    while (!attempt(std::ldexp(unit, works)) && works < largest_exponent) works += stride;
  }
  int fails = works - stride;
  if (factor->status() != Status::converged) return {std::move(*factor), jitter, minor};
  while (works > 0 && works - fails > 1 && factor->status() != Status::stopped) {
    const int middle = (works + fails) / 2;
    (attempt(std::ldexp(unit, middle)) ? works : fails) = middle;
  }
  if (factor->status() == Status::not_positive_definite) attempt(std::ldexp(unit, works));
  return {std::move(*factor), jitter, minor};
}

}  // namespace mercer
