#include "mercer/selection/score.hpp"

#include <limits>
#include <stdexcept>

#include "mercer/core/check.hpp"
#include "mercer/data/metrics.hpp"
#include "selection/builtin_scores.hpp"

namespace mercer {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

[[noreturn]] void refuse(const std::string& score, const std::string& needs) {
  throw std::invalid_argument(score + ": the score needs " + needs);
}

void require_labels(const char* score, const Targets& truth, const Prediction& predicted) {
  if (truth.is_real() || predicted.labels.is_empty()) refuse(score, "class labels");
}

void require_values(const char* score, const Targets& truth, const Prediction& predicted) {
  if (!truth.is_real() || predicted.values.is_empty()) refuse(score, "real outputs");
}

double accuracy_of(const Targets& truth, const Prediction& predicted) {
  require_labels("accuracy", truth, predicted);
  return accuracy(truth.labels(), predicted.labels);
}

double balanced_accuracy_of(const Targets& truth, const Prediction& predicted) {
  require_labels("balanced_accuracy", truth, predicted);
  return balanced_accuracy(truth.labels(), predicted.labels);
}

double auc_of(const Targets& truth, const Prediction& predicted) {
  if (truth.is_real()) refuse("auc", "class labels");
  const bool decides = predicted.decision_values.n_cols == 1;
  if (!decides && predicted.probabilities.n_cols != 2) {
    refuse("auc", "two classes, and a model with decision values or probabilities");
  }
  if (arma::unique(truth.labels()).eval().n_elem != 2) return undefined;
  return auc<double>(truth.labels(),
                     decides ? predicted.decision_values : predicted.probabilities.tail_cols(1));
}

double r2_of(const Targets& truth, const Prediction& predicted) {
  require_values("r2", truth, predicted);
  const Mat<double>& Y = truth.values();
  double sum = 0;
  for (index_t t = 0; t < Y.n_cols; ++t) {
    const Col<double> y = Y.col(t);
    if (y.min() == y.max()) return undefined;
    sum += r_squared<double>(y, predicted.values.col(t));
  }
  return sum / static_cast<double>(Y.n_cols);
}

double mae_of(const Targets& truth, const Prediction& predicted) {
  require_values("mae", truth, predicted);
  return mean_absolute_error(truth.values(), predicted.values);
}

double rmse_of(const Targets& truth, const Prediction& predicted) {
  require_values("rmse", truth, predicted);
  return rmse(truth.values(), predicted.values);
}

double log_loss_of(const Targets& truth, const Prediction& predicted) {
  if (truth.is_real() || predicted.probabilities.is_empty()) {
    refuse("log_loss", "class labels, and a model with probabilities");
  }
  return log_loss(truth.labels(), predicted.probabilities, predicted.classes);
}

const std::vector<Score>& all_scores() {
  static const std::vector<Score> scores = {
      {"accuracy", true, accuracy_of, false},
      {"balanced_accuracy", true, balanced_accuracy_of, false},
      {"auc", true, auc_of},
      {"log_loss", false, log_loss_of},
      {"rmse", false, rmse_of, false},
      {"mae", false, mae_of, false},
      {"r2", true, r2_of, false}};
  return scores;
}

template <class T>
void make_room(Mat<T>& out, index_t n, const Mat<T>& like, T value) {
  if (!like.is_empty()) out = Mat<T>(n, like.n_cols, arma::fill::value(value));
}

template <class T>
void put_rows(const char* name, Mat<T>& out, const arma::uvec& rows, const Mat<T>& part) {
  if (part.is_empty() && out.is_empty()) return;
  require_columns("Prediction::put", name, part.n_cols, out.n_cols, "as those before");
  require_rows("Prediction::put", name, part.n_rows, rows.n_elem, "one per row");
  out.rows(rows) = part;
}

}  // namespace

Targets Targets::of(const arma::uvec& rows) const {
  if (is_real_) return Mat<double>(values_.rows(rows));
  return arma::ivec(labels_.elem(rows));
}

Prediction Prediction::room(index_t n, const Prediction& like) {
  Prediction out;
  out.classes = like.classes;
  make_room<arma::sword>(out.labels, n, like.labels, 0);
  make_room(out.values, n, like.values, undefined);
  make_room(out.decision_values, n, like.decision_values, undefined);
  make_room(out.probabilities, n, like.probabilities, undefined);
  make_room<double>(out.standard_deviations, n, like.standard_deviations, undefined);
  return out;
}

void Prediction::put(const arma::uvec& rows, const Prediction& part) {
  if (part.classes.n_elem != classes.n_elem || arma::any(part.classes != classes)) {
    throw std::invalid_argument("Prediction::put: the classes must be those before");
  }
  put_rows<arma::sword>("labels", labels, rows, part.labels);
  put_rows("values", values, rows, part.values);
  put_rows("decision_values", decision_values, rows, part.decision_values);
  put_rows("probabilities", probabilities, rows, part.probabilities);
  put_rows<double>("standard_deviations", standard_deviations, rows, part.standard_deviations);
}

bool is_accuracy(const Score& score) {
  const auto* own = score.of.target<double (*)(const Targets&, const Prediction&)>();
  return own != nullptr && *own == &accuracy_of;
}

Score score_named(std::string_view name) {
  std::string names;
  for (const Score& score : all_scores()) {
    if (score.name == name) return score;
    names += (names.empty() ? "" : ", ") + score.name;
  }
  throw std::invalid_argument("score_named: name must be one of " + names + ", is \"" +
                              std::string(name) + '"');
}

std::vector<std::string> score_names() {
  std::vector<std::string> out;
  for (const Score& score : all_scores()) out.push_back(score.name);
  return out;
}

}  // namespace mercer
