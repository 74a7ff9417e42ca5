#include "mercer/solver/pivoted_cholesky.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "core/blas.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/random.hpp"

namespace mercer {
namespace {

// Candidates of a round: enough for the speed of matrix products; of more, more are rejected.
constexpr index_t candidates_at_once = 64;

// Rows that a thread takes at a time: a strip of 64 new columns stays in a level-2 cache.
constexpr index_t strip = 1024;

// F: the type of the factor; T: that of K.
template <class F, class T>
class Factor {
 public:
  Factor(const GramOperator<T>& K, const PivotedCholeskyOptions& options)
      : K_(K), options_(options), n_(K.n_rows()), most_(std::min(options.rank, n_)) {
    const std::size_t needed = pivoted_cholesky_bytes<F>(n_, most_);
    const std::size_t others = pivoted_cholesky_bytes<F>(n_, 0);
    const std::size_t of_column = pivoted_cholesky_bytes<F>(n_, 1) - others;
    const std::size_t budget = resolve_memory_budget(options.memory_budget);
    if (needed > budget) {
      const std::size_t fits = budget < others ? 0 : (budget - others) / of_column;
      throw BudgetError("pivoted_cholesky",
                        std::to_string(most_) + " columns of F need " + bytes_text(needed) +
                            ", the budget is " + bytes_text(budget) +
                            (fits > 0 ? "; a rank of " + std::to_string(fits) + " fits"
                                      : "; a rank of 1 takes " + bytes_text(of_column + others)));
    }
    d_ = arma::conv_to<Col<double>>::from(K.diagonal());
    diagonal_ = d_;
    for (index_t i = 0; i < n_; ++i) {
      if (!std::isfinite(d_(i))) throw NonFiniteError("pivoted_cholesky", "K", i, i, d_(i));
    }
    F_.set_size(n_, most_);
    prefer_huge_pages(F_.memptr(), F_.n_elem * sizeof(F));
  }

  PivotedCholesky<F> run() {
    const double total = arma::accu(d_);
    double trace = total;
    Status status = is_definite() ? Status::converged : Status::not_positive_definite;
    for (index_t round = 0; status == Status::converged && total > 0; ++round) {
      if (trace <= options_.tolerance * total) break;
      if (options_.progress && options_.progress({.stage = "pivoted cholesky",
                                                  .iteration = rank(),
                                                  .criterion = trace / total,
                                                  .target = options_.tolerance,
                                                  .seconds = seconds()}) == Continue::no) {
        status = Status::stopped;
        break;
      }
      if (rank() == most_) {
        if (options_.tolerance > 0) status = Status::iteration_limit;
        break;
      }
      if (!draw(round)) break;  // nothing is left but rounding
      if (accept()) append(trace, options_.tolerance * total);
      trace = std::max(arma::accu(d_), 0.0);
      if (!is_definite()) status = Status::not_positive_definite;
    }
    PivotedCholesky<F> out;
    out.relative_trace = total > 0 ? trace / total : 0;
    if (status == Status::not_positive_definite) {
      pivots_.clear();
      out.relative_trace = 1;
    }
    out.report.status = status;
    out.report.method = "randomly pivoted cholesky";
    out.report.iterations = rank();
    out.report.residual = out.relative_trace;
    out.report.threads = resolve_threads(options_.threads);
    out.report.entry_error = K_.entry_error();
    out.report.message = message(status);
    cut();
    out.F = std::move(F_);
    out.pivots = std::move(pivots_);
    out.report.seconds = seconds();
    return out;
  }

 private:
  index_t rank() const { return pivots_.size(); }
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

  // What is left of K_ii is rounding: of as many subtractions as there are columns, by chance up
  // and down.
  double rounding(index_t i) const {
    const double steps = std::max(32.0, 8 * std::sqrt(static_cast<double>(rank())));
    return steps * static_cast<double>(std::numeric_limits<F>::epsilon()) * diagonal_(i);
  }

  // A row that is nearly a pivot carries the rounding of 1 / sqrt(d_s): sqrt(epsilon) in d.
  bool is_definite() const {
    const double room = std::sqrt(static_cast<double>(std::numeric_limits<F>::epsilon()));
    for (index_t i = 0; i < n_; ++i) {
      if (!(d_(i) >= -room * std::abs(diagonal_(i))) || diagonal_(i) < 0) return false;
    }
    return true;
  }

