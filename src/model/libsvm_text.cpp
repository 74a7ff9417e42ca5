#include "model/libsvm_text.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace mercer::detail {
namespace {

constexpr index_t largest_index = 0x7fffffff;  // the format's indices are of 32 bits

std::string_view next_word(std::string_view& rest) {
  rest = trimmed(rest);
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(word.size());
  return word;
}

double number_of(const TextFile& file, const std::string& what, std::string_view word) {
  double value = 0;
  const char* fault = read_number(word, value);
  if (fault != nullptr) file.refuse(what + " " + quoted(word) + " is " + fault);
  return value;
}

index_t count_of(const TextFile& file, const std::string& what, std::string_view word) {
  index_t value = 0;
  if (read_index(word, value)) return value;
  file.refuse(what + " " + quoted(word) + " is not a whole number from 0");
}

arma::sword label_of(const TextFile& file, std::string_view word) {
  const double value = number_of(file, "label", word);
  if (value != std::floor(value) || std::abs(value) > largest_index) {
    file.refuse("label " + quoted(word) + " is not a whole number of 32 bits");
  }
  return static_cast<arma::sword>(value);
}

LibsvmHeader read_lines(TextFile& file) {
  LibsvmHeader header;
  std::string_view line;
  while (file.next_line(line)) {
    const std::string_view name = next_word(line);
    const auto each = [&](auto use) {
      for (auto word = next_word(line); !word.empty(); word = next_word(line)) use(word);
    };
    const auto number = [&] { return number_of(file, std::string(name), next_word(line)); };
    const auto count = [&] { return count_of(file, std::string(name), next_word(line)); };
    if (name == "SV") return header;
    if (name == "svm_type") {
      header.svm_type = next_word(line);
    } else if (name == "kernel_type") {
      header.kernel_type = next_word(line);
    } else if (name == "degree") {
      header.degree = number();
    } else if (name == "gamma") {
      header.gamma = number();
    } else if (name == "coef0") {
      header.coef0 = number();
    } else if (name == "nr_class") {
      header.classes = count();
    } else if (name == "total_sv") {
      header.support = count();
    } else if (name == "rho") {
      each([&](auto word) { header.rho.push_back(number_of(file, "rho", word)); });
    } else if (name == "label") {
      each([&](auto word) { header.labels.push_back(label_of(file, word)); });
    } else if (name == "nr_sv") {
      each([&](auto word) { header.counts.push_back(count_of(file, "nr_sv", word)); });
    } else if (name != "probA" && name != "probB") {
      file.refuse("expected a line of a LIBSVM model's header, found " + quoted(name));
    }
  }
  file.refuse("there is no line SV: not a model of LIBSVM, or cut off");
}

void check(const TextFile& file, const LibsvmHeader& header) {
  const auto require = [&](bool holds, const std::string& rule) {
    if (!holds) file.refuse(rule);
  };
  const std::string& type = header.svm_type;
  require(
      header.is_classifier() || type == "one_class" || type == "epsilon_svr" || type == "nu_svr",
      "svm_type " + quoted(type) + " is not known");
  const index_t k = header.classes;
  if (!header.is_classifier()) {
    require(header.rho.size() == 1, "rho must have one value");
    return;
  }
  require(k >= 2, "nr_class must be at least 2");
  require(header.labels.size() == k, "label must have nr_class values");
  auto sorted = header.labels;
  std::sort(sorted.begin(), sorted.end());
  require(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end(),
          "the labels must differ");
  require(header.rho.size() == k * (k - 1) / 2, "rho must have a value for each pair of labels");
  require(header.counts.size() == k, "nr_sv must have nr_class values");
  index_t sum = 0;
  for (const index_t count : header.counts) {
    require(count <= header.support - sum, "nr_sv must sum to total_sv");
    sum += count;
  }
  require(sum == header.support, "nr_sv must sum to total_sv");
}

void read_entry(const TextFile& file, std::string_view word, bool is_precomputed,
                LibsvmVectors& out, index_t vector, index_t& previous) {
  const auto colon = word.find(':');
  if (colon == std::string_view::npos) file.refuse(quoted(word) + " is not index:value");
  const index_t index = count_of(file, "the index", word.substr(0, colon));
  if (is_precomputed) {
    const index_t row = count_of(file, "the row", word.substr(colon + 1));
    if (index != 0 || row == 0 || row > largest_index || out.rows.size() != vector) {
      file.refuse("a support vector of a precomputed kernel is one 0:row, rows count from 1");
    }
    out.rows.push_back(row - 1);
    return;
  }
  if (index <= previous || index > largest_index) {
    file.refuse("indices must ascend, from 1 to " + std::to_string(largest_index) + ", one is " +
                std::to_string(index));
  }
  previous = index;
  out.dimension = std::max(out.dimension, index);
  out.places.insert(out.places.end(), {index - 1, vector});
  out.values.push_back(number_of(file, "the value", word.substr(colon + 1)));
}

}  // namespace

LibsvmHeader read_libsvm_header(TextFile& file) {
  LibsvmHeader header = read_lines(file);
  check(file, header);
  return header;
}

LibsvmVectors read_libsvm_vectors(TextFile& file, const LibsvmHeader& header, bool is_precomputed) {
  LibsvmVectors out;
  std::string_view line;
  for (index_t s = 0; s < header.support; ++s) {
    if (!file.next_line(line)) {
      file.refuse("there are " + std::to_string(s) + " support vectors, total_sv is " +
                  std::to_string(header.support));
    }
    for (index_t c = 0; c < header.coefficients(); ++c) {
      out.coefficients.push_back(number_of(file, "the coefficient", next_word(line)));
    }
    index_t previous = 0;
    for (auto word = next_word(line); !word.empty(); word = next_word(line)) {
      read_entry(file, word, is_precomputed, out, s, previous);
    }
    if (is_precomputed && out.rows.size() != s + 1) file.refuse("the support vector has no 0:row");
  }
  if (file.next_line(line)) file.refuse("there are more support vectors than total_sv");
  return out;
}

}  // namespace mercer::detail
