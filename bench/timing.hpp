// What the measuring programs share: a clock, and the loop that report.py drives.
#pragma once

#include <chrono>
#include <cstdio>
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

/// Prints name, then for each line of standard input the figures of one round. So report.py can run
/// the rounds of several programs in turn: what else happens on the machine hits all of them.
template <class Round>
void serve(const std::string& name, const Round& round) {
  std::cout << name << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    for (const double figure : std::vector<double>(round())) std::printf("%.6g ", figure);
    std::printf("\n");
    std::fflush(stdout);
  }
}

}  // namespace bench
