// How long work tells where it is and asks whether to go on.
#pragma once

#include <functional>
#include <string_view>

#include "mercer/core/function_ref.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

/// Where a solver is. Calls come on the caller's thread, between iterations.
struct Progress {
  std::string_view stage;  // "cholesky", "smo", ...
  index_t iteration = 0;   // counted from the start of the stage
  double criterion = 0;    // what the solver drives to target: a KKT violation, columns left, ...
  double target = 0;       // it stops at criterion <= target
  double seconds = 0;      // since the start of fit
};

enum class Continue { yes, no };

using ProgressCallback = std::function<Continue(const Progress&)>;

/// Called on the caller's thread between the pieces of long work; what it throws ends the work.
using Poll = FunctionRef<void()>;
inline constexpr auto no_poll = [] {};

}  // namespace mercer
