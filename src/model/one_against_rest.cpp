#include "model/one_against_rest.hpp"

#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "model/kept_problems.hpp"
#include "model/pair_values.hpp"
#include "solver/resumable.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace {

// Up to so many rows the problems share all kernel values, in double as well for the last
// gradients.
constexpr index_t most_shared = 4096;

// C-SVC with the variables in the order.
SvmDual dual_in_order(const ClassOrder& order, index_t of) {
  Col<double> y(order.C.n_elem, arma::fill::value(-1));
  for (index_t k = order.of_class[of].begin; k < order.of_class[of].end; ++k) y(k) = 1;
  return c_svc_dual(y, order.C);
}

}  // namespace

template <class T>
std::vector<PairSolution> train_rest(const GramOperator<T>& K, const ClassOrder& order,
                                     const SvcOptions& options, const Starts& starts,
                                     const CheckpointSection& section) {
  const index_t classes = order.classes.n_elem, n = K.n_rows();
  const KeptProblems kept(section);
  std::vector<PairSolution> solutions(classes);
  const std::vector<index_t> open = kept.take_solved(
      all_indices(classes), [n](index_t) { return n; }, solutions);
  if (open.empty()) return solutions;
  Watch watch(options);
  watch.ask({.stage = "smo", .criterion = 2, .target = options.tolerance}, 0);  // beta = 0: F = y
  bool shared =
      options.nu == 0 && n <= most_shared && !watch.stopped() &&
      n * n * (sizeof(float) + sizeof(double)) <= resolve_memory_budget(options.memory_budget);
  KernelBlock values;
  StoredColumns columns;
  try {
    if (shared) {
      values.compute(K, {0, n}, {0, n}, true, options.threads, [&] { watch.poll(0); });
      columns = all_columns(values, arma::conv_to<Col<double>>::from(K.diagonal()));
    }
  } catch (const Watch::Ended&) {
    shared = false;
  }

  const auto solve = [&](index_t c, int worker, int threads) {
    const SvmOptions own = watch.solver_options(worker, threads);
    const ClassPair problem{ClassPair::rest, c};
    const std::vector<index_t> places = pair_places(order, problem);
    if (options.nu == 0) {
      SvmDual dual = dual_in_order(order, c);
      if (!starts.empty()) dual.start.elem(arma::uvec(places)) = starts[c];
      SvmSolution solution = solve_svm(K, dual, own, shared ? &columns : nullptr, kept.of(c));
      solution.beta = Col<double>(solution.beta.elem(arma::uvec(places)));
      solutions[c] = finished(std::move(solution), options);
      return;
    }
    SvmDual dual = pair_dual("Svc::fit", order, problem, options);
    if (!starts.empty()) dual.start = starts[c];
    try {
      const auto K_own = K.submatrix(places, places);
      solutions[c] = finished(solve_svm(*K_own, dual, own, nullptr, kept.of(c)), options);
    } catch (const NonFiniteError& error) {  // it counts the rows of the problem
      throw NonFiniteError("solve_svm", "K", places[error.row()], places[error.column()],
                           error.value());
    }
  };
  const auto solve_and_keep = [&](index_t c, int worker, int threads) {
    solve(c, worker, threads);
    kept.keep(c, solutions[c]);
  };
  if (shared) {
    parallel_for(open.size(), options.threads,
                 [&](index_t item, int worker) { solve_and_keep(open[item], worker, 1); });
  } else {
    for (const index_t c : open) solve_and_keep(c, 0, options.threads);
  }
  return solutions;
}

template <class T>
arma::uvec largest(const Mat<T>& decisions) {
  arma::uvec winners(decisions.n_rows, arma::fill::zeros);
  for (index_t c = 1; c < decisions.n_cols; ++c) {
    for (index_t i = 0; i < decisions.n_rows; ++i) {
      if (decisions(i, c) > decisions(i, winners(i))) winners(i) = c;
    }
  }
  return winners;
}

template std::vector<PairSolution> train_rest(const GramOperator<double>&, const ClassOrder&,
                                              const SvcOptions&, const Starts&,
                                              const CheckpointSection&);
template std::vector<PairSolution> train_rest(const GramOperator<float>&, const ClassOrder&,
                                              const SvcOptions&, const Starts&,
                                              const CheckpointSection&);
template arma::uvec largest(const Mat<double>&);
template arma::uvec largest(const Mat<float>&);

}  // namespace mercer
