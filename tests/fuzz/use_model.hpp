// What must not crash with a model that was read.
#pragma once

#include <stdexcept>
#include <type_traits>
#include <variant>

#include "mercer/core/errors.hpp"
#include "mercer/model/model_file.hpp"

namespace mercer::test {

/// Predicts the class or value of two points. Models may say that they take no points, or that
/// their kernel overflows.
inline void use_model(const LoadedModel& loaded) {
  std::visit(
      [](const auto& model) {
        const auto predict = [&]<class T>(T) {
          index_t dim = 0;
          if constexpr (requires { model.dim(); }) {
            dim = model.dim();
          } else {
            return;
          }
          if (dim > 1000) return;
          const Mat<T> X(dim, 2, arma::fill::ones);
          try {
            (void)model.predict(X);
          } catch (const LogicError&) {
          } catch (const std::invalid_argument&) {
          }
        };
        if constexpr (requires { model.predict(Mat<double>()); }) {
          predict(double{});
        } else {
          predict(float{});
        }
      },
      loaded.model);
}

}  // namespace mercer::test
