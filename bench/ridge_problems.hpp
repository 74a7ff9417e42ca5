// The problems that kernel ridge regression is timed on.
#pragma once

#include <algorithm>
#include <cmath>
#include <mercer/mercer.hpp>
#include <string>

namespace bench {

struct RidgeProblem {
  arma::mat X, Y;          // d x n, n x t
  arma::mat X_new, Y_new;  // d x m, m x t: to predict
  double gamma = 0.1, lambda = 1e-2;
  bool is_classification = false;  // outputs of +1 and -1, one per class

  /// The share of X_new whose class is right, or the root of the mean squared error.
  double quality(const arma::mat& predicted) const {
    if (!is_classification) return mercer::rmse<double>(Y_new, predicted);
    const arma::ucolvec wrong = arma::index_max(Y_new, 1) != arma::index_max(predicted, 1);
    return 1 - arma::mean(arma::conv_to<arma::vec>::from(wrong));
  }

  /// The least deviation of an output: the unit of errors.
  double deviation() const { return arma::min(arma::stddev(Y, 1, 0)); }
};

// y = sin x_1 + 0.1 e, ten normal features.
inline RidgeProblem generated_ridge(arma::uword n) {
  RidgeProblem out;
  const auto fill = [](arma::mat& X, arma::mat& Y, arma::uword count, std::uint64_t stream) {
    mercer::Random random(1, stream);
    X.set_size(10, count);
    Y.set_size(count, 1);
    for (double& x : X) x = random.normal();
    for (arma::uword i = 0; i < count; ++i) Y(i) = std::sin(X(0, i)) + 0.1 * random.normal();
  };
  fill(out.X, out.Y, n, 0);
  fill(out.X_new, out.Y_new, 2000, 1);
  return out;
}

// name: generated, letter (first rows for training, scaled to [-1, 1]; an output per class) or
// diamonds (n random rows, standardised); data: the folder with the bundled sets.
inline RidgeProblem ridge_problem(const std::string& name, arma::uword n, const std::string& data) {
  using namespace mercer;
  if (name == "generated") return generated_ridge(n);
  const auto all = load_csv<double>(data + "/" + name + ".csv", {.target = "target"});
  const index_t rows = all.X.n_cols;
  const bool is_letter = name == "letter";
  const double share = (static_cast<double>(n) + 0.5) / static_cast<double>(rows);
  const Split split = is_letter ? split_first(rows, n) : split_random(rows, share, 1);
  const auto train = take(all, split.train), test = take(all, split.test);
  const auto scaler =
      is_letter ? Scaler<double>::to_signed_unit(train.X) : Scaler<double>::standardise(train.X);
  RidgeProblem out;
  out.X = scaler.apply(train.X);
  out.X_new = scaler.apply(test.X);
  out.Y = train.y;
  out.Y_new = test.y;
  out.gamma = is_letter ? 4 : 1.0 / static_cast<double>(all.X.n_rows);
  if (is_letter) {
    const auto signs = [](const arma::vec& y) {
      arma::mat Y(y.n_elem, 26);
      Y.fill(-1);
      for (index_t i = 0; i < y.n_elem; ++i) Y(i, static_cast<index_t>(y(i))) = 1;
      return Y;
    };
    out.is_classification = true;
    out.Y = signs(train.y);
    out.Y_new = signs(test.y);
  }
  return out;
}

}  // namespace bench