  // Candidates with the probabilities d / sum(d), some of them repeated. False if d is 0.
  bool draw(index_t round) {
    std::vector<double> below(n_);
    double sum = 0;
    index_t last = 0;
    for (index_t i = 0; i < n_; ++i) {
      if (d_(i) > rounding(i)) {
        sum += d_(i);
        last = i;
      }
      below[i] = sum;
    }
    if (!(sum > 0)) return false;
    random_ = Random(options_.seed, round);
    candidates_.resize(std::min(candidates_at_once, most_ - rank()));
    for (index_t& candidate : candidates_) {
      const auto at = std::upper_bound(below.begin(), below.end(), random_.uniform() * sum);
      candidate = at == below.end() ? last : static_cast<index_t>(at - below.begin());
    }
    return true;
  }

  // Chooses accepted_ among the candidates, and its factor L_. False if there is none.
  bool accept() {
    const index_t b = candidates_.size(), r = rank();
    Mat<T> values;
    K_.submatrix(candidates_, candidates_)->dense(values);
    Mat<double> H = arma::conv_to<Mat<double>>::from(values);
    take_rows();
    const Mat<double> rows = arma::conv_to<Mat<double>>::from(rows_);
    parallel_for(1, 1, [&](index_t, int) {  // where BLAS is serial
      if (r > 0) {
        blas::gemm('N', 'T', b, b, r, -1.0, rows.memptr(), b, rows.memptr(), b, 1.0, H.memptr(), b);
      }
    });
    places_.clear();
    accepted_.clear();
    for (index_t i = 0; i < b; ++i) {
      const index_t s = candidates_[i];
      const double u = random_.uniform(), pivot = H(i, i);
      if (places_.empty() && !(pivot > rounding(s))) d_(s) = pivot;  // so that the rounds end
      if (!(pivot > rounding(s)) || !(u * d_(s) < pivot)) continue;
      if (std::find(accepted_.begin(), accepted_.end(), s) != accepted_.end()) continue;
      H(i, i) = std::sqrt(pivot);
      for (index_t j = i + 1; j < b; ++j) H(j, i) /= H(i, i);
      for (index_t k = i + 1; k < b; ++k) {
        for (index_t j = k; j < b; ++j) H(j, k) -= H(j, i) * H(k, i);
      }
      places_.push_back(i);
      accepted_.push_back(s);
    }
    L_.zeros(places_.size(), places_.size());
    for (index_t c = 0; c < places_.size(); ++c) {
      for (index_t a = c; a < places_.size(); ++a) {
        L_(a, c) = static_cast<F>(H(places_[a], places_[c]));
      }
    }
    return !places_.empty();
  }

  // F to its rank, its memory given back as it is copied, so that it is never there twice.
  void cut() {
    if (rank() == most_) return;
    Mat<F> kept(n_, rank(), arma::fill::none);
    prefer_huge_pages(kept.memptr(), kept.n_elem * sizeof(F));
    give_back_pages(F_.colptr(rank()), (most_ - rank()) * n_ * sizeof(F));
    const index_t at_once = std::max<index_t>(1, (std::size_t{64} << 20) / (n_ * sizeof(F)));
    for (index_t c = 0; c < rank(); c += at_once) {
      const index_t size = std::min(at_once, rank() - c) * n_;
      std::copy_n(F_.colptr(c), size, kept.colptr(c));
      give_back_pages(F_.colptr(c), size * sizeof(F));
    }
    F_ = std::move(kept);
  }

  // The candidates' rows of F, far apart in memory: columns in groups for the threads.
  void take_rows() {
    constexpr index_t group = 64;
    rows_.set_size(candidates_.size(), rank());
    parallel_for((rank() + group - 1) / group, options_.threads, [&](index_t item, int) {
      const index_t end = std::min((item + 1) * group, rank());
      for (index_t c = item * group; c < end; ++c) {
        for (index_t k = 0; k < candidates_.size(); ++k) rows_(k, c) = F_(candidates_[k], c);
      }
    });
  }

