#include "cli/tune_space.hpp"

#include <CLI/CLI.hpp>
#include <cctype>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <utility>

#include "cli/session.hpp"
#include "mercer/core/check.hpp"
#include "mercer/model/hyperparameters.hpp"

namespace mercer::cli {
namespace {

[[noreturn]] void refuse(const std::string& option, const std::string& text) {
  throw UsageError(option + ": values are a list such as 0.1,1,10 or a range from:to:count of " +
                   "positive numbers, is '" + text + "'");
}

std::vector<std::string> parts_of(const std::string& text, char between) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == between) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

double number_of(const std::string& option, const std::string& all, const std::string& part) {
  double value = 0;
  if (!CLI::detail::lexical_cast(part, value) || !std::isfinite(value)) refuse(option, all);
  return value;
}

// Whole powers of 2 and of 10 come out as such: the factor is computed in logarithms to base 2, the
// values are rounded to 14 digits.
std::vector<double> geometric(double low, double high, index_t count) {
  std::vector<double> out;
  const double step = count > 1 ? std::log2(high / low) / static_cast<double>(count - 1) : 0;
  for (index_t k = 0; k < count; ++k) {
    std::ostringstream digits;
    digits << std::setprecision(14) << low * std::exp2(static_cast<double>(k) * step);
    out.push_back(std::stod(digits.str()));
  }
  out.front() = low;
  if (count > 1) out.back() = high;
  return out;
}

Dimension dimension_of(const std::string& name, const Values& values, bool is_random) {
  if (is_random && values.is_range && values.low < values.high) {
    return Dimension::log_uniform(name, values.low, values.high);
  }
  if (values.list.empty()) {
    throw UsageError(name + ": a grid needs the count of a range, from:to:count");
  }
  return Dimension::of_numbers(name, values.list);
}

bool names(const std::vector<std::string>& texts, const std::string& name) {
  for (const std::string& text : texts) {
    for (std::size_t at = text.find('$' + name); at != std::string::npos;
         at = text.find('$' + name, at + 1)) {
      const char next = at + 1 + name.size() < text.size() ? text[at + 1 + name.size()] : ' ';
      if (std::isalnum(static_cast<unsigned char>(next)) == 0 && next != '_') return true;
    }
  }
  return false;
}

// Ten factors of 2 around 1 / (d var X), at whole powers of 2: from 1/64 to 8 of it.
Values gammas_around(const Mat<double>& X) {
  const double center = X.min() < X.max() ? std::log2(scale_gamma(X)) : 0;
  const double low = std::exp2(std::round(center) - 6), high = low * 512;
  return {geometric(low, high, 10), true, low, high};
}

// What is tried of a parameter that is not given; empty: the model's default alone.
std::string default_values(Kind task, const std::string& name) {
  const bool has_C = task == Kind::svc || task == Kind::svr || task == Kind::nu_svr;
  const bool has_nu = task == Kind::nu_svc || task == Kind::one_class || task == Kind::svdd;
  if (name == "C" && has_C) return "0.25:128:10";
  if (name == "nu" && has_nu) return "0.01:0.5:8";
  if (name == "lambda" && task == Kind::ridge) return "1e-6:10:8";
  return {};
}

}  // namespace

Values parse_values(const std::string& option, const std::string& text) {
  Values out;
  const std::vector<std::string> bounds = parts_of(text, ':');
  if (bounds.size() == 1) {
    for (const std::string& part : parts_of(text, ',')) {
      out.list.push_back(number_of(option, text, part));
    }
    return out;
  }
  if (bounds.size() > 3) refuse(option, text);
  out.is_range = true;
  out.low = number_of(option, text, bounds[0]);
  out.high = number_of(option, text, bounds[1]);
  if (!(out.low > 0) || !(out.high > out.low)) refuse(option, text);
  if (bounds.size() == 2) return out;
  const double count = number_of(option, text, bounds[2]);
  if (count < 2 || count > 10000 || count != std::floor(count)) refuse(option, text);
  out.list = geometric(out.low, out.high, static_cast<index_t>(count));
  return out;
}

void SpaceOptions::add_to(CLI::App& command) {
  command
      .add_option("--kernel", kernels,
                  "Such as \"rbf(gamma=$gamma)\", the default, where $gamma stands for its values; "
                  "may be repeated")
      ->type_name("EXPRESSION");
  const auto add = [&](const std::string& name, std::string& values, const std::string& what) {
    command.add_option(name, values, what)->type_name("VALUES");
  };
  add("--gamma", gamma,
      "Values of $gamma: a list 0.1,1,10 or a range from:to:count by equal factors; default: 10 "
      "powers of 2 around 1 / (features * variance)");
  add("--C", C, "Values of C, default 0.25:128:10");
  add("--nu", nu, "Values of nu, default 0.01:0.5:8, of nu-svr 0.5");
  add("--epsilon", epsilon, "Values of the half width of the tube of svr, default 0.1");
  add("--lambda", lambda, "Values of what ridge adds to the diagonal of K, default 1e-6:10:8");
  command
      .add_option("--range", ranges,
                  "Values of another $NAME in kernels, such as length=0.1:10:5; may be repeated")
      ->type_name("NAME=VALUES");
}

SearchSpace SpaceOptions::space(Kind task, const Mat<double>& X, bool is_random) const {
  const bool is_gaussian = task == Kind::gp || task == Kind::gp_classifier;
  if (is_gaussian && kernels.size() < 2) {
    throw UsageError("there is nothing to tune: " + to_string(task) +
                     " chooses its kernel's parameters by likelihood, see mercer train; two or "
                     "more --kernel can be compared");
  }
  const std::vector<std::string> texts =
      kernels.empty() ? std::vector<std::string>{"rbf(gamma=$gamma)"} : kernels;
  std::vector<Dimension> dimensions = {Dimension::of_texts("kernel", texts)};
  const auto add_named = [&](const std::string& name, const Values& values) {
    dimensions.push_back(dimension_of(name, values, is_random));
  };
  if (!gamma.empty() && !names(texts, "gamma")) {
    throw UsageError("--gamma: no kernel names $gamma");
  }
  if (names(texts, "gamma")) {
    add_named("gamma", gamma.empty() ? gammas_around(X) : parse_values("--gamma", gamma));
  }
  for (const std::string& range : ranges) {
    const auto sign = range.find('=');
    const std::string name = range.substr(0, sign);
    if (sign == std::string::npos || !names(texts, name)) {
      throw UsageError("--range must be NAME=VALUES with a $NAME in a kernel, is '" + range + "'");
    }
    add_named(name, parse_values("--range " + name, range.substr(sign + 1)));
  }
  const std::vector<std::pair<std::string, std::string>> own = {
      {"nu", nu}, {"epsilon", epsilon}, {"lambda", lambda}, {"C", C}};
  for (const auto& [name, given] : own) {
    const std::string values = given.empty() ? default_values(task, name) : given;
    if (!values.empty()) add_named(name, parse_values("--" + name, values));
  }
  try {
    return SearchSpace(std::move(dimensions));
  } catch (const std::invalid_argument& error) {
    throw UsageError(std::string("--kernel: ") + error.what());
  }
}

FitOptions with(const FitOptions& fit, const Parameters& parameters) {
  FitOptions out = fit;
  out.kernel = parameters.text("kernel");
  out.C = parameters.number_or("C", fit.C);
  out.nu = parameters.number_or("nu", fit.nu);
  out.epsilon = parameters.number_or("epsilon", fit.epsilon);
  out.lambda = parameters.number_or("lambda", fit.lambda);
  return out;
}

}  // namespace mercer::cli
