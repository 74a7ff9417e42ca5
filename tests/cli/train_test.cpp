#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "mercer/core/check.hpp"
#include "mercer/data/load_csv.hpp"
#include "mercer/data/scaler.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/svc.hpp"
#include "support/catch.hpp"
#include "support/program_json.hpp"

using namespace mercer;
using Catch::Matchers::Contains;
using test::json_of;
using test::run_mercer;
using test::TemporaryFolder;
using Json = nlohmann::json;

namespace {

const std::string data = MERCER_DATASETS;

// The first `rows` lines of a bundled set, with its header.
std::string head_of(const std::string& set, int rows) {
  std::ifstream in(data + "/" + set + ".csv");
  std::string out, line;
  for (int i = 0; i <= rows && std::getline(in, line); ++i) out += line + "\n";
  return out;
}

}  // namespace

TEST_CASE("the program trains what the library trains", "[cli]") {
  const TemporaryFolder folder;
  const Json trained =
      json_of(run_mercer({"train", "--task", "svc", "--data", data + "/heart.csv", "--kernel",
                          "rbf(gamma=0.05)", "--C", "3", "--model", folder / "m", "--json"}));
  CHECK(trained["status"] == "converged");
  CHECK(trained["certificate"]["violation"].get<double>() <= 1e-3);
  CHECK(trained["threads"].get<int>() >= 1);
  CHECK(trained["peak_memory_bytes"].get<double>() > 1e6);
  CHECK(trained["seconds"].get<double>() < 10);

  const auto heart = load_csv<double>(data + "/heart.csv", {.target = "target"});
  const auto scaler = Scaler<double>::standardise(heart.X);
  Svc<double> svc(Rbf(0.05), {.C = 3});
  const Report report = svc.fit(scaler.apply(heart.X), class_codes(heart.y));
  CHECK(trained["certificate"]["dual_objective"].get<double>() ==
        report.certificate.dual_objective);
  const auto predicted = run_mercer({"predict", "--model", folder / "m", "--data",
                                     data + "/heart.csv", "--output", folder / "p"});
  CHECK(predicted.status == 0);
  CHECK(predicted.out.empty());
  std::string lines = "prediction\n";
  for (const arma::sword code : svc.predict(scaler.apply(heart.X))) {
    lines += std::to_string(code) + "\n";
  }
  CHECK(test::file_content(folder / "p") == lines);
}

TEST_CASE("every task trains, predicts and can be verified", "[cli]") {
  struct Case {
    std::string task, set;
    std::vector<std::string> more;
    std::string quality;
  };
  const auto [task, set, more, quality] = GENERATE(values<Case>(
      {{"svc", "iris", {"--C", "10"}, "accuracy"},
       {"nu-svc", "iris", {"--nu", "0.2", "--against-rest"}, "accuracy"},
       {"svr", "diabetes", {"--C", "100", "--epsilon", "10"}, "rmse"},
       {"nu-svr", "diabetes", {"--C", "100", "--nu", "0.4"}, "rmse"},
       {"one-class", "wine", {"--nu", "0.1"}, "outside"},
       {"svdd", "wine", {"--nu", "0.1"}, "outside"},
       {"ridge", "concrete", {"--lambda", "0.1"}, "rmse"},
       {"ridge", "concrete", {"--lambda", "0.1", "--method", "conjugate-gradient"}, "rmse"},
       {"gp", "diabetes", {}, "rmse"},
       {"gp-classifier", "heart", {"--no-optimise"}, "accuracy"}}));
  CAPTURE(task, set);
  const TemporaryFolder folder;
  std::vector<std::string> words = {
      "train",   "--task",     task,    "--data", data + "/" + set + ".csv",
      "--model", folder / "m", "--json"};
  words.insert(words.end(), more.begin(), more.end());
  const Json trained = json_of(run_mercer(words));
  CHECK(trained["quality"].contains(quality));

  const Json predicted = json_of(run_mercer(
      {"predict", "--model", folder / "m", "--data", data + "/" + set + ".csv", "--json"}));
  CHECK(predicted["quality"] == trained["quality"]);

  const Json verified = json_of(run_mercer(
      {"verify", "--model", folder / "m", "--data", data + "/" + set + ".csv", "--json"}));
  CHECK(verified["status"] == "holds");

  // The certificate of other data does not hold.
  std::string other = head_of(set, 100000);
  std::swap(other[other.find('\n') + 1], other[other.find('\n') + 3]);
  std::ofstream(folder / "other.csv")
      << head_of(set, 60) << head_of(set, 60).substr(head_of(set, 0).size());
  const auto refused =
      run_mercer({"verify", "--model", folder / "m", "--data", folder / "other.csv"});
  CHECK(refused.status == 1);
  CHECK(refused.err.find("does not hold") != std::string::npos);
}

