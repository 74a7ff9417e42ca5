// Support vector problems as the tests state them.
#pragma once

#include "mercer/solver/svm.hpp"

namespace mercer::test {

/// C-SVC for labels y and bounds C.
template <class T>
SvmSolution solve_c_svc(const GramOperator<T>& K, const Col<double>& y, const Col<double>& C,
                        const SvmOptions& options = {}) {
  return solve_svm(K, c_svc_dual(y, C), options);
}

}  // namespace mercer::test
