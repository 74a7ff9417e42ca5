// Which checkpoints the models accept, and what they say of the others.
#include <cmath>
#include <filesystem>
#include <functional>
#include <string>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/model/svc_path.hpp"
#include "mercer/model/svr.hpp"
#include "support/catch.hpp"
#include "support/interrupted_fit.hpp"
#include "support/problems.hpp"
#include "support/temporary_file.hpp"

namespace fs = std::filesystem;
using namespace mercer;
using test::normal_matrix;
using test::parse_error_of;
using test::TemporaryFile;

namespace {

Continue stop(const Progress&) { return Continue::no; }

const std::string other_problem =
    "FILE:2: is the state of another problem; data, kernel, options and memory budget must be "
    "those "
    "of the fit that wrote it";

struct Problem {
  arma::mat X = normal_matrix<double>(3, 100, 61);
  arma::ivec labels = test::noisy_classes(X, 3, 0, 62);
  arma::vec weights = arma::vec(100, arma::fill::ones);
  double gamma = 0.5;
  SvcOptions options = {.C = 2};
};

void fit(const Problem& problem, const std::string& path, const ProgressCallback& progress) {
  SvcOptions options = problem.options;
  options.progress = progress;
  options.checkpoint = {.path = path, .resume = true};
  static_cast<void>(
      Svc<double>(Rbf(problem.gamma), options).fit(problem.X, problem.labels, problem.weights));
}

std::string said_of(const std::function<void(Problem&)>& change) {
  const TemporaryFile file;
  fs::remove(file.path());
  Problem problem;
  fit(problem, file.path(), stop);
  change(problem);
  return parse_error_of(file.path(), [&](const std::string& path) { fit(problem, path, nullptr); });
}

}  // namespace

TEST_CASE("a checkpoint belongs to its problem, to the bit", "[checkpoint]") {
  CHECK(said_of([](Problem&) {}) == "accepted");
  CHECK(said_of([](Problem& p) { p.options.threads = 2; }) == "accepted");
  CHECK(said_of([](Problem& p) { p.options.time_limit = 1000; }) == "accepted");
  CHECK(said_of([](Problem& p) { p.X(1, 30) = std::nextafter(p.X(1, 30), 10); }) == other_problem);
  CHECK(said_of([](Problem& p) { std::swap(p.labels(0), p.labels(arma::index_max(p.labels))); }) ==
        other_problem);
  CHECK(said_of([](Problem& p) { p.weights(99) = 2; }) == other_problem);
  CHECK(said_of([](Problem& p) { p.gamma = std::nextafter(0.5, 1); }) == other_problem);
  CHECK(said_of([](Problem& p) { p.options.C = 3; }) == other_problem);
  CHECK(said_of([](Problem& p) { p.options.class_weights = {{1, 2.0}}; }) == other_problem);
  CHECK(said_of([](Problem& p) { p.options.nu = 0.1; }) == other_problem);
  CHECK(said_of([](Problem& p) { p.options.tolerance = 1e-4; }) == other_problem);
  CHECK(said_of([](Problem& p) { p.options.memory_budget = 100'000'000; }) == other_problem);
  CHECK(said_of([](Problem& p) { p.options.multi_class = MultiClass::one_against_rest; }) ==
        other_problem);
  // The probabilities come after the problems, which they do not change.
  CHECK(said_of([](Problem& p) { p.options.probabilities = true; }) == "accepted");
}

TEST_CASE("another model, type or operator is another problem", "[checkpoint]") {
  const Problem problem;
  const TemporaryFile file;
  const CheckpointOptions resumed{.path = file.path(), .resume = true};
  fs::remove(file.path());
  fit(problem, file.path(), stop);
  const auto said = [&](auto model, const auto&... data) {
    return parse_error_of(file.path(),
                          [&](const std::string&) { static_cast<void>(model.fit(data...)); });
  };
  const arma::vec y = arma::conv_to<arma::vec>::from(problem.labels);
  const arma::fmat X = arma::conv_to<arma::fmat>::from(problem.X);
  CHECK(said(Svc<float>(Rbf(0.5), {.C = 2, .checkpoint = resumed}), X, problem.labels) ==
        other_problem);
  CHECK(said(Svr<double>(Rbf(0.5), {.C = 2, .checkpoint = resumed}), problem.X, y) ==
        other_problem);
  CHECK(said(KernelRidge<double>(Rbf(0.5), {.checkpoint = resumed}), problem.X, arma::mat(y)) ==
        other_problem);
  CHECK(said(GaussianProcess<double>(Rbf(0.5), {.checkpoint = resumed}), problem.X, y) ==
        other_problem);

  arma::mat K = gram(Rbf(0.5), problem.X);
  Svc<double> of_matrix({.C = 2, .progress = stop, .checkpoint = resumed});
  fs::remove(file.path());
  static_cast<void>(of_matrix.fit(DenseGram<double>(K), problem.labels));
  CHECK(said(of_matrix, DenseGram<double>(K), problem.labels) == "accepted");
  K(0, 70) = K(70, 0) = std::nextafter(K(0, 70), 1);
  CHECK(said(of_matrix, DenseGram<double>(K), problem.labels) == other_problem);
}

TEST_CASE("a refused checkpoint leaves model and file as they were", "[checkpoint]") {
  const Problem problem;
  const TemporaryFile file("mercer checkpoint 1\nproblem 0123456789abcdef\n");
  Svc<double> model(Rbf(0.5), {.checkpoint = {.path = file.path(), .resume = true}});
  CHECK_THROWS_AS(model.fit(problem.X, problem.labels), ParseError);
  CHECK_FALSE(model.is_fitted());
  CHECK(test::content_of(file.path()) == "mercer checkpoint 1\nproblem 0123456789abcdef\n");
}

TEST_CASE("a checkpoint that cannot be written ends the fit before it begins", "[checkpoint]") {
  const Problem problem;
  index_t calls = 0;
  Svc<double> model(Rbf(0.5), {.progress =
                                   [&](const Progress&) {
                                     ++calls;
                                     return Continue::yes;
                                   },
                               .checkpoint = {.path = "/no/such/folder/state"}});
  CHECK_THROWS_WITH(model.fit(problem.X, problem.labels),
                    "/no/such/folder/state: the file cannot be written: No such file or directory");
  CHECK(calls == 0);
}

TEST_CASE("a path of models has no checkpoint", "[checkpoint]") {
  const Problem problem;
  CHECK_THROWS_WITH(svc_path<double>(Rbf(0.5), problem.X, problem.labels, std::vector<double>{1, 2},
                                     {.checkpoint = {.path = "state"}}),
                    "svc_path: checkpoint.path must be empty, is state");
}
