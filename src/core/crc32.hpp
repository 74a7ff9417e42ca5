// A checksum of bytes.
#pragma once

#include <cstdint>
#include <string_view>

namespace mercer::detail {

/// CRC-32 of IEEE 802.3, as in zlib, PNG and gzip: "123456789" has cbf43926. Any change within 32
/// bits in a row changes it.
std::uint32_t crc32(std::string_view bytes);

}  // namespace mercer::detail
