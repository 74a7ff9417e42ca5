#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "mercer/data/load_csv.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/selection/cross_validation.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/program_json.hpp"

using namespace mercer;
using Catch::Matchers::Contains;
using test::run_mercer;
using test::TemporaryFolder;
using Json = nlohmann::json;

namespace {

const std::string data = MERCER_DATASETS;

Json evaluated(const std::vector<std::string>& arguments) {
  return test::json_of("evaluate", arguments);
}

std::set<std::string> files_in(const std::string& folder) {
  std::set<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    out.insert(entry.path().filename().string());
  }
  return out;
}

// Each is an SVG that ends, without a number that is none.
void check_pictures(const std::string& folder) {
  for (const std::string& name : files_in(folder)) {
    CAPTURE(name);
    const std::string text = test::file_content(folder + "/" + name);
    CHECK(text.find("<svg") != std::string::npos);
    CHECK(text.find("</svg>") != std::string::npos);
    CHECK(text.find("nan") == std::string::npos);
  }
}

// Two columns and the target of a bundled set.
void write_two_columns(const std::string& set, const std::string& path) {
  const auto all = load_csv<double>(data + "/" + set + ".csv", {.target = "target"});
  std::ofstream out(path);
  out << "u,v,target\n";
  for (index_t i = 0; i < all.X.n_cols; ++i) {
    out << all.X(2, i) << ',' << all.X(3, i) << ',' << all.y(i) << '\n';
  }
}

}  // namespace

TEST_CASE("evaluate says what the library's cross-validation says", "[cli]") {
  const Json json = evaluated({"--task", "svc", "--data", data + "/heart.csv", "--kernel",
                               "rbf(gamma=0.05)", "--C", "3", "--seed", "7"});
  const auto heart = load_csv<double>(data + "/heart.csv", {.target = "target"});
  const arma::ivec labels = class_codes(heart.y);
  const CrossValidation expected = cross_validate<double>(
      Svc<double>(Rbf(0.05), {.C = 3}), heart.X, labels, stratified_folds(labels, 5, 7),
      {.scores = {score_named("accuracy"), score_named("auc")}, .scaling = Scaling::standardise});
  CHECK(json["status"] == "converged");
  CHECK(json["quality"]["accuracy"]["mean"].get<double>() == expected.scores[0].mean);
  CHECK(json["quality"]["accuracy"]["standard_deviation"].get<double>() ==
        expected.scores[0].standard_deviation);
  CHECK(json["quality"]["accuracy"]["folds"].get<std::vector<double>>() ==
        std::vector<double>(expected.scores[0].folds.begin(), expected.scores[0].folds.end()));
  CHECK(json["quality"]["auc"]["mean"].get<double>() == expected.scores[1].mean);
  CHECK(json["quality"].contains("balanced_accuracy"));
  CHECK_FALSE(json["quality"].contains("log_loss"));
  CHECK(json["seconds"].get<double>() > 0);
  CHECK(json["threads"].get<int>() >= 1);
  CHECK(json["peak_memory_bytes"].get<double>() > 1e6);
  CHECK_FALSE(json["method"].get<std::string>().empty());
}

TEST_CASE("leave-one-out of ridge regression comes in closed form", "[cli]") {
  const TemporaryFolder folder;
  const Json json = evaluated({"--task", "ridge", "--data", data + "/concrete.csv", "--kernel",
                               "rbf(gamma=1e-5)", "--lambda", "0.1", "--scale", "none",
                               "--leave-one-out", "--output", folder / "p.csv"});
  const auto concrete = load_csv<double>(data + "/concrete.csv", {.target = "target"});
  KernelRidge<double> ridge(Rbf(1e-5), {.lambda = 0.1, .leave_one_out = true});
  REQUIRE(ridge.fit(concrete.X, Mat<double>(concrete.y)));
  const Mat<double> errors = ridge.leave_one_out_residuals();
  const double rmse = std::sqrt(arma::mean(arma::square(errors.col(0))));
  CHECK(json["quality"]["rmse"]["pooled"].get<double>() == Approx(rmse).epsilon(1e-9));

  std::ifstream table(folder / "p.csv");
  std::string line;
  std::getline(table, line);
  CHECK(line == "row,division,fold,target,prediction");
  index_t rows = 0;
  while (std::getline(table, line)) ++rows;
  CHECK(rows == concrete.X.n_cols);
}

TEST_CASE("the scaler of a fold does not see the rows held out", "[cli]") {
  // One far row spoils the scale of a feature for the folds that train on it, and for them only.
  const TemporaryFolder folder;
  std::ofstream table(folder / "d.csv");
  table << "a,target\n";
  for (int i = 0; i < 20; ++i) table << (i == 0 ? 1e9 : i % 2 + 0.01 * i) << ',' << i % 2 << '\n';
  table.close();
  const Json json = evaluated(
      {"--task", "svc", "--data", folder / "d.csv", "--kernel", "rbf(gamma=1)", "--C", "100"});
  const std::vector<double> folds = json["quality"]["accuracy"]["folds"].get<std::vector<double>>();
  // The fold that holds the far row out is the only one with rows at a useful scale.
  CHECK(std::count_if(folds.begin(), folds.end(), [](double share) { return share >= 0.75; }) == 1);
}

