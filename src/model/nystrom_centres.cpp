#include "model/nystrom_centres.hpp"

#include <algorithm>

#include "mercer/core/errors.hpp"
#include "mercer/core/random.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/solver/pivoted_cholesky.hpp"
#include "model/nystrom_problem.hpp"

namespace mercer {

std::vector<index_t> random_rows(const Col<double>& w, index_t count, std::uint64_t seed,
                                 std::uint64_t stream) {
  std::vector<index_t> rows;
  for (index_t i = 0; i < w.n_elem; ++i) {
    if (w(i) > 0) rows.push_back(i);
  }
  if (rows.size() <= count) return rows;
  Random random(seed, stream);
  for (index_t k = 0; k < count; ++k) std::swap(rows[k], rows[k + random.below(rows.size() - k)]);
  rows.resize(count);
  rows.shrink_to_fit();
  return rows;
}

index_t centre_candidates(index_t n, index_t centres) {
  return std::min(n, std::max(4 * centres, index_t{2000}));
}

std::vector<index_t> choose_centres(const Kernel& kernel, const PointSource<double>& X,
                                    const Col<double>& w, const NystromRidgeOptions& options,
                                    FitWatch& watch) {
  index_t with_weight = 0;
  for (const double weight : w) with_weight += weight > 0;
  if (options.choice == CentreChoice::uniform || options.centres >= with_weight) {
    return random_rows(w, options.centres, options.seed, 0);
  }
  const std::vector<index_t> candidates =
      random_rows(w, centre_candidates(with_weight, options.centres), options.seed, 0);
  const Mat<double> points = read_points(X, candidates);
  const MatrixFreeGram<double> K(kernel, points, {.threads = options.threads});
  const PivotedCholesky<double> factor =
      pivoted_cholesky(K, {.rank = options.centres,
                           .seed = options.seed,
                           .threads = options.threads,
                           .memory_budget = options.memory_budget,
                           .progress = [&](const Progress& state) {
                             watch.iterated(state);
                             return Continue::yes;
                           }});
  if (factor.report.status == Status::not_positive_definite || factor.pivots.empty()) {
    throw Interrupted{Status::not_positive_definite};
  }
  std::vector<index_t> rows;
  for (const index_t pivot : factor.pivots) rows.push_back(candidates[pivot]);
  return rows;
}

std::size_t centres_bytes(index_t n, index_t dim, const NystromRidgeOptions& options) {
  const std::size_t rows = n * sizeof(index_t);
  if (options.choice == CentreChoice::uniform || options.centres >= n) return rows;
  const index_t candidates = centre_candidates(n, options.centres);
  const std::size_t factor = sizeof(double) * candidates * (options.centres + 3 * dim + 4);
  return std::max(rows, factor);  // the rows are gone but for the candidates when it is made
}

}  // namespace mercer
