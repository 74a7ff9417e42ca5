// Support vector classification along C.
#pragma once

#include <span>
#include <vector>

#include "mercer/model/svc.hpp"

namespace mercer {

/// The models of a path, in its order.
template <class T>
struct SvcPath {
  std::vector<Svc<T>> models;
  std::vector<Report> reports;  // of each fit
};

/// Fits an Svc for each C in turn, each but the first beginning at the solution before it
/// (Svc::fit_from): along rising C, a path costs little more than its last model. The models are
/// those of fits on their own, to the tolerance. options.C is not used. A stop or the end of
/// options.time_limit, which counts for all together, leaves the models so far; the last one says
/// so in its report.
/// X: d x n; labels and weights as for Svc::fit.
/// Throws std::invalid_argument if C is empty or one is not positive, and what Svc throws.
template <class T>
SvcPath<T> svc_path(const Kernel& kernel, Points<T> X, const arma::ivec& labels,
                    std::span<const double> C, const SvcOptions& options = {},
                    const Col<double>& weights = {});
template <class T>
SvcPath<T> svc_path(const Kernel& kernel, const Mat<T>& X, const arma::ivec& labels,
                    const std::vector<double>& C, const SvcOptions& options = {},
                    const Col<double>& weights = {}) {
  return svc_path(kernel, Points<T>(X), labels, std::span<const double>(C), options, weights);
}

}  // namespace mercer
