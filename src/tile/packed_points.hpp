// Points in the panels that the inner loops read.
#pragma once

#include <algorithm>
#include <memory>
#include <new>
#include <vector>

#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/tile/points.hpp"
#include "tile/panel.hpp"

namespace mercer {

/// A copy of n points of dimension d in panels of 16, the last one filled up with zeros. P: the
/// precision of the copy.
template <class P>
class PackedPoints {
 public:
  /// threads: of the team that packs. centre: what is taken from every point, if not empty.
  template <class T>
  PackedPoints(Points<T> points, int threads, const std::vector<double>& centre = {})
      : dim_(points.dim()), count_(points.count()) {
    const index_t panels = (count_ + panel_points - 1) / panel_points;
    const std::size_t bytes = panels * panel_points * dim_ * sizeof(P);
    data_.reset(static_cast<P*>(::operator new(bytes, std::align_val_t(64))));
    take_pages(data_.get(), bytes, threads);
    // An item is a run of panels, 32 KiB or more of them.
    const index_t run = 1 + (index_t{1} << 15) / (panel_points * dim_ * sizeof(P) + 1);
    const index_t items = (panels + run - 1) / run;
    parallel_for(items, threads, [&](index_t item, int) {
      for (index_t p = item * run; p < std::min((item + 1) * run, panels); ++p)
        pack(points, p, centre);
    });
  }

  index_t dim() const { return dim_; }
  index_t count() const { return count_; }
  const P* panel(index_t p) const { return data_.get() + p * panel_points * dim_; }

 private:
  template <class T>
  void pack(const Points<T>& points, index_t p, const std::vector<double>& centre) {
    P* to = data_.get() + p * panel_points * dim_;
    const index_t used = std::min(panel_points, count_ - p * panel_points);
    if (used < panel_points) std::fill_n(to, panel_points * dim_, P(0));
    const auto copy = [&](const auto& value) {
      for (index_t k = 0; k < dim_; ++k) {
        for (index_t i = 0; i < used; ++i) {
          to[k * panel_points + i] = value(points.point(p * panel_points + i)[k], k);
        }
      }
    };
    if (centre.empty()) {
      copy([](T x, index_t) { return static_cast<P>(x); });
    } else {
      copy([&](T x, index_t k) { return static_cast<P>(static_cast<double>(x) - centre[k]); });
    }
  }

  struct Free {
    void operator()(P* data) const { ::operator delete(data, std::align_val_t(64)); }
  };
  index_t dim_;
  index_t count_;
  std::unique_ptr<P, Free> data_;
};

}  // namespace mercer
