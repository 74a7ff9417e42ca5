// Models that went through a file, and data to fit them to.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <variant>

#include "mercer/model/model_file.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/random_points.hpp"
#include "support/temporary_file.hpp"

namespace mercer::test {

inline std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

/// The model out of its file, which is what that model writes again.
template <class Model>
Model saved_and_loaded(const Model& model, const ModelContext& context = {}) {
  const TemporaryFile file, again;
  save_model(file.path(), model, context);
  Model loaded = load_model<Model>(file.path());
  save_model(again.path(), loaded, context);
  const std::string text = content_of(file.path());
  REQUIRE(text == content_of(again.path()));
  const LoadedModel any = load_any_model(file.path());
  REQUIRE(std::holds_alternative<Model>(any.model));
  return loaded;
}

/// 60 points of 3 features with labels of two and four classes, outputs and weights; 25 new points.
template <class T>
struct Problem {
  Mat<T> X = random_points<T>(3, 60, 1), X_new = random_points<T>(3, 25, 2);
  arma::ivec two = noisy_classes(X, 2, -1, 3), four = noisy_classes(X, 4, 10, 3);
  Col<double> y =
      arma::conv_to<Col<double>>::from(X.row(0).t()) + 0.1 * random_points<double>(60, 1, 4);
  Col<double> weights = 0.5 + arma::abs(random_points<double>(60, 1, 5));
};

}  // namespace mercer::test
