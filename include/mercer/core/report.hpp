// What every fit returns: how it ended, what it cost, and a certificate that others can recompute.
#pragma once

#include <limits>
#include <string>

#include "mercer/core/types.hpp"

namespace mercer {

enum class Status {
  converged,              // the stopping rule was met
  stopped,                // the progress callback said Continue::no
  iteration_limit,        // the solver gave up; the model is the best so far
  time_limit,             // the time was up; the model is the best so far
  not_finite,             // a number overflowed; the model is as it was before
  not_positive_definite,  // the matrix has no Cholesky factor; the model is as it was before
};

/// "converged", "stopped", "iteration limit", "time limit", "not finite", "not positive definite".
std::string to_string(Status status);

/// Whether the callback or the clock ended the fit.
inline bool is_interrupted(Status status) {
  return status == Status::stopped || status == Status::time_limit;
}

/// "<where>: the time was up; the model is the best so far", for the ends that leave a model before
/// the stopping rule was met, with "; <more>" if there is more to say; empty for the others.
std::string ended_early(const char* where, Status status, const std::string& more = "");

/// Bounds on the error of a fitted model, recomputed in double from the model and the data by a
/// path that the solver does not use. Fields that a method has no meaning for are NaN.
struct Certificate {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  // Kernel ridge, A = K + lambda W^-1, b the (centred) target: worst column of several outputs.
  double relative_residual = none;  // ||b - A alpha|| / ||b||, Frobenius norms
  // max |b - A alpha| / (max |A 1| max |alpha| + max |b|): at least the backward error in the
  // infinity norm, since max |A 1| <= ||A||_inf; equal to it where no kernel value is negative.
  double backward_error = none;
  // Bound on |f(x) - f*(x)| where k(x, x) is at most its maximum over the training points; f* the
  // exact solution for the means of the model, which are rounded to double. max_i k(x_i, x_i)^1/2
  // ||W^1/2 (b - A alpha)|| / (2 sqrt(lambda)), with what rounding in double may hide of the
  // residual, for positive semidefinite kernels; worst output.
  double prediction_error = none;

  // Support vector machines; sums over the binary problems, violation is the largest.
  double primal_objective = none;  // 1/2 ||w||^2 + sum_i C_i max(0, 1 - y_i f(x_i))
  double dual_objective = none;    // sum_i alpha_i - 1/2 alpha' Q alpha <= the optimum <= primal
  double gap = none;               // primal - dual: bounds ||w - w*||^2
  double violation = none;         // largest KKT violation m(alpha) - M(alpha), at least 0
  // Bound on |<w - w*, phi(x)>|, the error of a decision value without that of the bias, where
  // k(x, x) is at most its maximum over the training points: sqrt(gap max_i k(x_i, x_i)); the
  // largest of the pairs. It holds up to rounding, for positive semidefinite kernels, for one-class
  // machines and regression as well. Decision values of Svdd are 2 <w, phi(x)> + ..., so that their
  // bound is twice this. With nu, w* is the optimum in the units of the model: divided by the
  // margin found (Svc), or that of the epsilon found (verify of Svr).
  double decision_error = none;
};

/// The outcome of a fit.
struct Report {
  Status status = Status::converged;
  std::string method;      // the algorithm that ran: "cholesky", "smo"
  index_t iterations = 0;  // of the solver, summed over sub-problems
  double residual = 0;     // the solver's own stopping quantity at the end
  double seconds = 0;      // wall clock of the whole fit, certificate included
  int threads = 1;         // the team size
  // Bound on |computed - k(x, y)| / k(x, y) over all kernel values that the engine computed, values
  // below the smallest normal number excepted; NaN where there is none: k may be 0, or is unknown.
  double entry_error = Certificate::none;
  std::string message;  // one sentence for people; empty when converged
  Certificate certificate;

  explicit operator bool() const { return status == Status::converged; }
};

}  // namespace mercer
