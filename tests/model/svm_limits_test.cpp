// What the support vector machines say where memory or the range of float does not suffice.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/low_rank_svc.hpp"
#include "mercer/model/one_class_svm.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/model/svdd.hpp"
#include "mercer/model/svr.hpp"
#include "mercer/solver/svm.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;

namespace {

constexpr index_t n = 200;

// A fit by each public door: its name, and what it throws with a budget of so many bytes.
using Fit = std::function<void(std::size_t)>;
std::vector<std::pair<std::string, Fit>> fits(const Kernel& kernel, const arma::mat& X,
                                              const arma::ivec& labels, const arma::vec& y) {
  const auto nothing = [](const Report&) {};
  return {{"Svc::fit",
           [&, nothing](std::size_t budget) {
             nothing(Svc<double>(kernel, {.memory_budget = budget}).fit(X, labels));
           }},
          {"Svc::fit",  // nu-SVC has its start elsewhere
           [&, nothing](std::size_t budget) {
             nothing(Svc<double>(kernel, {.nu = 0.1, .memory_budget = budget}).fit(X, labels));
           }},
          {"Svr::fit",
           [&, nothing](std::size_t budget) {
             nothing(Svr<double>(kernel, {.memory_budget = budget}).fit(X, y));
           }},
          {"OneClassSvm::fit",
           [&, nothing](std::size_t budget) {
             nothing(OneClassSvm<double>(kernel, {.memory_budget = budget}).fit(X));
           }},
          {"Svdd::fit",
           [&, nothing](std::size_t budget) {
             nothing(Svdd<double>(kernel, {.memory_budget = budget}).fit(X));
           }},
          {"solve_svm", [&](std::size_t budget) {
             const MatrixFreeGram<double> K(kernel, X);
             solve_svm(K, c_svc_dual(arma::sign(y), arma::vec(X.n_cols, arma::fill::ones)),
                       {.memory_budget = budget});
           }}};
}

}  // namespace

TEST_CASE("a budget below two columns is told by the public function, with the plan", "[model]") {
  const arma::mat X = normal_matrix<double>(3, n, 981);
  const arma::vec y = X.row(0).t();
  const arma::ivec labels = arma::conv_to<arma::ivec>::from(arma::sign(y));
  const Rbf kernel(1);
  // 200 floats and room behind them, in cache lines of 16: 224 floats of 4 bytes
  for (const auto& [name, fit] : fits(kernel, X, labels, y)) {
    CAPTURE(name);
    REQUIRE_THROWS_AS(fit(1791), BudgetError);
    REQUIRE_THROWS_WITH(
        fit(1791),
        name +
            ": the budget of 1.79 kB is less than two columns of K: 200 kernel values in float "
            "take 896 bytes a column, all 200 columns 179.20 kB; 1792 bytes are enough, and "
            "more is faster until all columns fit");
    REQUIRE_NOTHROW(fit(1792));
  }
  Svc<double> svc(kernel), small(kernel, {.memory_budget = 1000});
  REQUIRE(svc.fit(X, labels));
  REQUIRE_THROWS_WITH(small.fit_from(svc, X, labels),
                      Catch::Matchers::StartsWith("Svc::fit_from: the "));
}

TEST_CASE("of several pairs, the bytes that are enough are enough for all", "[model]") {
  const arma::mat X = normal_matrix<double>(3, n, 982);
  arma::ivec labels(n, arma::fill::value(1));
  labels.head(30).fill(2);
  labels.subvec(30, 99).fill(3);
  for (const MultiClass way : {MultiClass::one_against_one, MultiClass::one_against_rest}) {
    const bool against_rest = way == MultiClass::one_against_rest;
    // the largest pair has 170 rows: 192 floats
    const std::size_t enough = against_rest ? 1792 : 1536;
    const auto fit = [&](std::size_t budget) {
      return Svc<double>(Rbf(1), {.multi_class = way, .memory_budget = budget}).fit(X, labels);
    };
    REQUIRE_THROWS_WITH(fit(100),
                        Catch::Matchers::EndsWith("; " + std::to_string(enough) +
                                                  " bytes are enough, and more is faster until all "
                                                  "columns fit"));
    CHECK(fit(enough));
  }
}

TEST_CASE("LowRankSvc tells a budget that is too small by its rank", "[model]") {
  const arma::mat X = normal_matrix<double>(3, n, 983);
  const arma::ivec labels = arma::conv_to<arma::ivec>::from(arma::sign(X.row(0).t()));
  const auto fit = [&](std::size_t budget, index_t rank) {
    return LowRankSvc<double>(Rbf(1), {.rank = rank, .memory_budget = budget}).fit(X, labels);
  };
  // 16 n bytes a column, 24 n others
  REQUIRE_THROWS_WITH(fit(100000, 50),
                      "LowRankSvc::fit: 50 columns of F, and as many rows of F', need "
                      "164.80 kB, the budget is 100.00 kB; a rank of 29 fits");
  REQUIRE_NOTHROW(fit(100000, 29));
  REQUIRE_THROWS_WITH(fit(100, 50),
                      Catch::Matchers::EndsWith("100 bytes; a rank of 1 takes 8.00 kB"));
}

TEST_CASE("kernel values beyond float are named by the public function, with row and column",
          "[model]") {
  arma::mat X(1, n, arma::fill::ones);
  X(0, 7) = 1e39;
  arma::vec y(n, arma::fill::ones);
  y.elem(arma::regspace<arma::uvec>(1, 2, n - 1)).fill(-1);
  const arma::ivec labels = arma::conv_to<arma::ivec>::from(y);
  const auto linear = make_kernel<Statistic::dot>("linear", [](auto dot) { return dot; });
  for (const auto& [name, fit] : fits(linear, X, labels, y)) {
    CAPTURE(name);
    REQUIRE_THROWS_AS(fit(0), NonFiniteError);
    // Svc has the rows of its classes side by side: the first column is that of row 1
    const std::string place = name == "Svc::fit" ? "K(7, 1)" : "K(7, 0)";
    REQUIRE_THROWS_WITH(fit(0), name + ": K must be within the range of float, up to 3.4e38, " +
                                    place + " is 1e+39");
  }
}
