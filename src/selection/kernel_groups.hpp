// Models that need the same kernel values.
#pragma once

#include <vector>

#include "mercer/selection/any_estimator.hpp"

namespace mercer {

struct KernelGroup {
  const Kernel* kernel = nullptr;  // of all of them; null: they take points only, and are alone
  bool is_closed = false;          // their leave-one-out predictions come from one fit
  std::vector<index_t> models;     // by rising price, where a fit can begin at the one before
};

/// Two kernels are the same if their expressions are, and have a meaning without a function of the
/// user's. Groups come in the order of their first models.
template <class T>
std::vector<KernelGroup> kernel_groups(const std::vector<const AnyEstimator<T>*>& models,
                                       bool leave_one_out);

}  // namespace mercer
