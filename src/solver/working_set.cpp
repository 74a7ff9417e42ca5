#include "solver/working_set.hpp"

#include <algorithm>
#include <cmath>

namespace mercer {

// The candidates with the largest values, the smaller place among equals.
void WorkingSet::take(std::vector<std::pair<double, index_t>>& candidates, index_t count) {
  const auto before = [](const auto& a, const auto& b) {
    return a.first > b.first || (a.first == b.first && a.second < b.second);
  };
  if (candidates.size() > count) {
    std::nth_element(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(count),
                     candidates.end(), before);
    candidates.resize(count);
  }
  for (const auto& [value, k] : candidates) {
    taken_[k] = 1;
    places_.push_back(k);
  }
}

const std::vector<index_t>& WorkingSet::choose(const SmoVariables& v) {
  const index_t total = v.F.size();
  const std::vector<index_t> last = std::move(places_);
  places_.clear();
  taken_.assign(total, 0);

  const auto is_free = [&](index_t k) {
    return std::isfinite(v.up[k]) && std::isfinite(v.down[k]);
  };
  const auto free = static_cast<index_t>(std::count_if(last.begin(), last.end(), is_free));
  index_t changed = 0;
  for (index_t k = 0; k < last.size(); ++k) {
    if (v.beta[last[k]] != last_beta_[k]) ++changed;
  }
  const index_t size = std::min(most_, std::max({least_, 2 * free, 2 * changed}));

  const auto value_up = [&](index_t k) { return v.F[k] + v.up[k]; };
  const auto value_down = [&](index_t k) { return -(v.F[k] + v.down[k]); };
  std::vector<std::pair<double, index_t>> candidates;
  const auto take_violators = [&](Range group, double beyond, index_t count, const auto& value) {
    candidates.clear();
    for (index_t k = group.begin; k < group.end; ++k) {
      if (taken_[k] == 0 && value(k) > beyond) candidates.emplace_back(value(k), k);
    }
    take(candidates, count);
  };

  // Half of the set for new violators, a quarter each side, shared among the groups that violate.
  struct Violation {
    Range group;
    SmoExtremes e;
    double size() const { return e.up - e.down; }
  };
  std::vector<Violation> violations;  // the largest first
  for (const Range group : v.constraints()) {
    const Violation now{group, extremes(v, group)};
    if (now.size() > 0) violations.push_back(now);
  }
  if (violations.empty()) return places_;
  if (violations.back().size() > violations.front().size()) std::swap(violations[0], violations[1]);
  const index_t share = std::max<index_t>(1, size / (4 * violations.size()));
  for (const auto& [group, e] : violations) {
    if (places_.size() + 2 > size) break;  // a set of two or three variables
    take_violators(group, e.down, share, value_up);
    take_violators(group, -e.up, share, value_down);
  }
  // Then the free ones of the last set, then those at bounds, then more violators.
  for (const bool wanted : {true, false}) {
    for (const index_t k : last) {
      if (places_.size() == size) break;
      if (taken_[k] != 0 || is_free(k) != wanted) continue;
      taken_[k] = 1;
      places_.push_back(k);
    }
  }
  for (const auto& [group, e] : violations) {
    take_violators(group, e.down, (size - places_.size()) / 2, value_up);
    take_violators(group, -e.up, size - places_.size(), value_down);
  }
  std::sort(places_.begin(), places_.end());
  last_beta_.clear();
  for (const index_t k : places_) last_beta_.push_back(v.beta[k]);
  return places_;
}

void WorkingSet::save(StateWriter& to) const {
  to.put(places_);
  to.put(last_beta_);
}

void WorkingSet::restore(StateReader& from, index_t places) {
  places_ = from.indices(places, places);
  last_beta_ = from.numbers(places_.size());
}

}  // namespace mercer
