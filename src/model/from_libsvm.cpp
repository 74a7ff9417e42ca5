#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/text_file.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/model/libsvm_model.hpp"
#include "model/one_against_one.hpp"
#include "model/read_libsvm.hpp"
#include "model/svm_description.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace {

using detail::quoted;
using detail::TextFile;

constexpr index_t largest_index = 0x7fffffff;  // the format's indices are of 32 bits

std::string_view next_word(std::string_view& rest) {
  rest = detail::trimmed(rest);
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(word.size());
  return word;
}

double number_of(const TextFile& file, const std::string& what, std::string_view word) {
  double value = 0;
  const char* fault = detail::read_number(word, value);
  if (fault != nullptr) file.refuse(what + " " + quoted(word) + " is " + fault);
  return value;
}

index_t count_of(const TextFile& file, const std::string& what, std::string_view word) {
  index_t value = 0;
  if (detail::read_index(word, value)) return value;
  file.refuse(what + " " + quoted(word) + " is not a whole number from 0");
}

arma::sword label_of(const TextFile& file, std::string_view word) {
  const double value = number_of(file, "label", word);
  if (value != std::floor(value) || std::abs(value) > largest_index) {
    file.refuse("label " + quoted(word) + " is not a whole number of 32 bits");
  }
  return static_cast<arma::sword>(value);
}

// The lines before SV.
struct Header {
  std::string svm_type, kernel_type;
  std::optional<double> degree, gamma, coef0;
  index_t classes = 0, support = 0;
  std::vector<double> rho;
  std::vector<arma::sword> labels;
  std::vector<index_t> counts;  // of the support vectors of each label

  bool is_classifier() const { return svm_type == "c_svc" || svm_type == "nu_svc"; }
  index_t coefficients() const { return is_classifier() ? classes - 1 : 1; }
};

