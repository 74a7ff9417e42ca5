// Points in the panels that the inner loops read.
#pragma once

#include <algorithm>
#include <memory>
#include <new>

#include "mercer/tile/points.hpp"
#include "tile/panel.hpp"

namespace mercer {

/// A copy of n points of dimension d in panels of 16, the last one filled up with zeros. P: the
/// precision of the copy.
template <class P>
class PackedPoints {
 public:
  template <class T>
  explicit PackedPoints(Points<T> points) : dim_(points.dim()), count_(points.count()) {
    const index_t panels = (count_ + panel_points - 1) / panel_points;
    data_.reset(static_cast<P*>(
        ::operator new(panels* panel_points* dim_ * sizeof(P), std::align_val_t(64))));
    for (index_t p = 0; p < panels; ++p) {
      P* to = data_.get() + p * panel_points * dim_;
      const index_t used = std::min(panel_points, count_ - p * panel_points);
      if (used < panel_points) std::fill_n(to, panel_points * dim_, P(0));
      for (index_t i = 0; i < used; ++i) {
        const T* x = points.point(p * panel_points + i);
        for (index_t k = 0; k < dim_; ++k) to[k * panel_points + i] = x[k];
      }
    }
  }

  index_t dim() const { return dim_; }
  index_t count() const { return count_; }
  const P* panel(index_t p) const { return data_.get() + p * panel_points * dim_; }

 private:
  struct Free {
    void operator()(P* data) const { ::operator delete(data, std::align_val_t(64)); }
  };
  index_t dim_;
  index_t count_;
  std::unique_ptr<P, Free> data_;
};

}  // namespace mercer
