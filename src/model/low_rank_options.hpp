// What a LowRankSvc has in common with an Svc.
#pragma once

#include "mercer/model/low_rank_svc.hpp"

namespace mercer {

inline SvcOptions svc_options(const LowRankSvcOptions& options) {
  return {.C = options.C,
          .class_weights = options.class_weights,
          .threads = options.threads,
          .memory_budget = options.memory_budget,
          .progress = options.progress};
}

}  // namespace mercer
