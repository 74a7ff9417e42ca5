// Support vector classification.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "mercer/core/checkpoint.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/tile/points.hpp"

namespace mercer {

class CheckpointSection;  // of the implementation
struct ClassPair;
struct WarmStart;
template <class T>
class LowRankSvc;

/// The weight of one class: its rows have the bound C * weight.
struct ClassWeight {
  arma::sword label = 0;
  double weight = 1;
};

/// How several classes become problems of two classes.
enum class MultiClass {
  one_against_one,   // each pair of classes, on their rows; votes decide
  one_against_rest,  // each class against all others, on all rows; the largest value decides
};

struct SvcOptions {
  double C = 1.0;                               // price of a unit of slack, > 0
  double nu = 0;                                // in (0, 1]: nu-SVC, which finds C; 0: C-SVC
  std::vector<ClassWeight> class_weights = {};  // classes that are not named have weight 1
  MultiClass multi_class = MultiClass::one_against_one;  // of more than two classes
  bool probabilities = false;  // calibrates them, which costs five more fits to 4/5 of the rows
  double tolerance = 1e-3;     // largest KKT violation, as in LIBSVM
  double relative_gap = 0;     // if positive: per problem, a duality gap of at most this times |D|
  index_t max_iterations = 0;  // per problem of two classes; 0: max(10^7, 100 n)
  double time_limit = std::numeric_limits<double>::infinity();  // seconds of the fit
  int threads = 0;                                              // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;      // bytes of kernel columns; 0: 3/4 of the memory
  ProgressCallback progress = {};     // a stop leaves the best model so far
  CheckpointOptions checkpoint = {};  // where a long fit goes on after an interruption
};

/// C-support vector classification (Cortes & Vapnik 1995); several classes by binary problems.
///
/// Which solver for how many rows n, with a budget of M bytes (kernel values are floats):
///
///     n                 bytes                  solver                              in the Report
///     up to 6144        4 n^2, to 150 MB       all of K, steps over all rows       smo
///     more, up to 32    64 MB                  blocks computed when needed         smo in computed
///     features                                                                     blocks
///     up to sqrt(M / 4) 4 n^2: 10 GB for       columns as asked for, all of K      smo in blocks
///                       n = 50000              after a sixteenth of them
///     more              M, at least 8 n        columns, those used last kept       smo in blocks
///     very many: from   2 r n values, 8 GB     LowRankSvc of rank r, approximate;  dual coordinate
///     some 10^5, or     for n = 10^6, r =      then fit_from it, if the exact      descent, K of
///     no time           1000 in float          solution is wanted                  rank r
///
/// Rows are those of a problem: of a pair of classes one against one. solve_svm chooses among all
/// but the last; problems of several kinds are named one after the other in the Report; pairs of up
/// to 16384 rows share kernel values where all of them fit.
///
/// One against one, a problem for each pair of classes a < b, on their rows with y = -1 for a and
/// +1 for b; one against the rest, a problem for each class b, on all rows with y = -1 for all
/// other classes and +1 for b (of two classes: the problem of the pair). In each:
///     minimise  1/2 ||w||^2 + sum_i C_i max(0, 1 - y_i f(x_i)),   f(x) = <w, phi(x)> + bias,
///     C_i = C * weight of the class * weight of the row.
/// With nu (Scholkopf et al. 2000), the price C is free: of each problem, at most a share nu of the
/// rows is within the margin or wrong, at least a share nu is support (shares of the weights); the
/// solution is that of the C that margins() has the inverse of.
/// A positive decision value speaks for b. predict takes the class with the most votes, or of one
/// against the rest the class with the largest value; the smallest label among equals. Solver:
/// solve_svm. Training objectives in the Report are sums over the problems. (A model of LIBSVM, see
/// from_libsvm, keeps its own order among equals.)
template <class T = double>
class Svc {
 public:
  /// Throws std::invalid_argument if an option is out of its range.
  explicit Svc(const Kernel& kernel, const SvcOptions& options = {});

  /// Without a kernel: for precomputed matrices and other operators.
  explicit Svc(const SvcOptions& options);

