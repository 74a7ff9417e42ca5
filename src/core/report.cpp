#include "mercer/core/report.hpp"

namespace mercer {

std::string to_string(Status status) {
  switch (status) {
    case Status::converged:
      return "converged";
    case Status::stopped:
      return "stopped";
    case Status::iteration_limit:
      return "iteration limit";
    case Status::time_limit:
      return "time limit";
    case Status::not_finite:
      return "not finite";
    case Status::not_positive_definite:
      return "not positive definite";
  }
  return "unknown";
}

std::string ended_early(const char* where, Status status, const std::string& more) {
  const char* why = status == Status::stopped           ? "stopped by the progress callback"
                    : status == Status::time_limit      ? "the time was up"
                    : status == Status::iteration_limit ? "the iteration limit was reached"
                                                        : nullptr;
  if (why == nullptr) return "";
  return std::string(where) + ": " + why + "; the model is the best so far" +
         (more.empty() ? "" : "; " + more);
}

}  // namespace mercer
