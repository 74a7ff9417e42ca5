// A kernel of your own in ten lines, and one from a lambda; both get blocking, threads, symmetry.
#include <cmath>
#include <cstdio>
#include <mercer/mercer.hpp>
#include <mercer/testing/kernel_contract.hpp>

using namespace mercer;

// k(x, y) = 1 / sqrt(1 + ||x - y||^2 / c^2): the inverse multiquadric.
class InverseMultiquadric final
    : public PairwiseKernel<InverseMultiquadric, Statistic::squared_distance> {
 public:
  explicit InverseMultiquadric(double c) : c_(require_positive("InverseMultiquadric: c", c)) {}
  template <class T>
  T operator()(T d2) const {
    return 1 / std::sqrt(1 + d2 / T(c_ * c_));
  }
  std::string expression() const override {
    return expression_of("inverse_multiquadric", {{"c", c_}});
  }

 private:
  double c_;
};

int main() {
  arma::arma_rng::set_seed(1);
  const arma::mat X(5, 1000, arma::fill::randn);
  const arma::mat K = gram(InverseMultiquadric(2), X);

  const auto lambda = make_kernel<Statistic::squared_distance>(
      "inverse_multiquadric", [](auto d2) { return 1 / std::sqrt(1 + d2 / 4); });
  std::printf("%s\nlambda kernel differs by %g\n", InverseMultiquadric(2).expression().c_str(),
              arma::abs(K - gram(lambda, X)).max());

  // The contract suite that every kernel of the library passes, for yours as well.
  const auto violations = check_kernel_contract<double>(lambda, {.text_form = false});
  std::printf("contract violations: %zu\n", violations.size());

  try {
    InverseMultiquadric(-1);
  } catch (const std::invalid_argument& error) {
    std::printf("%s\n", error.what());
  }
}

// Output:
// inverse_multiquadric(c=2)
// lambda kernel differs by 0
// contract violations: 0
// InverseMultiquadric: c must be finite and positive, is -1
