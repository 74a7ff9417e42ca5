#include "mercer/model/model_file.hpp"

#include <stdexcept>
#include <utility>

#include "core/byte_source.hpp"
#include "core/text_file.hpp"
#include "mercer/core/write_output.hpp"
#include "model/gaussian_description.hpp"
#include "model/read_model.hpp"
#include "model/ridge_description.hpp"
#include "model/svm_description.hpp"

namespace mercer {
namespace detail {
namespace {

template <class Model>
struct ScalarOf;
template <template <class> class Model, class T>
struct ScalarOf<Model<T>> {
  static constexpr const char* name = std::is_same_v<T, float> ? "float" : "double";
};

template <class Model>
std::string name_of() {
  return std::string(ModelDescription<Model>::name) + " in " + ScalarOf<Model>::name;
}

// The features that points have; 0 if the model takes an operator.
template <class Model>
index_t features_of(const Model& model) {
  if constexpr (requires { model.dim(); }) return model.dim();
  return 0;
}

template <class Archive, class Column>
void describe_column(Archive& archive, Column& column) {
  archive.value("column", column.name);
  archive.texts("categories", column.categories);
  double mean = column.mean.value_or(Certificate::none);
  archive.known("mean", mean);
  if constexpr (Archive::reads) {
    if (!std::isnan(mean)) column.mean = mean;
  }
  archive.require(std::isnan(mean) || std::isfinite(mean), "the mean of a column must be finite");
}

template <class Archive, class Context>
void describe_context(Archive& archive, Context& context, index_t features) {
  bool has_scaler = context.scaler.has_value();
  archive.value("has_scaler", has_scaler);
  if (has_scaler) {
    Col<double> shift, scale;
    if (context.scaler) shift = context.scaler->shift(), scale = context.scaler->scale();
    archive.list("shift", shift);
    archive.list("scale", scale, shift.n_elem);
    archive.require(!shift.is_empty() && arma::all(scale > 0),
                    "the scaler must have features, and positive scales");
    archive.require(features == 0 || shift.n_elem == features,
                    "the scaler must have the features of the model");
    if constexpr (Archive::reads) context.scaler.emplace(std::move(shift), std::move(scale));
  }
  auto& layout = context.layout;
  archive.size("columns", layout.columns);
  for (auto& column : layout.columns) describe_column(archive, column);
  archive.value("target", layout.target_name);
  archive.texts("class_names", layout.class_names);
  archive.require(ascends(layout.class_names), "the names of the classes must be sorted");
  archive.section("report");
  describe_report(archive, context.report);
}

template <class Model>
std::string text_of(const Model& model, const ModelContext& context) {
  using Description = ModelDescription<Model>;
  if (!model.is_fitted()) {
    throw std::invalid_argument(std::string("save_model: the model, ") + Description::name +
                                ", is not fitted");
  }
  ModelWriter archive;
  archive.choice("estimator", 0, {Description::name});
  archive.choice("scalar", 0, {ScalarOf<Model>::name});
  const Kernel* kernel = Description::kernel_of(model);
  archive.value("has_kernel", kernel != nullptr);
  if (kernel != nullptr) write_kernel(archive, "kernel", *kernel);
  archive.section("options");
  Description::describe_options(archive, model.options());
  archive.section("model");
  Description::describe(archive, model);
  archive.section("context");
  describe_context(archive, context, features_of(model));
  return std::move(archive).finished();
}

// The options, and the model that is made with them.
template <class Model>
Model read_unfitted(ModelReader& archive, const Kernel* kernel, const LoadModelOptions& load) {
  typename ModelDescription<Model>::Options options;
  archive.section("options");
  ModelDescription<Model>::describe_options(archive, options);
  options.threads = load.threads;
  options.memory_budget = load.memory_budget;
  try {
    if (kernel != nullptr) return Model(*kernel, options);
    if constexpr (std::is_constructible_v<Model, const decltype(options)&>) return Model(options);
  } catch (const std::invalid_argument& error) {
    archive.refuse(error.what());
  }
  archive.refuse(std::string(ModelDescription<Model>::name) + " needs a kernel");
}

template <class Model>
LoadedModel read_body(ModelReader& archive, const LoadModelOptions& load) {
  bool has_kernel = false;
  archive.value("has_kernel", has_kernel);
  std::unique_ptr<Kernel> kernel;
  if (has_kernel) kernel = read_kernel(archive, "kernel");
  Model model = read_unfitted<Model>(archive, kernel.get(), load);
  archive.section("model");
  ModelDescription<Model>::describe(archive, model);
  archive.section("context");
  ModelContext context;
  describe_context(archive, context, features_of(model));
  archive.finish();
  return {std::move(model), std::move(context)};
}

struct Kind {
  std::size_t estimator = 0, scalar = 0;  // places in the two lists of names
};

Kind read_kind(ModelReader& archive) {
  Kind kind;
  archive.choice("estimator", kind.estimator,
                 {"Svc", "LowRankSvc", "Svr", "OneClassSvm", "Svdd", "KernelRidge", "NystromRidge",
                  "GaussianProcess", "GaussianProcessClassifier", "KernelLogistic"});
  archive.choice("scalar", kind.scalar, {"double", "float"});
  return kind;
}

// The alternatives of AnyModel stand in the order of the names, each in double, then in float.
template <std::size_t place = 0>
LoadedModel read_kind_at(ModelReader& archive, std::size_t wanted, const LoadModelOptions& load) {
  if constexpr (place + 1 < std::variant_size_v<AnyModel>) {
    if (place != wanted) return read_kind_at<place + 1>(archive, wanted, load);
  }
  return read_body<std::variant_alternative_t<place, AnyModel>>(archive, load);
}

template <std::size_t place = 0>
std::string kind_at(std::size_t wanted) {
  if constexpr (place + 1 < std::variant_size_v<AnyModel>) {
    if (place != wanted) return kind_at<place + 1>(wanted);
  }
  return name_of<std::variant_alternative_t<place, AnyModel>>();
}

}  // namespace

LoadedModel read_model(std::string path, std::string bytes, const LoadModelOptions& options) {
  ModelReader archive(std::move(path), std::move(bytes), options.memory_budget);
  const Kind kind = read_kind(archive);
  return read_kind_at(archive, 2 * kind.estimator + kind.scalar, options);
}

}  // namespace detail

template <class Model>
void save_model(const std::string& path, const Model& model, const ModelContext& context) {
  const std::string text = detail::text_of(model, context);
  write_output(path, [&](std::ostream& out) { out << text; });
}

LoadedModel load_any_model(const std::string& path, const LoadModelOptions& options) {
  return detail::read_model(path, detail::read_bytes(path), options);
}

template <class Model>
Model load_model(const std::string& path, const LoadModelOptions& options) {
  detail::ModelReader archive(path, detail::read_bytes(path), options.memory_budget);
  const detail::Kind kind = detail::read_kind(archive);
  const std::string found = detail::kind_at(2 * kind.estimator + kind.scalar);
  const std::string wanted = detail::name_of<Model>();
  if (found != wanted) archive.refuse("the file holds a model of " + found + ", not of " + wanted);
  return std::get<Model>(detail::read_body<Model>(archive, options).model);
}

#define MERCER_INSTANTIATE(Model)                                                          \
  template void save_model(const std::string&, const Model<double>&, const ModelContext&); \
  template void save_model(const std::string&, const Model<float>&, const ModelContext&);  \
  template Model<double> load_model(const std::string&, const LoadModelOptions&);          \
  template Model<float> load_model(const std::string&, const LoadModelOptions&);
MERCER_INSTANTIATE(Svc)
MERCER_INSTANTIATE(LowRankSvc)
MERCER_INSTANTIATE(Svr)
MERCER_INSTANTIATE(OneClassSvm)
MERCER_INSTANTIATE(Svdd)
MERCER_INSTANTIATE(KernelRidge)
MERCER_INSTANTIATE(NystromRidge)
MERCER_INSTANTIATE(GaussianProcess)
MERCER_INSTANTIATE(GaussianProcessClassifier)
MERCER_INSTANTIATE(KernelLogistic)
#undef MERCER_INSTANTIATE

}  // namespace mercer
