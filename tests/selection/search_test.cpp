// Searches beside cross-validations of each candidate alone.
#include "mercer/selection/search.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

#include "mercer/core/errors.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/model/svr.hpp"
#include "mercer/selection/svc_grid.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/temporary_file.hpp"

using namespace mercer;
using Catch::Matchers::Contains;
using mercer::test::noisy_classes;
using mercer::test::normal_matrix;

namespace {

const SearchSpace kernels_and_C({
    Dimension::of_texts("kernel", {"rbf(gamma=$gamma)", "laplacian(gamma=$gamma)"}),
    Dimension::of_numbers("gamma", {0.1, 1}),
    Dimension::of_numbers("C", {30, 0.3, 3}),
});

Svc<double> svc(const Parameters& p) {
  return Svc<double>(p.kernel(), {.C = p.number("C"), .tolerance = 1e-6});
}

KernelRidge<double> ridge(const Parameters& p) {
  return KernelRidge<double>(p.kernel(), {.lambda = p.number("lambda")});
}

struct Problem {
  arma::mat X = normal_matrix<double>(3, 120, 1);
  arma::ivec labels = noisy_classes(X, 3, 0, 2);
  arma::vec y = X.row(0).t() % X.row(1).t() + 0.1 * normal_matrix<double>(120, 1, 3);
  Folds folds = stratified_folds(labels, 4);
};

bool same_scores(const SearchTable& a, const SearchTable& b) {
  for (index_t r = 0; r < a.rows.size(); ++r) {
    if (!test::same_bits(arma::vec(a.rows[r].folds), arma::vec(b.rows[r].folds))) return false;
    if (a.rows[r].rank != b.rows[r].rank) return false;
  }
  return a.rows.size() == b.rows.size() && a.best == b.best;
}

}  // namespace

TEST_CASE("a search has the scores of cross-validations one by one", "[selection]") {
  const Problem problem;
  const auto [scaling, score] =
      GENERATE(std::pair(Scaling::none, "accuracy"), std::pair(Scaling::none, "balanced_accuracy"),
               std::pair(Scaling::standardise, "accuracy"));
  CAPTURE(int(scaling), score);
  const auto candidates = kernels_and_C.grid();
  const SearchTable table =
      search<double>(svc, candidates, problem.X, problem.labels, problem.folds,
                     {.score = score_named(score), .scaling = scaling});
  REQUIRE(table.report);
  REQUIRE(table.rows.size() == 12);
  for (index_t r = 0; r < 12; ++r) {
    const SearchRow& row = table.rows[r];
    CAPTURE(row.parameters.expression());
    CHECK(row.parameters == candidates[r]);
    CHECK(row.status == "converged");
    CHECK(row.training_rows == 120);
    const ScoreSummary alone =
        cross_validate<double>(svc(row.parameters), problem.X, problem.labels, problem.folds,
                               {.scores = {score_named(score)}, .scaling = scaling})
            .scores[0];
    // At this tolerance no row is near enough to a border to be predicted otherwise.
    CHECK(arma::abs(row.folds - alone.folds).max() < 1e-12);
    CHECK(row.mean == Approx(alone.mean).epsilon(1e-12));
    CHECK(row.standard_deviation == Approx(alone.standard_deviation).epsilon(1e-9));
  }
  REQUIRE(table.best);
  for (index_t r = 0; r < 12; ++r) {
    const SearchRow& best = table.rows[*table.best];
    CHECK(
        (table.rows[r].mean < best.mean || (table.rows[r].mean == best.mean && r >= *table.best)));
    CHECK((table.rows[r].rank == 1) == (r == *table.best));
  }
}

