#include "mercer/model/svc_path.hpp"

#include <chrono>
#include <limits>
#include <stdexcept>
#include <utility>

#include "mercer/core/check.hpp"

namespace mercer {

template <class T>
SvcPath<T> svc_path(const Kernel& kernel, Points<T> X, const arma::ivec& labels,
                    std::span<const double> C, const SvcOptions& options,
                    const Col<double>& weights) {
  if (C.empty()) throw std::invalid_argument("svc_path: C must hold at least one value, is empty");
  for (const double value : C) require_positive("svc_path: C", value);
  if (!options.checkpoint.path.empty()) {
    throw std::invalid_argument("svc_path: checkpoint.path must be empty, is " +
                                options.checkpoint.path);
  }
  const auto start = std::chrono::steady_clock::now();
  SvcPath<T> path;
  for (const double value : C) {
    SvcOptions own = options;
    own.C = value;
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    own.time_limit =
        std::max(options.time_limit - spent.count(), std::numeric_limits<double>::min());
    Svc<T> model(kernel, own);
    Report report = path.models.empty() ? model.fit(X, labels, weights)
                                        : model.fit_from(path.models.back(), X, labels, weights);
    const Status status = report.status;
    path.models.push_back(std::move(model));
    path.reports.push_back(std::move(report));
    if (status == Status::stopped || status == Status::time_limit) break;
  }
  return path;
}

template SvcPath<double> svc_path(const Kernel&, Points<double>, const arma::ivec&,
                                  std::span<const double>, const SvcOptions&, const Col<double>&);
template SvcPath<float> svc_path(const Kernel&, Points<float>, const arma::ivec&,
                                 std::span<const double>, const SvcOptions&, const Col<double>&);

}  // namespace mercer
