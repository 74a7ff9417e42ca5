// The inner loops of the statistics: one panel of points against columns.
#pragma once

#include "mercer/core/types.hpp"
#include "mercer/tile/statistic.hpp"

namespace mercer {

/// Points side by side in a panel: 256 bytes, four of the widest vectors.
template <class T>
inline constexpr index_t panel_rows = 256 / sizeof(T);

/// out(i, j) = s(panel point i, y_j) for all panel_rows<T> points i and j < cols.
template <class T>
void fill_panel(Statistic statistic,
                const T* panel,  // panel_rows<T> x d: feature k of all points at panel + k * rows
                const T* y,      // d x cols
                index_t dim, Tile<T> out);

/// out[i] = s(panel point i, panel point i).
template <class T>
void panel_diagonal(Statistic statistic, const T* panel, index_t dim, T* out);

}  // namespace mercer
