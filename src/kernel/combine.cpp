#include "mercer/kernel/combine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "mercer/tile/math.hpp"
#include "mercer/tile/statistic.hpp"

namespace mercer {
namespace {

template <class T>
constexpr double unit_roundoff = std::numeric_limits<T>::epsilon() / 2.0;

struct Add {
  template <class T>
  static void apply(std::span<T> a, std::span<const T> b) {
    math::add(a, b);
  }
  // Both operands are positive, so that neither error grows.
  static double error(double a, double b, double u) { return std::fmax(a, b) * (1 + u) + u; }
};
struct Multiply {
  template <class T>
  static void apply(std::span<T> a, std::span<const T> b) {
    math::multiply(a, b);
  }
  static double error(double a, double b, double u) { return (1 + a) * (1 + b) * (1 + u) - 1; }
};

// left(x, y) op right(x, y): the right one is computed beside the tile.
template <class Operation, class T>
class BoundPair final : public BoundKernel<T> {
 public:
  BoundPair(const Kernel& left, const Kernel& right, Points<T> X, Points<T> Y)
      : column_step_(column_step(X.dim()) / 2) {
    std::tie(X, Y) = sharing(X, Y);
    left_ = left.bind(X, Y);
    right_ = right.bind(X, Y);
  }

  // Few columns at a time, half of what one kernel takes: what it leaves in cache (statistics among
  // it), the next one finds.
  void fill(Range rows, Range cols, Tile<T> out, Scratch& scratch) const override {
    const index_t step = column_step_;
    const index_t stride = padded_stride<T>(rows.size());
    const auto lease = scratch.lease<T>(stride * std::min(step, cols.size()));
    for (index_t begin = cols.begin; begin < cols.end; begin += step) {
      const Range some{begin, std::min(begin + step, cols.end)};
      const Tile<T> target{out.column(begin - cols.begin), out.rows, some.size(), out.stride};
      const Tile<T> other{lease.data(), out.rows, some.size(), stride};
      left_->fill(rows, some, target, scratch);
      right_->fill(rows, some, other, scratch);
      for (index_t j = 0; j < some.size(); ++j) {
        combine(target.column(j), other.column(j), rows.size());
      }
    }
  }

  void diagonal(Range points, T* out) const override {
    left_->diagonal(points, out);
    std::vector<T> other(points.size());
    right_->diagonal(points, other.data());
    combine(out, other.data(), points.size());
  }

  double entry_error() const override {
    const double a = left_->entry_error();
    const double b = right_->entry_error();
    return std::isnan(a + b) ? a + b : Operation::error(a, b, unit_roundoff<T>);
  }

 private:
  static void combine(T* out, const T* other, index_t count) {
    Operation::apply(std::span<T>(out, count), std::span<const T>(other, count));
  }

  index_t column_step_;
  std::unique_ptr<BoundKernel<T>> left_;
  std::unique_ptr<BoundKernel<T>> right_;
};

// map(inner(x, y)), in place and column by column.
template <class Map, class T>
class BoundMapped final : public BoundKernel<T> {
 public:
  BoundMapped(const Kernel& inner, Map map, Points<T> X, Points<T> Y)
      : inner_(inner.bind(X, Y)), map_(map) {}

  void fill(Range rows, Range cols, Tile<T> out, Scratch& scratch) const override {
    inner_->fill(rows, cols, out, scratch);
    for (index_t j = 0; j < cols.size(); ++j) map_(std::span<T>(out.column(j), rows.size()));
  }

  void diagonal(Range points, T* out) const override {
    inner_->diagonal(points, out);
    map_(std::span<T>(out, points.size()));
  }

  double entry_error() const override { return map_.error(inner_->entry_error()); }

