// How good predictions are.
#pragma once

#include "mercer/core/types.hpp"

namespace mercer {

// All functions throw std::invalid_argument if their two arguments differ in size or are empty, or
// if values are NaN or infinite. Sums are in double.

/// The share of points whose predicted class is the true one, in [0, 1].
double accuracy(const arma::ivec& labels,      // n
                const arma::ivec& predicted);  // n

struct ConfusionMatrix {
  arma::ivec classes;  // c codes, ascending: all that are in labels or predicted
  arma::umat counts;   // c x c: points of class classes(i) that were predicted as classes(j)
};

ConfusionMatrix confusion_matrix(const arma::ivec& labels,      // n
                                 const arma::ivec& predicted);  // n

/// The mean over the classes that labels hold of the share of their points whose predicted class is
/// the true one.
double balanced_accuracy(const arma::ivec& labels,      // n
                         const arma::ivec& predicted);  // n

/// - mean log P(true class), P at least 2^-52; 2^-52 for a label that is none of the classes.
/// Throws also if probabilities have not n rows and a column for each class.
double log_loss(const arma::ivec& labels,          // n
                const Mat<double>& probabilities,  // n x c
                const arma::ivec& classes);        // c codes, ascending

/// Mean absolute error  sum |y - predicted| / (n t).
template <class T>
double mean_absolute_error(const Mat<T>& y,           // n x t
                           const Mat<T>& predicted);  // n x t

/// Root mean squared error  sqrt(sum (y - predicted)^2 / (n t)).
template <class T>
double rmse(const Mat<T>& y,           // n x t
            const Mat<T>& predicted);  // n x t

/// Coefficient of determination  1 - sum (y - predicted)^2 / sum (y - mean(y))^2.
/// 1 is perfect, 0 as good as the mean, below 0 worse. Throws also if y is constant.
template <class T>
double r_squared(const Col<T>& y,           // n
                 const Mat<T>& predicted);  // n x 1

/// Area under the ROC curve: the probability that a random point of the class with the larger code
/// has a larger score than one of the other class, ties counting one half.
/// Throws also if labels has not exactly two classes.
/// Source: Hanley & McNeil, Radiology 143, 1982; the Mann-Whitney statistic with mid-ranks.
template <class T>
double auc(const arma::ivec& labels,  // n
           const Mat<T>& scores);     // n x 1

}  // namespace mercer
