#include "mercer/data/load_hdf5.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <string_view>

#include "core/byte_source.hpp"
#include "core/text_file.hpp"
#include "data/hdf5_file.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"

namespace mercer {
namespace {

using detail::Hdf5Handle;
using detail::Hdf5Session;

// A small file can claim any size. The compression that shrinks most, deflate, does so 1032 times
// (zlib's documentation).
constexpr std::size_t largest_compression = 1100;

std::string with_cause(const std::string& reason) {
  const std::string cause = detail::hdf5_error();
  return cause.empty() ? reason : reason + " (" + cause + ")";
}

// Superblocks of versions 0 and 1 may name a block of information for a file driver, to which
// damaged ones gave a size of 4 GB, which the library took. Plain files have none.
// Source: HDF5 File Format Specification, II.A.
void require_no_driver(const std::string& path, std::string_view superblock) {
  const auto byte = [&](std::size_t at) {
    if (at >= superblock.size()) throw ParseError(path, 0, "the file ends within its superblock");
    return static_cast<unsigned char>(superblock[at]);
  };
  const std::size_t version = byte(8);
  if (version > 1) return;
  const std::size_t address = byte(13), place = (version == 0 ? 24 : 28) + 3 * address;
  for (std::size_t k = 0; k < address; ++k) {
    if (byte(place + k) != 0xff) {
      throw ParseError(path, 0, "is damaged, or of a file driver that is not supported");
    }
  }
}

/// An open file of a session.
struct File {
  Hdf5Session session;
  std::string path;
  std::size_t size;
  Hdf5Handle id;

  explicit File(const std::string& file)
      : path(file),
        size(size_of(file)),
        id(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose) {
    if (!id.is_open()) refuse(with_cause("is damaged"));
  }

  [[noreturn]] void refuse(const std::string& reason) const { throw ParseError(path, 0, reason); }

