// The slow way, std::from_chars, is the reference: it rounds correctly.
#include "core/read_decimal.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "support/catch.hpp"

using mercer::detail::read_decimal;

namespace {

template <class T>
void check(const std::string& text, std::size_t length) {
  CAPTURE(text);
  // Once with nothing behind the number, which must not be read, and once with much.
  for (const std::string& behind : {std::string(), std::string(",1234567890")}) {
    const std::string all =
        text.substr(0, length) + (behind.empty() ? "" : text.substr(length) + behind);
    T expected = 0;
    std::from_chars(all.data(), all.data() + length, expected);
    T found = 17;
    const char* const end = read_decimal(all.data(), all.data() + all.size(), found);
    REQUIRE(end == all.data() + length);
    REQUIRE(found == expected);
    REQUIRE(std::signbit(found) == std::signbit(expected));
  }
}

}  // namespace

TEMPLATE_TEST_CASE("decimals are read to the bits of from_chars", "[core]", float, double) {
  using T = TestType;
  for (const std::string text : {"0",
                                 "-0",
                                 "1",
                                 "-1",
                                 "12345678",
                                 "123456789",
                                 "0.1",
                                 "-.5",
                                 "5.",
                                 "007",
                                 "1e5",
                                 "1E+5",
                                 "1e-5",
                                 "9007199254740992",
                                 "9007199254740993",
                                 "16777216",
                                 "16777217",
                                 "1e22",
                                 "1e23",
                                 "1e-22",
                                 "1e-23",
                                 "123456789012345678e-30",
                                 "0.00000000000000000001",
                                 "1e10",
                                 "1e11",
                                 "12345678901234567890",
                                 "0.1234567890123456789012345678901234567890",
                                 "1.5e-0000000000003",
                                 "00000000000000000000000000000000001",
                                 "9007199254740992e22",
                                 "4503599627370497.5",
                                 "8.5899345930e9",
                                 "1e-30",
                                 "3.4e38"}) {
    check<T>(text, text.size());
    check<T>(text + "\n", text.size());
  }
  std::mt19937_64 random(1);
  const std::string digits = "0123456789";
  for (int k = 0; k < 200000; ++k) {
    std::string text = random() % 4 == 0 ? "-" : "";
    for (std::size_t count = random() % 12 + 1; count > 0; --count) text += digits[random() % 10];
    if (random() % 2 == 0) {
      text += '.';
      for (std::size_t count = random() % 12; count > 0; --count) text += digits[random() % 10];
    }
    if (random() % 4 == 0) text += "e" + std::to_string(static_cast<int>(random() % 40) - 20);
    check<T>(text, text.size());
  }
}

TEMPLATE_TEST_CASE("what is no plain decimal is left to others", "[core]", float, double) {
  for (const std::string text :
       {"",   "-",  ".",   "-.",   "+1",    "nan",    "inf", "-inf", "x",    " 1",
        "e5", "1e", "1e+", "1e-x", "1e999", "-1e999", "/",   ":",    "\xb0", "\xff\x31"}) {
    CAPTURE(text);
    TestType value = 0;
    CHECK(read_decimal(text.data(), text.data() + text.size(), value) == nullptr);
  }
  // Bytes beside the digits, where eight are read at once.
  for (int c = 0; c < 256; ++c) {
    if (c >= '0' && c <= '9') continue;
    if (c == '.' || c == 'e' || c == 'E') continue;
    for (std::size_t at = 1; at < 8; ++at) {
      std::string text = "1234567890123456";
      text[at] = static_cast<char>(c);
      TestType value = 0;
      CHECK(read_decimal(text.data(), text.data() + text.size(), value) == text.data() + at);
      CHECK(value == static_cast<TestType>(std::stod(text.substr(0, at))));
    }
  }
}
