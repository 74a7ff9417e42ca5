// What files hold, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

#include "cli/data_options.hpp"
#include "mercer/model/model_file.hpp"

namespace mercer::cli {

/// The estimator, its kernel, options and size; what the data must be; how the fit ended.
nlohmann::ordered_json describe(const LoadedModel& model);

/// Sizes, depth and range of an image.
nlohmann::ordered_json describe_image(const std::string& path);

/// Type, shape and range of a .npy array.
nlohmann::ordered_json describe_array(const std::string& path);

/// The arrays in an HDF5 file.
nlohmann::ordered_json describe_hdf5(const std::string& path);

/// Rows, columns with their ranges, missing values, classes of the target, and which columns might
/// be one.
nlohmann::ordered_json describe_table(const DataOptions& options);

/// The same for people: "name: value" lines, objects indented, a line for each object of a list.
void print_readable(std::ostream& out, const nlohmann::ordered_json& json, int indent = 0);

}  // namespace mercer::cli
