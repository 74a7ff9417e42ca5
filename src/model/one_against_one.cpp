#include "model/one_against_one.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"

namespace mercer {
namespace {

double class_weight(const SvcOptions& options, arma::sword label) {
  for (const ClassWeight& entry : options.class_weights) {
    if (entry.label == label) return entry.weight;
  }
  return 1;
}

}  // namespace

ClassOrder order_by_class(const char* where, const arma::ivec& labels, const Col<double>& weights,
                          const SvcOptions& options) {
  const std::string at = std::string(where) + ": ";
  ClassOrder order;
  order.classes = arma::unique(labels);
  const arma::ivec& classes = order.classes;
  if (classes.n_elem < 2) {
    throw std::invalid_argument(at + "labels must hold at least two classes, " +
                                (classes.is_empty() ? std::string("there are none")
                                                    : "all " + std::to_string(labels.n_elem) +
                                                          " are " + std::to_string(classes(0))));
  }
  if (!weights.is_empty()) {
    require_rows(where, "weights", weights.n_elem, labels.n_elem, "one per point");
    for (const double w : weights) require_non_negative((at + "a weight").c_str(), w);
  }
  for (const ClassWeight& entry : options.class_weights) {
    if (std::find(classes.begin(), classes.end(), entry.label) == classes.end()) {
      throw std::invalid_argument(at + "class_weights names class " + std::to_string(entry.label) +
                                  ", which no row has");
    }
  }
  const arma::uvec rows = arma::stable_sort_index(labels);
  order.rows.assign(rows.begin(), rows.end());
  order.C.set_size(labels.n_elem);
  for (index_t c = 0, begin = 0; c < classes.n_elem; ++c) {
    index_t end = begin;
    const double C = (options.nu > 0 ? 1 : options.C) * class_weight(options, classes(c));
    bool counts = false;
    for (; end < labels.n_elem && labels(rows(end)) == classes(c); ++end) {
      order.C(end) = C * (weights.is_empty() ? 1.0 : weights(rows(end)));
      counts = counts || order.C(end) > 0;
    }
    if (!counts) {
      throw std::invalid_argument(at + "the weights of class " + std::to_string(classes(c)) +
                                  " are all 0");
    }
    order.of_class.push_back({begin, end});
    begin = end;
  }
  return order;
}

std::vector<ClassPair> class_pairs(index_t classes) {
  std::vector<ClassPair> pairs;
  for (index_t a = 0; a < classes; ++a) {
    for (index_t b = a + 1; b < classes; ++b) pairs.push_back({a, b});
  }
  return pairs;
}

SvmDual pair_dual(const char* where, const ClassOrder& order, ClassPair pair,
                  const SvcOptions& options) {
  const Range below = order.of_class[pair.first], above = order.of_class[pair.second];
  Col<double> y(below.size() + above.size(), arma::fill::ones), C(y.n_elem);
  for (index_t i = 0; i < below.size(); ++i) y(i) = -1;
  const std::vector<index_t> places = pair_places(order, pair);
  for (index_t i = 0; i < places.size(); ++i) C(i) = order.C(places[i]);
  if (options.nu > 0) {
    const std::string pair_name = std::string(where) + ": classes " +
                                  std::to_string(order.classes(pair.first)) + " and " +
                                  std::to_string(order.classes(pair.second));
    SvmDual dual = nu_svc_dual(pair_name.c_str(), below.size(), C, options.nu);
    dual.rows = {below, above};
    return dual;
  }
  SvmDual dual = c_svc_dual(y, C);
  dual.rows = {below, above};
  return dual;
}

SvmDual scaled_down(SvmDual dual, double margin) {
  for (auto* values : {&dual.low, &dual.high, &dual.start}) *values /= margin;
  return dual;
}

std::vector<index_t> pair_places(const ClassOrder& order, ClassPair pair) {
  std::vector<index_t> places;
  for (const index_t c : {pair.first, pair.second}) {
    for (index_t k = order.of_class[c].begin; k < order.of_class[c].end; ++k) places.push_back(k);
  }
  return places;
}

template <class T>
arma::ivec vote(const Mat<T>& decisions, const arma::ivec& classes) {
  arma::ivec winners(decisions.n_rows);
  for (index_t i = 0; i < decisions.n_rows; ++i) {
    std::vector<index_t> votes(classes.n_elem, 0);
    index_t pair = 0;
    for (index_t a = 0; a < classes.n_elem; ++a) {
      for (index_t b = a + 1; b < classes.n_elem; ++b, ++pair) {
        ++votes[decisions(i, pair) > 0 ? b : a];
      }
    }
    const auto most = std::max_element(votes.begin(), votes.end());  // the first of equals
    winners(i) = classes(static_cast<index_t>(most - votes.begin()));
  }
  return winners;
}

template arma::ivec vote(const Mat<double>&, const arma::ivec&);
template arma::ivec vote(const Mat<float>&, const arma::ivec&);

}  // namespace mercer