 private:
  // Before the library sees it.
  static std::size_t size_of(const std::string& path) {
    if (path == "-") {
      throw ParseError("<stdin>", 0, "an HDF5 file cannot be read from the standard input");
    }
    detail::require_readable_file(path);
    if (!std::filesystem::is_regular_file(path)) throw ParseError(path, 0, "is not a regular file");
    const detail::ByteSource source(path);
    std::string buffer;
    // The signature stands at 0, or behind a block of the user's at 512, 1024, 2048, ...
    for (std::size_t at = 0; at + 8 <= source.size(); at = at == 0 ? 512 : 2 * at) {
      if (source.read(at, 8, buffer) != "\x89HDF\r\n\x1a\n") continue;
      require_no_driver(path,
                        source.read(at, std::min<std::size_t>(512, source.size() - at), buffer));
      return source.size();
    }
    throw ParseError(path, 0, "is not an HDF5 file: it does not begin with \\x89HDF");
  }
};

Hdf5Handle type_of(const Hdf5Handle& array) { return {H5Dget_type(array.id()), H5Tclose}; }

std::vector<index_t> shape_of(const File& file, const Hdf5Handle& array, const std::string& name) {
  const Hdf5Handle space(H5Dget_space(array.id()), H5Sclose);
  std::array<hsize_t, H5S_MAX_RANK> sizes{};
  const int rank =
      space.is_open() ? H5Sget_simple_extent_dims(space.id(), sizes.data(), nullptr) : -1;
  if (rank < 0) file.refuse(with_cause("the array " + detail::quoted(name) + " is damaged"));
  return {sizes.begin(), sizes.begin() + rank};
}

std::string type_text(const Hdf5Handle& type) {
  const std::string bytes = " of " + std::to_string(H5Tget_size(type.id())) + " bytes";
  switch (H5Tget_class(type.id())) {
    case H5T_FLOAT:
      return "float" + bytes;
    case H5T_INTEGER:
      return "integer" + bytes;
    case H5T_STRING:
      return "text";
    default:
      return "other";
  }
}

herr_t add_name(hid_t, const char* name, const H5O_info_t* info, void* names) {
  try {
    if (info->type == H5O_TYPE_DATASET) {
      static_cast<std::vector<std::string>*>(names)->emplace_back(name);
    }
    return 0;
  } catch (...) {  // nothing may be thrown through the library
    return -1;
  }
}

std::vector<std::string> array_names(const File& file) {
  std::vector<std::string> names;
  if (H5Ovisit2(file.id.id(), H5_INDEX_NAME, H5_ITER_INC, add_name, &names, H5O_INFO_BASIC) < 0) {
    file.refuse(with_cause("is damaged"));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string list_of(const std::vector<std::string>& names) {
  const std::size_t shown = 20;
  std::string text;
  for (std::size_t k = 0; k < std::min(shown, names.size()); ++k) {
    text += (k > 0 ? ", " : "") + detail::quoted(names[k]);
  }
  return text + (names.size() > shown ? ", ... (" + std::to_string(names.size()) + ")" : "");
}

// Data in other files: a file from a stranger must not choose what else is read.
void require_own_data(const File& file, const Hdf5Handle& array, const std::string& what) {
  const Hdf5Handle how(H5Dget_create_plist(array.id()), H5Pclose);
  if (!how.is_open()) file.refuse(with_cause(what + " is damaged"));
  if (H5Pget_layout(how.id()) == H5D_VIRTUAL || H5Pget_external_count(how.id()) > 0) {
    file.refuse(what + " has its data in other files, which is not supported");
  }
}

Hdf5Handle open_array(const File& file, const std::string& name) {
  return {H5Dopen2(file.id.id(), name.c_str(), H5P_DEFAULT), H5Dclose};
}

template <class T>
Mat<T> read_array(const File& file, const std::string& name) {
  const Hdf5Handle array = open_array(file, name);
  const std::string what = "the array " + detail::quoted(name);
  if (!array.is_open()) file.refuse(with_cause(what + " is damaged"));
  const Hdf5Handle type = type_of(array);
  const std::string text = type_text(type);
  if (!text.starts_with("float") && !text.starts_with("integer")) {
    file.refuse(what + " holds no numbers, its type is " + text);
  }
  const std::vector<index_t> shape = shape_of(file, array, name);
  if (shape.empty() || shape.size() > 2) {
    file.refuse(what + " has " + std::to_string(shape.size()) + " dimensions, 1 or 2 are needed");
  }
  require_own_data(file, array, what);
  const index_t n = shape[0];
  const index_t d = shape.size() == 2 ? shape[1] : 1;
  if (n == 0 || d == 0) {
    file.refuse(what + " is empty: " + std::to_string(n) + " x " + std::to_string(d));
  }
  if (d > file.size * largest_compression / sizeof(T) / n) {
    file.refuse(what + " of " + std::to_string(n) + " x " + std::to_string(d) +
                " elements is larger than the file can hold");
  }
  Mat<T> X(d, n);
  if (H5Dread(array.id(), detail::hdf5_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, X.memptr()) < 0) {
    file.refuse(with_cause(what + " cannot be read"));
  }
  for (index_t k = 0; k < X.n_elem; ++k) {
    if (std::isfinite(X.at(k))) continue;
    file.refuse(what + ": element (" + std::to_string(k / d) + ", " + std::to_string(k % d) +
                ") is " + shortest(static_cast<double>(X.at(k))) + ", not finite");
  }
  return X;
}

}  // namespace

std::vector<Hdf5Array> hdf5_arrays(const std::string& path) {
  const File file(path);
  std::vector<Hdf5Array> arrays;
  for (const std::string& name : array_names(file)) {
    const Hdf5Handle array = open_array(file, name);
    if (!array.is_open()) {
      file.refuse(with_cause("the array " + detail::quoted(name) + " is damaged"));
    }
    arrays.push_back({name, shape_of(file, array, name), type_text(type_of(array))});
  }
  return arrays;
}

template <class T>
Mat<T> load_hdf5(const std::string& path, const std::string& name) {
  const File file(path);
  const std::vector<std::string> names = array_names(file);
  if (name.empty()) {
    if (names.empty()) file.refuse("holds no array");
    if (names.size() > 1) file.refuse("holds several arrays, give a name: " + list_of(names));
    return read_array<T>(file, names.front());
  }
  const std::string found = name.starts_with('/') ? name.substr(1) : name;
  if (std::find(names.begin(), names.end(), found) == names.end()) {
    file.refuse("has no array " + detail::quoted(name) +
                (names.empty() ? ", it holds none" : "; the arrays are " + list_of(names)));
  }
  return read_array<T>(file, found);
}

template <class T>
Dataset<T> load_hdf5_dataset(const std::string& path) {
  const File file(path);
  const std::vector<std::string> names = array_names(file);
  if (std::find(names.begin(), names.end(), "X") == names.end()) {
    file.refuse("has no array 'X'" +
                (names.empty() ? ", it holds none" : "; the arrays are " + list_of(names)));
  }
  Dataset<T> data;
  data.X = read_array<T>(file, "X");
  if (std::find(names.begin(), names.end(), "y") == names.end()) return data;
  const Mat<T> y = read_array<T>(file, "y");
  if (y.n_rows != 1 || y.n_cols != data.X.n_cols) {
    file.refuse("the array 'y' must have " + std::to_string(data.X.n_cols) +
                " elements (one per point of 'X'), has " + std::to_string(y.n_cols) + " x " +
                std::to_string(y.n_rows));
  }
  data.y = y.t();
  data.target_name = "y";
  return data;
}

template Mat<double> load_hdf5(const std::string&, const std::string&);
template Mat<float> load_hdf5(const std::string&, const std::string&);
template Dataset<double> load_hdf5_dataset(const std::string&);
template Dataset<float> load_hdf5_dataset(const std::string&);

}  // namespace mercer
