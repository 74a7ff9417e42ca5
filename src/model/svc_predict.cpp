// What a fitted Svc says of new points, and what it knows.
#include <algorithm>
#include <numeric>
#include <optional>
#include <string>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/model/svc.hpp"
#include "model/new_points.hpp"
#include "model/one_against_one.hpp"
#include "model/one_against_rest.hpp"
#include "model/probabilities.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace {

template <class T>
MatrixFreeGram<T> at_new_points(const char* where, const std::optional<AnyKernel>& kernel,
                                Points<T> X_new, const std::optional<OwnedPoints<T>>& support,
                                const SvcOptions& options) {
  const Points<T> points = support ? support->view() : Points<T>();
  require_new_points(where, X_new, points.dim());
  return {*kernel, X_new, points, {.threads = options.threads}};
}

}  // namespace

template <class T>
Mat<T> Svc<T>::decide(const char* where, Points<T> X_new) const {
  return decide(where, at_new_points(where, kernel_, X_new, fitted(where).points, options_));
}

template <class T>
Mat<T> Svc<T>::decide(const char* where, const GramOperator<T>& K_new) const {
  const Fitted& model = fitted(where);
  require_columns(where, "K_new", K_new.n_cols(), model.support.n_elem,
                  "one per support point, see support_indices()");
  Mat<T> out;
  decide_rows(K_new, {0, K_new.n_rows()}, out);
  return out;
}

template <class T>
void Svc<T>::decide_rows(const GramOperator<T>& K_new, Range rows, Mat<T>& out) const {
  const Fitted& model = *fitted_;
  std::vector<index_t> chosen(rows.size());
  std::iota(chosen.begin(), chosen.end(), rows.begin);
  out.set_size(rows.size(), model.biases.n_elem);
  if (out.is_empty()) return;
  for (index_t p = 0; p < out.n_cols; ++p) out.col(p).fill(static_cast<T>(model.biases(p)));
  Mat<T> values;
  for (const Part& part : model.parts) {
    K_new.submatrix(chosen, part.support)->multiply(part.coefficients, values);
    for (index_t k = 0; k < part.problems.size(); ++k) out.col(part.problems[k]) += values.col(k);
  }
}

// Some rows at a time: decision values of all of them may need far more memory than their classes.
template <class T>
arma::ivec Svc<T>::predict(const GramOperator<T>& K_new) const {
  const Fitted& model = fitted("Svc::predict");
  require_columns("Svc::predict", "K_new", K_new.n_cols(), model.support.n_elem,
                  "one per support point, see support_indices()");
  constexpr index_t at_once = 4096;
  arma::ivec labels(K_new.n_rows());
  Mat<T> decisions;
  for (index_t begin = 0; begin < labels.n_elem; begin += at_once) {
    const Range rows{begin, std::min(begin + at_once, K_new.n_rows())};
    decide_rows(K_new, rows, decisions);
    labels.subvec(rows.begin, rows.end - 1) = classes_of(decisions);
  }
  return labels;
}

template <class T>
arma::uvec Svc<T>::winners(const Mat<T>& decisions) const {
  const index_t classes = fitted_->classes.n_elem;
  const bool votes = options_.multi_class == MultiClass::one_against_one || classes == 2;
  return votes ? vote(decisions, classes, fitted_->precedence) : largest(decisions);
}

template <class T>
arma::ivec Svc<T>::classes_of(const Mat<T>& decisions) const {
  return fitted_->classes.elem(winners(decisions));
}

template <class T>
Mat<double> Svc<T>::probabilities_of(const Mat<T>& decisions) const {
  return class_probabilities(decisions, fitted_->slopes, winners(decisions),
                             fitted_->classes.n_elem, options_.multi_class, options_.threads);
}

template <class T>
void Svc<T>::require_calibrated(const char* where) const {
  if (!fitted(where).slopes.is_empty()) return;
  throw LogicError(std::string(where) +
                   ": the model was fitted without the option, SvcOptions::probabilities");
}

template <class T>
Mat<T> Svc<T>::decision_values(Points<T> X_new) const {
  return decide("Svc::decision_values", X_new);
}

template <class T>
Mat<T> Svc<T>::decision_values(const GramOperator<T>& K_new) const {
  return decide("Svc::decision_values", K_new);
}

template <class T>
arma::ivec Svc<T>::predict(Points<T> X_new) const {
  return predict(
      at_new_points("Svc::predict", kernel_, X_new, fitted("Svc::predict").points, options_));
}

template <class T>
Mat<double> Svc<T>::probabilities(Points<T> X_new) const {
  require_calibrated("Svc::probabilities");
  return probabilities_of(decide("Svc::probabilities", X_new));
}

template <class T>
Mat<double> Svc<T>::probabilities(const GramOperator<T>& K_new) const {
  require_calibrated("Svc::probabilities");
  return probabilities_of(decide("Svc::probabilities", K_new));
}

template <class T>
index_t Svc<T>::dim() const {
  const auto& points = fitted("Svc::dim").points;
  return points ? points->view().dim() : 0;
}

template <class T>
const Kernel& Svc<T>::kernel() const {
  if (!kernel_) throw LogicError("Svc::kernel: the model was made without a kernel");
  return *kernel_;
}

template <class T>
const arma::ivec& Svc<T>::classes() const {
  return fitted("Svc::classes").classes;
}

template <class T>
const arma::uvec& Svc<T>::support_indices() const {
  return fitted("Svc::support_indices").support;
}

template <class T>
const Mat<double>& Svc<T>::coefficients() const {
  return fitted("Svc::coefficients").coefficients;
}

template <class T>
const Col<double>& Svc<T>::biases() const {
  return fitted("Svc::biases").biases;
}

template <class T>
const Col<double>& Svc<T>::margins() const {
  return fitted("Svc::margins").margins;
}

template <class T>
const std::vector<Report>& Svc<T>::pair_reports() const {
  return fitted("Svc::pair_reports").reports;
}

template <class T>
const Mat<double>& Svc<T>::slopes() const {
  return fitted("Svc::slopes").slopes;
}

template class Svc<double>;  // the other members are in svc.cpp
template class Svc<float>;

}  // namespace mercer
