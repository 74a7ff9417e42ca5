// The C library of HDF5, in objects that close what they opened.
#pragma once

#include <mutex>
#include <string>
#include <utility>

// The interface of version 1.10, which later versions keep under this name.
#define H5_USE_110_API
#include <hdf5.h>

namespace mercer::detail {

/// While it lives: no other thread of ours is in the library, which is not safe for threads as
/// distributions build it, and the library does not print its errors.
class Hdf5Session {
 public:
  Hdf5Session();
  ~Hdf5Session();
  Hdf5Session(const Hdf5Session&) = delete;
  Hdf5Session& operator=(const Hdf5Session&) = delete;

 private:
  std::unique_lock<std::mutex> lock_;
  H5E_auto2_t print_ = nullptr;
  void* print_data_ = nullptr;
};

/// A number by which the library knows an open file, array, type or the like.
class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);

  Hdf5Handle(hid_t id, Close function) : id_(id), close_(function) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept
      : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&&) = delete;
  ~Hdf5Handle() {
    if (id_ >= 0) close_(id_);
  }

  bool is_open() const { return id_ >= 0; }
  hid_t id() const { return id_; }

  /// Closes; false if that failed, as it does if what was written does not fit on the disk.
  bool close() { return close_(std::exchange(id_, -1)) >= 0; }

 private:
  hid_t id_;
  Close close_;
};

/// The library's name for T in memory.
template <class T>
hid_t hdf5_type();

/// The library's own words for what went wrong last; empty if it has none.
std::string hdf5_error();

}  // namespace mercer::detail
