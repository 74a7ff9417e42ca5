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

}  // namespace mercer
