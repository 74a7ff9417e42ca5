#include "selection/fold_fits.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/column_cache.hpp"
#include "solver/smo_scan.hpp"

namespace mercer {
namespace {

bool is_end(Status status) { return status == Status::stopped || status == Status::time_limit; }

// The problem of a pair on the rows of both classes; those held out have the bound 0.
struct FoldPair {
  SvmDual dual;  // for C = 1
  StoredColumns stored;

  template <class T>
  FoldPair(const GridRows& rows, index_t fold, ClassPair pair, const GridKernel<T>& kernel) {
    const std::array<Range, 2> ranges = {rows.order.of_class[pair.first],
                                         rows.order.of_class[pair.second]};
    const index_t size = ranges[0].size() + ranges[1].size();
    Col<double> y(size, arma::fill::none), bound(size, arma::fill::none);
    stored.diagonal.set_size(size);
    stored.final = true;
    index_t i = 0;
    for (std::size_t g = 0; g < 2; ++g) {
      const Range out = rows.held_out[fold][g == 0 ? pair.first : pair.second];
      for (index_t k = ranges[g].begin; k < ranges[g].end; ++k, ++i) {
        y(i) = g == 0 ? -1 : 1;
        bound(i) = k >= out.begin && k < out.end ? 0 : rows.order.C(k);
        stored.diagonal(i) = kernel.diagonal()(k);
        for (std::size_t h = 0; h < 2; ++h) {
          stored.float_column[h].push_back(kernel.column(k) + ranges[h].begin);
        }
      }
    }
    dual = c_svc_dual(y, bound);
    dual.rows = ranges;
  }

  SvmDual for_C(double C) const {
    SvmDual out = dual;
    out.low *= C;
    out.high *= C;
    return out;
  }
};

// Begins at a multiple of a solution whose bounds were as much smaller as factor says. K beta grows
// as beta does, so F is known; 1 <= multiple <= factor is the best by the dual objective. (On
// a 10 x 10 grid of 1000 rows of spam, `factor` throughout costs 13 % more steps.)
void begin_at(const SvmSolution& solution, const SvmDual& before, double factor, SvmDual& dual,
              StoredColumns& stored) {
  const Col<double> sums = dual.linear - solution.gradient;
  const double best = arma::dot(dual.linear, solution.beta) / arma::dot(solution.beta, sums);
  const double multiple = best > 1 ? std::min(best, factor) : 1;
  for (index_t i = 0; i < dual.size(); ++i) {
    const double b = solution.beta(i);
    const bool to_bound = multiple == factor;
    dual.start(i) = to_bound && b == before.high(i) ? dual.high(i)
                    : to_bound && b == before.low(i)
                        ? dual.low(i)
                        : std::clamp(multiple * b, dual.low(i), dual.high(i));
  }
  stored.gradient = dual.linear - multiple * sums;
}

// The rows that a fold holds out, class by class, and their votes for each C.
class Votes {
 public:
  Votes(const GridRows& rows, index_t fold, index_t count)
      : rows_(rows), ranges_(rows.held_out[fold]) {
    for (const Range range : ranges_) {
      begin_.push_back(size_);
      size_ += range.size();
    }
    votes_.assign(count, Mat<arma::u32>(ranges_.size(), size_, arma::fill::zeros));
  }

  // The decisions of one pair: of the rows of its classes from the gradient, of the others by sums.
  template <class T>
  void add(index_t c, ClassPair pair, const FoldPair& problem, const SvmSolution& solution,
           const GridKernel<T>& kernel) {
    const std::array<index_t, 2> classes = {pair.first, pair.second};
    index_t first = 0;  // variable of the first row of the class
    for (const index_t own : classes) {
      const index_t begin = first + ranges_[own].begin - rows_.order.of_class[own].begin;
      for (index_t k = 0; k < ranges_[own].size(); ++k) {
        const double f = problem.dual.linear(begin + k) - solution.gradient(begin + k);
        vote(c, own, k, pair, f + solution.bias);
      }
      first += rows_.order.of_class[own].size();
    }
    if (ranges_.size() == 2) return;
    std::vector<double> coefficients;
    std::vector<const float*> columns, parts;
    for (index_t i = 0; i < problem.dual.size(); ++i) {
      if (solution.beta(i) == 0) continue;
      coefficients.push_back(-solution.beta(i));
      columns.push_back(kernel.column(problem.dual.row(i)));
    }
    for (index_t other = 0; other < ranges_.size(); ++other) {
      if (other == pair.first || other == pair.second) continue;
      const Range range = ranges_[other];
      parts = columns;
      for (const float*& part : parts) part += range.begin;
      f_.assign(smo_padded(range.size()), solution.bias);
      subtract_columns(f_.data(), f_.size(), parts.data(), coefficients.data(), parts.size());
      for (index_t k = 0; k < range.size(); ++k) vote(c, other, k, pair, f_[k]);
    }
  }

