// Ctrl-C, kill -9 and --resume, as they come at a terminal.
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "mercer/core/random.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"

using namespace mercer;
using test::Process;
using test::TemporaryFolder;

namespace {

// Two noisy classes that take a second or so: a large C, little smoothing.
void write_problem(const std::string& path) {
  Random random(5);
  std::ofstream out(path);
  out << "a,b,c,d,e,target\n";
  for (int i = 0; i < 3000; ++i) {
    double sum = 0;
    for (int k = 0; k < 5; ++k) {
      const double x = random.normal();
      sum += x * x;
      out << x << ',';
    }
    out << ((sum < 4.35) != (random.uniform() < 0.1) ? 1 : 0) << '\n';
  }
}

std::vector<std::string> train(const TemporaryFolder& folder, const std::string& model,
                               bool resume) {
  std::vector<std::string> words = {"train",
                                    "--task",
                                    "svc",
                                    "--data",
                                    folder / "d.csv",
                                    "--C",
                                    "1000",
                                    "--kernel",
                                    "rbf(gamma=0.1)",
                                    "--model",
                                    folder / model,
                                    "--checkpoint",
                                    folder / (model + ".state"),
                                    "--checkpoint-seconds",
                                    "0.05"};
  if (resume) words.push_back("--resume");
  return test::mercer_with(words);
}

double seconds_of(const std::vector<std::string>& words) {
  const auto start = std::chrono::steady_clock::now();
  const auto outcome = test::run(words);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

TEST_CASE("a fit that is interrupted and resumed ends in the same model file", "[cli]") {
  const TemporaryFolder folder;
  write_problem(folder / "d.csv");
  const double whole = seconds_of(train(folder, "whole", false));
  const std::string expected = test::file_content(folder / "whole");
  Random random(17);
  int interrupted = 0, killed = 0;
  for (int round = 0; round < 10; ++round) {
    const int signal = round % 3 == 2 ? SIGKILL : SIGINT;
    CAPTURE(round, signal);
    std::filesystem::remove(folder / "part");
    int status = -1;
    for (int part = 0; part < 40 && status != 0; ++part) {
      Process process(train(folder, "part", part > 0));
      std::this_thread::sleep_for(std::chrono::duration<double>((0.2 + random.uniform()) * whole));
      process.signal(signal);
      const auto outcome = process.wait();
      INFO(outcome.err);
      status = outcome.status;
      REQUIRE((status == 0 || status == 130 || status == 128 + SIGKILL));
      if (status == 130) {
        ++interrupted;
        // The model so far is there, and says what it is.
        CHECK(outcome.err.find("stopped") != std::string::npos);
      }
      if (status == 128 + SIGKILL) ++killed;
    }
    REQUIRE(status == 0);
    CHECK(test::file_content(folder / "part") == expected);
    CHECK_FALSE(std::filesystem::exists(folder / "part.state"));
  }
  CHECK(interrupted > 0);
  CHECK(killed > 0);
}

TEST_CASE("a stopped model predicts, and says that it was stopped", "[cli]") {
  const TemporaryFolder folder;
  write_problem(folder / "d.csv");
  const double whole = seconds_of(train(folder, "whole", false));
  int status = -1;
  for (int attempt = 0; attempt < 10 && status != 130; ++attempt) {
    Process process(train(folder, "m", false));
    std::this_thread::sleep_for(std::chrono::duration<double>(0.6 * whole));
    process.signal(SIGINT);
    status = process.wait().status;
  }
  REQUIRE(status == 130);
  const auto predicted = test::run_mercer(
      {"predict", "--model", folder / "m", "--data", folder / "d.csv", "--output", folder / "p"});
  CHECK(predicted.status == 0);
  CHECK(predicted.err.find("warning") != std::string::npos);
  CHECK(predicted.err.find("stopped before it had converged") != std::string::npos);
  const auto verified =
      test::run_mercer({"verify", "--model", folder / "m", "--data", folder / "d.csv"});
  CHECK(verified.status == 0);
}

TEST_CASE("predictions that are interrupted are not written", "[cli]") {
  const TemporaryFolder folder;
  write_problem(folder / "d.csv");
  seconds_of(train(folder, "m", false));
  const std::string rows = test::file_content(folder / "d.csv");
  std::ofstream many(folder / "many.csv");
  many << rows;
  for (int k = 0; k < 30; ++k) many << rows.substr(rows.find('\n') + 1);
  many.close();
  const auto words = test::mercer_with({"predict", "--model", folder / "m", "--data",
                                        folder / "many.csv", "--output", folder / "p"});
  const double whole = seconds_of(words);
  std::filesystem::remove(folder / "p");
  Process process(words);
  std::this_thread::sleep_for(std::chrono::duration<double>(0.7 * whole));
  process.signal(SIGINT);
  const auto outcome = process.wait();
  INFO(outcome.err);
  if (outcome.status == 0) {  // it was faster than before
    WARN("the interrupt came too late");
    return;
  }
  CHECK(outcome.status == 130);
  CHECK(outcome.err.find("interrupted, nothing was written") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "p"));
}

TEST_CASE("a state of other data is refused", "[cli]") {
  const TemporaryFolder folder;
  write_problem(folder / "d.csv");
  const double whole = seconds_of(train(folder, "whole", false));
  for (int attempt = 0; attempt < 10 && !std::filesystem::exists(folder / "m.state"); ++attempt) {
    Process process(train(folder, "m", false));
    std::this_thread::sleep_for(std::chrono::duration<double>(0.6 * whole));
    process.signal(SIGINT);
    process.wait();
  }
  REQUIRE(std::filesystem::exists(folder / "m.state"));
  std::string other = test::file_content(folder / "d.csv");
  other[other.find('\n') + 1] = other[other.find('\n') + 1] == '-' ? '+' : '-';
  std::ofstream(folder / "d.csv") << other;
  const auto refused = test::run(train(folder, "m", true));
  CHECK(refused.status == 3);
  CHECK(refused.err.find("m.state") != std::string::npos);
}
