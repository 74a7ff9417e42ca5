#include "selection/fold_data.hpp"

#include <optional>
#include <span>

#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"

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

std::span<const index_t> span_of(const arma::uvec& rows) { return {rows.memptr(), rows.n_elem}; }

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
FoldValues<T>::FoldValues(const GramOperator<T>& K, const FoldData<T>& fold)
    : train(K.submatrix(span_of(fold.rows.train), span_of(fold.rows.train))),
      test(K.submatrix(span_of(fold.rows.test), span_of(fold.rows.train))),
      diagonal(K.diagonal().eval().elem(fold.rows.test)) {}

template <class T>
FoldValues<T>::FoldValues(const Kernel& kernel, const FoldData<T>& fold,
                          std::size_t memory_budget) {
  const GramOptions options{.memory_budget = memory_budget};
  train = std::make_unique<DenseGram<T>>(gram(kernel, fold.X_train, options), options);
  test = std::make_unique<DenseGram<T>>(gram(kernel, fold.X_test, fold.X_train, options), options);
  diagonal = MatrixFreeGram<T>(kernel, fold.X_test, options).diagonal();
}

template struct FoldData<double>;
template struct FoldData<float>;
template struct FoldValues<double>;
template struct FoldValues<float>;

}  // namespace mercer
