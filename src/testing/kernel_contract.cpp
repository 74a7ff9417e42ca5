#include "mercer/testing/kernel_contract.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "mercer/core/check.hpp"
#include "mercer/core/random.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/gram/gram_gradient.hpp"
#include "mercer/kernel/parse.hpp"

namespace mercer {
namespace {

constexpr index_t sizes[] = {0, 1, 31, 32, 33, 255, 256, 257, 600};

// Everywhere but in the check of threads: a team for each of so many small matrices costs more than
// the matrices.
constexpr GramOptions one_thread{.threads = 1};

template <class T>
constexpr T nan = std::numeric_limits<T>::quiet_NaN();

template <class T>
bool same_bits(const T* a, const T* b, index_t count) {
  return count == 0 || std::memcmp(a, b, count * sizeof(T)) == 0;
}

template <class T>
class Contract {
 public:
  Contract(const Kernel& kernel, const ContractOptions& options, index_t dim)
      : kernel_(kernel), options_(options), dim_(dim) {}

  std::vector<std::string> check() {
    for (const index_t n : sizes) check_gram(points(n, 0));
    check_tiles(points(300, 1), points(290, 2));
    check_transpose(points(257, 3), points(70, 4));
    check_threads(points(600, 5), points(530, 6));
    check_copies(points(40, 7));
    check_nan(points(70, 8));
    if constexpr (std::is_same_v<T, double>) check_gradient(points(70, 13));
    if (options_.positive_definite) check_positive(points(60, 9));
    if constexpr (std::is_same_v<T, float>) check_against_double(points(100, 10));
    return std::move(violations_);
  }

 private:
  Mat<T> points(index_t n, std::uint64_t stream) const {
    Random random(options_.seed, stream);
    Mat<T> X(dim_, n);
    for (T& value : X) {
      value = static_cast<T>(options_.non_negative ? random.uniform() : random.normal());
    }
    return X;
  }

  // Symmetry, the diagonal, finite values, both doors, and nothing left of what out held before.
  void check_gram(const Mat<T>& X) {
    const index_t n = X.n_cols;
    const std::string size = " (n = " + std::to_string(n) + ")";
    Mat<T> K(n, n);
    K.fill(nan<T>);
    gram_into(K, kernel_, X, one_thread);
    require_same(K, K.st(), "K(X, X) is not symmetric" + size);
    Mat<T> two_sets(n, n);
    two_sets.fill(nan<T>);
    gram_into(two_sets, kernel_, X, X, one_thread);
    require_same(K, two_sets, "gram(X) and gram(X, X) differ" + size);
    const Mat<T> copy = X;
    require_same(K, gram(kernel_, X, copy, one_thread),
                 "gram(X) and gram(X, copy of X) differ" + size);

    Mat<T> diagonal(n, 1);
    diagonal.fill(nan<T>);
    kernel_.bind(Points<T>(X), Points<T>(X))->diagonal({0, n}, diagonal.memptr());
    require_same(Mat<T>(K.diag()), diagonal,
                 "the diagonal of K is not BoundKernel::diagonal" + size);
    for (index_t k = 0; k < K.n_elem; ++k) {
      if (!std::isfinite(K[k])) return violation("a value is not finite" + size, K, k);
    }
  }

  // Tiles of odd shapes at odd places, of one entry and of one row or column too.
  void check_tiles(const Mat<T>& X, const Mat<T>& Y) {
    const Mat<T> K = gram(kernel_, X, Y, one_thread);
    const auto bound = kernel_.bind(Points<T>(X), Points<T>(Y));
    Scratch scratch;
    Random random(options_.seed, 11);
    for (int round = 0; round < 60; ++round) {
      const Range rows = range(random, X.n_cols, round % 4 == 0);
      const Range cols = range(random, Y.n_cols, round % 5 == 0);
      Mat<T> tile(rows.size() + 1 + static_cast<index_t>(round % 3), cols.size());
      tile.fill(nan<T>);
      bound->fill(rows, cols, {tile.memptr(), rows.size(), cols.size(), tile.n_rows}, scratch);
      const std::string place =
          " (rows " + std::to_string(rows.begin) + " to " + std::to_string(rows.end) +
          ", columns " + std::to_string(cols.begin) + " to " + std::to_string(cols.end) + ")";
      const Mat<T> expected =
          K.submat(rows.begin, cols.begin, arma::size(rows.size(), cols.size()));
      require_same(expected, Mat<T>(tile.head_rows(rows.size())),
                   "an entry depends on its tile" + place);
      const Mat<T> outside = tile.tail_rows(tile.n_rows - rows.size());
      if (std::any_of(outside.begin(), outside.end(), [](T v) { return !std::isnan(v); })) {
        violation("fill writes outside the tile" + place);
      }
    }
    Mat<T> whole(X.n_cols, 1);
    bound->diagonal({0, X.n_cols}, whole.memptr());
    const Range part{37, 291};
    Mat<T> diagonal(part.size(), 1);
    bound->diagonal(part, diagonal.memptr());
    require_same(Mat<T>(whole.rows(part.begin, part.end - 1)), diagonal,
                 "a diagonal entry depends on the range it is computed in");
  }

