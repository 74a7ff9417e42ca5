// Seconds for one RBF Gram matrix in fresh memory, beside two limits of this machine: half of a
// full GEMM on the same points, and writing as many bytes. usage: gram_bench N D THREADS REPEATS ->
// gram, half GEMM, write (medians)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mercer/mercer.hpp>
#include <vector>

using namespace mercer;

namespace {

double median_seconds(int repeats, auto&& work) {
  std::vector<double> seconds;
  for (int r = 0; r < repeats; ++r) {
    const auto start = std::chrono::steady_clock::now();
    work();
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + repeats / 2, seconds.end());
  return seconds[static_cast<std::size_t>(repeats / 2)];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: gram_bench N D THREADS REPEATS\n");
    return 2;
  }
  const auto n = static_cast<index_t>(std::atoll(argv[1]));
  const auto d = static_cast<index_t>(std::atoll(argv[2]));
  const int threads = std::atoi(argv[3]);
  const int repeats = std::atoi(argv[4]);
  arma::arma_rng::set_seed(1);
  const arma::mat X(d, n, arma::fill::randn);
  const arma::mat Y(d, n, arma::fill::randn);  // another matrix: X' X would run as SYRK
  const Rbf kernel(1.0 / static_cast<double>(d));

  const double gram_seconds =
      median_seconds(repeats, [&] { gram(kernel, X, {.threads = threads}); });
  arma::mat out(n, n, arma::fill::zeros);
  const double gemm_seconds = median_seconds(repeats, [&] { out = X.t() * Y; });
  const double write_seconds = median_seconds(
      repeats, [&] { parallel_for(n, threads, [&](index_t j, int) { out.col(j).fill(1); }); });
  std::printf("%.4f %.4f %.4f\n", gram_seconds, gemm_seconds / 2, write_seconds);
}