  index_t right(index_t c) const {
    index_t out = 0;
    for (index_t own = 0; own < ranges_.size(); ++own) {
      for (index_t k = 0; k < ranges_[own].size(); ++k) {
        out += votes_[c].col(begin_[own] + k).index_max() == own;  // the first of equals
      }
    }
    return out;
  }

 private:
  void vote(index_t c, index_t own, index_t k, ClassPair pair, double f) {
    ++votes_[c](f > 0 ? pair.second : pair.first, begin_[own] + k);
  }

  const GridRows& rows_;
  const std::vector<Range>& ranges_;
  std::vector<index_t> begin_;  // of each class
  index_t size_ = 0;
  std::vector<Mat<arma::u32>> votes_;  // of each C, classes x rows
  std::vector<double> f_;
};

}  // namespace

GridRows grid_rows(const char* where, ClassOrder order, const arma::uvec& fold_of, index_t folds) {
  GridRows out;
  out.order = std::move(order);
  out.pairs = class_pairs(out.order.classes.n_elem, MultiClass::one_against_one);
  out.held_out.resize(folds);
  const auto at = [&](index_t k) {
    return out.order.rows.begin() + static_cast<std::ptrdiff_t>(k);
  };
  for (index_t c = 0; c < out.order.of_class.size(); ++c) {
    const Range range = out.order.of_class[c];
    std::stable_sort(at(range.begin), at(range.end),
                     [&](index_t a, index_t b) { return fold_of(a) < fold_of(b); });
    index_t begin = range.begin;
    for (index_t fold = 0; fold < folds; ++fold) {
      index_t end = begin;
      while (end < range.end && fold_of(out.order.rows[end]) == fold) ++end;
      out.held_out[fold].push_back({begin, end});
      if (end - begin == range.size()) {
        throw std::invalid_argument(
            std::string(where) + ": each class must be in two folds, class " +
            std::to_string(out.order.classes(c)) + " is in fold " + std::to_string(fold) + " only");
      }
      begin = end;
    }
  }
  return out;
}

template <class T>
void GridKernel<T>::begin(const GramOperator<T>& K, int threads) {
  K_ = &K;
  const index_t n = K.n_rows(), step = StoredColumns::stride(n);
  if (values_.n_elem != step * n) {
    values_.set_size(step * n);
    take_pages(values_.memptr(), bytes(n), threads);
  }
}

template <class T>
void GridKernel<T>::end(int threads) {
  const index_t n = K_->n_rows(), step = StoredColumns::stride(n);
  parallel_for(n, threads, [&](index_t j, int) {
    float* own = values_.memptr() + j * step;
    std::fill(own + n, own + step, 0.0F);
    require_finite_floats(*K_, own, Range{0, n}, j);
  });
  diagonal_ = arma::conv_to<Col<double>>::from(K_->diagonal());
}

template <class T>
std::vector<FoldFit> fit_fold(const GridRows& rows, index_t fold, const GridKernel<T>& kernel,
                              const std::vector<double>& C, FunctionRef<SvmOptions()> options) {
  std::vector<FoldFit> fits(C.size());
  Votes votes(rows, fold, C.size());
  index_t complete = C.size();  // so many of the first C
  for (const ClassPair pair : rows.pairs) {
    FoldPair problem(rows, fold, pair, kernel);
    SvmSolution solution;
    SvmDual before;
    for (index_t c = 0; c < complete; ++c) {
      SvmDual dual = problem.for_C(C[c]);
      if (c > 0) begin_at(solution, before, C[c] / C[c - 1], dual, problem.stored);
      solution = solve_svm(kernel.K(), dual, options(), &problem.stored);
      FoldFit& fit = fits[c];
      fit.steps += solution.report.iterations;
      fit.residual = std::max(fit.residual, solution.report.residual);
      if (solution.report.status != Status::converged) fit.status = solution.report.status;
      if (is_end(solution.report.status)) {
        complete = c;
        break;
      }
      votes.add(c, pair, problem, solution, kernel);
      before = std::move(dual);
    }
  }
  for (index_t c = 0; c < complete; ++c) {
    fits[c].complete = true;
    fits[c].right = votes.right(c);
  }
  return fits;
}

template class GridKernel<double>;
template class GridKernel<float>;
template std::vector<FoldFit> fit_fold(const GridRows&, index_t, const GridKernel<double>&,
                                       const std::vector<double>&, FunctionRef<SvmOptions()>);
template std::vector<FoldFit> fit_fold(const GridRows&, index_t, const GridKernel<float>&,
                                       const std::vector<double>&, FunctionRef<SvmOptions()>);

}  // namespace mercer
