// The files of tests/image/files are written by Pillow 9.4, OpenCV 4.6 and NumPy 1.24, by
// make_images.py; their pixels are the formulae below.
#include "mercer/image/image_file.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "mercer/image/to_uint.hpp"
#include "support/catch.hpp"
#include "support/temporary_file.hpp"

namespace fs = std::filesystem;
using mercer::image_info;
using mercer::ImageInfo;
using mercer::index_t;
using mercer::load_image;
using mercer::Mat;
using mercer::save_image;
using mercer::test::parse_error_of;
using mercer::test::TemporaryFile;

namespace {

std::string fixture(const std::string& name) {
  return MERCER_SOURCE_DIR "/tests/image/files/" + name;
}

// A name with a suffix, for a file that is written and then removed.
class Target {
 public:
  explicit Target(const std::string& suffix) : path_(place_.path() + suffix) {}
  ~Target() { fs::remove(path_); }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  const std::string& path() const { return path_; }

 private:
  TemporaryFile place_;
  std::string path_;
};

index_t ramp(index_t i, index_t j, index_t p) { return 40 * i + 5 * j + 11 * p; }

// Loads name as T and compares each sample with value(i, j, p).
template <class T, class Value>
void check_pixels(const std::string& name, ImageInfo info, Value value) {
  INFO(name);
  CHECK(image_info(fixture(name)) == info);
  const arma::Cube<T> image = load_image<T>(fixture(name));
  REQUIRE(image.n_rows == info.rows);
  REQUIRE(image.n_cols == info.cols);
  REQUIRE(image.n_slices == info.planes);
  for (index_t p = 0; p < info.planes; ++p) {
    for (index_t j = 0; j < info.cols; ++j) {
      for (index_t i = 0; i < info.rows; ++i) {
        CAPTURE(i, j, p);
        CHECK(image(i, j, p) == static_cast<T>(value(i, j, p)));
      }
    }
  }
}

// As the type of its depth, and as float and double.
template <class Value>
void check_file(const std::string& name, index_t planes, int bits, Value value) {
  const ImageInfo info{5, 7, planes, bits};
  if (bits == 8) check_pixels<std::uint8_t>(name, info, value);
  if (bits == 16) check_pixels<std::uint16_t>(name, info, value);
  check_pixels<float>(name, info, value);
  check_pixels<double>(name, info, value);
}

template <class T>
arma::Cube<T> random_image(index_t rows, index_t cols, index_t planes) {
  std::mt19937_64 bits(rows * 100 + cols * 10 + planes);
  arma::Cube<T> image(rows, cols, planes);
  image.imbue([&] {
    if constexpr (sizeof(T) == 1 || std::is_same_v<T, std::uint16_t>) {
      return static_cast<T>(bits());
    } else if constexpr (sizeof(T) == 4) {
      return std::bit_cast<T>(static_cast<std::uint32_t>(bits()));  // NaN and infinities too
    } else {
      return std::bit_cast<T>(std::uint64_t{bits()});
    }
  });
  return image;
}

template <class T>
void check_round_trip(const std::string& suffix, const arma::Cube<T>& image) {
  const Target target(suffix);
  save_image(target.path(), image);
  const ImageInfo info{image.n_rows, image.n_cols, image.n_slices, 8 * int{sizeof(T)}};
  CHECK(image_info(target.path()) == info);
  const arma::Cube<T> again = load_image<T>(target.path());
  REQUIRE(again.n_elem == image.n_elem);
  REQUIRE(again.n_rows == image.n_rows);
  REQUIRE(again.n_slices == image.n_slices);
  CHECK(std::memcmp(again.memptr(), image.memptr(), image.n_elem * sizeof(T)) == 0);
}

}  // namespace

TEST_CASE("files of 8 bits look as their writers made them", "[image]") {
  check_file("grey8.png", 1, 8, ramp);
  check_file("grey_alpha8.png", 2, 8, ramp);
  check_file("rgb8.png", 3, 8, ramp);
  check_file("rgba8.png", 4, 8, ramp);
  check_file("rgb8_interlaced.png", 3, 8, ramp);
  check_file("grey8.pgm", 1, 8, ramp);
  check_file("rgb8.ppm", 3, 8, ramp);
  check_file("grey_u1.npy", 1, 8, ramp);
}

