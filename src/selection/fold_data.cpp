#include "selection/fold_data.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "gram/fill.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/tile/statistic.hpp"
#include "selection/part_of_gram.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace {

template <class T>
Split rows_of(const EvaluationData<T>& data, index_t fold) {
  Split rows = data.folds.split(fold);
  if (!data.trains.empty()) {
    std::vector<index_t> train;
    for (const index_t row : rows.train) {
      if (data.trains[row]) train.push_back(row);
    }
    rows.train = arma::uvec(train);
  }
  return rows;
}

std::vector<index_t> indices(const arma::uvec& rows) { return {rows.begin(), rows.end()}; }

template <class T>
std::shared_ptr<const Mat<T>> checked(Mat<T> K) {
  require_finite("the fit", "K", K);
  return std::make_shared<const Mat<T>>(std::move(K));
}

}  // namespace

template <class T>
FoldData<T>::FoldData(const EvaluationData<T>& data, index_t fold)
    : rows(rows_of(data, fold)),
      X_train(data.X.cols(rows.train)),
      X_test(data.X.cols(rows.test)),
      targets(data.targets.of(rows.train)) {
  if (const std::optional<Scaler<T>> scaler = learn_scaling(data.scaling, X_train)) {
    X_train = scaler->apply(std::move(X_train));
    X_test = scaler->apply(std::move(X_test));
  }
}

template <class T>
FoldValues<T>::FoldValues(const std::shared_ptr<const Mat<T>>& K, const FoldData<T>& fold,
                          int threads)
    : train(std::make_unique<PartOfGram<T>>(K, indices(fold.rows.train), indices(fold.rows.train),
                                            threads)),
      test(std::make_unique<PartOfGram<T>>(K, indices(fold.rows.test), indices(fold.rows.train),
                                           threads)),
      diagonal(Col<T>(K->diag()).elem(fold.rows.test)) {}

template <class T>
FoldValues<T>::FoldValues(const Kernel& kernel, const FoldData<T>& fold,
                          const GramOptions& options) {
  const std::vector<index_t> rows = all_indices(fold.X_train.n_cols);
  train = std::make_unique<PartOfGram<T>>(shared_values(kernel, fold.X_train, options), rows, rows,
                                          options.threads);
  test = std::make_unique<PartOfGram<T>>(checked(gram(kernel, fold.X_test, fold.X_train, options)),
                                         all_indices(fold.X_test.n_cols), rows, options.threads);
  diagonal = MatrixFreeGram<T>(kernel, fold.X_test, options).diagonal();
}

template <class T>
std::shared_ptr<const Mat<T>> shared_values(const Kernel& kernel, const Mat<T>& X,
                                            const GramOptions& options) {
  return checked(gram(kernel, X, options));
}

template <class T>
std::vector<std::shared_ptr<const Mat<T>>> shared_values(const std::vector<const Kernel*>& kernels,
                                                         const Mat<T>& X,
                                                         const GramOptions& options) {
  const index_t n = X.n_cols;
  const Points<T> points(X);
  const auto [shared, same] = sharing(points, points, options.threads);
  std::vector<std::unique_ptr<BoundKernel<T>>> bound;
  std::vector<Mat<T>> values;
  for (const Kernel* kernel : kernels) {
    bound.push_back(kernel->bind(shared, same));
    values.emplace_back(n, n, arma::fill::none);
    take_pages(values.back().memptr(), n * n * sizeof(T), options.threads);
  }
  const Store how = store_for(n * n * sizeof(T));
  fill_halves<T>(bound, n, options.threads,
                 [&](index_t k, index_t r, index_t c, Tile<T> tile, Scratch& scratch) {
                   store_both(tile, r, c, values[k].memptr(), n, how, scratch);
                 });
  std::vector<std::shared_ptr<const Mat<T>>> out(kernels.size());
  for (index_t k = 0; k < out.size(); ++k) {
    if (values[k].is_finite()) out[k] = std::make_shared<const Mat<T>>(std::move(values[k]));
  }
  return out;
}

template std::vector<std::shared_ptr<const Mat<double>>> shared_values(
    const std::vector<const Kernel*>&, const Mat<double>&, const GramOptions&);
template std::vector<std::shared_ptr<const Mat<float>>> shared_values(
    const std::vector<const Kernel*>&, const Mat<float>&, const GramOptions&);
template std::shared_ptr<const Mat<double>> shared_values(const Kernel&, const Mat<double>&,
                                                          const GramOptions&);
template std::shared_ptr<const Mat<float>> shared_values(const Kernel&, const Mat<float>&,
                                                         const GramOptions&);
template struct FoldData<double>;
template struct FoldData<float>;
template struct FoldValues<double>;
template struct FoldValues<float>;

}  // namespace mercer
