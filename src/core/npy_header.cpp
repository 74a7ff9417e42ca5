#include "core/npy_header.hpp"

#include <bit>
#include <limits>
#include <vector>

#include "core/text_file.hpp"
#include "mercer/core/errors.hpp"

namespace mercer::detail {
namespace {

/// Reads the few literals of Python that a header is made of.
class Literals {
 public:
  Literals(const std::string& path, std::string_view text) : path_(path), rest_(text) {}

  [[noreturn]] void refuse(const std::string& reason) const { throw ParseError(path_, 0, reason); }

  bool accept(std::string_view token) {
    const auto begin = rest_.find_first_not_of(" \t\n");
    rest_.remove_prefix(begin == std::string_view::npos ? rest_.size() : begin);
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  void expect(std::string_view token) {
    if (!accept(token)) {
      refuse("the header is not that of a .npy file: expected " + quoted(token) + " before " +
             quoted(rest_));
    }
  }

  std::string_view string() {
    const bool is_double = accept("\"");
    if (!is_double) expect("'");
    const auto size = rest_.find(is_double ? '"' : '\'');
    if (size == std::string_view::npos) refuse("the header has a string without an end");
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size + 1);
    return text;
  }

  bool boolean() {
    if (accept("True")) return true;
    expect("False");
    return false;
  }

  std::vector<index_t> tuple() {
    std::vector<index_t> numbers;
    expect("(");
    while (!accept(")")) {
      accept("");  // spaces
      const std::string_view digits = rest_.substr(0, rest_.find_first_not_of("0123456789"));
      index_t number = 0;
      if (!read_index(digits, number)) {
        refuse("the shape holds " + quoted(rest_) + ", not a size below 2^64");
      }
      rest_.remove_prefix(digits.size());
      accept("L");  // Python 2 wrote (3L, 4L)
      numbers.push_back(number);
      if (accept(",")) continue;
      expect(")");
      break;
    }
    return numbers;
  }

  bool at_end() {
    accept("");
    return rest_.empty();
  }

 private:
  const std::string& path_;
  std::string_view rest_;
};

void set_type(Literals& literals, NpyHeader& header) {
  if (literals.accept("[")) literals.refuse("arrays with named fields are not supported");
  const std::string_view type = literals.string();
  const std::string_view digits = type.size() > 2 ? type.substr(2) : "";
  const bool known = std::string_view("<>=|").find(type.substr(0, 1)) != std::string_view::npos &&
                     read_index(digits, header.item_size);
  header.type = type;
  header.kind = known ? type[1] : '?';
  const index_t size = header.item_size;
  const bool is_integer = (header.kind == 'i' || header.kind == 'u') &&
                          (size == 1 || size == 2 || size == 4 || size == 8);
  const bool is_float = header.kind == 'f' && (size == 4 || size == 8);
  const bool is_bool = header.kind == 'b' && size == 1;
  if (!is_integer && !is_float && !is_bool) {
    literals.refuse("arrays of type " + quoted(type) +
                    " are not supported, only f4, f8, i1 to i8, u1 to u8 and b1");
  }
  header.big_endian = type[0] == '>' || (type[0] != '<' && std::endian::native == std::endian::big);
}

void set_shape(Literals& literals, NpyHeader& header, index_t least, index_t most) {
  header.shape = literals.tuple();
  const std::vector<index_t>& shape = header.shape;
  if (shape.size() < least || shape.size() > most) {
    literals.refuse("the array has " + std::to_string(shape.size()) + " dimensions, " +
                    std::to_string(least) + (most == least + 1 ? " or " : " to ") +
                    std::to_string(most) + " are needed");
  }
  header.rows = shape[0];
  header.columns = shape.size() > 1 ? shape[1] : 1;
  header.planes = shape.size() > 2 ? shape[2] : 1;
  if (header.rows == 0 || header.columns == 0 || header.planes == 0) {
    literals.refuse("the array is empty: " + header.shape_text());
  }
  const index_t all = std::numeric_limits<index_t>::max() / 8;
  if (header.rows > all / header.columns || header.rows * header.columns > all / header.planes) {
    literals.refuse("the array of " + header.shape_text() + " elements is larger than any file");
  }
}

}  // namespace

std::string NpyHeader::shape_text() const {
  std::string text = std::to_string(rows) + " x " + std::to_string(columns);
  return planes == 1 ? text : text + " x " + std::to_string(planes);
}

NpyHeader parse_npy_header(const std::string& path, std::string_view dictionary, index_t least,
                           index_t most) {
  Literals literals(path, dictionary);
  NpyHeader header;
  int keys = 0;
  literals.expect("{");
  while (!literals.accept("}")) {
    const std::string_view key = literals.string();
    literals.expect(":");
    if (key == "descr") {
      set_type(literals, header);
      keys |= 1;
    } else if (key == "fortran_order") {
      header.fortran_order = literals.boolean();
      keys |= 2;
    } else if (key == "shape") {
      set_shape(literals, header, least, most);
      keys |= 4;
    } else {
      literals.refuse("the header has the unknown key " + quoted(key));
    }
    if (literals.accept(",")) continue;
    literals.expect("}");
    break;
  }
  if (!literals.at_end()) literals.refuse("the header goes on after its closing brace");
  if (keys != 7) literals.refuse("the header lacks one of descr, fortran_order and shape");
  return header;
}

std::string npy_preamble(char kind, index_t item_size, bool fortran_order,
                         std::span<const index_t> shape) {
  const char native = std::endian::native == std::endian::big ? '>' : '<';
  std::string dictionary = "{'descr': '";
  dictionary += item_size == 1 ? '|' : native;
  dictionary += kind + std::to_string(item_size) +
                "', 'fortran_order': " + (fortran_order ? "True" : "False") + ", 'shape': (";
  for (std::size_t k = 0; k < shape.size(); ++k) {
    dictionary += (k == 0 ? "" : ", ") + std::to_string(shape[k]);
  }
  dictionary += shape.size() == 1 ? ",), }" : "), }";
  std::string preamble("\x93NUMPY\x01\x00", 8);
  while ((preamble.size() + 2 + dictionary.size() + 1) % 64 != 0) dictionary += ' ';
  dictionary += '\n';
  preamble += static_cast<char>(dictionary.size() & 0xff);
  preamble += static_cast<char>(dictionary.size() >> 8);
  return preamble + dictionary;
}

}  // namespace mercer::detail
