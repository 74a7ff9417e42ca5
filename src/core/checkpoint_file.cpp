#include "core/checkpoint_file.hpp"

#include <charconv>
#include <string_view>

#include "core/fingerprint.hpp"
#include "core/text_file.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/write_file.hpp"

namespace mercer::detail {
namespace {

constexpr std::string_view title = "mercer checkpoint ";
constexpr index_t version = 1;
constexpr std::size_t digits = 16;  // of a word

std::string hexadecimal(const std::vector<std::uint64_t>& words) {
  constexpr char symbols[] = "0123456789abcdef";
  std::string out(digits * words.size(), '\0');
  char* to = out.data();
  for (const std::uint64_t word : words) {
    for (int shift = 60; shift >= 0; shift -= 4) *to++ = symbols[word >> shift & 15];
  }
  return out;
}

std::uint64_t checksum(const CheckpointContent& content) {
  Fingerprint sum;
  sum.add(content.problem).add(content.seconds);
  for (const auto& [name, state] : content.states) {
    sum.add(name);
    for (const std::uint64_t word : state.words) sum.add(word);
    sum.add(std::uint64_t{state.words.size()});
  }
  return sum.value();
}

// One line after the other.
class Reader {
 public:
  explicit Reader(const std::string& path) : file_(path) {}

  CheckpointContent read(std::uint64_t problem) {
    CheckpointContent out;
    index_t found = 0;
    if (!read_index(value_of(title, "is no checkpoint of mercer"), found)) damaged();
    if (found > version) {
      file_.refuse("is of version " + std::to_string(found) + ", this program reads up to " +
                   std::to_string(version));
    }
    out.problem = word(value_of("problem "));
    if (out.problem != problem) {
      file_.refuse(
          "is the state of another problem; data, kernel, options and memory budget must be those "
          "of the fit that wrote it");
    }
    if (read_number(value_of("seconds "), out.seconds) != nullptr) damaged();
    while (next().starts_with("state ")) read_state(line_.substr(6), out);
    if (!line_.starts_with("checksum ") || word(line_.substr(9)) != checksum(out)) damaged();
    std::string_view more;
    if (file_.next_line(more)) damaged();
    return out;
  }

 private:
  std::string_view next() {
    if (!file_.next_line(line_)) file_.refuse("the file ends early");
    ++number_;
    return line_;
  }

  std::string_view value_of(std::string_view key, const char* otherwise = nullptr) {
    if (next().starts_with(key)) return line_.substr(key.size());
    otherwise != nullptr ? file_.refuse(otherwise) : damaged();
  }

  void read_state(std::string_view line, CheckpointContent& out) {
    const std::size_t blank = line.find(' ');
    index_t count = 0;
    if (blank == std::string_view::npos || !read_index(line.substr(0, blank), count)) damaged();
    KeptState& state = out.states[std::string(line.substr(blank + 1))];
    state.line = number_;
    if (count == 0) damaged();
    if (next().size() / digits != count || line_.size() % digits != 0) damaged();
    state.words.resize(count);
    for (index_t k = 0; k < count; ++k) state.words[k] = word(line_.substr(k * digits, digits));
  }

  std::uint64_t word(std::string_view text) {
    std::uint64_t out = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, out, 16);
    if (text.size() != digits || error != std::errc() || stop != end) damaged();
    return out;
  }

  [[noreturn]] void damaged() const { file_.refuse("the checkpoint is damaged"); }

  TextFile file_;
  std::string_view line_;
  std::size_t number_ = 0;
};

}  // namespace

void write_checkpoint(const std::string& path, const CheckpointContent& content) {
  write_file(path, [&](std::ostream& out) {
    out << title << version << "\nproblem " << hexadecimal({content.problem}) << "\nseconds "
        << shortest(content.seconds) << '\n';
    for (const auto& [name, state] : content.states) {
      out << "state " << state.words.size() << ' ' << name << '\n'
          << hexadecimal(state.words) << '\n';
    }
    out << "checksum " << hexadecimal({checksum(content)}) << '\n';
  });
}

CheckpointContent read_checkpoint(const std::string& path, std::uint64_t problem) {
  return Reader(path).read(problem);
}

}  // namespace mercer::detail
