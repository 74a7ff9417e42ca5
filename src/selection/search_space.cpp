#include "mercer/selection/search_space.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <set>
#include <stdexcept>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/random.hpp"
#include "mercer/kernel/parameter.hpp"
#include "mercer/kernel/parse.hpp"

namespace mercer {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument("SearchSpace: " + what);
}

bool in_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Calls piece(text) for what is as it stands, and name(text) for what follows a $.
template <class Piece, class Name>
void split_at_names(std::string_view text, Piece piece, Name name) {
  while (!text.empty()) {
    const std::size_t dollar = std::min(text.find('$'), text.size());
    piece(text.substr(0, dollar));
    if (dollar == text.size()) return;
    std::size_t end = dollar + 1;
    while (end < text.size() && in_name(text[end])) ++end;
    name(text.substr(dollar + 1, end - dollar - 1));
    text.remove_prefix(end);
  }
}

std::set<std::string> names_in(std::string_view text) {
  std::set<std::string> out;
  split_at_names(
      text, [](auto) {}, [&](std::string_view name) { out.emplace(name); });
  return out;
}

bool is_range(const Dimension& dimension) {
  return dimension.numbers.empty() && dimension.texts.empty();
}

void require_values(const Dimension& dimension) {
  for (const double value : dimension.numbers) {
    require_finite(("SearchSpace: a value of " + dimension.name).c_str(), value);
  }
  if (!is_range(dimension)) return;
  const double low = dimension.low, high = dimension.high;
  if (!std::isfinite(low) || !std::isfinite(high) || !(low < high) ||
      (dimension.is_logarithmic && !(low > 0))) {
    refuse(dimension.name + " must have values, or a range with low < high" +
           (dimension.is_logarithmic ? " and low > 0" : "") + ", has " + shortest(low) + " and " +
           shortest(high));
  }
}

// Whether a text among them has "name=value" already.
bool is_shown(const std::vector<Parameter>& all, const std::string& equation) {
  return std::any_of(all.begin(), all.end(), [&](const Parameter& own) {
    const auto* text = std::get_if<std::string>(&own.value);
    if (text == nullptr) return false;
    for (auto at = text->find(equation); at != text->npos; at = text->find(equation, at + 1)) {
      const std::size_t end = at + equation.size();
      const bool begins = at == 0 || !in_name((*text)[at - 1]);
      if (begins && (end == text->size() || (*text)[end] == ',' || (*text)[end] == ')'))
        return true;
    }
    return false;
  });
}

// With six digits, or as many more as tell values in a range apart that is so much smaller.
double rounded(double value, double range) {
  const double more = std::floor(std::log10(std::abs(value) / range));
  const int digits = 6 + (more > 0 ? static_cast<int>(std::min(more, 11.0)) : 0);
  char text[40];
  const char* end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits).ptr;
  std::from_chars(text, end, value);
  return value;
}

Parameter drawn(const Dimension& dimension, double u) {
  const auto place = [&](std::size_t size) {
    return std::min(size - 1, static_cast<std::size_t>(u * static_cast<double>(size)));
  };
  if (!dimension.texts.empty()) {
    return {dimension.name, dimension.texts[place(dimension.texts.size())]};
  }
  if (!dimension.numbers.empty()) {
    return {dimension.name, dimension.numbers[place(dimension.numbers.size())]};
  }
  const double low = dimension.low, high = dimension.high;
  const double value =
      dimension.is_logarithmic ? low * std::exp(u * std::log(high / low)) : low + u * (high - low);
  const double range = dimension.is_logarithmic ? value : high - low;
  return {dimension.name, std::clamp(rounded(value, range), low, high)};
}

}  // namespace

Parameters::Parameters(std::vector<Parameter> all) : all_(std::move(all)) {
  for (auto own = all_.begin(); own != all_.end(); ++own) {
    require_identifier("Parameters: a name", own->name);
    if (std::any_of(all_.begin(), own, [&](const auto& p) { return p.name == own->name; })) {
      throw std::invalid_argument("Parameters: the name " + own->name + " comes twice");
    }
  }
}

const Parameter* Parameters::find(std::string_view name) const {
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&](const Parameter& p) { return p.name == name; });
  return found == all_.end() ? nullptr : &*found;
}

bool Parameters::has(std::string_view name) const { return find(name) != nullptr; }

double Parameters::number(std::string_view name) const {
  const Parameter* own = find(name);
  if (own == nullptr || !std::holds_alternative<double>(own->value)) {
    throw std::invalid_argument("Parameters::number: there is no number " + std::string(name) +
                                " in \"" + expression() + '"');
  }
  return std::get<double>(own->value);
}

double Parameters::number_or(std::string_view name, double other) const {
  return has(name) ? number(name) : other;
}

