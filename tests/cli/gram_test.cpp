// mercer gram, against the formula of the kernel.
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "mercer/data/load_csv.hpp"
#include "mercer/data/load_npy.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"

using namespace mercer;
using namespace mercer::test;

namespace {

const std::string iris = std::string(MERCER_DATASETS) + "/iris.csv";

arma::mat iris_points() { return load_csv<double>(iris, {.target = "target"}).X; }

double rbf(const arma::mat& X, index_t i, const arma::mat& Y, index_t j) {
  return std::exp(-0.1 * arma::accu(arma::square(X.col(i) - Y.col(j))));
}

double worst_error(const arma::mat& K, const arma::mat& X, const arma::mat& Y) {
  REQUIRE(K.n_rows == X.n_cols);
  REQUIRE(K.n_cols == Y.n_cols);
  double worst = 0;
  for (index_t i = 0; i < K.n_rows; ++i) {
    for (index_t j = 0; j < K.n_cols; ++j) {
      worst = std::max(worst, std::abs(K(i, j) - rbf(X, i, Y, j)));
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("mercer gram is the formula of its kernel", "[cli]") {
  const TemporaryFolder folder;
  const Outcome outcome = run_mercer({"gram", "--data", iris, "--kernel", "rbf(gamma=0.1)",
                                      "--output", folder / "K.npy", "--json", "--quiet"});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  const nlohmann::json json = nlohmann::json::parse(outcome.out);
  CHECK(json["rows"] == 150);
  CHECK(json["bytes"] == 150 * 150 * 8);
  const arma::mat X = iris_points();
  CHECK(worst_error(load_npy<double>(folder / "K.npy"), X, X) < 1e-14);
  CHECK(outcome.err.empty());

  REQUIRE(run_mercer({"gram", "--data", iris, "--kernel", "rbf(gamma=0.1)", "--output",
                      folder / "K.npy", "--float"})
              .status == 0);
  const std::string bytes = file_content(folder / "K.npy");
  CHECK(bytes.find("<f4") != std::string::npos);
  CHECK(worst_error(load_npy<double>(folder / "K.npy"), X, X) < 1e-6);
}

TEST_CASE("mercer gram of two files, as CSV on standard output", "[cli]") {
  const TemporaryFolder folder;
  const arma::mat X = iris_points();
  std::ofstream few(folder / "few.csv");
  few << "5.1,3.5,1.4,0.2\n6,3,4,1.5\n";
  few.close();
  std::ofstream rows(folder / "rows.csv");
  rows << "1,2,3,4\n4,3,2,1\n0,0,0,0.5\n";
  rows.close();
  const Outcome outcome =
      run_mercer({"gram", "--data", folder / "rows.csv", "--data2", folder / "few.csv", "--kernel",
                  "rbf(gamma=0.1)", "--output", "-"});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  std::ofstream(folder / "K.csv") << outcome.out;
  const arma::mat K = load_csv<double>(folder / "K.csv").X.t();
  const arma::mat A = arma::mat{{1, 2, 3, 4}, {4, 3, 2, 1}, {0, 0, 0, 0.5}}.t();
  const arma::mat B = arma::mat{{5.1, 3.5, 1.4, 0.2}, {6, 3, 4, 1.5}}.t();
  CHECK(worst_error(K, A, B) < 1e-15);
}

TEST_CASE("mercer gram plans its memory and refuses wrong use", "[cli]") {
  const TemporaryFolder folder;
  const std::string out = folder / "K.npy";
  struct Case {
    std::vector<std::string> arguments;
    int status;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{"--kernel", "rbf(gamma=1)", "--output", out, "--budget", "100kB"},
       4,
       "do not fit the budget"},
      {{"--kernel", "rbf(gamma=1", "--output", out}, 2, "--kernel: "},
      {{"--kernel", "rbf(gamma=-1)", "--output", out}, 2, "--kernel: "},
      {{"--kernel", "linear()", "--output", folder / "K.mat"}, 2, "--output must end in .npy"},
      {{"--kernel", "linear()", "--output", "-", "--json"}, 2, "both ask for standard output"},
      {{"--kernel", "linear()", "--output", folder / "absent/K.npy"}, 3, "cannot be written"},
      {{"--output", out}, 2, "--kernel is required"}};
  for (const Case& wrong : cases) {
    std::vector<std::string> arguments = {"gram", "--data", iris};
    arguments.insert(arguments.end(), wrong.arguments.begin(), wrong.arguments.end());
    const Outcome outcome = run_mercer(arguments);
    INFO(outcome.err);
    CHECK(outcome.status == wrong.status);
    CHECK(outcome.err.find(wrong.message) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(out));
  }
}
