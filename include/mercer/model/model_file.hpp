// Fitted models in files.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "mercer/core/report.hpp"
#include "mercer/data/scaler.hpp"
#include "mercer/data/table_layout.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "mercer/model/gaussian_process_classifier.hpp"
#include "mercer/model/kernel_logistic.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "mercer/model/low_rank_svc.hpp"
#include "mercer/model/nystrom_ridge.hpp"
#include "mercer/model/one_class_svm.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/model/svdd.hpp"
#include "mercer/model/svr.hpp"

namespace mercer {

/// What a model file holds beside the model.
struct ModelContext {
  std::optional<Scaler<double>> scaler = {};  // what points go through before they reach the model
  TableLayout layout = {};                    // of the table that it was trained on
  Report report = {};                         // of the fit, without seconds and threads
};

/// What belongs to the machine that predicts, not to the model: it is not in the file.
struct LoadModelOptions {
  int threads = 0;                // of the model's options; 0: omp_get_max_threads()
  std::size_t memory_budget = 0;  // bytes, also of loading; 0: 3/4 of the machine's memory
};

/// Every estimator with predict. KernelRidgePath gives a KernelRidge, see best_model.
using AnyModel =
    std::variant<Svc<double>, Svc<float>, LowRankSvc<double>, LowRankSvc<float>, Svr<double>,
                 Svr<float>, OneClassSvm<double>, OneClassSvm<float>, Svdd<double>, Svdd<float>,
                 KernelRidge<double>, KernelRidge<float>, NystromRidge<double>, NystromRidge<float>,
                 GaussianProcess<double>, GaussianProcess<float>, GaussianProcessClassifier<double>,
                 GaussianProcessClassifier<float>, KernelLogistic<double>, KernelLogistic<float>>;

struct LoadedModel {
  AnyModel model;
  ModelContext context = {};
};

/// Writes a fitted model to a text file, whole or not at all: while it is written, and if that
/// fails, an older file of that name stays. Numbers are the shortest decimals that read back to
/// the same bits; the last line is a checksum. Options go along, without callbacks, threads and
/// memory budget.
///
/// What a fit has computed from points and parameters alone is left out and computed again by
/// load_model: the Cholesky factor of a Gaussian process, n^3 / 3 flops, and the preconditioner of
/// one by conjugate gradients. After the operator door there are no points, and the factor is
/// written, n^2 / 2 numbers.
///
/// Throws std::invalid_argument if the model is not fitted, its kernel has no text (one made from a
/// function), or the scaler has not as many features as the model; ParseError if the file cannot be
/// written.
template <class Model>
void save_model(const std::string& path, const Model& model, const ModelContext& context = {});

/// The model, which predicts the same bits as the one that was saved, and what else the file
/// holds. A Gaussian process, whose factor is computed again, does so on the same kind of machine.
/// Throws ParseError "path:line: reason" if the file is damaged, was edited or written by a newer
/// version, BudgetError if the model does not fit into the memory budget.
LoadedModel load_any_model(const std::string& path, const LoadModelOptions& options = {});

/// A model whose type is known. Throws ParseError also if the file has another one, by its name.
template <class Model>
Model load_model(const std::string& path, const LoadModelOptions& options = {});

}  // namespace mercer
