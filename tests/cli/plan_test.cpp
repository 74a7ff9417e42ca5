// mercer plan, against the plans of the library, and the time of fits.
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "mercer/kernel/rbf.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"

using namespace mercer;
using namespace mercer::test;

namespace {

nlohmann::json plan(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"plan", "--json", "--quiet"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Outcome outcome = run_mercer(arguments);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  return nlohmann::json::parse(outcome.out);
}

std::vector<std::string> sizes(const std::string& task, const std::string& rows,
                               const std::string& features) {
  return {"--task", task, "--rows", rows, "--features", features};
}

}  // namespace

TEST_CASE("mercer plan has the bytes and the method of the library", "[cli]") {
  const KernelRidge<double> model(Rbf(0.1));
  for (const index_t n : {index_t{500}, index_t{20'000}, index_t{1'000'000}}) {
    std::vector<std::string> arguments = sizes("ridge", std::to_string(n), "10");
    arguments.insert(arguments.end(), {"--kernel", "rbf(gamma=0.1)"});
    const nlohmann::json json = plan(arguments);
    const RidgePlan expected = model.plan(n, 10, 1);
    CHECK(json["bytes"] == expected.bytes);
    CHECK(json["budget_bytes"] == expected.budget);
    CHECK(expected.text().starts_with(json["method"].get<std::string>() + ":"));
    CHECK(json["seconds_least"].get<double>() > 0);
    CHECK(json["seconds_least"].get<double>() <= json["seconds_most"].get<double>());
  }
  CHECK(plan(sizes("svc", "5000", "10"))["method"] == "smo");
  CHECK(plan(sizes("svr", "50000", "10"))["method"] == "smo in computed blocks");
  CHECK(plan(sizes("one-class", "50000", "100"))["method"] == "smo in blocks");
  CHECK(plan(sizes("svr", "4177", "10"))["method"] == "smo");
  CHECK(plan(sizes("nu-svr", "4177", "10"))["method"] ==
        "smo in computed blocks");  // 2 n variables
  CHECK(plan(sizes("gp-classifier", "300", "4"))["method"] == "newton");
  std::vector<std::string> large = sizes("gp", "20000", "4");
  large.insert(large.end(), {"--no-optimise", "--budget", "1200MB", "--noise", "0.1"});
  CHECK(std::string(plan(large)["method"]).starts_with("conjugate gradient (K in float tiles"));
  CHECK(plan(sizes("gp", "3000", "4"))["bytes"].get<double>() >= 8.0 * 3000 * 3000 / 2);
}

TEST_CASE("more rows take more time", "[cli]") {
  for (const std::string task : {"svc", "svr", "ridge", "gp", "gp-classifier", "one-class"}) {
    CAPTURE(task);
    const double few = plan(sizes(task, "1000", "10"))["seconds_most"];
    const double many = plan(sizes(task, "8000", "10"))["seconds_most"];
    CHECK(many > few);
  }
}

TEST_CASE("mercer plan --data has the sizes of the file", "[cli]") {
  const nlohmann::json json =
      plan({"--task", "svc", "--data", std::string(MERCER_DATASETS) + "/satellite.csv", "--threads",
            "1"});
  CHECK(json["rows"] == 6435);
  CHECK(json["features"] == 36);
  // Classes of 1533, 703, 1358, 626, 707 and 1508 rows: within each, and between the two largest.
  CHECK(json["bytes"] == 12 * (7854251 + 3041 * 3041 / 2));
}

TEST_CASE("mercer plan ends with status 4 over the budget, and refuses wrong use", "[cli]") {
  struct Case {
    std::vector<std::string> arguments;
    int status;
    std::string message;
  };
  const std::string data = std::string(MERCER_DATASETS) + "/iris.csv";
  const std::vector<Case> cases = {
      {{"--task", "gp", "--rows", "50000", "--features", "3", "--budget", "1GB"}, 4, "the budget"},
      {{"--task", "ridge", "--rows", "50000", "--features", "3", "--budget", "1MB"},
       4,
       "the budget is 1.00 MB"},
      {{"--task", "svc", "--rows", "1000000", "--features", "3", "--budget", "1MB"},
       4,
       "two columns of"},
      {{"--task", "svc"}, 2, "plan needs --data, or --rows and --features"},
      {{"--task", "svc", "--rows", "10"}, 2, "plan needs --data, or --rows and --features"},
      {{"--task", "svc", "--data", data, "--rows", "10"}, 2, "--rows has no meaning with --data"},
      {{"--task", "svc", "--rows", "9", "--features", "2", "--classes", "1"}, 2, "--classes: must"},
      {{"--task", "svc", "--rows", "9", "--features", "2", "--kernel", "ard([1], rbf(gamma=1))"},
       2,
       ""},
      {{"--task", "svc", "--rows", "9", "--features", "2", "--lambda", "1"},
       2,
       "--lambda has no meaning for svc"}};
  for (const Case& wrong : cases) {
    std::vector<std::string> arguments = {"plan"};
    arguments.insert(arguments.end(), wrong.arguments.begin(), wrong.arguments.end());
    const Outcome outcome = run_mercer(arguments);
    INFO(outcome.err);
    CHECK(outcome.status == wrong.status);
    CHECK(outcome.err.find(wrong.message) != std::string::npos);
  }
}