TEST_CASE("verify sees a single value that is another", "[cli]") {
  const TemporaryFolder folder;
  const auto [task, more] = GENERATE(table<std::string, std::vector<std::string>>(
      {{"svr", {"--C", "100", "--epsilon", "10"}}, {"ridge", {}}, {"svdd", {"--nu", "0.1"}}}));
  CAPTURE(task);
  const std::string rows = head_of("diabetes", 100000);
  std::ofstream(folder / "d.csv") << rows;
  std::vector<std::string> words = {"train",          "--task",  task,         "--data",
                                    folder / "d.csv", "--model", folder / "m", "--json"};
  words.insert(words.end(), more.begin(), more.end());
  json_of(run_mercer(words));
  const auto verified = [&](const std::string& content) {
    std::ofstream(folder / "other.csv") << content;
    return run_mercer({"verify", "--model", folder / "m", "--data", folder / "other.csv"});
  };
  CHECK(verified(rows).status == 0);
  // The target of the last row; of novelties, its first feature.
  const std::size_t begin = rows.rfind('\n', rows.size() - 2) + 1;
  std::string other = rows;
  if (task == "svdd") {
    other.insert(begin, "5");
  } else {
    other.insert(rows.rfind(',') + 1, "1");
  }
  const auto refused = verified(other);
  INFO(refused.err);
  CHECK(refused.status == 1);
  CHECK(refused.err.find("which does not agree") != std::string::npos);
}

TEST_CASE("missing values are refused, filled or left out, as asked for", "[cli]") {
  const TemporaryFolder folder;
  std::string rows = "size,age,target\n";
  for (int i = 0; i < 12; ++i) {
    rows +=
        std::to_string(i) + "," + std::to_string(i * i % 7) + "," + std::to_string(2 * i) + "\n";
  }
  std::ofstream(folder / "whole.csv") << rows;
  std::ofstream(folder / "holes.csv") << rows << ",3,4\n5,NA,6\n";
  const auto run = [&](const std::string& command, const std::string& model,
                       const std::string& table, std::vector<std::string> more) {
    std::vector<std::string> words = {command, "--model", folder / model, "--data", folder / table};
    if (command == "train") words.insert(words.end(), {"--task", "ridge"});
    words.insert(words.end(), more.begin(), more.end());
    return run_mercer(words);
  };
  const auto lines = [](const std::string& text) { return std::ranges::count(text, '\n'); };
  CHECK(run("train", "m", "holes.csv", {}).status == 3);
  const auto dropped = run("train", "plain", "holes.csv", {"--missing", "drop"});
  CHECK(dropped.status == 0);
  CHECK_THAT(dropped.err, Contains("2 rows with a missing value are left out"));
  const auto filled = run("train", "means", "holes.csv", {"--missing", "mean"});
  CHECK(filled.status == 0);
  CHECK_THAT(filled.err, Contains("2 missing values got the mean"));

  const auto refused = run("predict", "plain", "holes.csv", {});
  CHECK(refused.status == 3);
  CHECK_THAT(refused.err, Contains("holes.csv:14: column 'size' (column 1) is empty"));
  CHECK(lines(run("predict", "plain", "holes.csv", {"--missing", "drop"}).out) == 13);
  const auto without = run("predict", "plain", "holes.csv", {"--missing", "mean"});
  CHECK(without.status == 2);
  CHECK_THAT(without.err, Contains("the model knows no means"));

  const auto own = run("predict", "means", "holes.csv", {});
  CHECK(lines(own.out) == 15);
  CHECK_THAT(own.err, Contains("2 missing values got the mean"));
  CHECK(run("predict", "means", "holes.csv", {"--missing", "mean"}).out == own.out);
  CHECK(lines(run("predict", "means", "holes.csv", {"--missing", "drop"}).out) == 13);
  CHECK(run("predict", "means", "holes.csv", {"--missing", "refuse"}).status == 3);
}

TEST_CASE("words as labels come back as words", "[cli]") {
  const TemporaryFolder folder;
  std::ofstream file(folder / "d.csv");
  file << "x,colour,kind\n";
  for (int i = 0; i < 30; ++i) {
    file << i << ',' << (i % 3 == 0 ? "red" : "blue") << ','
         << (i < 15 ? "small" : "\"large, very\"") << '\n';
  }
  file.close();
  const auto trained =
      run_mercer({"train", "--task", "svc", "--data", folder / "d.csv", "--target", "kind",
                  "--one-hot", "colour", "--probabilities", "--model", folder / "m"});
  INFO(trained.err);
  REQUIRE(trained.status == 0);
  const auto predicted =
      run_mercer({"predict", "--model", folder / "m", "--data", "-", "--probabilities"},
                 "colour,x\nred,2\nblue,27\n");
  INFO(predicted.err);
  REQUIRE(predicted.status == 0);
  CHECK(predicted.out.rfind("prediction,\"p_large, very\",p_small\nsmall,", 0) == 0);
  CHECK(predicted.out.find("\n\"large, very\",") != std::string::npos);
}

