// The solvers of KernelRidge against each other on every bundled set.
#include <algorithm>
#include <string>

#include "mercer/kernel/rbf.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "support/catch.hpp"
#include "support/reference.hpp"

using namespace mercer;

namespace {

constexpr index_t most_rows = 4000;

// The first rows of the reference split, or of the file where there is none; standardised by them.
Dataset<double> training_rows(const std::string& name) {
  const Dataset<double> all =
      load_csv<double>(test::dataset_path(name + ".csv"), {.target = "target"});
  arma::uvec rows =
      name == "diamonds"
          ? split_first(all.X.n_cols, most_rows).train
          : split_permutation(load_permutation(test::dataset_path("perm_" + name + ".txt")), 0.8)
                .train;
  if (rows.n_elem > most_rows) rows = rows.head(most_rows);
  Dataset<double> out = take(all, rows);
  out.X = Scaler<double>::standardise(out.X).apply(out.X);
  return out;
}

// The target, or an output of -1 and 1 per class.
arma::mat targets(const Dataset<double>& data, bool is_regression) {
  if (is_regression) return data.y;
  const arma::ivec labels = class_codes(data.y), classes = arma::unique(labels);
  arma::mat Y(labels.n_elem, classes.n_elem);
  for (index_t c = 0; c < classes.n_elem; ++c) {
    for (index_t i = 0; i < labels.n_elem; ++i) Y(i, c) = labels(i) == classes(c) ? 1 : -1;
  }
  return Y;
}

}  // namespace

TEST_CASE("the solvers of KernelRidge agree with Cholesky on every bundled set",
          "[truth][ridge_solvers]") {
  const std::string name = GENERATE("diabetes", "concrete", "abalone", "diamonds", "iris", "wine",
                                    "breast_cancer", "digits", "spam", "ionosphere", "heart",
                                    "satellite", "thyroid", "sensor", "letter", "shuttle");
  const bool is_regression =
      name == "diabetes" || name == "concrete" || name == "abalone" || name == "diamonds";
  const Dataset<double> data = training_rows(name);
  const arma::mat Y = targets(data, is_regression);
  const Rbf kernel(1.0 / static_cast<double>(data.X.n_rows));
  const arma::rowvec sizes = arma::stddev(Y, 1);
  KernelRidge<double> reference(kernel, {.lambda = 1e-2, .method = RidgeMethod::cholesky});
  const Report exact = reference.fit(data.X, Y);
  REQUIRE(exact);
  const arma::mat expected = reference.predict(data.X);
  for (const RidgeMethod method :
       {RidgeMethod::mixed_cholesky, RidgeMethod::conjugate_gradient, RidgeMethod::automatic}) {
    if (method == RidgeMethod::automatic && data.X.n_cols <= 3000) continue;  // is Cholesky
    KernelRidge<double> model(kernel, {.lambda = 1e-2, .method = method});
    const Report report = model.fit(data.X, Y);
    CAPTURE(name, to_string(method), report.method, report.iterations);
    REQUIRE(report);
    const double claimed = report.certificate.prediction_error;
    const double rounding = 1e-9 * arma::abs(expected).max();  // of predict
    CHECK(arma::abs(model.predict(data.X) - expected).max() <=
          claimed + exact.certificate.prediction_error + rounding);
    if (report.method.starts_with("conjugate")) CHECK(claimed <= 1e-4 * sizes.max());
  }
}
