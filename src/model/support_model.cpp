#include "mercer/model/support_model.hpp"

#include <string>

#include "mercer/core/errors.hpp"

namespace mercer {

template <class T>
const SupportExpansion<T>& SupportModel<T>::fitted(const char* function) const {
  if (expansion_) return *expansion_;
  throw LogicError(std::string(name_) + "::" + function + ": the model is not fitted");
}

template <class T>
const Kernel& SupportModel<T>::kernel() const {
  if (kernel_) return *kernel_;
  throw LogicError(std::string(name_) + "::kernel: the model was made without a kernel");
}

template <class T>
index_t SupportModel<T>::dim() const {
  return fitted("dim").dim();
}

template <class T>
const arma::uvec& SupportModel<T>::support_indices() const {
  return fitted("support_indices").support();
}

template <class T>
const Col<double>& SupportModel<T>::coefficients() const {
  return fitted("coefficients").coefficients();
}

template <class T>
double SupportModel<T>::bias() const {
  return fitted("bias").bias();
}

template class SupportModel<double>;
template class SupportModel<float>;

}  // namespace mercer
