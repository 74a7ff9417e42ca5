// Grids beside fits of Svc fold by fold.
#include "mercer/selection/svc_grid.hpp"

#include <cmath>
#include <string>

#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using mercer::test::noisy_classes;
using mercer::test::normal_matrix;

namespace {

// Rows that a model predicts right, and those that another solution may predict otherwise.
struct Count {
  double right = 0, near = 0;
};

template <class T>
Count fold_by_fold(const Kernel& kernel, double C, const Mat<T>& X, const arma::ivec& labels,
                   const arma::uvec& fold_of, const SvcGridOptions& options) {
  Count out;
  for (index_t fold = 0; fold <= fold_of.max(); ++fold) {
    const arma::uvec train = arma::find(fold_of != fold), held_out = arma::find(fold_of == fold);
    Svc<T> svc(kernel,
               {.C = C, .class_weights = options.class_weights, .tolerance = options.tolerance});
    const Mat<T> X_in = X.cols(train);
    const auto scaler = learn_scaling(options.scaling, X_in);
    REQUIRE(svc.fit(scaled(scaler, X_in), labels.elem(train)));
    const Mat<T> X_out = scaled(scaler, Mat<T>(X.cols(held_out)));
    out.right += double(arma::accu(svc.predict(X_out) == arma::ivec(labels.elem(held_out))));
    const Mat<T> f = arma::abs(svc.decision_values(X_out));
    out.near += double(arma::accu(arma::any(f < T(1e-4), 1)));
  }
  return out;
}

const std::vector<AnyKernel> three = {Rbf(0.5), Linear(), Rbf(4)};

}  // namespace

TEMPLATE_TEST_CASE("a grid predicts what fits of Svc fold by fold predict", "[selection]", float,
                   double) {
  using T = TestType;
  const arma::sword classes = GENERATE(2, 4);
  const bool weighted = GENERATE(false, true);
  const Scaling scaling = GENERATE(Scaling::none, Scaling::standardise);
  CAPTURE(classes, weighted, scaling);
  Mat<T> X = normal_matrix<T>(3, 150, 1);
  const arma::ivec labels = noisy_classes(X, classes, -1, 2);
  if (scaling != Scaling::none) X.row(1) = 40 * X.row(1) + 7;  // C does not bear it unscaled
  SvcGridOptions options{.folds = 4, .scaling = scaling, .tolerance = 1e-6};
  if (weighted) options.class_weights = {{0, 5}};
  const std::vector<double> C = {10, 0.1, 1, 1000};
  const SvcGrid grid = svc_grid(three, X, labels, C, options);
  REQUIRE(grid.report);
  CHECK(grid.report.residual <= options.tolerance);
  CHECK(grid.report.iterations == index_t(arma::accu(grid.steps)));
  for (index_t k = 0; k < three.size(); ++k) {
    for (index_t c = 0; c < C.size(); ++c) {
      CAPTURE(k, c);
      const Count count = fold_by_fold(*three[k], C[c], X, labels, grid.fold_of, options);
      CHECK(std::abs(grid.accuracy(k, c) * 150 - count.right) <= count.near + 1e-9);
      double right = 0;
      for (index_t fold = 0; fold < 4; ++fold) {
        right += grid.fold_accuracy(k, c, fold) * double(arma::accu(grid.fold_of == fold));
      }
      CHECK(right == Approx(grid.accuracy(k, c) * 150).epsilon(1e-12));
    }
  }
}

TEST_CASE("grids have the same bits on any number of threads and within any budget",
          "[selection]") {
  const arma::mat X = normal_matrix<double>(4, 203, 3);
  const arma::ivec labels = noisy_classes(X, 3, 0, 4);
  const Scaling scaling = GENERATE(Scaling::none, Scaling::min_max);
  const auto run = [&](int threads, std::size_t budget) {
    return svc_grid(three, X, labels, {0.5, 4, 32},
                    {.scaling = scaling, .threads = threads, .memory_budget = budget});
  };
  const SvcGrid one = run(1, 0);
  REQUIRE(one.report);
  const std::size_t two_kernels = 2 * (203 + 32) * 203 * sizeof(float);
  for (const int threads : {2, 3, 5}) {
    const SvcGrid own = run(threads, threads == 3 ? two_kernels : 0);
    CHECK(test::same_bits(own.accuracy, one.accuracy));
    CHECK(test::same_bits(own.steps, one.steps));
    CHECK(own.report.residual == one.report.residual);
  }
}

