// Fits that are stopped at random moments and resumed, until they end by themselves.
#pragma once

#include <bit>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "mercer/core/checkpoint.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/core/random.hpp"
#include "mercer/core/report.hpp"
#include "support/catch.hpp"
#include "support/temporary_file.hpp"

namespace mercer::test {

inline std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// What a fit may depend on beside its problem.
struct Circumstances {
  ProgressCallback progress = {};
  CheckpointOptions checkpoint = {};
  int threads = 1;
};

/// All that a fit has found, as bits.
class Outcome {
 public:
  explicit Outcome(Report own) : report(std::move(own)) {
    const Certificate& c = report.certificate;
    for (const double value :
         {report.residual, static_cast<double>(report.iterations), report.entry_error,
          c.relative_residual, c.backward_error, c.prediction_error, c.primal_objective,
          c.dual_objective, c.gap, c.violation, c.decision_error}) {
      bits_.push_back(std::bit_cast<std::uint64_t>(value));
    }
  }
  template <class T>
  Outcome& add(const arma::Mat<T>& values) {
    for (const T value : values) {
      bits_.push_back(std::bit_cast<std::uint64_t>(static_cast<double>(value)));
    }
    return *this;
  }

  bool operator==(const Outcome& other) const {
    return bits_ == other.bits_ && report.status == other.report.status &&
           report.method == other.report.method && report.message == other.report.message;
  }

  Report report;

 private:
  std::vector<std::uint64_t> bits_;
};

/// The most stops of one fit.
inline constexpr int stops = 3;

/// fit(Circumstances) -> Outcome: the same bits in pieces as in one go, with other threads in each
/// piece, and states are there to go on from.
template <class Fit>
void check_same_in_pieces(Fit fit, std::uint64_t seed, int trials = 3) {
  index_t calls = 0;
  Circumstances alone;
  alone.progress = [&](const Progress&) {
    ++calls;
    return Continue::yes;
  };
  const Outcome whole = fit(alone);
  CAPTURE(whole.report.method, whole.report.iterations, whole.report.message, calls, seed);
  REQUIRE(!is_interrupted(whole.report.status));
  Random random(seed);
  index_t kept = 0;
  // On a busy machine the first stops may all come before the first state.
  for (int trial = 0; trial < trials || (kept == 0 && trial < 10 * trials); ++trial) {
    const TemporaryFile file;
    std::filesystem::remove(file.path());
    for (int run = 0;; ++run) {
      CAPTURE(trial, run);
      index_t left = run < stops ? 1 + random.below(calls) : 0;
      Circumstances part;
      part.progress = [&](const Progress&) { return --left == 0 ? Continue::no : Continue::yes; };
      part.checkpoint.path = file.path();
      part.checkpoint.resume = true;
      part.threads = 1 + static_cast<int>(random.below(2));
      const Outcome now = fit(part);
      if (now.report.status != Status::stopped) {
        CHECK(now == whole);
        break;
      }
      if (content_of(file.path()).find("\nstate ") != std::string::npos) ++kept;
    }
  }
  CHECK(kept > 0);
}

}  // namespace mercer::test
