#include "mercer/solver/stochastic_lanczos.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/blas.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/random.hpp"
#include "mercer/tile/tile.hpp"
#include "solver/dot.hpp"
#include "solver/lanczos_quadrature.hpp"

namespace mercer {
namespace {

// The streams of the probes are not those of the pivots that made P, on which they must not depend.
constexpr std::uint64_t first_stream = std::uint64_t{1} << 32;

// The lower node, below what rounding may do to an eigenvalue of 1.
constexpr double below = 1 - 1e-8;

// F G + lambda^1/2 H: n x probes, normal with covariance P. H comes first in each stream, so that
// it does not depend on the rank.
template <class T>
Mat<double> draw_probes(const LowRankPreconditioner<T>& P,
                        const StochasticLanczosOptions& options) {
  const Mat<T>& F = P.factor();
  const index_t n = F.n_rows, k = F.n_cols, probes = options.probes;
  const double root = std::sqrt(P.lambda());
  Mat<double> Z(n, probes, arma::fill::none), G(k, probes, arma::fill::none);
  parallel_for(probes, options.threads, [&](index_t j, int) {
    Random random(options.seed, first_stream + j);
    for (index_t i = 0; i < n; ++i) Z(i, j) = root * random.normal();
    for (index_t c = 0; c < k; ++c) G(c, j) = random.normal();
  });
  parallel_for((n + tile_edge - 1) / tile_edge, options.threads, [&](index_t strip, int) {
    const index_t begin = strip * tile_edge, end = std::min(begin + tile_edge, n);
    for (index_t c = 0; c < k; c += tile_edge) {
      const index_t last = std::min(c + tile_edge, k);
      const Mat<double> block =
          arma::conv_to<Mat<double>>::from(F.submat(begin, c, end - 1, last - 1));
      blas::gemm('N', 'N', end - begin, probes, last - c, 1.0, block.memptr(), block.n_rows,
                 G.memptr() + c, k, 1.0, Z.memptr() + begin, n);
    }
  });
  return Z;
}

// What the recurrence of one probe has told.
struct Probe {
  index_t column = 0;  // of the samples
  Tridiagonal T;
  double rho = 0;                // r' P^-1 r
  double length = 0, ratio = 0;  // of the last step, and of rho to the one before
  double value = 0;              // e_1' log(T) e_1, the middle of what is known
  double error = std::numeric_limits<double>::infinity();  // half of its width
};

template <class T>
class Search {
 public:
  Search(LinearMap multiply, const LowRankPreconditioner<T>& P,
         const StochasticLanczosOptions& options)
      : multiply_(multiply),
        P_(P),
        options_(options),
        n_(P.factor().n_rows),
        probes_(options.probes),
        values_(options.probes, arma::fill::zeros),
        errors_(options.probes, arma::fill::zeros) {}

  LogDeterminant run(IterationWatch watch) {
    LogDeterminant out;
    R_ = draw_probes(P_, options_);
    P_.solve(R_, Z_);
    D_ = Z_;
    for (index_t j = 0; j < probes_.size(); ++j) {
      probes_[j].column = j;
      probes_[j].rho = dot(R_.colptr(j), Z_.colptr(j), n_);
    }
    while (!probes_.empty() && out.iterations < options_.max_iterations) {
      step();
      ++out.iterations;
      // The rules cost m^2 flops: beyond 16 steps they are made after each eighth more.
      const index_t every = std::max<index_t>(out.iterations / 8, 1);
      const bool is_last = out.iterations == options_.max_iterations;
      if (!failed_ && (out.iterations % every == 0 || is_last || is_exhausted())) measure();
      if (failed_) {
        out.status = Status::not_positive_definite;
        out.value = out.standard_error = out.quadrature_error =
            std::numeric_limits<double>::quiet_NaN();
        return out;
      }
      watch(out.iterations, worst() / options_.tolerance);
      leave();
      turn();
    }
    if (!probes_.empty()) out.status = Status::iteration_limit;
    summarise(out);
    return out;
  }

 private:
  double size() const { return static_cast<double>(n_); }

  // R, and a row more of each T.
  void step() {
    multiply_(D_, Q_);
    std::vector<char> failed(probes_.size(), false);
    parallel_for(probes_.size(), options_.threads, [&](index_t c, int) {
      Probe& probe = probes_[c];
      const double *d = D_.colptr(c), *q = Q_.colptr(c), lambda = P_.lambda();
      const double curvature = dot(d, q, n_) + lambda * dot(d, d, n_);
      const double length = probe.rho / curvature;
      if (!(curvature > 0) || !std::isfinite(length)) {
        failed[c] = true;
        return;
      }
      double* r = R_.colptr(c);
      for (index_t i = 0; i < n_; ++i) r[i] -= length * (q[i] + lambda * d[i]);
      const bool is_first = probe.T.size() == 0;
      probe.T.append(is_first ? 0 : std::sqrt(probe.ratio) / probe.length,
                     1 / length + (is_first ? 0 : probe.ratio / probe.length));
      probe.length = length;
    });
    failed_ = std::any_of(failed.begin(), failed.end(), [](char f) { return f != 0; });
    if (failed_) return;
    P_.solve(R_, Z_);
    for (index_t c = 0; c < probes_.size(); ++c) {
      Probe& probe = probes_[c];
      const double rho = dot(R_.colptr(c), Z_.colptr(c), n_);
      probe.ratio = rho > 0 ? rho / probe.rho : 0;
      probe.rho = rho;
    }
  }