TEST_CASE("evaluate gives the same for any number of threads", "[cli]") {
  const std::vector<std::string> words = {"--task",  "svc", "--data",    data + "/iris.csv",
                                          "--folds", "4",   "--repeats", "2"};
  std::vector<std::string> one = words, three = words;
  one.insert(one.end(), {"--threads", "1"});
  three.insert(three.end(), {"--threads", "3"});
  CHECK(evaluated(one)["quality"] == evaluated(three)["quality"]);
}

TEST_CASE("novelties are compared with the label that is normal", "[cli]") {
  const TemporaryFolder folder;
  std::ofstream words(folder / "words.csv"), signs(folder / "signs.csv"), bare(folder / "bare.csv");
  words << "u,v,target\n", signs << "u,v,target\n", bare << "u,v\n";
  const arma::mat X = test::normal_matrix<double>(2, 60, 1);
  for (index_t i = 0; i < 60; ++i) {
    const bool far = i % 10 == 0;
    std::ostringstream row;
    row << X(0, i) + (far ? 8 : 0) << ',' << X(1, i);
    words << row.str() << (far ? i % 20 == 0 ? ",broken" : ",worn" : ",fine") << '\n';
    signs << row.str() << (far ? ",-1" : ",1") << '\n';
    bare << row.str() << '\n';
  }
  words.close(), signs.close(), bare.close();
  const std::vector<std::string> fit = {"--task", "one-class", "--nu", "0.1", "--data"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), fit.begin(), fit.end());
    return more;
  };
  const Json named =
      evaluated(with({folder / "words.csv", "--normal", "fine", "--plot", folder / "p"}));
  CHECK(named["quality"] == evaluated(with({folder / "signs.csv"}))["quality"]);
  CHECK(named["quality"]["accuracy"]["mean"].get<double>() > 0.7);
  CHECK(files_in(folder / "p").contains("roc.svg"));
  test::json_of("train", with({folder / "words.csv", "--model", folder / "m"}));
  const Json told = test::json_of(
      "predict", {"--model", folder / "m", "--data", folder / "words.csv", "--normal", "fine"});
  const Json plain =
      test::json_of("predict", {"--model", folder / "m", "--data", folder / "words.csv"});
  CHECK(told["quality"].contains("accuracy"));
  CHECK_FALSE(plain["quality"].contains("accuracy"));
  CHECK(told["quality"]["outside"] == plain["quality"]["outside"]);
  const auto error_of = [](const std::vector<std::string>& arguments) {
    const auto outcome = run_mercer(arguments);
    CHECK(outcome.status == 2);
    return outcome.err;
  };
  const auto evaluating = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = with(more);
    all.insert(all.begin(), "evaluate");
    return error_of(all);
  };
  CHECK_THAT(evaluating({folder / "words.csv", "--normal", "good"}),
             Contains("--normal: no row has the label good"));
  CHECK_THAT(evaluating({folder / "bare.csv", "--normal", "fine"}),
             Contains("--normal needs the target"));
  CHECK_THAT(evaluating({folder / "words.csv"}), Contains("--normal says which label is +1"));
  CHECK_THAT(
      error_of({"evaluate", "--task", "svc", "--data", folder / "words.csv", "--normal", "fine"}),
      Contains("--normal is of one-class and svdd, not of svc"));
}

TEST_CASE("pictures suit the task", "[cli]") {
  const TemporaryFolder folder;
  evaluated({"--task", "svc", "--data", data + "/heart.csv", "--probabilities", "--plot",
             folder / "two"});
  CHECK(files_in(folder / "two") == std::set<std::string>{"confusion.svg", "convergence.svg",
                                                          "precision_recall.svg", "reliability.svg",
                                                          "roc.svg"});
  check_pictures(folder / "two");
  evaluated({"--task", "gp", "--data", data + "/diabetes.csv", "--folds", "2", "--plot",
             folder / "values"});
  const std::set<std::string> values = files_in(folder / "values");
  CHECK(values.contains("predicted_against_true.svg"));
  CHECK(values.contains("residuals.svg"));
  CHECK(values.contains("convergence.svg"));
  CHECK_FALSE(values.contains("confusion.svg"));
  check_pictures(folder / "values");
  write_two_columns("iris", folder / "iris.csv");
  const auto outcome = run_mercer(
      {"evaluate", "--task", "svc", "--data", folder / "iris.csv", "--plot", folder / "plane"});
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.out.find("accuracy") != std::string::npos);
  CHECK(files_in(folder / "plane").contains("regions.svg"));
  CHECK(files_in(folder / "plane").contains("convergence.svg"));
  CHECK_FALSE(files_in(folder / "plane").contains("roc.svg"));
  CHECK(outcome.err.find("roc.svg and precision_recall.svg are not drawn") != std::string::npos);
  check_pictures(folder / "plane");
}
