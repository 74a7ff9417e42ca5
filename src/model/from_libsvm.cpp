#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/model/libsvm_model.hpp"
#include "model/libsvm_text.hpp"
#include "model/one_against_one.hpp"
#include "model/read_libsvm.hpp"
#include "model/svm_description.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace {

using detail::quoted;
using detail::TextFile;
using Header = detail::LibsvmHeader;
using Vectors = detail::LibsvmVectors;

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
  const Header header = read_libsvm_header(file);
  const std::unique_ptr<Kernel> kernel = kernel_of(file, header);
  const Vectors vectors = read_libsvm_vectors(file, header, kernel == nullptr);
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
