// Work memory that hot loops lease instead of allocating.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "mercer/core/types.hpp"

namespace mercer {

/// A number that no other owner of memory in scratch has.
inline std::uint64_t next_scratch_owner() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

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

  /// A buffer of count values that stays with its owner: 0 in all bytes at first, then as the last
  /// user left it. Owners have different numbers, each its own count.
  template <class T>
  T* kept(std::uint64_t owner, std::size_t count) {
    Memory& memory = memory_of(owner);
    if (!memory.buffer.data) {
      memory.buffer = allocate(count * sizeof(T));
      std::memset(memory.buffer.data.get(), 0, count * sizeof(T));
    }
    return static_cast<T*>(memory.buffer.data.get());
  }

  /// The count values for the block rows x cols that make(double*) wrote for its owner; make is
  /// called only if the owner's last block was another one. Owners have different numbers.
  template <class Make>
  const double* remembered(std::uint64_t owner, Range rows, Range cols, std::size_t count,
                           Make make) {
    Memory& memory = memory_of(owner);
    if (memory.valid && memory.rows == rows && memory.cols == cols) return memory.values();
    memory.valid = false;
    const std::size_t bytes = count * sizeof(double);
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

  // Memories stay in place when others are added.
  Memory& memory_of(std::uint64_t owner) {
    const auto place = std::find_if(memories_.begin(), memories_.end(),
                                    [owner](const auto& m) { return m->owner == owner; });
    if (place != memories_.end()) return **place;
    memories_.push_back(std::make_unique<Memory>());
    memories_.back()->owner = owner;
    return *memories_.back();
  }

  static Buffer allocate(std::size_t bytes) {
    void* data = ::operator new(bytes, std::align_val_t(64));
    return Buffer{std::unique_ptr<void, Free>(data), bytes};
  }

  std::vector<std::unique_ptr<Memory>> memories_;
  std::vector<Buffer> idle_;
  std::size_t leased_ = 0;
};

}  // namespace mercer