const std::string& Parameters::text(std::string_view name) const {
  const Parameter* own = find(name);
  if (own == nullptr || !std::holds_alternative<std::string>(own->value)) {
    throw std::invalid_argument("Parameters::text: there is no text " + std::string(name) +
                                " in \"" + expression() + '"');
  }
  return std::get<std::string>(own->value);
}

AnyKernel Parameters::kernel(std::string_view name) const { return parse_kernel(text(name)); }

std::string Parameters::expression() const {
  std::string out;
  for (const Parameter& p : all_) {
    const double* number = std::get_if<double>(&p.value);
    const std::string equation =
        p.name + '=' + (number != nullptr ? shortest(*number) : std::get<std::string>(p.value));
    if (number != nullptr && is_shown(all_, equation)) continue;
    out += (out.empty() ? "" : ", ") + equation;
  }
  return out;
}

Dimension Dimension::of_numbers(std::string name, std::vector<double> values) {
  return {.name = std::move(name), .numbers = std::move(values)};
}
Dimension Dimension::of_texts(std::string name, std::vector<std::string> values) {
  return {.name = std::move(name), .texts = std::move(values)};
}
Dimension Dimension::uniform(std::string name, double low, double high) {
  return {.name = std::move(name), .low = low, .high = high};
}
Dimension Dimension::log_uniform(std::string name, double low, double high) {
  return {.name = std::move(name), .low = low, .high = high, .is_logarithmic = true};
}

SearchSpace::SearchSpace(std::vector<Dimension> dimensions) : dimensions_(std::move(dimensions)) {
  if (dimensions_.empty()) refuse("there is no parameter");
  std::set<std::string> names, numbers;
  for (const Dimension& dimension : dimensions_) {
    require_identifier("SearchSpace: a name", dimension.name);
    require_values(dimension);
    if (!names.insert(dimension.name).second) {
      refuse("the name " + dimension.name + " comes twice");
    }
    if (dimension.texts.empty()) numbers.insert(dimension.name);
  }
  for (const Dimension& dimension : dimensions_) {
    for (const std::string& text : dimension.texts) {
      for (const std::string& name : names_in(text)) {
        if (!numbers.contains(name)) {
          refuse('"' + text + "\" names $" + name + ", which is no number of the space");
        }
      }
    }
  }
}

Parameters SearchSpace::resolved(const std::vector<Parameter>& values) const {
  std::set<std::string> belong, wanted;  // to some text; to the texts that are chosen
  for (std::size_t d = 0; d < dimensions_.size(); ++d) {
    for (const std::string& text : dimensions_[d].texts) belong.merge(names_in(text));
    if (const auto* text = std::get_if<std::string>(&values[d].value)) {
      wanted.merge(names_in(*text));
    }
  }
  std::vector<Parameter> out;
  for (const Parameter& own : values) {
    if (belong.contains(own.name) && !wanted.contains(own.name)) continue;
    out.push_back(own);
    auto* text = std::get_if<std::string>(&out.back().value);
    if (text == nullptr) continue;
    std::string filled;
    split_at_names(
        std::get<std::string>(own.value), [&](std::string_view piece) { filled += piece; },
        [&](std::string_view name) {
          const auto number = std::find_if(values.begin(), values.end(),
                                           [&](const Parameter& p) { return p.name == name; });
          filled += shortest(std::get<double>(number->value));
        });
    *text = filled;
  }
  return Parameters(std::move(out));
}

std::vector<Parameters> SearchSpace::grid() const {
  std::size_t count = 1;
  for (const Dimension& dimension : dimensions_) {
    if (is_range(dimension)) refuse("a grid needs values of " + dimension.name + ", not a range");
    count *= dimension.numbers.size() + dimension.texts.size();
  }
  std::vector<Parameters> out;
  std::set<std::string> seen;
  for (std::size_t k = 0; k < count; ++k) {
    std::vector<Parameter> values(dimensions_.size());
    std::size_t rest = k;
    for (std::size_t d = dimensions_.size(); d-- > 0;) {
      const Dimension& own = dimensions_[d];
      const std::size_t size = own.numbers.size() + own.texts.size();
      const std::size_t place = rest % size;
      rest /= size;
      values[d].name = own.name;
      if (own.texts.empty()) {
        values[d].value = own.numbers[place];
      } else {
        values[d].value = own.texts[place];
      }
    }
    Parameters one = resolved(values);
    if (seen.insert(one.expression()).second) out.push_back(std::move(one));
  }
  return out;
}

std::vector<Parameters> SearchSpace::random(index_t count, std::uint64_t seed) const {
  std::vector<Parameters> out;
  std::set<std::string> seen;
  for (index_t draw = 0; draw < 20 * count && out.size() < count; ++draw) {
    Random random(seed, draw);
    std::vector<Parameter> values;
    for (const Dimension& dimension : dimensions_) {
      values.push_back(drawn(dimension, random.uniform()));
    }
    Parameters one = resolved(values);
    if (seen.insert(one.expression()).second) out.push_back(std::move(one));
  }
  return out;
}

}  // namespace mercer
