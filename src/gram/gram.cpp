#include "mercer/gram/gram.hpp"

#include <chrono>
#include <stdexcept>

#include "gram/fill.hpp"
#include "gram/product.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/memory_plan.hpp"
#include "mercer/tile/statistic.hpp"

namespace mercer {
namespace {

template <class T>
void require_pair(const char* where, Points<T> X, Points<T> Y) {
  require_rows(where, "Y", Y.dim(), X.dim(), "one per feature, as X has; one column per point");
  require_finite<T>(where, "X", X);
  require_finite<T>(where, "Y", Y);
}

// K(X, Y), n x m; if it is symmetric, Y is X and only one half is computed.
template <class T>
Report fill_gram(Mat<T>& out, const Kernel& kernel, Points<T> X, Points<T> Y, bool symmetric,
                 const GramOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  Report report;
  report.threads = resolve_threads(options.threads, "gram");
  if (symmetric) {
    require_finite<T>("gram", "X", X);
  } else {
    require_pair<T>("gram", X, Y);
  }
  const T* memory = out.memptr();
  if (!out.is_empty() && (memory == X.data() || memory == Y.data())) {
    throw std::invalid_argument("gram_into: out must not be X or Y");
  }
  const index_t n = X.count();
  const index_t m = Y.count();
  require_dense(
      "gram", n, m,
      symmetric ? memory_plan<T>(n, X.dim(), options) : memory_plan<T>(n, m, X.dim(), options));
  const auto [A, B] = sharing(X, Y, options.threads);
  const auto bound = kernel.bind(A, B);
  out.set_size(n, m);
  if (symmetric) {
    fill_symmetric(*bound, n, out.memptr(), options.threads);
  } else {
    fill_matrix(*bound, {0, n}, {0, m}, {out.memptr(), n, m, n}, options.threads);
  }
  report.method = "dense";
  report.entry_error = bound->entry_error();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

template <class T>
Mat<T> product(const Kernel& kernel, Points<T> X, Points<T> Y, const Mat<T>& V,
               const GramOptions& options) {
  resolve_threads(options.threads, "multiply");
  require_pair<T>("multiply", X, Y);
  require_rows("multiply", "V", V.n_rows, Y.count(), "one per point of Y");
  require_finite<T>("multiply", "V", V);
  require_budget("multiply",
                 "the " + std::to_string(X.count()) + " x " + std::to_string(V.n_cols) +
                     " values of the product",
                 X.count() * V.n_cols * sizeof(T), options.memory_budget);
  const auto [A, B] = sharing(X, Y, options.threads);
  const auto bound = kernel.bind(A, B);
  Mat<T> out;
  if (X.same_as(Y)) {
    fill_symmetric_product(*bound, V, out, options.threads);
  } else {
    fill_product(*bound, X.count(), V, out, options.threads);
  }
  return out;
}

}  // namespace

template <class T>
Report gram_into(Mat<T>& out, const Kernel& kernel, const Mat<T>& X, const GramOptions& options) {
  return fill_gram<T>(out, kernel, X, X, true, options);
}

template <class T>
Report gram_into(Mat<T>& out, const Kernel& kernel, const SpMat<T>& X, const GramOptions& options) {
  return fill_gram<T>(out, kernel, X, X, true, options);
}

template <class T>
Report gram_into(Mat<T>& out, const Kernel& kernel, const Mat<T>& X,
                 std::type_identity_t<Points<T>> Y, const GramOptions& options) {
  return fill_gram<T>(out, kernel, X, Y, false, options);
}

template <class T>
Report gram_into(Mat<T>& out, const Kernel& kernel, const SpMat<T>& X,
                 std::type_identity_t<Points<T>> Y, const GramOptions& options) {
  return fill_gram<T>(out, kernel, X, Y, false, options);
}

template <class T>
Mat<T> gram(const Kernel& kernel, const Mat<T>& X, const GramOptions& options) {
  Mat<T> K;
  gram_into(K, kernel, X, options);
  return K;
}

template <class T>
Mat<T> gram(const Kernel& kernel, const SpMat<T>& X, const GramOptions& options) {
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
Mat<T> gram(const Kernel& kernel, const SpMat<T>& X, std::type_identity_t<Points<T>> Y,
            const GramOptions& options) {
  Mat<T> K;
  gram_into(K, kernel, X, Y, options);
  return K;
}

template <class T>
Mat<T> multiply(const Kernel& kernel, const Mat<T>& X, std::type_identity_t<Points<T>> Y,
                const Mat<T>& V, const GramOptions& options) {
  return product<T>(kernel, X, Y, V, options);
}

template <class T>
Mat<T> multiply(const Kernel& kernel, const SpMat<T>& X, std::type_identity_t<Points<T>> Y,
                const Mat<T>& V, const GramOptions& options) {
  return product<T>(kernel, X, Y, V, options);
}

#define MERCER_INSTANTIATE(T, M)                                                                  \
  template Mat<T> gram(const Kernel&, const M<T>&, const GramOptions&);                           \
  template Mat<T> gram(const Kernel&, const M<T>&, std::type_identity_t<Points<T>>,               \
                       const GramOptions&);                                                       \
  template Report gram_into(Mat<T>&, const Kernel&, const M<T>&, const GramOptions&);             \
  template Report gram_into(Mat<T>&, const Kernel&, const M<T>&, std::type_identity_t<Points<T>>, \
                            const GramOptions&);                                                  \
  template Mat<T> multiply(const Kernel&, const M<T>&, std::type_identity_t<Points<T>>,           \
                           const Mat<T>&, const GramOptions&);
MERCER_INSTANTIATE(double, Mat)
MERCER_INSTANTIATE(float, Mat)
MERCER_INSTANTIATE(double, SpMat)
MERCER_INSTANTIATE(float, SpMat)
#undef MERCER_INSTANTIATE

}  // namespace mercer
