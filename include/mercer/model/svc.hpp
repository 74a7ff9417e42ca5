// Support vector classification.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// The weight of one class: its rows have the bound C * weight.
struct ClassWeight {
  arma::sword label = 0;
  double weight = 1;
};

struct SvcOptions {
  double C = 1.0;                               // price of a unit of slack, > 0
  double nu = 0;                                // in (0, 1]: nu-SVC, which finds C; 0: C-SVC
  std::vector<ClassWeight> class_weights = {};  // classes that are not named have weight 1
  double tolerance = 1e-3;                      // largest KKT violation, as in LIBSVM
  double relative_gap = 0;     // if positive: per pair, a duality gap of at most this times |D|
  index_t max_iterations = 0;  // per pair of classes; 0: max(10^7, 100 n)
  double time_limit = std::numeric_limits<double>::infinity();  // seconds of the fit
  int threads = 0;                                              // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;   // bytes of kernel columns; 0: 3/4 of the memory
  ProgressCallback progress = {};  // a stop leaves the best model so far
};

/// C-support vector classification (Cortes & Vapnik 1995); several classes one against one.
///
/// For each pair of classes a < b, on their rows with y = -1 for a and +1 for b:
///     minimise  1/2 ||w||^2 + sum_i C_i max(0, 1 - y_i f(x_i)),   f(x) = <w, phi(x)> + bias,
///     C_i = C * weight of the class * weight of the row.
/// With nu (Scholkopf et al. 2000), the price C is free: of each pair, at most a share nu of the
/// rows is within the margin or wrong, at least a share nu is support (shares of the weights); the
/// solution is that of the C that margins() has the inverse of.
/// A positive decision value speaks for b. predict takes the class with the most votes, the
/// smallest label among equals. Solver: solve_svm. Training objectives in the Report are sums over
/// the pairs.
template <class T = double>
class Svc {
 public:
  /// Throws std::invalid_argument if an option is out of its range.
  explicit Svc(const Kernel& kernel, const SvcOptions& options = {});

  /// Without a kernel: for precomputed matrices and other operators.
  explicit Svc(const SvcOptions& options);

  /// Fits to X (d x n) with integer class codes (n), optional weights >= 0 (n).
  /// Throws std::invalid_argument on bad input, such as fewer than two classes or a class whose
  /// weights are all 0; the model is then as it was.
  [[nodiscard]] Report fit(const Mat<T>& X, const arma::ivec& labels,
                           const Col<double>& weights = {});

  /// As above with K over the training points, n x n and symmetric.
  [[nodiscard]] Report fit(const GramOperator<T>& K, const arma::ivec& labels,
                           const Col<double>& weights = {});

  /// The classes of the columns of X_new (d x m). Throws LogicError before fit.
  arma::ivec predict(const Mat<T>& X_new) const;

  /// The classes from K_new, m x n_support: K(X_new, X(:, support_indices())).
  arma::ivec predict(const GramOperator<T>& K_new) const;

  /// f of each pair (0, 1), (0, 2), ..., (1, 2), ... of classes(): m x pairs.
  Mat<T> decision_values(const Mat<T>& X_new) const;
  Mat<T> decision_values(const GramOperator<T>& K_new) const;

  bool is_fitted() const { return fitted_.has_value(); }
  index_t dim() const;                              // d; 0 after the operator door
  const Kernel& kernel() const;                     // LogicError if the model was made without
  const arma::ivec& classes() const;                // ascending
  const arma::uvec& support_indices() const;        // ascending rows of the training set
  const Mat<double>& coefficients() const;          // y_i alpha_i, n_support x pairs
  const Col<double>& biases() const;                // pairs
  const std::vector<Report>& pair_reports() const;  // with the certificate of each pair
  const Col<double>& margins() const;               // pairs; of nu-SVC: 1 / C, else 1
  const SvcOptions& options() const { return options_; }

 private:
  // The support points of a class and what they bring to the pairs that it is in.
  struct PairColumns {
    std::vector<index_t> support;  // positions in Fitted::support
    std::vector<index_t> pairs;
    Mat<T> coefficients;  // support x pairs
  };
  struct Fitted {
    arma::ivec classes;
    arma::uvec support;
    Mat<double> coefficients;
    Col<double> biases;
    Col<double> margins;
    std::vector<Report> reports;
    std::vector<PairColumns> by_class;
    Mat<T> points;  // d x n_support; empty after the operator door
    bool has_points = false;
  };
  const Fitted& fitted(const char* where) const;
  Mat<T> decide(const char* where, const Mat<T>& X_new) const;
  Mat<T> decide(const char* where, const GramOperator<T>& K_new) const;
  Report fit_operator(const GramOperator<T>& K, const arma::ivec& labels,
                      const Col<double>& weights, const Mat<T>* X);

  std::optional<AnyKernel> kernel_;
  SvcOptions options_;
  std::optional<Fitted> fitted_;
};

/// The certificate of a fitted model (sums over the pairs, the largest violation), recomputed in
/// double from the model and its training data. Other rows or weights than those of the fit may
/// make the model infeasible: see svm_certificate.
/// Throws std::invalid_argument if the labels are of other classes or the sizes do not fit.
template <class T>
Certificate verify(const Svc<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const arma::ivec& labels, const Col<double>& weights = {});

/// As above, from the points: X is d x n.
template <class T>
Certificate verify(const Svc<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const arma::ivec& labels, const Col<double>& weights = {});

}  // namespace mercer
