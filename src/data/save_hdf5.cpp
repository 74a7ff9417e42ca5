#include <array>
#include <span>
#include <stdexcept>

#include "core/text_file.hpp"
#include "data/hdf5_file.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/write_file.hpp"
#include "mercer/data/load_hdf5.hpp"

namespace mercer {
namespace {

using detail::Hdf5Handle;
using detail::Hdf5Session;

template <class T>
struct Named {
  std::string name;
  std::vector<hsize_t> shape;
  const T* data;
};

void require_name(const std::string& name) {
  const std::string path = "/" + name + "/";
  if (!name.empty() && path.find("//") == std::string::npos &&
      path.find("/./") == std::string::npos && path.find('\0') == std::string::npos) {
    return;
  }
  throw std::invalid_argument("save_hdf5: name must be names with one / between them, is " +
                              detail::quoted(name));
}

template <class T>
bool write_array(const Hdf5Handle& file, const Named<T>& array) {
  const Hdf5Handle groups(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(groups.id(), 1);
  const Hdf5Handle space(
      H5Screate_simple(static_cast<int>(array.shape.size()), array.shape.data(), nullptr),
      H5Sclose);
  const hid_t type = detail::hdf5_type<T>();
  Hdf5Handle out(H5Dcreate2(file.id(), array.name.c_str(), type, space.id(), groups.id(),
                            H5P_DEFAULT, H5P_DEFAULT),
                 H5Dclose);
  return out.is_open() &&
         H5Dwrite(out.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.data) >= 0 && out.close();
}

template <class T>
void save(const std::string& path, std::span<const Named<T>> arrays) {
  if (path == "-") {
    throw ParseError("<stdout>", 0, "an HDF5 file cannot be written to the standard output");
  }
  const Hdf5Session session;
  write_named_file(path, [&](const std::string& name) {
    const auto refuse = [&] {
      const std::string cause = detail::hdf5_error();
      throw ParseError(path, 0, "the file cannot be written" + (cause.empty() ? "" : ": " + cause));
    };
    Hdf5Handle file(H5Fcreate(name.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
    if (!file.is_open()) refuse();
    for (const Named<T>& array : arrays) {
      if (!write_array(file, array)) refuse();
    }
    if (!file.close()) refuse();
  });
}

}  // namespace

template <class T>
void save_hdf5(const std::string& path, const Mat<T>& M, const std::string& name) {
  require_name(name);
  if (M.is_empty()) throw std::invalid_argument("save_hdf5: M has no elements");
  const std::array<Named<T>, 1> arrays = {{{name, {M.n_cols, M.n_rows}, M.memptr()}}};
  save<T>(path, arrays);
}

template <class T>
void save_hdf5(const std::string& path, const Dataset<T>& data) {
  require_points("save_hdf5", "X", data.X);
  std::vector<Named<T>> arrays = {{"X", {data.X.n_cols, data.X.n_rows}, data.X.memptr()}};
  if (!data.y.is_empty()) {
    require_rows("save_hdf5", "y", data.y.n_rows, data.X.n_cols, "one per point");
    arrays.push_back({"y", {data.y.n_rows}, data.y.memptr()});
  }
  save<T>(path, arrays);
}

template void save_hdf5(const std::string&, const Mat<double>&, const std::string&);
template void save_hdf5(const std::string&, const Mat<float>&, const std::string&);
template void save_hdf5(const std::string&, const Dataset<double>&);
template void save_hdf5(const std::string&, const Dataset<float>&);

}  // namespace mercer
