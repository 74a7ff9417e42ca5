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

// What nu_svc_dual allows; a hair less, so that its rounding does not matter.
double largest_nu(const Col<double>& w, index_t split) {
  const double below = arma::accu(w.head(split)), above = arma::accu(w.tail(w.n_elem - split));
  return 2 * std::min(below, above) / (below + above) * (1 - 1e-12);
}

std::string name_of(const ClassOrder& order, ClassPair pair) {
  const std::string second = std::to_string(order.classes(pair.second));
  if (pair.first == ClassPair::rest) return "class " + second + " against the rest";
  return "classes " + std::to_string(order.classes(pair.first)) + " and " + second;
}

}  // namespace

void require_class_weights(const std::string& model, const std::vector<ClassWeight>& named) {
  for (auto entry = named.begin(); entry != named.end(); ++entry) {
    require_non_negative((model + ": a class weight").c_str(), entry->weight);
    if (std::any_of(named.begin(), entry, [&](auto& e) { return e.label == entry->label; })) {
      throw std::invalid_argument(model + ": class_weights names class " +
                                  std::to_string(entry->label) + " twice");
    }
  }
}

ClassOrder order_by_class(const char* where, const arma::ivec& labels, const Col<double>& weights,
                          const SvcOptions& options, Rows part) {
  const std::string at = std::string(where) + ": ";
  ClassOrder order;
  order.part = part;
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
    if (end - begin < 2 && part == Rows::all) {
      throw std::invalid_argument(at + "labels must hold at least two rows of each class, class " +
                                  std::to_string(classes(c)) + " has one");
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

std::vector<ClassPair> class_pairs(index_t classes, MultiClass multi_class) {
  const bool against_rest = multi_class == MultiClass::one_against_rest && classes > 2;
  std::vector<ClassPair> pairs;
  for (index_t a = 0; a < classes; ++a) {
    if (against_rest) pairs.push_back({ClassPair::rest, a});
    for (index_t b = a + 1; b < classes && !against_rest; ++b) pairs.push_back({a, b});
  }
  return pairs;
}

arma::uvec classes_of_support(const Mat<double>& coefficients,
                              const std::vector<ClassPair>& problems) {
  arma::uvec classes(coefficients.n_rows, arma::fill::value(ClassPair::rest));
  for (index_t p = 0; p < problems.size(); ++p) {
    const double* beta = coefficients.colptr(p);
    for (index_t s = 0; s < classes.n_elem; ++s) {
      if (beta[s] == 0 || classes(s) != ClassPair::rest) continue;
      classes(s) = beta[s] > 0 ? problems[p].second : problems[p].first;
    }
  }
  return classes;
}

std::vector<index_t> pair_places(const ClassOrder& order, ClassPair pair) {
  std::vector<index_t> places;
  const auto add = [&](index_t c) {
    for (index_t k = order.of_class[c].begin; k < order.of_class[c].end; ++k) places.push_back(k);
  };
  for (index_t c = 0; c < order.of_class.size(); ++c) {
    if (c == pair.first || (pair.first == ClassPair::rest && c != pair.second)) add(c);
  }
  add(pair.second);
  return places;
}

SvmDual pair_dual(const char* where, const ClassOrder& order, ClassPair pair,
                  const SvcOptions& options) {
  const std::vector<index_t> places = pair_places(order, pair);
  const index_t split = places.size() - order.of_class[pair.second].size();
  Col<double> y(places.size(), arma::fill::ones), C(places.size());
  y.head(split).fill(-1);
  for (index_t i = 0; i < places.size(); ++i) C(i) = order.C(places[i]);
  const Range below{0, split}, above{split, places.size()};
  SvmDual dual;
  if (options.nu > 0) {
    const std::string at = std::string(where) + ": " + name_of(order, pair);
    const double nu =
        order.part == Rows::fold ? std::min(options.nu, largest_nu(C, split)) : options.nu;
    dual = nu_svc_dual(at.c_str(), split, C, nu);
  } else {
    dual = c_svc_dual(y, C);
  }
  dual.rows = {below, above};
  return dual;
}

SvmDual scaled_down(SvmDual dual, double margin) {
  for (auto* values : {&dual.low, &dual.high, &dual.start}) *values /= margin;
  return dual;
}

template <class T>
arma::uvec vote(const Mat<T>& decisions, index_t classes, const arma::uvec& precedence) {
  arma::uvec winners(decisions.n_rows);
  for (index_t i = 0; i < decisions.n_rows; ++i) {
    std::vector<index_t> votes(classes, 0);
    index_t pair = 0;
    for (index_t a = 0; a < classes; ++a) {
      for (index_t b = a + 1; b < classes; ++b, ++pair) ++votes[decisions(i, pair) > 0 ? b : a];
    }
    const auto most = std::max_element(votes.begin(), votes.end());  // the first of equals
    winners(i) = static_cast<index_t>(most - votes.begin());
    if (precedence.is_empty()) continue;
    winners(i) = *std::find_if(precedence.begin(), precedence.end(),
                               [&](index_t c) { return votes[c] == *most; });
  }
  return winners;
}

template arma::uvec vote(const Mat<double>&, index_t, const arma::uvec&);
template arma::uvec vote(const Mat<float>&, index_t, const arma::uvec&);

}  // namespace mercer
