#include "data/hdf5_file.hpp"

namespace mercer::detail {
namespace {

std::mutex& library_mutex() {
  static std::mutex mutex;
  return mutex;
}

herr_t keep_first(unsigned, const H5E_error2_t* error, void* text) {
  auto& words = *static_cast<std::string*>(text);
  if (words.empty() && error->desc != nullptr) words = error->desc;
  return 0;
}

}  // namespace

Hdf5Session::Hdf5Session() : lock_(library_mutex()) {
  H5open();
  H5Eget_auto2(H5E_DEFAULT, &print_, &print_data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Hdf5Session::~Hdf5Session() { H5Eset_auto2(H5E_DEFAULT, print_, print_data_); }

template <>
hid_t hdf5_type<double>() {
  return H5T_NATIVE_DOUBLE;
}

template <>
hid_t hdf5_type<float>() {
  return H5T_NATIVE_FLOAT;
}

std::string hdf5_error() {
  std::string words;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &words);
  return words;
}

}  // namespace mercer::detail
