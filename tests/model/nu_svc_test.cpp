#include <cmath>

#include "mercer/gram/gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/svc.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::noisy_classes;
using test::normal_matrix;

TEST_CASE("nu of nu-SVC bounds the margin errors and the support, and finds C", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 300, 701);
  const arma::ivec labels = noisy_classes(X, 2, 0, 702);
  const double nu = GENERATE(0.3, 0.5, 0.8);
  CAPTURE(nu);
  Svc<double> svc(Rbf(0.5), {.nu = nu, .tolerance = 1e-8});
  const Report report = svc.fit(X, labels);
  REQUIRE(report);
  const arma::vec f = svc.decision_values(X);
  index_t errors = 0;
  for (index_t i = 0; i < 300; ++i) errors += (labels(i) == 1 ? f(i) : -f(i)) < 1 - 1e-6 ? 1 : 0;
  CHECK(double(errors) <= nu * 300);
  CHECK(double(svc.support_indices().n_elem) >= nu * 300);
  // the C-SVC with that C is the same machine
  Svc<double> same(Rbf(0.5), {.C = 1 / svc.margins()(0), .tolerance = 1e-8});
  REQUIRE(same.fit(X, labels));
  CHECK(arma::abs(same.decision_values(X) - f).max() <= 1e-5);
  CHECK(verify(svc, X, labels).gap == Approx(report.certificate.gap).margin(1e-9));
  CHECK(report.certificate.gap >= -1e-9);
  CHECK(report.certificate.gap <= 1e-4);
}

TEST_CASE("a nu that the classes do not allow is refused with the largest", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 100, 703);
  arma::ivec labels(100, arma::fill::value(7));
  labels.head(20).fill(3);
  REQUIRE_THROWS_WITH(Svc<double>(Rbf(1), {.nu = 0.5}).fit(X, labels),
                      "Svc::fit: classes 3 and 7: nu must be in (0, 0.4], at most twice the share "
                      "of the smaller class, is 0.5");
  REQUIRE(Svc<double>(Rbf(1), {.nu = 0.4}).fit(X, labels));
  REQUIRE_THROWS_WITH(Svc<double>(Rbf(1), {.nu = -1}),
                      "Svc: nu must be in (0, 1], or 0 for C-SVC, is -1");
}
