#include "solver/packed_block.hpp"

#include <algorithm>

#include "mercer/core/parallel.hpp"

namespace mercer {

void PackedBlock::pack(const SmoVariables& from, const std::vector<index_t>& places) {
  places_ = places;
  const auto middle = std::lower_bound(places.begin(), places.end(), from.groups[1].begin);
  first_ = static_cast<index_t>(middle - places.begin());
  starts_ = {from.groups[0].begin, from.groups[1].begin};
  block_ = SmoVariables(first_, places.size() - first_, from.separate, from.tube);
  sources_.assign(stride(), places.empty() ? 0 : places.front());
  for (index_t k = 0; k < places.size(); ++k) {
    const index_t b = in_block(k), p = places[k];
    sources_[b] = p;
    block_.F[b] = from.F[p];
    block_.beta[b] = from.beta[p];
    block_.low[b] = from.low[p];
    block_.high[b] = from.high[p];
    block_.diagonal[b] = from.diagonal[p];
    block_.refresh(b);
  }
  values_.set_size(stride() * stride());
}

void PackedBlock::copy_values(const SmoColumns& of_places, int threads) {
  // Of a small block one half comes from the columns, which are far apart, and the other from the
  // block.
  constexpr index_t small = 512;
  const index_t count = places_.size();
  const bool mirror = count <= small;
  const auto copy = [&](index_t k) {
    float* column = values() + in_block(k) * stride();
    for (index_t g = 0; g < 2; ++g) {
      const index_t begin = g == 0 ? 0 : first_, end = g == 0 ? first_ : count;
      const float* from = of_places[g][k];
      float* to = column + block_.groups[g].begin;
      for (index_t l = std::max(begin, mirror ? k : 0); l < end; ++l) {
        to[l - begin] = from[places_[l] - starts_[g]];
      }
      std::fill(to + (end - begin), column + block_.groups[g].end, 0.0F);
    }
  };
  if (!mirror) return parallel_for(count, threads, [&](index_t k, int) { copy(k); });
  for (index_t k = 0; k < count; ++k) {
    float* column = values() + in_block(k) * stride();
    for (index_t l = 0; l < k; ++l)
      column[in_block(l)] = values()[in_block(k) + in_block(l) * stride()];
    copy(k);
  }
}

SmoColumns PackedBlock::columns() const {
  SmoColumns out;
  for (std::size_t g = 0; g < 2; ++g) {
    for (index_t b = 0; b < stride(); ++b) {
      out[g].push_back(values_.memptr() + b * stride() + block_.groups[g].begin);
    }
  }
  return out;
}

SmoChanges PackedBlock::write_back(SmoVariables& to) const {
  SmoChanges out;
  for (index_t k = 0; k < places_.size(); ++k) {
    const index_t p = places_[k];
    const double step = block_.beta[in_block(k)] - to.beta[p];
    if (step == 0) continue;
    out.before.push_back(to.beta[p]);
    to.beta[p] = block_.beta[in_block(k)];
    to.refresh(p);
    out.places.push_back(p);
    out.steps.push_back(step);
  }
  return out;
}

void PackedBlock::undo(const SmoChanges& changes, SmoVariables& to) {
  for (index_t k = 0; k < changes.places.size(); ++k) {
    to.beta[changes.places[k]] = changes.before[k];
    to.refresh(changes.places[k]);
  }
}

}  // namespace mercer
