// Kernels that break the contract, each in one way, to see that the suite notices.
#include "mercer/testing/kernel_contract.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/pairwise_kernel.hpp"
#include "mercer/kernel/point_kernel.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"

using namespace mercer;

namespace {

// The Gaussian kernel, its entries or its diagonal changed by functions of (entry, where it is).
struct Place {
  index_t i, j;           // the entry
  index_t row, column;    // inside the tile
  index_t rows, columns;  // of the tile
};
using Spoil = double (*)(double value, const Place& place);
using SpoilDiagonal = double (*)(double value);

template <class T>
class BoundSpoilt final : public BoundKernel<T> {
 public:
  BoundSpoilt(Points<T> X, Points<T> Y, Spoil spoil, SpoilDiagonal spoil_diagonal)
      : inner_(Rbf(0.5).bind(X, Y)), spoil_(spoil), spoil_diagonal_(spoil_diagonal) {}

  void fill(Range rows, Range cols, Tile<T> out, Scratch& scratch) const override {
    Mat<T> before(rows.size(), cols.size());
    for (index_t j = 0; j < cols.size(); ++j) {
      std::copy_n(out.column(j), rows.size(), before.colptr(j));
    }
    inner_->fill(rows, cols, out, scratch);
    for (index_t j = 0; j < cols.size(); ++j) {
      for (index_t i = 0; i < rows.size(); ++i) {
        T& value = out.column(j)[i];
        const double spoilt =
            spoil_(value, {rows.begin + i, cols.begin + j, i, j, rows.size(), cols.size()});
        value = spoilt == keep_old ? before(i, j) : static_cast<T>(spoilt);
      }
    }
  }
  void diagonal(Range points, T* out) const override {
    inner_->diagonal(points, out);
    for (index_t i = 0; i < points.size(); ++i) out[i] = static_cast<T>(spoil_diagonal_(out[i]));
  }

  static constexpr double keep_old = -12345;

 private:
  std::unique_ptr<BoundKernel<T>> inner_;
  Spoil spoil_;
  SpoilDiagonal spoil_diagonal_;
};

class Spoilt final : public Kernel {
 public:
  explicit Spoilt(
      Spoil spoil, SpoilDiagonal diagonal = [](double value) { return value; })
      : spoil_(spoil), spoil_diagonal_(diagonal) {}
  std::unique_ptr<BoundKernel<double>> bind(Points<double> X, Points<double> Y) const override {
    return std::make_unique<BoundSpoilt<double>>(X, Y, spoil_, spoil_diagonal_);
  }
  std::unique_ptr<BoundKernel<float>> bind(Points<float> X, Points<float> Y) const override {
    return std::make_unique<BoundSpoilt<float>>(X, Y, spoil_, spoil_diagonal_);
  }
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<Spoilt>(*this); }
  std::string expression() const override { return "spoilt"; }

 private:
  Spoil spoil_;
  SpoilDiagonal spoil_diagonal_;
};

// A kernel whose text is of its own choice.
class Named final : public PairwiseKernel<Named, Statistic::squared_distance> {
 public:
  explicit Named(std::string text) : text_(std::move(text)) {}
  template <class T>
  T operator()(T d2) const {
    return std::exp(-T(0.5) * d2);
  }
  std::string expression() const override { return text_; }

 private:
  std::string text_;
};

constexpr double keep_old = BoundSpoilt<double>::keep_old;
const ContractOptions own_kernel{.text_form = false};

// All violations in one text.
template <class T>
std::string broken(const Kernel& kernel, const ContractOptions& options = own_kernel) {
  std::string text;
  for (const std::string& violation : check_kernel_contract<T>(kernel, options)) {
    text += violation + '\n';
  }
  return text;
}

// The derivative in gamma of the Gaussian kernel, with the wrong sign.
class WrongDerivative final : public PairwiseKernel<WrongDerivative, Statistic::squared_distance> {
 public:
  explicit WrongDerivative(double gamma) : gamma_(gamma) {}
  template <class T>
  T operator()(T d2) const {
    return std::exp(-T(gamma_) * d2);
  }
  std::string expression() const override { return expression_of("wrong", {{"gamma", gamma_}}); }
  auto parameters() { return std::array{PositiveParameter{"gamma", gamma_}}; }
  Derivatives<1> derivatives(double d2, double k) const { return {-gamma_ * k, {gamma_ * d2 * k}}; }

 private:
  double gamma_;
};

}  // namespace

TEMPLATE_TEST_CASE("the contract passes a kernel that keeps it", "[kernel]", float, double) {
  REQUIRE(broken<TestType>(Spoilt([](double value, const Place&) { return value; })).empty());
  REQUIRE(broken<TestType>(Rbf(0.5), {}).empty());
}

TEMPLATE_TEST_CASE("the contract notices entries that depend on their tile", "[kernel]", float,
                   double) {
  const Spoilt by_row(
      [](double value, const Place& p) { return p.row == 40 ? value * 1.001 : value; });
  REQUIRE_THAT(broken<TestType>(by_row), Catch::Contains("an entry depends on its tile"));
  const Spoilt by_shape(
      [](double value, const Place& p) { return p.rows < 8 ? value * 1.001 : value; });
  REQUIRE_THAT(broken<TestType>(by_shape), Catch::Contains("an entry depends on its tile"));
}

