// What the measuring programs share: a clock, and the loop that report.py drives.
#pragma once

#include <malloc.h>
#include <sys/mman.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <type_traits>
#include <vector>

namespace bench {

/// Seconds that work() takes. What it returns is freed after the clock has stopped.
template <class Work>
double seconds(const Work& work) {
  using clock = std::chrono::steady_clock;
  const auto start = clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(clock::now() - start).count(); };
  if constexpr (std::is_void_v<decltype(work())>) {
    work();
    return elapsed();
  } else {
    [[maybe_unused]] const auto result = work();
    return elapsed();
  }
}

/// A line of /proc/self/status in MB; 0 where /proc does not tell.
inline double status_megabytes(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == field + ":" && status >> word) return std::stod(word) * 1024 / 1e6;
  }
  return 0;
}

/// The most memory that this process has had, in MB; 0 where /proc does not tell.
inline double peak_megabytes() { return status_megabytes("VmHWM"); }

/// The most memory taken beside what was there when the object was made.
class PeakMemory {
 public:
  PeakMemory() {
    malloc_trim(0);                               // what was freed before does not count as there
    std::ofstream("/proc/self/clear_refs") << 5;  // the peak begins anew
    before_ = status_megabytes("VmRSS");
  }
  double megabytes() const { return peak_megabytes() - before_; }

 private:
  double before_;
};

/// Before the clock starts: all threads write memory and give it back. So the CPUs are awake, and
/// the memory that the program takes next, still fresh to it and cleared by the system, is there.
/// (The host of a virtual machine may take back what lies unused for seconds; to get that again
/// costs ten times what is to be measured.)
inline void wake(std::size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  madvise(memory, bytes, MADV_HUGEPAGE);
  constexpr std::size_t page = std::size_t{1} << 21;
#pragma omp parallel for schedule(dynamic)
  for (std::size_t begin = 0; begin < bytes; begin += page) {
    for (std::size_t at = begin; at < begin + page && at < bytes; at += 64) {
      static_cast<volatile char*>(memory)[at] = 1;
    }
  }
  munmap(memory, bytes);
}

/// Prints name, then for each line of standard input the figures of one round. So report.py can run
/// the rounds of several programs in turn: what else happens on the machine hits all of them.
template <class Round>
void serve(const std::string& name, const Round& round) {
  std::cout << name << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    for (const double figure : std::vector<double>(round())) std::printf("%.10g ", figure);
    std::printf("\n");
    std::fflush(stdout);
  }
}

}  // namespace bench
