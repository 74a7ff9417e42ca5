#include "model/model_writer.hpp"

#include "core/crc32.hpp"

namespace mercer::detail {
namespace {

template <class T>
bool is_zero(T x) {
  if constexpr (std::floating_point<T>) {
    return x == 0 && !std::signbit(x);
  } else {
    return x == 0;
  }
}

}  // namespace

std::string checksum_line(std::string_view bytes) {
  char digits[9] = "00000000";
  char reversed[8];
  const auto end = std::to_chars(reversed, reversed + 8, crc32(bytes), 16).ptr;
  std::copy(reversed, end, digits + 8 - (end - reversed));
  return std::string(checksum_name) + digits + "\n";
}

ModelWriter::ModelWriter() : text_(model_magic) { text_ += std::to_string(model_version) + "\n"; }

std::string ModelWriter::finished() && {
  text_ += checksum_line(text_);
  return std::move(text_);
}

void ModelWriter::section(std::string_view name) { text_.append("[").append(name).append("]\n"); }

void ModelWriter::require(bool holds, const char* rule) const {
  if (!holds) throw std::invalid_argument(std::string("save_model: ") + rule);
}

void ModelWriter::value(const char* name, const std::string& x) {
  begin(name);
  quote(x);
  text_ += '\n';
}

void ModelWriter::finite(const char* name, double x) {
  begin(name);
  checked_number(name, x, Values::finite);
  text_ += '\n';
}

void ModelWriter::texts(const char* name, const std::vector<std::string>& of) {
  begin(name);
  number(of.size());
  for (const std::string& x : of) quote(x);
  text_ += '\n';
}

template <class T>
void ModelWriter::table(const char* name, const Mat<T>& M, Expected rows, Expected columns,
                        Values allowed) {
  require_count(name, M.n_rows, rows);
  require_count(name, M.n_cols, columns);
  index_t stored = 0;
  for (const T x : M) stored += is_zero(x) ? 0 : 1;
  const bool is_sparse = 2 * stored < M.n_elem;
  begin(name);
  number(M.n_rows);
  text_ += " x";
  number(M.n_cols);
  text_ += is_sparse ? " sparse\n" : " dense\n";
  for (index_t i = 0; i < M.n_rows; ++i) {
    const std::size_t line = text_.size();
    for (index_t j = 0; j < M.n_cols; ++j) {
      if (is_sparse && is_zero(M(i, j))) continue;
      if (is_sparse) number(j);
      checked_number(name, M(i, j), allowed);
      if (is_sparse) text_[text_.rfind(' ')] = ':';
    }
    if (text_.size() > line) text_.erase(line, 1);
    text_ += '\n';
  }
}

template <class T>
void ModelWriter::points(const char* name, Points<T> X, Expected count) {
  require_count(name, X.count(), count);
  begin(name);
  number(X.count());
  text_ += " x";
  number(X.dim());
  text_ += X.is_sparse() ? " sparse\n" : " dense\n";
  for (index_t j = 0; j < X.count(); ++j) {
    const std::size_t line = text_.size();
    if (X.is_sparse()) {
      const SparsePoint<T> x = X.stored(j);
      for (index_t k = 0; k < x.count; ++k) {
        number(x.features[k]);
        checked_number(name, x.values[k], Values::finite);
        text_[text_.rfind(' ')] = ':';
      }
    } else {
      for (index_t k = 0; k < X.dim(); ++k) checked_number(name, X.point(j)[k], Values::finite);
    }
    if (text_.size() > line) text_.erase(line, 1);
    text_ += '\n';
  }
}

void ModelWriter::no_points(const char* name) {
  begin(name);
  text_ += " none\n";
}

void ModelWriter::begin(const char* name) { text_ += name; }

void ModelWriter::quote(std::string_view x) {
  text_ += " \"";
  for (const char c : x) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\' || c == '"') {
      text_ += '\\';
      text_ += c;
    } else if (c == '\n') {
      text_ += "\\n";
    } else if (byte < ' ' || byte == 0x7f) {
      constexpr char digits[] = "0123456789abcdef";
      text_.append("\\x").append({digits[byte >> 4], digits[byte & 15]});
    } else {
      text_ += c;
    }
  }
  text_ += '"';
}

void ModelWriter::require_count(const char* name, index_t count, Expected expected) const {
  if (expected.allows(count)) return;
  throw std::invalid_argument(std::string("save_model: ") + name + " must have " +
                              std::to_string(expected.count) + " entries, has " +
                              std::to_string(count));
}

void ModelWriter::refuse_value(const char* name) const {
  throw std::invalid_argument(std::string("save_model: ") + name +
                              " must be finite, holds a NaN or an infinity");
}

#define MERCER_INSTANTIATE(T) \
  template void ModelWriter::table(const char*, const Mat<T>&, Expected, Expected, Values);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
MERCER_INSTANTIATE(arma::uword)
#undef MERCER_INSTANTIATE
template void ModelWriter::points(const char*, Points<double>, Expected);
template void ModelWriter::points(const char*, Points<float>, Expected);

}  // namespace mercer::detail
