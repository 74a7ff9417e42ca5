#include "selection/kernel_groups.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "mercer/kernel/parse.hpp"

namespace mercer {
namespace {

bool has_text_form(const std::string& expression) {
  try {
    parse_kernel(expression);
    return true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

}  // namespace

template <class T>
std::vector<KernelGroup> kernel_groups(const std::vector<const AnyEstimator<T>*>& models,
                                       bool leave_one_out) {
  std::vector<KernelGroup> groups;
  std::map<std::pair<std::string, bool>, index_t> group_of;
  for (index_t m = 0; m < models.size(); ++m) {
    const Kernel* kernel = models[m]->shared_kernel();
    const bool is_closed = leave_one_out && models[m]->has_leave_one_out();
    const std::string expression = kernel == nullptr ? "" : kernel->expression();
    const auto [place, is_new] = group_of.insert({{expression, is_closed}, groups.size()});
    if (!is_new) {
      groups[place->second].models.push_back(m);
      continue;
    }
    groups.push_back({kernel, is_closed, {m}});
    if (kernel == nullptr || !has_text_form(expression)) group_of.erase(place);
  }
  for (KernelGroup& group : groups) {
    std::stable_sort(group.models.begin(), group.models.end(), [&](index_t a, index_t b) {
      return models[a]->price().value_or(0) < models[b]->price().value_or(0);
    });
  }
  return groups;
}

template std::vector<KernelGroup> kernel_groups(const std::vector<const AnyEstimator<double>*>&,
                                                bool);
template std::vector<KernelGroup> kernel_groups(const std::vector<const AnyEstimator<float>*>&,
                                                bool);

}  // namespace mercer
