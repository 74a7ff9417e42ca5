// Every kernel against its formula, pair by pair, and under the contract: a line each.
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "mercer/core/random.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/cauchy.hpp"
#include "mercer/kernel/chi_squared.hpp"
#include "mercer/kernel/cosine.hpp"
#include "mercer/kernel/histogram_intersection.hpp"
#include "mercer/kernel/laplacian.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/periodic.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rational_quadratic.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/testing/kernel_contract.hpp"
#include "support/catch.hpp"
#include "support/naive.hpp"
#include "support/tolerance.hpp"

using namespace mercer;
using naive::Sums;

namespace {

struct KernelCase {
  AnyKernel kernel;
  std::function<long double(const Sums&)> value;
  std::function<long double(const Sums&, long double k)> tolerance;  // in units of u
  ContractOptions contract = {};
};

const std::vector<KernelCase>& cases() {
  using S = const Sums&;
  using K = long double;
  namespace n = naive;
  namespace t = tolerance;
  static const ContractOptions indefinite{.positive_definite = false};
  static const ContractOptions histograms{.non_negative = true};
  static const std::vector<KernelCase> lines = {
      {Linear(), [](S s) { return n::linear(s); }, [](S s, K) { return t::linear(s); }},
      {Polynomial(3, 0.3, 1.1), [](S s) { return n::polynomial(s, 3, 0.3, 1.1); },
       [](S s, K) { return t::polynomial(s, 3, 0.3, 1.1); }},
      {Polynomial(2), [](S s) { return n::polynomial(s, 2, 1, 0); },
       [](S s, K) { return t::polynomial(s, 2, 1, 0); }},
      {Sigmoid(0.3, -0.2), [](S s) { return n::sigmoid(s, 0.3, -0.2); },
       [](S s, K k) { return t::sigmoid(s, k, 0.3, -0.2); }, indefinite},
      {Rbf(0.3), [](S s) { return n::rbf(s, 0.3); },
       [](S s, K k) { return t::exponential(s, k, 0.3 * s.squared_distance); }},
      {Rbf::from_sigma(0.7), [](S s) { return std::exp(-s.squared_distance / (2 * 0.7L * 0.7L)); },
       [](S s, K k) { return t::exponential(s, k, s.squared_distance / 0.98L); }},
      {Laplacian(0.3), [](S s) { return n::laplacian(s, 0.3); },
       [](S s, K k) { return t::exponential(s, k, 0.3 * s.l1_distance); }},
      {Matern12(1.3), [](S s) { return n::matern12(s, 1.3); },
       [](S s, K k) { return t::matern(s, k, std::sqrt(s.squared_distance) / 1.3); }},
      {Matern32(1.3), [](S s) { return n::matern32(s, 1.3); },
       [](S s, K k) { return t::matern(s, k, std::sqrt(3 * s.squared_distance) / 1.3); }},
      {Matern52(1.3), [](S s) { return n::matern52(s, 1.3); },
       [](S s, K k) { return t::matern(s, k, std::sqrt(5 * s.squared_distance) / 1.3); }},
      {RationalQuadratic(0.8, 1.3), [](S s) { return n::rational_quadratic(s, 0.8, 1.3); },
       [](S s, K k) { return t::rational_quadratic(s, k, 0.8, 1.3); }},
      {RationalQuadratic(1e6, 1.3), [](S s) { return n::rational_quadratic(s, 1e6, 1.3); },
       [](S s, K k) { return t::rational_quadratic(s, k, 1e6, 1.3); }},
      {Periodic(2.7, 0.9), [](S s) { return n::periodic(s, 2.7, 0.9); },
       [](S s, K k) { return t::periodic(s, k, 2.7, 0.9); }, indefinite},
      {Cosine(), [](S s) { return n::cosine(s); }, [](S s, K) { return t::cosine(s); }},
      {Cauchy(0.7), [](S s) { return n::cauchy(s, 0.7); },
       [](S s, K k) { return t::cauchy(s, k, 0.7); }},
      {ChiSquared(0.7), [](S s) { return n::chi_squared(s, 0.7); },
       [](S s, K k) { return t::exponential(s, k, 0.7 * s.chi_squared); }, histograms},
      {HistogramIntersection(), [](S s) { return n::histogram_intersection(s); },
       [](S s, K) { return t::histogram_intersection(s); }, histograms},
  };
  return lines;
}

// Points of which the 1st and the 4th are equal and the 3rd is 0; distances are of order 1.
template <class T>
Mat<T> random_points(index_t d, index_t n, std::uint64_t stream, bool non_negative) {
  Random random(7, stream);
  Mat<T> X(d, n);
  const double scale = 1 / std::sqrt(static_cast<double>(d));
  for (T& v : X) {
    v = static_cast<T>(scale * (non_negative ? 2 * random.uniform() : random.normal()));
  }
  if (n > 3) X.col(3) = X.col(0);
  if (n > 2) X.col(2).zeros();
  return X;
}

// The exact matrix and how far each entry may be from it.
struct Reference {
  index_t rows;
  std::vector<long double> value;  // column by column
  std::vector<long double> tolerance;
};

template <class T>
Reference reference(const KernelCase& line, const std::vector<Sums>& sums, index_t n) {
  const long double u = std::numeric_limits<T>::epsilon() / 2.0L;
  Reference r{n, {}, {}};
  for (const Sums& s : sums) {
    const long double k = line.value(s);
    r.value.push_back(k);
    r.tolerance.push_back(u * line.tolerance(s, k) + 2.0L * std::numeric_limits<T>::denorm_min());
  }
  return r;
}

template <class T>
std::vector<Sums> all_sums(const Mat<T>& X, const Mat<T>& Y) {
  std::vector<Sums> sums;
  for (index_t j = 0; j < Y.n_cols; ++j) {
    for (index_t i = 0; i < X.n_cols; ++i) {
      sums.push_back(naive::sums(X.colptr(i), Y.colptr(j), X.n_rows));
    }
  }
  return sums;
}

// "" if K is within the tolerances of the upper left corner of the reference, else the worst entry.
template <class T>
std::string mismatch(const Mat<T>& K, const Reference& r) {
  long double worst = 1;
  std::string text;
  for (index_t j = 0; j < K.n_cols; ++j) {
    for (index_t i = 0; i < K.n_rows; ++i) {
      const long double value = r.value[i + j * r.rows];
      const long double error = std::abs(K(i, j) - value) / r.tolerance[i + j * r.rows];
      if (error <= worst) continue;  // false for NaN
      worst = error;
      text = "entry (" + std::to_string(i) + ", " + std::to_string(j) + ") is " +
             std::to_string(K(i, j)) + " for " + std::to_string(value) + ", error " +
             std::to_string(error) + " of the tolerance";
    }
  }
  return text;
}

template <class T>
void check_shapes(index_t d, index_t n, index_t m,
                  const std::vector<std::pair<index_t, index_t>>& shapes) {
  for (const bool non_negative : {false, true}) {
    const Mat<T> X = random_points<T>(d, n, 1, non_negative);
    const Mat<T> Y = random_points<T>(d, m, 2, non_negative);
    const std::vector<Sums> one_set = all_sums(X, X);
    const std::vector<Sums> two_sets = all_sums(X, Y);
    for (const KernelCase& line : cases()) {
      if (line.contract.non_negative != non_negative) continue;
      CAPTURE(line.kernel->expression(), d);
      const Reference of_X = reference<T>(line, one_set, n);
      const Reference of_X_and_Y = reference<T>(line, two_sets, n);
      for (const auto& [rows, cols] : shapes) {
        CAPTURE(rows, cols);
        const Mat<T> A = X.head_cols(rows);
        const Mat<T> B = Y.head_cols(cols);
        REQUIRE(mismatch(gram(*line.kernel, A), of_X) == "");
        REQUIRE(mismatch(gram(*line.kernel, A, B), of_X_and_Y) == "");
      }
    }
  }
}

}  // namespace

