// What every threshold on a score does: ROC and precision-recall.
#pragma once

#include <armadillo>
#include <string>
#include <vector>

namespace mercer::plot {

/// Points of a curve, one for each threshold that differs, from the largest down.
struct RocCurve {
  arma::vec false_positive_rate;  // shares of the negatives with a score at or above it; first 0
  arma::vec true_positive_rate;   // of the positives
  double area = 0;                // by trapezoids; ties count one half
};

struct PrecisionRecallCurve {
  arma::vec recall;              // from the largest threshold down
  arma::vec precision;           // of what is at or above the threshold
  double average_precision = 0;  // sum_k (recall_k - recall_k-1) precision_k
};

/// Scores of one class: the larger, the more likely a point is of it.
struct ClassScores {
  std::string name;
  arma::uvec positive;  // n: 1 for a point of the class, 0 for another
  arma::vec scores;     // n
};

/// Throw std::invalid_argument if sizes differ, a score is not finite, or there are no positives
/// or, for roc_curve, no negatives.
RocCurve roc_curve(const ClassScores& scores);
PrecisionRecallCurve precision_recall_curve(const ClassScores& scores);

/// The curves of all classes as SVG, with their areas in the legend and the line of chance. A class
/// that has no curve stands in the legend only.
std::string roc_picture(const std::string& title, const std::vector<ClassScores>& classes);

/// The same with the share of positives, the precision of chance, as a dotted line for each class.
std::string precision_recall_picture(const std::string& title,
                                     const std::vector<ClassScores>& classes);

}  // namespace mercer::plot
