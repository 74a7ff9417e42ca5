// Folds hold out each row once, in equal shares.
#include "mercer/selection/folds.hpp"

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using Catch::Matchers::Contains;

namespace {

arma::uvec sizes(const arma::uvec& fold_of, index_t k) {
  arma::uvec out(k, arma::fill::zeros);
  for (const index_t fold : fold_of) ++out(fold);
  return out;
}

}  // namespace

TEST_CASE("folds at random hold out each row once", "[selection]") {
  const index_t n = GENERATE(2, 3, 10, 101), k = GENERATE(2, 3, 7);
  if (k > n) return;
  const Folds folds = k_folds(n, k, 3);
  REQUIRE(folds.count() == k);
  CHECK(folds.rows() == n);
  arma::uvec seen(n, arma::fill::zeros);
  for (index_t i = 0; i < k; ++i) {
    const Split split = folds.split(i);
    CHECK(split.train.n_elem + split.test.n_elem == n);
    CHECK(split.train.is_sorted());
    CHECK(split.test.is_sorted());
    CHECK(arma::intersect(split.train, split.test).eval().is_empty());
    seen.elem(split.test) += 1;
  }
  CHECK(arma::all(seen == 1));
  const arma::uvec size = sizes(folds.fold_of(), k);
  CHECK(size.max() - size.min() <= 1);
}

TEST_CASE("folds depend on the seed, and repeats on the seeds after it", "[selection]") {
  const Folds folds = k_folds(50, 5, 7, 3);
  REQUIRE(folds.repeats() == 3);
  REQUIRE(folds.count() == 15);
  CHECK(arma::any(folds.fold_of(0) != folds.fold_of(1)));
  CHECK(arma::all(folds.fold_of(2) == k_folds(50, 5, 9).fold_of()));
  CHECK(folds.repeat_of(4) == 0);
  CHECK(folds.repeat_of(5) == 1);
  const arma::uvec third = arma::find(folds.fold_of(1) == 2);
  CHECK(arma::all(folds.split(7).test == third));
}

TEST_CASE("stratified folds divide each class", "[selection]") {
  const arma::mat X = test::normal_matrix<double>(2, 120, 1);
  const arma::ivec labels = test::noisy_classes(X, 4, -1, 2);
  const Folds folds = stratified_folds(labels, 5, 1, 2);
  for (index_t r = 0; r < 2; ++r) {
    const arma::uvec all = sizes(folds.fold_of(r), 5);
    CHECK(all.max() - all.min() <= 1);
    for (arma::sword label = -1; label < 3; ++label) {
      const arma::uvec own = sizes(folds.fold_of(r).elem(arma::find(labels == label)), 5);
      CHECK(own.max() - own.min() <= 1);
    }
  }
}

TEST_CASE("folds may be given, or be the rows", "[selection]") {
  const Folds given(arma::uvec{1, 0, 2, 1});
  CHECK(given.count() == 3);
  CHECK(arma::all(given.split(1).test == arma::uvec{0, 3}));
  CHECK(arma::all(given.split(1).train == arma::uvec{1, 2}));
  CHECK_FALSE(given.is_leave_one_out());
  CHECK(Folds(arma::uvec{1, 0}).is_leave_one_out());
  CHECK(leave_one_out(4).is_leave_one_out());
  CHECK(arma::all(leave_one_out(4).split(2).test == arma::uvec{2}));
}

TEST_CASE("wrong folds are refused by name", "[selection]") {
  CHECK_THROWS_WITH(k_folds(4, 5), "k_folds: k must be at least 2 and at most 4, the rows, is 5");
  CHECK_THROWS_WITH(k_folds(4, 1), Contains("is 1"));
  CHECK_THROWS_WITH(k_folds(4, 2, 1, 0), "k_folds: repeats must be at least 1, is 0");
  CHECK_THROWS_WITH(leave_one_out(1), "leave_one_out: n must be at least 2, is 1");
  CHECK_THROWS_WITH(Folds(arma::uvec{0, 2, 0}),
                    "Folds: each fold must have a row, fold 1 has none");
  CHECK_THROWS_WITH(Folds(arma::uvec{0, 0}), Contains("the largest is 0"));
  CHECK_THROWS_WITH(Folds(arma::uvec{0, 2}), Contains("2 <= folds <= 2, the largest is 2"));
  CHECK_THROWS_WITH(Folds(arma::uvec()), Contains("Folds: fold_of"));
  CHECK_THROWS_WITH(Folds(std::vector<arma::uvec>{{0, 1}, {0, 1, 1}}),
                    Contains("must have 2 rows"));
  CHECK_THROWS_WITH(Folds(std::vector<arma::uvec>{}), Contains("no division"));
  CHECK_THROWS_WITH(stratified_folds(arma::ivec{1, 1, 2}, 2), Contains("class 2 has one"));
}
