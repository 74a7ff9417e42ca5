#include "mercer/data/dataset.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include "mercer/core/check.hpp"

namespace mercer {
namespace {

void require_indices(const arma::uvec& points, index_t n) {
  for (index_t k = 0; k < points.n_elem; ++k) {
    if (points[k] < n) continue;
    throw std::invalid_argument("take: points(" + std::to_string(k) + ") must be below " +
                                std::to_string(n) + " (the number of points), is " +
                                std::to_string(points[k]));
  }
}

template <class T>
Col<T> take_targets(const Col<T>& y, index_t n, const arma::uvec& points) {
  if (y.is_empty()) return {};
  require_rows("take", "y", y.n_rows, n, "one per point");
  return y.elem(points);
}

}  // namespace

template <class T>
Dataset<T> take(const Dataset<T>& data, const arma::uvec& points) {
  require_indices(points, data.X.n_cols);
  return {data.X.cols(points), take_targets(data.y, data.X.n_cols, points),
          data.feature_names,  data.target_name,
          data.layout,         data.dropped_rows,
          data.filled_values};
}

template <class T>
SparseDataset<T> take(const SparseDataset<T>& data, const arma::uvec& points) {
  require_indices(points, data.X.n_cols);
  data.X.sync();
  arma::uvec starts(points.n_elem + 1, arma::fill::zeros);
  for (index_t k = 0; k < points.n_elem; ++k) {
    const index_t j = points[k];
    starts[k + 1] = starts[k] + data.X.col_ptrs[j + 1] - data.X.col_ptrs[j];
  }
  arma::uvec features(starts[points.n_elem]);
  Col<T> values(starts[points.n_elem]);
  for (index_t k = 0; k < points.n_elem; ++k) {
    const index_t from = data.X.col_ptrs[points[k]];
    for (index_t entry = starts[k]; entry < starts[k + 1]; ++entry) {
      features[entry] = data.X.row_indices[from + entry - starts[k]];
      values[entry] = data.X.values[from + entry - starts[k]];
    }
  }
  return {arma::SpMat<T>(features, starts, values, data.X.n_rows, points.n_elem),
          take_targets(data.y, data.X.n_cols, points)};
}

template <class T>
arma::ivec class_codes(const Col<T>& y) {
  if (y.is_empty()) throw std::invalid_argument("class_codes: y is empty, there are no labels");
  const T limit = static_cast<T>(std::int64_t{1} << std::numeric_limits<T>::digits);
  arma::ivec codes(y.n_elem);
  for (index_t i = 0; i < y.n_elem; ++i) {
    if (!(std::fabs(y[i]) < limit) || y[i] != std::trunc(y[i])) {
      throw std::invalid_argument("class_codes: y(" + std::to_string(i) + ") is " +
                                  shortest(static_cast<double>(y[i])) + ", not an integer");
    }
    codes[i] = static_cast<arma::sword>(y[i]);
  }
  return codes;
}

template Dataset<double> take(const Dataset<double>&, const arma::uvec&);
template Dataset<float> take(const Dataset<float>&, const arma::uvec&);
template SparseDataset<double> take(const SparseDataset<double>&, const arma::uvec&);
template SparseDataset<float> take(const SparseDataset<float>&, const arma::uvec&);
template arma::ivec class_codes(const Col<double>&);
template arma::ivec class_codes(const Col<float>&);

}  // namespace mercer
