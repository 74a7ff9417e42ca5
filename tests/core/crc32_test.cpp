#include "core/crc32.hpp"

#include "support/catch.hpp"

using mercer::detail::crc32;

// The check value of the catalogue of CRC algorithms, and what zlib 1.2.13 says.
TEST_CASE("crc32 is that of zlib", "[core]") {
  CHECK(crc32("123456789") == 0xcbf43926);
  CHECK(crc32("") == 0);
  CHECK(crc32("mercer model 1\n") == 0x2ea593e7);
  CHECK(crc32(std::string_view("\0\xff\x80", 3)) == 0x81dda740);
}
