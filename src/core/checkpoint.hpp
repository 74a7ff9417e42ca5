// The states of the solvers of a fit, in memory and in a file.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "core/checkpoint_file.hpp"
#include "core/solver_state.hpp"
#include "mercer/core/checkpoint.hpp"
#include "mercer/core/function_ref.hpp"
#include "mercer/core/report.hpp"

namespace mercer {

/// States by name. Solvers on several threads may keep theirs at the same time.
class Checkpoint {
 public:
  /// See CheckpointOptions for what is thrown; std::invalid_argument "<model>: checkpoint.seconds
  /// must be ...". problem(): its fingerprint, asked for if there is a path.
  Checkpoint(const std::string& model, const CheckpointOptions& options,
             FunctionRef<std::uint64_t()> problem);

  bool is_on() const { return !options_.path.empty(); }

  /// After the fit: the seconds become those of all runs; if it was stopped or its time was up, the
  /// file is written, and a failure to do so added to the message.
  void conclude(Report& report);

 private:
  friend class CheckpointSection;
  double seconds() const;  // of all runs
  void write();

  CheckpointOptions options_;
  double seconds_before_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::mutex mutex_;  // of what follows
  detail::CheckpointContent content_;
  double last_write_ = 0;  // by seconds()
};

/// Where one solver keeps its state.
class CheckpointSection {
 public:
  CheckpointSection() = default;  // keeps nothing
  CheckpointSection(Checkpoint& whole, std::string name)
      : whole_(whole.is_on() ? &whole : nullptr), name_(std::move(name)) {}

  /// Of a part of the work.
  CheckpointSection part(const std::string& name) const;

  bool is_on() const { return whole_ != nullptr; }

  /// What was kept last, in this run or in the one before.
  std::optional<StateReader> found() const;

  /// Keeps what put(writer) puts; also writes the file if it is time to.
  void keep(FunctionRef<void(StateWriter&)> put);

  /// The same if so much time has passed since the last one that it costs next to nothing.
  void offer(FunctionRef<void(StateWriter&)> put);

  void drop();

 private:
  Checkpoint* whole_ = nullptr;
  std::string name_;
  std::chrono::steady_clock::time_point kept_;
  std::chrono::steady_clock::duration pause_{};
};

}  // namespace mercer