  static Range range(Random& random, index_t count, bool single) {
    const index_t begin = random.below(count);
    return {begin, single ? begin + 1 : begin + 1 + random.below(count - begin)};
  }

  void check_transpose(const Mat<T>& X, const Mat<T>& Y) {
    const Mat<T> K = gram(kernel_, X, Y, one_thread);
    const Mat<T> transposed = gram(kernel_, Y, X, one_thread).st();
    if (std::is_same_v<T, float> && dim_ >= 64) {
      const double allowed = options_.float_tolerance * double(arma::abs(K).max());
      if (double(arma::abs(K - transposed).max()) <= allowed) return;
    }
    require_same(K, transposed, "K(Y, X) is not the transpose of K(X, Y)");
  }

  void check_threads(const Mat<T>& X, const Mat<T>& Y) {
    Random random(options_.seed, 12);
    Mat<T> V(Y.n_cols, 3);
    for (T& value : V) value = static_cast<T>(random.normal());
    const Mat<T> K = gram(kernel_, X, {.threads = 1});
    const Mat<T> cross = gram(kernel_, X, Y, {.threads = 1});
    const Mat<T> product = multiply(kernel_, X, Y, V, {.threads = 1});
    for (const int threads : {2, 3, 5}) {
      const std::string team =
          " depend on the number of threads (1 and " + std::to_string(threads) + ")";
      require_same(K, gram(kernel_, X, {.threads = threads}), "the bits of gram(X)" + team);
      require_same(cross, gram(kernel_, X, Y, {.threads = threads}),
                   "the bits of gram(X, Y)" + team);
      require_same(product, multiply(kernel_, X, Y, V, {.threads = threads}),
                   "the bits of multiply" + team);
    }
  }

  void check_copies(const Mat<T>& X) {
    const Mat<T> K = gram(kernel_, X, one_thread);
    const std::string text = kernel_.expression();
    const auto clone = kernel_.clone();
    require_same(K, gram(*clone, X, one_thread), "the clone gives other bits");
    if (clone->expression() != text) violation("the clone's expression is " + clone->expression());
    if (!options_.text_form) return;
    try {
      const auto parsed = parse_kernel(text);
      require_same(K, gram(*parsed, X, one_thread),
                   "the kernel parsed from expression() gives other bits");
      if (parsed->expression() != text) {
        violation("expression() reads back as " + parsed->expression());
      }
    } catch (const std::invalid_argument& error) {
      violation(std::string("expression() does not read back: ") + error.what());
    }
  }

  void check_nan(Mat<T> X) {
    constexpr index_t bad = 33;
    X.col(bad).fill(nan<T>);
    std::unique_ptr<BoundKernel<T>> bound;
    try {
      bound = kernel_.bind(Points<T>(X), Points<T>(X));
    } catch (const std::invalid_argument&) {
      return;  // refused by name, which is as good
    }
    const index_t n = X.n_cols;
    Mat<T> K(n, n);
    Scratch scratch;
    bound->fill({0, n}, {0, n}, {K.memptr(), n, n, n}, scratch);
    for (index_t i = 0; i < n; ++i) {
      if (!std::isnan(K(i, bad)) || !std::isnan(K(bad, i))) {
        return violation("NaN in a point does not survive");
      }
    }
  }

