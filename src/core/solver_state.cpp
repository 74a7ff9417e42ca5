#include "core/solver_state.hpp"

#include <bit>
#include <utility>

#include "mercer/core/errors.hpp"

namespace mercer {

void StateWriter::put(double value) { words_.push_back(std::bit_cast<std::uint64_t>(value)); }

void StateWriter::put_text(std::string_view text) {
  put(index_t{text.size()});
  for (const char c : text) put(index_t{static_cast<unsigned char>(c)});
}

void StateWriter::put(const Mat<double>& values) {
  put(values.n_rows);
  put(values.n_cols);
  words_.reserve(words_.size() + values.n_elem);
  for (const double value : values) put(value);
}

void StateWriter::put(const std::vector<double>& values) {
  put(index_t{values.size()});
  words_.reserve(words_.size() + values.size());
  for (const double value : values) put(value);
}

void StateWriter::put(const std::vector<index_t>& values) {
  put(index_t{values.size()});
  words_.insert(words_.end(), values.begin(), values.end());
}

void StateReader::refuse() const {
  throw ParseError(path_, line_, "holds a state that no fit of this problem has");
}

std::uint64_t StateReader::next() {
  if (at_ == words_.size()) refuse();
  return words_[at_++];
}

index_t StateReader::index(index_t below) {
  const index_t value = next();
  if (value >= below) refuse();
  return value;
}

double StateReader::number() { return std::bit_cast<double>(next()); }

std::string StateReader::text() {
  std::string out(index(words_.size()), '\0');
  for (char& c : out) c = static_cast<char>(index(256));
  return out;
}

Mat<double> StateReader::matrix(index_t rows, index_t columns) {
  if (next() != rows || next() != columns) refuse();
  if (rows * columns > words_.size() - at_) refuse();
  Mat<double> out(rows, columns, arma::fill::none);
  for (double& value : out) value = number();
  return out;
}

std::vector<double> StateReader::numbers(index_t count) {
  if (next() != count || count > words_.size() - at_) refuse();
  std::vector<double> out(count);
  for (double& value : out) value = number();
  return out;
}

std::vector<index_t> StateReader::indices(index_t most, index_t below) {
  const index_t count = index(most + 1);
  if (count > words_.size() - at_) refuse();
  std::vector<index_t> out(count);
  for (index_t& value : out) value = index(below);
  return out;
}

}  // namespace mercer
