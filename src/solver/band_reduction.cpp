#include "mercer/solver/band_reduction.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/blas.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/scratch.hpp"
#include "solver/panel_steps.hpp"
#include "solver/reflectors.hpp"
#include "tile/band_solve.hpp"

namespace mercer {
namespace {

struct Stopped {};

// Columns [begin, end) of the band, which are final.
template <class T>
void copy_band(const Mat<T>& A, index_t begin, index_t end, Mat<double>& band) {
  const index_t n = A.n_rows;
  for (index_t j = begin; j < end; ++j) {
    const index_t count = std::min(band.n_rows, n - j);
    for (index_t k = 0; k < count; ++k) band(k, j) = static_cast<double>(A(j + k, j));
  }
}

// Rows of Q side by side, as solve_band wants them: rows[i] of Q for the lane i, 0 in the others.
template <class T, class Rows>
void pack_rows(const Mat<T>& Q, index_t count, Rows rows, T* out) {
  constexpr index_t width = band_lanes<T>;
  const index_t n = Q.n_cols;
  for (index_t j = 0; j < n; ++j) {
    const T* column = Q.colptr(j);
    for (index_t i = 0; i < count; ++i) out[j * width + i] = column[rows(i)];
    std::fill(out + j * width + count, out + (j + 1) * width, T(0));
  }
  std::fill(out + n * width, out + 4 * PackedBand<T>::blocks_of(n) * width, T(0));
}

template <class T>
std::vector<PackedBand<T>> pack(const std::vector<BandFactor>& factors, int threads) {
  std::vector<std::optional<PackedBand<T>>> packed(factors.size());
  parallel_for(factors.size(), threads,
               [&](index_t k, int) { packed[k].emplace(factors[k].factor()); });
  std::vector<PackedBand<T>> out;
  for (auto& one : packed) out.push_back(std::move(*one));
  return out;
}

}  // namespace

template <class T>
BandReduction<T>::BandReduction(Mat<T>&& A, const BandReductionOptions& options)
    : options_(options) {
  require_columns("BandReduction", "A", A.n_cols, A.n_rows, "it must be square");
  resolve_threads(options.threads, "BandReduction");
  if (options.bandwidth == 0) {
    throw std::invalid_argument("BandReduction: bandwidth must be at least 1, is 0");
  }
  A_ = std::move(A);
  triangles_.zeros(options.bandwidth, A_.n_rows);
  band_.zeros(options.bandwidth + 1, A_.n_rows);
  try {
    reduce();
  } catch (Stopped) {
    status_ = Status::stopped;
    return;
  }
  if (!band_.is_finite()) status_ = Status::not_finite;
}

template <class T>
void BandReduction<T>::reduce() {
  const auto start = std::chrono::steady_clock::now();
  const index_t n = A_.n_rows, b = options_.bandwidth;
  const index_t panels = Reflectors<T>{A_, triangles_, b, options_.threads}.panels();
  index_t step = 0;
  const auto report = [&](const char* stage, index_t left) {
    if (!options_.progress) return;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (options_.progress({.stage = stage,
                           .iteration = ++step,
                           .criterion = static_cast<double>(left),
                           .target = 0,
                           .seconds = seconds.count()}) == Continue::no) {
      throw Stopped();
    }
  };
  {
    PanelSteps<T> steps(A_, b, options_.threads);
    for (index_t p = 0; p < panels; ++p) {
      steps.factor_panel(p * b, triangles_.colptr(p * b));
      copy_band(A_, p * b, (p + 1) * b, band_);
      steps.make_update(p * b, triangles_.colptr(p * b));
      report("band reduction", n - (p + 1) * b);
    }
    steps.update_columns(panels * b, n);
    copy_band(A_, panels * b, n, band_);
  }
  if (!options_.form_basis) return;
  step = 0;
  form_basis(A_, triangles_, b, options_.threads, [&](index_t left) { report("basis", left); });
}

template <class T>
std::size_t BandReduction<T>::bytes(index_t n, const BandReductionOptions& options) {
  const index_t b = options.bandwidth;
  return (n * n + b * n + PanelSteps<T>::values(n, b)) * sizeof(T) + (b + 1) * n * sizeof(double);
}

template <class T>
void BandReduction<T>::require(const char* where, bool basis) const {
  if (status_ != Status::converged) {
    throw LogicError(std::string(where) + ": there is no reduction");
  }
  if (basis && !options_.form_basis) {
    throw LogicError(std::string(where) + ": set options.form_basis");
  }
}

template <class T>
Mat<T> BandReduction<T>::to_band(const Mat<T>& Y) const {
  require("BandReduction::to_band", false);
  const index_t n = size(), t = Y.n_cols;
  require_rows("BandReduction::to_band", "Y", Y.n_rows, n, "one per row of A");
  Mat<T> out = Y;
  if (!options_.form_basis) {
    apply_reflectors(Reflectors<T>{A_, triangles_, bandwidth(), options_.threads}, true, out);
    return out;
  }
  constexpr index_t block = 64;
  parallel_for((n + block - 1) / block, options_.threads, [&](index_t item, int) {
    const index_t begin = item * block, count = std::min(block, n - begin);
    blas::gemm('T', 'N', count, t, n, T(1), A_.colptr(begin), n, Y.memptr(), n, T(0),
               out.memptr() + begin, n);
  });
  return out;
}

template <class T>
Mat<T> BandReduction<T>::from_band(const Mat<T>& Z) const {
  require("BandReduction::from_band", false);
  const index_t n = size(), t = Z.n_cols;
  require_rows("BandReduction::from_band", "Z", Z.n_rows, n, "one per row of A");
  Mat<T> out = Z;
  if (!options_.form_basis) {
    apply_reflectors(Reflectors<T>{A_, triangles_, bandwidth(), options_.threads}, false, out);
    return out;
  }
  constexpr index_t block = 256;
  parallel_for((n + block - 1) / block, options_.threads, [&](index_t item, int) {
    const index_t begin = item * block, count = std::min(block, n - begin);
    blas::gemm('N', 'N', count, t, n, T(1), A_.memptr() + begin, n, Z.memptr(), n, T(0),
               out.memptr() + begin, n);
  });
  return out;
}

template <class T>
Mat<T> BandReduction<T>::solve(const BandFactor& factor, const Mat<T>& Y) const {
  Mat<double> Z = arma::conv_to<Mat<double>>::from(to_band(Y));
  factor.solve(Z);
  return from_band(arma::conv_to<Mat<T>>::from(Z));
}

template <class T>
Mat<T> BandReduction<T>::inverse_diagonals(const std::vector<BandFactor>& factors,
                                           Poll poll) const {
  require("BandReduction::inverse_diagonals", true);
  constexpr index_t width = band_lanes<T>;
  const index_t n = size(), padded = 4 * PackedBand<T>::blocks_of(n);
  const std::vector<PackedBand<T>> bands = pack<T>(factors, options_.threads);
  Mat<T> out(n, factors.size(), arma::fill::none);
  const index_t items = (n + width - 1) / width;
  std::vector<Scratch> scratch(team_size(items, options_.threads));
  // The rows of Q stay in L2 while the factors of all shifts pass by.
  parallel_for(items, options_.threads, poll, [&](index_t item, int worker) {
    Scratch& mine = scratch[static_cast<std::size_t>(worker)];
    const auto rows = mine.template lease<T>(padded * width);
    const auto window = mine.template lease<T>(band_scratch<T>(bandwidth()));
    const index_t begin = item * width, count = std::min(width, n - begin);
    pack_rows(
        A_, count, [&](index_t i) { return begin + i; }, rows.data());
    T squares[width];
    for (index_t k = 0; k < bands.size(); ++k) {
      solve_band<T>(bands[k], rows.data(), nullptr, 0, squares, window.data());
      std::copy_n(squares, count, out.colptr(k) + begin);
    }
  });
  return out;
}

template <class T>
void BandReduction<T>::inverse_blocks(const std::vector<BandFactor>& factors,
                                      const arma::uvec& rows,
                                      FunctionRef<void(index_t, SymmetricTiles<T>&&)> take,
                                      Poll poll) const {
  require("BandReduction::inverse_blocks", true);
  for (const index_t row : rows) {
    if (row < size()) continue;
    throw std::invalid_argument("BandReduction::inverse_blocks: rows must be below " +
                                std::to_string(size()) + ", one is " + std::to_string(row));
  }
  constexpr index_t width = band_lanes<T>;
  const index_t n = size(), padded = 4 * PackedBand<T>::blocks_of(n), count = rows.n_elem;
  const index_t groups = (count + width - 1) / width, stride = groups * width;
  Mat<T> Q_S(padded * width, groups, arma::fill::none), W(stride, padded, arma::fill::none);
  parallel_for(groups, options_.threads, [&](index_t g, int) {
    const index_t begin = g * width;
    pack_rows(
        A_, std::min(width, count - begin), [&](index_t i) { return rows(begin + i); },
        Q_S.colptr(g));
  });
  std::vector<Scratch> scratch(team_size(groups, options_.threads));
  for (index_t k = 0; k < factors.size(); ++k) {
    const PackedBand<T> L(factors[k].factor());
    parallel_for(groups, options_.threads, poll, [&](index_t g, int worker) {
      const auto window =
          scratch[static_cast<std::size_t>(worker)].template lease<T>(band_scratch<T>(bandwidth()));
      T squares[width];
      solve_band<T>(L, Q_S.colptr(g), W.memptr() + g * width, stride, squares, window.data());
    });
    SymmetricTiles<T> block(count);
    std::vector<std::pair<index_t, index_t>> tiles;
    for (index_t c = 0; c < block.count(); ++c) {
      for (index_t r = 0; r <= c; ++r) tiles.emplace_back(r, c);
    }
    parallel_for(tiles.size(), options_.threads, poll, [&](index_t item, int) {
      const auto [r, c] = tiles[item];
      const Tile<T> out = block.tile(r, c);
      blas::gemm('N', 'T', out.rows, out.cols, n, T(1), W.memptr() + block.range(r).begin, stride,
                 W.memptr() + block.range(c).begin, stride, T(0), out.data, out.stride);
    });
    take(k, std::move(block));
  }
}

template class BandReduction<double>;
template class BandReduction<float>;

}  // namespace mercer
