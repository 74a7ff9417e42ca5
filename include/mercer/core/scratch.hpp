// Work memory that hot loops lease instead of allocating.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace mercer {

/// A pool of buffers aligned to 64 bytes, for one thread. A lease gives its buffer back when it
/// ends, so that after the first round nothing is allocated.
template <class T>
class Scratch {
  struct Free {
    void operator()(T* data) const { ::operator delete(data, std::align_val_t(64)); }
  };
  struct Buffer {
    std::unique_ptr<T, Free> data;
    std::size_t size = 0;
  };

 public:
  class Lease {
   public:
    Lease(Scratch& owner, Buffer buffer) : owner_(owner), buffer_(std::move(buffer)) {}
    ~Lease() { owner_.idle_.push_back(std::move(buffer_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    T* data() const { return buffer_.data.get(); }

   private:
    Scratch& owner_;
    Buffer buffer_;
  };

  /// A buffer of at least size values; its content is garbage.
  Lease lease(std::size_t size) {
    const auto fits = std::find_if(idle_.begin(), idle_.end(),
                                   [size](const Buffer& b) { return b.size >= size; });
    if (fits != idle_.end()) {
      Buffer buffer = std::move(*fits);
      idle_.erase(fits);
      return Lease(*this, std::move(buffer));
    }
    T* data = static_cast<T*>(::operator new(size * sizeof(T), std::align_val_t(64)));
    idle_.reserve(idle_.size() + leased_++ + 1);  // so that the end of a lease cannot throw
    return Lease(*this, Buffer{std::unique_ptr<T, Free>(data), size});
  }

 private:
  std::vector<Buffer> idle_;
  std::size_t leased_ = 0;
};

}  // namespace mercer
