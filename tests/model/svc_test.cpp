#include "mercer/model/svc.hpp"

#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/reference.hpp"

using namespace mercer;
using test::noisy_classes;
using test::normal_matrix;
using test::same_bits;

namespace {

double right(const arma::ivec& labels, const arma::ivec& predicted) {
  return static_cast<double>(arma::accu(labels == predicted)) / static_cast<double>(labels.n_elem);
}

Dataset<double> load(const std::string& name) {
  return load_csv<double>(test::dataset_path(name + ".csv"), {.target = "target"});
}

// Everything that a fit decides, to the bit.
template <class T>
void check_same_model(const Svc<T>& a, const Svc<T>& b) {
  CHECK(same_bits(a.coefficients(), b.coefficients()));
  CHECK(same_bits(a.biases(), b.biases()));
  CHECK(same_bits(a.support_indices(), b.support_indices()));
  CHECK(same_bits(a.classes(), b.classes()));
}

}  // namespace

TEST_CASE("a positive decision value speaks for the larger label", "[model]") {
  const arma::mat X = {{-2, -1, 1, 2}};
  const arma::ivec labels = {7, 7, -3, -3};  // the larger label lies left
  Svc<double> svc(Linear(), {.C = 100, .tolerance = 1e-10});
  REQUIRE(svc.fit(X, labels));
  CHECK(arma::all(svc.classes() == arma::ivec{-3, 7}));
  // the widest margin: f(x) = -x, by the points -1 and 1 alone
  CHECK(arma::all(svc.support_indices() == arma::uvec{1, 2}));
  CHECK(svc.coefficients()(0, 0) == Approx(0.5));
  CHECK(svc.coefficients()(1, 0) == Approx(-0.5));
  CHECK(svc.biases()(0) == Approx(0).margin(1e-12));
  const arma::mat X_new = {{-5, 0.5, 30}};
  const arma::mat f = svc.decision_values(X_new);
  CHECK(f(0, 0) == Approx(5));
  CHECK(f(2, 0) == Approx(-30));
  CHECK(arma::all(svc.predict(X_new) == arma::ivec{7, -3, -3}));
}

TEMPLATE_TEST_CASE("labels are any integers, and their order alone matters", "[model]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(2, 150, 401);
  const arma::ivec labels = noisy_classes(X, 4, 0, 402);
  const arma::ivec names = {-1000000007, -1, 0, 123456789012};
  Svc<T> plain(Rbf(1), {.C = 5}), renamed(Rbf(1), {.C = 5});
  REQUIRE(plain.fit(X, labels));
  REQUIRE(renamed.fit(X, names.elem(arma::conv_to<arma::uvec>::from(labels))));
  CHECK(same_bits(plain.coefficients(), renamed.coefficients()));
  CHECK(arma::all(renamed.classes() == names));
  const arma::ivec predicted = plain.predict(X);
  CHECK(right(labels, predicted) >= 0.7);
  CHECK(arma::all(renamed.predict(X) == names.elem(arma::conv_to<arma::uvec>::from(predicted))));
}

