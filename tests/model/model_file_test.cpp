// Models saved and loaded again: the same bits in all that they say.
#include "mercer/model/model_file.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/parse.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/kernel_ridge_path.hpp"
#include "support/catch.hpp"
#include "support/random_points.hpp"
#include "support/saved_model.hpp"
#include "support/sparse_points.hpp"
#include "support/temporary_folder.hpp"

using namespace mercer;
using mercer::test::content_of;
using mercer::test::Problem;
using mercer::test::saved_and_loaded;
using mercer::test::TemporaryFile;

namespace {

template <class T>
void check_svc(const Kernel& kernel, const SvcOptions& options, const arma::ivec& labels,
               Points<T> X, Points<T> X_new, const Col<double>& weights = {}) {
  Svc<T> model(kernel, options);
  REQUIRE(model.fit(X, labels, weights));
  const Svc<T> loaded = saved_and_loaded(model);
  CHECK(identical(loaded.decision_values(X_new), model.decision_values(X_new)));
  CHECK(identical(loaded.predict(X_new), model.predict(X_new)));
  CHECK(identical(loaded.margins(), model.margins()));
  CHECK(loaded.pair_reports().size() == model.pair_reports().size());
  CHECK(loaded.kernel().expression() == kernel.expression());
  if (options.probabilities) {
    CHECK(identical(loaded.probabilities(X_new), model.probabilities(X_new)));
  }
  const Certificate before = verify(model, X, labels, weights);
  const Certificate after = verify(loaded, X, labels, weights);
  CHECK(after.gap == before.gap);
  CHECK(after.primal_objective == before.primal_objective);
  CHECK(loaded.options().C == options.C);
  CHECK(loaded.options().nu == options.nu);
  CHECK(loaded.options().time_limit == options.time_limit);
}

}  // namespace

TEMPLATE_TEST_CASE("an Svc comes back with each of its options", "[model][file]", double, float) {
  const Problem<TestType> p;
  const Rbf kernel(0.7);
  const auto check = [&](const SvcOptions& options, const arma::ivec& labels,
                         const Col<double>& weights = {}) {
    check_svc<TestType>(kernel, options, labels, p.X, p.X_new, weights);
  };
  check({}, p.two);
  check({.C = 3.5, .class_weights = {{-1, 2.5}, {0, 0.1}}}, p.two, p.weights);
  check({.nu = 0.3, .tolerance = 1e-5, .max_iterations = 1000000}, p.two);
  check({.probabilities = true}, p.two);
  check({.C = 10, .relative_gap = 1e-3}, p.four);
  check({.multi_class = MultiClass::one_against_rest, .time_limit = 100}, p.four);
  check({.nu = 0.2, .probabilities = true}, p.four);
  check({.multi_class = MultiClass::one_against_rest, .probabilities = true}, p.four, p.weights);
}

TEMPLATE_TEST_CASE("models come back with every kernel", "[model][file]", double, float) {
  Problem<TestType> p;
  p.X = arma::abs(p.X);  // for the kernels of histograms
  p.X_new = arma::abs(p.X_new);
  int saved = 0;
  for (const char* text :
       {"rbf(gamma=0.1)", "linear()", "polynomial(degree=3, gamma=0.30000000000000004, coef0=1)",
        "sigmoid(gamma=0.01, coef0=-1)", "laplacian(gamma=0.5)", "matern12(length=1.5)",
        "matern32(length=2)", "matern52(length=0.3)", "rational_quadratic(alpha=2, length=1)",
        "periodic(period=3, length=1)", "cosine()", "cauchy(scale=2)", "chi_squared(gamma=1)",
        "histogram_intersection()", "0.5 * rbf(gamma=0.1) + linear() * cauchy(scale=3)",
        "pow(linear(), 2)", "fixed(rbf(gamma=0.25)) + linear()",
        "ard(weights=[1, 2.5, 0.1], matern32(1))",
        "subset(features=[0, 2], rbf(gamma=1e-9)) + 1e-300 * rbf(1)"}) {
    INFO(text);
    const auto kernel = parse_kernel(text);
    KernelRidge<TestType> model(*kernel, {.lambda = 1});
    const Mat<TestType> Y = arma::conv_to<Mat<TestType>>::from(p.y);
    if (!model.fit(p.X, Y)) continue;  // not positive definite
    ++saved;
    const KernelRidge<TestType> loaded = saved_and_loaded(model);
    CHECK(identical(loaded.predict(p.X_new), model.predict(p.X_new)));
  }
  CHECK(saved >= 17);
}

