#include "core/checkpoint.hpp"

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "support/catch.hpp"
#include "support/interrupted_fit.hpp"
#include "support/temporary_file.hpp"

namespace fs = std::filesystem;
using namespace mercer;
using test::content_of;
using test::parse_error_of;
using test::TemporaryFile;

namespace {

constexpr std::uint64_t problem = 0x0123456789abcdef;

Checkpoint opened(const std::string& path, bool resume = true, std::uint64_t own = problem) {
  return Checkpoint("Model", {.path = path, .seconds = 1000, .resume = resume},
                    [own] { return own; });
}

void stop(Checkpoint& checkpoint) {
  Report report;
  report.status = Status::stopped;
  checkpoint.conclude(report);
  REQUIRE(report.message.empty());
}

// Two states, one with all kinds of values.
void write_states(const std::string& path) {
  Checkpoint checkpoint = opened(path, false);
  CheckpointSection(checkpoint, "pair 1").keep([](StateWriter& to) {
    to.put(index_t{7});
    to.put(-0.1);
    to.put(std::numeric_limits<double>::infinity());
    to.put_text("smo in blocks");
    to.put(Mat<double>{{1, 2, 3}, {4, 5, 1e-310}});
    to.put(std::vector<double>{0.5, -0.0});
    to.put(std::vector<index_t>{3, 1});
  });
  CheckpointSection(checkpoint, "pair 1").part("more, with blanks").keep([](StateWriter& to) {
    to.put(index_t{1});
  });
  stop(checkpoint);
}

std::string refusal_of(const std::string& content) {
  const TemporaryFile file(content);
  return parse_error_of(file.path(), [](const std::string& path) { opened(path); });
}

}  // namespace

TEST_CASE("states are found again to the bit", "[checkpoint]") {
  const TemporaryFile file;
  write_states(file.path());
  Checkpoint checkpoint = opened(file.path());
  std::optional<StateReader> state = CheckpointSection(checkpoint, "pair 1").found();
  REQUIRE(state);
  CHECK(state->index(8) == 7);
  CHECK(state->number() == -0.1);
  CHECK(state->number() == std::numeric_limits<double>::infinity());
  CHECK(state->text() == "smo in blocks");
  const Mat<double> M = state->matrix(2, 3);
  CHECK(M(0, 2) == 3);
  CHECK(M(1, 2) == 1e-310);
  CHECK(std::signbit(state->numbers(2)[1]));
  CHECK(state->indices(2, 4) == std::vector<index_t>{3, 1});
  CHECK_THROWS_AS(state->number(), ParseError);
  CHECK(CheckpointSection(checkpoint, "pair 1").part("more, with blanks").found());
  CHECK_FALSE(CheckpointSection(checkpoint, "pair 2").found());

  CheckpointSection(checkpoint, "pair 1").drop();
  CHECK_FALSE(CheckpointSection(checkpoint, "pair 1").found());
  CHECK_FALSE(CheckpointSection().found());
}

TEST_CASE("a state is asked for what it does not hold", "[checkpoint]") {
  const TemporaryFile file;
  write_states(file.path());
  Checkpoint checkpoint = opened(file.path());
  const auto refusal = [&](auto action) {
    return parse_error_of(file.path(), [&](const std::string&) {
      action(*CheckpointSection(checkpoint, "pair 1").found());
    });
  };
  const std::string expected = "FILE:4: holds a state that no fit of this problem has";
  CHECK(refusal([](StateReader from) { from.index(7); }) == expected);
  CHECK(refusal([](StateReader from) { from.numbers(6); }) == expected);
  CHECK(refusal([](StateReader from) { from.matrix(7, 1); }) == expected);
  CHECK(refusal([](StateReader from) { from.indices(6, 10); }) == expected);
  CHECK(refusal([](StateReader from) { from.indices(7, 10); }) == expected);  // -0.1 is no index
  CHECK(refusal([](StateReader from) { from.text(); }) == expected);
}

TEST_CASE("a file is begun anew, or gone on with", "[checkpoint]") {
  const TemporaryFile file;
  write_states(file.path());
  const std::string before = content_of(file.path());
  {
    Checkpoint anew = opened(file.path(), false);
    CHECK_FALSE(CheckpointSection(anew, "pair 1").found());
    CHECK(content_of(file.path()) == before);  // until there is something to keep
    stop(anew);
  }
  CHECK(content_of(file.path()).find("state") == std::string::npos);
  fs::remove(file.path());
  Checkpoint first = opened(file.path());
  CHECK_FALSE(fs::exists(file.path()));
  stop(first);
  CHECK(fs::exists(file.path()));
}