TEST_CASE("a search has the same bits on any number of threads", "[selection]") {
  const Problem problem;
  const auto random =
      SearchSpace({Dimension::of_texts("kernel", {"rbf(gamma=$g)", "linear()"}),
                   Dimension::log_uniform("g", 0.01, 10), Dimension::log_uniform("C", 0.1, 100)})
          .random(9, 3);
  const Scaling scaling = GENERATE(Scaling::none, Scaling::min_max);
  const auto all = [&](int threads) {
    const SearchOptions options{.scaling = scaling, .threads = threads};
    return search<double>(svc, random, problem.X, problem.labels, problem.folds, options);
  };
  const auto halved = [&](int threads) {
    return halving_search<double>(svc, random, problem.X, problem.labels, problem.folds,
                                  {.min_rows = 30}, {.scaling = scaling, .threads = threads});
  };
  const auto grid = [&](int threads) {
    return search<double>(svc, kernels_and_C.grid(), problem.X, problem.labels, problem.folds,
                          {.threads = threads});
  };
  const SearchTable one = all(1), one_halved = halved(1), one_grid = grid(1);
  for (const int threads : {2, 3}) {
    CHECK(same_scores(all(threads), one));
    CHECK(same_scores(halved(threads), one_halved));
    CHECK(same_scores(grid(threads), one_grid));
  }
}

TEST_CASE("kernels of many features share distances, to the same bits", "[selection]") {
  const Mat<double> X = test::normal_matrix<double>(GENERATE(127, 128), 90, 5);
  const Mat<double> y = arma::sum(X.rows(0, 4), 0).t();
  const bool classifies = GENERATE(false, true);
  const auto model = [=](const Parameters& p) {
    return classifies ? AnyEstimator<double>(svc(p)) : AnyEstimator<double>(ridge(p));
  };
  const Targets targets = classifies ? Targets(arma::conv_to<arma::ivec>::from(y > 0)) : Targets(y);
  const Score score = score_named(classifies ? "balanced_accuracy" : "rmse");
  const auto candidates =
      SearchSpace(
          {Dimension::of_texts("kernel", {"rbf(gamma=$g)", "polynomial(degree=2,gamma=$g)"}),
           Dimension::of_numbers("g", {1e-3, 1e-2}),
           Dimension::of_numbers(classifies ? "C" : "lambda", {0.1, 10})})
          .grid();
  const Folds folds = k_folds(90, 4, 1, 2);
  const Scaling scaling = GENERATE(Scaling::none, Scaling::standardise);
  const std::size_t matrix = 90 * 90 * sizeof(double);  // half of a budget is for such
  const auto all = [&](int threads, std::size_t matrices) {
    return search<double>(model, candidates, X, targets, folds,
                          {.score = score,
                           .scaling = scaling,
                           .threads = threads,
                           .memory_budget = 2 * matrices * matrix});
  };
  const SearchTable table = all(1, 100);
  for (const int threads : {1, 3}) {
    for (const std::size_t matrices : {1, 5, 9, 13, 100}) {
      CAPTURE(threads, matrices);
      CHECK(same_scores(all(threads, matrices), table));
    }
  }
  for (const SearchRow& row : table.rows) {
    const CrossValidation alone = cross_validate<double>(model(row.parameters), X, targets, folds,
                                                         {.scores = {score}, .scaling = scaling});
    CHECK(arma::abs(row.folds - alone.scores[0].folds).max() < 1e-9);
  }
}

TEST_CASE("regressions are searched by rmse, with folds or one left out", "[selection]") {
  const Problem problem;
  const auto candidates = SearchSpace({Dimension::of_texts("kernel", {"rbf(gamma=$g)"}),
                                       Dimension::of_numbers("g", {0.01, 0.3}),
                                       Dimension::of_numbers("lambda", {1e-3, 0.1, 10})})
                              .grid();
  const Folds folds = GENERATE(k_folds(120, 5, 2, 2), leave_one_out(120));
  const Scaling scaling = GENERATE(Scaling::none, Scaling::standardise);
  const SearchTable table =
      search<double>(ridge, candidates, problem.X, problem.y, folds, {.scaling = scaling});
  REQUIRE(table.report);
  CHECK(table.score == "rmse");
  CHECK_FALSE(table.larger_is_better);
  for (const SearchRow& row : table.rows) {
    const CrossValidation alone = cross_validate<double>(ridge(row.parameters), problem.X,
                                                         problem.y, folds, {.scaling = scaling});
    CHECK(arma::abs(row.folds - alone.scores[0].folds).max() < 1e-9);
    CHECK(row.mean >= table.rows[*table.best].mean);
  }
  // The user's own score: errors count where y is positive.
  const Score own{
      "above", false, [](const Targets& truth, const Prediction& predicted) {
        const arma::uvec above = arma::find(truth.values() > 0);
        return above.is_empty()
                   ? 0.0
                   : arma::abs(truth.values().elem(above) - predicted.values.elem(above)).max();
      }};
  const SearchTable by_own =
      search<double>(ridge, candidates, problem.X, problem.y, k_folds(120, 5), {.score = own});
  CHECK(by_own.score == "above");
  CHECK(by_own.best);
}

