#include "mercer/model/nystrom_ridge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "model/new_points.hpp"
#include "model/nystrom_centres.hpp"
#include "model/nystrom_fit.hpp"
#include "model/row_weights.hpp"

namespace mercer {
namespace {

constexpr const char* fit_name = "NystromRidge::fit";

// New points that are predicted at a time.
constexpr index_t panel = 8192;

// A source in double, its values checked.
template <class T>
class InDouble final : public PointSource<double> {
 public:
  explicit InDouble(const PointSource<T>& source) : source_(source) {}
  index_t n() const override { return source_.n(); }
  index_t dim() const override { return source_.dim(); }
  void read(index_t first, index_t count, Mat<double>& out) const override {
    source_.read(first, count, panel_);
    require_rows("PointSource::read", "out", panel_.n_rows, dim(), "one per feature");
    require_columns("PointSource::read", "out", panel_.n_cols, count, "one per point");
    try {
      require_finite(fit_name, "X", panel_);
    } catch (const NonFiniteError& error) {
      throw NonFiniteError(fit_name, "X", error.row(), first + error.column(), error.value());
    }
    out.set_size(panel_.n_rows, count);
    std::copy(panel_.begin(), panel_.end(), out.begin());
  }

 private:
  const PointSource<T>& source_;
  mutable Mat<T> panel_;
};

// Y less its means.
template <class T>
Mat<double> centred(const Mat<T>& Y, const arma::rowvec& means) {
  Mat<double> b(Y.n_rows, Y.n_cols, arma::fill::none);
  for (index_t t = 0; t < Y.n_cols; ++t) {
    for (index_t i = 0; i < Y.n_rows; ++i) b(i, t) = static_cast<double>(Y(i, t)) - means(t);
  }
  return b;
}

std::string message_of(Status status, bool has_model, const NystromRidgeOptions& options,
                       double residual) {
  const std::string start = std::string(fit_name) + ": ";
  switch (status) {
    case Status::stopped:
    case Status::time_limit:
      if (has_model) return ended_early(fit_name, status);
      return start +
             (status == Status::stopped ? "stopped by the progress callback" : "the time was up") +
             "; the model is as it was";
    case Status::not_positive_definite:
      return start + "the kernel is not positive semidefinite on the centres; take another kernel";
    case Status::not_finite:
      return start + "a number overflowed; bring Y and the weights to a smaller scale";
    case Status::iteration_limit:
      return ended_early(fit_name, status,
                         "its relative residual is " + shortest(residual) + ", the tolerance is " +
                             shortest(options.tolerance));
    default:
      return "";
  }
}

index_t best_of(const Col<double>& gcv, const std::vector<double>& lambdas) {
  index_t best = 0;
  for (index_t l = 1; l < gcv.n_elem; ++l) {
    const bool equal = gcv(l) == gcv(best) && lambdas[l] > lambdas[best];
    if (gcv(l) < gcv(best) || equal || std::isnan(gcv(best))) best = l;
  }
  return best;
}

}  // namespace

template <class T>
NystromRidge<T>::NystromRidge(const Kernel& kernel, const NystromRidgeOptions& options)
    : kernel_(kernel), options_(options) {
  if (options.lambdas.empty()) throw std::invalid_argument("NystromRidge: lambdas is empty");
  for (const double lambda : options.lambdas) require_positive("NystromRidge: lambda", lambda);
  if (options.centres == 0) {
    throw std::invalid_argument("NystromRidge: centres must be at least 1, is 0");
  }
  require_positive("NystromRidge: tolerance", options.tolerance);
  if (!(options.time_limit >= 0)) {
    throw std::invalid_argument("NystromRidge: time_limit must be at least 0, is " +
                                shortest(options.time_limit));
  }
  resolve_threads(options.threads, "NystromRidge");
}

template <class T>
NystromRidge<T>::NystromRidge(const Kernel& kernel, const NystromRidgeOptions& options,
                              const Mat<T>& centres)
    : NystromRidge(kernel, options) {
  require_points("NystromRidge", "centres", centres);
  require_finite("NystromRidge", "centres", centres);
  given_ = centres;
}

template <class T>
Report NystromRidge<T>::fit(const Mat<T>& X, const Mat<T>& Y, const Col<double>& weights) {
  require_points(fit_name, "X", X);
  require_finite(fit_name, "X", X);
  return fit_source(MatrixPoints<T>(X), Y, weights);
}

template <class T>
Report NystromRidge<T>::fit(const PointSource<T>& X, const Mat<T>& Y, const Col<double>& weights) {
  return fit_source(X, Y, weights);
}

template <class T>
Report NystromRidge<T>::fit_source(const PointSource<T>& X, const Mat<T>& Y,
                                   const Col<double>& weights) {
  const index_t n = X.n(), t = Y.n_cols;
  FitWatch watch(options_.progress, options_.time_limit);
  require_rows(fit_name, "Y", Y.n_rows, n, "one per point");
  if (n == 0 || t == 0) throw std::invalid_argument(std::string(fit_name) + ": Y is empty");
  if (!given_.is_empty()) {
    require_rows(fit_name, "X", X.dim(), given_.n_rows, "one per feature, as the centres have");
  }
  require_finite(fit_name, "Y", Y);
  Col<double> w = row_weights(fit_name, weights, n);
  const index_t most = given_.is_empty() ? std::min(options_.centres, n) : given_.n_cols;
  require_budget(fit_name, "the sums over " + std::to_string(most) + " centres",
                 bytes(n, X.dim(), t), options_.memory_budget);

  Report report;
  Fitted result;
  NystromFit fit;
  const InDouble<T> points(X);
  try {
    Mat<double> centres = arma::conv_to<Mat<double>>::from(given_);
    if (given_.is_empty()) {
      result.rows = choose_centres(*kernel_, points, w, options_, watch);
      centres = read_points(points, result.rows);
    }
    result.centres = arma::conv_to<Mat<T>>::from(centres);
    result.means =
        options_.centre_target ? weighted_means(Y, w) : arma::rowvec(t, arma::fill::zeros);
    const NystromProblem problem{.kernel = *kernel_,
                                 .X = points,
                                 .b = centred(Y, result.means),
                                 .w = std::move(w),
                                 .lambdas = options_.lambdas,
                                 .Z = std::move(centres),
                                 .rows = result.rows,
                                 .threads = options_.threads,
                                 .watch = watch};
    fit = fit_nystrom(problem, options_);
    report = fit.report;
  } catch (const Interrupted& end) {
    report.status = end.status;
  }
  const bool usable = !fit.beta.is_empty() && report.status != Status::not_positive_definite &&
                      report.status != Status::not_finite;
  if (usable && (!fit.beta.is_finite() || !result.means.is_finite())) {
    report.status = Status::not_finite;
  }
  report.threads = resolve_threads(options_.threads);
  report.message = message_of(report.status, usable, options_, report.residual);
  report.seconds = watch.seconds();
  if (!usable || report.status == Status::not_finite) return report;

  for (index_t l = 0; l < options_.lambdas.size(); ++l) {
    result.beta.push_back(fit.beta.cols(l * t, l * t + t - 1));
  }
  result.best = best_of(fit.gcv, options_.lambdas);
  result.gcv = std::move(fit.gcv);
  result.jitter = fit.jitter;
  fitted_ = std::move(result);
  return report;
}

template <class T>
std::size_t NystromRidge<T>::bytes(index_t n, index_t d, index_t t) const {
  const bool chooses = given_.is_empty();
  const index_t m = chooses ? std::min(options_.centres, n) : given_.n_cols;
  return nystrom_bytes(n, d, m, t, options_, chooses);
}

template <class T>
const typename NystromRidge<T>::Fitted& NystromRidge<T>::fitted(const char* where) const {
  if (!fitted_) throw LogicError(std::string(where) + ": the model is not fitted");
  return *fitted_;
}

template <class T>
index_t NystromRidge<T>::checked(const char* where, index_t lambda) const {
  fitted(where);
  if (lambda < options_.lambdas.size()) return lambda;
  throw std::invalid_argument(std::string(where) + ": lambda must be below " +
                              std::to_string(options_.lambdas.size()) + ", is " +
                              std::to_string(lambda));
}

template <class T>
Mat<T> NystromRidge<T>::predict(const Mat<T>& X_new) const {
  return predict(X_new, fitted("NystromRidge::predict").best);
}

template <class T>
Mat<T> NystromRidge<T>::predict(const Mat<T>& X_new, index_t lambda) const {
  constexpr const char* where = "NystromRidge::predict";
  const Mat<double>& beta = fitted(where).beta[checked(where, lambda)];
  require_new_points<T>(where, X_new, fitted_->centres.n_rows);
  const MatrixFreeGram<T> K(*kernel_, X_new, fitted_->centres, {.threads = options_.threads});
  Mat<double> out;
  K.multiply_in_double(beta, out);
  if (out.n_rows > 0) out.each_row() += fitted_->means;
  return arma::conv_to<Mat<T>>::from(out);
}

template <class T>
Mat<T> NystromRidge<T>::predict(const PointSource<T>& X_new) const {
  return predict(X_new, fitted("NystromRidge::predict").best);
}

template <class T>
Mat<T> NystromRidge<T>::predict(const PointSource<T>& X_new, index_t lambda) const {
  constexpr const char* where = "NystromRidge::predict";
  checked(where, lambda);
  require_rows(where, "X_new", X_new.dim(), dim(), "one per feature; one column per point");
  Mat<T> out(X_new.n(), fitted_->means.n_elem, arma::fill::none), points;
  for (index_t first = 0; first < X_new.n(); first += panel) {
    const index_t count = std::min(panel, X_new.n() - first);
    X_new.read(first, count, points);
    out.rows(first, first + count - 1) = predict(points, lambda);
  }
  return out;
}

template <class T>
index_t NystromRidge<T>::best() const {
  return fitted("NystromRidge::best").best;
}

template <class T>
const Col<double>& NystromRidge<T>::generalised_cross_validation() const {
  return fitted("NystromRidge::generalised_cross_validation").gcv;
}

template <class T>
index_t NystromRidge<T>::dim() const {
  return fitted("NystromRidge::dim").centres.n_rows;
}

template <class T>
const Mat<T>& NystromRidge<T>::centres() const {
  return fitted("NystromRidge::centres").centres;
}

template <class T>
const std::vector<index_t>& NystromRidge<T>::centre_rows() const {
  return fitted("NystromRidge::centre_rows").rows;
}

template <class T>
const Mat<double>& NystromRidge<T>::coefficients() const {
  return coefficients(fitted("NystromRidge::coefficients").best);
}

template <class T>
const Mat<double>& NystromRidge<T>::coefficients(index_t lambda) const {
  const index_t place = checked("NystromRidge::coefficients", lambda);
  return fitted_->beta[place];
}

template <class T>
const arma::rowvec& NystromRidge<T>::target_means() const {
  return fitted("NystromRidge::target_means").means;
}

template <class T>
double NystromRidge<T>::jitter() const {
  return fitted("NystromRidge::jitter").jitter;
}

template class NystromRidge<double>;
template class NystromRidge<float>;

}  // namespace mercer
