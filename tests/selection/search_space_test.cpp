// Candidates: all combinations, or some at random.
#include "mercer/selection/search_space.hpp"

#include <cmath>
#include <set>

#include "support/catch.hpp"

using namespace mercer;
using Catch::Matchers::Contains;

TEST_CASE("a grid has all combinations, the last parameter running fastest", "[selection]") {
  const SearchSpace space(
      {Dimension::of_numbers("a", {1, 2}), Dimension::of_texts("t", {"x", "y", "z"})});
  const auto grid = space.grid();
  REQUIRE(grid.size() == 6);
  CHECK(grid[0].expression() == "a=1, t=x");
  CHECK(grid[1].expression() == "a=1, t=y");
  CHECK(grid[5].expression() == "a=2, t=z");
  CHECK(grid[5].number("a") == 2);
  CHECK(grid[5].text("t") == "z");
}

TEST_CASE("numbers belong to the texts that name them", "[selection]") {
  const SearchSpace space(
      {Dimension::of_texts("kernel", {"linear()", "rbf(gamma=$g) + 0.5 * laplacian(gamma=$g)",
                                      "polynomial(degree=$p, gamma=$g, coef0=1)"}),
       Dimension::of_numbers("g", {0.1, 2}), Dimension::of_numbers("p", {2, 3}),
       Dimension::of_numbers("C", {4})});
  const auto grid = space.grid();
  REQUIRE(grid.size() == 1 + 2 + 4);
  CHECK(grid[0].expression() == "kernel=linear(), C=4");
  CHECK(grid[2].expression() == "kernel=rbf(gamma=2) + 0.5 * laplacian(gamma=2), g=2, C=4");
  CHECK(Parameters({{"kernel", "rbf(gamma=25)"}, {"gamma", 25.0}, {"C", 4.0}}).expression() ==
        "kernel=rbf(gamma=25), C=4");
  CHECK(Parameters({{"kernel", "rbf(gamma=25)"}, {"gamma", 2.0}, {"mma", 25.0}}).expression() ==
        "kernel=rbf(gamma=25), gamma=2, mma=25");
  CHECK(grid[3].text("kernel") == "polynomial(degree=2, gamma=0.1, coef0=1)");
  CHECK(grid[3].has("p"));
  CHECK_FALSE(grid[2].has("p"));
  CHECK(grid[2].kernel()->expression() == "rbf(gamma=2) + 0.5 * laplacian(gamma=2)");
}

TEST_CASE("candidates at random fill the ranges and depend on the seed", "[selection]") {
  const SearchSpace space({Dimension::log_uniform("C", 1e-2, 1e4), Dimension::uniform("e", -1, 3),
                           Dimension::of_numbers("nu", {0.1, 0.5})});
  const auto some = space.random(2000, 7);
  REQUIRE(some.size() == 2000);
  double log_sum = 0, sum = 0, halves = 0;
  for (const Parameters& p : some) {
    CHECK((p.number("C") >= 1e-2 && p.number("C") <= 1e4));
    CHECK((p.number("e") >= -1 && p.number("e") <= 3));
    log_sum += std::log10(p.number("C"));
    sum += p.number("e");
    halves += p.number("nu") == 0.5;
  }
  // Means within four standard errors of those of the distributions.
  CHECK(log_sum / 2000 == Approx(1).margin(4 * 6 / std::sqrt(12 * 2000.0)));
  CHECK(sum / 2000 == Approx(1).margin(4 * 4 / std::sqrt(12 * 2000.0)));
  CHECK(halves / 2000 == Approx(0.5).margin(4 * 0.5 / std::sqrt(2000.0)));
  const auto fewer = space.random(10, 7), others = space.random(10, 8);
  for (index_t k = 0; k < 10; ++k) {
    CHECK(fewer[k] == some[k]);
    CHECK_FALSE(fewer[k] == others[k]);
  }
  // Six digits, and more where the range is narrow.
  for (const Parameters& p : fewer) CHECK(p.expression().size() <= 40);
  const SearchSpace narrow({Dimension::uniform("x", 1e6, 1e6 + 1e-3)});
  std::set<double> different;
  for (const Parameters& p : narrow.random(100, 1)) {
    CHECK((p.number("x") >= 1e6 && p.number("x") <= 1e6 + 1e-3));
    different.insert(p.number("x"));
  }
  CHECK(different.size() == 100);
  // A space of six points has no more.
  const SearchSpace six(
      {Dimension::of_numbers("a", {1, 2, 3}), Dimension::of_texts("t", {"x", "y"})});
  std::set<std::string> seen;
  for (const Parameters& p : six.random(50, 1)) seen.insert(p.expression());
  CHECK(seen.size() == 6);
  CHECK(six.random(50, 1).size() == 6);
}

TEST_CASE("wrong spaces are refused by name", "[selection]") {
  const auto make = [](std::vector<Dimension> dimensions) { return SearchSpace(dimensions); };
  CHECK_THROWS_WITH(make({}), "SearchSpace: there is no parameter");
  CHECK_THROWS_WITH(make({Dimension::of_numbers("a", {})}),
                    "SearchSpace: a must have values, or a range with low < high, has 0 and 0");
  CHECK_THROWS_WITH(make({Dimension::log_uniform("a", 0, 1)}), Contains("low > 0, has 0 and 1"));
  CHECK_THROWS_WITH(make({Dimension::uniform("a", 2, 1)}), Contains("has 2 and 1"));
  CHECK_THROWS_WITH(make({Dimension::of_numbers("a", {1}), Dimension::of_numbers("a", {2})}),
                    "SearchSpace: the name a comes twice");
  CHECK_THROWS_WITH(make({Dimension::of_numbers("a b", {1})}), Contains("a name"));
  CHECK_THROWS_WITH(make({Dimension::of_numbers("a", {std::nan("")})}), Contains("finite"));
  CHECK_THROWS_WITH(
      make({Dimension::of_texts("kernel", {"rbf(gamma=$gama)"}),
            Dimension::of_numbers("gamma", {1})}),
      "SearchSpace: \"rbf(gamma=$gama)\" names $gama, which is no number of the space");
  CHECK_THROWS_WITH(make({Dimension::of_texts("kernel", {"rbf(gamma=$)"})}), Contains("names $,"));
  CHECK_THROWS_WITH(make({Dimension::uniform("e", 0, 1)}).grid(),
                    "SearchSpace: a grid needs values of e, not a range");
  const Parameters p({{"C", 1.0}, {"t", "x"}});
  CHECK_THROWS_WITH(p.number("t"), "Parameters::number: there is no number t in \"C=1, t=x\"");
  CHECK_THROWS_WITH(p.text("C"), Contains("no text C"));
  CHECK(p.number_or("nu", 0.5) == 0.5);
  CHECK_THROWS_WITH(Parameters({{"C", 1.0}, {"C", 2.0}}), Contains("comes twice"));
}