TEST_CASE("files of 16 bits look as their writers made them", "[image]") {
  const auto wide = [](index_t i, index_t j, index_t p) { return 254 * ramp(i, j, p); };
  check_file("grey16.png", 1, 16, wide);
  check_file("rgb16.png", 3, 16, wide);
  check_file("rgba16.png", 4, 16, wide);
  check_file("grey16_interlaced.png", 1, 16, wide);
  check_file("grey16.pgm", 1, 16, wide);
  check_file("rgb16.ppm", 3, 16, wide);
  check_file("rgb_u2.npy", 3, 16, wide);
}

TEST_CASE("palettes, few bits and transparent colours are expanded", "[image]") {
  const auto colour = [](index_t i, index_t j, index_t p) {
    const index_t c = (i + j) % 4;
    const index_t rgba[] = {60 * c, 255 - 60 * c, 7 * c, 85 * c};
    return rgba[p];
  };
  check_file("palette.png", 3, 8, colour);
  check_file("palette_transparent.png", 4, 8, colour);
  check_file("palette_beyond.png", 3, 8, [](index_t i, index_t j, index_t p) {
    const index_t c = (i + j) % 4;
    return c < 2 ? 3 * c + p + 1 : 0;
  });
  check_file("grey1.png", 1, 8, [](index_t i, index_t j, index_t) { return (i + j) % 2 * 255; });
  check_file("grey2.png", 1, 8, [](index_t i, index_t j, index_t) { return (i + j) % 4 * 85; });
  check_file("grey4.png", 1, 8, [](index_t i, index_t j, index_t) { return (i + j) % 16 * 17; });
  check_file("grey8_transparent.png", 2, 8, [](index_t i, index_t j, index_t p) {
    const index_t grey = ramp(i, j, 0);
    return p == 0 ? grey : grey == 40 ? index_t{0} : index_t{255};
  });
}

TEST_CASE("arrays of floats in either order", "[image][npy]") {
  const auto eighth = [](index_t i, index_t j, index_t p) {
    return static_cast<double>(ramp(i, j, p)) / 8;
  };
  check_file("rgb_f4_fortran.npy", 3, 32, eighth);
  check_file("rgb_f8_big_endian.npy", 3, 64, eighth);
}

TEST_CASE("the camera is the same in both formats", "[image]") {
  const std::string path = MERCER_DATASETS "/camera";
  CHECK(image_info(path + ".png") == ImageInfo{512, 512, 1, 8});
  CHECK(image_info(path + ".pgm") == ImageInfo{512, 512, 1, 8});
  const auto png = load_image<std::uint8_t>(path + ".png");
  const auto pgm = load_image<std::uint8_t>(path + ".pgm");
  CHECK(arma::accu(png != pgm) == 0);
  // NumPy's sum of OpenCV's image
  CHECK(arma::accu(arma::conv_to<arma::Cube<double>>::from(png)) == 33832495.0);
}

TEST_CASE("what is saved reads back to the bit", "[image]") {
  for (const auto& [rows, cols] : {std::pair<index_t, index_t>{1, 1}, {1, 9}, {13, 1}, {37, 53}}) {
    CAPTURE(rows, cols);
    for (index_t planes = 1; planes <= 4; ++planes) {
      check_round_trip(".png", random_image<std::uint8_t>(rows, cols, planes));
      check_round_trip(".PNG", random_image<std::uint16_t>(rows, cols, planes));
    }
    check_round_trip(".pgm", random_image<std::uint8_t>(rows, cols, 1));
    check_round_trip(".pgm", random_image<std::uint16_t>(rows, cols, 1));
    check_round_trip(".ppm", random_image<std::uint8_t>(rows, cols, 3));
    check_round_trip(".ppm", random_image<std::uint16_t>(rows, cols, 3));
    for (const index_t planes : {1, 3, 7}) {
      check_round_trip(".npy", random_image<std::uint8_t>(rows, cols, planes));
      check_round_trip(".npy", random_image<std::uint16_t>(rows, cols, planes));
      check_round_trip(".npy", random_image<float>(rows, cols, planes));
      check_round_trip(".npy", random_image<double>(rows, cols, planes));
    }
  }
}

