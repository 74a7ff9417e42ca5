#include "cli/plot/convergence_picture.hpp"

#include <cmath>

#include "support/catch.hpp"
#include "support/svg_reader.hpp"

using namespace mercer::plot;
using mercer::Progress;
using mercer::test::check_picture;
using mercer::test::SvgReader;

TEST_CASE("a trace splits stages and stays small", "[cli][plot]") {
  ProgressTrace trace;
  for (mercer::index_t i = 0; i <= 1000000; ++i) trace.add({"smo", i, 1.0, 1e-3, 0});
  for (mercer::index_t i = 0; i < 3; ++i) trace.add({"cg", i, 1.0, 1e-3, 0});
  trace.add({"cg", 0, 1.0, 1e-3, 0});
  REQUIRE(trace.stages().size() == 3);
  const auto& records = trace.stages()[0].records;
  CHECK(records.size() <= 4000);
  CHECK(records.size() >= 1000);
  CHECK(records.front().iteration == 0);
  CHECK(records.back().iteration == 1000000);
  double largest_step = 0;
  for (std::size_t k = 1; k < records.size(); ++k) {
    const double step = records[k].iteration - records[k - 1].iteration;
    CHECK(step > 0);
    largest_step = std::max(largest_step, step);
  }
  CHECK(largest_step <= 2048);
  CHECK(trace.stages()[1].name == "cg");
  CHECK(trace.stages()[1].records.size() == 3);
}

TEST_CASE("one stage runs over iterations, several over seconds", "[cli][plot]") {
  ProgressTrace trace;
  for (mercer::index_t i = 0; i < 20; ++i) {
    trace.add({"smo", i, std::pow(10, -0.3 * static_cast<double>(i)), 1e-3, 0.1});
  }
  const SvgReader one = check_picture(convergence_picture("t", "KKT violation", trace), "t");
  CHECK(one.has_text("iteration"));
  CHECK(one.has_text("KKT violation"));
  CHECK(one.has_text("target"));
  CHECK(one.has_text("smo"));
  CHECK(one.marks() == 20);
  trace.add({"certificate <&>", 0, 5, 0, 0.2});
  const SvgReader two = check_picture(convergence_picture("t", "KKT violation", trace), "t");
  CHECK(two.has_text("time (s)"));
  CHECK(two.has_text("certificate <&>"));
  CHECK(two.has_text("smo"));
  trace.add({"smo", 0, 4, 0, 0.3});
  const SvgReader three = check_picture(convergence_picture("t", "KKT violation", trace), "t");
  CHECK(three.has_text("smo 1"));
  CHECK(three.has_text("smo 2"));
}

TEST_CASE("odd traces", "[cli][plot]") {
  check_picture(convergence_picture("none", "c", {}), "none");
  ProgressTrace trace;
  trace.add({"a", 0, 0, 0, 0});
  trace.add({"a", 1, -1, 0, 0});
  trace.add({"a", 2, std::nan(""), 0, 0});
  check_picture(convergence_picture("nothing", "c", trace), "nothing");
  trace.add({"a", 3, 1, 0, 0});
  const SvgReader zeros = check_picture(convergence_picture("zeros", "c", trace), "zeros");
  CHECK(zeros.has_text("0 or less"));
  CHECK(zeros.marks() == 3 + 1);  // and that of the legend
  CHECK_FALSE(zeros.has_text("target"));
  ProgressTrace many;
  for (int stage = 0; stage < 100; ++stage)
    many.add({"s" + std::to_string(stage), 0, 1, 0.1, 1.0 * stage});
  const SvgReader reader = check_picture(convergence_picture("many", "c", many), "many");
  CHECK(reader.has_text("and 88 more stages"));
}
