// Numbers that a solver puts down, and takes up again in the same order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mercer/core/types.hpp"

namespace mercer {

/// Values one after the other, to the bit, as words of 64 bits.
class StateWriter {
 public:
  void put(index_t value) { words_.push_back(value); }
  void put(double value);
  void put_text(std::string_view text);
  void put(const Mat<double>& values);
  void put(const std::vector<double>& values);
  void put(const std::vector<index_t>& values);

  std::vector<std::uint64_t> take() { return std::move(words_); }

 private:
  std::vector<std::uint64_t> words_;
};

/// What a StateWriter has put. Throws ParseError "path:line: ..." where something else is asked for
/// than was put, or a number is not below its bound.
class StateReader {
 public:
  StateReader(std::vector<std::uint64_t> words, std::string path, std::size_t line)
      : words_(std::move(words)), path_(std::move(path)), line_(line) {}

  index_t index(index_t below);
  double number();
  std::string text();
  Mat<double> matrix(index_t rows, index_t columns);
  std::vector<double> numbers(index_t count);
  std::vector<index_t> indices(index_t most, index_t below);  // up to `most`

 private:
  std::uint64_t next();
  [[noreturn]] void refuse() const;

  std::vector<std::uint64_t> words_;
  std::size_t at_ = 0;
  std::string path_;
  std::size_t line_;
};

}  // namespace mercer
