#include "model/nystrom_fit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "model/jitter.hpp"
#include "model/nystrom_centres.hpp"
#include "model/nystrom_certificate.hpp"
#include "model/nystrom_reduction.hpp"
#include "model/nystrom_solve.hpp"

namespace mercer {
namespace {

constexpr const char* where = "NystromRidge::fit";

// The m up to which direct is faster; see the table at NystromRidge.
constexpr index_t direct_centres = 4000, direct_centres_of_many = 7000;

// Points of falkon's preconditioner, in numbers of centres.
constexpr index_t sampled = 4;

// Falkon's jitter, times m and the mean diagonal of G.
constexpr double falkon_jitter = 0x1p-48;

double total(const Col<double>& w) {
  double sum = 0;
  for (const double value : w) sum += value;
  return sum;
}

// Of G + jitter I: the least that works for direct. Falkon's many products with U^-1 want more, as
// its authors say: without, equal centres end it at a residual of 1e-6.
JitteredFactor factor_centres(const NystromProblem& problem, const GramOperator<double>& G,
                              double least_jitter) {
  const ProgressCallback progress = [&](const Progress& state) {
    problem.watch.iterated(state);
    return Continue::yes;
  };
  return factor_with_jitter(
      [&] {
        SymmetricTiles<double> tiles;
        G.tiles(tiles);
        require_finite(where, "k(centre, centre)", tiles, problem.threads);
        for (index_t j = 0; j < tiles.n(); ++j) tiles.at(j, j) += least_jitter;
        return tiles;
      },
      {.threads = problem.threads, .progress = progress});
}

double sum_of_squares(const GramOperator<double>& G) {
  SymmetricTiles<double> tiles;
  G.tiles(tiles);
  double sum = 0;
  for (index_t c = 0; c < tiles.count(); ++c) {
    for (index_t r = 0; r <= c; ++r) {
      const Tile<double> tile = tiles.tile(r, c);
      double own = 0;
      for (index_t j = 0; j < tile.cols; ++j) {
        for (index_t i = 0; i < tile.rows; ++i) own += tile.column(j)[i] * tile.column(j)[i];
      }
      sum += r == c ? own : 2 * own;
    }
  }
  return sum;
}

// Of some points at random, scaled up to all.
NystromReduction sampled_reduction(const NystromProblem& problem,
                                   const CholeskyFactor<double>& factor, std::uint64_t seed) {
  const std::vector<index_t> rows = random_rows(problem.w, sampled * problem.m(), seed, 1);
  const Mat<double> points = read_points(problem.X, rows);
  const MatrixPoints<double> source(points);
  NystromProblem some{.kernel = problem.kernel,
                      .X = source,
                      .b = Mat<double>(rows.size(), 0),
                      .w = problem.w.elem(arma::conv_to<arma::uvec>::from(rows)),
                      .lambdas = problem.lambdas,
                      .Z = problem.Z,
                      .rows = {},
                      .threads = problem.threads,
                      .watch = problem.watch};
  NystromReduction out = nystrom_reduction(some, factor, NystromSum::whitened);
  const double scale = total(problem.w) / total(some.w);
  out.H *= scale;
  out.right *= scale;
  return out;
}

void set_criterion(const NystromProblem& problem, const Col<double>& squares,
                   const Col<double>& traces, NystromFit& fit) {
  double rows = 0;
  for (const double w : problem.w) rows += w > 0;
  const index_t t = problem.outputs();
  fit.gcv.zeros(problem.lambdas.size());
  for (index_t k = 0; k < squares.n_elem; ++k) fit.gcv(k / t) += squares(k);
  for (index_t l = 0; l < fit.gcv.n_elem; ++l) {
    const double share = traces(l) / rows;
    fit.gcv(l) /= static_cast<double>(t) * total(problem.w) * share * share;
  }
}

// M^-1 right for each lambda: m x columns.
Mat<double> apply_to_all(const NystromPreconditioner& M, const NystromProblem& problem,
                         const Mat<double>& right) {
  Mat<double> all(problem.m(), problem.columns(), arma::fill::none);
  for (index_t k = 0; k < all.n_cols; ++k) all.col(k) = right.col(k % problem.outputs());
  return M.apply(std::move(all)).Z;
}

}  // namespace

NystromMethod nystrom_method(const NystromRidgeOptions& options, index_t n, index_t m,
                             index_t outputs) {
  if (options.method != NystromMethod::automatic) return options.method;
  const index_t most =
      options.lambdas.size() * outputs <= 2 ? direct_centres : direct_centres_of_many;
  return m <= most || n <= sampled * m ? NystromMethod::direct : NystromMethod::falkon;
}

NystromFit fit_nystrom(const NystromProblem& problem, const NystromRidgeOptions& options) {
  NystromFit fit;
  const MatrixFreeGram<double> G(problem.kernel, problem.Z, {.threads = problem.threads});
  const index_t t = problem.outputs();
  const bool direct = nystrom_method(options, problem.n(), problem.m(), t) == NystromMethod::direct;
  const double least_jitter =
      direct ? 0 : falkon_jitter * static_cast<double>(problem.m()) * arma::mean(G.diagonal());
  const JitteredFactor jittered = factor_centres(problem, G, least_jitter);
  const CholeskyFactor<double>& factor = jittered.factor;
  fit.jitter = least_jitter + jittered.jitter;
  fit.report.entry_error = G.entry_error();
  fit.report.status = factor.status();
  if (factor.status() != Status::converged) {
    fit.report.message =
        std::string(where) + ": the kernel values of the centres are not positive semidefinite";
    return fit;
  }
  fit.report.method = direct ? "direct" : "falkon";

  NystromReduction reduction;
  double rounding = 0;
  if (direct) {
    const double plain =
        plain_rounding(problem, factor.inverse_diagonal().max(), sum_of_squares(G));
    const double least = *std::min_element(problem.lambdas.begin(), problem.lambdas.end());
    const NystromSum sum = plain <= least ? NystromSum::plain : NystromSum::whitened;
    if (sum == NystromSum::plain) rounding = plain;
    reduction = nystrom_reduction(problem, factor, sum);
  } else {
    reduction = sampled_reduction(problem, factor, options.seed);
  }
  const NystromPreconditioner M(problem, factor, std::move(reduction.H), rounding);
  fit.report.status = M.status();
  if (M.status() != Status::converged) return fit;

  Mat<double> penalty;
  Col<double> squares;
  const Col<double> ones = reduction.right.tail_cols(1);
  reduction.right.shed_col(reduction.right.n_cols - 1);
  if (direct) {
    fit.beta = apply_to_all(M, problem, reduction.right);
  }
  if (direct && !options.certify) {
    G.multiply(fit.beta, penalty);
    squares = nystrom_squares(problem, fit.beta, penalty, reduction.right);
    fit.report.residual = Certificate::none;
  } else {
    if (!direct) {
      fit.beta.zeros(problem.m(), problem.columns());
      reduction.right.reset();
    }
    NystromSolution solution =
        solve_nystrom(problem, M, G, std::move(fit.beta), reduction.right,
                      {.tolerance = options.tolerance, .max_iterations = options.max_iterations});
    G.multiply(solution.beta, penalty);
    fit.report.certificate = nystrom_certificate(solution.sums, penalty, solution.right,
                                                 problem.lambdas, !problem.rows.empty());
    fit.report.residual = solution.residual;
    fit.report.iterations = solution.iterations;
    fit.report.status = solution.status;
    if (fit.report.status == Status::converged && !(solution.residual <= options.tolerance)) {
      fit.report.status = Status::iteration_limit;
    }
    squares = std::move(solution.sums.squares);
    fit.beta = std::move(solution.beta);
  }
  set_criterion(problem, squares, M.complement_traces(ones, options.centre_target), fit);
  return fit;
}

std::size_t nystrom_bytes(index_t n, index_t dim, index_t m, index_t outputs,
                          const NystromRidgeOptions& options, bool chooses_centres) {
  const index_t columns = options.lambdas.size() * outputs;
  const bool direct = nystrom_method(options, n, m, outputs) == NystromMethod::direct;
  const index_t points = direct ? n : std::min(n, sampled * m);
  const std::size_t choice = chooses_centres ? centres_bytes(n, dim, options) : 0;
  const std::size_t passes = NystromPreconditioner::bytes(m, options.lambdas.size()) +
                             nystrom_pass_bytes(dim, m, columns, options.threads) +
                             10 * m * columns * sizeof(double);
  const std::size_t sums = nystrom_reduction_bytes(points, dim, m, outputs) +
                           (direct ? 0 : points * dim * sizeof(double));
  return n * (outputs + 2) * sizeof(double) +
         std::max(choice, 2 * SymmetricTiles<double>::bytes_for(m) + std::max(sums, passes));
}

}  // namespace mercer
