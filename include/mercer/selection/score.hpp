// What predictions are judged by: targets, predictions and the scores of the two.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mercer/core/types.hpp"

namespace mercer {

/// What is to be learnt, of n rows: class codes, +1 and -1 for rows like the others and unlike
/// them, or real outputs.
class Targets {
 public:
  Targets(const arma::ivec& labels) : labels_(labels), is_real_(false) {}  // NOLINT: implicit
  Targets(const Mat<double>& Y) : values_(Y), is_real_(true) {}            // NOLINT: implicit
  Targets(const Mat<float>& Y)                                             // NOLINT: implicit
      : Targets(arma::conv_to<Mat<double>>::from(Y)) {}

  index_t rows() const { return is_real_ ? values_.n_rows : labels_.n_elem; }
  bool is_real() const { return is_real_; }
  const arma::ivec& labels() const { return labels_; }   // n; empty of real ones
  const Mat<double>& values() const { return values_; }  // n x t; empty of labels
  Targets of(const arma::uvec& rows) const;

 private:
  arma::ivec labels_;
  Mat<double> values_;
  bool is_real_;
};

/// What a model says of m rows; empty where it says nothing.
struct Prediction {
  arma::ivec labels;                // m
  Mat<double> values;               // m x t
  Mat<double> decision_values;      // m x problems
  Mat<double> probabilities;        // m x classes
  arma::ivec classes;               // of the columns of probabilities, ascending
  Col<double> standard_deviations;  // m, of new outputs

  bool is_empty() const { return labels.is_empty() && values.is_empty(); }

  /// No rows yet, but room for n of them: labels are 0 and the rest NaN. Columns as in `like`.
  static Prediction room(index_t n, const Prediction& like);

  /// Row k of `part` becomes row rows(k). Throws std::invalid_argument if part has other columns.
  void put(const arma::uvec& rows, const Prediction& part);
};

/// A figure of merit; NaN where it has no value, such as the area under the curve of one class.
struct Score {
  std::string name;
  bool larger_is_better = true;
  std::function<double(const Targets& truth, const Prediction& predicted)> of;
  bool needs_details = true;  // it reads more of a prediction than its labels and values
};

/// The scores by their names; all sums are over the rows of one fold:
///
///     accuracy            share of the rows whose label is the true one
///     balanced_accuracy   mean over the classes of that share
///     auc                 see auc(); two classes, from the one decision value or the probability
///     log_loss            - mean log P(true class), P at least 2^-52; from probabilities
///     rmse                see rmse()
///     mae                 mean |y - predicted|
///     r2                  see r_squared(); mean over the outputs
///
/// of() throws std::invalid_argument if the model does not say what the score is of.
/// Throws std::invalid_argument with the list if there is none of this name.
Score score_named(std::string_view name);
std::vector<std::string> score_names();

}  // namespace mercer
