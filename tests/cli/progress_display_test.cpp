#include "cli/progress_display.hpp"

#include <cmath>

#include "support/catch.hpp"

using namespace mercer;
using namespace mercer::cli;

namespace {

Progress state(index_t iteration, double criterion, double target, double seconds) {
  return {.stage = "smo",
          .iteration = iteration,
          .criterion = criterion,
          .target = target,
          .seconds = seconds};
}

}  // namespace

TEST_CASE("a criterion that falls by factors is half done at the root of them", "[cli]") {
  StageEstimate estimate;
  estimate.add(state(0, 1, 1e-4, 0));
  CHECK(estimate.fraction() == 0);
  CHECK(std::isnan(estimate.seconds_left()));
  estimate.add(state(500, 1e-2, 1e-4, 2));
  CHECK(estimate.fraction() == Approx(0.5));
  CHECK(estimate.seconds_left() == Approx(2));
  CHECK(estimate.iterations_per_second() == Approx(250));
  estimate.add(state(600, 2e-2, 1e-4, 3));  // it went up again: what is done stays done
  CHECK(estimate.fraction() == Approx(0.5));
  estimate.add(state(900, 1e-5, 1e-4, 4));
  CHECK(estimate.fraction() == 1);
}

TEST_CASE("a count that goes down to 0 is shown as its share", "[cli]") {
  StageEstimate estimate;
  estimate.add(state(0, 200, 0, 0));
  estimate.add(state(50, 150, 0, 1));
  CHECK(estimate.fraction() == Approx(0.25));
  CHECK(estimate.seconds_left() == Approx(3));
}

TEST_CASE("what is not known yet is not guessed", "[cli]") {
  StageEstimate estimate;
  estimate.add(state(0, INFINITY, 1e-3, 0));
  estimate.add(state(0, 0, 1e-3, 1));  // below the target from the start
  CHECK(estimate.fraction() == 0);
  CHECK(std::isnan(estimate.seconds_left()));
  CHECK(estimate.iterations_per_second() == 0);
}

TEST_CASE("the line fits the terminal", "[cli]") {
  StageEstimate estimate;
  estimate.add(state(0, 1, 1e-4, 0));
  estimate.add(state(31000, 1e-3, 1e-4, 2.5));
  const Progress now = state(31000, 1e-3, 1e-4, 2.5);
  CHECK(progress_line(now, estimate, 100) ==
        "smo [######################        ]  75 %  0.001 -> 0.0001  1.24e+04/s  0:01 left");
  for (const int width : {120, 80, 60, 50, 40, 20, 5, 1}) {
    CAPTURE(width);
    CHECK(progress_line(now, estimate, width).size() <= static_cast<std::size_t>(width));
  }
}

TEST_CASE("times read as clocks do", "[cli]") {
  CHECK(clock_text(0) == "0:00");
  CHECK(clock_text(6.2) == "0:07");
  CHECK(clock_text(760) == "12:40");
  CHECK(clock_text(3 * 3600 + 5 * 60 + 9) == "3:05:09");
  CHECK(clock_text(1e300) == "1000:00:00");
}
