// What happens to files when a disk is full or read-only, and when the program is killed while it
// writes.
#include <chrono>
#include <string>
#include <thread>

#include "mercer/core/random.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"

using namespace mercer;
using test::TemporaryFolder;

namespace {

const std::string data = MERCER_DATASETS;

bool can_mount() {
  if (test::run({"unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"}).status == 0) {
    return true;
  }
  WARN("skipped: file systems cannot be mounted here");
  return false;
}

// Runs a shell script with folder $1 on a file system of its own, and the program as $2.
test::Outcome on_own_disk(const TemporaryFolder& folder, const std::string& options,
                          const std::string& script) {
  const std::string mount =
      "mount -t tmpfs -o " + options + " tmpfs \"$1\" && cd \"$1\" || exit 99\n";
  return test::run({"unshare", "--mount", "sh", "-c", mount + script, "sh", folder.path().string(),
                    MERCER_PROGRAM, data});
}

}  // namespace

TEST_CASE("a full disk leaves the old model and nothing else", "[cli]") {
  if (!can_mount()) return;
  const TemporaryFolder folder;
  const auto outcome = on_own_disk(folder, "size=256k",
                                   R"sh(
    "$2" train --task svc --data "$3/iris.csv" --model m --quiet || exit 98
    cp m old
    dd if=/dev/zero of=filling bs=1k 2>/dev/null
    "$2" train --task svc --data "$3/iris.csv" --C 5 --model m
    status=$?
    cmp m old || exit 97
    test "$(ls | tr '\n' ' ')" = "filling m old " || exit 96
    exit $status)sh");
  INFO(outcome.err);
  CHECK(outcome.status == 3);
  CHECK(outcome.err.find("cannot be written: No space left on device") != std::string::npos);
}

TEST_CASE("a full disk leaves no part of the predictions", "[cli]") {
  if (!can_mount()) return;
  const TemporaryFolder folder;
  const auto outcome = on_own_disk(folder, "size=256k", R"sh(
    "$2" train --task svc --data "$3/iris.csv" --model m --quiet || exit 98
    dd if=/dev/zero of=filling bs=1k 2>/dev/null
    "$2" predict --model m --data "$3/iris.csv" --output p
    status=$?
    test -e p && exit 97
    "$2" smooth "$3/camera.pgm" out.pgm --sigma 1 && exit 96
    test -e out.pgm && exit 95
    exit $status)sh");
  INFO(outcome.err);
  CHECK(outcome.status == 3);
  CHECK(outcome.err.find("No space left on device") != std::string::npos);
}

TEST_CASE("a read-only folder is told before the work", "[cli]") {
  if (!can_mount()) return;
  const TemporaryFolder folder;
  const auto outcome = on_own_disk(folder, "size=256k", R"sh(
    mount -o remount,ro "$1" || exit 98
    "$2" train --task svc --data "$3/letter.csv" --C 1000 --model m)sh");
  INFO(outcome.err);
  CHECK(outcome.status == 3);
  CHECK(outcome.err.find("m: the file cannot be written: Read-only file system") !=
        std::string::npos);
}

TEST_CASE("kill -9 during a save leaves the old or the new model whole", "[cli]") {
  const TemporaryFolder folder;
  for (const std::string C : {"1", "64"}) {
    REQUIRE(test::run_mercer({"train", "--task", "svc", "--data", data + "/satellite.csv", "--C", C,
                              "--model", folder / ("m" + C)})
                .status == 0);
  }
  // From LIBSVM's format, which has no scaler, comes another file than the first.
  for (const std::string C : {"1", "64"}) {
    const std::string model = folder / ("m" + C), libsvm = folder / (C + ".libsvm");
    REQUIRE(test::run_mercer({"convert", model, libsvm, "--to", "libsvm"}).status == 0);
    REQUIRE(test::run_mercer({"convert", libsvm, model, "--to", "mercer"}).status == 0);
  }
  const std::string one = test::file_content(folder / "m1"),
                    two = test::file_content(folder / "m64");
  REQUIRE(one != two);
  // A model is copied to a file over and over: reading, checking and saving it.
  const std::vector<std::string> save = {"sh",
                                         "-c",
                                         "while :; do \"$0\" convert \"$1\" \"$3\" --quiet; \"$0\" "
                                         "convert \"$2\" \"$3\" --quiet; done",
                                         MERCER_PROGRAM,
                                         folder / "1.libsvm",
                                         folder / "64.libsvm",
                                         folder / "m.mercer"};
  Random random(3);
  int writes = 0;
  for (int round = 0; round < 50; ++round) {
    CAPTURE(round);
    test::Process process(save);
    std::this_thread::sleep_for(std::chrono::duration<double>(0.1 + 0.2 * random.uniform()));
    process.signal_group(SIGKILL);
    process.wait();
    if (!std::filesystem::exists(folder / "m.mercer")) continue;
    ++writes;
    const std::string bytes = test::file_content(folder / "m.mercer");
    CHECK((bytes == one || bytes == two));
  }
  CHECK(writes > 25);
  CHECK(test::run_mercer({"info", folder / "m.mercer"}).status == 0);
}