  // The columns of the accepted pivots, up to the one at which the trace is at most the target.
  void append(double trace, double target) {
    const index_t r = rank(), a = accepted_.size(), strips = (n_ + strip - 1) / strip;
    Mat<F> added(F_.colptr(r), n_, a, false, true);  // the memory of F
    if constexpr (std::is_same_v<F, T>) {
      K_.gather_columns(accepted_, added);
    } else {
      K_.gather_columns_in_float(accepted_, added.memptr(), n_);
    }
    Mat<F> rows(a, r, arma::fill::none);
    for (index_t c = 0; c < r; ++c) {
      for (index_t k = 0; k < a; ++k) rows(k, c) = rows_(places_[k], c);
    }
    Mat<double> squares(a, strips, arma::fill::zeros);
    parallel_for(strips, options_.threads, [&](index_t item, int) {
      const index_t begin = item * strip, size = std::min(strip, n_ - begin);
      F* block = added.memptr() + begin;
      for (index_t c = 0; c < a; ++c) {
        for (index_t i = 0; i < size; ++i) {
          const auto value = static_cast<double>(block[c * n_ + i]);
          if (std::isfinite(value)) continue;
          throw NonFiniteError("pivoted_cholesky", "K", begin + i, accepted_[c], value);
        }
      }
      if (r > 0) {
        blas::gemm('N', 'T', size, a, r, F(-1), F_.memptr() + begin, n_, rows.memptr(), a, F(1),
                   block, n_);
      }
      blas::trsm_lower('R', 'T', size, a, L_.memptr(), a, block, n_);
      for (index_t c = 0; c < a; ++c) {
        for (index_t i = 0; i < size; ++i) squares(c, item) += square(block[c * n_ + i]);
      }
    });
    // The rows of pivots are known: 0 for the earlier ones, L for the new ones.
    for (index_t c = 0; c < a; ++c) {
      for (const index_t s : pivots_) added(s, c) = 0;
      for (index_t k = 0; k < a; ++k) added(accepted_[k], c) = L_(k, c);
    }
    index_t kept = 0;
    while (kept < a && (kept == 0 || trace > target)) trace -= arma::accu(squares.row(kept++));
    parallel_for(strips, options_.threads, [&](index_t item, int) {
      const index_t begin = item * strip, end = std::min(begin + strip, n_);
      for (index_t c = 0; c < kept; ++c) {
        for (index_t i = begin; i < end; ++i) d_(i) -= square(added(i, c));
      }
    });
    pivots_.insert(pivots_.end(), accepted_.begin(),
                   accepted_.begin() + static_cast<std::ptrdiff_t>(kept));
    for (index_t k = 0; k < kept; ++k) d_(accepted_[k]) = 0;
  }

  static double square(F value) { return static_cast<double>(value) * static_cast<double>(value); }

  static std::string message(Status status) {
    if (status == Status::not_positive_definite) {
      return "pivoted_cholesky: K is not positive semidefinite: what is left of its diagonal is "
             "negative";
    }
    if (status == Status::iteration_limit) {
      return "pivoted_cholesky: the rank was reached before the tolerance";
    }
    return status == Status::stopped ? "pivoted_cholesky: stopped by the progress callback" : "";
  }

  const GramOperator<T>& K_;
  const PivotedCholeskyOptions& options_;
  index_t n_, most_;
  Mat<F> F_;              // n x most_, of which the first rank() columns are there
  Mat<F> rows_;           // of the candidates
  Mat<F> L_;              // of the accepted ones
  Col<double> diagonal_;  // of K
  Col<double> d_;         // of K - F F'
  std::vector<index_t> pivots_, candidates_, accepted_;
  std::vector<index_t> places_;  // of the accepted among the candidates
  Random random_{0};
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

template <class F, class T>
PivotedCholesky<F> pivoted_cholesky(const GramOperator<T>& K,
                                    const PivotedCholeskyOptions& options) {
  require_columns("pivoted_cholesky", "K", K.n_cols(), K.n_rows(), "it must be square");
  if (options.rank == 0) {
    throw std::invalid_argument("pivoted_cholesky: rank must be at least 1, is 0");
  }
  if (!(options.tolerance >= 0 && options.tolerance < 1)) {
    throw std::invalid_argument("pivoted_cholesky: tolerance must be in [0, 1), is " +
                                shortest(options.tolerance));
  }
  resolve_threads(options.threads, "pivoted_cholesky");
  return Factor<F, T>(K, options).run();
}

template PivotedCholesky<double> pivoted_cholesky(const GramOperator<double>&,
                                                  const PivotedCholeskyOptions&);
template PivotedCholesky<float> pivoted_cholesky(const GramOperator<double>&,
                                                 const PivotedCholeskyOptions&);
template PivotedCholesky<float> pivoted_cholesky(const GramOperator<float>&,
                                                 const PivotedCholeskyOptions&);

}  // namespace mercer
