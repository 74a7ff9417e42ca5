// What the descriptions of several models have in common. Each describes one thing for both
// directions: archive is a ModelWriter, and the thing const, or a ModelReader.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "mercer/core/errors.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/kernel/parse.hpp"
#include "mercer/tile/points.hpp"
#include "model/model_reader.hpp"
#include "model/model_writer.hpp"

namespace mercer {

/// Specialised for each estimator:
///     name                       of the class
///     Options                    its options
///     describe_options(archive, options)
///     kernel_of(model)           a pointer, or null
///     describe(archive, model)   what fit has found; a model that is read is made, but not fitted
template <class Model>
struct ModelDescription;

namespace detail {

inline void write_kernel(ModelWriter& archive, const char* name, const Kernel& kernel) {
  const std::string text = kernel.expression();
  try {
    if (parse_kernel(text)->expression() == text) return archive.value(name, text);
  } catch (const std::invalid_argument&) {
  }
  throw std::invalid_argument("save_model: the kernel " + text +
                              " has no text that parse_kernel reads back");
}

inline std::unique_ptr<Kernel> read_kernel(ModelReader& archive, const char* name) {
  std::string text;
  archive.value(name, text);
  try {
    return parse_kernel(text);
  } catch (const std::invalid_argument& error) {
    archive.refuse(error.what());
  }
}

/// A kernel held by value.
template <class Archive, class K>
void describe_kernel(Archive& archive, const char* name, K& kernel) {
  if constexpr (Archive::reads) {
    kernel = AnyKernel(read_kernel(archive, name));
  } else {
    write_kernel(archive, name, *kernel);
  }
}

/// Throws where the kernel does not take the points.
template <class T>
void require_suits(const ModelReader& archive, const Kernel& kernel, Points<T> points) {
  try {
    kernel.bind(points, points);
  } catch (const std::invalid_argument& error) {
    archive.refuse(std::string("the kernel does not suit the points: ") + error.what());
  }
}
template <class T>
void require_suits(const ModelWriter&, const Kernel&, Points<T>) {}

template <class Archive, class Points>
void describe_points(Archive& archive, const char* name, Points& points,  // optional OwnedPoints
                     index_t count, const Kernel* kernel) {
  if constexpr (Archive::reads) {
    if (!archive.points(name, points.emplace(), count)) points.reset();
  } else {
    points ? archive.points(name, points->view(), count) : archive.no_points(name);
  }
  if (!points) return;
  archive.require(kernel != nullptr, "the model has points, but no kernel");
  require_suits(archive, *kernel, points->view());
}

/// Points of a model that keeps them dense, d x n; empty after the operator door.
template <class Archive, class M>
void describe_dense_points(Archive& archive, const char* name, M& points, Expected count,
                           const Kernel* kernel) {
  using T = typename std::remove_const_t<M>::elem_type;
  if constexpr (Archive::reads) {
    OwnedPoints<T> read;
    if (!archive.points(name, read, count)) return;
    archive.require(!read.is_sparse, "the points must be dense");
    points = std::move(read.dense);
  } else {
    if (points.is_empty()) return archive.no_points(name);
    archive.points(name, Points<T>(points), count);
  }
  archive.require(kernel != nullptr, "the model has points, but no kernel");
  require_suits(archive, *kernel, Points<T>(points));
}

template <class Container>
bool ascends(const Container& values) {
  return std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) == values.end();
}

template <class Archive, class Classes>
void describe_classes(Archive& archive, Classes& classes) {
  archive.list("classes", classes);
  archive.require(classes.n_elem >= 2, "there must be two classes or more");
  archive.require(ascends(classes), "the classes must ascend");
}

/// Rows of the training set.
template <class Archive, class Rows>
void describe_support(Archive& archive, Rows& support) {
  archive.table("support_rows", support, {}, 1);
  archive.require(ascends(support), "the rows of the support must ascend");
}

template <class Archive, class C>
void describe_certificate(Archive& archive, C& certificate) {
  archive.known("relative_residual", certificate.relative_residual);
  archive.known("backward_error", certificate.backward_error);
  archive.known("prediction_error", certificate.prediction_error);
  archive.known("primal_objective", certificate.primal_objective);
  archive.known("dual_objective", certificate.dual_objective);
  archive.known("gap", certificate.gap);
  archive.known("violation", certificate.violation);
  archive.known("decision_error", certificate.decision_error);
}

// Seconds and threads are of the run, not of the model: two runs give the same file.
template <class Archive, class R>
void describe_report(Archive& archive, R& report) {
  archive.choice("status", report.status,
                 {"converged", "stopped", "iteration limit", "time limit", "not finite",
                  "not positive definite"});
  archive.value("method", report.method);
  archive.value("iterations", report.iterations);
  archive.value("residual", report.residual);
  archive.known("entry_error", report.entry_error);
  archive.value("message", report.message);
  describe_certificate(archive, report.certificate);
}

template <class Archive, class Reports>
void describe_reports(Archive& archive, Reports& reports, index_t problems) {
  archive.size("problem_reports", reports);
  archive.require(reports.size() == problems, "there must be a report for each problem");
  for (auto& report : reports) describe_report(archive, report);
}

template <class Archive, class Options>
void describe_search(Archive& archive, Options& search) {
  archive.value("search_range", search.range);
  archive.list("search_lower", search.lower, {}, Values::any);
  archive.list("search_upper", search.upper, {}, Values::any);
  archive.value("search_restarts", search.restarts);
  archive.value("search_seed", search.seed);
  archive.value("search_tolerance", search.tolerance);
  archive.value("search_max_evaluations", search.max_evaluations);
  archive.value("search_time_limit", search.time_limit);
}

template <class Archive, class Weights>
void describe_class_weights(Archive& archive, Weights& weights) {
  archive.size("class_weights", weights);
  for (auto& entry : weights) {
    archive.value("class", entry.label);
    archive.value("weight", entry.weight);
  }
}

}  // namespace detail
}  // namespace mercer
