// Running a check on every instruction set that this machine has, narrow ones included.
#pragma once

#include <hwy/targets.h>

#include <string>

namespace mercer {

/// Calls check(name) once for each compiled instruction set that the CPU supports, with the
/// library's vector code switched to it; then gives the choice back.
template <class Check>
void for_each_simd_target(Check check) {
  struct Restore {
    ~Restore() { choose(0); }
    static void choose(int64_t targets) {
      hwy::SetSupportedTargetsForTest(targets);
      hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
  } restore;
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    Restore::choose(target);
    check(std::string(hwy::TargetName(target)));
  }
}

}  // namespace mercer
