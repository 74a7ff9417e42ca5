#include "mercer/model/nystrom_ridge.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "mercer/gram/gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::relative_difference;
using test::same_bits;

namespace {

const Rbf kernel(0.15);

Col<double> positive_weights(index_t n, std::uint64_t seed) {
  Random random(seed);
  Col<double> out(n);
  for (double& w : out) w = 0.2 + 2 * random.uniform();
  return out;
}

// The bits of all that two models answer are equal.
template <class T>
bool same_models(const NystromRidge<T>& a, const NystromRidge<T>& b) {
  bool same = a.centre_rows() == b.centre_rows() && a.best() == b.best() &&
              same_bits<double>(a.generalised_cross_validation(), b.generalised_cross_validation());
  for (index_t l = 0; l < a.options().lambdas.size(); ++l) {
    same = same && same_bits(a.coefficients(l), b.coefficients(l));
  }
  return same;
}

}  // namespace

// Values by NumPy 1.24 and SciPy 1.10, QR of the stacked least squares problem:
//     n, i = 40, np.arange(40)
//     X = np.stack([np.sin(1.0 + 3 * i), np.cos(2.0 + 5 * i)], axis=1)
//     Y = np.stack([np.sin(3 * X[:, 0]) + X[:, 1], X[:, 0] * X[:, 1]], axis=1)
//     w, Z, new = 0.5 + (i % 3), X[::8], np.array([[0.1, -0.2], [0.7, 0.4]])
//     k = lambda A, B: np.exp(-0.7 * ((A[:, None] - B[None]) ** 2).sum(-1))
//     K, G, mean = k(X, Z), k(Z, Z), w @ Y / w.sum()
//     A = np.vstack([np.sqrt(w)[:, None] * K, np.sqrt(lam) * scipy.linalg.cholesky(G)])
//     b = np.vstack([np.sqrt(w)[:, None] * (Y - mean), np.zeros((5, 2))])
//     q, r = np.linalg.qr(A); beta = scipy.linalg.solve_triangular(r, q.T @ b)
//     f = mean + k(new, Z) @ beta
//     H = K @ np.linalg.solve(K.T @ (w[:, None] * K) + lam * G, (w[:, None] * K).T)
//     P = np.ones((n, 1)) @ (w[None] / w.sum()); S = H @ (np.eye(n) - P) + P
//     gcv = (w[:, None] * (Y - mean - K @ beta) ** 2).sum() / (
//         2 * w.sum() * (1 - np.trace(S) / n) ** 2)
//     full = np.zeros((n, 2)); full[::8] = beta
//     R = Y - mean - k(X, X) @ full - lam / w[:, None] * full
//     bound = max(np.sqrt((w[:, None] * R ** 2).sum(0))) / (2 * np.sqrt(lam))
TEST_CASE("NystromRidge agrees with NumPy and SciPy", "[model][nystrom]") {
  arma::mat X(2, 40), Y(40, 2);
  Col<double> w(40);
  for (index_t i = 0; i < 40; ++i) {
    const double at = static_cast<double>(i);
    X(0, i) = std::sin(1 + 3 * at);
    X(1, i) = std::cos(2 + 5 * at);
    Y(i, 0) = std::sin(3 * X(0, i)) + X(1, i);
    Y(i, 1) = X(0, i) * X(1, i);
    w(i) = 0.5 + static_cast<double>(i % 3);
  }
  const arma::mat Z = X.cols(arma::regspace<arma::uvec>(0, 8, 39));
  const NystromMethod method = GENERATE(NystromMethod::direct, NystromMethod::falkon);
  NystromRidge<double> model(Rbf(0.7), {.lambdas = {1e-3, 1}, .method = method, .tolerance = 1e-12},
                             Z);
  const Report report = model.fit(X, Y, w);
  REQUIRE(report);
  CHECK(report.method == (method == NystromMethod::direct ? "direct" : "falkon"));
  const arma::mat X_new = {{0.1, 0.7}, {-0.2, 0.4}};
  const arma::mat low = {{-0.011426318900662594, -0.05345572190777767},
                         {1.3997494678351714, 0.3813486232520228}};
  const arma::mat high = {{-0.03690981898780246, -0.019856450153203954},
                          {1.2496350826453728, 0.291197386875976}};
  CHECK(relative_difference(model.predict(X_new, 0), low) <= 1e-11);
  CHECK(relative_difference(model.predict(X_new, 1), high) <= 1e-11);
  const Col<double>& gcv = model.generalised_cross_validation();
  if (method == NystromMethod::direct) {
    CHECK(std::abs(gcv(0) - 0.10060432576882757) <= 1e-12);
    CHECK(std::abs(gcv(1) - 0.10675041759567107) <= 1e-12);
    CHECK(model.best() == 0);
    CHECK(same_bits(model.predict(X_new), model.predict(X_new, 0)));
  }
  // Given centres: nobody says that they are training points. Chosen, they are.
  CHECK(std::isnan(report.certificate.prediction_error));
  CHECK(model.centre_rows().empty());
}

