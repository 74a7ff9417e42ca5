#include "mercer/gram/gram.hpp"

#include <stdexcept>

#include "gram/fill.hpp"
#include "gram/product.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"

namespace mercer {
namespace {

// Bytes of an n x m matrix; sizes whose product overflows count as the largest size.
template <class T>
void require_matrix_budget(const char* where, index_t n, index_t m, const GramOptions& options) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(n, m, &bytes) || __builtin_mul_overflow(bytes, sizeof(T), &bytes)) {
    bytes = static_cast<std::size_t>(-1);
  }
  require_budget(where, "the " + std::to_string(n) + " x " + std::to_string(m) + " kernel values",
                 bytes, options.memory_budget);
}

template <class T>
void require_pair(const char* where, const Mat<T>& X, Points<T> Y) {
  require_rows(where, "Y", Y.dim(), X.n_rows, "one per feature, as X has; one column per point");
  require_finite<T>(where, "X", X);
  require_finite<T>(where, "Y", Y);
}

}  // namespace

template <class T>
void gram_into(Mat<T>& out, const Kernel& kernel, const Mat<T>& X, const GramOptions& options) {
  const index_t n = X.n_cols;
  resolve_threads(options.threads, "gram");
  require_finite<T>("gram", "X", X);
  if (out.memptr() == X.memptr() && !X.is_empty())
    throw std::invalid_argument("gram_into: out must not be X");
  require_matrix_budget<T>("gram", n, n, options);
  const auto bound = kernel.bind(Points<T>(X), Points<T>(X));
  out.set_size(n, n);
  take_pages(out.memptr(), out.n_elem * sizeof(T), options.threads);
  fill_symmetric(*bound, n, out.memptr(), options.threads);
}

template <class T>
void gram_into(Mat<T>& out, const Kernel& kernel, const Mat<T>& X,
               std::type_identity_t<Points<T>> Y, const GramOptions& options) {
  resolve_threads(options.threads, "gram");
  require_pair("gram", X, Y);
  if (!out.is_empty() && (out.memptr() == X.memptr() || out.memptr() == Y.data()))
    throw std::invalid_argument("gram_into: out must not be X or Y");
  require_matrix_budget<T>("gram", X.n_cols, Y.count(), options);
  const auto bound = kernel.bind(Points<T>(X), Y);
  out.set_size(X.n_cols, Y.count());
  take_pages(out.memptr(), out.n_elem * sizeof(T), options.threads);
  fill_matrix(*bound, {0, X.n_cols}, {0, Y.count()}, {out.memptr(), X.n_cols, Y.count(), X.n_cols},
              options.threads);
}

template <class T>
Mat<T> gram(const Kernel& kernel, const Mat<T>& X, const GramOptions& options) {
  Mat<T> K;
  gram_into(K, kernel, X, options);
  return K;
}

template <class T>
Mat<T> gram(const Kernel& kernel, const Mat<T>& X, std::type_identity_t<Points<T>> Y,
            const GramOptions& options) {
  Mat<T> K;
  gram_into(K, kernel, X, Y, options);
  return K;
}

template <class T>
Mat<T> multiply(const Kernel& kernel, const Mat<T>& X, std::type_identity_t<Points<T>> Y,
                const Mat<T>& V, const GramOptions& options) {
  resolve_threads(options.threads, "multiply");
  require_pair("multiply", X, Y);
  require_rows("multiply", "V", V.n_rows, Y.count(), "one per point of Y");
  require_finite<T>("multiply", "V", V);
  require_matrix_budget<T>("multiply", X.n_cols, V.n_cols, options);
  const auto bound = kernel.bind(Points<T>(X), Y);
  Mat<T> product;
  if (Points<T>(X).same_as(Y)) {
    fill_symmetric_product(*bound, V, product, options.threads);
  } else {
    fill_product(*bound, X.n_cols, V, product, options.threads);
  }
  return product;
}

#define MERCER_INSTANTIATE(T)                                                                     \
  template Mat<T> gram(const Kernel&, const Mat<T>&, const GramOptions&);                         \
  template Mat<T> gram(const Kernel&, const Mat<T>&, std::type_identity_t<Points<T>>,             \
                       const GramOptions&);                                                       \
  template void gram_into(Mat<T>&, const Kernel&, const Mat<T>&, const GramOptions&);             \
  template void gram_into(Mat<T>&, const Kernel&, const Mat<T>&, std::type_identity_t<Points<T>>, \
                          const GramOptions&);                                                    \
  template Mat<T> multiply(const Kernel&, const Mat<T>&, std::type_identity_t<Points<T>>,         \
                           const Mat<T>&, const GramOptions&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
