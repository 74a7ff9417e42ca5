#include "core/checkpoint.hpp"

#include <filesystem>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/write_file.hpp"

namespace mercer {
namespace {

using Clock = std::chrono::steady_clock;

// A state is kept at most every so many times as long as that took.
constexpr int pauses = 200;

}  // namespace

Checkpoint::Checkpoint(const std::string& model, const CheckpointOptions& options,
                       FunctionRef<std::uint64_t()> problem)
    : options_(options) {
  require_non_negative((model + ": checkpoint.seconds").c_str(), options.seconds);
  if (!is_on()) return;
  require_writable(options.path);
  content_.problem = problem();
  if (options.resume && std::filesystem::exists(options.path)) {
    content_ = detail::read_checkpoint(options.path, content_.problem);
  }
  seconds_before_ = content_.seconds;
  last_write_ = seconds();
}

double Checkpoint::seconds() const {
  return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

void Checkpoint::write() {
  content_.seconds = last_write_ = seconds();
  detail::write_checkpoint(options_.path, content_);
}

void Checkpoint::conclude(Report& report) {
  report.seconds += seconds_before_;
  if (!is_on() || !is_interrupted(report.status)) return;
  const std::lock_guard lock(mutex_);
  try {
    write();
  } catch (const ParseError& error) {
    report.message += std::string("; its state is lost: ") + error.what();
  }
}

CheckpointSection CheckpointSection::part(const std::string& name) const {
  CheckpointSection out;
  out.whole_ = whole_;
  out.name_ = name_.empty() ? name : name_ + ", " + name;
  return out;
}

std::optional<StateReader> CheckpointSection::found() const {
  if (whole_ == nullptr) return {};
  const std::lock_guard lock(whole_->mutex_);
  const auto at = whole_->content_.states.find(name_);
  if (at == whole_->content_.states.end()) return {};
  return StateReader(at->second.words, whole_->options_.path, at->second.line);
}

void CheckpointSection::keep(FunctionRef<void(StateWriter&)> put) {
  if (whole_ == nullptr) return;
  const Clock::time_point start = Clock::now();
  StateWriter writer;
  put(writer);
  const std::lock_guard lock(whole_->mutex_);
  whole_->content_.states[name_] = {writer.take()};
  kept_ = Clock::now();
  pause_ = pauses * (kept_ - start);
  if (whole_->seconds() - whole_->last_write_ < whole_->options_.seconds) return;
  try {
    whole_->write();
  } catch (const ParseError&) {  // perhaps there is room again the next time
  }
}

void CheckpointSection::offer(FunctionRef<void(StateWriter&)> put) {
  if (whole_ != nullptr && Clock::now() - kept_ >= pause_) keep(put);
}

void CheckpointSection::drop() {
  if (whole_ == nullptr) return;
  const std::lock_guard lock(whole_->mutex_);
  whole_->content_.states.erase(name_);
}

}  // namespace mercer
