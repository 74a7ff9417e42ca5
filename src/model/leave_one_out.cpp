#include "model/leave_one_out.hpp"

#include <cmath>

namespace mercer {
namespace {

// sum_{j != i} w_j for each i, from sums before and behind: no digits lost beside a huge w_i.
Col<double> sums_of_others(const Col<double>& w) {
  Col<double> sums(w.n_elem, arma::fill::zeros);
  double before = 0;
  for (index_t i = 0; i < w.n_elem; before += w(i++)) sums(i) = before;
  double behind = 0;
  for (index_t i = w.n_elem; i-- > 0; behind += w(i)) sums(i) += behind;
  return sums;
}

}  // namespace

template <class T>
Mat<T> leave_one_out(const Mat<T>& Y, const Mat<T>& residuals, const Col<double>& w,
                     const Mat<T>& beta, const Col<T>& u, const Col<T>& inverse,
                     const arma::rowvec& means, bool centred) {
  const Col<double> others = sums_of_others(w);
  Mat<T> out(Y.n_rows, Y.n_cols, arma::fill::none);
  for (index_t t = 0; t < Y.n_cols; ++t) {
    for (index_t i = 0; i < Y.n_rows; ++i) {
      if (w(i) == 0) {  // a row without weight has no part in the model
        out(i, t) = residuals(i, t);
        continue;
      }
      const double y = static_cast<double>(Y(i, t));
      // mean - mean_{-i} without cancellation
      const double shift = centred ? w(i) * (y - means(t)) / others(i) : 0;
      out(i, t) =
          static_cast<T>((static_cast<double>(beta(i, t)) + shift * static_cast<double>(u(i))) /
                         (std::sqrt(w(i)) * static_cast<double>(inverse(i))));
    }
  }
  return out;
}

template Mat<double> leave_one_out(const Mat<double>&, const Mat<double>&, const Col<double>&,
                                   const Mat<double>&, const Col<double>&, const Col<double>&,
                                   const arma::rowvec&, bool);
template Mat<float> leave_one_out(const Mat<float>&, const Mat<float>&, const Col<double>&,
                                  const Mat<float>&, const Col<float>&, const Col<float>&,
                                  const arma::rowvec&, bool);

}  // namespace mercer
