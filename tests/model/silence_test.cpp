// The library prints nothing, whatever happens.
#include <stdio.h>
#include <unistd.h>

#include <string>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "mercer/model/svc.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;

namespace {

// What action writes to the file descriptors of stdout and stderr, by any library.
template <class Action>
std::string printed_by(Action action) {
  FILE* file = tmpfile();
  if (file == nullptr) throw std::runtime_error("no temporary file");
  std::cout.flush(), std::cerr.flush(), fflush(nullptr);
  const int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
  dup2(fileno(file), STDOUT_FILENO);
  dup2(fileno(file), STDERR_FILENO);
  action();
  std::cout.flush(), std::cerr.flush(), fflush(nullptr);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  close(out), close(err);
  std::string text;
  rewind(file);
  for (int c = fgetc(file); c != EOF; c = fgetc(file)) text += static_cast<char>(c);
  fclose(file);
  return text;
}

// Outcomes are of no interest here.
template <class Action>
void ignore_errors(Action action) {
  try {
    action();
  } catch (const std::exception&) {
  }
}

}  // namespace

TEST_CASE("what is printed is noticed", "[model]") {
  CHECK(printed_by([] { printf("one "), std::cerr << "two"; }).size() == 7);
}

TEMPLATE_TEST_CASE("nothing is printed by models, whatever happens", "[model]", float, double) {
  using T = TestType;
  const Mat<T> X = test::normal_matrix<T>(3, 300, 461), Y = test::normal_matrix<T>(300, 1, 462);
  const arma::ivec labels = test::noisy_classes(X, 3, 0, 463);
  const std::string text = printed_by([&] {
    KernelRidge<T> ridge(Rbf(0.5), {.leave_one_out = true});
    static_cast<void>(ridge.fit(X, Y));
    static_cast<void>(ridge.predict(X));
    static_cast<void>(ridge.predict(Mat<T>(3, 0)));
    KernelRidge<T> refused(Sigmoid(0.5, -1), {.lambda = 1e-3});
    static_cast<void>(refused.fit(X, Y));
    Svc<T> svc(Rbf(0.5), {.C = 10, .max_iterations = 50});
    static_cast<void>(svc.fit(X, labels));
    static_cast<void>(svc.predict(X));
    Svc<T> stopped(Rbf(0.5), {.progress = [](const Progress&) { return Continue::no; }});
    static_cast<void>(stopped.fit(X, labels));
    static_cast<void>(stopped.predict(X));
    static_cast<void>(stopped.predict(DenseGram<T>(Mat<T>(5, 0))));  // no support points
    ignore_errors([&] { static_cast<void>(svc.fit(X, arma::ivec(300, arma::fill::ones))); });
    ignore_errors([&] { static_cast<void>(ridge.fit(X, Mat<T>(2, 2))); });
    ignore_errors([&] { static_cast<void>(ridge.predict(Mat<T>(7, 7))); });
  });
  CHECK(text == "");
}
