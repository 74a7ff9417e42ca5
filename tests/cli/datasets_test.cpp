// mercer datasets: the list is that of the files.
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "mercer/data/load_csv.hpp"
#include "mercer/image/image_file.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"

using namespace mercer;
using namespace mercer::test;

TEST_CASE("mercer datasets tells what the files hold", "[cli]") {
  const Outcome outcome = run_mercer({"datasets", "--json"});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  const nlohmann::json json = nlohmann::json::parse(outcome.out);
  std::set<std::string> listed;
  for (const auto& entry : json["datasets"]) {
    const std::string path = entry["path"];
    CAPTURE(path);
    listed.insert(std::filesystem::path(path).filename().string());
    if (entry["task"] == "image") {
      const ImageInfo info = image_info(path);
      CHECK(info.rows == entry["rows"]);
      CHECK(info.cols == entry["features"]);
      continue;
    }
    const Dataset<double> data = load_csv<double>(path, {.target = "target"});
    CHECK(data.X.n_cols == entry["rows"]);
    CHECK(data.X.n_rows == entry["features"]);
    if (entry["classes"] > 0) {
      CHECK(arma::ivec(arma::unique(class_codes(data.y))).n_elem == entry["classes"]);
    }
    const std::string task = entry["task"];
    CHECK((task == "regression") == (entry["classes"] == 0));
    CHECK((task == "multi-class") == (entry["classes"] > 2));
  }
  for (const auto& file : std::filesystem::directory_iterator(MERCER_DATASETS)) {
    const std::string name = file.path().filename().string();
    const bool is_set = name != "index.csv" && (name.ends_with(".csv") || name.ends_with(".pgm"));
    if (is_set) CHECK(listed.contains(name));
  }
}

TEST_CASE("mercer datasets prints the path of one", "[cli]") {
  const Outcome heart = run_mercer({"datasets", "heart"});
  CHECK(heart.status == 0);
  REQUIRE(heart.out.ends_with("/heart.csv\n"));
  CHECK(load_csv<double>(heart.out.substr(0, heart.out.size() - 1)).X.n_cols == 270);
  const Outcome absent = run_mercer({"datasets", "hart"});
  CHECK(absent.status == 2);
  CHECK(absent.err.find("there is no data set hart, only iris, wine") != std::string::npos);

  const TemporaryFolder folder;
  std::ofstream(folder / "index.csv")
      << "name,file,task,rows,features,classes,about\nmine,m.csv,binary,2,1,2,two rows\n";
  const Outcome mine = run_mercer({"datasets", "mine"}, {}, {"MERCER_DATASETS=" + (folder / "")});
  CHECK(mine.status == 0);
  CHECK(mine.out == (folder / "m.csv") + "\n");
  const Outcome nowhere = run_mercer({"datasets"}, {}, {"MERCER_DATASETS=/nowhere"});
  CHECK(nowhere.status == 3);
  CHECK(nowhere.err.find("/nowhere/index.csv: the file cannot be opened") != std::string::npos);
}
