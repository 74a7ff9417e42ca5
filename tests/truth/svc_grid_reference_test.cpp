// Cross-validated accuracies against scikit-learn's, see datasets/reference/make_svc_grid.py.
#include <cmath>
#include <map>
#include <string>

#include "mercer/selection/svc_grid.hpp"
#include "support/catch.hpp"
#include "support/reference.hpp"

using namespace mercer;

TEMPLATE_TEST_CASE("grids have scikit-learn's cross-validated accuracies", "[truth][selection]",
                   float, double) {
  using T = TestType;
  const std::string name = GENERATE("ionosphere", "breast_cancer", "wine", "sensor");
  CAPTURE(name);
  const Dataset<T> data = load_csv<T>(test::dataset_path(name + ".csv"), {.target = "target"});
  const Mat<T> X = Scaler<T>::standardise(data.X).apply(data.X);
  const index_t n = X.n_cols;
  arma::uvec fold_of(n);
  for (index_t i = 0; i < n; ++i) fold_of(i) = i % 5;
  std::vector<double> gammas, C;
  const auto place = [](std::vector<double>& values, double value) {
    const auto found = std::find(values.begin(), values.end(), value);
    if (found != values.end()) return static_cast<index_t>(found - values.begin());
    values.push_back(value);
    return static_cast<index_t>(values.size() - 1);
  };
  struct Row {
    index_t kernel, C;
    double right, near;
  };
  std::vector<Row> rows;
  for (auto& row : test::read_table("reference/svc_grid.csv")) {
    if (row["name"] != name) continue;
    rows.push_back({place(gammas, std::stod(row["gamma"])), place(C, std::stod(row["C"])),
                    std::stod(row["right"]), std::stod(row["near"])});
  }
  REQUIRE(rows.size() == 16);
  const SvcGrid grid =
      svc_grid(rbf_kernels(gammas), X, class_codes(data.y), C, {.fold_of = fold_of});
  REQUIRE(grid.report);
  for (const Row& row : rows) {
    CAPTURE(gammas[row.kernel], C[row.C], row.right);
    const double right = grid.accuracy(row.kernel, row.C) * static_cast<double>(n);
    CHECK(std::abs(right - row.right) <= row.near + 1e-6);
  }
}
