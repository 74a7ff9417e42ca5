// Command lines that ask for what cannot be: each ends with its status and says what is wrong.
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/program.hpp"

using namespace mercer;
using test::TemporaryFolder;

namespace {

struct Wrong {
  int status;
  std::string
      arguments;  // words; $d: a table, $t: the same without target, $m: its model, $o: a new file
  std::string message;  // a part of what is said
};

const std::vector<Wrong> command_lines = {
    {2, "", "A subcommand is required"},
    {2, "trian", "trian"},
    {2, "--task svc", "--task"},
    {2, "train", "--data is required"},
    {2, "train --task svc --data $d", "--model is required"},
    {2, "train --data $d --model $o", "--task is required"},
    {2, "train --task svm --data $d --model $o", "svm"},
    {2, "train --task svc --data $d --model $o --sparkle", "--sparkle"},
    {2, "train --task svc --data $d --model $o --C", "--C"},
    {2, "train --task svc --data $d --model $o --C zero", "zero"},
    {2, "train --task svc --data $d --model $o --C 0", "--C"},
    {2, "train --task svc --data $d --model $o --C -1", "--C"},
    {2, "train --task svc --data $d --model $o --C inf",
     "--C: must be finite and positive, is inf"},
    {2, "train --task svc --data $d --model $o --nu 0.5", "--nu has no meaning for svc"},
    {2, "train --task ridge --data $d --model $o --C 1", "--C has no meaning for ridge"},
    {2, "train --task svc --data $d --model $o --lambda 1", "--lambda has no meaning for svc"},
    {2, "train --task nu-svc --data $d --model $o --nu 2", "--nu"},
    {2, "train --task svr --data $d --model $o --epsilon -1", "--epsilon"},
    {2, "train --task ridge --data $d --model $o --method lu", "lu"},
    {2, "train --task svc --data $d --model $o --kernel rbf(gamma=-1)", "gamma"},
    {2, "train --task svc --data $d --model $o --kernel rbf(", "--kernel"},
    {2, "train --task svc --data $d --model $o --kernel gauss()", "gauss"},
    {2, "train --task svc --data $d --model $o --scale log", "log"},
    {2, "train --task svc --data $d --model $o --threads -1", "--threads"},
    {2, "train --task svc --data $d --model $o --threads many", "many"},
    {2, "train --task svc --data $d --model $o --budget 4XB", "--budget"},
    {2, "train --task svc --data $d --model $o --budget -4GB", "must be a size such as 4GB"},
    {2, "train --task svc --data $d --model $o --budget 1.5.2GB", "must be a size such as 4GB"},
    {2, "train --task svc --data $d --model $o --budget 4GBB", "must be a size such as 4GB"},
    {2, "train --task svc --data $d --model $o --budget GB", "must be a size such as 4GB"},
    {4, "train --task ridge --data $d --model $o --method cholesky --budget 1.5kib", "1.54 kB"},
    {2, "train --task svc --data $d --model $o --seed -1", "--seed: must be a whole number"},
    {2, "train --task svc --data $d --model $o --max-iterations -3", "--max-iterations: must be"},
    {2, "train --task svc --data $d --model $d", "name the same file"},
    {2, "train --task svc --data $d --model $o --checkpoint $d", "name the same file"},
    {2, "train --task svc --data $d --model $o --checkpoint $o", "name the same file"},
    {3, "train --task svc --data $d --model $o --checkpoint $t", "is no checkpoint"},
    {2, "train --task svc --data $d --model $o --tolerance 0", "--tolerance"},
    {2, "train --task svc --data $d --model $o --time-limit 0", "--time-limit"},
    {2, "train --task svc --data $d --model $o --resume", "--resume needs --checkpoint"},
    {2, "train --task svc --data $d --model - --json", "both ask for standard output"},
    {2, "train --task svc --data $d --model $o --class-weight 1:2", "LABEL=WEIGHT"},
    {2, "train --task svc --data $d --model $o --class-weight 7x=2", "LABEL=WEIGHT"},
    {2, "train --task svc --data $t --model $o", "--target"},
    {3, "train --task svc --data $d --model $o --target colour", "'colour'"},
    {3, "train --task svc --data no_such_file.csv --model $o", "there is no such file"},
    {3, "train --task svc --data . --model $o", "is a directory"},
    {3, "train --task svc --data $d --model no/such/folder/m", "cannot be written"},
    {3, "train --task svc --data $d --model .", "is a directory"},
    {3, "train --task svc --data $d --model $o --target a",
     "the target holds 0.5, which is no class"},
    {3, "train --task svc --data $d --model $o --class-weight 7=2", "class 7, which no row has"},
    {4, "train --task ridge --data $d --model $o --method cholesky --budget 1KB", "budget"},
    {4, "train --task gp --data $d --model $o --budget 1KB", "budget"},
    {2, "predict --data $d", "--model is required"},
    {2, "predict --model $m", "--data is required"},
    {2, "predict --model $m --data $d --json --output -", "both ask for standard output"},
    {2, "predict --model $m --data $d --std", "--std"},
    {2, "predict --model $m --data $d --probabilities", "train it with --probabilities"},
    {2, "predict --model $m --data $d --output $m", "name the same file"},
    {2, "predict --model $m --data $d --output $d", "name the same file"},
    {3, "predict --model $d --data $d", ":1:"},
    {3, "predict --model no_such_model --data $d", "there is no such file"},
    {3, "predict --model $m --data no_such_file.csv", "there is no such file"},
    {2, "verify --model $m --data $t", "with its target"},
    {2, "verify --model $m", "--data is required"},
    {2, "evaluate --data $d", "--task is required"},
    {2, "evaluate --task svc", "--data is required"},
    {2, "evaluate --task svc --data $t", "--target is needed"},
    {2, "evaluate --task svc --data $d --folds 1", "--folds: must be a whole number from 2"},
    {2, "evaluate --task svc --data $d --folds 41", "at most 40, the rows, is 41"},
    {2, "evaluate --task svc --data $d --repeats 0", "--repeats: must be a whole number from 1"},
    {2, "evaluate --task svc --data $d --repeats -1", "from 1 to 1000, is -1"},
    {2, "evaluate --task svc --data $d --leave-one-out --folds 3", "no meaning with it"},
    {2, "evaluate --task svc --data $d --scores rmse", "score rmse has no meaning for svc"},
    {2, "evaluate --task svc --data $d --scores log_loss", "needs probabilities"},
    {2, "evaluate --task ridge --data $d --scores auc", "score auc has no meaning for ridge"},
    {2, "evaluate --task svc --data $d --scores best", "a score must be one of accuracy"},
    {2, "evaluate --task ridge --data $d --C 2", "--C has no meaning for ridge"},
    {2, "evaluate --task svc --data $d --json --output -", "both ask for standard output"},
    {3, "evaluate --task svc --data $d --output no/such/folder/p", "cannot be written"},
    {2, "tune --data $d", "--task is required"},
    {2, "tune --task gp --data $d", "there is nothing to tune"},
    {2, "tune --task svc --data $d --grid --random 3", "excludes"},
    {2, "tune --task svc --data $d --C 1,two", "--C: values are a list"},
    {2, "tune --task svc --data $d --C 0:1:3", "--C: values are a list"},
    {2, "tune --task svc --data $d --C 1:10", "a grid needs the count"},
    {2, "tune --task svc --data $d --lambda 1", "--lambda has no meaning for svc"},
    {2, "tune --task svc --data $d --kernel linear() --gamma 1", "no kernel names $gamma"},
    {2, "tune --task svc --data $d --kernel rbf(gamma=$width)", "--kernel: "},
    {2, "tune --task svc --data $d --kernel no(gamma=$gamma)", "--kernel: "},
    {2, "tune --task svc --data $d --range length=1,2", "--range must be NAME=VALUES"},
    {2, "tune --task ridge --data $d --score accuracy", "has no meaning for ridge"},
    {2, "tune --task svc --data $d --minutes 0", "--minutes"},
    {2, "tune --task svc --data $d --halving 0", "--halving"},
    {2, "tune --task svc --data $d --random 1000000000", "from 1 to 100000, is 1000000000"},
    {2, "tune --task svc --data $d --output $d", "name the same file"},
    {3, "tune --task svc --data $d --plot $d", "the folder of --plot cannot be made"},
    {2, "plan --task svc --rows -1 --features 3", "--rows: must be a whole number"},
    {2, "plan --task svc --rows 10 --features -1", "--features: must be a whole number"},
    {2, "tune --task svc --data $d --output - --json", "both ask for standard output"},
    {3, "tune --task svc --data $d --model no/such/folder/m", "cannot be written"},
};

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

}  // namespace

