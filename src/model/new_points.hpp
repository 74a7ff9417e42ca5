// The check of points that a fitted model is to predict.
#pragma once

#include <string>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/tile/points.hpp"

namespace mercer {

/// Throws LogicError in the name of `where` if dim, that of the training points, is 0: the model
/// was fitted to an operator; std::invalid_argument unless X_new has dim features, all finite.
template <class T>
void require_new_points(const char* where, Points<T> X_new, index_t dim) {
  if (dim == 0) {
    throw LogicError(std::string(where) + ": the model was fitted to an operator; give it K_new");
  }
  require_rows(where, "X_new", X_new.dim(), dim, "one per feature; one column per point");
  require_finite(where, "X_new", X_new);
}

}  // namespace mercer
