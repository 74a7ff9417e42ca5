// Reads SVG back, strictly enough to find what viewers stumble over.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace mercer::test {

struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;                  // its own, entities as characters
  std::vector<std::string> parents;  // from the root
  bool is_drawn() const {            // at once, and not by reference
    return std::find(parents.begin(), parents.end(), "defs") == parents.end();
  }
  double number(const std::string& key) const {
    return std::strtod(attributes.at(key).c_str(), nullptr);
  }
};

/// All elements in their order. Throws std::runtime_error if the text is not well-formed.
class SvgReader {
 public:
  explicit SvgReader(const std::string& text) : text_(text) {
    const std::string declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    require(text_.rfind(declaration, 0) == 0, "no declaration");
    at_ = declaration.size();
    do {
      require(peek() == '<', "text outside of the root");
      tag();
    } while (!open_.empty());
    require(text_.substr(at_) == "\n", "text after the root");
  }

  const std::vector<Element>& elements() const { return elements_; }

  std::vector<Element> named(const std::string& name) const {
    std::vector<Element> found;
    for (const Element& element : elements_) {
      if (element.name == name) found.push_back(element);
    }
    return found;
  }

  bool has_text(const std::string& text) const {
    return std::any_of(elements_.begin(), elements_.end(), [&](const Element& element) {
      return element.name == "text" && element.text == text;
    });
  }

  /// How many marks the path elements carry.
  std::size_t marks() const {
    std::size_t count = 0;
    for (const Element& path : named("path")) {
      if (!path.attributes.contains("marker-start")) continue;
      count += path.attributes.contains("marker-end") ? points_of(path.attributes.at("d")) : 1;
    }
    return count;
  }

 private:
  static std::size_t points_of(const std::string& d) {
    std::size_t numbers = 0;
    bool within = false;
    for (const char c : d) {
      const bool digit = (c >= '0' && c <= '9') || c == '.';
      if ((digit && !within) || (c == '-' && within)) ++numbers;
      within = digit || c == '-';
      if (c == '-') numbers += digit;
    }
    return numbers / 2;
  }

  void require(bool holds, const std::string& what) const {
    if (!holds) throw std::runtime_error("SVG, byte " + std::to_string(at_) + ": " + what);
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\n') ++at_;
  }
  std::string word() {
    const std::size_t begin = at_;
    while (std::isalnum(static_cast<unsigned char>(peek())) || peek() == '-') ++at_;
    require(at_ > begin, "a name is missing");
    return text_.substr(begin, at_ - begin);
  }
  std::string content(char end) {
    static const std::map<std::string, char> entities = {
        {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"#39", '\''}};
    std::string value;
    while (peek() != end) {
      require(at_ < text_.size() && peek() != '<', "an unescaped < or the end");
      if (peek() != '&') {
        require(static_cast<unsigned char>(peek()) >= 0x20 || peek() == '\n',
                "a control character");
        value += text_[at_++];
        continue;
      }
      const std::size_t semicolon = text_.find(';', at_);
      require(semicolon != std::string::npos, "an unescaped &");
      const auto found = entities.find(text_.substr(at_ + 1, semicolon - at_ - 1));
      require(found != entities.end(), "an unknown entity");
      value += found->second;
      at_ = semicolon + 1;
    }
    return value;
  }
  void tag() {
    ++at_;
    if (peek() == '/') {
      ++at_;
      const std::string name = word();
      require(!open_.empty() && elements_[open_.back()].name == name,
              "</" + name + "> is not open");
      open_.pop_back();
    } else {
      Element element;
      element.name = word();
      for (const std::size_t parent : open_) element.parents.push_back(elements_[parent].name);
      for (skip_blanks(); peek() != '>' && peek() != '/'; skip_blanks()) {
        const std::string key = word();
        require(text_.substr(at_, 2) == "=\"", "no =\" after " + key);
        at_ += 2;
        require(element.attributes.emplace(key, content('"')).second, key + " twice");
        ++at_;
      }
      elements_.push_back(element);
      if (peek() == '/') {
        ++at_;
      } else {
        open_.push_back(elements_.size() - 1);
      }
    }
    require(peek() == '>', "a tag does not end");
    ++at_;
    if (!open_.empty()) elements_[open_.back()].text += content('<');
  }

  const std::string text_;
  std::size_t at_ = 0;
  std::vector<std::size_t> open_;
  std::vector<Element> elements_;
};

/// What every picture promises: it is well-formed, has a title for screen readers, legible text,
/// and all that is drawn outside of clipped groups lies within its bounds.
inline SvgReader check_picture(const std::string& svg, const std::string& title) {
  const SvgReader reader(svg);
  const Element& root = reader.elements().front();
  CHECK(root.name == "svg");
  CHECK(root.attributes.at("aria-label") == title);
  CHECK(reader.named("title").front().text == title);
  const double width = root.number("width");
  const double height = root.number("height");
  CHECK(root.attributes.at("viewBox") ==
        "0 0 " + root.attributes.at("width") + " " + root.attributes.at("height"));
  const auto inside = [](double value, double bound) { return value >= 0 && value <= bound; };
  for (const Element& element : reader.elements()) {
    if (!element.is_drawn()) continue;
    INFO(element.name << " " << element.text);
    for (const auto& [key, value] : element.attributes) {
      INFO(key << " = " << value);
      CHECK(value.find("nan") == std::string::npos);
      CHECK(value.find("inf") == std::string::npos);
      if (key == "x" || key == "x1" || key == "x2") CHECK(inside(element.number(key), width));
      if (key == "y" || key == "y1" || key == "y2") CHECK(inside(element.number(key), height));
      if (key == "font-size") CHECK(element.number(key) >= 11);
    }
    if (element.name == "rect") {
      CHECK(inside(element.number("x") + element.number("width"), width + 0.01));
      CHECK(inside(element.number("y") + element.number("height"), height + 0.01));
    }
  }
  return reader;
}

}  // namespace mercer::test