  /// Fits to X (d x n, or a view of points, such as a sparse matrix) with integer class codes (n),
  /// optional weights >= 0 (n).
  /// Throws std::invalid_argument on bad input, such as fewer than two classes, a class with a
  /// single row or one whose weights are all 0, NonFiniteError on kernel values that are not finite
  /// or beyond the range of float, BudgetError with the plan if two columns of the largest problem
  /// do not fit; the model is then as it was.
  [[nodiscard]] Report fit(const Mat<T>& X, const arma::ivec& labels,
                           const Col<double>& weights = {}) {
    return fit(Points<T>(X), labels, weights);
  }
  [[nodiscard]] Report fit(Points<T> X, const arma::ivec& labels, const Col<double>& weights = {});

  /// As above with K over the training points, n x n and symmetric.
  [[nodiscard]] Report fit(const GramOperator<T>& K, const arma::ivec& labels,
                           const Col<double>& weights = {});

  /// As fit, beginning at the solution that `start` has for the same rows, so that only the
  /// difference is left to do: C, nu, the kernel, or the weights may be others, and one of the two
  /// models may be a nu-SVC. Coefficients at their bound go to the new one, the others stay if they
  /// can; start may be this model. The solution is that of fit to the tolerance, not to the bit.
  /// Throws std::invalid_argument if start has other classes, other problems or support beyond the
  /// rows; LogicError if start is not fitted.
  [[nodiscard]] Report fit_from(const Svc& start, Points<T> X, const arma::ivec& labels,
                                const Col<double>& weights = {});
  [[nodiscard]] Report fit_from(const Svc& start, const Mat<T>& X, const arma::ivec& labels,
                                const Col<double>& weights = {}) {
    return fit_from(start, Points<T>(X), labels, weights);
  }
  [[nodiscard]] Report fit_from(const Svc& start, const GramOperator<T>& K,
                                const arma::ivec& labels, const Col<double>& weights = {});

  /// As above, from an approximate solution; start has its problems one against one. Where it pays:
  /// many rows that keep their place, at the bound or at 0. On 32000 rows of 10 features with one
  /// label in twenty wrong (10281 support vectors) a fit takes 12.2 s, from rank 200 0.3 + 5.5 s,
  /// from rank 800 1.2 + 2.7 s; on shuttle with C = 2048 (254 support vectors) 0.7 s, and the
  /// low-rank stage alone 9 s.
  [[nodiscard]] Report fit_from(const LowRankSvc<T>& start, Points<T> X, const arma::ivec& labels,
                                const Col<double>& weights = {});
  [[nodiscard]] Report fit_from(const LowRankSvc<T>& start, const Mat<T>& X,
                                const arma::ivec& labels, const Col<double>& weights = {}) {
    return fit_from(start, Points<T>(X), labels, weights);
  }
  [[nodiscard]] Report fit_from(const LowRankSvc<T>& start, const GramOperator<T>& K,
                                const arma::ivec& labels, const Col<double>& weights = {});

  /// The classes of the columns of X_new (d x m), or from K_new, m x n_support: K(X_new, X(:,
  /// support_indices())). Throws LogicError before fit.
  arma::ivec predict(const Mat<T>& X_new) const { return predict(Points<T>(X_new)); }
  arma::ivec predict(Points<T> X_new) const;
  arma::ivec predict(const GramOperator<T>& K_new) const;

  /// f of each problem, m x problems: the pairs (0, 1), (0, 2), ..., (1, 2), ... of classes(), or
  /// one against the rest each of more than two classes().
  Mat<T> decision_values(const Mat<T>& X_new) const { return decision_values(Points<T>(X_new)); }
  Mat<T> decision_values(Points<T> X_new) const;
  Mat<T> decision_values(const GramOperator<T>& K_new) const;