TEST_CASE("decision values are the sums over the support points", "[model]") {
  const arma::mat X = normal_matrix<double>(3, 200, 403), X_new = normal_matrix<double>(3, 20, 404);
  const arma::ivec labels = noisy_classes(X, 3, 1, 405);
  Svc<double> svc(Rbf(0.5), {.C = 3});
  const Report report = svc.fit(X, labels);
  REQUIRE(report);
  const arma::uvec& support = svc.support_indices();
  REQUIRE(support.n_elem < 200);
  CHECK(support.is_sorted("strictascend"));
  REQUIRE(svc.coefficients().n_rows == support.n_elem);
  REQUIRE(svc.coefficients().n_cols == 3);
  REQUIRE(svc.biases().n_elem == 3);
  REQUIRE(svc.pair_reports().size() == 3);

  arma::mat f(20, 3);
  index_t pair = 0;
  for (const auto& [a, b] :
       std::vector<std::pair<arma::sword, arma::sword>>{{1, 2}, {1, 3}, {2, 3}}) {
    for (index_t i = 0; i < 20; ++i) {
      long double sum = svc.biases()(pair);
      for (index_t s = 0; s < support.n_elem; ++s) {
        const double d2 = arma::accu(arma::square(X_new.col(i) - X.col(support(s))));
        sum += static_cast<long double>(svc.coefficients()(s, pair)) * std::exp(-0.5L * d2);
      }
      f(i, pair) = static_cast<double>(sum);
    }
    for (index_t s = 0; s < support.n_elem; ++s) {  // y_i alpha_i: positive for b only
      const double beta = svc.coefficients()(s, pair);
      const arma::sword label = labels(support(s));
      CHECK((beta == 0 || (beta > 0 ? label == b : label == a)));
      CHECK(std::abs(beta) <= 3);
    }
    ++pair;
  }
  CHECK(arma::abs(svc.decision_values(X_new) - f).max() <= 1e-12);
}

TEST_CASE("votes decide, and the smallest label among equals", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 60, 406);
  Svc<double> svc(Rbf(1));
  REQUIRE(svc.fit(X, noisy_classes(X, 3, 4, 407)));
  // rows of K_new that give chosen decision values of the pairs (4, 5), (4, 6), (5, 6)
  const arma::mat wanted = {
      {-1, -1, 1},     // two votes for 4
      {1, -1, -0.5},   // two for 5
      {-9, 0.1, 0.1},  // two for 6, though the one for 4 is louder
      {1, -1, 1},      // 5, 4, 6: a tie
      {-1, 1, -1},     // 4, 6, 5: a tie
  };
  const arma::mat K_new = (wanted.each_row() - svc.biases().t()) * arma::pinv(svc.coefficients());
  const DenseGram<double> gram_new(K_new);
  REQUIRE(arma::abs(svc.decision_values(gram_new) - wanted).max() <= 1e-9);
  CHECK(arma::all(svc.predict(gram_new) == arma::ivec{4, 5, 6, 4, 4}));
}

TEST_CASE("class weights have LIBSVM's optimum", "[model]") {
  const Dataset<double> heart = load("heart");
  // LIBSVM 3.24: svm-train -g 0.125 -c 2 -e 1e-9 -h 0 -w1 3 -w0 0.5
  Svc<double> svc(Rbf(0.125), {.C = 2, .class_weights = {{1, 3}, {0, 0.5}}, .tolerance = 1e-9});
  const Report report = svc.fit(heart.X, class_codes(heart.y));
  REQUIRE(report);
  CHECK(-report.certificate.dual_objective == Approx(-171.681838).margin(1e-6));
  CHECK(svc.biases()(0) == Approx(0.228000).margin(2e-6));  // -rho; its first class is 1
  CHECK(svc.support_indices().n_elem == 154);

  const Dataset<double> iris = load("iris");
  // LIBSVM 3.24: svm-train -g 0.5 -c 4 -e 1e-9 -h 0 -w0 2 -w1 0.25 -w2 3
  Svc<double> three(Rbf(0.5),
                    {.C = 4, .class_weights = {{0, 2}, {1, 0.25}, {2, 3}}, .tolerance = 1e-9});
  REQUIRE(three.fit(iris.X, class_codes(iris.y)));
  const double objectives[] = {-2.401972, -2.498610, -25.072974};
  const double rho[] = {0.074737, 0.224066, 0.180667};
  for (index_t pair = 0; pair < 3; ++pair) {
    CAPTURE(pair);
    CHECK(-three.pair_reports()[pair].certificate.dual_objective ==
          Approx(objectives[pair]).margin(1e-6));
    CHECK(three.biases()(pair) == Approx(rho[pair]).margin(2e-6));
  }
  CHECK(three.support_indices().n_elem == 40);
}

