#include "mercer/model/low_rank_svc.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/solver/linear_svm.hpp"
#include "mercer/solver/pivoted_cholesky.hpp"
#include "model/low_rank_options.hpp"
#include "model/new_points.hpp"
#include "model/one_against_one.hpp"
#include "model/pair_solution.hpp"
#include "model/svm_fit.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace {

// v with L' v = w, L lower triangular.
template <class T>
void solve_transposed(const Mat<T>& L, double* w) {
  for (index_t k = L.n_rows; k-- > 0;) {
    double sum = w[k];
    for (index_t i = k + 1; i < L.n_rows; ++i) sum -= static_cast<double>(L(i, k)) * w[i];
    w[k] = sum / static_cast<double>(L(k, k));
  }
}

// F, then F' beside it with one contiguous column per point, as the solver wants them.
template <class T>
void require_room(const char* where, index_t n, index_t rank, std::size_t budget) {
  const std::size_t of_column = 2 * sizeof(T) * n, others = 3 * sizeof(double) * n;
  const std::size_t needed = of_column * rank + others;
  if (needed <= budget) return;
  const std::size_t fits = budget < others ? 0 : (budget - others) / of_column;
  throw BudgetError(where,
                    std::to_string(rank) + " columns of F, and as many rows of F', need " +
                        bytes_text(needed) + ", the budget is " + bytes_text(budget) +
                        (fits > 0 ? "; a rank of " + std::to_string(fits) + " fits"
                                  : "; a rank of 1 takes " + bytes_text(of_column + others)));
}

// The class of each row with the most votes.
template <class T>
arma::ivec winners(const Mat<T>& decisions, const arma::ivec& classes) {
  return classes.elem(vote(decisions, classes.n_elem));
}

}  // namespace

template <class T>
LowRankSvc<T>::LowRankSvc(const Kernel& kernel, const LowRankSvcOptions& options)
    : LowRankSvc(options) {
  kernel_ = kernel;
}

template <class T>
LowRankSvc<T>::LowRankSvc(const LowRankSvcOptions& options) : options_(options) {
  require_positive("LowRankSvc: C", options.C);
  if (options.rank == 0) throw std::invalid_argument("LowRankSvc: rank must be at least 1, is 0");
  if (!(options.trace_tolerance >= 0 && options.trace_tolerance < 1)) {
    throw std::invalid_argument("LowRankSvc: trace_tolerance must be in [0, 1), is " +
                                shortest(options.trace_tolerance));
  }
  require_non_negative("LowRankSvc: bias_feature", options.bias_feature);
  require_positive("LowRankSvc: relative_gap", options.relative_gap);
  resolve_threads(options.threads, "LowRankSvc");
  Svc<T>{svc_options(options)};  // refuses class weights out of range
}

template <class T>
Report LowRankSvc<T>::fit(Points<T> X, const arma::ivec& labels, const Col<double>& weights) {
  return fit_operator(operator_of("LowRankSvc::fit", kernel_, X, options_), labels, weights, &X);
}

template <class T>
Report LowRankSvc<T>::fit(const GramOperator<T>& K, const arma::ivec& labels,
                          const Col<double>& weights) {
  return fit_operator(K, labels, weights, nullptr);
}

template <class T>
Report LowRankSvc<T>::fit_operator(const GramOperator<T>& K, const arma::ivec& labels,
                                   const Col<double>& weights, const Points<T>* X) {
  constexpr const char* where = "LowRankSvc::fit";
  const SvcOptions shared = svc_options(options_);
  Watch watch(shared);
  require_columns(where, "K", K.n_cols(), K.n_rows(), "one per training point");
  require_rows(where, "labels", labels.n_elem, K.n_rows(), "one per point");
  const ClassOrder order = order_by_class(where, labels, weights, shared);
  const std::vector<ClassPair> pairs =
      class_pairs(order.classes.n_elem, MultiClass::one_against_one);

  require_room<T>(where, K.n_rows(), std::min<index_t>(options_.rank, K.n_rows()),
                  resolve_memory_budget(options_.memory_budget));
  PivotedCholesky<T> factor;
  try {
    factor = pivoted_cholesky(K, {.rank = options_.rank,
                                  .tolerance = options_.trace_tolerance,
                                  .seed = options_.seed,
                                  .threads = options_.threads,
                                  .memory_budget = options_.memory_budget,
                                  .progress = [&](const Progress& p) { return watch.ask(p, 0); }});
  } catch (const NonFiniteError& error) {
    throw NonFiniteError(where, "K", error.row(), error.column(), error.value());
  }
  if (factor.report.status == Status::not_positive_definite) return factor.report;

  Fitted result;
  result.classes = order.classes;
  result.pivots = arma::conv_to<arma::uvec>::from(factor.pivots);
  result.relative_trace = factor.relative_trace;
  const index_t r = factor.pivots.size();
  const Mat<T> L = factor.F.rows(result.pivots);
  const Mat<T> Z = r > 0 ? Mat<T>(factor.F.t()) : Mat<T>(0, K.n_rows());  // a point is contiguous
  factor.F.reset();

  std::vector<LinearSvmSolution> solutions(pairs.size());
  parallel_for(pairs.size(), options_.threads, [&](index_t p, int worker) {
    std::vector<index_t> points;
    Col<double> y, C;
    const std::vector<index_t> places = pair_places(order, pairs[p]);
    y.ones(places.size());
    C.set_size(places.size());
    y.head(order.of_class[pairs[p].first].size()).fill(-1);
    for (index_t i = 0; i < places.size(); ++i) {
      points.push_back(order.rows[places[i]]);
      C(i) = order.C(places[i]);
    }
    solutions[p] = solve_linear_svm<T>(
        Z, points, y, C,
        {.relative_gap = options_.relative_gap,
         .bias_feature = options_.bias_feature,
         .seed = options_.seed,
         .max_epochs = options_.max_epochs,
         .progress = [&](const Progress& state) { return watch.ask(state, worker); }});
    solve_transposed(L, solutions[p].w.memptr());
  });

  Report report;
  report.method = "dual coordinate descent, K of rank " + std::to_string(r);
  report.threads = resolve_threads(options_.threads);
  report.entry_error = K.entry_error();
  Certificate& total = report.certificate;
  total = zero_certificate();
  result.coefficients.set_size(r, pairs.size());
  result.biases.set_size(pairs.size());
  Mat<double> beta(K.n_rows(), pairs.size(), arma::fill::zeros);
  for (index_t p = 0; p < pairs.size(); ++p) {
    LinearSvmSolution& solution = solutions[p];
    if (r > 0) result.coefficients.col(p) = solution.w;
    result.biases(p) = solution.bias;
    const std::vector<index_t> places = pair_places(order, pairs[p]);
    const index_t split = order.of_class[pairs[p].first].size();
    for (index_t i = 0; i < places.size(); ++i) {
      beta(order.rows[places[i]], p) = i < split ? -solution.alpha(i) : solution.alpha(i);
    }
    if (solution.report.status != Status::converged) report.status = solution.report.status;
    report.iterations += solution.report.iterations;
    report.residual = std::max(report.residual, solution.report.residual);
    const Certificate& own = solution.report.certificate;
    total.primal_objective += own.primal_objective;
    total.dual_objective += own.dual_objective;
    total.gap += own.gap;
    total.violation = std::max(total.violation, own.violation);
    total.decision_error = std::max(total.decision_error, own.decision_error);
    result.reports.push_back(std::move(solution.report));
  }
  result.support = arma::find(arma::any(beta != 0, 1));
  result.dual = beta.rows(result.support);
  if (X != nullptr) result.points = select_points(*X, factor.pivots);
  report.message = ended_early(where, report.status);
  fitted_ = std::move(result);
  report.seconds = watch.seconds();
  return report;
}

