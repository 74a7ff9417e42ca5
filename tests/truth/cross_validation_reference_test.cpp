// Scores of folds against scikit-learn's, see datasets/reference/make_cross_validation.py.
#include <cmath>
#include <map>
#include <string>
#include <tuple>

#include "mercer/kernel/rbf.hpp"
#include "mercer/model/one_class_svm.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/model/svr.hpp"
#include "mercer/selection/cross_validation.hpp"
#include "support/catch.hpp"
#include "support/reference.hpp"

using namespace mercer;

namespace {

AnyEstimator<double> model_named(const std::string& name) {
  const Rbf kernel(0.05);
  if (name == "svc") return Svc<double>(kernel, {.C = 4, .tolerance = 1e-7});
  if (name == "svr") return Svr<double>(kernel, {.C = 4, .epsilon = 0.1, .tolerance = 1e-7});
  if (name == "ridge") return KernelRidge<double>(kernel, {.lambda = 0.1, .centre_target = false});
  if (name == "gp") {
    return GaussianProcess<double>(Rbf::from_sigma(2), {.noise = 0.1, .centre_target = false});
  }
  REQUIRE(name == "one_class");
  return OneClassSvm<double>(kernel, {.nu = 0.2, .tolerance = 1e-9});
}

Scaling scaling_named(const std::string& name) {
  if (name == "standardise") return Scaling::standardise;
  if (name == "min_max") return Scaling::min_max;
  return name == "signed_unit" ? Scaling::signed_unit : Scaling::none;
}

}  // namespace

TEST_CASE("cross-validation has scikit-learn's scores of each fold", "[truth][selection]") {
  std::map<std::tuple<std::string, std::string, std::string, std::string>, arma::vec> theirs;
  index_t rows = 0;
  for (auto& row : test::read_table("reference/cross_validation.csv")) {
    arma::vec& folds = theirs[{row["name"], row["model"], row["scaling"], row["score"]}];
    folds.resize(5);
    folds(index_t(std::stoi(row["fold"]))) = std::stod(row["value"]);
    ++rows;
  }
  REQUIRE(rows == 205);
  for (const auto& [key, folds] : theirs) {
    const auto& [name, model, scaling, score] = key;
    CAPTURE(name, model, scaling, score);
    const auto data = load_csv<double>(test::dataset_path(name + ".csv"), {.target = "target"});
    arma::uvec fold_of(data.X.n_cols);
    for (index_t i = 0; i < fold_of.n_elem; ++i) fold_of(i) = i % 5;
    const bool is_regression = name == "diabetes";
    arma::ivec labels = is_regression ? arma::ivec() : class_codes(data.y);
    if (model == "one_class")
      labels = 2 * arma::conv_to<arma::ivec>::from(labels == labels.max()) - 1;
    const CrossValidation ours = cross_validate(
        model_named(model), data.X, is_regression ? Targets(data.y) : Targets(labels),
        Folds(fold_of), {.scores = {score_named(score)}, .scaling = scaling_named(scaling)});
    REQUIRE(ours.report);
    const bool is_solved = model == "ridge" || model == "gp";
    CHECK(arma::abs(ours.scores[0].folds / folds - 1).max() < (is_solved ? 1e-9 : 1e-5));
  }
}