TEMPLATE_TEST_CASE("with all points as centres NystromRidge is KernelRidge", "[model][nystrom]",
                   float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(4, 300, 801), X_new = normal_matrix<T>(4, 50, 802);
  const Mat<T> Y = normal_matrix<T>(300, 2, 803) + 3;
  const Col<double> w = positive_weights(300, 804);
  const CentreChoice choice = GENERATE(CentreChoice::uniform, CentreChoice::pivoted_cholesky);
  NystromRidge<T> model(kernel, {.lambdas = {0.05}, .centres = 300, .choice = choice});
  const Report report = model.fit(X, Y, w);
  REQUIRE(report);
  REQUIRE(model.centre_rows().size() == 300);

  KernelRidge<double> exact(kernel, {.lambda = 0.05});
  REQUIRE(exact.fit(arma::conv_to<arma::mat>::from(X), arma::conv_to<arma::mat>::from(Y), w));
  const arma::mat expected = exact.predict(arma::conv_to<arma::mat>::from(X_new));
  CHECK(relative_difference(model.predict(X_new), expected) <=
        (sizeof(T) == 8 ? 1e-10 : 1e-7));  // what is returned is rounded to T
  CHECK(relative_difference(model.target_means(), exact.target_means()) <= 1e-14);
  CHECK(report.certificate.prediction_error <= 1e-4);  // seen: 4e-5, where K is nearly singular
}

TEMPLATE_TEST_CASE("direct and falkon find the same model", "[model][nystrom]", float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(4, 3000, 807), X_new = normal_matrix<T>(4, 100, 808);
  const Mat<T> Y = normal_matrix<T>(3000, 2, 809);
  const Col<double> w = positive_weights(3000, 810);
  const CentreChoice choice = GENERATE(CentreChoice::uniform, CentreChoice::pivoted_cholesky);
  NystromRidgeOptions options{.lambdas = {0.01, 1, 100}, .centres = 120, .choice = choice};
  options.method = NystromMethod::direct;
  NystromRidge<T> direct(kernel, options);
  options.method = NystromMethod::falkon;
  NystromRidge<T> falkon(kernel, options);
  const Report by_direct = direct.fit(X, Y, w), by_falkon = falkon.fit(X, Y, w);
  REQUIRE(by_direct);
  REQUIRE(by_falkon);
  CHECK(by_direct.iterations <= 1);
  CHECK(by_falkon.iterations > 3);
  CHECK(by_falkon.residual <= options.tolerance);
  REQUIRE(direct.centre_rows() == falkon.centre_rows());
  for (index_t l = 0; l < 3; ++l) {
    CHECK(relative_difference(falkon.predict(X_new, l), direct.predict(X_new, l)) <= 1e-6);
    CHECK(falkon.generalised_cross_validation()(l) ==
          Approx(direct.generalised_cross_validation()(l)).epsilon(0.02));
  }
}

TEST_CASE("the bound on predictions holds, and verify finds the certificate", "[model][nystrom]") {
  const arma::mat X = normal_matrix<double>(3, 800, 811),
                  X_new = normal_matrix<double>(3, 200, 812);
  const arma::mat Y = normal_matrix<double>(800, 2, 813);
  const bool weighted = GENERATE(false, true);
  const Col<double> w = weighted ? positive_weights(800, 814) : Col<double>(800, arma::fill::ones);
  for (const double lambda : {1e-3, 1.0, 1e3}) {
    for (const index_t m : {20, 200, 700}) {
      CAPTURE(lambda, m);
      NystromRidge<double> model(kernel, {.lambdas = {lambda}, .centres = m});
      const Report report = model.fit(X, Y, w);
      REQUIRE(report);
      KernelRidge<double> exact(kernel, {.lambda = lambda});
      REQUIRE(exact.fit(X, Y, w));
      const double error = arma::abs(model.predict(X_new) - exact.predict(X_new)).max();
      CHECK(error <= report.certificate.prediction_error);

      const Certificate again = verify(model, X, Y, w);
      CHECK(again.prediction_error == Approx(report.certificate.prediction_error).epsilon(1e-9));
      CHECK(again.relative_residual <= 1e-8);  // limited by the size of the coefficients
      CHECK(report.certificate.relative_residual <= 1e-8);
      // The exact residual itself, from the whole matrix.
      const arma::mat K = gram<double>(kernel, X);
      arma::mat alpha(800, 2, arma::fill::zeros);
      for (index_t j = 0; j < model.centre_rows().size(); ++j) {
        alpha.row(model.centre_rows()[j]) = model.coefficients().row(j);
      }
      arma::mat r = Y - K * alpha;
      r.each_row() -= model.target_means();
      r -= lambda * (alpha.each_col() / w);
      r.each_col() %= arma::sqrt(w);
      const double bound = std::max(arma::norm(r.col(0)), arma::norm(r.col(1))) / 2;
      CHECK(report.certificate.prediction_error == Approx(bound / std::sqrt(lambda)).epsilon(1e-9));
    }
  }
}