TEMPLATE_TEST_CASE("kernels equal their formulas for all remainders of tiles", "[kernel]", float,
                   double) {
  const index_t t = tile_edge;
  const index_t several = 2 * t + 19;
  check_shapes<TestType>(3, several, t + 1,
                         {{0, 0},
                          {0, 1},
                          {1, 0},
                          {1, 1},
                          {1, t + 1},
                          {t - 1, t},
                          {t, t - 1},
                          {t, 1},
                          {t + 1, t + 1},
                          {several, 0},
                          {several, t + 1}});
}

TEMPLATE_TEST_CASE("kernels equal their formulas in any dimension", "[kernel]", float, double) {
  const index_t d = GENERATE(1, 7, 64, 300);
  check_shapes<TestType>(d, 70, 40, {{70, 40}});
}

TEMPLATE_TEST_CASE("kernels obey the contract", "[kernel]", float, double) {
  for (const KernelCase& line : cases()) {
    for (const std::string& violation :
         check_kernel_contract<TestType>(*line.kernel, line.contract)) {
      FAIL_CHECK(violation);
    }
  }
}

TEMPLATE_TEST_CASE("periodic is positive semi-definite on one feature", "[kernel]", float, double) {
  for (const std::string& violation :
       check_kernel_contract<TestType>(Periodic(2.7, 0.9), {.dim = 1})) {
    FAIL_CHECK(violation);
  }
}

