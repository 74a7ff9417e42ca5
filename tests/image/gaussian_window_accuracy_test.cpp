// Weights against mpmath with 60 digits: files/gaussian_windows.csv, written by the program beside
// it.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "mercer/image/gaussian_window.hpp"
#include "support/catch.hpp"

using namespace mercer;

namespace {

struct Weight {
  int discretisation;
  double sigma;
  int order;
  double x;
  long double value;
};

std::vector<Weight> reference_weights() {
  std::ifstream in(std::string(MERCER_SOURCE_DIR) + "/tests/image/files/gaussian_windows.csv");
  std::string line;
  std::getline(in, line);
  std::vector<Weight> weights;
  while (std::getline(in, line)) {
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream fields(line);
    Weight weight{};
    std::string value;  // the stream's own conversion may stop at the digits of a double
    fields >> weight.discretisation >> weight.sigma >> weight.order >> weight.x >> value;
    weight.value = std::stold(value);
    weights.push_back(weight);
  }
  return weights;
}

bool between_cells(const Weight& weight) { return weight.x != std::trunc(weight.x); }

}  // namespace

TEST_CASE("weights of every order are those of mpmath out to 30 sigma", "[image][window]") {
  using Key = std::tuple<int, double, int, bool>;  // the weights that one window holds
  std::map<Key, std::vector<Weight>> windows;
  const std::vector<Weight> all = reference_weights();
  REQUIRE(all.size() == 945);
  for (const Weight& w : all) {
    windows[{w.discretisation, w.sigma, w.order, between_cells(w)}].push_back(w);
  }
  for (const auto& [key, weights] : windows) {
    const auto& [discretisation, sigma, order, even] = key;
    CAPTURE(discretisation, sigma, order, even);
    const double farthest =
        std::max_element(weights.begin(), weights.end(), [](const Weight& a, const Weight& b) {
          return a.x < b.x;
        })->x;
    const auto size = static_cast<index_t>(2 * farthest + 1);
    const Col<double> window =
        gaussian_window(size, sigma, static_cast<Discretisation>(discretisation),
                        {.order = order, .normalise = false});
    for (const Weight& w : weights) {
      const auto right = static_cast<index_t>(static_cast<double>(size - 1) / 2 + w.x);
      const long double error = std::abs(window(right) / w.value - 1);
      CAPTURE(w.x, window(right), static_cast<double>(w.value));
      // Half an ulp of rounding and, for derivatives, what is left of cancelling in long double.
      CHECK(error < (order == 0 ? 1.5e-16L : 1e-14L));
    }
  }
}
