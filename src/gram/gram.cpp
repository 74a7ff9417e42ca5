#include "mercer/gram/gram.hpp"

#include <stdexcept>

#include "gram/fill.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/memory.hpp"

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
void require_pair(const char* where, const Mat<T>& X, const Mat<T>& Y) {
  require_rows(where, "Y", Y.n_rows, X.n_rows, "one per feature, as X has; one column per point");
  require_finite(where, "X", X);
  require_finite(where, "Y", Y);
}

}  // namespace

template <class T>
void gram_into(Mat<T>& out, const Kernel& kernel, const Mat<T>& X, const GramOptions& options) {
  const index_t n = X.n_cols;
  require_finite("gram", "X", X);
  if (&out == &X) throw std::invalid_argument("gram_into: out must not be X");
  require_matrix_budget<T>("gram", n, n, options);
  const auto bound = kernel.bind(Points<T>(X), Points<T>(X));
  out.set_size(n, n);
  prefer_huge_pages(out.memptr(), out.n_elem * sizeof(T));
  fill_symmetric(*bound, n, out.memptr(), options.threads);
}

template <class T>
void gram_into(Mat<T>& out, const Kernel& kernel, const Mat<T>& X, const Mat<T>& Y,
               const GramOptions& options) {
  require_pair("gram", X, Y);
  if (&out == &X || &out == &Y) throw std::invalid_argument("gram_into: out must not be X or Y");
  require_matrix_budget<T>("gram", X.n_cols, Y.n_cols, options);
  const auto bound = kernel.bind(Points<T>(X), Points<T>(Y));
  out.set_size(X.n_cols, Y.n_cols);
  prefer_huge_pages(out.memptr(), out.n_elem * sizeof(T));
  fill_matrix(*bound, {0, X.n_cols}, {0, Y.n_cols},
              {out.memptr(), X.n_cols, Y.n_cols, X.n_cols}, options.threads);
}

template <class T>
Mat<T> gram(const Kernel& kernel, const Mat<T>& X, const GramOptions& options) {
  Mat<T> K;
  gram_into(K, kernel, X, options);
  return K;
}

template <class T>
Mat<T> gram(const Kernel& kernel, const Mat<T>& X, const Mat<T>& Y, const GramOptions& options) {
  Mat<T> K;
  gram_into(K, kernel, X, Y, options);
  return K;
}

template <class T>
Mat<T> multiply(const Kernel& kernel, const Mat<T>& X, const Mat<T>& Y, const Mat<T>& V,
                const GramOptions& options) {
  require_pair("multiply", X, Y);
  require_rows("multiply", "V", V.n_rows, Y.n_cols, "one per point of Y");
  require_matrix_budget<T>("multiply", X.n_cols, V.n_cols, options);
  const auto bound = kernel.bind(Points<T>(X), Points<T>(Y));
  Mat<T> product;
  fill_product(*bound, X.n_cols, V, product, options.threads);
  return product;
}

#define MERCER_INSTANTIATE(T)                                                                    \
  template Mat<T> gram(const Kernel&, const Mat<T>&, const GramOptions&);                        \
  template Mat<T> gram(const Kernel&, const Mat<T>&, const Mat<T>&, const GramOptions&);         \
  template void gram_into(Mat<T>&, const Kernel&, const Mat<T>&, const GramOptions&);            \
  template void gram_into(Mat<T>&, const Kernel&, const Mat<T>&, const Mat<T>&,                  \
                          const GramOptions&);                                                   \
  template Mat<T> multiply(const Kernel&, const Mat<T>&, const Mat<T>&, const Mat<T>&,           \
                           const GramOptions&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
