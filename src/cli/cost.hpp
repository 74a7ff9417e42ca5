// How long a fit may take: a model of its cost, with what this machine does measured now.
#pragma once

#include <cstddef>
#include <string>

#include "cli/fit_options.hpp"
#include "mercer/core/types.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/model/kernel_ridge.hpp"

namespace mercer::cli {

/// What the machine does in a second.
struct Speed {
  double kernel_values = 0;  // distinct ones, of this kernel and these features
  double flops = 0;          // of Cholesky factorisation in double
  double bytes = 0;          // that all threads read from memory
};

/// Takes some 0.3 s. X: rows like those of the fit, at most 1024 of which are used.
Speed measure(const Kernel& kernel, const Mat<double>& X, int threads);

/// From the fewest steps that are usual to the most. They are the same where steps do not depend on
/// the data.
struct Seconds {
  double least = 0;
  double most = 0;
};

/// Ridge regression with n rows and t outputs. F: flops, V: kernel values, B: bytes a second.
///     cholesky            n^3 / (3 F) + 3/2 n^2 / V         K, and again for the certificate
///     mixed_cholesky      n^3 / (6 F) + 3/2 n^2 / V + 3 to 10 products
///     conjugate_gradient  2 n r^2 / F + 3/2 n^2 / V + 30 to 150 products, and r columns
///     nystrom             (n m^2 + 4/3 m^3) / F + 2 n m / V
/// A product reads 2 n^2 bytes of float tiles or 4 n^2 of double ones, or takes n^2 / 2 kernel
/// values; with a preconditioner of rank r, 8 n r bytes more.
Seconds ridge_seconds(const RidgePlan& plan, index_t n, index_t outputs, const Speed& speed);

/// Gaussian processes: n^3 / 3 flops a factor, as many again and twice for its inverse in each
/// evaluation of the likelihood; 15 to 60 evaluations for each start if parameters are chosen. The
/// classifier takes 5 to 10 factors for each problem and evaluation.
Seconds gaussian_seconds(bool is_classifier, bool optimise, index_t restarts, index_t problems,
                         index_t n, const Speed& speed);

/// Problems of two classes, or one of another kind, for support vector machines.
struct Machines {
  index_t problems = 1;
  index_t rows = 0;           // of a problem, usually
  index_t most_rows = 0;      // of the largest
  index_t class_squares = 0;  // sum over the classes of rows^2, if each pair of them is a problem
  index_t features = 0;
  index_t variables_per_row = 1;  // 2 of nu-svr
};

/// 0.5 to 8 times what all kernel values of all problems take, each pair of rows once. Problems
/// with a large C, or with labels that are hard to learn, take longer.
Seconds machine_seconds(const Machines& machines, const Speed& speed);

/// What Svc and its kin will do, see the table of Svc, and the bytes of kernel values.
struct MachinePlan {
  std::string method;
  std::size_t bytes = 0;
};

/// Throws BudgetError if two columns of kernel values exceed the budget.
MachinePlan machine_plan(const Machines& machines, int threads, std::size_t budget);

}  // namespace mercer::cli