TEMPLATE_TEST_CASE("the map of a kernel agrees with its operator()", "[kernel]", float, double) {
  using T = TestType;
  const T u = std::numeric_limits<T>::epsilon() / 2;
  const auto check = [&](const auto& kernel) {
    for (int i = 0; i < 500; ++i) {
      const T s = T(i) / 100;
      T mapped = s;
      detail::map_column(kernel, std::span<T>(&mapped, 1));
      CAPTURE(kernel.expression(), s);
      REQUIRE(std::abs(mapped - kernel(s)) <= 16 * (1 + s) * u * std::abs(mapped));
    }
  };
  check(Linear());
  check(Polynomial(5, 0.3, 0.2));
  check(Sigmoid(0.3, 0.2));
  check(Rbf(0.3));
  check(Laplacian(0.3));
  check(Matern12(1.3));
  check(Matern32(1.3));
  check(Matern52(1.3));
  check(RationalQuadratic(0.8, 1.3));
  check(Periodic(2.7, 0.9));
  check(Cauchy(0.7));
  check(ChiSquared(0.7));
  check(HistogramIntersection());
}

TEMPLATE_TEST_CASE("points too far apart for their squared distance give 0, not NaN", "[kernel]",
                   float, double) {
  using T = TestType;
  Mat<T> X(1, 2);
  X(0, 0) = std::numeric_limits<T>::max() / 4;
  X(0, 1) = -X(0, 0);
  for (const AnyKernel& kernel :
       std::vector<AnyKernel>{Rbf(1), Laplacian(1), Matern12(1), Matern32(1), Matern52(1),
                              RationalQuadratic(1, 1), Cauchy(1)}) {
    CAPTURE(kernel->expression());
    const Mat<T> K = gram(*kernel, X);
    REQUIRE(K(0, 0) == 1);
    REQUIRE(K(0, 1) < std::numeric_limits<T>::min());
    REQUIRE(K(0, 1) >= 0);
  }
}

