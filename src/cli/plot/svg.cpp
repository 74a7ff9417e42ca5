#include "cli/plot/svg.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace mercer::plot {
namespace {

const char* const fonts = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

std::string attribute(const char* name, const std::string& value) {
  return std::string(" ") + name + "=\"" + escape(value) + "\"";
}

std::string attribute(const char* name, double value) { return attribute(name, coordinate(value)); }

std::string attributes(const Stroke& stroke) {
  std::string text = attribute("stroke", stroke.colour);
  if (stroke.colour == "none") return text;
  if (stroke.width != 1) text += attribute("stroke-width", stroke.width);
  if (!stroke.dash.empty()) text += attribute("stroke-dasharray", stroke.dash);
  return text;
}

std::string attributes(const Box& box) {
  return attribute("x", box.x) + attribute("y", box.y) + attribute("width", box.width) +
         attribute("height", box.height);
}

// Shapes 2 units across and of about the same area, around the origin.
std::string outline(Shape shape) {
  switch (shape) {
    case Shape::square:
      return "M-.9-.9H.9V.9H-.9z";
    case Shape::triangle:
      return "M0-1.15 1.1.8H-1.1z";
    case Shape::diamond:
      return "M0-1.25 1.25 0 0 1.25-1.25 0z";
    case Shape::pentagon:
      return "M0-1.1 1.05-.34.65.89H-.65L-1.05-.34z";
    case Shape::hourglass:
      return "M-1-1H1L-1 1H1z";
    case Shape::cross:
      return "M-1-1 1 1M1-1-1 1";
    case Shape::circle:
    case Shape::ring:
      break;
  }
  return "M-1 0a1 1 0 1 1 2 0a1 1 0 1 1-2 0z";
}

}  // namespace

Svg::Svg(double width, double height, const std::string& title, const std::string& description)
    : width_(width), height_(height) {
  head_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"" +
          attribute("width", width) + attribute("height", height) +
          attribute("viewBox", "0 0 " + coordinate(width) + " " + coordinate(height)) +
          " role=\"img\"" + attribute("aria-label", title) + attribute("font-family", fonts) +
          ">\n<title>" + escape(title) + "</title>\n<desc>" + escape(description) + "</desc>\n";
  rectangle({0, 0, width, height}, "#ffffff");
}

void Svg::rectangle(const Box& box, const std::string& fill, const Stroke& stroke) {
  body_ += "<rect" + attributes(box) + attribute("fill", fill) +
           (stroke.colour == "none" ? " shape-rendering=\"crispEdges\"" : attributes(stroke)) +
           "/>\n";
}

void Svg::line(Point from, Point to, const Stroke& stroke) {
  body_ += "<line" + attribute("x1", from.x) + attribute("y1", from.y) + attribute("x2", to.x) +
           attribute("y2", to.y) + attributes(stroke) + "/>\n";
}

void Svg::stroke(const Path& path, const Stroke& stroke) {
  if (path.empty()) return;
  body_ += "<path" + attribute("d", path.text()) + " fill=\"none\" stroke-linejoin=\"round\"" +
           attributes(stroke) + "/>\n";
}

void Svg::fill(const Path& path, const std::string& colour, double edge) {
  if (path.empty()) return;
  body_ += "<path" + attribute("d", path.text()) + attribute("fill", colour) +
           (edge > 0 ? attributes(Stroke{colour, edge}) : "") + "/>\n";
}

void Svg::text(Point baseline, const Label& label, const TextStyle& style) {
  body_ += "<text" + attribute("x", baseline.x) + attribute("y", baseline.y) +
           attribute("font-size", style.size) + attribute("fill", style.colour);
  if (style.anchor == Anchor::middle) body_ += " text-anchor=\"middle\"";
  if (style.anchor == Anchor::end) body_ += " text-anchor=\"end\"";
  if (style.bold) body_ += " font-weight=\"bold\"";
  if (style.upwards) {
    body_ += attribute("transform",
                       "rotate(-90 " + coordinate(baseline.x) + " " + coordinate(baseline.y) + ")");
  }
  body_ += ">" + escape(label.text);
  if (!label.exponent.empty()) {
    body_ += "<tspan" + attribute("dy", -0.38 * style.size) +
             attribute("font-size", exponent_size(style.size)) + ">" + escape(label.exponent) +
             "</tspan>";
  }
  body_ += "</text>\n";
}

