#include "mercer/gram/gram_gradient.hpp"

#include <algorithm>

#include "mercer/core/check.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/scratch.hpp"
#include "mercer/tile/statistic.hpp"

namespace mercer {

std::vector<double> gram_gradient(const Kernel& kernel, Points<double> X, TileWeights weights,
                                  const GramOptions& options, Poll poll) {
  const std::size_t parameters = kernel.theta().size();
  const Points<double> shared = sharing(X, X, options.threads).first;
  const auto gradient = kernel.bind_gradient(shared);
  if (parameters == 0) return {};
  std::vector<std::pair<Range, Range>> tiles;
  for (index_t c = 0; c < X.count(); c += tile_edge) {
    const Range cols{c, std::min(c + tile_edge, X.count())};
    for (index_t r = 0; r <= c; r += tile_edge) {
      tiles.emplace_back(Range{r, std::min(r + tile_edge, X.count())}, cols);
    }
  }

  // Each tile has sums of its own, which are added up in the order of the tiles.
  Mat<double> parts(parameters, tiles.size(), arma::fill::zeros);
  std::vector<Scratch> scratch(team_size(tiles.size(), options.threads));
  parallel_for(tiles.size(), options.threads, poll, [&](index_t item, int worker) {
    const auto [rows, cols] = tiles[item];
    Scratch& own = scratch[static_cast<std::size_t>(worker)];
    const auto lease = own.lease<double>(tile_stride<double> * tile_edge);
    const Tile<double> M{lease.data(), rows.size(), cols.size(), tile_stride<double>};
    weights(rows, cols, M);
    gradient->add(rows, cols, {M.data, M.rows, M.cols, M.stride}, {parts.colptr(item), parameters},
                  {}, own);
  });
  std::vector<double> sums(parameters, 0.0);
  for (index_t item = 0; item < tiles.size(); ++item) {
    const double times = tiles[item].first == tiles[item].second ? 1 : 2;  // its mirror image
    for (std::size_t p = 0; p < parameters; ++p) sums[p] += times * parts(p, item);
  }
  return sums;
}

std::vector<double> gram_gradient(const Kernel& kernel, const Mat<double>& X, const Mat<double>& M,
                                  const GramOptions& options) {
  require_finite("gram_gradient", "X", X);
  require_rows("gram_gradient", "M", M.n_rows, X.n_cols, "one per point");
  require_columns("gram_gradient", "M", M.n_cols, X.n_cols, "one per point");
  return gram_gradient(
      kernel, Points<double>(X),
      [&](Range rows, Range cols, Tile<double> out) {
        for (index_t j = 0; j < cols.size(); ++j) {
          std::copy_n(M.colptr(cols.begin + j) + rows.begin, rows.size(), out.column(j));
        }
      },
      options);
}

}  // namespace mercer
