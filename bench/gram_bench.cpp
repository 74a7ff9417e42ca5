// Seconds for the Gram matrices of some kernels, one figure per kernel and round.
// usage: gram_bench N D THREADS float|double fresh|reused normal|positive KERNEL...
// fresh: each matrix in memory that the system has not given yet; reused: all in the same memory.
// positive: the points are |normal|, for the kernels of histograms.
#include <malloc.h>

#include <cstdlib>
#include <memory>
#include <mercer/mercer.hpp>
#include <span>
#include <string>

#include "timing.hpp"

using namespace mercer;

namespace {

template <class T>
void run(std::span<char*> args) {
  const auto n = static_cast<index_t>(std::atoll(args[1]));
  const auto d = static_cast<index_t>(std::atoll(args[2]));
  const GramOptions options{.threads = std::atoi(args[3])};
  const bool fresh = std::string(args[5]) == "fresh";
  arma::arma_rng::set_seed(1);
  Mat<T> X(d, n, arma::fill::randn);
  if (std::string(args[6]) == "positive") X = arma::abs(X);
  std::vector<std::unique_ptr<Kernel>> kernels;
  for (const char* text : args.subspan(7)) kernels.push_back(parse_kernel(text));
  Mat<T> out;
  if (!fresh) gram_into(out, *kernels.front(), X, options);

  bench::serve("mercer", [&] {
    std::vector<double> figures;
    for (const auto& kernel : kernels) {
      bench::wake(sizeof(T) * (n + d) * n);
      figures.push_back(fresh ? bench::seconds([&] { return gram(*kernel, X, options); })
                              : bench::seconds([&] { gram_into(out, *kernel, X, options); }));
    }
    return figures;
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 8) {
    std::fprintf(stderr,
                 "usage: gram_bench N D THREADS float|double fresh|reused normal|positive "
                 "KERNEL...\n");
    return 2;
  }
  // A matrix always comes from the system and goes back to it. By default the C library keeps up to
  // 32 MiB that were freed once, and n = 2000 would not be fresh.
  mallopt(M_MMAP_THRESHOLD, 16 << 20);
  const std::span<char*> args(argv, static_cast<std::size_t>(argc));
  try {
    std::string(args[4]) == "float" ? run<float>(args) : run<double>(args);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gram_bench: %s\n", error.what());
    return 1;
  }
}
