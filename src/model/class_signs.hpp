// Integer class codes as problems of two classes.
#pragma once

#include "mercer/core/types.hpp"

namespace mercer {

/// The class codes, ascending. Throws std::invalid_argument "<where>: labels must have ..." unless
/// there is a code per point and at least two of them differ.
arma::ivec classes_in(const char* where, const arma::ivec& labels, index_t points);

/// 1 for two classes, else their number.
index_t problem_count(const arma::ivec& classes);

/// +1 for the class of the problem, the second of two, and -1 for the rest.
Col<double> signs_of(const arma::ivec& labels, const arma::ivec& classes, index_t problem);

}  // namespace mercer
