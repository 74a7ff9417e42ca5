#include "mercer/core/random.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>

namespace mercer {
namespace {

std::uint32_t low_half(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high_half(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

}  // namespace

// Ten rounds of (c0, c1, c2, c3) <- (hi(M1 c2) ^ c1 ^ k0, lo(M1 c2), hi(M0 c0) ^ c3 ^ k1, lo(M0
// c0)), the key growing by the Weyl constants (golden ratio, sqrt(3) - 1) between rounds.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {high_half(product1) ^ counter[1] ^ key[0], low_half(product1),
               high_half(product0) ^ counter[3] ^ key[1], low_half(product0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

// A block serves two positions; the counter is (position / 2, stream), the key is the seed.
std::uint64_t Random::bits(std::uint64_t position) const {
  const std::uint64_t block = position / 2;
  const auto words =
      philox4x32({low_half(block), high_half(block), low_half(stream_), high_half(stream_)},
                 {low_half(seed_), high_half(seed_)});
  const std::size_t first = position % 2 == 0 ? 0 : 2;
  return std::uint64_t{words[first + 1]} << 32 | words[first];
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

// Ratio of uniforms (Kinderman & Monahan, ACM TOMS 3, 1977): x = sqrt(8 / e) (v - 1/2) / u is kept
// if x^2 <= -4 log u. Unlike Box-Muller, log only decides and is no part of the value, so that the
// last bit of a platform's log does not show.
double Random::normal() {
  const double width = 1.7155277699214135;  // sqrt(8 / e)
  for (;;) {
    const double u = 1 - uniform();  // in (0, 1]
    const double x = width * (uniform() - 0.5) / u;
    if (x * x <= -4 * std::log(u)) return x;
  }
}

// Values below 2^64 mod n are drawn again: what is left is a whole number of rounds of n.
index_t Random::below(index_t n) {
  if (n == 0) throw std::invalid_argument("Random::below: n must be positive, is 0");
  const std::uint64_t rejected = (std::uint64_t{0} - n) % n;
  for (;;) {
    const std::uint64_t value = bits();
    if (value >= rejected) return static_cast<index_t>(value % n);
  }
}

// Fisher & Yates, from the end.
arma::uvec Random::permutation(index_t n) {
  arma::uvec order = arma::regspace<arma::uvec>(0, 1, n);  // one too many, so that n may be 0
  order.resize(n);
  for (index_t left = n; left > 1; --left) std::swap(order[left - 1], order[below(left)]);
  return order;
}

}  // namespace mercer
