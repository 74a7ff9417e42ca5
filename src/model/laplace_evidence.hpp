// The likelihood of classes under a Gaussian process by Laplace's approximation, and its gradient.
#pragma once

#include <vector>

#include "mercer/core/progress.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/kernel.hpp"
#include "solver/logistic_newton.hpp"

namespace mercer {

/// The mode of the posterior; K is stored once for all steps. y: -1 or +1, X: d x n. Throws
/// NonFiniteError naming `where` if a value of the kernel is not finite.
LogisticMode laplace_mode(const char* where, const Kernel& kernel, const Mat<double>& X,
                          const Col<double>& y, const GramOptions& options, Poll poll);

/// log p(y); -infinity if there is no mode.
double laplace_value(const LogisticMode& mode);

/// Its derivatives in kernel.theta(). Uses up the factor.
std::vector<double> laplace_gradient(LogisticMode&& mode, const Kernel& kernel,
                                     const Mat<double>& X, const GramOptions& options, Poll poll);

}  // namespace mercer