 private:
  std::unique_ptr<BoundKernel<T>> inner_;
  Map map_;
};

template <class T>
struct Scale {
  T scale;
  void operator()(std::span<T> k) const { math::scale(k, scale); }
  // The scale is rounded to T, then the product.
  double error(double inner) const { return inner + 2 * unit_roundoff<T> * (1 + inner); }
};

template <class T>
struct Power {
  int exponent;
  void operator()(std::span<T> k) const { math::power(k, T(1), T(0), exponent); }
  double error(double inner) const {
    return std::expm1(exponent * (std::log1p(inner) + unit_roundoff<T>));
  }
};

template <class T>
std::unique_ptr<BoundKernel<T>> bind_scaled(const ScaledKernel& kernel, Points<T> X, Points<T> Y) {
  return std::make_unique<BoundMapped<Scale<T>, T>>(kernel.inner(),
                                                    Scale<T>{static_cast<T>(kernel.scale())}, X, Y);
}

template <class T>
std::unique_ptr<BoundKernel<T>> bind_power(const KernelPower& kernel, Points<T> X, Points<T> Y) {
  return std::make_unique<BoundMapped<Power<T>, T>>(kernel.inner(), Power<T>{kernel.exponent()}, X,
                                                    Y);
}

// True if the text of a kernel has " + " (or " * ", if asked) outside all brackets.
bool has_top_level(std::string_view text, std::string_view operators) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(' || text[i] == '[') ++depth;
    if (text[i] == ')' || text[i] == ']') --depth;
    const bool spaced = i > 0 && i + 1 < text.size() && text[i - 1] == ' ' && text[i + 1] == ' ';
    if (depth == 0 && spaced && operators.find(text[i]) != std::string_view::npos) return true;
  }
  return false;
}

// The text of an operand, in brackets if the operators in it bind too loosely.
std::string operand(const Kernel& kernel, std::string_view loose_operators) {
  std::string text = kernel.expression();
  return has_top_level(text, loose_operators) ? '(' + text + ')' : text;
}

}  // namespace

std::unique_ptr<BoundKernel<double>> KernelSum::bind(Points<double> X, Points<double> Y) const {
  return std::make_unique<BoundPair<Add, double>>(left(), right(), X, Y);
}
std::unique_ptr<BoundKernel<float>> KernelSum::bind(Points<float> X, Points<float> Y) const {
  return std::make_unique<BoundPair<Add, float>>(left(), right(), X, Y);
}
std::unique_ptr<Kernel> KernelSum::clone() const { return std::make_unique<KernelSum>(*this); }
std::string KernelSum::expression() const {
  return left_->expression() + " + " + operand(right_, "+");
}

std::unique_ptr<BoundKernel<double>> KernelProduct::bind(Points<double> X, Points<double> Y) const {
  return std::make_unique<BoundPair<Multiply, double>>(left(), right(), X, Y);
}
std::unique_ptr<BoundKernel<float>> KernelProduct::bind(Points<float> X, Points<float> Y) const {
  return std::make_unique<BoundPair<Multiply, float>>(left(), right(), X, Y);
}
std::unique_ptr<Kernel> KernelProduct::clone() const {
  return std::make_unique<KernelProduct>(*this);
}
std::string KernelProduct::expression() const {
  return operand(left_, "+") + " * " + operand(right_, "+*");
}

std::unique_ptr<BoundKernel<double>> ScaledKernel::bind(Points<double> X, Points<double> Y) const {
  return bind_scaled(*this, X, Y);
}
std::unique_ptr<BoundKernel<float>> ScaledKernel::bind(Points<float> X, Points<float> Y) const {
  return bind_scaled(*this, X, Y);
}
std::unique_ptr<Kernel> ScaledKernel::clone() const {
  return std::make_unique<ScaledKernel>(*this);
}
std::string ScaledKernel::expression() const {
  return shortest(scale_) + " * " + operand(inner_, "+*");
}

std::unique_ptr<BoundKernel<double>> KernelPower::bind(Points<double> X, Points<double> Y) const {
  return bind_power(*this, X, Y);
}
std::unique_ptr<BoundKernel<float>> KernelPower::bind(Points<float> X, Points<float> Y) const {
  return bind_power(*this, X, Y);
}
std::unique_ptr<Kernel> KernelPower::clone() const { return std::make_unique<KernelPower>(*this); }
std::string KernelPower::expression() const {
  return "pow(" + inner_->expression() + ", " + std::to_string(exponent_) + ')';
}

KernelSum operator+(const Kernel& left, const Kernel& right) { return {left, right}; }
KernelProduct operator*(const Kernel& left, const Kernel& right) { return {left, right}; }
ScaledKernel operator*(double scale, const Kernel& kernel) { return {scale, kernel}; }
ScaledKernel operator*(const Kernel& kernel, double scale) { return {scale, kernel}; }
KernelPower pow(const Kernel& kernel, int exponent) { return {kernel, exponent}; }

}  // namespace mercer
