// Files that are damaged, hostile or merely strange.
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "mercer/image/image_file.hpp"
#include "support/catch.hpp"
#include "support/temporary_file.hpp"

namespace fs = std::filesystem;
using mercer::BudgetError;
using mercer::image_info;
using mercer::ImageInfo;
using mercer::load_image;
using mercer::test::parse_error_of;
using mercer::test::TemporaryFile;

namespace {

const fs::path fixtures = MERCER_SOURCE_DIR "/tests/image/files";

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string error_of(const std::string& content) {
  return parse_error_of(TemporaryFile(content).path(),
                        [](const auto& path) { load_image<double>(path); });
}

std::string info_error_of(const std::string& content) {
  return parse_error_of(TemporaryFile(content).path(), [](const auto& path) { image_info(path); });
}

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

// A chunk of a PNG, with its checksum (ISO/IEC 15948, annex D).
std::string chunk(const std::string& name, const std::string& data) {
  std::uint32_t sum = 0xffffffff;
  for (const char c : name + data) {
    sum ^= static_cast<unsigned char>(c);
    for (int k = 0; k < 8; ++k) sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return big_endian(static_cast<std::uint32_t>(data.size())) + name + data + big_endian(~sum);
}

const std::string signature = "\x89PNG\r\n\x1a\n";

std::string png_header(std::uint32_t width, std::uint32_t height, char depth = 8, char colour = 0) {
  const std::string rest = {depth, colour, 0, 0, 0};
  return signature + chunk("IHDR", big_endian(width) + big_endian(height) + rest);
}

std::string png_of(std::uint32_t width, std::uint32_t height) {
  return png_header(width, height) + chunk("IDAT", "x") + chunk("IEND", "");
}

// What goes to standard error while it exists.
class ErrorOutput {
 public:
  ErrorOutput() : old_(dup(2)) {
    std::FILE* const file = std::fopen(file_.path().c_str(), "wb");
    dup2(fileno(file), 2);
    std::fclose(file);
  }
  ~ErrorOutput() {
    dup2(old_, 2);
    close(old_);
  }
  std::string text() const { return bytes_of(file_.path()); }

 private:
  TemporaryFile file_;
  int old_;
};

}  // namespace

TEST_CASE("a file that is cut anywhere is refused with its name", "[image]") {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(fixtures)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".py") || name.ends_with(".csv") || name.starts_with("refused")) continue;
    ++files;
    const std::string good = bytes_of(entry.path());
    CAPTURE(name);
    for (std::size_t size = 0; size < good.size(); ++size) {
      const std::string error = error_of(good.substr(0, size));
      if (!error.starts_with("FILE: ") || error.size() < 20) {
        CAPTURE(size);
        CHECK(error == "refused");
      }
    }
  }
  CHECK(files == 24);
}

TEST_CASE("a file with one byte changed loads or is refused", "[image]") {
  for (const auto& entry : fs::directory_iterator(fixtures)) {
    const std::string good = bytes_of(entry.path());
    for (std::size_t k = 0; k < good.size(); ++k) {
      for (const int mask : {0xff, 0x80, 0x01}) {
        std::string bad = good;
        bad[k] = static_cast<char>(bad[k] ^ mask);
        const std::string error = error_of(bad);
        if (error != "accepted" && !error.starts_with("FILE: ")) FAIL(entry.path() << error);
      }
    }
  }
}

TEST_CASE("what is no image is refused", "[image]") {
  const std::string kinds =
      "FILE: is no image that can be read (PNG, PGM and PPM in binary, .npy): it begins with ";
  CHECK(error_of("") == "FILE: the file is empty");
  CHECK(error_of("GIF89a, and more") == kinds + "'GIF89a, '");
  CHECK(error_of(std::string("\0\x01", 2)) == kinds + "'\?\?'");
  CHECK(error_of("P2\n1 1\n255\n7\n") ==
        "FILE: is a file of Netpbm's format P2; only the binary PGM and PPM, P5 and P6, are read");
  CHECK(error_of("P") == kinds + "'P'");
  const auto load = [](const auto& path) { load_image<double>(path); };
  CHECK(parse_error_of("no/such/file.png", load) == "FILE: there is no such file");
  CHECK(parse_error_of(fs::temp_directory_path().string(), load) == "FILE: is a directory");
  CHECK(parse_error_of("/dev/zero", load) == "FILE: is not a regular file");
}

