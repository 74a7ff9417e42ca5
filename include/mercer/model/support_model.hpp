// What the support vector machines with one function have in common.
#pragma once

#include <optional>

#include "mercer/core/types.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/model/support_expansion.hpp"

namespace mercer {

/// A kernel, unless the model is for operators only, and f once it is fitted.
template <class T>
class SupportModel {
 public:
  bool is_fitted() const { return expansion_.has_value(); }
  index_t dim() const;                        // d; 0 after the operator door
  const Kernel& kernel() const;               // LogicError if the model was made without
  const arma::uvec& support_indices() const;  // ascending rows of the training set
  const Col<double>& coefficients() const;    // beta_i, of the support
  double bias() const;

 protected:
  /// name: the class, for messages.
  explicit SupportModel(const char* name) : name_(name) {}

  /// Throws LogicError "<name>::<function>: the model is not fitted".
  const SupportExpansion<T>& fitted(const char* function) const;

  const char* name_;
  std::optional<AnyKernel> kernel_;
  std::optional<SupportExpansion<T>> expansion_;

 private:
  template <class Model>
  friend struct ModelDescription;
};

}  // namespace mercer
