// mercer convert: data between formats, models to and from LIBSVM's own programs.
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "mercer/data/load_csv.hpp"
#include "mercer/data/load_hdf5.hpp"
#include "mercer/data/load_libsvm.hpp"
#include "mercer/data/load_npy.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"

using namespace mercer;
using namespace mercer::test;

namespace {

const std::string heart = std::string(MERCER_DATASETS) + "/heart.csv";

void require_run(const std::vector<std::string>& arguments) {
  const Outcome outcome = run_mercer(arguments);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
}

bool same(const arma::mat& A, const arma::mat& B) { return arma::approx_equal(A, B, "absdiff", 0); }

// The numbers of the lines of a text.
arma::vec numbers(const std::string& text) {
  std::istringstream lines(text);
  std::vector<double> out;
  for (double value; lines >> value;) out.push_back(value);
  return arma::vec(out);
}

}  // namespace

TEST_CASE("mercer convert keeps every number, through all formats", "[cli]") {
  const TemporaryFolder folder;
  const Dataset<double> data = load_csv<double>(heart, {.target = "target"});

  require_run({"convert", heart, folder / "heart.libsvm"});
  const Dataset<double> sparse = load_libsvm<double>(folder / "heart.libsvm", {.dimension = 13});
  CHECK(same(sparse.X, data.X));
  CHECK(same(sparse.y, data.y));

  require_run({"convert", folder / "heart.libsvm", folder / "heart.csv", "--quiet"});
  const Dataset<double> back = load_csv<double>(folder / "heart.csv", {.target_column = 13});
  CHECK(same(back.X, data.X));
  CHECK(same(back.y, data.y));

  require_run({"convert", heart, folder / "heart.npy"});
  const arma::mat array = load_npy_points<double>(folder / "heart.npy");
  CHECK(same(array, arma::join_cols(data.X, data.y.t())));

  require_run({"convert", heart, folder / "any", "--to", "hdf5"});
  const Dataset<double> hdf5 = load_hdf5_dataset<double>(folder / "any");
  CHECK(same(hdf5.X, data.X));
  CHECK(same(hdf5.y, data.y));

  require_run({"convert", folder / "heart.npy", folder / "again.csv", "--target", "14"});
  const Dataset<double> again = load_csv<double>(folder / "again.csv", {.target_column = 13});
  CHECK(same(again.X, data.X));
  CHECK(same(again.y, data.y));
}

TEST_CASE("mercer convert reads standard input and writes standard output", "[cli]") {
  const Outcome outcome =
      run_mercer({"convert", "-", "-", "--to", "libsvm"}, "a,target\n2,1\n0,-1\n");
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK(outcome.out == "1 1:2\n-1\n");
  const Outcome bad = run_mercer({"convert", "-", "-", "--to", "libsvm"}, "a,target\n2,1\n0\n");
  CHECK(bad.status == 3);
  CHECK(bad.err.find("error: <stdin>:3: expected 2 fields") != std::string::npos);

  const TemporaryFolder folder;
  require_run(
      {"train", "--task", "svc", "--data", heart, "--scale", "none", "--model", folder / "m"});
  require_run({"convert", folder / "m", folder / "m.model"});
  const Outcome model =
      run_mercer({"convert", "-", "-", "--to", "libsvm"}, file_content(folder / "m"));
  CHECK(model.out == file_content(folder / "m.model"));
  require_run({"convert", folder / "m.model", folder / "back", "--to", "mercer"});
  const Outcome back = run_mercer({"convert", "-", "-"}, model.out);
  CHECK(back.out == file_content(folder / "back"));
}

TEST_CASE("svm-predict predicts what the converted model does, and the other way", "[cli][truth]") {
  const TemporaryFolder folder;
  if (run_program("svm-train", {}).status == 127) {
    WARN("skipped: libsvm-tools is not installed");
    return;
  }
  const std::string rows = folder / "heart.libsvm";
  require_run({"convert", heart, rows});

  const std::string model = folder / "heart.mercer";
  require_run({"train", "--task", "svc", "--data", heart, "--scale", "none", "--C", "2", "--kernel",
               "rbf(gamma=0.1)", "--model", model});
  require_run({"convert", model, folder / "heart.model"});
  require_run({"predict", "--model", model, "--data", heart, "--output", folder / "ours.csv"});
  REQUIRE(run_program("svm-predict", {rows, folder / "heart.model", folder / "theirs"}).status ==
          0);
  std::string ours = file_content(folder / "ours.csv");
  ours.erase(0, ours.find('\n') + 1);  // the header
  CHECK(same(numbers(ours), numbers(file_content(folder / "theirs"))));

  REQUIRE(run_program("svm-train", {"-s", "3", "-g", "0.05", "-c", "1", rows, folder / "svr.model"})
              .status == 0);
  require_run({"convert", folder / "svr.model", folder / "svr.mercer"});
  require_run({"predict", "--model", folder / "svr.mercer", "--data", rows, "--output",
               folder / "ours.csv"});
  REQUIRE(run_program("svm-predict", {rows, folder / "svr.model", folder / "theirs"}).status == 0);
  ours = file_content(folder / "ours.csv");
  ours.erase(0, ours.find('\n') + 1);
  const arma::vec a = numbers(ours), b = numbers(file_content(folder / "theirs"));
  REQUIRE(a.n_elem == 270);
  CHECK(arma::abs(a - b).max() < 1e-5);  // svm-predict prints six digits
}

TEST_CASE("mercer convert refuses what has no meaning", "[cli]") {
  const TemporaryFolder folder;
  const std::string ridge = folder / "ridge.mercer", scaled = folder / "scaled.mercer";
  require_run({"train", "--task", "ridge", "--data", heart, "--model", ridge});
  require_run({"train", "--task", "svc", "--data", heart, "--model", scaled});
  struct Case {
    std::vector<std::string> arguments;
    int status;
    std::string message;
  };
  const std::string out = folder / "out";
  const std::vector<Case> cases = {
      {{heart, out}, 2, "is no format: say --to csv, libsvm, npy or hdf5"},
      {{heart, out, "--to", "mercer"}, 2, "--to mercer is for models"},
      {{heart, out, "--to", "xml"}, 2, "--to: must be one of csv, libsvm, npy, hdf5, mercer"},
      {{std::string(MERCER_DATASETS) + "/camera.png", out, "--to", "csv"}, 2, "is an image"},
      {{ridge, out}, 2, "LIBSVM has no models of kind ridge"},
      {{scaled, out, "--to", "csv"}, 2, "can become --to libsvm only, not csv"},
      {{heart, "-", "--to", "csv", "--json"}, 2, "both ask for standard output"},
      {{folder / "absent.csv", out, "--to", "csv"}, 3, "there is no such file"},
      {{heart, folder / "absent/out", "--to", "csv"}, 3, "cannot be written"}};
  for (const Case& wrong : cases) {
    std::vector<std::string> arguments = {"convert"};
    arguments.insert(arguments.end(), wrong.arguments.begin(), wrong.arguments.end());
    const Outcome outcome = run_mercer(arguments);
    INFO(outcome.err);
    CHECK(outcome.status == wrong.status);
    CHECK(outcome.err.find(wrong.message) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(out));
  }
  const Outcome outcome = run_mercer({"convert", scaled, out});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.find("warning: LIBSVM's format has no place for the scaler") !=
        std::string::npos);
}
