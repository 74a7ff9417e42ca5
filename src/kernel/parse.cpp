// Recursive descent over
//     sum     = product { "+" product }
//     product = factor { "*" factor }              at most one number, beside a kernel
//     factor  = number | "(" sum ")" | name "(" [ argument { "," argument } ] ")"
//     argument = [ parameter "=" ] value           what a value is, the table of kernels says
#include "mercer/kernel/parse.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kernel/edit_distance.hpp"
#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/cauchy.hpp"
#include "mercer/kernel/chi_squared.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/cosine.hpp"
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
  std::size_t position = 0;  // in the text
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
      {"ard",
       {{"weights", numbers}, {"kernel", kernel}},
       [](std::span<Value> v) { return own(Ard(v[0].numbers, std::move(v[1].kernel))); }},
      {"subset",
       {{"features", indices}, {"kernel", kernel}},
       [](std::span<Value> v) { return own(Subset(v[0].indices, std::move(v[1].kernel))); }},
  };
  return entries;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  KernelPtr parse() {
    skip_space();
    if (at_end()) fail(position_, "the text is empty");
    KernelPtr kernel = sum();
    if (!at_end()) {
      fail(position_, next() == ')' ? "')' without '('"
                                    : "unexpected " + quoted_here() + " after a complete kernel");
    }
    return kernel;
  }

 private:
  static constexpr int most_levels = 100;
  static constexpr int most_operators = 1000;

  // What a factor is: a kernel, or a number that waits for one.
  struct Factor {
    std::size_t position;
    double number = 0;
    KernelPtr kernel;
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
        Factor& scale = left.kernel ? right : left;
        Factor& scaled = left.kernel ? left : right;
        guarded(scale.position,
                [&] { left.kernel = own(ScaledKernel(scale.number, std::move(scaled.kernel))); });
      } else {
        fail(right.position, "a number must multiply a kernel, not another number");
      }
    }
    if (!left.kernel) fail(left.position, "a number must multiply a kernel, as in 0.5 * linear()");
    return std::move(left.kernel);
  }

  Factor factor() {
    if (at_end()) fail(position_, "the text ends where a kernel should stand");
    const std::size_t begin = position_;
    if (accept('(')) {
      const Level level(*this, begin);
      KernelPtr kernel = sum();
      close(begin, ')');
      return {begin, 0, std::move(kernel)};
    }
    if (starts_name(next())) return {begin, 0, call()};
    if (starts_number(next())) return {begin, number("a number or a kernel"), nullptr};
    fail(begin, "unexpected " + quoted_here() + " where a kernel should stand");
  }

  KernelPtr call() {
    const std::size_t begin = position_;
    const std::string_view name = identifier();
    if (name == "function" && !at_end() && next() == ':') {
      fail(begin, "a kernel made from a function has no text form");
    }
    const auto named = [name](const Entry& entry) { return entry.name == name; };
    auto entry = std::find_if(table().begin(), table().end(), named);
    if (entry == table().end()) fail_unknown_kernel(begin, name);
    const std::size_t bracket = position_;
    if (!accept('(')) {
      fail(position_, "'(' must follow the kernel's name '" + std::string(name) + "'");
    }
    const Level level(*this, begin);
    if (const auto parameter = peek_parameter()) {
      const auto takes = [&](const Entry& e) { return named(e) && has_parameter(e, *parameter); };
      const auto other = std::find_if(table().begin(), table().end(), takes);
      if (other != table().end()) entry = other;
    }
    std::vector<std::optional<Value>> given = arguments(*entry, bracket);
    std::vector<Value> values;
    for (std::size_t k = 0; k < given.size(); ++k) {
      const Parameter& parameter = entry->parameters[k];
      if (!given[k] && !parameter.fallback) {
        fail(position_,
             std::string(name) + " needs " + std::string(parameter.name) + ": " + usage(*entry));
      }
      if (!given[k]) given[k].emplace().number = *parameter.fallback;
      values.push_back(std::move(*given[k]));
    }
    close(bracket, ')');
    return construct(*entry, begin, values);
  }

  // The arguments of a call up to its closing bracket, by the entry's parameters.
  std::vector<std::optional<Value>> arguments(const Entry& entry, std::size_t bracket) {
    std::vector<std::optional<Value>> given(entry.parameters.size());
    if (!at_end() && next() == ')') return given;
    do {
      const std::size_t begin = position_;
      std::size_t k = 0;
      if (const auto name = peek_parameter()) {
        while (k < given.size() && entry.parameters[k].name != *name) ++k;
        if (k == given.size()) {
          fail(begin, "unknown parameter '" + std::string(*name) + "': " + usage(entry));
        }
        if (given[k]) fail(begin, "parameter '" + std::string(*name) + "' is given twice");
        identifier();
        accept('=');
      } else {
        while (k < given.size() && given[k]) ++k;
        if (k == given.size()) fail(begin, "too many arguments: " + usage(entry));
      }
      given[k] = value(entry.parameters[k]);
    } while (accept(','));
    if (at_end()) fail(bracket, "'(' is never closed");
    if (next() != ')')
      fail(position_, "unexpected " + quoted_here() + ", ',' or ')' should stand here");
    return given;
  }

  Value value(const Parameter& parameter) {
    const std::string what(parameter.name);
    Value result;
    result.position = position_;
    switch (parameter.kind) {
      case Kind::number:
        result.number = number(what + ", a number,");
        break;
      case Kind::integer:
        result.integer = read<int>(what + ", an integer,");
        break;
      case Kind::numbers:
        list(what, [&] { result.numbers.push_back(number("a number")); });
        break;
      case Kind::indices:
        list(what, [&] { result.indices.push_back(read<index_t>("an index (0, 1, ...)")); });
        break;
      case Kind::kernel:
        result.kernel = sum();
        break;
    }
    return result;
  }

  template <class ReadItem>
  void list(const std::string& what, ReadItem read_item) {
    const std::size_t begin = position_;
    if (!accept('[')) fail(begin, what + " must be a list, as in " + what + "=[0, 1]");
    if (accept(']')) return;
    do {
      read_item();
    } while (accept(','));
    close(begin, ']');
  }

  double number(const std::string& what) { return read<double>(what); }

  template <class Number>
  Number read(const std::string& what) {
    const std::size_t begin = position_;
    Number result{};
    const auto [end, error] =
        std::from_chars(text_.data() + begin, text_.data() + text_.size(), result);
    if (error == std::errc::invalid_argument) fail(begin, what + " should stand here");
    position_ = static_cast<std::size_t>(end - text_.data());
    if (error == std::errc::result_out_of_range) fail(begin, "the number is out of range");
    if (!at_end() && (starts_name(next()) || starts_number(next()))) {
      fail(position_, "a bad number: unexpected " + quoted_here());
    }
    skip_space();
    return result;
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
      }
      fail(position, message);
    }
  }

  template <class Action>
  void guarded(std::size_t position, Action action) {
    try {
      action();
    } catch (const std::invalid_argument& refusal) {
      fail(position, refusal.what());
    }
  }

  // ---- characters

  bool at_end() const { return position_ == text_.size(); }
  char next() const { return text_[position_]; }
  static bool starts_name(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
  }
  static bool starts_number(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) || c == '.' || c == '-';
  }

  void skip_space() {
    while (!at_end() && std::isspace(static_cast<unsigned char>(next()))) ++position_;
  }

  bool accept(char c) {
    if (at_end() || next() != c) return false;
    ++position_;
    skip_space();
    return true;
  }

  bool accept_operator(char c) {
    const std::size_t begin = position_;
    if (!accept(c)) return false;
    if (++operators_ > most_operators) fail(begin, "more than 1000 operators");
    return true;
  }

  void close(std::size_t opening, char bracket) {
    if (accept(bracket)) return;
    if (at_end()) fail(opening, std::string("'") + text_[opening] + "' is never closed");
    fail(position_, "unexpected " + quoted_here() + ", '" + bracket + "' should stand here");
  }

  std::string_view identifier() {
    const std::size_t begin = position_;
    while (!at_end() && (starts_name(next()) || std::isdigit(static_cast<unsigned char>(next())))) {
      ++position_;
    }
    const std::string_view name = text_.substr(begin, position_ - begin);
    skip_space();
    return name;
  }

  // The name in "name =", if that stands next.
  std::optional<std::string_view> peek_parameter() {
    const std::size_t begin = position_;
    std::optional<std::string_view> found;
    if (!at_end() && starts_name(next())) {
      const std::string_view name = identifier();
      if (!at_end() && next() == '=') found = name;
    }
    position_ = begin;
    return found;
  }

  // ---- errors

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

  static bool has_parameter(const Entry& entry, std::string_view name) {
    return std::any_of(entry.parameters.begin(), entry.parameters.end(),
                       [name](const Parameter& p) { return p.name == name; });
  }

  static std::string usage(const Entry& entry) {
    std::string text(entry.name);
    text += '(';
    const char* separator = "";
    for (const Parameter& parameter : entry.parameters) {
      text.append(separator).append(parameter.name);
      if (parameter.fallback) text += " = " + shortest(*parameter.fallback);
      separator = ", ";
    }
    return text + ')';
  }

  std::string quoted_here() const { return std::string("'") + next() + "'"; }

  [[noreturn]] void fail_unknown_kernel(std::size_t position, std::string_view name) const {
    std::string message = "unknown kernel '" + std::string(name) + "'";
    std::string known;
    std::string_view nearest;
    std::size_t distance = 3;  // beyond two edits a suggestion is a guess
    for (const Entry& entry : table()) {
      if (known.find(std::string(entry.name) + ", ") == std::string::npos) {
        known += std::string(entry.name) + ", ";
      }
      const std::size_t edits = edit_distance(name, entry.name);
      if (edits < std::min(distance, entry.name.size())) {
        distance = edits;
        nearest = entry.name;
      }
    }
    known.resize(known.size() - 2);
    fail(position, message,
         (nearest.empty() ? "" : "did you mean '" + std::string(nearest) + "'? ") +
             ("known are " + known));
  }

  [[noreturn]] void fail(std::size_t position, const std::string& problem,
                         const std::string& hint = "") const {
    constexpr std::size_t width = 60;  // characters of the text shown on each side of the position
    const std::size_t begin = position > width ? position - width : 0;
    std::string line(text_.substr(begin, position - begin + width));
    for (char& c : line) {
      if (std::iscntrl(static_cast<unsigned char>(c))) c = ' ';
    }
    throw std::invalid_argument("parse_kernel: " + problem + " at character " +
                                std::to_string(position + 1) + (hint.empty() ? "" : "; " + hint) +
                                "\n  " + line + "\n  " + std::string(position - begin, ' ') + '^');
  }

  std::string_view text_;
  std::size_t position_ = 0;
  int levels_ = 0;
  int operators_ = 0;
};

}  // namespace

KernelPtr parse_kernel(std::string_view text) { return Parser(text).parse(); }

}  // namespace mercer