TEST_CASE("a matrix is an image of one plane", "[image]") {
  const Mat<std::uint8_t> image = {{1, 2, 3}, {4, 5, 6}};
  for (const std::string suffix : {".png", ".pgm", ".npy"}) {
    const Target target(suffix);
    save_image(target.path(), image);
    CHECK(image_info(target.path()) == ImageInfo{2, 3, 1, 8});
    CHECK(arma::accu(load_image<std::uint8_t>(target.path()).slice(0) != image) == 0);
  }
}

TEST_CASE("a type of another depth is refused with the one that fits", "[image]") {
  const auto as8 = [](const std::string& path) { load_image<std::uint8_t>(path); };
  const auto as16 = [](const std::string& path) { load_image<std::uint16_t>(path); };
  const std::string narrow =
      "FILE: holds samples of 8 bits, not std::uint16_t; load it as std::uint8_t, float or double";
  const std::string wide =
      "FILE: holds samples of 16 bits, not std::uint8_t; load it as std::uint16_t, float or double";
  for (const std::string name : {"grey8.png", "palette.png", "grey8.pgm", "grey_u1.npy"}) {
    CHECK(parse_error_of(fixture(name), as16) == narrow);
  }
  for (const std::string name : {"grey16.png", "rgb16.ppm", "rgb_u2.npy"}) {
    CHECK(parse_error_of(fixture(name), as8) == wide);
  }
  CHECK(parse_error_of(fixture("rgb_f8_big_endian.npy"), as8) ==
        "FILE: holds floating-point numbers of 64 bits, not std::uint8_t; load it as float or "
        "double (to_uint8 and to_uint16 round)");
}

TEST_CASE("a double beyond the range of float is refused, infinity is not", "[image][npy]") {
  const Target target(".npy");
  Mat<double> image = {{1, std::numeric_limits<double>::infinity()}};
  save_image(target.path(), image);
  CHECK(std::isinf(load_image<float>(target.path())(0, 1, 0)));
  image(0, 1) = 1e300;
  save_image(target.path(), image);
  CHECK(parse_error_of(target.path(), [](const auto& path) { load_image<float>(path); }) ==
        "FILE: element 1 of the file is 1e+300, beyond the range of float");
}

TEST_CASE("an image that a format does not hold is refused", "[image]") {
  const arma::Cube<std::uint8_t> rgb(2, 3, 3, arma::fill::zeros);
  const arma::Cube<std::uint8_t> five(2, 3, 5, arma::fill::zeros);
  CHECK_THROWS_WITH(save_image("a.jpg", rgb),
                    "save_image: path must end in .png, .pgm, .ppm or .npy, is a.jpg");
  CHECK_THROWS_WITH(save_image("png", rgb),
                    "save_image: path must end in .png, .pgm, .ppm or .npy, is png");
  CHECK_THROWS_WITH(save_image("a.pgm", rgb), "save_image: a .pgm file has 1 plane, image has 3");
  CHECK_THROWS_WITH(save_image("a.ppm", rgb.slice(0).eval()),
                    "save_image: a .ppm file has 3 planes, image has 1");
  CHECK_THROWS_WITH(save_image("a.png", five),
                    "save_image: a .png file has 1 to 4 planes, image has 5");
  CHECK_THROWS_WITH(save_image("a.png", arma::Cube<std::uint8_t>(0, 3, 1)),
                    "save_image: image has no pixels: it is 0 x 3 x 1");
  for (const std::string suffix : {".png", ".pgm", ".ppm"}) {
    CHECK_THROWS_WITH(save_image("a" + suffix, arma::mat(2, 2, arma::fill::zeros)),
                      "save_image: a " + suffix +
                          " file holds integers; round with to_uint8(image) or to_uint16(image), "
                          "or save floating-point numbers as .npy");
  }
  const Target target(".png");
  save_image(target.path(), mercer::to_uint8(arma::mat{{1.6, 300}}));
  CHECK(load_image<double>(target.path())(0, 0, 0) == 2);
}

TEST_CASE("a place where an image cannot be written is told, an older one stays", "[image]") {
  const Mat<std::uint8_t> image = {{1, 2, 3}, {4, 5, 6}};
  for (const std::string suffix : {".png", ".pgm", ".npy"}) {
    CHECK(parse_error_of("no/such/folder/a" + suffix, [&](const auto& path) {
            save_image(path, image);
          }) == "FILE: the file cannot be written: No such file or directory");
  }
}
