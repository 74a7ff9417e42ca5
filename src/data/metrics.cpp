#include "mercer/data/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"

namespace mercer {
namespace {

void require_pairs(const char* where, const char* name, index_t found, index_t expected) {
  if (expected == 0) throw std::invalid_argument(std::string(where) + ": there are no points");
  require_rows(where, name, found, expected, "one per point");
}

template <class T>
void require_values(const char* where, const char* name, const Mat<T>& values, index_t rows,
                    index_t columns) {
  require_pairs(where, name, values.n_rows, columns > 0 ? rows : 0);
  require_columns(where, name, values.n_cols, columns, "one per output");
  require_finite(where, name, values);
}

template <class T>
double sum_of_squared_errors(const Mat<T>& y, const Mat<T>& predicted) {
  double sum = 0;
  for (index_t k = 0; k < y.n_elem; ++k) {
    const double error = static_cast<double>(y[k]) - static_cast<double>(predicted[k]);
    sum += error * error;
  }
  return sum;
}

}  // namespace

double accuracy(const arma::ivec& labels, const arma::ivec& predicted) {
  require_pairs("accuracy", "predicted", predicted.n_rows, labels.n_rows);
  index_t right = 0;
  for (index_t i = 0; i < labels.n_elem; ++i) right += labels[i] == predicted[i] ? 1 : 0;
  return static_cast<double>(right) / static_cast<double>(labels.n_elem);
}

ConfusionMatrix confusion_matrix(const arma::ivec& labels, const arma::ivec& predicted) {
  require_pairs("confusion_matrix", "predicted", predicted.n_rows, labels.n_rows);
  ConfusionMatrix matrix;
  matrix.classes = arma::unique(arma::join_cols(labels, predicted));
  matrix.counts.zeros(matrix.classes.n_elem, matrix.classes.n_elem);
  const auto position = [&](arma::sword code) {
    const auto found = std::lower_bound(matrix.classes.begin(), matrix.classes.end(), code);
    return static_cast<index_t>(found - matrix.classes.begin());
  };
  for (index_t i = 0; i < labels.n_elem; ++i) {
    ++matrix.counts(position(labels[i]), position(predicted[i]));
  }
  return matrix;
}

double balanced_accuracy(const arma::ivec& labels, const arma::ivec& predicted) {
  require_pairs("balanced_accuracy", "predicted", predicted.n_rows, labels.n_rows);
  const arma::ivec classes = arma::unique(labels);
  double sum = 0;
  for (const arma::sword label : classes) {
    const arma::uvec own = arma::find(labels == label);
    sum += accuracy(labels.elem(own), predicted.elem(own));
  }
  return sum / static_cast<double>(classes.n_elem);
}

double log_loss(const arma::ivec& labels, const Mat<double>& probabilities,
                const arma::ivec& classes) {
  require_values("log_loss", "probabilities", probabilities, labels.n_rows, classes.n_elem);
  double sum = 0;
  for (index_t i = 0; i < labels.n_elem; ++i) {
    const auto place = std::lower_bound(classes.begin(), classes.end(), labels(i));
    const bool is_known = place != classes.end() && *place == labels(i);
    const double p = is_known ? probabilities(i, index_t(place - classes.begin())) : 0;
    sum -= std::log(std::max(p, std::numeric_limits<double>::epsilon()));
  }
  return sum / static_cast<double>(labels.n_elem);
}

template <class T>
double mean_absolute_error(const Mat<T>& y, const Mat<T>& predicted) {
  require_values("mean_absolute_error", "y", y, y.n_rows, y.n_cols);
  require_values("mean_absolute_error", "predicted", predicted, y.n_rows, y.n_cols);
  double sum = 0;
  for (index_t k = 0; k < y.n_elem; ++k) {
    sum += std::abs(static_cast<double>(y[k]) - static_cast<double>(predicted[k]));
  }
  return sum / static_cast<double>(y.n_elem);
}

template <class T>
double rmse(const Mat<T>& y, const Mat<T>& predicted) {
  require_values("rmse", "y", y, y.n_rows, y.n_cols);
  require_values("rmse", "predicted", predicted, y.n_rows, y.n_cols);
  return std::sqrt(sum_of_squared_errors(y, predicted) / static_cast<double>(y.n_elem));
}

template <class T>
double r_squared(const Col<T>& y, const Mat<T>& predicted) {
  require_values<T>("r_squared", "y", y, y.n_rows, 1);
  require_values("r_squared", "predicted", predicted, y.n_rows, 1);
  if (y.min() == y.max()) {
    throw std::invalid_argument("r_squared: y must not be constant, all values are " +
                                shortest(static_cast<double>(y[0])));
  }
  double mean = 0;
  for (const T value : y) mean += static_cast<double>(value) / static_cast<double>(y.n_elem);
  double total = 0;
  for (const T value : y) total += (value - mean) * (value - mean);
  return 1 - sum_of_squared_errors<T>(y, predicted) / total;
}

template <class T>
double auc(const arma::ivec& labels, const Mat<T>& scores) {
  require_values("auc", "scores", scores, labels.n_rows, 1);
  const arma::sword positive = labels.max();
  const arma::ivec classes = arma::unique(labels);
  if (classes.n_elem != 2) {
    throw std::invalid_argument("auc: labels must have two classes, has " +
                                std::to_string(classes.n_elem));
  }
  const arma::uvec order = arma::stable_sort_index(arma::vectorise(scores));

  // Twice the rank sum of the positives: ties from begin to end share the rank (begin + end + 1)
  // / 2.
  double twice_rank_sum = 0;
  double positives = 0;
  for (index_t begin = 0, end = 0; begin < order.n_elem; begin = end) {
    while (end < order.n_elem && scores[order[end]] == scores[order[begin]]) ++end;
    for (index_t k = begin; k < end; ++k) {
      if (labels[order[k]] != positive) continue;
      twice_rank_sum += static_cast<double>(begin + end + 1);
      ++positives;
    }
  }
  const double negatives = static_cast<double>(labels.n_elem) - positives;
  const double wins = (twice_rank_sum - positives * (positives + 1)) / 2;
  return wins / (positives * negatives);
}

template double mean_absolute_error(const Mat<double>&, const Mat<double>&);
template double mean_absolute_error(const Mat<float>&, const Mat<float>&);
template double rmse(const Mat<double>&, const Mat<double>&);
template double rmse(const Mat<float>&, const Mat<float>&);
template double r_squared(const Col<double>&, const Mat<double>&);
template double r_squared(const Col<float>&, const Mat<float>&);
template double auc(const arma::ivec&, const Mat<double>&);
template double auc(const arma::ivec&, const Mat<float>&);

}  // namespace mercer