  // Both rules of each probe.
  void measure() {
    const double node = below * options_.smallest;
    parallel_for(probes_.size(), options_.threads, [&](index_t c, int) {
      Probe& probe = probes_[c];
      const double above = probe.T.gauss_log();
      const double under = probe.T.radau_log(std::sqrt(probe.ratio) / probe.length, node);
      probe.value = (above + under) / 2;
      probe.error = std::abs(above - under) / 2;  // rounding may let them cross
    });
    for (const Probe& probe : probes_) {
      values_(probe.column) = size() * probe.value;
      errors_(probe.column) = size() * probe.error;
      if (std::isnan(probe.value)) failed_ = true;
    }
  }

  // Some probe has reached an invariant subspace, where its rules are exact.
  bool is_exhausted() const {
    return std::any_of(probes_.begin(), probes_.end(), [](const Probe& p) { return p.ratio == 0; });
  }

  bool is_done(const Probe& probe) const { return size() * probe.error <= options_.tolerance; }

  double worst() const {
    double out = 0;
    for (const Probe& probe : probes_) out = std::max(out, size() * probe.error);
    return out;
  }

  // Takes the probes that are done out of the products.
  void leave() {
    std::vector<arma::uword> gone;
    for (index_t c = 0; c < probes_.size(); ++c) {
      if (is_done(probes_[c])) gone.push_back(c);
    }
    if (gone.empty()) return;
    for (Mat<double>* M : {&R_, &Z_, &D_}) M->shed_cols(arma::uvec(gone));
    std::erase_if(probes_, [&](const Probe& probe) { return is_done(probe); });
  }

  // The next directions.
  void turn() {
    parallel_for(probes_.size(), options_.threads, [&](index_t c, int) {
      const double *z = Z_.colptr(c), ratio = probes_[c].ratio;
      double* d = D_.colptr(c);
      for (index_t i = 0; i < n_; ++i) d[i] = z[i] + ratio * d[i];
    });
  }

  void summarise(LogDeterminant& out) const {
    const double count = static_cast<double>(values_.n_elem);
    out.samples = values_ + P_.log_determinant();
    double mean = 0, squares = 0;  // of tr log M, which is small beside log det P
    for (const double value : values_) mean += value / count;
    for (const double value : values_) squares += (value - mean) * (value - mean);
    out.value = mean + P_.log_determinant();
    out.standard_error = std::sqrt(squares / (count * (count - 1)));
    for (const double error : errors_) out.quadrature_error += error / count;
  }

  LinearMap multiply_;
  const LowRankPreconditioner<T>& P_;
  const StochasticLanczosOptions& options_;
  index_t n_;
  std::vector<Probe> probes_;    // that are not done; the columns of what follows
  Mat<double> R_, Z_, D_, Q_;    // residuals, P^-1 R, directions, K D
  Col<double> values_, errors_;  // of tr log M, by probe
  bool failed_ = false;
};

void require_options(const StochasticLanczosOptions& options) {
  const std::string where = "stochastic_log_determinant: ";
  if (options.probes < 2) {
    throw std::invalid_argument(where + "probes must be at least 2, is " +
                                std::to_string(options.probes));
  }
  if (options.max_iterations == 0) {
    throw std::invalid_argument(where + "max_iterations must be at least 1, is 0");
  }
  require_positive((where + "tolerance").c_str(), options.tolerance);
  if (!(options.smallest > 0 && options.smallest <= 1)) {
    throw std::invalid_argument(where + "smallest must be in (0, 1], is " +
                                shortest(options.smallest));
  }
  resolve_threads(options.threads, "stochastic_log_determinant");
}

}  // namespace

template <class T>
LogDeterminant stochastic_log_determinant(LinearMap multiply, const LowRankPreconditioner<T>& P,
                                          const StochasticLanczosOptions& options,
                                          IterationWatch watch) {
  require_options(options);
  if (!P.is_valid()) {
    throw std::invalid_argument("stochastic_log_determinant: P must be valid, has no factor");
  }
  return Search<T>(multiply, P, options).run(watch);
}

#define MERCER_INSTANTIATE(T)                                                                    \
  template LogDeterminant stochastic_log_determinant(LinearMap, const LowRankPreconditioner<T>&, \
                                                     const StochasticLanczosOptions&,            \
                                                     IterationWatch);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
