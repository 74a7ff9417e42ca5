#include "mercer/data/load_npy.hpp"

#include <array>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "core/npy_file.hpp"
#include "data/load_npy.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/write_output.hpp"

namespace mercer {
namespace {

using detail::ByteSource;
using detail::NpyHeader;

template <class T>
Mat<T> read(std::istream& file, const std::string& path, const NpyHeader& header, bool transposed) {
  Mat<T> out(transposed ? header.columns : header.rows, transposed ? header.rows : header.columns);
  // The file runs along the rows in C order, along the columns in Fortran order; out along its own.
  const bool is_same_order = header.fortran_order != transposed;
  const index_t inner = header.fortran_order ? header.rows : header.columns;
  detail::for_each_element<T>(file, path, header, [&](index_t k, T value) {
    const index_t outer_index = k / inner;
    const index_t inner_index = k % inner;
    if (!std::isfinite(value)) {
      throw ParseError(path, 0,
                       "element (" +
                           std::to_string(header.fortran_order ? inner_index : outer_index) + ", " +
                           std::to_string(header.fortran_order ? outer_index : inner_index) +
                           ") is " + shortest(static_cast<double>(value)) + ", not finite");
    }
    if (is_same_order) {
      out.at(k) = value;
    } else {
      out.at(outer_index, inner_index) = value;
    }
  });
  return out;
}

// The standard input has no place to go back to: its bytes are taken whole.
template <class T>
Mat<T> read(const ByteSource& source, bool transposed) {
  std::string buffer;
  std::istringstream stream(std::string(source.read(0, source.size(), buffer)));
  const NpyHeader header = detail::read_npy_header(stream, source.name(), source.size());
  return read<T>(stream, source.name(), header, transposed);
}

template <class T>
Mat<T> load(const std::string& path, bool transposed) {
  if (path == "-") return read<T>(ByteSource(path), transposed);
  std::ifstream file;
  const NpyHeader header = detail::open_npy(file, path);
  return read<T>(file, path, header, transposed);
}

}  // namespace

NpyArray npy_array(const std::string& path) {
  std::ifstream file;
  NpyHeader header = detail::open_npy(file, path, 1, 3);
  return {std::move(header.type), std::move(header.shape), header.fortran_order};
}

template <class T>
Mat<T> detail::read_npy_points(const ByteSource& source) {
  return read<T>(source, true);
}

template <class T>
Mat<T> load_npy(const std::string& path) {
  return load<T>(path, false);
}

template <class T>
Mat<T> load_npy_points(const std::string& path) {
  return load<T>(path, true);
}

template <class T>
void save_npy(const std::string& path, const Mat<T>& M) {
  if (M.is_empty()) throw std::invalid_argument("save_npy: M has no elements");
  const std::array<index_t, 2> shape = {M.n_rows, M.n_cols};
  write_output(path, [&](std::ostream& stream) {
    stream << detail::npy_preamble('f', sizeof(T), true, shape);
    stream.write(reinterpret_cast<const char*>(M.memptr()),
                 static_cast<std::streamsize>(M.n_elem * sizeof(T)));
  });
}

template Mat<double> detail::read_npy_points(const ByteSource&);
template Mat<float> detail::read_npy_points(const ByteSource&);
template Mat<double> load_npy(const std::string&);
template Mat<float> load_npy(const std::string&);
template Mat<double> load_npy_points(const std::string&);
template Mat<float> load_npy_points(const std::string&);
template void save_npy(const std::string&, const Mat<double>&);
template void save_npy(const std::string&, const Mat<float>&);

}  // namespace mercer