TEST_CASE("halving gives the survivors more rows", "[selection]") {
  const Problem problem;
  const auto candidates = SearchSpace({Dimension::of_texts("kernel", {"rbf(gamma=$g)"}),
                                       Dimension::log_uniform("g", 0.001, 100),
                                       Dimension::log_uniform("C", 0.01, 1000)})
                              .random(10, 5);
  const SearchTable table = halving_search<double>(svc, candidates, problem.X, problem.labels,
                                                   problem.folds, {.min_rows = 13});
  REQUIRE(table.report);
  std::vector<index_t> in_round(3, 0);
  for (const SearchRow& row : table.rows) {
    ++in_round.at(row.round);
    CHECK(row.training_rows == (row.round == 0 ? 13u : row.round == 1 ? 40u : 120u));
  }
  CHECK(in_round == std::vector<index_t>{6, 2, 2});  // 10, 4, 2 of them took part
  // A better rank is a later round, or a better mean in the same one.
  for (const SearchRow& a : table.rows) {
    for (const SearchRow& b : table.rows) {
      if (a.rank < b.rank) CHECK((a.round > b.round || (a.round == b.round && a.mean >= b.mean)));
    }
  }
  // The last round is the search with all rows.
  const SearchRow& best = table.rows[*table.best];
  const SearchTable all = search<double>(svc, {best.parameters}, problem.X, problem.labels,
                                         problem.folds, {.score = score_named("accuracy")});
  CHECK(arma::abs(all.rows[0].folds - best.folds).max() < 1e-12);
  // One round if there is no room for more.
  const SearchTable single = halving_search<double>(svc, candidates, problem.X, problem.labels,
                                                    problem.folds, {.min_rows = 41});
  for (const SearchRow& row : single.rows) CHECK(row.training_rows == 120);
}

TEST_CASE("candidates that fail are told, and the others found", "[selection]") {
  const Problem problem;
  const auto candidates = SearchSpace({Dimension::of_texts("kernel", {"rbf(gamma=1)"}),
                                       Dimension::of_numbers("nu", {0.99, 0.1, 0.2})})
                              .grid();
  const SearchTable table = search<double>(
      [](const Parameters& p) { return Svc<double>(p.kernel(), {.nu = p.number("nu")}); },
      candidates, problem.X, problem.labels, problem.folds);
  CHECK(table.report);
  CHECK(table.rows[0].status == "failed");
  CHECK_THAT(table.rows[0].message, Contains("nu"));
  CHECK(table.rows[0].rank == 0);
  CHECK(std::isnan(table.rows[0].mean));
  CHECK(table.rows[1].status == "converged");
  REQUIRE(table.best);
  CHECK(*table.best > 0);

  // Kernel values that overflow, on the route of the grid and on the other one.
  const auto huge = make_kernel<Statistic::dot>("huge", [](auto s) { return s * 1e308 * 1e10; });
  for (const double tolerance : {1e-3, 1e-4}) {
    const auto make = [&](const Parameters& p) {
      const double C = p.number("C");
      const double own = C == 2 ? tolerance : 1e-3;
      return C == 1 ? Svc<double>(huge, {.C = C}) : Svc<double>(Rbf(1), {.C = C, .tolerance = own});
    };
    const SearchTable found =
        search<double>(make, SearchSpace({Dimension::of_numbers("C", {1, 2})}).grid(), problem.X,
                       problem.labels, problem.folds);
    CHECK(found.rows[0].status == "failed");
    CHECK(found.rows[1].status == "converged");
  }
}

