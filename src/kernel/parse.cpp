// Recursive descent over
//     sum     = product { "+" product }
//     product = factor { "*" factor }              at most one number, beside a kernel
//     factor  = number | "(" sum ")" | name "(" [ argument { "," argument } ] ")"
//     argument = [ parameter "=" ] value           what a value is, the table of kernels says
#include "mercer/kernel/parse.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kernel/edit_distance.hpp"
#include "kernel/text_cursor.hpp"
#include "mercer/core/check.hpp"
#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/cauchy.hpp"
#include "mercer/kernel/chi_squared.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/cosine.hpp"
#include "mercer/kernel/fixed.hpp"
#include "mercer/kernel/histogram_intersection.hpp"
#include "mercer/kernel/laplacian.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/periodic.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rational_quadratic.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/kernel/subset.hpp"

namespace mercer {
namespace {

using KernelPtr = std::unique_ptr<Kernel>;

enum class Kind { number, integer, numbers, indices, kernel };

struct Parameter {
  std::string_view name;
  Kind kind = Kind::number;
  std::optional<double> fallback = {};  // of numbers
};

// What the text gave for one parameter; the member that its kind says.
struct Value {
  std::size_t position = 0;             // in the text
  std::vector<std::size_t> items = {};  // the positions of a list's items
  double number = 0;
  int integer = 0;
  std::vector<double> numbers;
  std::vector<index_t> indices;
  KernelPtr kernel;
};

struct Entry {
  std::string_view name;
  std::vector<Parameter> parameters;
  KernelPtr (*make)(std::span<Value> values);
};

template <class K>
KernelPtr own(K kernel) {
  return std::make_unique<K>(std::move(kernel));
}

// A kernel constructed from nothing, one number or two.
template <class K>
KernelPtr make(std::span<Value> v) {
  if constexpr (std::is_constructible_v<K, double, double>) {
    return own(K(v[0].number, v[1].number));
  } else if constexpr (std::is_constructible_v<K, double>) {
    return own(K(v[0].number));
  } else {
    return own(K());
  }
}

// Every kernel with a text form: its name and its parameters, in the order of its constructor.
// Of entries with one name, the one that has the first parameter named in the text is taken.
const std::vector<Entry>& table() {
  using enum Kind;
  static const std::vector<Entry> entries = {
      {"linear", {}, make<Linear>},
      {"polynomial",
       {{"degree", integer}, {"gamma", number, 1.0}, {"coef0", number, 0.0}},
       [](std::span<Value> v) { return own(Polynomial(v[0].integer, v[1].number, v[2].number)); }},
      {"sigmoid", {{"gamma"}, {"coef0", number, 0.0}}, make<Sigmoid>},
      {"rbf", {{"gamma"}}, make<Rbf>},
      {"rbf", {{"sigma"}}, [](std::span<Value> v) { return own(Rbf::from_sigma(v[0].number)); }},
      {"laplacian", {{"gamma"}}, make<Laplacian>},
      {"matern12", {{"length"}}, make<Matern12>},
      {"matern32", {{"length"}}, make<Matern32>},
      {"matern52", {{"length"}}, make<Matern52>},
      {"rational_quadratic", {{"alpha"}, {"length"}}, make<RationalQuadratic>},
      {"periodic", {{"period"}, {"length"}}, make<Periodic>},
      {"cosine", {}, make<Cosine>},
      {"cauchy", {{"scale"}}, make<Cauchy>},
      {"chi_squared", {{"gamma"}}, make<ChiSquared>},
      {"histogram_intersection", {}, make<HistogramIntersection>},
      {"pow",
       {{"kernel", kernel}, {"exponent", integer}},
       [](std::span<Value> v) { return own(KernelPower(std::move(v[0].kernel), v[1].integer)); }},
      {"fixed",
       {{"kernel", kernel}},
       [](std::span<Value> v) { return own(FixedKernel(std::move(v[0].kernel))); }},
      {"ard",
       {{"weights", numbers}, {"kernel", kernel}},
       [](std::span<Value> v) { return own(Ard(v[0].numbers, std::move(v[1].kernel))); }},
      {"subset",
       {{"features", indices}, {"kernel", kernel}},
       [](std::span<Value> v) { return own(Subset(v[0].indices, std::move(v[1].kernel))); }},
  };
  return entries;
}

bool has_parameter(const Entry& entry, std::string_view name) {
  return std::any_of(entry.parameters.begin(), entry.parameters.end(),
                     [name](const Parameter& p) { return p.name == name; });
}

std::string usage(const Entry& entry) {
  std::string text = "usage: " + std::string(entry.name) + '(';
  const char* separator = "";
  for (const Parameter& parameter : entry.parameters) {
    text.append(separator).append(parameter.name);
    if (parameter.fallback) text += " = " + shortest(*parameter.fallback);
    separator = ", ";
  }
  return text + ')';
}

// "did you mean 'rbf'? known are linear, ..."
std::string known_kernels(std::string_view misspelt) {
  std::string known;
  std::string_view previous;
  std::string_view nearest;
  std::size_t distance = 3;  // beyond two edits a suggestion is a guess
  for (const Entry& entry : table()) {
    if (entry.name == previous) continue;
    known.append(known.empty() ? "known are " : ", ").append(entry.name);
    previous = entry.name;
    const std::size_t edits = edit_distance(misspelt, entry.name);
    if (edits < std::min(distance, entry.name.size())) {
      distance = edits;
      nearest = entry.name;
    }
  }
  return nearest.empty() ? known : "did you mean '" + std::string(nearest) + "'? " + known;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : cursor_(text) {}

  KernelPtr parse() {
    if (cursor_.at_end()) fail(cursor_.position(), "the text is empty");
    KernelPtr kernel = sum();
    if (cursor_.at(')')) fail(cursor_.position(), "')' without '('");
    if (!cursor_.at_end()) {
      fail(cursor_.position(), "unexpected " + cursor_.quoted() + " after a complete kernel");
    }
    return kernel;
  }

 private:
  static constexpr int most_levels = 100;
  static constexpr int most_operators = 1000;

  // A kernel, or a number that waits for one.
  struct Factor {
    std::size_t position;
    double number = 0;
    KernelPtr kernel;
  };

  // Counts the brackets that are open, so that hostile text cannot exhaust the stack.
  class Level {
   public:
    Level(Parser& parser, std::size_t position) : parser_(parser) {
      if (++parser_.levels_ > most_levels) {
        parser_.fail(position, "brackets nest more than 100 levels deep");
      }
    }
    ~Level() { --parser_.levels_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser& parser_;
  };

  KernelPtr sum() {
    KernelPtr left = product();
    while (accept_operator('+')) left = own(KernelSum(std::move(left), product()));
    return left;
  }

  KernelPtr product() {
    Factor left = factor();
    while (accept_operator('*')) {
      Factor right = factor();
      if (left.kernel && right.kernel) {
        left.kernel = own(KernelProduct(std::move(left.kernel), std::move(right.kernel)));
      } else if (left.kernel || right.kernel) {
        const Factor& number = left.kernel ? right : left;
        KernelPtr& scaled = left.kernel ? left.kernel : right.kernel;
        left.kernel = scale(number, std::move(scaled));
      } else {
        fail(right.position, "a number must multiply a kernel, not another number");
      }
    }
    if (!left.kernel) fail(left.position, "a number must multiply a kernel, as in 0.5 * linear()");
    return std::move(left.kernel);
  }

  Factor factor() {
    const std::size_t begin = cursor_.position();
    if (cursor_.at_end()) fail(begin, "the text ends where a kernel should stand");
    if (cursor_.accept('(')) {
      const Level level(*this, begin);
      KernelPtr kernel = sum();
      cursor_.close(begin, ')');
      return {begin, 0, std::move(kernel)};
    }
    if (cursor_.at_name()) return {begin, 0, call()};
    if (cursor_.at_number())
      return {begin, cursor_.number<double>("a number or a kernel"), nullptr};
    fail(begin, "unexpected " + cursor_.quoted() + " where a kernel should stand");
  }

  KernelPtr scale(const Factor& number, KernelPtr kernel) {
    try {
      return own(ScaledKernel(number.number, std::move(kernel)));
    } catch (const std::invalid_argument& refusal) {
      fail(number.position, refusal.what());
    }
  }

  KernelPtr call() {
    const std::size_t begin = cursor_.position();
    const std::string_view name = cursor_.name();
    if (name == "function" && cursor_.at(':')) {
      fail(begin, "a kernel made from a function has no text form");
    }
    const auto named = [name](const Entry& entry) { return entry.name == name; };
    auto entry = std::find_if(table().begin(), table().end(), named);
    if (entry == table().end()) {
      fail(begin, "unknown kernel '" + std::string(name) + "'", known_kernels(name));
    }
    const std::size_t bracket = cursor_.position();
    if (!cursor_.accept('(')) {
      fail(bracket, "'(' must follow the kernel's name '" + std::string(name) + "'");
    }
    const Level level(*this, begin);
    if (const auto parameter = cursor_.peek_parameter()) {
      const auto takes = [&](const Entry& e) { return named(e) && has_parameter(e, *parameter); };
      const auto other = std::find_if(table().begin(), table().end(), takes);
      if (other != table().end()) entry = other;
    }
    std::vector<Value> values = arguments(*entry, bracket);
    cursor_.close(bracket, ')');
    return construct(*entry, begin, values);
  }

  // The arguments of a call up to its closing bracket: a value for each of the entry's parameters.
  std::vector<Value> arguments(const Entry& entry, std::size_t bracket) {
    std::vector<std::optional<Value>> given(entry.parameters.size());
    if (!cursor_.at(')') && !cursor_.at_end()) {
      do {
        const std::size_t k = parameter_index(entry, given);
        given[k] = value(entry.parameters[k]);
      } while (cursor_.accept(','));
    }
    if (cursor_.at_end()) cursor_.close(bracket, ')');  // fails
    std::vector<Value> values;
    for (std::size_t k = 0; k < given.size(); ++k) {
      const Parameter& parameter = entry.parameters[k];
      if (!given[k] && !parameter.fallback && cursor_.at(')')) {
        fail(cursor_.position(), std::string(entry.name) + " needs " + std::string(parameter.name),
             usage(entry));
      }
      if (!given[k]) given[k].emplace().number = parameter.fallback.value_or(0);
      values.push_back(std::move(*given[k]));
    }
    return values;
  }

  // Which parameter the argument here is for: the one it names, or the first without a value.
  std::size_t parameter_index(const Entry& entry, const std::vector<std::optional<Value>>& given) {
    const std::size_t begin = cursor_.position();
    std::size_t k = 0;
    if (const auto name = cursor_.peek_parameter()) {
      while (k < given.size() && entry.parameters[k].name != *name) ++k;
      const std::string parameter = "parameter '" + std::string(*name) + "'";
      if (k == given.size()) fail(begin, "unknown " + parameter, usage(entry));
      if (given[k]) fail(begin, parameter + " is given twice");
      cursor_.name();
      cursor_.accept('=');
    } else {
      while (k < given.size() && given[k]) ++k;
      if (k == given.size()) fail(begin, "too many arguments", usage(entry));
    }
    return k;
  }

  Value value(const Parameter& parameter) {
    const std::string what(parameter.name);
    Value result;
    result.position = cursor_.position();
    switch (parameter.kind) {
      case Kind::number:
        result.number = cursor_.number<double>(what + ", a number,");
        break;
      case Kind::integer:
        result.integer = cursor_.number<int>(what + ", an integer,");
        break;
      case Kind::numbers:
        result.numbers = list<double>(what, "a number", result.items);
        break;
      case Kind::indices:
        result.indices = list<index_t>(what, "an index (0, 1, ...)", result.items);
        break;
      case Kind::kernel:
        result.kernel = sum();
        break;
    }
    return result;
  }

  template <class Number>
  std::vector<Number> list(const std::string& what, const std::string& item,
                           std::vector<std::size_t>& positions) {
    const std::size_t begin = cursor_.position();
    if (!cursor_.accept('[')) fail(begin, what + " must be a list, as in " + what + "=[0, 1]");
    std::vector<Number> items;
    if (cursor_.accept(']')) return items;
    do {
      positions.push_back(cursor_.position());
      items.push_back(cursor_.number<Number>(item));
    } while (cursor_.accept(','));
    cursor_.close(begin, ']');
    return items;
  }

  // Runs a constructor; what it refuses is reported at the value that its message names.
  KernelPtr construct(const Entry& entry, std::size_t begin, std::span<Value> values) {
    try {
      return entry.make(values);
    } catch (const std::invalid_argument& refusal) {
      const std::string message = refusal.what();
      std::size_t position = begin;
      for (std::size_t k = 0; k < values.size(); ++k) {
        const std::string name = ": " + std::string(entry.parameters[k].name);
        if (message.find(name) != std::string::npos) position = values[k].position;
        for (std::size_t item = 0; item < values[k].items.size(); ++item) {
          const std::string place = name + '[' + std::to_string(item) + ']';
          if (message.find(place) != std::string::npos) position = values[k].items[item];
        }
      }
      fail(position, message);
    }
  }

  bool accept_operator(char c) {
    const std::size_t begin = cursor_.position();
    if (!cursor_.accept(c)) return false;
    if (++operators_ > most_operators) fail(begin, "more than 1000 operators");
    return true;
  }

  [[noreturn]] void fail(std::size_t position, const std::string& problem,
                         const std::string& hint = "") const {
    cursor_.fail(position, problem, hint);
  }

  TextCursor cursor_;
  int levels_ = 0;
  int operators_ = 0;
};

}  // namespace

KernelPtr parse_kernel(std::string_view text) { return Parser(text).parse(); }

}  // namespace mercer