  /// m x classes, in their order; rows sum to 1, and the class that predict gives is the largest.
  ///
  /// Of each problem, P(b | f) = 1 / (1 + exp(-s f)) with a slope s > 0 for f > 0 and another one
  /// for f < 0: 1/2 at f = 0. fit finds them by the decision values of five-fold cross-validation,
  /// stratified, with a fixed seed, as Platt (2000) does. Pairs are coupled by the second method of
  /// Wu, Lin & Weng (2004), classes against the rest divided by their sum. Where another class than
  /// predict's is the largest then, that one and those above it are pooled to their mean.
  /// Throws LogicError before fit, and if it was without SvcOptions::probabilities.
  Mat<double> probabilities(const Mat<T>& X_new) const { return probabilities(Points<T>(X_new)); }
  Mat<double> probabilities(Points<T> X_new) const;
  Mat<double> probabilities(const GramOperator<T>& K_new) const;

  bool is_fitted() const { return fitted_.has_value(); }
  index_t dim() const;                              // d; 0 after the operator door
  const Kernel& kernel() const;                     // LogicError if the model was made without
  const arma::ivec& classes() const;                // ascending
  const arma::uvec& support_indices() const;        // ascending rows of the training set
  const Mat<double>& coefficients() const;          // y_i alpha_i, n_support x problems
  const Col<double>& biases() const;                // of each problem
  const std::vector<Report>& pair_reports() const;  // of each problem, with its certificate
  const Col<double>& margins() const;               // of each problem; of nu-SVC: 1 / C, else 1
  const Mat<double>& slopes() const;  // 2 x problems: s for f < 0, for f > 0; or empty
  const SvcOptions& options() const { return options_; }

 private:
  template <class Model>
  friend struct ModelDescription;
  // Some support points and what they bring to the problems that they are in.
  struct Part {
    std::vector<index_t> support;  // positions in Fitted::support
    std::vector<index_t> problems;
    Mat<T> coefficients;  // support x problems
  };
  struct Fitted {
    arma::ivec classes;
    arma::uvec support;
    Mat<double> coefficients;
    Col<double> biases;
    Col<double> margins;
    std::vector<Report> reports;
    std::vector<Part> parts;
    std::optional<OwnedPoints<T>> points;  // those of the support; none after the operator door
    Mat<double> slopes;                    // 2 x problems; empty if they are not calibrated
    arma::uvec precedence;  // of classes with as many votes; empty: the smallest label wins
  };
  const Fitted& fitted(const char* where) const;
  Mat<T> decide(const char* where, Points<T> X_new) const;
  Mat<T> decide(const char* where, const GramOperator<T>& K_new) const;
  void decide_rows(const GramOperator<T>& K_new, Range rows, Mat<T>& out) const;
  arma::uvec winners(const Mat<T>& decisions) const;  // positions in classes, of each row
  arma::ivec classes_of(const Mat<T>& decisions) const;
  Mat<double> probabilities_of(const Mat<T>& decisions) const;
  void require_calibrated(const char* where) const;
  static std::vector<Part> parts_of(const Fitted& model, const std::vector<ClassPair>& problems);
  // X: null at the operator door. start: null to begin at 0. fold: where a fold of the calibration
  // keeps its states; null if the rows are not those that a fold trains on.
  Report fit_operator(const GramOperator<T>& K, const arma::ivec& labels,
                      const Col<double>& weights, const Points<T>* X,
                      const WarmStart* start = nullptr, const CheckpointSection* fold = nullptr);

  std::optional<AnyKernel> kernel_;
  SvcOptions options_;
  std::optional<Fitted> fitted_;
};

/// The certificate of a fitted model (sums over the problems, the largest violation), recomputed in
/// double from the model and its training data. Other rows or weights than those of the fit may
/// make the model infeasible: see svm_certificate.
/// Throws std::invalid_argument if the labels are of other classes or the sizes do not fit.
template <class T>
Certificate verify(const Svc<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const arma::ivec& labels, const Col<double>& weights = {});

/// As above, from the points: X is d x n.
template <class T>
Certificate verify(const Svc<T>& model, const std::type_identity_t<Points<T>>& X,
                   const arma::ivec& labels, const Col<double>& weights = {});
template <class T>
Certificate verify(const Svc<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const arma::ivec& labels, const Col<double>& weights = {}) {
  return verify(model, Points<T>(X), labels, weights);
}

}  // namespace mercer