TEST_CASE("folds are stratified, and C may come in any order", "[selection]") {
  const arma::mat X = normal_matrix<double>(2, 100, 5);
  const arma::ivec labels = noisy_classes(X, 3, 0, 6);
  const SvcGrid grid = svc_grid(three, X, labels, {8, 1}, {.folds = 3, .seed = 7});
  REQUIRE(grid.fold_of.n_elem == 100);
  for (arma::sword label = 0; label < 3; ++label) {
    const arma::uvec own = grid.fold_of.elem(arma::find(labels == label));
    for (index_t fold = 0; fold < 3; ++fold) {
      CHECK(std::abs(double(arma::accu(own == fold)) - double(own.n_elem) / 3) < 1);
    }
  }
  const SvcGrid turned = svc_grid(three, X, labels, {1, 8}, {.folds = 3, .seed = 7});
  CHECK(test::same_bits(arma::mat(arma::fliplr(grid.accuracy)), turned.accuracy));
  const SvcGrid other = svc_grid(three, X, labels, {8, 1}, {.folds = 3, .seed = 8});
  CHECK(arma::any(other.fold_of != grid.fold_of));
}

TEST_CASE("the best cell has the smallest C, then the first kernel", "[selection]") {
  // Two clouds far apart: all cells are right.
  arma::mat X = normal_matrix<double>(2, 40, 8);
  X.tail_cols(20) += 100;
  arma::ivec labels(40, arma::fill::zeros);
  labels.tail(20).ones();
  const SvcGrid grid = svc_grid({Linear(), Linear()}, X, labels, {100, 10, 1000});
  REQUIRE(arma::all(arma::vectorise(grid.accuracy) == 1));
  REQUIRE(grid.best);
  CHECK(grid.best->kernel == 0);
  CHECK(grid.best->C == 1);
  // Nothing to learn from a constant kernel: the second one is better.
  const auto constant = make_kernel<Statistic::dot>("constant", [](auto s) { return 0 * s + 1; });
  CHECK(svc_grid({constant, Linear()}, X, labels, {1}).best->kernel == 1);
}

TEST_CASE("a stop leaves the complete cells, and says so", "[selection]") {
  const arma::mat X = normal_matrix<double>(4, 200, 9);
  const arma::ivec labels = noisy_classes(X, 2, 0, 10);
  const std::vector<double> C = {1, 10, 100};
  const SvcGrid all = svc_grid(three, X, labels, C);
  int calls = 0;
  const auto after = [&](index_t fits) {
    calls = 0;
    return [&calls, fits](const Progress& state) {
      ++calls;
      CHECK(state.stage == "grid");
      CHECK(state.criterion + double(state.iteration) == 3 * 5 * 3);
      return state.iteration < fits ? Continue::yes : Continue::no;
    };
  };
  const SvcGrid none = svc_grid(three, X, labels, C, {.threads = 1, .progress = after(0)});
  CHECK(calls == 1);
  CHECK(none.report.status == Status::stopped);
  CHECK(arma::accu(arma::uvec(arma::find_finite(none.accuracy))) == 0);
  CHECK_FALSE(none.best);
  CHECK(none.report.message ==
        "svc_grid: stopped by the progress callback; 0 of 9 cells are complete");
  // One thread has done the folds of the first kernel by then: 5 * 3 fits.
  const SvcGrid some = svc_grid(three, X, labels, C, {.threads = 1, .progress = after(20)});
  CHECK(some.report.status == Status::stopped);
  const arma::uvec finite = arma::find_finite(some.accuracy);
  CHECK(finite.n_elem >= 3);
  CHECK(finite.n_elem < 9);
  CHECK(arma::all(some.accuracy.elem(finite) == all.accuracy.elem(finite)));
  REQUIRE(some.best);
  CHECK(std::isfinite(some.accuracy(some.best->kernel, some.best->C)));
  for (index_t i = 0; i < 9; ++i) {
    const arma::vec folds = some.fold_accuracy.tube(i % 3, i / 3);
    CHECK(std::isnan(some.accuracy(i)) == folds.has_nan());
  }
  const SvcGrid late = svc_grid(three, X, labels, C, {.time_limit = 1e-9});
  CHECK(late.report.status == Status::time_limit);
  CHECK(late.report.message == "svc_grid: the time was up; 0 of 9 cells are complete");
  CHECK(late.accuracy.has_nan());
  const SvcGrid short_of = svc_grid(three, X, labels, C, {.max_iterations = 5});
  CHECK(short_of.report.status == Status::iteration_limit);
  CHECK_FALSE(short_of.accuracy.has_nan());
}