TEMPLATE_TEST_CASE("the contract notices a kernel that is not symmetric", "[kernel]", float,
                   double) {
  const Spoilt by_index(
      [](double value, const Place& p) { return p.i > p.j ? value * 1.001 : value; });
  const std::string text = broken<TestType>(by_index);
  REQUIRE_THAT(text, Catch::Contains("gram(X) and gram(X, X) differ"));
  const auto order = make_point_kernel("order", [](auto x, auto y) { return x[0] - y[0] / 2; });
  REQUIRE_THAT(broken<TestType>(order), Catch::Contains("K(Y, X) is not the transpose of K(X, Y)"));
}

TEMPLATE_TEST_CASE("the contract notices a wrong diagonal", "[kernel]", float, double) {
  const Spoilt diagonal([](double value, const Place&) { return value; },
                        [](double value) { return value * 1.001; });
  REQUIRE_THAT(broken<TestType>(diagonal), Catch::Contains("is not BoundKernel::diagonal"));
}

TEMPLATE_TEST_CASE("the contract notices entries that are not written", "[kernel]", float, double) {
  const Spoilt lazy([](double value, const Place& p) { return p.row == 30 ? keep_old : value; });
  REQUIRE_THAT(broken<TestType>(lazy), Catch::Contains("an entry depends on its tile"));
}

TEMPLATE_TEST_CASE("the contract notices swallowed NaN", "[kernel]", float, double) {
  const auto clamped = make_kernel<Statistic::squared_distance>(
      "clamped", [](auto d2) { return d2 < 100 ? std::exp(-d2) : decltype(d2)(0); });
  REQUIRE_THAT(broken<TestType>(clamped), Catch::Contains("NaN in a point does not survive"));
}

TEMPLATE_TEST_CASE("the contract notices a false claim of definiteness", "[kernel]", float,
                   double) {
  const auto box = make_kernel<Statistic::squared_distance>(
      "box", [](auto d2) { return decltype(d2)(d2 < 1 ? 1 : 0); });
  REQUIRE_THAT(broken<TestType>(box), Catch::Contains("K is not positive semi-definite"));
  const auto growing =
      make_kernel<Statistic::squared_distance>("growing", [](auto d2) { return 1 + d2; });
  REQUIRE_THAT(broken<TestType>(growing), Catch::Contains("exceeds sqrt(k(x, x) k(y, y))"));
}

TEMPLATE_TEST_CASE("the contract notices a text that reads back as another kernel", "[kernel]",
                   float, double) {
  REQUIRE(broken<TestType>(Named("rbf(gamma=0.5)"), {.tolerance = 1e3}).find("text") ==
          std::string::npos);
  REQUIRE_THAT(broken<TestType>(Named("rbf(gamma=0.6)"), {}),
               Catch::Contains("the kernel parsed from expression() gives other bits"));
  REQUIRE_THAT(broken<TestType>(Named("rbf(0.5)"), {}),
               Catch::Contains("expression() reads back as rbf(gamma=0.5)"));
  REQUIRE_THAT(broken<TestType>(Named("mine"), {}), Catch::Contains("does not read back"));
}

TEST_CASE("the contract notices wrong derivatives", "[kernel]") {
  const std::vector<std::string> violations =
      check_kernel_contract<double>(WrongDerivative(0.5), {.any_dim = false, .text_form = false});
  REQUIRE(violations.size() == 1);
  CHECK_THAT(violations[0], Catch::Contains("the derivative in wrong.gamma is "));
}

TEST_CASE("the contract notices results that differ from run to run", "[kernel]") {
  const Spoilt counting([](double value, const Place& p) {
    static std::atomic<int> tiles = 0;
    if (p.row == 0 && p.column == 0) ++tiles;
    return value * (1 - 1e-9 * tiles);
  });
  REQUIRE_THAT(broken<double>(counting), Catch::Contains("depend on the number of threads"));
}

TEST_CASE("the contract notices float that is far from double", "[kernel]") {
  const auto coarse = make_kernel<Statistic::squared_distance>("coarse", [](auto d2) {
    return sizeof(d2) == 4 ? std::exp(-d2) * decltype(d2)(0.999) : std::exp(-d2);
  });
  REQUIRE_THAT(broken<float>(coarse), Catch::Contains("float differs from double"));
  REQUIRE(broken<double>(coarse).empty());
}

TEST_CASE("a violation names kernel, precision, dimension and entry", "[kernel]") {
  const Spoilt diagonal([](double value, const Place&) { return value; },
                        [](double value) { return value * 0.5; });
  REQUIRE_THAT(check_kernel_contract<float>(diagonal, own_kernel).front(),
               Catch::Equals("spoilt, float, d = 5: the diagonal of K is not BoundKernel::diagonal "
                             "(n = 1), 1 is expected: entry (0, 0) is 0.5"));
}
