// The longest problem of several classes, solved alone.
#include "cli/solver_course.hpp"

#include <algorithm>

#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using namespace mercer::cli;

TEST_CASE("the longest of several problems is followed alone", "[cli]") {
  const arma::mat X = test::normal_matrix<double>(2, 150, 1);
  const arma::ivec labels = test::noisy_classes(X, 4, 0, 2);
  SvcOptions options{.C = 10};
  options.multi_class = GENERATE(MultiClass::one_against_one, MultiClass::one_against_rest);
  const bool weighted = GENERATE(false, true);
  if (weighted) options.class_weights = {{1, 3}, {2, 0.2}, {3, 5}};
  Svc<double> model(Rbf(0.5), options);
  REQUIRE(model.fit(X, labels).status == Status::converged);
  const std::vector<Report>& reports = model.pair_reports();
  const auto longest = std::ranges::max_element(reports, {}, &Report::iterations);

  index_t heard = 0;
  const LongestProblem followed = follow_longest(
      model, X, labels, [](arma::sword label) { return "class " + std::to_string(label); },
      [&](const Progress&) {
        ++heard;
        return Continue::yes;
      });
  CHECK(heard > 0);
  CHECK(followed.report.status == Status::converged);
  CHECK(followed.report.certificate.dual_objective ==
        Approx(longest->certificate.dual_objective).epsilon(1e-3));
  REQUIRE(followed.trace.stages().size() == 1);
  const auto& records = followed.trace.stages()[0].records;
  REQUIRE(records.size() >= 3);
  CHECK(records.front().iteration == 0);
  CHECK(records.back().iteration == static_cast<double>(followed.report.iterations));
  CHECK(records.back().criterion <= 1e-3);
  const bool is_rest = options.multi_class == MultiClass::one_against_rest;
  CHECK_THAT(followed.title, Catch::Matchers::StartsWith("Fit of class ") &&
                                 Catch::Matchers::Contains(is_rest ? " against the rest, the "
                                                                     "longest of 4"
                                                                   : " against class ") &&
                                 Catch::Matchers::Contains(is_rest ? "" : "the longest of 6"));
}
