#include "model/class_signs.hpp"

#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"

namespace mercer {

arma::ivec classes_in(const char* where, const arma::ivec& labels, index_t points) {
  require_rows(where, "labels", labels.n_elem, points, "one per point");
  arma::ivec classes = arma::unique(labels);
  if (classes.n_elem < 2) {
    throw std::invalid_argument(std::string(where) + ": labels must have two classes, have " +
                                std::to_string(classes.n_elem));
  }
  return classes;
}

index_t problem_count(const arma::ivec& classes) {
  return classes.n_elem == 2 ? 1 : classes.n_elem;
}

Col<double> signs_of(const arma::ivec& labels, const arma::ivec& classes, index_t problem) {
  const arma::sword positive = classes(classes.n_elem == 2 ? 1 : problem);
  Col<double> signs(labels.n_elem);
  for (index_t i = 0; i < labels.n_elem; ++i) signs(i) = labels(i) == positive ? 1 : -1;
  return signs;
}

}  // namespace mercer
