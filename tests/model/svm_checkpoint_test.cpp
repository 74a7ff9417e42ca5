// Support vector machines that are stopped and resumed.
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/one_class_svm.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/model/svdd.hpp"
#include "mercer/model/svr.hpp"
#include "support/catch.hpp"
#include "support/interrupted_fit.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::check_same_in_pieces;
using test::Circumstances;
using test::normal_matrix;
using test::Outcome;

namespace {

// Labels by a curve, one in ten of them wrong.
template <class T>
arma::ivec labels_for(const Mat<T>& X, arma::sword classes, std::uint64_t seed) {
  Random random(seed, 1);
  arma::ivec out(X.n_cols);
  for (index_t i = 0; i < X.n_cols; ++i) {
    const double value = X(0, i) + X(1, i) * X(1, i);
    out(i) = std::clamp<arma::sword>(static_cast<arma::sword>(value + 1), 0, classes - 1);
    if (random.uniform() < 0.1) out(i) = static_cast<arma::sword>(random.below(classes));
  }
  return out;
}

template <class T>
Outcome outcome_of(const Svc<T>& model, const Report& report) {
  return Outcome(report)
      .add(model.coefficients())
      .add(model.support_indices())
      .add(model.biases())
      .add(model.margins())
      .add(model.slopes());
}

template <class T>
void check_svc(const Kernel& kernel, const Mat<T>& X, const arma::ivec& labels, SvcOptions options,
               const std::string& method, int trials = 3) {
  check_same_in_pieces(
      [&](const Circumstances& now) {
        options.progress = now.progress;
        options.checkpoint = now.checkpoint;
        options.threads = now.threads;
        Svc<T> model(kernel, options);
        const Report report = model.fit(X, labels);
        REQUIRE((report.method == method || report.status == Status::stopped));
        return outcome_of(model, report);
      },
      X.n_cols, trials);
}

template <class Model, class Options, class... Data>
void check_single(const Kernel& kernel, Options options, const Data&... data) {
  check_same_in_pieces(
      [&](const Circumstances& now) {
        options.progress = now.progress;
        options.checkpoint = now.checkpoint;
        options.threads = now.threads;
        Model model(kernel, options);
        const Report report = model.fit(data...);
        return Outcome(report)
            .add(model.coefficients())
            .add(model.support_indices())
            .add(Col<double>{model.bias()});
      },
      5);
}

}  // namespace

TEMPLATE_TEST_CASE("a resumed fit on all of K has the bits of one in one go", "[checkpoint]", float,
                   double) {
  const Mat<TestType> X = normal_matrix<TestType>(5, 1800, 31);
  check_svc(Rbf(0.5), X, labels_for(X, 2, 32), {.C = 30, .tolerance = 1e-5}, "smo");
}

TEST_CASE("resumed after steps of Newton's method", "[checkpoint]") {
  const arma::mat X = normal_matrix<double>(8, 400, 33);
  check_svc(Linear(), X, labels_for(X, 2, 34), {.C = 1e3, .tolerance = 1e-5}, "smo");
}

TEMPLATE_TEST_CASE("resumed between computed blocks", "[checkpoint]", float, double) {
  const Mat<TestType> X = normal_matrix<TestType>(3, 6500, 35);
  check_svc(Rbf(1), X, labels_for(X, 2, 36), {.C = 1}, "smo in computed blocks");
}

TEST_CASE("resumed between blocks of columns", "[checkpoint]") {
  const arma::mat X = normal_matrix<double>(36, 6200, 37);
  const arma::ivec labels = labels_for(X, 2, 38);
  SECTION("until all of K is there") { check_svc(Rbf(0.02), X, labels, {.C = 1}, "smo in blocks"); }
  SECTION("with room for few columns") {
    const arma::mat part =
        X.head_cols(6160) * arma::diagmat(arma::vec(6160, arma::fill::value(0.3)));
    check_svc(Rbf(0.02), part, arma::ivec(labels.head(6160)),
              {.C = 1, .tolerance = 1e-2, .memory_budget = 600 * 6400 * 4}, "smo in blocks", 2);
  }
}

TEST_CASE("resumed for an exact gap", "[checkpoint]") {
  const arma::mat X = normal_matrix<double>(4, 1200, 39);
  check_svc(Rbf(0.3), X, labels_for(X, 2, 40), {.C = 10, .relative_gap = 1e-9}, "smo");
}

TEST_CASE("resumed with several classes", "[checkpoint]") {
  const arma::mat X = normal_matrix<double>(4, 1500, 41);
  const arma::ivec labels = labels_for(X, 5, 42);
  SECTION("one against one") { check_svc(Rbf(0.5), X, labels, {.C = 100}, "smo"); }
  SECTION("without room to share kernel values") {
    check_svc(Rbf(0.5), X, labels, {.C = 100, .memory_budget = 5'000'000}, "smo");
  }
  SECTION("one against the rest") {
    check_svc(Rbf(0.5), X, labels, {.C = 10, .multi_class = MultiClass::one_against_rest}, "smo");
  }
  SECTION("nu") { check_svc(Rbf(0.5), X, labels, {.nu = 0.2, .tolerance = 1e-5}, "smo"); }
  SECTION("nu, one against the rest") {
    const arma::mat part = X.head_cols(800);
    check_svc(Rbf(0.5), part, arma::ivec(labels.head(800)),
              {.nu = 0.1, .multi_class = MultiClass::one_against_rest, .tolerance = 1e-4}, "smo");
  }
  SECTION("probabilities") {
    const arma::mat part = X.head_cols(1000);
    check_svc(Rbf(0.5), part, arma::ivec(labels.head(1000)), {.C = 100, .probabilities = true},
              "smo");
  }
}

TEST_CASE("resumed from another solution", "[checkpoint]") {
  const arma::mat X = normal_matrix<double>(5, 1500, 43);
  const arma::ivec labels = labels_for(X, 3, 44);
  Svc<double> start(Rbf(0.5), {.C = 1});
  REQUIRE(start.fit(X, labels));
  check_same_in_pieces(
      [&](const Circumstances& now) {
        Svc<double> model(Rbf(0.5), {.C = 30,
                                     .tolerance = 1e-4,
                                     .threads = now.threads,
                                     .progress = now.progress,
                                     .checkpoint = now.checkpoint});
        const Report report = model.fit_from(start, X, labels);
        return outcome_of(model, report);
      },
      45);
}

TEST_CASE("resumed machines with one problem", "[checkpoint]") {
  const arma::mat X = normal_matrix<double>(4, 1500, 46);
  const arma::vec y = arma::sin(2 * X.row(0).t()) + 0.3 * X.row(1).t();
  SECTION("epsilon-SVR") {
    check_single<Svr<double>, SvrOptions>(Rbf(0.5), {.C = 30, .epsilon = 0.01, .tolerance = 1e-4},
                                          X, y);
  }
  SECTION("nu-SVR") {
    check_single<Svr<double>, SvrOptions>(Rbf(0.5), {.C = 10, .nu = 0.3, .tolerance = 1e-3},
                                          arma::mat(X.head_cols(600)), arma::vec(y.head(600)));
  }
  const arma::mat many = normal_matrix<double>(4, 5000, 47);
  SECTION("one-class") {
    check_single<OneClassSvm<double>, OneClassSvmOptions>(Rbf(0.5), {.nu = 0.5, .tolerance = 1e-7},
                                                          many);
  }
  SECTION("svdd") {
    check_single<Svdd<double>, SvddOptions>(Rbf(0.5), {.nu = 0.5, .tolerance = 1e-10}, many);
  }
}