void Svg::text(Point baseline, const std::string& text, const TextStyle& style) {
  this->text(baseline, Label{text}, style);
}

void Svg::marks(const std::vector<Point>& points, const Mark& mark) {
  std::set<std::pair<long long, long long>> pixels;
  Path path;
  for (const Point& point : points) {
    if (!std::isfinite(point.x) || !std::isfinite(point.y)) continue;
    // Elsewhere than in the picture nobody sees it.
    if (point.x < 0 || point.y < 0 || point.x > width_ || point.y > height_) continue;
    if (!pixels.emplace(std::llround(point.x), std::llround(point.y)).second) continue;
    path.empty() ? path.move_to(point) : path.line_to(point);
  }
  if (path.empty()) return;
  // Vertices of an invisible line carry the marks: eight bytes for each.
  const std::string id = "m" + std::to_string(ids_++);
  const bool open = mark.shape == Shape::ring || mark.shape == Shape::cross;
  definitions_ += "<marker" + attribute("id", id) +
                  " markerUnits=\"userSpaceOnUse\" overflow=\"visible\" orient=\"0\"><path" +
                  attribute("d", outline(mark.shape)) +
                  attribute("transform", "scale(" + coordinate(mark.size / 2) + ")") +
                  attribute("fill", open ? "none" : mark.colour) +
                  attribute("stroke", open ? mark.colour : mark.edge) +
                  attribute("stroke-width", (open            ? 3.0
                                             : mark.size < 6 ? 0.8
                                                             : 1.4) /
                                                mark.size) +
                  "/></marker>\n";
  const std::string url = "url(#" + id + ")";
  // A single point is a line of length 0 with a mark at its start, since viewers differ on paths of
  // one vertex.
  const bool single = pixels.size() == 1;
  body_ += "<path" + attribute("d", path.text() + (single ? "h0" : "")) +
           " fill=\"none\" stroke=\"none\"" + attribute("marker-start", url) +
           (single ? "" : attribute("marker-mid", url) + attribute("marker-end", url)) + "/>\n";
}

void Svg::gradient(const Box& box, const std::vector<std::string>& colours) {
  const std::string id = "g" + std::to_string(ids_++);
  definitions_ += "<linearGradient" + attribute("id", id) + " x1=\"0\" y1=\"1\" x2=\"0\" y2=\"0\">";
  const auto last = static_cast<double>(std::max<std::size_t>(colours.size(), 2) - 1);
  for (std::size_t k = 0; k < colours.size(); ++k) {
    definitions_ += "<stop" + attribute("offset", static_cast<double>(k) / last) +
                    attribute("stop-color", colours[k]) + "/>";
  }
  definitions_ += "</linearGradient>\n";
  body_ += "<rect" + attributes(box) + attribute("fill", "url(#" + id + ")") + "/>\n";
}

void Svg::hatched(const Box& box) {
  if (!hatch_is_defined_) {
    hatch_is_defined_ = true;
    definitions_ +=
        "<pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
        "patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#ffffff\"/>"
        "<rect width=\"1.2\" height=\"6\" fill=\"#999999\"/></pattern>\n";
  }
  body_ += "<rect" + attributes(box) + " fill=\"url(#hatch)\"/>\n";
}

void Svg::clip(const Box& box) {
  const std::string id = "c" + std::to_string(ids_++);
  definitions_ +=
      "<clipPath" + attribute("id", id) + "><rect" + attributes(box) + "/></clipPath>\n";
  body_ += "<g" + attribute("clip-path", "url(#" + id + ")") + ">\n";
}

void Svg::group(const std::string& name) { body_ += "<g><title>" + escape(name) + "</title>\n"; }

void Svg::close() { body_ += "</g>\n"; }

std::string Svg::document() const {
  return head_ + (definitions_.empty() ? "" : "<defs>\n" + definitions_ + "</defs>\n") + body_ +
         "</svg>\n";
}

}  // namespace mercer::plot