TEST_CASE("headers of PGM and PPM are read as Netpbm reads them", "[image]") {
  CHECK(error_of("P5 2 2 255 abcd") == "accepted");
  CHECK(error_of("P5\n# by a program\n2 # width\n\n\t2\r\n255\nabcd") == "accepted");
  CHECK(error_of("P5\n2#\n2#x\n255#y\nabcd") == "accepted");
  CHECK(error_of("P5#x\n2 2 255\nabcd") == "accepted");
  CHECK(error_of("P6 1 1 65535 abcdef") == "accepted");
  const TemporaryFile file("P5 2 1 65535 " + std::string("\x01\x02\xff\xfe", 4));
  CHECK(load_image<std::uint16_t>(file.path())(0, 0, 0) == 0x0102);
  CHECK(load_image<float>(file.path())(0, 1, 0) == 0xfffe);
  // The first byte after the white space is a sample, whatever it is.
  const TemporaryFile hash("P5 2 1 255\n#\n");
  CHECK(load_image<std::uint8_t>(hash.path())(0, 0, 0) == '#');
  CHECK(load_image<std::uint8_t>(hash.path())(0, 1, 0) == '\n');
}

TEST_CASE("damaged headers of PGM and PPM are refused", "[image]") {
  const std::string rule = " must be a whole number below 2^64, is ";
  CHECK(error_of("P52 2 255 abcd") ==
        "FILE: is not a PGM or PPM file: no white space follows P5 or P6");
  CHECK(error_of("P5 -1 2 255 abcd") == "FILE: the width" + rule + "'-'");
  CHECK(error_of("P5 2 2.5 255 abcd") == "FILE: the height" + rule + "'2.'");
  CHECK(error_of("P5 2 99999999999999999999 255 abcd") ==
        "FILE: the height" + rule + "'99999999999999999999'");
  CHECK(error_of("P5 2 2 0xff abcd") == "FILE: the maxval" + rule + "'0x'");
  CHECK(error_of("P5 2 2 0 abcd") == "FILE: the maxval must be 255 or 65535, is 0");
  CHECK(error_of("P5 2 2 15 abcd") == "FILE: the maxval must be 255 or 65535, is 15");
  CHECK(error_of("P5 2 2 70000 abcd") == "FILE: the maxval must be 255 or 65535, is 70000");
  CHECK(error_of("P5 0 2 255 ") == "FILE: the image is empty: 0 x 2 pixels (width x height)");
  CHECK(error_of("P5 2 0 255 ") == "FILE: the image is empty: 2 x 0 pixels (width x height)");
  CHECK(error_of("P5 4294967296 4294967296 255 abcd") ==
        "FILE: the image of 4294967296 x 4294967296 pixels (width x height) is larger than any "
        "file");
  for (const auto& message :
       {error_of("P5 60000 60000 255 abcd"), info_error_of("P5 60000 60000 255 abcd")}) {
    CHECK(message ==
          "FILE: the image of 60000 x 60000 pixels (width x height) needs 3600000000 bytes after "
          "the header, the file has 4");
  }
  CHECK(error_of("P6 2 1 65535 abcdef") ==
        "FILE: the image of 2 x 1 pixels (width x height) needs 12 bytes after the header, the "
        "file has 6");
  CHECK(error_of("P5 2 2 255 abcde") ==
        "FILE: the image of 2 x 2 pixels (width x height) needs 4 bytes after the header, the file "
        "has 5");
  // Armadillo's reader never comes back from this one.
  CHECK(error_of("P5 2 2 # a comment without an end") == "FILE: the file ends within the header");
  CHECK(error_of("P5 2 2 255") == "FILE: the file ends within the header");
}

