// What makes probabilities of decision values: a slope on each side of 0, from held-out rows.
#pragma once

#include <array>
#include <vector>

#include "mercer/core/function_ref.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/model/svc.hpp"
#include "model/one_against_one.hpp"
#include "model/pair_solution.hpp"

namespace mercer {

/// Rows of the training set: to fit to, and held out. Ascending.
struct Fold {
  std::vector<index_t> train;
  std::vector<index_t> test;
};

/// Five folds, stratified: the rows of a class go round the folds in an order that a fixed seed
/// gives. Rows without weight are in none; a class of which one row alone has weight is never held
/// out, so that each fold trains on all classes.
std::vector<Fold> calibration_folds(const ClassOrder& order);

/// The slopes (s, t) of  P(+1 | f) = 1 / (1 + exp(-s f)) where f < 0, 1 / (1 + exp(-t f)) where
/// f > 0: 1/2 at 0, so that the likelier class is that of the sign of f. Each is the maximum of
///     sum_i w_i (t_i log P_i + (1 - t_i) log(1 - P_i)),  t = (N+ + 1) / (N+ + 2) for y = +1,
///     1 / (N- + 2) for y = -1,  N+ and N- the weights of these rows,
/// over the rows of its side (Platt 2000, whose one slope and offset may place 1/2 elsewhere), by
/// Newton's method within a bracket; at least 1e-3 / max |f|, where the likelihood wants less. A
/// side without rows has the slope of the other; without any, both are default_slope.
/// f, w: m; positive: m.
std::array<double, 2> fit_slopes(const Col<double>& f, const std::vector<bool>& positive,
                                 const Col<double>& w);

/// Slope of what was never calibrated: P = 0.73 on the margin, where f = 1.
inline constexpr double default_slope = 1;

struct Calibration {
  Mat<double> slopes;  // 2 x problems: for f < 0, for f > 0
  Status status = Status::converged;
};

/// Slopes by cross-validation. decide(fold, options, out): fits to fold.train and writes the
/// decision values of fold.test, test x problems. If the fit was stopped before (its status is
/// given), the watch's time is up or its callback stops the work, all slopes are default_slope and
/// the status says why. weights: of the rows of the training set, or empty.
Calibration calibrate(const ClassOrder& order, const std::vector<ClassPair>& problems,
                      const Col<double>& weights, const SvcOptions& options, Status fit,
                      Watch& watch,
                      FunctionRef<Status(const Fold&, const SvcOptions&, Mat<double>&)> decide);

}  // namespace mercer
