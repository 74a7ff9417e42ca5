// Tables written as CSV.
#pragma once

#include <string>
#include <vector>

#include "mercer/data/dataset.hpp"

namespace mercer {

/// Writes one line per point, its features and then its target, if there is one. The first line has
/// the names, if the data set has some; a target without a name is "target" then. A target that
/// layout.class_names tells to be words is written as words; categories are written as their
/// features, 0 or 1.
///
/// Numbers are the shortest decimals that load_csv reads back to the same bits; names that hold a
/// comma, a quote or a blank at an end are quoted. The path "-" is the standard output; a file that
/// is there is replaced when the new one is complete. Throws std::invalid_argument if X is empty,
/// names and features, or points and targets, differ in number, a name holds a line end, or a class
/// has no name; ParseError if the file cannot be written.
template <class T>
void save_csv(const std::string& path, const Dataset<T>& data);

/// Writes one line per row of M, below the names of its columns, if there are any.
template <class T>
void save_csv(const std::string& path, const Mat<T>& M, const std::vector<std::string>& names = {});

/// A name or another word as a field that load_csv reads back: in quotes if it holds a separator, a
/// blank or a quote. Throws std::invalid_argument if it holds a line end.
std::string csv_field(const std::string& word);

}  // namespace mercer
