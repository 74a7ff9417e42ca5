#include "model/support_of.hpp"

#include "mercer/core/memory.hpp"

namespace mercer {

Support support_of(const ClassOrder& order, const std::vector<ClassPair>& problems,
                   const std::vector<PairSolution>& solutions, index_t n) {
  constexpr index_t none = static_cast<index_t>(-1);
  std::vector<index_t> place_of(n, none);  // of a row among those of the support
  const auto each = [&](auto&& visit) {    // visit(row, problem, coefficient)
    for (index_t p = 0; p < problems.size(); ++p) {
      const std::vector<index_t> places = pair_places(order, problems[p]);
      for (index_t i = 0; i < places.size(); ++i) {
        const double beta = solutions[p].beta(i);
        if (beta != 0) visit(order.rows[places[i]], p, beta);
      }
    }
  };
  each([&](index_t row, index_t, double) { place_of[row] = 0; });
  std::vector<index_t> rows;
  for (index_t row = 0; row < n; ++row) {
    if (place_of[row] == none) continue;
    place_of[row] = rows.size();
    rows.push_back(row);
  }
  Support out{arma::uvec(rows), {}};
  out.coefficients.set_size(rows.size(), problems.size());
  prefer_huge_pages(out.coefficients.memptr(), out.coefficients.n_elem * sizeof(double));
  out.coefficients.zeros();
  each([&](index_t row, index_t p, double beta) { out.coefficients(place_of[row], p) = beta; });
  return out;
}

}  // namespace mercer
