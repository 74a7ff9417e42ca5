#include "model/logistic_certificate.hpp"

#include <cmath>

namespace mercer {
namespace {

// log(1 + exp(-z)), without overflow.
double loss(double z) { return std::fmax(-z, 0.0) + std::log1p(std::exp(-std::abs(z))); }

double entropy_term(double p) { return p > 0 ? -p * std::log(p) : 0; }

}  // namespace

Certificate logistic_certificate(const GramOperator<double>& K, const Col<double>& alpha,
                                 const Col<double>& y, double lambda) {
  Mat<double> f, Kv;
  K.multiply_in_double(alpha, f);
  Col<double> v(y.n_elem);
  double primal = 0, dual = 0;
  for (index_t i = 0; i < y.n_elem; ++i) {
    const double beta = 1 / (1 + std::exp(y(i) * f(i)));
    v(i) = y(i) * beta;
    primal += loss(y(i) * f(i)) + lambda / 2 * alpha(i) * f(i);
    dual += entropy_term(beta) + entropy_term(1 - beta);
  }
  K.multiply_in_double(v, Kv);
  for (index_t i = 0; i < y.n_elem; ++i) dual -= v(i) * Kv(i) / (2 * lambda);
  Certificate certificate;
  certificate.primal_objective = primal;
  certificate.dual_objective = dual;
  certificate.gap = primal - dual;
  return certificate;
}

}  // namespace mercer