TEST_CASE("grids refuse what does not fit, by name", "[selection]") {
  const arma::mat X = normal_matrix<double>(2, 30, 11);
  arma::ivec labels(30, arma::fill::zeros);
  labels.tail(10).ones();
  const auto run = [&](SvcGridOptions options) {
    return svc_grid({Linear()}, X, labels, {1}, options);
  };
  CHECK_THROWS_WITH(svc_grid({}, X, labels, {1}),
                    "svc_grid: kernels must hold at least one kernel, is empty");
  CHECK_THROWS_WITH(svc_grid({Linear()}, X, labels, {}),
                    "svc_grid: C must hold at least one value, is empty");
  CHECK_THROWS_WITH(svc_grid({Linear()}, X, labels, {1, 0}),
                    "svc_grid: C must be finite and positive, is 0");
  CHECK_THROWS_WITH(svc_grid({Linear()}, X, arma::ivec(labels.head(29)), {1}),
                    "svc_grid: labels must have 30 rows (one per point), has 29");
  CHECK_THROWS_WITH(run({.folds = 1}),
                    "svc_grid: folds must be at least 2 and at most 30, the rows, is 1");
  CHECK_THROWS_WITH(run({.fold_of = arma::uvec(3, arma::fill::zeros)}),
                    "svc_grid: fold_of must have 30 rows (one per point), has 3");
  CHECK_THROWS_WITH(run({.fold_of = arma::uvec(30, arma::fill::zeros)}),
                    "svc_grid: fold_of must have its values in 0, 1, ..., folds - 1, 2 <= folds <= "
                    "30, the largest is 0");
  arma::uvec fold_of(30, arma::fill::zeros);
  fold_of(3) = 2;
  CHECK_THROWS_WITH(run({.fold_of = fold_of}),
                    "svc_grid: each fold of fold_of must have a row, fold 1 has none");
  fold_of(3) = 1;
  CHECK_THROWS_WITH(run({.fold_of = fold_of}),
                    "svc_grid: each class must be in two folds, class 1 is in fold 0 only");
  CHECK_THROWS_WITH(run({.class_weights = {{5, 1}}}),
                    "svc_grid: class_weights names class 5, which no row has");
  CHECK_THROWS_WITH(run({.tolerance = 0}), "svc_grid: tolerance must be finite and positive, is 0");
  CHECK_THROWS_WITH(
      run({.memory_budget = 5000}),
      "svc_grid: the 30 x 30 values of one kernel need 5.76 kB, the budget is 5.00 kB");
  CHECK_THROWS_WITH(
      svc_grid<double>({Linear()}, arma::sp_mat(X), labels, {1}, {.scaling = Scaling::standardise}),
      "svc_grid: X must be dense to be scaled, is sparse");
  arma::mat far = X;
  far(0, 29) = 1e3;
  far(1, 29) = 0;
  const auto root = make_kernel<Statistic::dot>(
      "root", [](auto s) { return s > 1e5 ? s * std::numeric_limits<double>::quiet_NaN() : s; });
  CHECK_THROWS_WITH(svc_grid({Linear(), root}, far, labels, {1}),
                    "svc_grid: K of kernels[1] must be finite, K of kernels[1](29, 29) is nan");
}

TEST_CASE("powers are those asked for", "[selection]") {
  CHECK(powers(0.25, 4, 4) == std::vector<double>{0.25, 1, 4, 16});
  CHECK(powers(2, 2, 0).empty());
  CHECK_THROWS_WITH(powers(0, 2, 3), "powers: first must be finite and positive, is 0");
  CHECK_THROWS_WITH(powers(1, -2, 3), "powers: factor must be finite and positive, is -2");
  const auto kernels = rbf_kernels({0.5, 2});
  REQUIRE(kernels.size() == 2);
  CHECK(kernels[1]->expression() == Rbf(2).expression());
}
