// Named parameters, and where a search looks for them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

struct Parameter {
  std::string name;
  std::variant<double, std::string> value;
  bool operator==(const Parameter&) const = default;
};

/// The parameters of one model, by their names.
class Parameters {
 public:
  /// Throws std::invalid_argument if a name comes twice or is no identifier.
  explicit Parameters(std::vector<Parameter> all);

  bool has(std::string_view name) const;

  /// Throws std::invalid_argument if there is no number, or no text, of this name.
  double number(std::string_view name) const;
  const std::string& text(std::string_view name) const;

  /// The number, or other if there is none.
  double number_or(std::string_view name, double other) const;

  /// parse_kernel(text(name)).
  AnyKernel kernel(std::string_view name = "kernel") const;

  /// "kernel=rbf(gamma=0.5), C=8"; numbers are the shortest decimals that read back to the same.
  /// A number that a text has as name=value, as it has gamma here, is not told twice.
  std::string expression() const;

  const std::vector<Parameter>& all() const { return all_; }
  bool operator==(const Parameters&) const = default;

 private:
  const Parameter* find(std::string_view name) const;
  std::vector<Parameter> all_;
};

/// One parameter and the values that it may have.
struct Dimension {
  std::string name;
  std::vector<double> numbers = {};     // one of these,
  std::vector<std::string> texts = {};  // or one of these,
  double low = 0;                       // or, if both are empty, between the two
  double high = 0;
  bool is_logarithmic = false;

  static Dimension of_numbers(std::string name, std::vector<double> values);

  /// In a text, $gamma stands for the number of that name: "rbf(gamma=$gamma)".
  static Dimension of_texts(std::string name, std::vector<std::string> values);

  /// As likely everywhere in [low, high), or its logarithm is.
  static Dimension uniform(std::string name, double low, double high);
  static Dimension log_uniform(std::string name, double low, double high);
};

/// The parameters of a search:
///
///     const SearchSpace space({
///         Dimension::of_texts("kernel", {"linear()", "rbf(gamma=$gamma)"}),
///         Dimension::log_uniform("gamma", 1e-3, 10),
///         Dimension::of_numbers("C", powers(1, 2, 10))});
///
/// A parameter that a text names with $ belongs to the texts that do: others come without it, so
/// that linear() is tried once for each C.
class SearchSpace {
 public:
  /// Throws std::invalid_argument if there is no dimension, one has no value, its name comes twice
  /// or is no identifier, a range is empty or, with logarithms, not positive, or a $ names no
  /// number.
  explicit SearchSpace(std::vector<Dimension> dimensions);

  /// All combinations, the last dimension running fastest. Throws std::invalid_argument if one is
  /// a range.
  std::vector<Parameters> grid() const;

  /// count of them at random, each once; fewer if 20 count draws find no more. The first ones are
  /// the same for any count. Numbers of ranges have six digits, more where the range needs them.
  std::vector<Parameters> random(index_t count, std::uint64_t seed) const;

  const std::vector<Dimension>& dimensions() const { return dimensions_; }

 private:
  // With the numbers in the place of their names; values[d] is of dimension d.
  Parameters resolved(const std::vector<Parameter>& values) const;

  std::vector<Dimension> dimensions_;
};

}  // namespace mercer
