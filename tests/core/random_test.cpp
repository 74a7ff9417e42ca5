#include "mercer/core/random.hpp"

#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using mercer::index_t;
using mercer::philox4x32;
using mercer::Random;

using Block = std::array<std::uint32_t, 4>;

// Source of the golden values: the file kat_vectors of Random123, the code of the paper's authors.
TEST_CASE("philox4x32 gives the known answers of Random123", "[core][random]") {
  const std::uint32_t ones = 0xffffffff;
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
        Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("bits are the words of the blocks, in order", "[core][random]") {
  Random random(0);
  CHECK(random.bits() == 0xe169c58d6627e8d5);
  CHECK(random.bits() == 0x9b00dbd8bc57ac4c);
  CHECK(random.bits(0) == 0xe169c58d6627e8d5);  // a look back moves nothing
  CHECK(random.bits() == random.bits(2));

  // The counter is (position / 2, stream), the key is the seed, low halves first.
  const Block block = philox4x32({3, 0, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0});
  const Random other(0x299f31d0a4093822, 0x0370734413198a2e);
  CHECK(other.bits(6) == (std::uint64_t{block[1]} << 32 | block[0]));
  CHECK(other.bits(7) == (std::uint64_t{block[3]} << 32 | block[2]));
}

TEST_CASE("seeds and streams give different sequences", "[core][random]") {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (std::uint64_t stream = 0; stream < 10; ++stream) {
      for (std::uint64_t position = 0; position < 10; ++position) {
        seen.insert(Random(seed, stream).bits(position));
      }
    }
  }
  CHECK(seen.size() == 1000);
}

TEST_CASE("uniform numbers fill the unit interval evenly", "[core][random]") {
  Random random(1);
  const int n = 100000;
  std::vector<int> bins(16);
  for (int k = 0; k < n; ++k) {
    const double value = random.uniform();
    REQUIRE((value >= 0 && value < 1));
    ++bins[static_cast<std::size_t>(value * 16)];
  }
  double chi_squared = 0;  // 15 degrees of freedom: 37.7 is passed with probability 0.001
  for (const int count : bins) chi_squared += std::pow(count - n / 16.0, 2) / (n / 16.0);
  CHECK(chi_squared < 37.7);
}

TEST_CASE("normal numbers have the moments of the normal distribution", "[core][random]") {
  Random random(2);
  const int n = 200000;
  double moments[4] = {};
  int beyond_two = 0;
  for (int k = 0; k < n; ++k) {
    const double x = random.normal();
    double power = 1;
    for (double& moment : moments) moment += (power *= x) / n;
    beyond_two += std::fabs(x) > 2 ? 1 : 0;
  }
  // Five standard errors of each mean: sqrt(var(x^p) / n), var = 1, 2, 15, 96.
  CHECK(std::fabs(moments[0]) < 5 * std::sqrt(1.0 / n));
  CHECK(std::fabs(moments[1] - 1) < 5 * std::sqrt(2.0 / n));
  CHECK(std::fabs(moments[2]) < 5 * std::sqrt(15.0 / n));
  CHECK(std::fabs(moments[3] - 3) < 5 * std::sqrt(96.0 / n));
  CHECK(beyond_two == Approx(n * std::erfc(std::sqrt(2.0))).epsilon(0.05));
}

TEST_CASE("below is even and unbiased", "[core][random]") {
  Random random(3);
  std::vector<int> counts(6);
  for (int k = 0; k < 60000; ++k) ++counts[random.below(6)];
  double chi_squared = 0;  // 5 degrees of freedom: 20.5 is passed with probability 0.001
  for (const int count : counts) chi_squared += std::pow(count - 10000.0, 2) / 10000.0;
  CHECK(chi_squared < 20.5);

  CHECK(random.below(1) == 0);
  // With n = 3 * 2^62, plain bits % n would give the lower third twice as often: half of the time.
  const index_t large = index_t{3} << 62;
  int lower_third = 0;
  for (int k = 0; k < 30000; ++k) lower_third += random.below(large) < large / 3 ? 1 : 0;
  CHECK(lower_third == Approx(10000).epsilon(0.05));
  CHECK_THROWS_WITH(random.below(0), "Random::below: n must be positive, is 0");
}

TEST_CASE("permutations hold every index once and are equally likely", "[core][random]") {
  Random random(4);
  CHECK(random.permutation(0).is_empty());
  CHECK(random.permutation(1)[0] == 0);
  const arma::uvec order = random.permutation(1000);
  CHECK(arma::all(arma::sort(order) == arma::regspace<arma::uvec>(0, 999)));
  CHECK(arma::any(order != arma::regspace<arma::uvec>(0, 999)));

  std::vector<int> counts(27);
  for (int k = 0; k < 60000; ++k) {
    const arma::uvec three = random.permutation(3);
    ++counts[three[0] * 9 + three[1] * 3 + three[2]];
  }
  double chi_squared = 0;  // 5 degrees of freedom
  int kinds = 0;
  for (const int count : counts) {
    if (count == 0) continue;
    ++kinds;
    chi_squared += std::pow(count - 10000.0, 2) / 10000.0;
  }
  CHECK(kinds == 6);
  CHECK(chi_squared < 20.5);
}

// The two known words of seed 0, from which every kind of number can be worked out by hand.
TEST_CASE("the numbers are the same on every platform", "[core][random]") {
  const std::uint64_t first = 0xe169c58d6627e8d5;
  const std::uint64_t second = 0x9b00dbd8bc57ac4c;
  const double u = static_cast<double>(first >> 11) / 9007199254740992.0;
  const double v = static_cast<double>(second >> 11) / 9007199254740992.0;
  CHECK(Random(0).uniform() == u);
  CHECK(Random(0).normal() == 1.7155277699214135 * (v - 0.5) / (1 - u));
  CHECK(Random(0).below(1000) == first % 1000);

  arma::uvec by_hand = {0, 1, 2};
  std::swap(by_hand[2], by_hand[first % 3]);
  std::swap(by_hand[1], by_hand[second % 2]);
  const arma::uvec order = Random(0).permutation(3);
  CHECK(std::vector(order.begin(), order.end()) == std::vector(by_hand.begin(), by_hand.end()));
}
