#include "mercer/gram/make_gram_operator.hpp"

#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/gram/memory_plan.hpp"
#include "mercer/gram/tiled_gram.hpp"

namespace mercer {
namespace {

template <class T, class M>
std::unique_ptr<GramOperator<T>> make(const Kernel& kernel, const M& X,
                                      const GramOptions& options) {
  switch (memory_plan<T>(X.n_cols, X.n_rows, options).route) {
    case Route::dense:
      return std::make_unique<DenseGram<T>>(gram(kernel, X, options), options);
    case Route::tiled:
      return std::make_unique<TiledGram<T>>(kernel, X, options);
    case Route::matrix_free:
      break;
  }
  return std::make_unique<MatrixFreeGram<T>>(kernel, X, options);
}

}  // namespace

template <class T>
std::unique_ptr<GramOperator<T>> make_gram_operator(const Kernel& kernel, const Mat<T>& X,
                                                    const GramOptions& options) {
  return make<T>(kernel, X, options);
}

template <class T>
std::unique_ptr<GramOperator<T>> make_gram_operator(const Kernel& kernel, const SpMat<T>& X,
                                                    const GramOptions& options) {
  return make<T>(kernel, X, options);
}

#define MERCER_INSTANTIATE(T, M)                                                           \
  template std::unique_ptr<GramOperator<T>> make_gram_operator(const Kernel&, const M<T>&, \
                                                               const GramOptions&);
MERCER_INSTANTIATE(double, Mat)
MERCER_INSTANTIATE(float, Mat)
MERCER_INSTANTIATE(double, SpMat)
MERCER_INSTANTIATE(float, SpMat)
#undef MERCER_INSTANTIATE

}  // namespace mercer