TEMPLATE_TEST_CASE("sparse points come back as sparse ones", "[model][file]", double, float) {
  const SpMat<TestType> X = test::sparse_points<TestType>(40, 60, 1);
  const SpMat<TestType> X_new = test::sparse_points<TestType>(40, 20, 2);
  arma::ivec labels(60);
  for (index_t i = 0; i < 60; ++i) labels(i) = static_cast<arma::sword>(i % 3);
  check_svc<TestType>(Rbf(0.2), {.C = 2}, labels, X, X_new);

  LowRankSvc<TestType> low_rank(Rbf(0.2), {.rank = 20});
  REQUIRE(low_rank.fit(X, labels));
  CHECK(identical(saved_and_loaded(low_rank).decision_values(X_new),
                  low_rank.decision_values(X_new)));

  OneClassSvm<TestType> one_class(Rbf(0.2), {.nu = 0.4});
  REQUIRE(one_class.fit(X));
  CHECK(identical(saved_and_loaded(one_class).decision_values(X_new),
                  one_class.decision_values(X_new)));
}

TEMPLATE_TEST_CASE("a LowRankSvc comes back", "[model][file]", double, float) {
  const Problem<TestType> p;
  for (const arma::ivec& labels : {p.two, p.four}) {
    LowRankSvc<TestType> model(Rbf(0.7), {.C = 2,
                                          .class_weights = {{labels.max(), 3}},
                                          .rank = 25,
                                          .bias_feature = 2,
                                          .seed = 18446744073709551615u});
    REQUIRE(model.fit(p.X, labels, p.weights));
    const auto loaded = saved_and_loaded(model);
    CHECK(identical(loaded.decision_values(p.X_new), model.decision_values(p.X_new)));
    CHECK(identical(loaded.predict(p.X_new), model.predict(p.X_new)));
    CHECK(loaded.options().seed == 18446744073709551615u);
    CHECK(loaded.relative_trace() == model.relative_trace());
    CHECK(verify(loaded, p.X, labels, p.weights).gap == verify(model, p.X, labels, p.weights).gap);
    Svc<TestType> from(Rbf(0.7)), from_loaded(Rbf(0.7));
    REQUIRE(from.fit_from(model, p.X, labels));
    REQUIRE(from_loaded.fit_from(loaded, p.X, labels));
    CHECK(identical(from.decision_values(p.X_new), from_loaded.decision_values(p.X_new)));
  }
}

TEMPLATE_TEST_CASE("machines with one function come back", "[model][file]", double, float) {
  const Problem<TestType> p;
  for (const SvrOptions& options : {SvrOptions{.C = 7, .epsilon = 0.02}, SvrOptions{.nu = 0.4},
                                    SvrOptions{.epsilon = 1e6}}) {  // without support
    Svr<TestType> model(Rbf(0.7), options);
    REQUIRE(model.fit(p.X, p.y, p.weights));
    const auto loaded = saved_and_loaded(model);
    CHECK(identical(loaded.predict(p.X_new), model.predict(p.X_new)));
    CHECK(loaded.epsilon() == model.epsilon());
    CHECK(verify(loaded, p.X, p.y, p.weights).gap == verify(model, p.X, p.y, p.weights).gap);
  }
  Svdd<TestType> ball(parse_kernel("polynomial(degree=2, gamma=1, coef0=1)").operator*(),
                      {.nu = 0.2});
  REQUIRE(ball.fit(p.X, p.weights));
  const auto loaded = saved_and_loaded(ball);
  CHECK(identical(loaded.decision_values(p.X_new), ball.decision_values(p.X_new)));
  CHECK(loaded.squared_radius() == ball.squared_radius());
  CHECK(verify(loaded, p.X, p.weights).gap == verify(ball, p.X, p.weights).gap);
}

