#include <cmath>
#include <cstdio>
#include <mercer/mercer.hpp>

int main() {
  const arma::mat X = {{0.0, 1.0, 2.0}};  // three points of one feature
  const arma::vec y = {0.0, 1.0, 4.0};
  mercer::KernelRidge model(mercer::Rbf(0.5), {.lambda = 1e-9});
  if (!model.fit(X, y)) return 1;
  const arma::mat predicted = model.predict(X);
  std::printf("%.3f %.3f %.3f\n", predicted(0, 0), predicted(1, 0), predicted(2, 0));
  return std::abs(predicted(2, 0) - 4) < 1e-6 ? 0 : 1;
}