TEST_CASE("a PNG that declares more than it can hold is refused before memory is taken",
          "[image]") {
  for (const auto& message :
       {error_of(png_of(60000, 60000)), info_error_of(png_of(60000, 60000))}) {
    CHECK(message ==
          "FILE: declares 60000 x 60000 pixels (width x height), more than a PNG of 58 "
          "bytes can hold");
  }
  CHECK(error_of(png_of(0x7fffffff, 0x7fffffff)) ==
        "FILE: declares 2147483647 x 2147483647 pixels (width x height), more than a PNG of 58 "
        "bytes can hold");
  CHECK(error_of(png_of(0x80000000, 1)).starts_with("FILE: the PNG cannot be read: "));
  CHECK(error_of(png_of(0, 1)).starts_with("FILE: the PNG cannot be read: "));
  CHECK(error_of(png_of(1, 0)).starts_with("FILE: the PNG cannot be read: "));
  CHECK(error_of(png_header(1, 1, 7) + chunk("IDAT", "x"))
            .starts_with("FILE: the PNG cannot be read: "));
  CHECK(error_of(png_header(1, 1, 8, 5) + chunk("IDAT", "x"))
            .starts_with("FILE: the PNG cannot be read: "));
  CHECK(error_of(png_header(1, 1, 8, 3) + chunk("IDAT", "x"))
            .starts_with("FILE: the PNG cannot be read: "));  // a palette is missing
  CHECK(error_of(signature) == "FILE: the PNG cannot be read: the file ends within the image");
}

TEST_CASE("an image over the memory budget is refused", "[image]") {
  const std::string folder = fixtures.string();
  for (const std::string name : {"grey16.png", "grey8.pgm", "grey16.pgm", "grey_u1.npy"}) {
    const std::string path = folder + "/" + name;
    // 35 doubles of 8 bytes, and what reading takes besides
    const std::size_t besides = name == "grey8.pgm" ? 70 : name == "grey_u1.npy" ? 0 : 70;
    CAPTURE(name);
    CHECK_NOTHROW(load_image<double>(path, {.memory_budget = 280 + besides}));
    CHECK_THROWS_AS(load_image<double>(path, {.memory_budget = 279 + besides}), BudgetError);
    CHECK_NOTHROW(image_info(path));
  }
  CHECK_THROWS_WITH(load_image<double>(folder + "/grey_u1.npy", {.memory_budget = 100}),
                    "load_image: the 5 x 7 x 1 samples of " + folder +
                        "/grey_u1.npy need 280 bytes, the budget is 100 bytes");
}

TEST_CASE("damage that libpng only warns of prints nothing", "[image]") {
  const std::string good = bytes_of(fixtures / "grey8.png");
  std::string bad_gamma = chunk("gAMA", big_endian(45455));
  bad_gamma.back() = static_cast<char>(bad_gamma.back() ^ 1);
  const std::string warned = good.substr(0, 33) + bad_gamma + good.substr(33);
  ErrorOutput output;
  CHECK(error_of(warned) == "accepted");
  CHECK(error_of(good.substr(0, 60)) != "accepted");
  CHECK(output.text() == "");
}

TEST_CASE("arrays that are no images are refused", "[image][npy]") {
  const auto error_of_fixture = [](const std::string& name) {
    return parse_error_of((fixtures / name).string(),
                          [](const auto& path) { load_image<double>(path); });
  };
  CHECK(error_of_fixture("refused_i2.npy") ==
        "FILE: the array of type i2 is no image: these are of the types u1, u2, f4 and f8 (uint8, "
        "uint16, float32 and float64)");
  CHECK(error_of_fixture("refused_one_dimension.npy") ==
        "FILE: the array has 1 dimensions, 2 or 3 are needed");
  const std::string shape = "(4000000000, 4000000000, 4000000000)";
  const std::string dictionary = "{'descr':'|u1','fortran_order':True,'shape':" + shape + "}";
  CHECK(error_of(std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(dictionary.size()) +
                 std::string(1, '\0') + dictionary) ==
        "FILE: the array of 4000000000 x 4000000000 x 4000000000 elements is larger than any file");
}