TEST_CASE("all lambdas and outputs are each the model of one", "[model][nystrom]") {
  const arma::mat X = normal_matrix<double>(3, 900, 815), Y = normal_matrix<double>(900, 3, 816);
  const std::vector<double> lambdas = {1e-4, 1, 0.02, 1e3};
  const NystromMethod method = GENERATE(NystromMethod::direct, NystromMethod::falkon);
  NystromRidgeOptions options{.lambdas = lambdas, .centres = 60, .method = method};
  NystromRidge<double> all(kernel, options);
  REQUIRE(all.fit(X, Y));
  for (index_t l = 0; l < lambdas.size(); ++l) {
    options.lambdas = {lambdas[l]};
    for (index_t t = 0; t < 3; ++t) {
      NystromRidge<double> one(kernel, options);
      REQUIRE(one.fit(X, arma::mat(Y.col(t))));
      CHECK(relative_difference(arma::mat(one.predict(X)), arma::mat(all.predict(X, l).col(t))) <=
            (method == NystromMethod::direct ? 1e-12 : 1e-7));
    }
  }
}

TEST_CASE("whole weights of NystromRidge are rows written several times", "[model][nystrom]") {
  const arma::mat X = normal_matrix<double>(3, 200, 817), Y = normal_matrix<double>(200, 2, 818);
  Col<double> w(200);
  std::vector<index_t> copies;
  for (index_t i = 0; i < 200; ++i) {
    w(i) = static_cast<double>(i % 4);  // 0 leaves the row out
    copies.insert(copies.end(), i % 4, i);
  }
  const arma::uvec rows = test::to_uvec(copies);
  const arma::mat Z = X.cols(30, 59);
  const NystromRidgeOptions options{.lambdas = {0.1}, .tolerance = 1e-10};
  NystromRidge<double> weighted(kernel, options, Z), repeated(kernel, options, Z);
  REQUIRE(weighted.fit(X, Y, w));
  REQUIRE(repeated.fit(X.cols(rows), Y.rows(rows)));
  CHECK(relative_difference(weighted.predict(X), repeated.predict(X)) <= 1e-9);

  NystromRidge<double> chosen(kernel, {.centres = 120});
  REQUIRE(chosen.fit(X, Y, w));
  for (const index_t row : chosen.centre_rows()) CHECK(w(row) > 0);
}

TEMPLATE_TEST_CASE("NystromRidge gives the same bits for any number of threads", "[model][nystrom]",
                   float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(3, 9000, 819), Y = normal_matrix<T>(9000, 2, 820);
  const Col<double> w = positive_weights(9000, 821);
  const NystromMethod method = GENERATE(NystromMethod::direct, NystromMethod::falkon);
  const double gamma = GENERATE(0.4, 0.01);  // of 0.01 the sums are whitened
  NystromRidgeOptions options{.lambdas = {0.01, 1}, .centres = 540, .method = method};
  options.max_iterations = 4;
  options.threads = 1;
  NystromRidge<T> serial(Rbf(gamma), options);
  const Report report = serial.fit(X, Y, w);
  for (const int threads : {2, 3, 5}) {
    options.threads = threads;
    NystromRidge<T> parallel(Rbf(gamma), options);
    const Report other = parallel.fit(X, Y, w);
    CAPTURE(threads, gamma);
    CHECK(same_models(serial, parallel));
    CHECK(other.residual == report.residual);
    CHECK(other.certificate.prediction_error == report.certificate.prediction_error);
    CHECK(same_bits(serial.predict(X), parallel.predict(X)));
  }
}