TEST_CASE("a model goes to standard output and data come from standard input", "[cli]") {
  const TemporaryFolder folder;
  const auto trained = run_mercer({"train", "--task", "ridge", "--data", "-", "--model", "-"},
                                  head_of("concrete", 100));
  REQUIRE(trained.status == 0);
  CHECK(trained.out.rfind("mercer model", 0) == 0);
  CHECK(trained.out.back() == '\n');
  std::ofstream(folder / "m") << trained.out;
  CHECK(run_mercer({"predict", "--model", folder / "m", "--data", "-"}, head_of("concrete", 5))
            .status == 0);
}

TEST_CASE("the same model file for any number of threads", "[cli]") {
  const TemporaryFolder folder;
  std::string first;
  for (const std::string threads : {"1", "2", "3"}) {
    REQUIRE(run_mercer({"train", "--task", "svc", "--data", data + "/wine.csv", "--threads",
                        threads, "--model", folder / "m"})
                .status == 0);
    const std::string bytes = test::file_content(folder / "m");
    if (first.empty()) first = bytes;
    CHECK(bytes == first);
  }
}

TEST_CASE("quiet is quiet, and notes go to standard error", "[cli]") {
  const TemporaryFolder folder;
  const std::vector<std::string> words = {
      "train", "--task", "svc", "--data", data + "/iris.csv", "--model", folder / "m"};
  const auto loud = run_mercer(words);
  CHECK(loud.out.empty());
  CHECK(loud.err.find("model saved in") != std::string::npos);
  CHECK(loud.err.find('\x1b') == std::string::npos);
  auto quiet_words = words;
  quiet_words.push_back("--quiet");
  const auto quiet = run_mercer(quiet_words);
  CHECK(quiet.out.empty());
  CHECK(quiet.err.empty());
}

TEST_CASE("the target must suit the task", "[cli]") {
  const TemporaryFolder folder;
  const auto trained = [&](const std::string& task, const std::string& rows) {
    return run_mercer({"train", "--task", task, "--data", "-", "--model", folder / "model"}, rows);
  };
  const std::string words = "a,target\n1,cat\n2,dog\n3,cat\n4,dog\n";
  for (const std::string task : {"ridge", "svr", "nu-svr", "gp"}) {
    const auto outcome = trained(task, words);
    CHECK(outcome.status == 3);
    CHECK(outcome.err.find("<stdin>: the target holds words, such as 'cat'") != std::string::npos);
  }
  CHECK(trained("svc", words).status == 0);
  const auto outcome = trained("svc", "a,target\n1,0.5\n2,1.5\n3,0.5\n4,1.5\n");
  CHECK(outcome.status == 3);
  CHECK(outcome.err.find("the target holds 0.5, which is no class") != std::string::npos);
}

TEST_CASE("a state is neither overwritten nor lost", "[cli]") {
  const TemporaryFolder folder;
  const auto train = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {
        "train", "--task",  "svr",        "--data",       data + "/abalone.csv", "--C",
        "1000",  "--model", folder / "m", "--checkpoint", folder / "s"};
    words.insert(words.end(), more.begin(), more.end());
    return run_mercer(words);
  };
  CHECK(train({"--time-limit", "0.02"}).status == 0);
  REQUIRE(std::filesystem::exists(folder / "s"));  // it can be gone on with
  const auto again = train({});
  CHECK(again.status == 2);
  CHECK(again.err.find("--resume goes on with it") != std::string::npos);
  CHECK(train({"--resume"}).status == 0);
  CHECK_FALSE(std::filesystem::exists(folder / "s"));
}

TEST_CASE("a model without a certificate cannot be verified", "[cli]") {
  const TemporaryFolder folder;
  const std::string heart = data + "/heart.csv";
  REQUIRE(run_mercer({"train", "--task", "svc", "--data", heart, "--scale", "none", "--model",
                      folder / "m"})
              .status == 0);
  REQUIRE(run_mercer({"verify", "--model", folder / "m", "--data", heart}).status == 0);
  REQUIRE(run_mercer({"convert", folder / "m", folder / "m.libsvm", "--to", "libsvm"}).status == 0);
  REQUIRE(run_mercer({"convert", folder / "m.libsvm", folder / "n", "--to", "mercer"}).status == 0);
  const auto outcome = run_mercer({"verify", "--model", folder / "n", "--data", heart, "--json"});
  CHECK(outcome.status == 1);
  CHECK(Json::parse(outcome.out)["status"] == "no certificate");
  CHECK(outcome.err.find("has no certificate") != std::string::npos);
}
