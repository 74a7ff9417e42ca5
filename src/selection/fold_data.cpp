#include "selection/fold_data.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "selection/part_of_gram.hpp"
#include "tile/owned_points.hpp"
#include "tile/statistic_pool.hpp"

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
FoldValues<T> fold_values(const GramOperator<T>& K, const FoldData<T>& fold) {
  const std::vector<index_t> train = indices(fold.rows.train), test = indices(fold.rows.test);
  return {K.submatrix(train, train), K.submatrix(test, train),
          Col<T>(K.diagonal()).elem(fold.rows.test)};
}

template <class T>
std::pair<Points<T>, Points<T>> keeping(const Mat<T>& X, const Mat<T>& Y, std::size_t bytes,
                                        int threads) {
  const Points<T> rows(X), columns(Y);
  return {Points<T>(rows, std::make_shared<StatisticPool<T>>(rows, columns, threads, bytes)),
          columns};
}

template <class T>
std::unique_ptr<GramOperator<T>> kernel_values(const Kernel& kernel,
                                               const std::pair<Points<T>, Points<T>>& points,
                                               bool stored, const GramOptions& options) {
  const auto& [X, Y] = points;
  auto computed = std::make_unique<MatrixFreeGram<T>>(kernel, X, Y, options);
  if (!stored) return computed;
  Mat<T> K;
  computed->dense(K);
  require_finite("the fit", "K", K);
  return std::make_unique<PartOfGram<T>>(std::make_shared<const Mat<T>>(std::move(K)),
                                         all_indices(X.count()), all_indices(Y.count()),
                                         options.threads);
}

#define MERCER_INSTANTIATE(T)                                                                 \
  template struct FoldData<T>;                                                                \
  template FoldValues<T> fold_values(const GramOperator<T>&, const FoldData<T>&);             \
  template std::pair<Points<T>, Points<T>> keeping(const Mat<T>&, const Mat<T>&, std::size_t, \
                                                   int);                                      \
  template std::unique_ptr<GramOperator<T>> kernel_values(                                    \
      const Kernel&, const std::pair<Points<T>, Points<T>>&, bool, const GramOptions&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
