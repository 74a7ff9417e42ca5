#include "cli/tune_pictures.hpp"

#include <algorithm>
#include <filesystem>

#include "cli/plot/heat_map.hpp"
#include "cli/plot/picture_file.hpp"
#include "mercer/core/check.hpp"

namespace mercer::cli {
namespace {

std::vector<double> numbers(const std::vector<std::string>& texts) {
  std::vector<double> out;
  for (const std::string& text : texts) out.push_back(std::stod(text));
  return out;
}

// The names of the two numbers with the most values, those of equally many as they come.
std::vector<std::string> axes_of(const SearchSpace& space) {
  std::vector<Dimension> several;
  for (const Dimension& dimension : space.dimensions()) {
    if (dimension.numbers.size() > 1) several.push_back(dimension);
  }
  std::stable_sort(several.begin(), several.end(), [](const auto& a, const auto& b) {
    return a.numbers.size() > b.numbers.size();
  });
  std::vector<std::string> out;
  for (const Dimension& dimension : several) out.push_back(dimension.name);
  return out;
}

// ", the best over kernel and epsilon", if they have several values as well.
std::string others_text(const SearchSpace& space, const std::string& x, const std::string& y) {
  std::string out;
  for (const Dimension& dimension : space.dimensions()) {
    const bool several = std::max(dimension.numbers.size(), dimension.texts.size()) > 1;
    if (!several || dimension.name == x || dimension.name == y) continue;
    out += (out.empty() ? ", the best over " : " and ") + dimension.name;
  }
  return out;
}

arma::uword place_of(const std::vector<std::string>& texts, double value) {
  return static_cast<arma::uword>(std::ranges::find(texts, shortest(value)) - texts.begin());
}

}  // namespace

std::vector<std::string> draw(const std::string& folder, const SearchTable& table,
                              const SearchSpace& space, bool is_random, const Session& session) {
  const std::vector<std::string> axes = axes_of(space);
  const char* reason = nullptr;
  if (is_random) {
    reason = "it shows a grid, and candidates were drawn at random";
  } else if (axes.size() < 2) {
    reason = "it needs two numbers with several values each";
  } else if (!table.best) {
    reason = "no candidate has a score";
  }
  if (reason != nullptr) {
    session.note(std::string("heat_map.svg is not drawn: ") + reason);
    return {};
  }
  const std::string &y = axes[0], &x = axes[1];
  const SearchSurface found = surface(table, y, x);
  const Parameters& best = table.rows[*table.best].parameters;
  plot::GridSurface picture{
      .title = std::string("Cross-validated ") + table.score + others_text(space, x, y) +
               (table.report.status == Status::converged ? "" : " (the search was ended early)"),
      .x = {x, numbers(found.columns)},
      .y = {y, numbers(found.rows)},
      .score = found.mean,
      .score_name = table.score};
  if (best.has(y) && best.has(x)) {  // else the best kernel has no such number
    picture.best = plot::GridCell{place_of(found.rows, best.number(y)),
                                  place_of(found.columns, best.number(x))};
  } else {
    session.note("heat_map.svg: the best candidate has no " + y + " and is not in it");
  }
  const std::string path = (std::filesystem::path(folder) / "heat_map.svg").string();
  plot::write_picture(path, plot::heat_map(picture));
  session.note("wrote " + path);
  return {path};
}

}  // namespace mercer::cli