TEMPLATE_TEST_CASE("ridge regressions come back", "[model][file]", double, float) {
  using T = TestType;
  const Problem<T> p;
  const Mat<T> Y =
      arma::join_rows(arma::conv_to<Mat<T>>::from(p.y), arma::conv_to<Mat<T>>::from(p.weights));
  for (const KernelRidgeOptions& options :
       {KernelRidgeOptions{.lambda = 0.1, .leave_one_out = true},
        KernelRidgeOptions{.centre_target = false, .method = RidgeMethod::mixed_cholesky},
        KernelRidgeOptions{.method = RidgeMethod::conjugate_gradient, .rank = 10},
        KernelRidgeOptions{.method = RidgeMethod::nystrom, .centres = 20}}) {
    KernelRidge<T> model(Rbf(0.7), options);
    REQUIRE(model.fit(p.X, Y, p.weights));
    const auto loaded = saved_and_loaded(model);
    CHECK(identical(loaded.predict(p.X_new), model.predict(p.X_new)));
    CHECK(identical(loaded.coefficients(), model.coefficients()));
    CHECK(loaded.options().method == options.method);
    CHECK((loaded.nystrom() != nullptr) == (model.nystrom() != nullptr));
    if (options.leave_one_out) {
      CHECK(identical(loaded.leave_one_out_residuals(), model.leave_one_out_residuals()));
    }
    CHECK(verify(loaded, p.X, Y, p.weights).prediction_error ==
          verify(model, p.X, Y, p.weights).prediction_error);
  }
  KernelRidgePath<T> path(Rbf(0.7), {.lambdas = {0.1, 1}});
  REQUIRE(path.fit(p.X, Y));
  const auto best = path.best_model().model;
  CHECK(identical(saved_and_loaded(best).predict(p.X_new), best.predict(p.X_new)));
}

TEMPLATE_TEST_CASE("a NystromRidge comes back with all lambdas", "[model][file]", double, float) {
  using T = TestType;
  const Problem<T> p;
  const Mat<T> Y = arma::conv_to<Mat<T>>::from(p.y);
  const NystromRidgeOptions options{.lambdas = {1, 0.1, 10}, .centres = 15};
  for (const bool given : {false, true}) {
    NystromRidge<T> model =
        given ? NystromRidge<T>(Rbf(0.7), options, p.X_new) : NystromRidge<T>(Rbf(0.7), options);
    REQUIRE(model.fit(p.X, Y, p.weights));
    auto loaded = saved_and_loaded(model);
    for (const index_t lambda : {0u, 1u, 2u}) {
      CHECK(identical(loaded.predict(p.X_new, lambda), model.predict(p.X_new, lambda)));
    }
    CHECK(loaded.best() == model.best());
    CHECK(identical(loaded.generalised_cross_validation(), model.generalised_cross_validation()));
    CHECK(loaded.centre_rows() == model.centre_rows());
    CHECK(verify(loaded, p.X, Y, p.weights).relative_residual ==
          verify(model, p.X, Y, p.weights).relative_residual);
    REQUIRE(loaded.fit(p.X, Y));  // to the same centres, if they were given
    REQUIRE(model.fit(p.X, Y));
    CHECK(identical(loaded.centres(), model.centres()));
  }
}

