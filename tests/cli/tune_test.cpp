#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>

#include "mercer/data/load_csv.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/selection/search.hpp"
#include "mercer/selection/svc_grid.hpp"
#include "support/catch.hpp"
#include "support/program_json.hpp"

using namespace mercer;
using test::run_mercer;
using test::TemporaryFolder;
using Json = nlohmann::json;

namespace {

const std::string data = MERCER_DATASETS;

Json tuned(const std::vector<std::string>& arguments) { return test::json_of("tune", arguments); }

std::vector<double> means(const Json& table) {
  std::vector<double> out;
  for (const Json& row : table) out.push_back(row["mean"].get<double>());
  return out;
}

}  // namespace

TEST_CASE("tune finds what the library's search finds", "[cli]") {
  const Json json = tuned({"--task", "svc", "--data", data + "/heart.csv", "--gamma", "0.01:0.16:3",
                           "--C", "0.5,2,8", "--folds", "4", "--seed", "3"});
  const auto heart = load_csv<double>(data + "/heart.csv", {.target = "target"});
  const arma::ivec labels = class_codes(heart.y);
  const SearchSpace space({Dimension::of_texts("kernel", {"rbf(gamma=$gamma)"}),
                           Dimension::of_numbers("gamma", {0.01, 0.04, 0.16}),
                           Dimension::of_numbers("C", {0.5, 2, 8})});
  const SearchTable expected = search<double>(
      [](const Parameters& p) { return Svc<double>(p.kernel(), {.C = p.number("C")}); },
      space.grid(), heart.X, labels, stratified_folds(labels, 4, 3),
      {.scaling = Scaling::standardise});
  REQUIRE(json["table"].size() == 9);
  for (index_t r = 0; r < 9; ++r) {
    CAPTURE(r);
    CHECK(json["table"][r]["mean"].get<double>() == expected.rows[r].mean);
    CHECK(json["table"][r]["rank"].get<index_t>() == expected.rows[r].rank);
  }
  const Parameters& best = expected.rows[*expected.best].parameters;
  CHECK(json["best"]["C"].get<double>() == best.number("C"));
  CHECK(json["best"]["gamma"].get<double>() == Approx(best.number("gamma")).epsilon(1e-12));
  CHECK(json["status"] == "converged");
  CHECK(json["seconds"].get<double>() > 0);
  CHECK(json["threads"].get<int>() >= 1);
  CHECK(json["peak_memory_bytes"].get<double>() > 1e6);
}

TEST_CASE("features that are not scaled take the grid of support vector classification", "[cli]") {
  const Json json = tuned({"--task", "svc", "--data", data + "/heart.csv", "--scale", "none",
                           "--gamma", "0.0001,0.001", "--C", "1,10"});
  const auto heart = load_csv<double>(data + "/heart.csv", {.target = "target"});
  const SvcGrid grid = svc_grid(rbf_kernels({1e-4, 1e-3}), heart.X, class_codes(heart.y), {1, 10});
  for (index_t k = 0; k < 4; ++k) {
    const Json& row = json["table"][k];
    for (index_t fold = 0; fold < 5; ++fold) {
      CHECK(row["folds"][fold].get<double>() == grid.fold_accuracy(k / 2, k % 2, fold));
    }
  }
}

TEST_CASE("tune saves the table, a picture and the best model", "[cli]") {
  const TemporaryFolder folder;
  const auto outcome =
      run_mercer({"tune", "--task", "ridge", "--data", data + "/diabetes.csv", "--gamma",
                  "0.001:0.1:3", "--lambda", "0.01:10:4", "--output", folder / "t.csv", "--model",
                  folder / "m", "--plot", folder / "plots"});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK(outcome.out.find("rank") == 0);
  const std::string table = test::file_content(folder / "t.csv");
  CHECK(table.find("rank,kernel,gamma,lambda,rmse") == 0);
  CHECK(std::count(table.begin(), table.end(), '\n') == 13);
  const std::string picture = test::file_content(folder / "plots/heat_map.svg");
  CHECK(picture.find("</svg>") != std::string::npos);
  CHECK(picture.find("lambda") != std::string::npos);
  const auto verified =
      run_mercer({"verify", "--model", folder / "m", "--data", data + "/diabetes.csv"});
  CHECK(verified.status == 0);
}

TEST_CASE("random search and halving are the same for any number of threads", "[cli]") {
  for (const char* way : {"--random", "--halving"}) {
    CAPTURE(way);
    const auto with_threads = [&](const char* threads) {
      return tuned({"--task", "svc", "--data", data + "/heart.csv", way, "9", "--kernel",
                    "rbf(gamma=$gamma)", "--kernel", "linear()", "--gamma", "0.001:1", "--C",
                    "0.1:10", "--threads", threads});
    };
    const Json one = with_threads("1"), three = with_threads("3");
    CHECK(one["table"].size() == 9);
    CHECK(means(one["table"]) == means(three["table"]));
    CHECK(one["best"] == three["best"]);
  }
}

TEST_CASE("other names in kernels have ranges", "[cli]") {
  const Json json = tuned({"--task", "svc", "--data", data + "/iris.csv", "--kernel",
                           "matern32(length=$length)", "--range", "length=0.5,2", "--C", "1"});
  REQUIRE(json["table"].size() == 2);
  CHECK(json["table"][1]["parameters"]["kernel"] == "matern32(length=2)");
}

TEST_CASE("a search that is ended early tells what it has", "[cli]") {
  const TemporaryFolder folder;
  const std::vector<std::string> words = {
      "tune",     "--task",         "svc",     "--data",     data + "/spam.csv",
      "--output", folder / "t.csv", "--model", folder / "m", "--json"};
  SECTION("by Ctrl-C") {
    test::Process process(test::mercer_with(words));
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    process.signal(SIGINT);
    const auto outcome = process.wait();
    INFO(outcome.err);
    CHECK(outcome.status == 130);
    const Json json = Json::parse(outcome.out);
    CHECK(json["status"] == "stopped");
    CHECK(test::file_content(folder / "t.csv").find("not run") != std::string::npos);
    CHECK(std::filesystem::exists(folder / "m") == json.contains("best"));  // of those so far
  }
  SECTION("by the clock") {
    std::vector<std::string> timed = words;
    timed.insert(timed.end(), {"--minutes", "0.03", "--gamma", "0.001:1:40"});
    const auto outcome = run_mercer(timed);
    INFO(outcome.err);
    const Json json = Json::parse(outcome.out);
    CHECK(json["status"] == "time limit");
    CHECK(outcome.status == (json.contains("best") ? 0 : 1));
  }
}
