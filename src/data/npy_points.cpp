#include "mercer/data/npy_points.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "core/npy_file.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"

namespace mercer {

template <class T>
struct NpyPoints<T>::File {
  std::string path;
  std::ifstream stream;
  detail::NpyHeader header;
  std::streamoff data = 0;   // where the elements begin
  bool bytes_are_T = false;  // as they are
  std::vector<char> bytes;   // of a panel, if they are not
};

template <class T>
NpyPoints<T>::NpyPoints(const std::string& path) : file_(std::make_unique<File>()) {
  File& file = *file_;
  file.path = path;
  file.header = detail::open_npy(file.stream, path);
  file.data = file.stream.tellg();
  if (file.header.fortran_order && file.header.columns > 1) {
    throw ParseError(path, 0,
                     "the array is in Fortran order; save it in C order, with a point's features "
                     "beside each other");
  }
  file.bytes_are_T = file.header.kind == 'f' && file.header.item_size == sizeof(T) &&
                     !detail::is_swapped(file.header);
}

template <class T>
NpyPoints<T>::~NpyPoints() = default;

template <class T>
index_t NpyPoints<T>::n() const {
  return file_->header.rows;
}

template <class T>
index_t NpyPoints<T>::dim() const {
  return file_->header.columns;
}

template <class T>
void NpyPoints<T>::read(index_t first, index_t count, Mat<T>& out) const {
  if (first > n() || count > n() - first) {
    throw std::invalid_argument("NpyPoints::read: the points must be below " + std::to_string(n()) +
                                ", the last is " + std::to_string(first + count - 1));
  }
  File& file = *file_;
  const std::size_t item = file.header.item_size;
  out.set_size(dim(), count);
  if (out.is_empty()) return;
  char* bytes = reinterpret_cast<char*>(out.memptr());
  if (!file.bytes_are_T) {
    file.bytes.resize(out.n_elem * item);
    bytes = file.bytes.data();
  }
  file.stream.clear();
  file.stream.seekg(file.data + static_cast<std::streamoff>(first * dim() * item));
  detail::read_exactly(file.stream, file.path, bytes, out.n_elem * item, "the data");
  if (!file.bytes_are_T) {
    const bool swapped = detail::is_swapped(file.header);
    for (index_t k = 0; k < out.n_elem; ++k, bytes += item) {
      if (swapped) std::reverse(bytes, bytes + item);
      out.at(k) = detail::read_element<T>(file.header, bytes);
    }
  }
  for (index_t k = 0; k < out.n_elem; ++k) {
    if (std::isfinite(out.at(k))) continue;
    throw ParseError(file.path, 0,
                     "element (" + std::to_string(first + k / dim()) + ", " +
                         std::to_string(k % dim()) + ") is " +
                         shortest(static_cast<double>(out.at(k))) + ", not finite");
  }
}

template class NpyPoints<double>;
template class NpyPoints<float>;

}  // namespace mercer
