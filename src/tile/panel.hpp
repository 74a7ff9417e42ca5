// The inner loops of the statistics: rows of panels of 16 points against a panel.
#pragma once

#include "mercer/core/types.hpp"
#include "mercer/tile/statistic.hpp"

namespace mercer {

/// Points side by side in a panel, feature by feature: feature k of point i of a panel stands at
/// panel[k * panel_points + i]. 16 floats are the widest vector, 16 doubles two of them.
inline constexpr index_t panel_points = 16;

/// A run of features of two panels.
struct Stretch {
  index_t count;
  index_t in_float = 0;  // panels of floats: features that are summed in float, see float_stretch
  bool first = true;     // the results are overwritten, else added to
};

/// Panels that follow each other at a distance, each at features that are wanted.
template <class P>
struct PanelRow {
  const P* first;
  index_t count = 1;
  index_t distance = 0;  // from a panel to the next, in values
};

/// out(i, j) = s(x_i, y_j), or += , over a run of features, for all points of the panels of x and
/// the first out.cols points of y, which may point into a panel, at its first point wanted. Panels
/// of doubles are summed in double, panels of floats in float over stretches, and these in double.
template <class P>
void fill_panels(Statistic statistic, PanelRow<P> x, const P* y, Stretch features,
                 Tile<double> out);

/// out[i] = s(x_i, x_i) for the points of one panel, the bits that fill_panels gives.
template <class P>
void fill_panel_diagonal(Statistic statistic, const P* x, Stretch features, double* out);

/// Features that are summed in float before the sum goes to double: about sqrt(dim), a multiple of
/// 4, so that the rounding errors of the stretches average out to u / 3 (u = 2^-24, root mean
/// square) for every dim.
inline index_t float_stretch(index_t dim) {
  index_t stretch = 8;
  while ((stretch + 4) * (stretch + 4) <= dim) stretch += 4;
  return stretch;
}

}  // namespace mercer