TEST_CASE("row weights are rows written several times", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 80, 408), X_new = normal_matrix<double>(2, 30, 409);
  const arma::ivec labels = noisy_classes(X, 3, 0, 410);
  Col<double> w(80);
  std::vector<index_t> copies;
  for (index_t i = 0; i < 80; ++i) {
    w(i) = static_cast<double>(i % 4);  // 0 leaves the row out
    copies.insert(copies.end(), i % 4, i);
  }
  const arma::uvec rows = test::to_uvec(copies);
  const SvcOptions options = {.C = 2, .class_weights = {{1, 1.5}}, .tolerance = 1e-10};
  Svc<double> weighted(Rbf(1), options), repeated(Rbf(1), options);
  const Report own = weighted.fit(X, labels, w);
  const Report other = repeated.fit(X.cols(rows), labels.elem(rows));
  REQUIRE(own);
  REQUIRE(other);
  CHECK(own.certificate.primal_objective ==
        Approx(other.certificate.primal_objective).epsilon(1e-9));
  CHECK(own.certificate.dual_objective == Approx(other.certificate.dual_objective).epsilon(1e-9));
  CHECK(arma::abs(weighted.decision_values(X_new) - repeated.decision_values(X_new)).max() <= 1e-8);
  CHECK(arma::all(w.elem(weighted.support_indices()) > 0));
}

TEMPLATE_TEST_CASE("the operator door of Svc has the model of the points door", "[model]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(4, 700, 411), X_new = normal_matrix<T>(4, 300, 412);
  const arma::ivec labels = noisy_classes(X, 3, 0, 413);
  const SvcOptions options = {.C = 4};
  Svc<T> points(Rbf(0.4), options), matrix(options);
  REQUIRE(points.fit(X, labels));
  REQUIRE(matrix.fit(DenseGram<T>(gram<T>(Rbf(0.4), X)), labels));
  if constexpr (std::is_same_v<T, double>) {
    check_same_model(points, matrix);
  } else {  // from points, the gradient is computed afresh in double; a matrix of floats is the
            // truth
    CHECK(same_bits(points.support_indices(), matrix.support_indices()));
    CHECK(arma::abs(points.coefficients() - matrix.coefficients()).max() <= 1e-2);
    CHECK(arma::abs(points.biases() - matrix.biases()).max() <= 1e-3);
  }
  const DenseGram<T> K_new(gram<T>(Rbf(0.4), X_new, Mat<T>(X.cols(points.support_indices()))));
  REQUIRE(K_new.n_cols() > 256);  // more than one tile
  const Mat<T> differences =
      arma::abs(matrix.decision_values(K_new) - points.decision_values(X_new));
  CHECK(differences.max() <= (std::is_same_v<T, double> ? 0 : 1e-2));
  CHECK(same_bits(matrix.predict(K_new), points.predict(X_new)));
}

TEMPLATE_TEST_CASE("verify repeats the certificate of Svc and notices other data", "[model]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(3, 250, 414);
  const arma::ivec labels = noisy_classes(X, 3, 0, 415);
  Random random(416);
  Col<double> w(250);
  for (double& weight : w) weight = 0.5 + random.uniform();
  Svc<T> svc(Rbf(0.5), {.C = 2, .class_weights = {{2, 3}}});
  const Report report = svc.fit(X, labels, w);
  REQUIRE(report);
  const MatrixFreeGram<T> K(Rbf(0.5), X);
  const Certificate again = verify(svc, K, labels, w);
  // another order of the sums than in fit, which has stored kernel values
  CHECK(again.primal_objective == Approx(report.certificate.primal_objective).epsilon(1e-13));
  CHECK(again.dual_objective == Approx(report.certificate.dual_objective).epsilon(1e-13));
  CHECK(again.gap == Approx(report.certificate.gap).margin(1e-11));
  CHECK(again.violation == Approx(report.certificate.violation).margin(1e-12));
  CHECK(verify(svc, X, labels, w).gap == again.gap);
  CHECK(svc.kernel().expression() == Rbf(0.5).expression());
  double gaps = 0;
  for (const Report& pair : svc.pair_reports()) gaps += pair.certificate.gap;
  CHECK(again.gap == Approx(gaps));

  const double primal = report.certificate.primal_objective;
  CHECK(report.certificate.gap <= 1e-2 * primal);
  arma::ivec flipped = labels;
  const index_t row = svc.support_indices()(0);
  flipped(row) = (labels(row) + 1) % 3;
  CHECK(verify(svc, K, flipped, w).gap >= 0.1);
  Mat<T> moved = X;
  moved.col(row) += T(1);
  CHECK(verify(svc, MatrixFreeGram<T>(Rbf(0.5), moved), labels, w).violation >= 0.1);
  CHECK(verify(svc, K, labels).gap == arma::datum::inf);  // alpha above C: not this problem's
  CHECK(verify(svc, K, labels, Col<double>(2 * w)).gap >= 0.1 * primal);
}