template <class T>
const typename LowRankSvc<T>::Fitted& LowRankSvc<T>::fitted(const char* where) const {
  if (!fitted_) throw LogicError(std::string(where) + ": the model is not fitted");
  return *fitted_;
}

template <class T>
Mat<T> LowRankSvc<T>::decide(const char* where, Points<T> X_new) const {
  const Fitted& model = fitted(where);
  const Points<T> pivots = model.points ? model.points->view() : Points<T>();
  require_new_points(where, X_new, pivots.dim());
  return decide(where, MatrixFreeGram<T>(*kernel_, X_new, pivots, {.threads = options_.threads}));
}

template <class T>
Mat<T> LowRankSvc<T>::decide(const char* where, const GramOperator<T>& K_new) const {
  const Fitted& model = fitted(where);
  require_columns(where, "K_new", K_new.n_cols(), model.pivots.n_elem, "one per pivot");
  Mat<T> out;
  K_new.multiply(arma::conv_to<Mat<T>>::from(model.coefficients), out);
  for (index_t p = 0; p < out.n_cols; ++p) out.col(p) += static_cast<T>(model.biases(p));
  return out;
}

template <class T>
Mat<T> LowRankSvc<T>::decision_values(Points<T> X_new) const {
  return decide("LowRankSvc::decision_values", X_new);
}

template <class T>
Mat<T> LowRankSvc<T>::decision_values(const GramOperator<T>& K_new) const {
  return decide("LowRankSvc::decision_values", K_new);
}

template <class T>
arma::ivec LowRankSvc<T>::predict(Points<T> X_new) const {
  return winners(decide("LowRankSvc::predict", X_new), fitted_->classes);
}

template <class T>
arma::ivec LowRankSvc<T>::predict(const GramOperator<T>& K_new) const {
  return winners(decide("LowRankSvc::predict", K_new), fitted_->classes);
}

template <class T>
index_t LowRankSvc<T>::dim() const {
  const Fitted& model = fitted("LowRankSvc::dim");
  return model.points ? model.points->view().dim() : 0;
}

template <class T>
const Kernel& LowRankSvc<T>::kernel() const {
  if (!kernel_) throw LogicError("LowRankSvc::kernel: the model was made without a kernel");
  return *kernel_;
}

template <class T>
const arma::ivec& LowRankSvc<T>::classes() const {
  return fitted("LowRankSvc::classes").classes;
}

template <class T>
const arma::uvec& LowRankSvc<T>::pivots() const {
  return fitted("LowRankSvc::pivots").pivots;
}

template <class T>
index_t LowRankSvc<T>::rank() const {
  return fitted("LowRankSvc::rank").pivots.n_elem;
}

template <class T>
double LowRankSvc<T>::relative_trace() const {
  return fitted("LowRankSvc::relative_trace").relative_trace;
}

template <class T>
const Mat<double>& LowRankSvc<T>::coefficients() const {
  return fitted("LowRankSvc::coefficients").coefficients;
}

template <class T>
const Col<double>& LowRankSvc<T>::biases() const {
  return fitted("LowRankSvc::biases").biases;
}

template <class T>
const arma::uvec& LowRankSvc<T>::support_indices() const {
  return fitted("LowRankSvc::support_indices").support;
}

template <class T>
const Mat<double>& LowRankSvc<T>::dual_coefficients() const {
  return fitted("LowRankSvc::dual_coefficients").dual;
}

template <class T>
const std::vector<Report>& LowRankSvc<T>::pair_reports() const {
  return fitted("LowRankSvc::pair_reports").reports;
}

template class LowRankSvc<double>;
template class LowRankSvc<float>;

}  // namespace mercer