TEST_CASE("the context comes back", "[model][file]") {
  const Problem<double> p;
  Svc<double> model(Rbf(0.7));
  ModelContext context;
  context.report = model.fit(p.X, p.two);
  context.report.status = Status::time_limit;
  context.report.message = "a \"quoted\" word, \\, \n, \x1f, \xc3\xa9";
  context.scaler = Scaler<double>::standardise(p.X);
  context.layout = {.columns = {{.name = "weight, kg", .mean = 0.1},
                                {.name = "", .categories = {"a b", "\"", ""}},
                                {}},
                    .target_name = "y",
                    .class_names = {"no", "yes"}};
  const TemporaryFile file;
  save_model(file.path(), model, context);
  const ModelContext loaded = load_any_model(file.path()).context;
  CHECK(loaded.layout == context.layout);
  CHECK(identical(loaded.scaler->shift(), context.scaler->shift()));
  CHECK(identical(loaded.scaler->scale(), context.scaler->scale()));
  CHECK(loaded.report.message == context.report.message);
  CHECK(loaded.report.status == Status::time_limit);
  CHECK(loaded.report.method == context.report.method);
  CHECK(loaded.report.seconds == 0);  // of the run, as threads are
  CHECK(loaded.report.certificate.gap == context.report.certificate.gap);
  CHECK(std::isnan(loaded.report.certificate.backward_error));
}

TEST_CASE("threads and memory are those of the machine that loads", "[model][file]") {
  const Problem<double> p;
  Svc<double> model(Rbf(0.7), {.threads = 3, .memory_budget = 1 << 26});
  REQUIRE(model.fit(p.X, p.two));
  const TemporaryFile file;
  save_model(file.path(), model);
  CHECK(load_model<Svc<double>>(file.path()).options().threads == 0);
  CHECK(load_model<Svc<double>>(file.path()).options().memory_budget == 0);
  CHECK(load_model<Svc<double>>(file.path(), {.threads = 2}).options().threads == 2);
}

TEST_CASE("what cannot be loaded is not saved", "[model][file]") {
  const Problem<double> p;
  const TemporaryFile file("old");
  const auto error_of = [&](const auto& model, const ModelContext& context = {}) -> std::string {
    try {
      save_model(file.path(), model, context);
    } catch (const std::invalid_argument& error) {
      CHECK(content_of(file.path()) == "old");
      return error.what();
    }
    return "saved";
  };
  CHECK(error_of(Svr<float>(Rbf(1))) == "save_model: the model, Svr, is not fitted");

  const auto own =
      make_kernel<Statistic::squared_distance>("own", [](auto s) { return 1 / (1 + s); });
  Svc<double> model(own);
  REQUIRE(model.fit(p.X, p.two));
  CHECK(error_of(model) ==
        "save_model: the kernel function:own has no text that parse_kernel reads back");

  Svc<double> good(Rbf(1));
  REQUIRE(good.fit(p.X, p.two));
  CHECK(error_of(good, {.scaler = Scaler<double>::standardise(p.X.rows(0, 1))}) ==
        "save_model: the scaler must have the features of the model");
  CHECK(error_of(good, {.layout = {.class_names = {"b", "a"}}}) ==
        "save_model: the names of the classes must be sorted");
}

TEST_CASE("a save that is killed leaves the old or the new model whole", "[model][file]") {
  const Problem<double> p;
  const Mat<double> Y(60, 200, arma::fill::ones);
  KernelRidge<double> one(Rbf(0.5), {.lambda = 1}), two(Rbf(0.5), {.lambda = 2});
  REQUIRE(one.fit(p.X, Y));
  REQUIRE(two.fit(p.X, Y));
  const test::TemporaryFolder folder;
  const std::string path = folder / "model";
  save_model(path, one);
  const std::string first = content_of(path);
  save_model(path, two);
  const std::string second = content_of(path);
  Random random(1);
  for (int round = 0; round < 50; ++round) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      for (;;) {
        save_model(path, one);
        save_model(path, two);
      }
    }
    usleep(static_cast<useconds_t>(1000 + random.below(20000)));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const std::string found = content_of(path);
    CHECK((found == first || found == second));
  }
  CHECK(load_model<KernelRidge<double>>(path).is_fitted());
}
