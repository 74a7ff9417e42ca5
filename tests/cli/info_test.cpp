// mercer info: what files hold, and what the program runs with.
#include <nlohmann/json.hpp>
#include <string>

#include "mercer/core/build_info.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/data/load_hdf5.hpp"
#include "mercer/data/load_npy.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"

using namespace mercer;
using namespace mercer::test;

namespace {

nlohmann::json info(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"info", "--json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Outcome outcome = run_mercer(arguments);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  return nlohmann::json::parse(outcome.out);
}

}  // namespace

TEST_CASE("mercer info tells what the program runs with", "[cli]") {
  const nlohmann::json json = info({"--threads", "1"});
  CHECK(json["simd"] == simd_target());
  CHECK(json["blas"] == blas_name());
  CHECK(json["threads"] == 1);
  CHECK(json["memory_budget_bytes"] == resolve_memory_budget(0));
  const Outcome version = run_mercer({"--version"});
  CHECK(version.out == "mercer " + json["version"].get<std::string>() + "\n");
  const Outcome words = run_mercer({"info"});
  CHECK(words.out.find("simd: " + simd_target() + "\n") != std::string::npos);
}

TEST_CASE("mercer info describes a table", "[cli]") {
  const nlohmann::json json = info({std::string(MERCER_DATASETS) + "/iris.csv"});
  CHECK(json["kind"] == "table");
  CHECK(json["rows"] == 150);
  CHECK(json["features"] == 4);
  CHECK(json["target"]["name"] == "target");
  REQUIRE(json["target"]["classes"].size() == 3);
  CHECK(json["target"]["classes"][2] == nlohmann::json({{"name", "2"}, {"rows", 50}}));
  CHECK(json["columns"][0]["minimum"] == 4.3);
  CHECK(json["columns"][0]["maximum"] == 7.9);

  const TemporaryFolder folder;
  std::ofstream(folder / "t.csv") << "a,b,c\n1,0.5,7\n1,NA,8\n0,0.25,9\n0,1,9.5\n1,2,7\n";
  const nlohmann::json missing = info({folder / "t.csv"});
  CHECK(missing["rows"] == 5);
  CHECK(missing["rows_with_missing_values"] == 1);
  CHECK(missing["columns_that_may_be_classes"] == nlohmann::json({"a"}));
}

TEST_CASE("mercer info describes images and arrays", "[cli]") {
  const nlohmann::json image = info({std::string(MERCER_DATASETS) + "/camera.png"});
  CHECK(image["kind"] == "image");
  CHECK(image["rows"] == 512);
  CHECK(image["planes"] == 1);
  CHECK(image["bits"] == 8);
  CHECK(image["values"][0]["minimum"] == 0);
  CHECK(image["values"][0]["maximum"] == 255);

  const TemporaryFolder folder;
  save_npy(folder / "a.npy", arma::fmat{{1, 2, 3}, {4, 5, -6}});
  const nlohmann::json array = info({folder / "a.npy"});
  CHECK(array["type"] == "<f4");
  CHECK(array["shape"] == nlohmann::json({2, 3}));
  CHECK(array["fortran_order"] == true);
  CHECK(array["minimum"] == -6);

  save_hdf5(folder / "a.h5", arma::mat(3, 7, arma::fill::ones), "group/points");
  const nlohmann::json hdf5 = info({folder / "a.h5"});
  CHECK(hdf5["arrays"][0]["name"] == "group/points");
  CHECK(hdf5["arrays"][0]["shape"] == nlohmann::json({7, 3}));
}

TEST_CASE("mercer info describes models", "[cli]") {
  const TemporaryFolder folder;
  const std::string model = folder / "heart.mercer";
  REQUIRE(
      run_mercer({"train", "--task", "svc", "--data", std::string(MERCER_DATASETS) + "/heart.csv",
                  "--C", "3", "--kernel", "rbf(gamma=0.05)", "--model", model})
          .status == 0);
  const nlohmann::json json = info({model});
  CHECK(json["kind"] == "model");
  CHECK(json["model"] == "svc");
  CHECK(json["kernel"] == "rbf(gamma=0.05)");
  CHECK(json["features"] == 13);
  CHECK(json["classes"] == nlohmann::json({"0", "1"}));
  CHECK(json["options"]["C"] == 3);
  CHECK(json["scaled"] == true);
  CHECK(json["scaler"]["shift"].size() == 13);
  CHECK(json["target"] == "target");
  CHECK(json["columns"].size() == 13);
  CHECK(json["fit"]["status"] == "converged");
  CHECK(json["certificate"]["gap"].get<double>() >= 0);
  CHECK(json["support_vectors"].get<int>() > 10);
  const Outcome piped = run_mercer({"info", "-", "--json"}, file_content(model));
  CHECK(nlohmann::json::parse(piped.out) == json);
}

TEST_CASE("mercer info refuses what it cannot read", "[cli]") {
  const TemporaryFolder folder;
  std::ofstream(folder / "bad.csv") << "a,b\n1,2\n3\n";
  std::ofstream(folder / "bad.npy") << "\x93NUMPY rubbish";
  std::ofstream(folder / "bad.h5") << "\x89HDF\r\n\x1a\nrubbish";
  for (const std::string name : {"absent", "", "bad.csv", "bad.npy", "bad.h5"}) {
    const Outcome outcome = run_mercer({"info", folder / name});
    INFO(outcome.err);
    CHECK(outcome.status == 3);
    CHECK(outcome.err.find("mercer: error: " + (folder / name)) == 0);
    CHECK(outcome.out.empty());
  }
}