Header read_header(TextFile& file) {
  Header header;
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

void check(const TextFile& file, const Header& header) {
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
  require(detail::ascends(sorted), "the labels must differ");
  require(header.rho.size() == k * (k - 1) / 2, "rho must have a value for each pair of labels");
  require(header.counts.size() == k, "nr_sv must have nr_class values");
  index_t sum = 0;
  for (const index_t count : header.counts) {
    require(count <= header.support - sum, "nr_sv must sum to total_sv");
    sum += count;
  }
  require(sum == header.support, "nr_sv must sum to total_sv");
}

std::unique_ptr<Kernel> kernel_of(const TextFile& file, const Header& header) {
  const auto given = [&](const std::optional<double>& parameter, const char* name) {
    if (!parameter) file.refuse("kernel_type " + header.kernel_type + " needs " + name);
    return *parameter;
  };
  const std::string& type = header.kernel_type;
  try {
    if (type == "linear") return std::make_unique<Linear>();
    if (type == "rbf") return std::make_unique<Rbf>(given(header.gamma, "gamma"));
    if (type == "sigmoid") {
      return std::make_unique<Sigmoid>(given(header.gamma, "gamma"), given(header.coef0, "coef0"));
    }
    if (type == "polynomial") {
      const double degree = given(header.degree, "degree");
      if (!(degree >= 1 && degree <= 1000 && degree == std::floor(degree))) {
        file.refuse("degree must be a whole number from 1 to 1000");
      }
      return std::make_unique<Polynomial>(static_cast<int>(degree), given(header.gamma, "gamma"),
                                          given(header.coef0, "coef0"));
    }
  } catch (const std::invalid_argument& error) {
    file.refuse(error.what());
  }
  if (type != "precomputed") file.refuse("kernel_type " + quoted(type) + " is not known");
  return nullptr;
}

// The lines after SV.
struct Vectors {
  std::vector<double> coefficients;  // of a vector, Header::coefficients() each
  std::vector<index_t> rows;         // of a precomputed kernel, from 0
  std::vector<index_t> places;       // pairs of feature, from 0, and vector
  std::vector<double> values;
  index_t dimension = 0;
};

void read_entry(const TextFile& file, std::string_view word, bool is_precomputed, Vectors& out,
                index_t vector, index_t& previous) {
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

Vectors read_vectors(TextFile& file, const Header& header, bool is_precomputed) {
  Vectors out;
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

// Dense where at least half of the values are there.
OwnedPoints<double> points_of(const Vectors& vectors, index_t dimension, index_t count) {
  const Mat<index_t> places(vectors.places.data(), 2, vectors.values.size());
  OwnedPoints<double> points;
  points.sparse =
      SpMat<double>(places, Col<double>(vectors.values), dimension, count, false, false);
  points.is_sparse = vectors.values.size() < count * dimension / 2;
  if (!points.is_sparse) points.dense = Mat<double>(std::exchange(points.sparse, {}));
  return points;
}

// beta, support x pairs of the ascending classes. The sign of a coefficient tells the class.
Mat<double> coefficients_of(const TextFile& file, const Header& header, const Vectors& vectors,
                            const arma::uvec& rank) {  // of each label among the classes
  const index_t k = header.classes, pairs = k * (k - 1) / 2;
  require_budget("from_libsvm",
                 "coefficients of " + std::to_string(header.support) + " x " +
                     std::to_string(pairs) + " values",
                 sizeof(double) * header.support * pairs, 0);
  Mat<double> beta(header.support, pairs, arma::fill::zeros);
  for (index_t i = 0, s = 0; i < k; ++i) {
    for (const index_t end = s + header.counts[i]; s < end; ++s) {
      double sum = 0;
      for (index_t j = 0; j < k; ++j) {
        if (j == i) continue;
        const double given = vectors.coefficients[s * (k - 1) + (j < i ? j : j - 1)];
        const double alpha = i < j ? given : -given;  // y = +1 for the label that comes first
        if (alpha < 0) {
          file.refuse("the coefficients of support vector " + std::to_string(s + 1) +
                      " must have the signs of its label");
        }
        sum += alpha;
        beta(s, pair_place(rank(i), rank(j), k)) = rank(i) > rank(j) ? alpha : -alpha;
      }
      if (sum == 0) {
        file.refuse("support vector " + std::to_string(s + 1) + " has no coefficient above 0");
      }
    }
  }
  return beta;
}

Col<double> biases_of(const Header& header, const arma::uvec& rank) {
  const index_t k = header.classes;
  Col<double> biases(header.rho.size());
  for (index_t i = 0, pair = 0; i < k; ++i) {
    for (index_t j = i + 1; j < k; ++j, ++pair) {
      const double rho = header.rho[pair];
      biases(pair_place(rank(i), rank(j), k)) = rank(i) > rank(j) ? -rho : rho;
    }
  }
  return biases;
}

double largest(const Mat<double>& coefficients) {
  const double most = coefficients.is_empty() ? 0 : arma::abs(coefficients).max();
  return most > 0 ? most : 1;
}

template <class Model, class Options>
Model made(const Kernel* kernel, const Options& options) {
  return kernel != nullptr ? Model(*kernel, options) : Model(options);
}

}  // namespace

LoadedModel detail::read_libsvm(const std::string& path, std::string bytes, index_t dimension) {
  TextFile file(path, std::move(bytes));
  const Header header = read_header(file);
  check(file, header);
  const std::unique_ptr<Kernel> kernel = kernel_of(file, header);
  const Vectors vectors = read_vectors(file, header, kernel == nullptr);
  if (dimension != 0 && dimension < vectors.dimension) {
    throw ParseError(path, 0,
                     "the support vectors have " + std::to_string(vectors.dimension) +
                         " features, over the dimension " + std::to_string(dimension));
  }
  if (dimension == 0) dimension = std::max<index_t>(vectors.dimension, 1);
  std::optional<OwnedPoints<double>> points;
  if (kernel) points = points_of(vectors, dimension, header.support);
  // Without rows, the order of the file; with them, theirs.
  arma::uvec support(kernel ? all_indices(header.support) : vectors.rows);
  const arma::uvec order = arma::sort_index(support);
  support = support.elem(order);
  if (!ascends(support)) throw ParseError(path, 0, "two support vectors are of the same row");

  ModelContext context;
  context.report.method = "LIBSVM";
  if (header.is_classifier()) {
    const arma::ivec labels(header.labels);
    const arma::uvec rank = arma::sort_index(arma::sort_index(labels));
    const Mat<double> beta = coefficients_of(file, header, vectors, rank).rows(order);
    auto model = made<Svc<double>>(kernel.get(), SvcOptions{.C = largest(beta)});
    ModelDescription<Svc<double>>::give(model, arma::sort(labels), rank, std::move(support), beta,
                                        biases_of(header, rank), std::move(points));
    return {std::move(model), std::move(context)};
  }
  const Col<double> beta = Col<double>(vectors.coefficients).elem(order);
  const auto give = [&](auto model) -> LoadedModel {
    ModelDescription<SupportModel<double>>::give(model, std::move(support), beta, -header.rho[0],
                                                 std::move(points));
    return {std::move(model), std::move(context)};
  };
  if (header.svm_type == "one_class") {
    return give(made<OneClassSvm<double>>(kernel.get(), OneClassSvmOptions{}));
  }
  return give(made<Svr<double>>(kernel.get(), SvrOptions{.C = largest(beta), .epsilon = 0}));
}

LoadedModel from_libsvm(const std::string& path, index_t dimension) {
  return detail::read_libsvm(path, detail::read_bytes(path), dimension);
}

}  // namespace mercer
