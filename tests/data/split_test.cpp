#include "mercer/data/split.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "mercer/core/random.hpp"
#include "support/catch.hpp"
#include "support/temporary_file.hpp"

using mercer::index_t;
using mercer::load_permutation;
using mercer::Random;
using mercer::Split;
using mercer::split_first;
using mercer::split_permutation;
using mercer::split_random;
using mercer::split_stratified;
using mercer::test::parse_error_of;
using mercer::test::TemporaryFile;

namespace {

using Indices = std::vector<index_t>;

Indices list(const arma::uvec& indices) { return {indices.begin(), indices.end()}; }

void check_parts(const Split& split, index_t n, index_t n_train) {
  CHECK(split.train.n_elem == n_train);
  const arma::uvec all = arma::sort(arma::join_cols(split.train, split.test));
  REQUIRE(all.n_elem == n);
  CHECK(arma::all(all == arma::regspace<arma::uvec>(0, n - 1)));
}

std::string error_of(const std::string& content) {
  const TemporaryFile file(content);
  return parse_error_of(file.path(), [](const auto& path) { load_permutation(path); });
}

}  // namespace

TEST_CASE("a permutation is cut at floor(fraction * n)", "[data][split]") {
  const Split split = split_permutation({3, 0, 4, 1, 2, 5}, 0.7);
  CHECK(list(split.train) == Indices{3, 0, 4, 1});
  CHECK(list(split.test) == Indices{2, 5});
  CHECK(split_permutation(arma::regspace<arma::uvec>(0, 177)).train.n_elem == 142);  // 0.8: 142.4
  CHECK_THROWS_WITH(split_permutation({0, 1, 1, 2}),
                    "split_permutation: permutation must hold each of 0 to 3 once, permutation(2) "
                    "is 1 again");
  CHECK_THROWS_WITH(split_permutation({0, 1, 4, 2}),
                    "split_permutation: permutation must hold each of 0 to 3 once, permutation(2) "
                    "is 4");
}

TEST_CASE("a random split is complete and depends on the seed", "[data][split]") {
  check_parts(split_random(101, 0.8, 1), 101, 80);
  check_parts(split_random(2, 0.5, 1), 2, 1);
  CHECK(list(split_random(101, 0.8, 1).train) == list(split_random(101, 0.8, 1).train));
  CHECK(list(split_random(101, 0.8, 1).train) != list(split_random(101, 0.8, 2).train));
  CHECK(list(split_random(101, 0.8, 1).train) != list(arma::regspace<arma::uvec>(0, 79)));
}

TEST_CASE("a stratified split keeps the share of every class to a point", "[data][split]") {
  arma::ivec labels(1000);
  Random random(5);
  for (auto& label : labels) label = random.uniform() < 0.05 ? -3 : arma::sword(random.below(4));
  for (const double fraction : {0.1, 0.5, 0.8, 0.999}) {
    const Split split = split_stratified(labels, fraction, 3);
    check_parts(split, 1000, static_cast<index_t>(std::floor(fraction * 1000)));
    std::map<arma::sword, double> in_train;
    for (const index_t point : split.train) ++in_train[labels[point]];
    for (const arma::sword code : {-3, 0, 1, 2, 3}) {
      const double share = fraction * static_cast<double>(arma::accu(labels == code));
      CHECK(std::fabs(in_train[code] - share) < 1);
    }
  }
  CHECK(list(split_stratified(labels, 0.5, 3).train) ==
        list(split_stratified(labels, 0.5, 3).train));
  CHECK(list(split_stratified(labels, 0.5, 3).train) !=
        list(split_stratified(labels, 0.5, 4).train));
}

TEST_CASE("a stratified split rounds by the largest remainders", "[data][split]") {
  // 0.7 of 3, 3 and 4 points is 2.1, 2.1 and 2.8; of 7 in all, the last class gets the third.
  const arma::ivec labels = {0, 1, 2, 0, 1, 2, 0, 1, 2, 2};
  const Split split = split_stratified(labels, 0.7, 0);
  const arma::ivec in_train = labels.elem(split.train);
  CHECK(arma::accu(in_train == 0) == 2);
  CHECK(arma::accu(in_train == 1) == 2);
  CHECK(arma::accu(in_train == 2) == 3);
  // A tie, 0.5 of 3 and 3, is the smaller code's.
  const arma::ivec two = {7, -1, 7, -1, 7, -1};
  CHECK(arma::accu(two.elem(split_stratified(two, 0.5, 0).train) == arma::sword(-1)) == 2);
  // The points of a class are chosen at random, and so is their order.
  arma::vec hits(10, arma::fill::zeros);
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    for (const index_t point : split_stratified(labels, 0.7, seed).train) ++hits[point];
  }
  CHECK(hits[0] == Approx(400 * 2.0 / 3).margin(50));
  CHECK(hits[9] == Approx(400 * 3.0 / 4).margin(50));
}

TEST_CASE("the first points can be the training part", "[data][split]") {
  const Split split = split_first(5, 3);
  CHECK(list(split.train) == Indices{0, 1, 2});
  CHECK(list(split.test) == Indices{3, 4});
  CHECK_THROWS_WITH(
      split_first(5, 5),
      "split_first: n_train must be above 0 and below 5 (the number of points), is 5");
  CHECK_THROWS_AS(split_first(5, 0), std::invalid_argument);
  CHECK_THROWS_AS(split_first(0, 0), std::invalid_argument);
}

TEST_CASE("fractions without sense are refused", "[data][split]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double fraction : {0.0, 1.0, -0.5, 1.5, nan}) {
    CHECK_THROWS_AS(split_random(10, fraction, 0), std::invalid_argument);
    CHECK_THROWS_AS(split_stratified(arma::ivec(10), fraction, 0), std::invalid_argument);
    CHECK_THROWS_AS(split_permutation(arma::regspace<arma::uvec>(0, 9), fraction),
                    std::invalid_argument);
  }
  CHECK_THROWS_WITH(split_random(10, 80, 0),
                    "split_random: fraction must be above 0 and below 1, is 80");
  CHECK_THROWS_WITH(split_random(4, 0.2, 0),
                    "split_random: a fraction of 0.2 of 4 points leaves the training part without "
                    "a point");
  CHECK_THROWS_WITH(split_permutation({}),
                    "split_permutation: a fraction of 0.8 of 0 points leaves the training part "
                    "without a point");
}

TEST_CASE("a permutation is read from a file", "[data][split]") {
  for (const std::string content : {"2\n0\n1\n", "2\r\n0\r\n1\r\n",
                                    "\xEF\xBB\xBF"
                                    "2\n 0 \n1",
                                    "2\n0\n1\n\n"}) {
    CHECK(list(load_permutation(TemporaryFile(content).path())) == Indices{2, 0, 1});
  }
  CHECK(error_of("0\n2\n") == "FILE:2: the index 2 is out of range, the file has 2 lines");
  CHECK(error_of("1\n0\n1\n") == "FILE:3: the index 1 is there already, in line 1");
  CHECK(error_of("0\n-1\n") == "FILE:2: '-1' is not an index, a whole number from 0");
  CHECK(error_of("0\r\n-1\r\n") == "FILE:2: '-1' is not an index, a whole number from 0");
  CHECK(error_of("0\n1.0\n") == "FILE:2: '1.0' is not an index, a whole number from 0");
  CHECK(error_of("0\n\n1\n") == "FILE:2: '' is not an index, a whole number from 0");
  CHECK(error_of("") == "FILE: the file is empty");
  CHECK(parse_error_of("no/such/file", [](const auto& path) { load_permutation(path); }) ==
        "FILE: there is no such file");
}