TEST_CASE("kernels refuse bad parameters by name", "[kernel]") {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {0.0, -1.0, inf, nan}) {
    const std::string is = " must be finite and positive, is " + shortest(bad);
    REQUIRE_THROWS_WITH(Rbf(bad), "Rbf: gamma" + is);
    REQUIRE_THROWS_WITH(Rbf::from_sigma(bad), "Rbf::from_sigma: sigma" + is);
    REQUIRE_THROWS_WITH(Laplacian(bad), "Laplacian: gamma" + is);
    REQUIRE_THROWS_WITH(ChiSquared(bad), "ChiSquared: gamma" + is);
    REQUIRE_THROWS_WITH(Matern12(bad), "Matern12: length" + is);
    REQUIRE_THROWS_WITH(Matern32(bad), "Matern32: length" + is);
    REQUIRE_THROWS_WITH(Matern52(bad), "Matern52: length" + is);
    REQUIRE_THROWS_WITH(RationalQuadratic(bad, 1), "RationalQuadratic: alpha" + is);
    REQUIRE_THROWS_WITH(RationalQuadratic(1, bad), "RationalQuadratic: length" + is);
    REQUIRE_THROWS_WITH(Periodic(bad, 1), "Periodic: period" + is);
    REQUIRE_THROWS_WITH(Periodic(1, bad), "Periodic: length" + is);
    REQUIRE_THROWS_WITH(Cauchy(bad), "Cauchy: scale" + is);
    REQUIRE_THROWS_WITH(Polynomial(2, bad), "Polynomial: gamma" + is);
    REQUIRE_THROWS_WITH(Sigmoid(bad), "Sigmoid: gamma" + is);
  }
  REQUIRE_THROWS_WITH(Polynomial(0), "Polynomial: degree must be at least 1, is 0");
  REQUIRE_THROWS_WITH(Polynomial(2, 1, nan), "Polynomial: coef0 must be finite, is nan");
  REQUIRE_THROWS_WITH(Sigmoid(1, inf), "Sigmoid: coef0 must be finite, is inf");
}

TEMPLATE_TEST_CASE("kernels for histograms refuse negative values, naming the entry", "[kernel]",
                   float, double) {
  Mat<TestType> X(3, 9, arma::fill::ones);
  Mat<TestType> Y = X;
  Y(2, 7) = -1;
  for (const AnyKernel& kernel : std::vector<AnyKernel>{ChiSquared(1), HistogramIntersection()}) {
    REQUIRE_NOTHROW(gram(*kernel, X));
    REQUIRE_THROWS_WITH(gram(*kernel, X, Y), Catch::Contains("Y must be non-negative") &&
                                                 Catch::Contains("Y(2, 7) is -1"));
    REQUIRE_THROWS_WITH(gram(*kernel, Y), Catch::Contains("X(2, 7) is -1"));
  }
}

TEST_CASE("kernels refuse two point sets of different dimension", "[kernel]") {
  const arma::mat X(3, 4, arma::fill::ones);
  const arma::mat Y(2, 4, arma::fill::ones);
  for (const KernelCase& line : cases()) {
    CAPTURE(line.kernel->expression());
    REQUIRE_THROWS_AS(line.kernel->bind(Points<double>(X), Points<double>(Y)),
                      std::invalid_argument);
  }
}

TEMPLATE_TEST_CASE("cosine is exact where it can be", "[kernel]", float, double) {
  using T = TestType;
  const T big = std::numeric_limits<T>::max();
  const T tiny = std::numeric_limits<T>::denorm_min();
  const Mat<T> X = {{big, tiny, 0, T(0.1), T(0.1), 3}, {big, tiny, 0, T(0.3), T(0.3), -3}};
  const Mat<T> K = gram(Cosine(), X);
  REQUIRE(K(0, 0) == 1);
  REQUIRE(K(1, 1) == 1);  // norms that overflow or underflow when squared
  REQUIRE(K(0, 1) == 1);
  REQUIRE(K(3, 4) == 1);              // equal points
  REQUIRE(K(1, 5) == 0);              // a right angle
  REQUIRE(arma::all(K.col(2) == 0));  // the zero point
}
