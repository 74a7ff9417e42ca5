#include "mercer/model/hyperparameters.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "mercer/core/check.hpp"
#include "mercer/core/random.hpp"

namespace mercer {

template <class T>
double median_distance(const Mat<T>& X, index_t points, std::uint64_t seed) {
  require_points("median_distance", "X", X);
  require_finite("median_distance", "X", X);
  const index_t n = std::min(X.n_cols, points);
  if (n < 2) {
    throw std::invalid_argument("median_distance: X and points must give two points, give " +
                                std::to_string(n));
  }
  const arma::uvec order =
      n < X.n_cols ? Random(seed).permutation(X.n_cols) : arma::regspace<arma::uvec>(0, n - 1);
  std::vector<double> squares;
  squares.reserve(n * (n - 1) / 2);
  for (index_t j = 1; j < n; ++j) {
    for (index_t i = 0; i < j; ++i) {
      double sum = 0;
      for (index_t k = 0; k < X.n_rows; ++k) {
        const double difference =
            static_cast<double>(X(k, order(i))) - static_cast<double>(X(k, order(j)));
        sum += difference * difference;
      }
      squares.push_back(sum);
    }
  }
  const auto middle = squares.begin() + static_cast<std::ptrdiff_t>(squares.size() / 2);
  std::nth_element(squares.begin(), middle, squares.end());
  const double upper = std::sqrt(*middle);
  if (squares.size() % 2 == 1) return upper;
  return (std::sqrt(*std::max_element(squares.begin(), middle)) + upper) / 2;
}

template <class T>
double scale_gamma(const Mat<T>& X) {
  require_points("scale_gamma", "X", X);
  require_finite("scale_gamma", "X", X);
  const double count = static_cast<double>(X.n_elem);
  double mean = 0;
  for (const T value : X) mean += static_cast<double>(value) / count;
  double variance = 0;
  for (const T value : X) {
    const double difference = static_cast<double>(value) - mean;
    variance += difference * difference / count;
  }
  if (!(variance > 0)) throw std::invalid_argument("scale_gamma: the values of X are all equal");
  return 1 / (static_cast<double>(X.n_rows) * variance);
}

template double median_distance(const Mat<double>&, index_t, std::uint64_t);
template double median_distance(const Mat<float>&, index_t, std::uint64_t);
template double scale_gamma(const Mat<double>&);
template double scale_gamma(const Mat<float>&);

}  // namespace mercer
