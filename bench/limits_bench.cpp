// What no program for a Gram matrix in memory can beat by much on this machine, per round: seconds
// for half of a full GEMM, for writing n^2 doubles to fresh memory, and to memory that is there.
// usage: limits_bench N D THREADS (and OMP_NUM_THREADS=THREADS, for the BLAS); D = 0: no GEMM
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <mercer/core/memory.hpp>
#include <mercer/core/parallel.hpp>
#include <mercer/core/types.hpp>

#include "timing.hpp"

using namespace mercer;

extern "C" char* openblas_get_config() __attribute__((weak));  // absent from another BLAS

namespace {

// Each huge page is written by one thread, as the Gram matrix does it.
void fill(arma::mat& out, int threads) {
  constexpr std::uintptr_t page = std::uintptr_t{1} << 21;
  const auto begin = reinterpret_cast<std::uintptr_t>(out.begin());
  const auto end = reinterpret_cast<std::uintptr_t>(out.end());
  const std::uintptr_t first = begin / page, last = (end + page - 1) / page;
  parallel_for(last - first, threads, [&](index_t i, int) {
    const std::uintptr_t start = (first + std::uintptr_t{i}) * page;
    std::fill(reinterpret_cast<double*>(std::max(begin, start)),
              reinterpret_cast<double*>(std::min(end, start + page)), 1.0);
  });
}

arma::mat with_huge_pages(index_t n) {
  arma::mat out(n, n, arma::fill::none);
  prefer_huge_pages(out.memptr(), out.n_elem * sizeof(double));
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: limits_bench N D THREADS\n");
    return 2;
  }
  const auto n = static_cast<index_t>(std::atoll(argv[1]));
  const auto d = static_cast<index_t>(std::atoll(argv[2]));
  const int threads = std::atoi(argv[3]);
  arma::arma_rng::set_seed(1);
  const arma::mat X(d, n, arma::fill::randn);
  const arma::mat Y(d, n, arma::fill::randn);  // another matrix: X' X would run as SYRK
  arma::mat out = with_huge_pages(n);
  fill(out, threads);
  const std::string blas = openblas_get_config ? openblas_get_config() : "not OpenBLAS";

  bench::serve("g++ " __VERSION__ "; BLAS: " + blas, [&] {
    const double gemm = bench::seconds([&] { out = X.t() * Y; });
    bench::wake(sizeof(double) * n * n);
    const double fresh = bench::seconds([&] {
      arma::mat written = with_huge_pages(n);
      fill(written, threads);
      return written;
    });
    const double reused = bench::seconds([&] { fill(out, threads); });
    return std::vector<double>{gemm / 2, fresh, reused};
  });
}
