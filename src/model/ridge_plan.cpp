#include "model/ridge_plan.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/solver/low_rank_preconditioner.hpp"
#include "mercer/solver/pivoted_cholesky.hpp"

namespace mercer {
namespace {

// What an automatic choice is made from.
struct Facts {
  index_t n, outputs;
  double scale;         // D: the largest w_i K_ii
  double largest;       // K_ii
  double perturbation;  // of a K in floats
  bool cheap_values;    // computing K takes about as long as reading it
  std::size_t value;    // bytes of a value of the model
  std::size_t budget;
};

template <class T>
double largest_entry(const GramOperator<T>& K, const Col<double>& w) {
  const Col<double> diagonal = arma::conv_to<Col<double>>::from(K.diagonal());
  return arma::max(w % diagonal);
}

template <class T>
Facts facts_of(const GramOperator<T>& K, const Col<double>& w, index_t outputs,
               const KernelRidgeOptions& options) {
  return {K.n_rows(),
          outputs,
          largest_entry(K, w),
          static_cast<double>(K.diagonal().max()),
          float_perturbation(K, w),
          K.features_per_value() <= 32,
          sizeof(T),
          resolve_memory_budget(options.memory_budget)};
}

bool fits(const RidgePlan& plan) { return plan.bytes <= plan.budget; }

// The factor, and a few copies of what is n x t.
std::size_t cholesky_bytes(index_t n, index_t outputs, std::size_t value) {
  const std::size_t half = value == sizeof(double) ? SymmetricTiles<double>::bytes_for(n)
                                                   : SymmetricTiles<float>::bytes_for(n);
  return half + 5 * n * (outputs + 1) * sizeof(double);
}

RidgePlan cholesky(const Facts& facts) {
  return {.method = RidgeMethod::cholesky,
          .bytes = cholesky_bytes(facts.n, facts.outputs, facts.value),
          .budget = facts.budget};
}

// Vectors of n doubles: right sides, solutions, and those of conjugate gradients.
std::size_t vectors(const Facts& facts) {
  return 12 * facts.n * (facts.outputs + 1) * sizeof(double);
}

// While F is made, then F with what solves.
template <class U>
std::size_t preconditioner(index_t n, index_t rank) {
  return std::max(pivoted_cholesky_bytes<U>(n, rank), LowRankPreconditioner<U>::bytes_for(n, rank));
}

bool in_range_of_float(const Facts& facts) {
  return facts.scale < 1e30 && facts.scale > 1e-30 && facts.largest < 1e30;
}

// A K in floats needs a lambda well above what their rounding does to its eigenvalues.
bool floats_serve(const Facts& facts, double lambda) {
  return lambda >= 64 * facts.perturbation && in_range_of_float(facts);
}

RidgePlan mixed_cholesky(const Facts& facts, double lambda) {
  const std::size_t half = SymmetricTiles<float>::bytes_for(facts.n);
  RidgePlan plan{.method = RidgeMethod::mixed_cholesky,
                 .bytes = 2 * half + vectors(facts),
                 .budget = facts.budget};
  if (facts.cheap_values || !floats_serve(facts, lambda) || !fits(plan)) {
    plan.route = Route::matrix_free;
    plan.bytes = half + vectors(facts);
  }
  return plan;
}

RidgePlan conjugate_gradient(const Facts& facts, const KernelRidgeOptions& options) {
  const auto n = facts.n;
  index_t rank = options.rank;
  if (rank == 0) {
    rank = std::min(static_cast<index_t>(10 * std::sqrt(static_cast<double>(n))), n / 5);
  }
  RidgePlan plan{.method = RidgeMethod::conjugate_gradient,
                 .rank = std::clamp<index_t>(rank, 1, n),
                 .budget = facts.budget};
  plan.bytes =
      SymmetricTiles<float>::bytes_for(n) + vectors(facts) + preconditioner<float>(n, plan.rank);
  if (fits(plan) && floats_serve(facts, options.lambda)) return plan;
  plan.in_float = false;
  plan.bytes =
      SymmetricTiles<double>::bytes_for(n) + vectors(facts) + preconditioner<double>(n, plan.rank);
  if (facts.value == sizeof(double) && fits(plan)) return plan;
  plan.route = Route::matrix_free;
  for (;; plan.rank /= 2) {  // a smaller preconditioner costs iterations only
    plan.bytes =
        vectors(facts) + (facts.value == sizeof(double) ? preconditioner<double>(n, plan.rank)
                                                        : preconditioner<float>(n, plan.rank));
    if (fits(plan) || plan.rank <= 16 || options.rank > 0) return plan;
  }
}

RidgePlan factor(const Facts& facts, double lambda) {
  constexpr double unit = 0x1p-24;
  const RidgePlan mixed = mixed_cholesky(facts, lambda);
  const bool serves =
      in_range_of_float(facts) && lambda >= 8 * static_cast<double>(facts.n) * unit * facts.scale;
  return serves && fits(mixed) ? mixed : cholesky(facts);
}

RidgePlan automatic(const Facts& facts, const KernelRidgeOptions& options) {
  if (options.leave_one_out) return cholesky(facts);
  if (facts.n <= 3000 && fits(cholesky(facts))) return cholesky(facts);
  if (options.lambda < 1e-8 * facts.scale && fits(cholesky(facts))) return cholesky(facts);
  if (facts.outputs > facts.n / 600) {
    const RidgePlan plan = factor(facts, options.lambda);
    if (fits(plan)) return plan;
  }
  return conjugate_gradient(facts, options);
}

}  // namespace

template <class T>
double float_perturbation(const GramOperator<T>& K, const Col<double>& w) {
  double entry = 0x1p-25;
  if (std::is_same_v<T, float> && K.entry_error() > 0) entry += K.entry_error();
  return entry / 2 * std::sqrt(static_cast<double>(K.n_rows())) * largest_entry(K, w);
}

template <class T>
RidgePlan ridge_plan(const GramOperator<T>& K, const Col<double>& w, index_t outputs,
                     const KernelRidgeOptions& options) {
  const Facts facts = facts_of(K, w, outputs, options);
  const RidgePlan plan =
      options.method == RidgeMethod::cholesky             ? cholesky(facts)
      : options.method == RidgeMethod::mixed_cholesky     ? mixed_cholesky(facts, options.lambda)
      : options.method == RidgeMethod::conjugate_gradient ? conjugate_gradient(facts, options)
                                                          : automatic(facts, options);
  if (fits(plan)) return plan;
  const std::string n = std::to_string(facts.n);
  throw BudgetError("KernelRidge::fit",
                    (plan.method == RidgeMethod::conjugate_gradient
                         ? "a preconditioner of rank " + std::to_string(plan.rank) + " for "
                         : "one half of ") +
                        "the " + n + " x " + n + " kernel values need " + bytes_text(plan.bytes) +
                        ", the budget is " + bytes_text(plan.budget));
}

template <class T>
RidgePlan ridge_fallback(const GramOperator<T>& K, const Col<double>& w, index_t outputs,
                         const KernelRidgeOptions& options) {
  const Facts facts = facts_of(K, w, outputs, options);
  const RidgePlan plan = factor(facts, options.lambda);
  return fits(plan) ? plan : conjugate_gradient(facts, options);
}

template <class T>
bool cholesky_fits(index_t n, index_t outputs, const KernelRidgeOptions& options) {
  return cholesky_bytes(n, outputs, sizeof(T)) <= resolve_memory_budget(options.memory_budget);
}

std::string to_string(RidgeMethod method) {
  switch (method) {
    case RidgeMethod::automatic:
      return "automatic";
    case RidgeMethod::cholesky:
      return "cholesky";
    case RidgeMethod::mixed_cholesky:
      return "mixed cholesky";
    case RidgeMethod::conjugate_gradient:
      return "conjugate gradient";
    case RidgeMethod::nystrom:
      return "nystrom";
  }
  return "unknown";
}

std::string method_text(const RidgePlan& plan) {
  const std::string name = to_string(plan.method);
  if (plan.method == RidgeMethod::cholesky) return name;
  if (plan.method == RidgeMethod::nystrom) {
    return name + " (" + std::to_string(plan.rank) + " centres)";
  }
  const std::string K = plan.route != Route::tiled ? "K matrix-free"
                        : plan.in_float            ? "K in float tiles"
                                                   : "K in double tiles";
  const bool low_rank = plan.method == RidgeMethod::conjugate_gradient;
  return name + " (" + K + (low_rank ? ", rank " + std::to_string(plan.rank) : "") + ")";
}

std::string RidgePlan::text() const {
  return method_text(*this) + ": " + bytes_text(bytes) + " of " + bytes_text(budget);
}

#define MERCER_INSTANTIATE(T)                                                            \
  template bool cholesky_fits<T>(index_t, index_t, const KernelRidgeOptions&);           \
  template double float_perturbation(const GramOperator<T>&, const Col<double>&);        \
  template RidgePlan ridge_plan(const GramOperator<T>&, const Col<double>&, index_t,     \
                                const KernelRidgeOptions&);                              \
  template RidgePlan ridge_fallback(const GramOperator<T>&, const Col<double>&, index_t, \
                                    const KernelRidgeOptions&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
