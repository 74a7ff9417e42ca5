// Random numbers that are a function of seed, stream and position only: the same on every platform.
#pragma once

#include <array>
#include <cstdint>

#include "mercer/core/types.hpp"

namespace mercer {

/// One block of the counter-based generator Philox4x32-10: a bijection of counters for every key.
/// Source: Salmon, Moraes, Dror & Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// The sequence of random numbers that belongs to (seed, stream). Different streams of one seed
/// are independent and cost nothing to open, so that parallel work takes a stream per item and
/// gives the same numbers for any number of threads.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  /// 64 random bits, those at a position of the sequence; does not move it.
  std::uint64_t bits(std::uint64_t position) const;

  /// The next 64 random bits.
  std::uint64_t bits() { return bits(position_++); }

  /// Uniform in [0, 1), a multiple of 2^-53.
  double uniform();

  /// Normal with mean 0 and variance 1.
  double normal();

  /// Uniform in {0, ..., n - 1}, without bias. Throws std::invalid_argument if n is 0.
  index_t below(index_t n);

  /// A permutation of {0, ..., n - 1}, each as likely as any other.
  arma::uvec permutation(index_t n);

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t position_ = 0;
};

}  // namespace mercer