TEST_CASE("functions of the user share no kernel values by their names", "[selection]") {
  const Problem problem;
  const auto make = [](const Parameters& p) {
    const double g = p.number("g");
    const auto own =
        make_kernel<Statistic::squared_distance>("own", [g](auto s) { return std::exp(-g * s); });
    return Svc<double>(own, {.tolerance = 1e-6});
  };
  const auto by_rbf = [](const Parameters& p) {
    return Svc<double>(Rbf(p.number("g")), {.tolerance = 1e-6});
  };
  const auto candidates = SearchSpace({Dimension::of_numbers("g", {0.01, 10})}).grid();
  const auto run = [&](const MakeModel<double>& own) {
    return search<double>(own, candidates, problem.X, problem.labels, problem.folds);
  };
  const SearchTable a = run(make), b = run(by_rbf);
  CHECK(a.rows[0].mean != a.rows[1].mean);
  for (index_t r = 0; r < 2; ++r) CHECK(arma::abs(a.rows[r].folds - b.rows[r].folds).max() < 1e-12);
}

TEST_CASE("a stop and the end of the time leave an honest table", "[selection]") {
  const Problem problem;
  const auto candidates = SearchSpace({Dimension::of_texts("kernel", {"rbf(gamma=$g)"}),
                                       Dimension::of_numbers("g", {0.1, 1, 10, 100})})
                              .grid();
  const auto make = [](const Parameters& p) { return Svr<double>(p.kernel()); };
  index_t calls = 0;
  const auto run = [&](index_t limit, double time_limit = 1e9) {
    calls = 0;
    const auto stop = [&](const Progress& state) {
      CHECK(state.stage == "search");
      CHECK(double(state.iteration) + state.criterion == 16);
      return ++calls > limit ? Continue::no : Continue::yes;
    };
    return search<double>(make, candidates, problem.X, problem.y, problem.folds,
                          {.threads = 1, .time_limit = time_limit, .progress = stop});
  };
  const SearchTable some = run(6);
  CHECK(some.report.status == Status::stopped);
  CHECK(some.report.message ==
        "search: stopped by the progress callback; 1 of 4 candidates have a score");
  CHECK(some.best == index_t{0});
  CHECK(some.rows[0].status == "converged");
  CHECK(some.rows[1].status == "stopped");
  CHECK(std::isfinite(some.rows[1].folds(1)));
  CHECK(std::isnan(some.rows[1].folds(2)));
  CHECK(some.rows[1].rank == 0);
  CHECK(some.rows[2].status == "not run");
  const SearchTable none = run(100, 1e-9);
  CHECK(none.report.status == Status::time_limit);
  CHECK_FALSE(none.best);
  CHECK_THROWS_AS(refit<double>(make, none, problem.X, problem.y), LogicError);

  // In halving, those that the last round did not get to keep what they have.
  const auto halved = [&](index_t limit) {
    index_t count = 0;
    const auto stop = [&](const Progress&) {
      return ++count > limit ? Continue::no : Continue::yes;
    };
    return halving_search<double>(make, candidates, problem.X, problem.y, problem.folds,
                                  {.factor = 2, .min_rows = 30}, {.threads = 1, .progress = stop});
  };
  const SearchTable cut = halved(4 * 4 + 2 * 4 + 2);  // two rounds, and half of the last one
  CHECK(cut.report.status == Status::stopped);
  REQUIRE(cut.best);
  CHECK(cut.rows[*cut.best].round == 1);
  CHECK(cut.rows[*cut.best].training_rows == 60);
  CHECK(std::count_if(cut.rows.begin(), cut.rows.end(),
                      [](const SearchRow& row) { return row.round == 1; }) == 2);
}

TEST_CASE("the best candidate is fitted to all rows, scaled as in the search", "[selection]") {
  const Problem problem;
  const SearchTable table = search<double>(svc, kernels_and_C.grid(), problem.X, problem.labels,
                                           problem.folds, {.scaling = Scaling::standardise});
  const auto best = refit<double>(svc, table, problem.X, problem.labels, Scaling::standardise);
  REQUIRE(best.report);
  REQUIRE(best.scaler);
  const arma::mat Z = Scaler<double>::standardise(problem.X).apply(problem.X);
  Svc<double> hand = svc(table.rows[*table.best].parameters);
  REQUIRE(hand.fit(Z, problem.labels));
  const Svc<double>* own = best.model.as<Svc<double>>();
  REQUIRE(own != nullptr);
  CHECK(test::same_bits(own->decision_values(Z), hand.decision_values(Z)));
  CHECK(best.model.as<KernelRidge<double>>() == nullptr);
}

