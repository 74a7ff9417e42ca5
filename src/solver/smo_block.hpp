// Sequential minimal optimisation over variables whose kernel values are all in memory.
#pragma once

#include <array>
#include <utility>
#include <vector>

#include "mercer/core/function_ref.hpp"
#include "mercer/core/types.hpp"
#include "solver/smo_scan.hpp"

namespace mercer {

/// Variables side by side, each group filled up to a multiple of smo_padding by some that cannot
/// move. See solve_svm for F, up and down.
struct SmoVariables {
  std::array<Range, 2> groups;  // places; may be empty
  bool separate = false;        // a constraint for each group
  double tube = 0;
  std::vector<double> F, up, down, beta, low, high, diagonal;

  /// For groups of these sizes.
  SmoVariables(index_t first, index_t second, bool separate, double tube);

  /// The places that share a constraint: of the first, of the second if there is one.
  std::array<Range, 2> constraints() const {
    const index_t middle = separate ? groups[0].end : groups[1].end;
    return {Range{0, middle}, Range{middle, groups[1].end}};
  }

  /// Sets up_k and down_k after beta_k has changed.
  void refresh(index_t k);

  /// How far beta_k may rise before it meets its bound or the kink, and fall.
  double room_up(index_t k) const;
  double room_down(index_t k) const;
};

struct SmoOutcome {
  index_t steps = 0;
  double violation = 0;  // m - M
};

/// Kernel values as steps read them: column[g][k] are those of the variable at place k with the
/// variables of group g, up to a multiple of smo_padding.
using SmoColumns = std::array<std::vector<const float*>, 2>;

/// Steps until m - M <= tolerance, `limit` steps are made or go_on(steps, violation), which is
/// asked every thousand steps, says no.
SmoOutcome solve_block(SmoVariables& variables, const SmoColumns& K, double tolerance,
                       index_t limit, FunctionRef<bool(index_t, double)> go_on);

/// F -= sum_c steps_c columns_c, strips of variables on all threads.
void subtract_steps(SmoVariables& variables, const SmoColumns& columns,
                    const std::vector<double>& steps, int threads);

/// The extremes of a range of places as F is.
SmoExtremes extremes(const SmoVariables& variables, Range places);

/// The places, ascending, of the variables that may still step as F is: free ones, and those at a
/// bound or kink with F + up > M or F + down < m. (The others may come back when m and M have
/// moved.)
std::vector<index_t> active(const SmoVariables& variables);

/// Of the first constraint and of the second, 0 without one. Variables between their bounds lie on
/// the margin, where F + up = F + down = bias; without any, it is the middle of what the others
/// allow: m <= bias <= M, where one side may be open.
std::pair<double, double> biases(const SmoVariables& variables);

/// The largest m - M of the constraints.
double violation(const SmoVariables& variables);

}  // namespace mercer
