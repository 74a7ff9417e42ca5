// The checks of public doors: each message names function, argument, rule and value.
#pragma once

#include <string>

#include "mercer/core/types.hpp"

namespace mercer {

/// The shortest decimal that reads back to the same double: 0.1, 1e-09, inf.
std::string shortest(double value);

/// Returns value, or throws std::invalid_argument "<what> must be finite and positive, is -1".
double require_positive(const char* what, double value);

/// Returns value, or throws std::invalid_argument "<what> must be finite and at least 0, is -1".
double require_non_negative(const char* what, double value);

/// Returns value, or throws std::invalid_argument "<what> must be finite, is nan".
double require_finite(const char* what, double value);

/// Throws "<where>: <name> must have 150 rows (<rule>), has 149".
void require_rows(const char* where, const char* name, index_t rows, index_t expected,
                  const char* rule);

/// Throws "<where>: <name> must have 150 columns (<rule>), has 149".
void require_columns(const char* where, const char* name, index_t columns, index_t expected,
                     const char* rule);

/// Throws NonFiniteError if M holds a NaN or an infinity.
template <class T>
void require_finite(const char* where, const char* name, const Mat<T>& M);

/// Throws "<where>: X is empty (d x n, one column per point): it has 4 rows and 0 columns".
template <class T>
void require_points(const char* where, const char* name, const Mat<T>& X);

}  // namespace mercer
