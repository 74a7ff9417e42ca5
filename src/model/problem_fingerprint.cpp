#include "model/problem_fingerprint.hpp"

#include <set>
#include <span>
#include <vector>

namespace mercer {

template <class T>
std::uint64_t of_points(Points<T> X) {
  Fingerprint out;
  out.add(std::uint64_t{X.dim()}).add(std::uint64_t{X.count()});
  for (index_t j = 0; j < X.count(); ++j) {
    if (!X.is_sparse()) {
      for (index_t k = 0; k < X.dim(); ++k) out.add(X.point(j)[k]);
      continue;
    }
    const SparsePoint<T> x = X.stored(j);
    out.add(std::uint64_t{x.count});
    for (index_t k = 0; k < x.count; ++k) out.add(std::uint64_t{x.features[k]}).add(x.values[k]);
  }
  return out.value();
}

template <class T>
Fingerprint problem_of(const std::string& model, const GramOperator<T>& K, const Points<T>* X) {
  Fingerprint out;
  out.add(model).add(std::uint64_t{sizeof(T)}).add(K.diagonal());
  const index_t n = K.n_cols();
  Mat<T> column;
  for (const index_t j : std::set<index_t>{0, n / 2, n - 1}) {
    K.gather_columns(std::span<const index_t>(&j, 1), column);
    out.add(column);
  }
  if (X != nullptr) out.add(of_points(*X));
  return out;
}

std::uint64_t of_dual(const SvmDual& dual) {
  Fingerprint out;
  out.add(dual.tube).add(std::uint64_t{dual.separate});
  for (const Range range : dual.rows) {
    out.add(std::uint64_t{range.begin}).add(std::uint64_t{range.end});
  }
  for (const auto* values : {&dual.linear, &dual.low, &dual.high, &dual.start}) {
    out.add(Mat<double>(*values));
  }
  return out.value();
}

std::uint64_t of_search(const HyperparameterOptions& options) {
  Fingerprint out;
  out.add(options.range);
  for (const auto* bounds : {&options.lower, &options.upper}) out.add(Col<double>(*bounds));
  return out.add(std::uint64_t{options.restarts})
      .add(options.seed)
      .add(options.tolerance)
      .add(std::uint64_t{options.max_evaluations})
      .value();
}

template std::uint64_t of_points(Points<double>);
template std::uint64_t of_points(Points<float>);
template Fingerprint problem_of(const std::string&, const GramOperator<double>&,
                                const Points<double>*);
template Fingerprint problem_of(const std::string&, const GramOperator<float>&,
                                const Points<float>*);

}  // namespace mercer