TEST_CASE("wrong command lines are told", "[cli]") {
  const TemporaryFolder folder;
  std::ofstream table(folder / "d.csv"), without(folder / "t.csv");
  table << "a,b,target\n";
  without << "a,b\n";
  for (int i = 0; i < 40; ++i) {
    table << i << ".5," << (7 * i) % 11 << ',' << i % 2 << '\n';
    without << i << ".5," << (7 * i) % 11 << '\n';
  }
  table.close();
  without.close();
  REQUIRE(test::run_mercer(
              {"train", "--task", "svc", "--data", folder / "d.csv", "--model", folder / "m"})
              .status == 0);
  for (const Wrong& wrong : command_lines) {
    CAPTURE(wrong.arguments);
    std::vector<std::string> words = words_of(wrong.arguments);
    for (std::string& word : words) {
      if (word == "$d") word = folder / "d.csv";
      if (word == "$t") word = folder / "t.csv";
      if (word == "$m") word = folder / "m";
      if (word == "$o") word = folder / "o";
    }
    const auto outcome = test::run_mercer(words);
    CAPTURE(outcome.err);
    CHECK(outcome.status == wrong.status);
    CHECK(outcome.err.find("mercer: error: ") != std::string::npos);
    CHECK(outcome.err.find(wrong.message) != std::string::npos);
    CHECK(outcome.out.empty());
    CHECK_FALSE(std::filesystem::exists(folder / "o"));
  }
}