TEST_CASE("points that are read in panels are points in memory", "[model][nystrom]") {
  // A source that counts and checks what is asked of it.
  class Source final : public PointSource<double> {
   public:
    explicit Source(const arma::mat& X) : X_(X) {}
    index_t n() const override { return X_.n_cols; }
    index_t dim() const override { return X_.n_rows; }
    void read(index_t first, index_t count, arma::mat& out) const override {
      REQUIRE(first + count <= n());
      largest = std::max(largest, count);
      out = X_.cols(first, first + count - 1);
    }
    mutable index_t largest = 0;

   private:
    const arma::mat& X_;
  };
  const arma::mat X = normal_matrix<double>(3, 20000, 822),
                  Y = normal_matrix<double>(20000, 1, 823);
  const NystromMethod method = GENERATE(NystromMethod::direct, NystromMethod::falkon);
  const NystromRidgeOptions options{.lambdas = {0.1}, .centres = 50, .method = method};
  NystromRidge<double> in_memory(kernel, options), streamed(kernel, options);
  const Source source(X);
  REQUIRE(in_memory.fit(X, Y));
  REQUIRE(streamed.fit(source, Y));
  CHECK(same_models(in_memory, streamed));
  CHECK(source.largest < 10000);
  CHECK(same_bits(streamed.predict(source), in_memory.predict(X)));
}

TEST_CASE("centres are different rows, and the seed says which", "[model][nystrom]") {
  const arma::mat X = normal_matrix<double>(3, 5000, 824), Y = normal_matrix<double>(5000, 1, 825);
  const CentreChoice choice = GENERATE(CentreChoice::uniform, CentreChoice::pivoted_cholesky);
  const auto fitted = [&](std::uint64_t seed) {
    NystromRidge<double> model(kernel, {.centres = 100, .choice = choice, .seed = seed});
    REQUIRE(model.fit(X, Y));
    REQUIRE(model.centre_rows().size() == 100);
    for (index_t j = 0; j < 100; ++j) {
      CHECK(same_bits<double>(model.centres().col(j), X.col(model.centre_rows()[j])));
    }
    return std::set<index_t>(model.centre_rows().begin(), model.centre_rows().end());
  };
  const std::set<index_t> one = fitted(1);
  CHECK(one.size() == 100);
  CHECK(one == fitted(1));
  CHECK(one != fitted(2));
}

TEST_CASE("equal centres need jitter, and change nothing", "[model][nystrom]") {
  const arma::mat X = normal_matrix<double>(3, 400, 826), Y = normal_matrix<double>(400, 1, 827);
  const arma::mat Z = X.head_cols(20);
  const NystromMethod method = GENERATE(NystromMethod::direct, NystromMethod::falkon);
  const NystromRidgeOptions options{.lambdas = {0.1}, .method = method};
  NystromRidge<double> once(kernel, options, Z), twice(kernel, options, arma::join_rows(Z, Z));
  REQUIRE(once.fit(X, Y));
  const Report report = twice.fit(X, Y);
  CAPTURE(report.message, to_string(report.status), report.residual);
  REQUIRE(report);
  if (method == NystromMethod::direct) CHECK(once.jitter() == 0);
  CHECK(twice.jitter() > 0);
  CHECK(twice.jitter() < 1e-12);
  CHECK(relative_difference(twice.predict(X), once.predict(X)) <= 1e-6);
}

TEST_CASE("without certify direct makes one pass and knows as much of the lambdas",
          "[model][nystrom]") {
  const arma::mat X = normal_matrix<double>(3, 3000, 828), Y = normal_matrix<double>(3000, 2, 829);
  NystromRidgeOptions options{.lambdas = {0.01, 1, 100}, .centres = 100};
  NystromRidge<double> certified(kernel, options);
  options.certify = false;
  NystromRidge<double> quick(kernel, options);
  REQUIRE(certified.fit(X, Y));
  const Report report = quick.fit(X, Y);
  REQUIRE(report);
  CHECK(std::isnan(report.certificate.relative_residual));
  CHECK(std::isnan(report.residual));
  for (index_t l = 0; l < 3; ++l) {
    CHECK(relative_difference(quick.predict(X, l), certified.predict(X, l)) <= 1e-6);
  }
  CHECK(relative_difference<double, double>(quick.generalised_cross_validation(),
                                            certified.generalised_cross_validation()) <= 1e-8);
}
