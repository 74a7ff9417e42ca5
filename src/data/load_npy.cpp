#include "mercer/data/load_npy.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "data/npy_file.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"

namespace mercer {
namespace {

using detail::NpyHeader;

constexpr bool native_is_big = std::endian::native == std::endian::big;
constexpr std::array<char, 6> magic = {'\x93', 'N', 'U', 'M', 'P', 'Y'};

// Calls body(k, element) for the elements in the order of the file, through a buffer of fixed size.
template <class T, class Body>
void for_each_element(std::ifstream& file, const std::string& path, const NpyHeader& header,
                      Body body) {
  const index_t count = header.rows * header.columns;
  const index_t per_chunk = 8192;
  std::vector<char> chunk(std::min(count, per_chunk) * header.item_size);
  const bool swapped = detail::is_swapped(header);
  for (index_t begin = 0; begin < count; begin += per_chunk) {
    const index_t size = std::min(per_chunk, count - begin);
    detail::read_exactly(file, path, chunk.data(), size * header.item_size, "the data");
    for (index_t k = 0; k < size; ++k) {
      char* const bytes = chunk.data() + k * header.item_size;
      if (swapped) std::reverse(bytes, bytes + header.item_size);
      body(begin + k, detail::read_element<T>(header, bytes));
    }
  }
}

template <class T>
Mat<T> load(const std::string& path, bool transposed) {
  std::ifstream file;
  const NpyHeader header = detail::open_npy(file, path);

  Mat<T> out(transposed ? header.columns : header.rows, transposed ? header.rows : header.columns);
  // The file runs along the rows in C order, along the columns in Fortran order; out along its own.
  const bool is_same_order = header.fortran_order != transposed;
  const index_t inner = header.fortran_order ? header.rows : header.columns;
  for_each_element<T>(file, path, header, [&](index_t k, T value) {
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

}  // namespace

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
  std::string dictionary = std::string("{'descr': '") + (native_is_big ? '>' : '<') + 'f' +
                           std::to_string(sizeof(T)) + "', 'fortran_order': True, 'shape': (" +
                           std::to_string(M.n_rows) + ", " + std::to_string(M.n_cols) + "), }";
  const std::size_t preamble = magic.size() + 4;  // and two bytes of version, two of length
  while ((preamble + dictionary.size() + 1) % 64 != 0) dictionary += ' ';  // data are aligned
  dictionary += '\n';

  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(magic.data(), magic.size());
  file.put(1).put(0);
  file.put(static_cast<char>(dictionary.size() & 0xff));
  file.put(static_cast<char>(dictionary.size() >> 8));
  file << dictionary;
  file.write(reinterpret_cast<const char*>(M.memptr()),
             static_cast<std::streamsize>(M.n_elem * sizeof(T)));
  file.close();
  if (!file) throw ParseError(path, 0, "the file cannot be written");
}

template Mat<double> load_npy(const std::string&);
template Mat<float> load_npy(const std::string&);
template Mat<double> load_npy_points(const std::string&);
template Mat<float> load_npy_points(const std::string&);
template void save_npy(const std::string&, const Mat<double>&);
template void save_npy(const std::string&, const Mat<float>&);

}  // namespace mercer
