// Work memory that hot loops lease instead of allocating.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "mercer/core/types.hpp"

namespace mercer {

/// A pool of buffers aligned to 64 bytes, for one thread. A lease gives its buffer back when it
/// ends, so that after the first round nothing is allocated.
class Scratch {
  struct Free {
    void operator()(void* data) const { ::operator delete(data, std::align_val_t(64)); }
  };
  struct Buffer {
    std::unique_ptr<void, Free> data;
    std::size_t bytes = 0;
  };

 public:
  template <class T>
  class Lease {
   public:
    Lease(Scratch& owner, Buffer buffer) : owner_(owner), buffer_(std::move(buffer)) {}
    ~Lease() { owner_.idle_.push_back(std::move(buffer_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    T* data() const { return static_cast<T*>(buffer_.data.get()); }

   private:
    Scratch& owner_;
    Buffer buffer_;
  };

  /// A buffer of at least count values of a trivial type; its content is garbage.
  template <class T>
  Lease<T> lease(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    const auto fits = std::find_if(idle_.begin(), idle_.end(),
                                   [bytes](const Buffer& b) { return b.bytes >= bytes; });
    if (fits != idle_.end()) {
      Buffer buffer = std::move(*fits);
      idle_.erase(fits);
      return Lease<T>(*this, std::move(buffer));
    }
    Buffer buffer = allocate(bytes);
    idle_.reserve(idle_.size() + leased_++ + 1);  // so that the end of a lease cannot throw
    return Lease<T>(*this, std::move(buffer));
  }

  /// The block of values rows x cols, column-major, that make(double*) wrote for its owner; make is
  /// called only if the owner's last block was another one. Owners have different numbers.
  template <class Make>
  const double* remembered(std::uint64_t owner, Range rows, Range cols, Make make) {
    auto place = std::find_if(memories_.begin(), memories_.end(),
                              [owner](const auto& m) { return m->owner == owner; });
    if (place == memories_.end()) {
      place = memories_.insert(place, std::make_unique<Memory>());
      (*place)->owner = owner;
    }
    Memory& memory = **place;  // stays in place when make adds others
    if (memory.valid && memory.rows == rows && memory.cols == cols) return memory.values();
    memory.valid = false;
    const std::size_t bytes = rows.size() * cols.size() * sizeof(double);
    if (memory.buffer.bytes < bytes) memory.buffer = allocate(bytes);
    make(memory.values());
    memory.rows = rows;
    memory.cols = cols;
    memory.valid = true;
    return memory.values();
  }

 private:
  struct Memory {
    std::uint64_t owner = 0;
    Range rows;
    Range cols;
    bool valid = false;
    Buffer buffer;
    double* values() const { return static_cast<double*>(buffer.data.get()); }
  };

  static Buffer allocate(std::size_t bytes) {
    void* data = ::operator new(bytes, std::align_val_t(64));
    return Buffer{std::unique_ptr<void, Free>(data), bytes};
  }

  std::vector<std::unique_ptr<Memory>> memories_;
  std::vector<Buffer> idle_;
  std::size_t leased_ = 0;
};

}  // namespace mercer
