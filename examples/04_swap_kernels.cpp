// Kernels chosen at run time from text: the model does not know which one it has.
#include <cstdio>
#include <mercer/mercer.hpp>
#include <string>
#include <vector>

using namespace mercer;

int main(int argc, char** argv) {
  std::vector<std::string> expressions(argv + 1, argv + argc);  // your own on the command line
  if (expressions.empty()) {
    expressions = {"linear()", "polynomial(degree=3, coef0=1)", "rbf(sigma=2)",
                   "0.5 * laplacian(gamma=0.1) + matern32(length=3)", "rbf(gamma=-1)"};
  }
  const std::string folder = MERCER_DATASETS;
  const auto data = load_csv<double>(folder + "/ionosphere.csv", {.target = "target"});
  const Split split = split_permutation(load_permutation(folder + "/perm_ionosphere.txt"), 0.8);
  const auto train = take(data, split.train);
  const auto test = take(data, split.test);

  for (const std::string& expression : expressions) {
    try {
      Svc svc(*parse_kernel(expression), {.C = 10});
      const Report report = svc.fit(train.X, class_codes(train.y));
      std::printf("%-50s %.1f %% right, %s\n", expression.c_str(),
                  100 * accuracy(class_codes(test.y), svc.predict(test.X)),
                  to_string(report.status).c_str());
    } catch (const std::invalid_argument& error) {
      std::printf("%s\n", error.what());
    }
  }
}

// Output:
// linear()                                           90.1 % right, converged
// polynomial(degree=3, coef0=1)                      88.7 % right, converged
// rbf(sigma=2)                                       94.4 % right, converged
// 0.5 * laplacian(gamma=0.1) + matern32(length=3)    95.8 % right, converged
// parse_kernel: Rbf: gamma must be finite and positive, is -1 at character 11
//   rbf(gamma=-1)
//             ^