TEST_CASE("seconds are those of all runs", "[checkpoint]") {
  const TemporaryFile file;
  write_states(file.path());
  std::string content = content_of(file.path());
  Report report;
  report.seconds = 2;
  Checkpoint checkpoint = opened(file.path());
  checkpoint.conclude(report);
  CHECK(report.seconds > 2);
  CHECK(report.seconds < 3);
  CHECK(content_of(file.path()) == content);  // a fit that has ended writes nothing
}

TEST_CASE("a checkpoint writes at its intervals, from any thread", "[checkpoint]") {
  const TemporaryFile file;
  fs::remove(file.path());
  Checkpoint checkpoint("Model", {.path = file.path(), .seconds = 0}, [] { return problem; });
  parallel_for(20, 2, [&](index_t item, int) {
    CheckpointSection(checkpoint, std::to_string(item)).keep([&](StateWriter& to) {
      to.put(item);
    });
  });
  Checkpoint again = opened(file.path());
  for (index_t item = 0; item < 20; ++item) {
    CheckpointSection section(again, std::to_string(item));
    REQUIRE(section.found());
    CHECK(section.found()->index(20) == item);
  }
}

TEST_CASE("states are kept rarely where they take their time", "[checkpoint]") {
  const TemporaryFile file;
  Checkpoint checkpoint = opened(file.path(), false);
  CheckpointSection section(checkpoint, "slow");
  index_t kept = 0;
  for (int turn = 0; turn < 100; ++turn) {
    section.offer([&](StateWriter& to) {
      const std::vector<double> many(100'000);
      to.put(many);
      ++kept;
    });
  }
  CHECK(kept >= 1);
  CHECK(kept <= 3);
}

TEST_CASE("files that are no checkpoint of this problem are refused", "[checkpoint]") {
  const TemporaryFile file;
  write_states(file.path());
  const std::string good = content_of(file.path());
  REQUIRE(refusal_of(good) == "accepted");
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string out = good;
    REQUIRE(out.find(from) != std::string::npos);
    return out.replace(out.find(from), from.size(), to);
  };
  CHECK(refusal_of("") == "FILE: the file is empty");
  CHECK(refusal_of("svm_type c_svc\n") == "FILE:1: is no checkpoint of mercer");
  CHECK(refusal_of(replaced("checkpoint 1", "checkpoint 2")) ==
        "FILE:1: is of version 2, this program reads up to 1");
  CHECK(refusal_of(replaced("problem 0", "problem 1")) ==
        "FILE:2: is the state of another problem; data, kernel, options and memory budget must be "
        "those of the fit that wrote it");
  CHECK(refusal_of(replaced("checksum ", "checksum 0")) == "FILE:8: the checkpoint is damaged");
  CHECK(refusal_of(good + "more\n") == "FILE:9: the checkpoint is damaged");
  CHECK(refusal_of(replaced("state ", "state 99999999999999999999 ")) ==
        "FILE:4: the checkpoint is damaged");
  CHECK(refusal_of(replaced("state ", "state 9999999999999999 ")) ==
        "FILE:5: the checkpoint is damaged");

  for (std::size_t size = 1; size < good.size() - 1; ++size) {  // the last byte ends a line
    INFO("cut at " << size);
    REQUIRE(refusal_of(good.substr(0, size)) != "accepted");
  }
  for (std::size_t at = 0; at + 1 < good.size(); ++at) {
    std::string changed = good;
    changed[at] = changed[at] == '0' ? '1' : '0';
    INFO("changed at " << at << ": " << good.substr(at, 20));
    const std::string said = refusal_of(changed);
    // The same seconds may be written in another way.
    REQUIRE((said != "accepted" || at < good.find("\nstate")));
  }
}

TEST_CASE("a checkpoint that cannot be written is refused at once", "[checkpoint]") {
  const auto asked = [](const std::string& path) { opened(path, false, problem); };
  CHECK(parse_error_of("/no/such/folder/file", asked) ==
        "FILE: the file cannot be written: No such file or directory");
  CHECK(parse_error_of(fs::temp_directory_path().string(), asked) == "FILE: is a directory");
  const TemporaryFile file;
  CHECK_THROWS_WITH(
      Checkpoint("Model", {.path = file.path(), .seconds = -1}, [] { return problem; }),
      "Model: checkpoint.seconds must be finite and at least 0, is -1");
}

TEST_CASE("a state that is lost is told after a stop", "[checkpoint]") {
  const TemporaryFile place;
  fs::remove(place.path());
  fs::create_directory(place.path());
  Checkpoint checkpoint = opened(place.path() + "/file", false);
  fs::remove(place.path());
  Report report;
  report.status = Status::stopped;
  report.message = "Model::fit: stopped";
  checkpoint.conclude(report);
  CHECK(report.message == "Model::fit: stopped; its state is lost: " + place.path() +
                              "/file: the file cannot be written: No such file or directory");
}
