// Which steps are made while the kernel values of variables are in memory.
#pragma once

#include <functional>
#include <utility>

#include "core/solver_state.hpp"
#include "mercer/core/function_ref.hpp"
#include "mercer/core/types.hpp"
#include "solver/packed_block.hpp"
#include "solver/smo_block.hpp"

namespace mercer {

/// Steps over the variables of a problem or over blocks of them, up to limits.
class SmoSteps {
 public:
  /// limit: steps in all. go_on(steps, violation): asked often; no step is made after it has said
  /// no.
  SmoSteps(index_t limit, int threads, std::function<bool(index_t, double)> go_on)
      : limit_(limit), threads_(threads), go_on_(std::move(go_on)) {}

  /// The variables of the next calls are a part of all, whose violation is this or, of all of them,
  /// 0: go_on hears no less, because that of a part says nothing of the whole.
  void set_part_of(double violation) { part_of_ = violation; }

  index_t made() const { return made_; }
  bool at_limit() const { return made_ >= limit_; }
  bool stopped() const { return stopped_; }

  /// Until m - M <= tolerance, `most` steps are made, or none can be. K: of all variables. Where
  /// few are active, their kernel values are copied side by side and steps go over them alone,
  /// until the violation is a tenth; then F of all is brought up to date. How many steps were made.
  index_t make(SmoVariables& v, const SmoColumns& K, double tolerance, index_t most) {
    return make(v, K, tolerance, most, {made_, false}, [](const Course&) {});
  }

  /// Where one call is between two of its pieces of work.
  struct Course {
    index_t made_before = 0;  // steps, before the call
    bool with_active = false;
  };

  /// As above, going on from there; between(course) is called between the pieces.
  index_t make(SmoVariables& v, const SmoColumns& K, double tolerance, index_t most, Course course,
               FunctionRef<void(const Course&)> between);

  /// What the next steps depend on, from one object to another.
  void save(StateWriter& to) const;
  void restore(StateReader& from);

 private:
  bool ask(index_t made, double violation);
  SmoOutcome steps(SmoVariables& v, const SmoColumns& K, double tolerance, index_t limit);

  index_t limit_;
  int threads_;
  std::function<bool(index_t, double)> go_on_;
  PackedBlock block_;
  index_t made_ = 0;
  bool stopped_ = false;
  double spent_ = 0;  // on steps since the last one of Newton's method; see steps()
  double patience_ = 1;
  double part_of_ = 0;
  double active_of_ = 0;  // the same of the active variables
};

}  // namespace mercer