TEST_CASE("tables are written as CSV and as text, and have a surface", "[selection]") {
  SearchTable table{.score = "accuracy"};
  const auto add = [&](std::string kernel, double C, double mean, index_t rank) {
    table.rows.push_back({.parameters = Parameters({{"kernel", kernel}, {"C", C}}),
                          .folds = {mean, mean},
                          .mean = mean,
                          .seconds = 0.5,
                          .training_rows = 10,
                          .rank = rank,
                          .status = rank == 0 ? "failed" : "converged",
                          .message = rank == 0 ? "a \"word\"" : ""});
  };
  add("rbf(gamma=1, s)", 8, 0.75, 2);
  add("linear()", 0.5, 0.875, 1);
  add("linear()", 8, std::nan(""), 0);
  CHECK(table.csv() ==
        "rank,kernel,C,accuracy,standard_deviation,fold_1,fold_2,seconds,training_rows,round,"
        "status,message\n"
        "2,\"rbf(gamma=1, s)\",8,0.75,0,0.75,0.75,0.5,10,0,converged,\n"
        "1,linear(),0.5,0.875,0,0.875,0.875,0.5,10,0,converged,\n"
        "0,linear(),8,nan,0,nan,nan,0.5,10,0,failed,\"a \"\"word\"\"\"\n");
  CHECK(table.text(2) ==
        "rank  accuracy  +-  seconds  status     parameters\n"
        "1     0.875     0   0.5      converged  kernel=linear(), C=0.5\n"
        "2     0.75      0   0.5      converged  kernel=rbf(gamma=1, s), C=8\n");
  const SearchSurface over = surface(table, "C", "kernel");
  CHECK(over.rows == std::vector<std::string>{"0.5", "8"});
  CHECK(over.columns == std::vector<std::string>{"rbf(gamma=1, s)", "linear()"});
  CHECK(over.mean(1, 0) == 0.75);
  CHECK(over.mean(0, 1) == 0.875);
  CHECK(std::isnan(over.mean(1, 1)));
  CHECK_THROWS_WITH(surface(table, "C", "gamma"), "surface: no row has a parameter gamma");

  const test::TemporaryFile file("");
  table.save_csv(file.path());
  std::ifstream in(file.path());
  std::stringstream text;
  text << in.rdbuf();
  CHECK(text.str() == table.csv());
  CHECK_THROWS_WITH(table.save_csv("/nowhere/table.csv"),
                    Contains("/nowhere/table.csv: the file cannot be written"));
}

TEST_CASE("searches refuse what they cannot do", "[selection]") {
  const Problem problem;
  const auto run = [&](const MakeModel<double>& make, const std::vector<Parameters>& candidates,
                       const HalvingOptions& halving = {}) {
    return halving_search<double>(make, candidates, problem.X, problem.labels, problem.folds,
                                  halving);
  };
  CHECK_THROWS_WITH(search<double>(svc, {}, problem.X, problem.labels, problem.folds),
                    "search: there is no candidate");
  const auto two = SearchSpace({Dimension::of_numbers("C", {1, 2})}).grid();
  const auto mixed = [](const Parameters& p) -> AnyEstimator<double> {
    if (p.number("C") > 1) return Svr<double>(Rbf(1));
    return Svc<double>(Rbf(1));
  };
  CHECK_THROWS_WITH(run(mixed, two),
                    "halving_search: candidates must have the same task, 1 has another one than 0");
  CHECK_THROWS_WITH(run(svc, two), Contains("there is no text kernel"));
  CHECK_THROWS_WITH(run(svc, two, {.factor = 1}),
                    "halving_search: factor must be at least 2, is 1");
  CHECK_THROWS_WITH(run(svc, two, {.min_rows = 0}), Contains("min_rows must be at least 1"));
}
