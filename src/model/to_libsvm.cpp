#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/core/write_output.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/model/libsvm_model.hpp"
#include "model/one_against_one.hpp"
#include "model/svm_description.hpp"

namespace mercer {
namespace {

void append(std::string& text, double x) {
  char digits[32];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, x).ptr);
}

void append(std::string& text, const char* name, const std::vector<double>& values) {
  text += name;
  for (const double x : values) append(text += ' ', x);
  text += '\n';
}

// "kernel_type rbf", and its parameters.
std::string kernel_lines(const Kernel& kernel) {
  std::string text;
  if (dynamic_cast<const Linear*>(&kernel) != nullptr) {
    text = "kernel_type linear\n";
  } else if (const auto* power = dynamic_cast<const Polynomial*>(&kernel)) {
    text = "kernel_type polynomial\n";
    text += "degree " + std::to_string(power->degree()) + "\n";
    append(text, "gamma", {power->gamma()});
    append(text, "coef0", {power->coef0()});
  } else if (const auto* rbf = dynamic_cast<const Rbf*>(&kernel)) {
    text = "kernel_type rbf\n";
    append(text, "gamma", {rbf->gamma()});
  } else if (const auto* sigmoid = dynamic_cast<const Sigmoid*>(&kernel)) {
    text = "kernel_type sigmoid\n";
    append(text, "gamma", {sigmoid->gamma()});
    append(text, "coef0", {sigmoid->coef0()});
  } else {
    throw std::invalid_argument("to_libsvm: LIBSVM has no kernel like " + kernel.expression() +
                                "; it has linear, polynomial, rbf and sigmoid");
  }
  return text;
}

// The support vectors of a model: their points, or after the operator door their rows.
template <class T>
struct Support {
  const std::optional<OwnedPoints<T>>& points;
  const arma::uvec& rows;

  // " 1:0.5 3:2", the features that are not 0, counted from 1; or " 0:7", the row from 1.
  void append_to(std::string& text, index_t s) const {
    if (!points) {
      text += " 0:" + std::to_string(rows(s) + 1);
      return;
    }
    const Points<T> view = points->view();
    const auto add = [&](index_t feature, T value) {
      if (value == 0) return;
      text += ' ' + std::to_string(feature + 1) + ':';
      append(text, static_cast<double>(value));
    };
    if (view.is_sparse()) {
      const SparsePoint<T> x = view.stored(s);
      for (index_t k = 0; k < x.count; ++k) add(x.features[k], x.values[k]);
    } else {
      for (index_t k = 0; k < view.dim(); ++k) add(k, view.point(s)[k]);
    }
  }
};

template <class Model>
std::string header(const char* svm_type, const Model& model, bool has_points, index_t classes) {
  return std::string("svm_type ") + svm_type + "\n" +
         (has_points ? kernel_lines(model.kernel()) : "kernel_type precomputed\n") + "nr_class " +
         std::to_string(classes) + "\ntotal_sv " + std::to_string(model.support_indices().n_elem) +
         "\n";
}

template <class Model>
void require_fitted(const char* name, const Model& model) {
  if (model.is_fitted()) return;
  throw std::invalid_argument(std::string("to_libsvm: the model, ") + name + ", is not fitted");
}

void write(const std::string& path, const std::string& text) {
  write_output(path, [&](std::ostream& out) { out << text; });
}

// f(x) = sum_i beta_i k(x_i, x) - rho.
template <class T, class Model>
void write_expansion(const std::string& path, const char* svm_type, const Model& model) {
  const Support<T> support{ModelDescription<SupportModel<T>>::points_of(model),
                           model.support_indices()};
  std::string text = header(svm_type, model, support.points.has_value(), 2);
  append(text, "rho", {-model.bias()});
  text += "SV\n";
  for (index_t s = 0; s < model.coefficients().n_elem; ++s) {
    append(text, model.coefficients()(s));
    support.append_to(text, s);
    text += '\n';
  }
  write(path, text);
}

}  // namespace

// The decision value of labels a, b of the file, a before b, is positive for a; ours of the pair is
// positive for the larger label.
template <class T>
void to_libsvm(const std::string& path, const Svc<T>& model) {
  require_fitted("Svc", model);
  const index_t k = model.classes().n_elem;
  if (k > 2 && model.options().multi_class != MultiClass::one_against_one) {
    throw std::invalid_argument(
        "to_libsvm: LIBSVM has several classes one against one, the model has them one against "
        "the rest");
  }
  const Mat<double>& beta = model.coefficients();
  const arma::uvec class_of = classes_of_support(beta, class_pairs(k, MultiClass::one_against_one));
  const arma::uvec order = ModelDescription<Svc<T>>::label_order(model);
  const Support<T> support{ModelDescription<Svc<T>>::points_of(model), model.support_indices()};
  std::string text =
      header(model.options().nu > 0 ? "nu_svc" : "c_svc", model, support.points.has_value(), k);
  std::vector<double> rho;
  std::string labels = "label", counts = "nr_sv", vectors = "SV\n";
  for (index_t i = 0; i < k; ++i) {
    for (index_t j = i + 1; j < k; ++j) {
      const double bias = model.biases()(pair_place(order(i), order(j), k));
      rho.push_back(order(i) > order(j) ? -bias : bias);
    }
    index_t count = 0;
    for (index_t s = 0; s < class_of.n_elem; ++s) {
      if (class_of(s) != order(i)) continue;
      ++count;
      const std::size_t line = vectors.size();
      for (index_t j = 0; j < k; ++j) {
        if (j == i) continue;
        const double coefficient = beta(s, pair_place(order(i), order(j), k));
        const bool same_sign = order(std::min(i, j)) > order(std::max(i, j));
        append(vectors += ' ', same_sign ? coefficient : -coefficient);
      }
      vectors.erase(line, 1);
      support.append_to(vectors, s);
      vectors += '\n';
    }
    labels += ' ' + std::to_string(model.classes()(order(i)));
    counts += ' ' + std::to_string(count);
  }
  append(text, "rho", rho);
  write(path, text + labels + '\n' + counts + '\n' + vectors);
}

template <class T>
void to_libsvm(const std::string& path, const Svr<T>& model) {
  require_fitted("Svr", model);
  write_expansion<T>(path, model.options().nu > 0 ? "nu_svr" : "epsilon_svr", model);
}

template <class T>
void to_libsvm(const std::string& path, const OneClassSvm<T>& model) {
  require_fitted("OneClassSvm", model);
  write_expansion<T>(path, "one_class", model);
}

#define MERCER_INSTANTIATE(T)                                 \
  template void to_libsvm(const std::string&, const Svc<T>&); \
  template void to_libsvm(const std::string&, const Svr<T>&); \
  template void to_libsvm(const std::string&, const OneClassSvm<T>&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
