#include "mercer/model/support_expansion.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "model/new_points.hpp"
#include "tile/owned_points.hpp"

namespace mercer {

template <class T>
SupportExpansion<T>::SupportExpansion(const Col<double>& beta, double bias, const Points<T>* X)
    : support_(arma::find(beta != 0)), coefficients_(beta.elem(support_)), bias_(bias) {
  if (X == nullptr) return;
  points_ = select_points(*X, std::vector<index_t>(support_.begin(), support_.end()));
}

template <class T>
Col<T> SupportExpansion<T>::values(const char* where, const Kernel& kernel, Points<T> X_new,
                                   int threads) const {
  require_new_points(where, X_new, dim());
  return values(where, MatrixFreeGram<T>(kernel, X_new, points_->view(), {.threads = threads}));
}

template <class T>
Col<T> SupportExpansion<T>::values(const char* where, const GramOperator<T>& K_new) const {
  require_columns(where, "K_new", K_new.n_cols(), support_.n_elem,
                  "one per support point, see support_indices()");
  Mat<T> out;
  K_new.multiply(arma::conv_to<Mat<T>>::from(coefficients_), out);
  for (T& value : out) value += static_cast<T>(bias_);
  return Col<T>(out.memptr(), out.n_rows);
}

template class SupportExpansion<double>;
template class SupportExpansion<float>;

}  // namespace mercer
