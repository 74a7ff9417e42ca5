// What `mercer tune` tries: values of parameters, as the command line gives them.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/fit_options.hpp"
#include "mercer/selection/search_space.hpp"

namespace mercer::cli {

/// The values of one parameter: a list, or a range whose values follow each other by one factor.
struct Values {
  std::vector<double> list = {};  // of a range with a count its values; empty without
  bool is_range = false;
  double low = 0;  // of a range
  double high = 0;
};

/// "0.1,1,10", "0.25:128:10" (from, to, count), or "0.25:128" for random searches. option: as the
/// message names it. Throws UsageError if the text is none of these, or a range is not positive.
Values parse_values(const std::string& option, const std::string& text);

/// --kernel, --C, --lambda, ... of tune.
class SpaceOptions {
 public:
  std::vector<std::string> kernels = {};
  std::string C = {}, lambda = {}, gamma = {}, nu = {}, epsilon = {};
  std::vector<std::string> ranges = {};  // NAME=VALUES

  void add_to(CLI::App& command);

  /// What is not given has the values that suit the task; gamma those around 1 / (d var X), C, nu
  /// and the others fixed ones. X: d x n, scaled as the models get it. is_random: ranges are drawn
  /// from. Throws UsageError if there is nothing to tune or a $ and a range do not match.
  SearchSpace space(Kind task, const Mat<double>& X, bool is_random) const;
};

/// fit with these parameters in place of its own.
FitOptions with(const FitOptions& fit, const Parameters& parameters);

}  // namespace mercer::cli
