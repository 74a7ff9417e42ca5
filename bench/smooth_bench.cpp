// Gaussian smoothing of an N x N image, per round: seconds for sigma 1, 2, 5, 20 and 50 by windows
// of 4 sigma and for 50 by the recursive method, each into fresh memory; then the limit of one pass
// over the memory, seconds for copying the image to fresh memory.
// usage: smooth_bench double|float N THREADS
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mercer/core/memory.hpp>
#include <mercer/core/parallel.hpp>
#include <mercer/image/gaussian_filter.hpp>
#include <vector>

#include "timing.hpp"

using namespace mercer;

namespace {

template <class T>
Mat<T> copied(const Mat<T>& image, int threads) {
  Mat<T> out(image.n_rows, image.n_cols, arma::fill::none);
  prefer_huge_pages(out.memptr(), out.n_elem * sizeof(T));
  constexpr index_t columns = 64;
  parallel_for((image.n_cols + columns - 1) / columns, threads, [&](index_t item, int) {
    const index_t begin = item * columns, end = std::min(begin + columns, image.n_cols);
    std::memcpy(out.colptr(begin), image.colptr(begin), (end - begin) * image.n_rows * sizeof(T));
  });
  return out;
}

template <class T>
int run(index_t n, int threads) {
  arma::arma_rng::set_seed(1);
  const Mat<T> image(n, n, arma::fill::randu);
  const auto smooth = [&](double sigma, FilterMethod method) {
    bench::wake(sizeof(T) * n * n);
    return bench::seconds(
        [&] { return gaussian_filter(image, sigma, {.method = method, .threads = threads}); });
  };
  bench::serve("mercer", [&] {
    std::vector<double> figures;
    // After seconds without work the machine stalls once, in its first tenths of a second.
    for (double spent = 0; spent < 0.5;) spent += smooth(1, FilterMethod::window);
    for (const double sigma : {1.0, 2.0, 5.0, 20.0, 50.0}) {
      figures.push_back(smooth(sigma, FilterMethod::window));
    }
    figures.push_back(smooth(50, FilterMethod::recursive));
    bench::wake(sizeof(T) * n * n);
    figures.push_back(bench::seconds([&] { return copied(image, threads); }));
    return figures;
  });
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: smooth_bench double|float N THREADS\n");
    return 2;
  }
  const auto n = static_cast<index_t>(std::atoll(argv[2]));
  const int threads = std::atoi(argv[3]);
  return argv[1] == std::string("float") ? run<float>(n, threads) : run<double>(n, threads);
}