TEST_CASE("Svc separates small real sets", "[model]") {
  const std::string name = GENERATE("iris", "wine", "heart");
  CAPTURE(name);
  const auto data = test::prepare<double>(name);
  Svc<double> svc(Rbf(1.0 / static_cast<double>(data.X_train.n_rows)), {.C = 10});
  const Report report = svc.fit(data.X_train, class_codes(data.y_train));
  REQUIRE(report);
  CHECK(report.method == "smo");
  CHECK(report.message.empty());
  CHECK(report.residual <= 1e-3);
  CHECK(report.certificate.violation <= 1e-3 + 1e-9);
  index_t iterations = 0;
  for (const Report& pair : svc.pair_reports()) iterations += pair.iterations;
  CHECK(report.iterations == iterations);
  CHECK(right(class_codes(data.y_test), svc.predict(data.X_test)) >= (name == "heart" ? 0.7 : 0.9));
  CHECK(svc.predict(arma::mat(data.X_test.n_rows, 0)).is_empty());
}

TEMPLATE_TEST_CASE("Svc has the same bits for any number of threads", "[model]", float, double) {
  using T = TestType;
  // pairs of about 600 rows of 400 features: two strips of a column
  const Mat<T> X = normal_matrix<T>(400, 900, 417), X_new = normal_matrix<T>(400, 600, 418);
  const arma::ivec labels = noisy_classes(X, 3, 0, 419);
  Svc<T> first(Rbf(1.0 / 400), {.C = 2, .threads = 1});
  const Report report = first.fit(X, labels);
  REQUIRE(report);
  const Mat<T> decisions = first.decision_values(X_new);
  for (const int threads : {2, 3, 5}) {
    CAPTURE(threads);
    Svc<T> svc(Rbf(1.0 / 400), {.C = 2, .threads = threads});
    const Report own = svc.fit(X, labels);
    CHECK(own.threads == threads);
    CHECK(own.certificate.gap == report.certificate.gap);
    CHECK(own.iterations == report.iterations);
    check_same_model(svc, first);
    CHECK(same_bits(svc.decision_values(X_new), decisions));
  }
}

TEST_CASE("Svc is a value: a copy and a second fit stand alone", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 60, 420);
  const arma::ivec labels = noisy_classes(X, 2, 0, 421);
  Svc<double> svc(Rbf(1)), fresh(Rbf(1));
  REQUIRE(svc.fit(normal_matrix<double>(5, 90, 422),
                  noisy_classes(normal_matrix<double>(5, 90, 422), 4, 3, 423)));
  REQUIRE(svc.fit(X, labels));
  REQUIRE(fresh.fit(X, labels));
  check_same_model(svc, fresh);
  const Svc<double> copy = svc;
  REQUIRE(svc.fit(X, arma::ivec(1 - labels)));
  CHECK(same_bits(copy.decision_values(X), fresh.decision_values(X)));
}