  // theta() and with_theta() agree, and the derivatives with central differences of fourth order.
  void check_gradient(const arma::mat& X) {
    const std::vector<double> theta = kernel_.theta();
    if (kernel_.theta_names().size() != theta.size()) {
      return violation("theta_names() and theta() have different sizes");
    }
    if (theta.empty()) return;
    Random random(options_.seed, 14);
    arma::mat M(X.n_cols, X.n_cols);
    for (double& value : M) value = random.normal();
    M += M.t();
    const auto sum_at = [&](const std::vector<double>& at) {
      return arma::accu(M % gram(*kernel_.with_theta(at), X, one_thread));
    };
    const double size = arma::accu(arma::abs(M % gram(kernel_, X, one_thread)));
    if (!(std::abs(sum_at(theta) - arma::accu(M % gram(kernel_, X, one_thread))) <= 1e-12 * size)) {
      violation("with_theta(theta()) is another kernel");
    }
    std::vector<double> gradient;
    try {
      gradient = gram_gradient(kernel_, X, M, one_thread);
    } catch (const std::invalid_argument&) {
      return;  // it has no derivatives, and says so
    }
    for (std::size_t p = 0; p < theta.size(); ++p) {
      constexpr double h = 3e-4;
      const auto moved = [&](double shift) {
        std::vector<double> at = theta;
        at[p] += shift;
        return sum_at(at);
      };
      const double difference =
          (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
      if (std::abs(gradient[p] - difference) <= 1e-8 * size) continue;
      violation("the derivative in " + kernel_.theta_names()[p] + " is " + shortest(gradient[p]) +
                ", differences give " + shortest(difference));
    }
  }

  void check_positive(const Mat<T>& X) {
    const Mat<T> K = gram(kernel_, X, one_thread);
    const double u = std::numeric_limits<T>::epsilon() / 2.0;
    for (index_t j = 0; j < K.n_cols; ++j) {
      for (index_t i = 0; i < j; ++i) {
        const double bound = std::sqrt(double(K(i, i)) * double(K(j, j)));
        if (!(std::abs(double(K(i, j))) <= bound * (1 + options_.tolerance * u))) {
          return violation("|k(x, y)| exceeds sqrt(k(x, x) k(y, y))", K, i + j * K.n_rows);
        }
      }
    }
    const arma::vec eigenvalues = arma::eig_sym(arma::conv_to<arma::mat>::from(K));
    const double n = static_cast<double>(K.n_rows);
    const double allowed = options_.tolerance * u * n * double(arma::abs(K).max());
    if (!(eigenvalues.front() >= -allowed)) {
      violation("K is not positive semi-definite: an eigenvalue is " +
                shortest(eigenvalues.front()) + ", rounding explains " + shortest(-allowed));
    }
  }

  void check_against_double(const Mat<float>& X) {
    const arma::fmat K = gram(kernel_, X, one_thread);
    const arma::mat precise = gram(kernel_, arma::conv_to<arma::mat>::from(X), one_thread);
    const double allowed = options_.float_tolerance * arma::abs(precise).max();
    for (index_t k = 0; k < K.n_elem; ++k) {
      if (std::abs(double(K[k]) - precise[k]) <= allowed) continue;
      return violation("float differs from double, which gives " + shortest(precise[k]), K, k);
    }
  }

  void require_same(const Mat<T>& expected, const Mat<T>& actual, const std::string& what) {
    if (expected.n_rows != actual.n_rows || expected.n_cols != actual.n_cols) {
      return violation(what + ": the shapes are " + shape(expected) + " and " + shape(actual));
    }
    if (same_bits(expected.memptr(), actual.memptr(), expected.n_elem)) return;
    for (index_t k = 0; k < expected.n_elem; ++k) {
      if (same_bits(expected.memptr() + k, actual.memptr() + k, 1)) continue;
      return violation(what + ", " + shortest(double(expected[k])) + " is expected", actual, k);
    }
  }

  static std::string shape(const Mat<T>& M) {
    return std::to_string(M.n_rows) + " x " + std::to_string(M.n_cols);
  }

  void violation(const std::string& what, const Mat<T>& K, index_t k) {
    violation(what + ": entry (" + std::to_string(k % K.n_rows) + ", " +
              std::to_string(k / K.n_rows) + ") is " + shortest(double(K[k])));
  }

  void violation(const std::string& what) {
    violations_.push_back(kernel_.expression() + ", " +
                          (std::is_same_v<T, float> ? "float" : "double") +
                          ", d = " + std::to_string(dim_) + ": " + what);
  }

  const Kernel& kernel_;
  const ContractOptions& options_;
  index_t dim_;
  std::vector<std::string> violations_;
};

}  // namespace

template <class T>
std::vector<std::string> check_kernel_contract(const Kernel& kernel,
                                               const ContractOptions& options) {
  std::vector<std::string> violations = Contract<T>(kernel, options, options.dim).check();
  if (options.any_dim && options.dim != 1) {
    const std::vector<std::string> one_feature = Contract<T>(kernel, options, 1).check();
    violations.insert(violations.end(), one_feature.begin(), one_feature.end());
  }
  return violations;
}

template std::vector<std::string> check_kernel_contract<double>(const Kernel&,
                                                                const ContractOptions&);
template std::vector<std::string> check_kernel_contract<float>(const Kernel&,
                                                               const ContractOptions&);

}  // namespace mercer
