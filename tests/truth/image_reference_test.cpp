// Smoothed images against scipy.ndimage: recorded results on camera.pgm, and random images that
// scipy filters here and now where it is installed.
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/image/gaussian_filter.hpp"
#include "support/catch.hpp"

using namespace mercer;

namespace {

Boundary boundary_of(const std::string& name) {
  if (name == "reflect") return Boundary::reflect;
  if (name == "mirror") return Boundary::mirror;
  if (name == "nearest") return Boundary::nearest;
  if (name == "wrap") return Boundary::wrap;
  REQUIRE(name == "constant");
  return Boundary::constant;
}

arma::mat camera() {
  Mat<unsigned char> bytes;
  REQUIRE(bytes.load(std::string(MERCER_DATASETS) + "/camera.pgm", arma::pgm_binary));
  return arma::conv_to<arma::mat>::from(bytes);
}

// The value as it was printed: half a unit of its twelfth digit may be missing.
void check_printed(double ours, const std::string& printed) {
  const double theirs = std::stod(printed);
  const double digit =
      theirs == 0 ? 1e-12 : std::pow(10, std::floor(std::log10(std::abs(theirs))) - 11);
  CHECK(std::abs(ours - theirs) <= 0.5 * digit + 1e-12 * std::max(1.0, std::abs(theirs)));
}

Mat<double> read(const std::filesystem::path& path, index_t rows, index_t cols) {
  Mat<double> out(rows, cols);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(out.memptr()),
            static_cast<std::streamsize>(out.n_elem * sizeof(double)));
  REQUIRE(file);
  return out;
}

}  // namespace

TEST_CASE("camera.pgm smoothed is scipy's, with every boundary", "[image][truth]") {
  const arma::mat image = camera();
  std::ifstream table(std::string(MERCER_DATASETS) + "/reference/image_gauss.csv");
  std::string line;
  std::getline(table, line);
  int rows = 0;
  for (; std::getline(table, line); ++rows) {
    INFO(line);
    std::istringstream fields(line);
    std::vector<std::string> field;
    for (std::string text; std::getline(fields, text, ',');) field.push_back(text);
    REQUIRE(field.size() == 15);
    const arma::mat smooth =
        gaussian_filter(image, std::stod(field[3]),
                        {.truncate = std::stod(field[5]), .boundary = boundary_of(field[4])});
    const arma::vec all = arma::vectorise(smooth);
    check_printed(arma::mean(all), field[6]);
    check_printed(arma::stddev(all, 1), field[7]);
    check_printed(all.min(), field[8]);
    check_printed(all.max(), field[9]);
    check_printed(arma::norm(all), field[10]);
    check_printed(smooth(0, 0), field[11]);
    check_printed(smooth(10, 20), field[12]);
    check_printed(smooth(256, 256), field[13]);
    check_printed(smooth(511, 511), field[14]);
  }
  CHECK(rows == 26);
}

TEST_CASE("camera.pgm smoothed in float is scipy's", "[image][truth]") {
  const arma::mat image = camera();
  std::ifstream file(std::string(MERCER_DATASETS) + "/reference/camera_gauss_s2_reflect.f32",
                     std::ios::binary);
  arma::fmat theirs(512, 512);  // row by row, so the transpose
  file.read(reinterpret_cast<char*>(theirs.memptr()), 512 * 512 * 4);
  REQUIRE(file);
  const arma::fmat ours = gaussian_filter(arma::conv_to<arma::fmat>::from(image), 2);
  const arma::mat doubles = gaussian_filter(image, 2);
  double worst = 0, worst_double = 0;
  for (index_t j = 0; j < 512; ++j) {
    for (index_t i = 0; i < 512; ++i) {
      const auto truth = static_cast<double>(theirs(j, i));
      worst = std::max(worst, std::abs(static_cast<double>(ours(i, j)) - truth) / truth);
      worst_double = std::max(worst_double, std::abs(doubles(i, j) - truth) / truth);
    }
  }
  CHECK(worst < 2e-7);
  CHECK(worst_double < 6e-8);  // theirs is rounded to float
}

TEST_CASE("random images are smoothed as scipy does", "[image][truth]") {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / "mercer_scipy_gaussian";
  std::filesystem::create_directories(folder);
  const std::string script = std::string(MERCER_SOURCE_DIR) + "/tests/truth/scipy_gaussian.py";
  const std::string command =
      "/usr/bin/python3 '" + script + "' '" + folder.string() + "' 2>/dev/null";
  if (std::system(command.c_str()) != 0) {
    WARN("skipped: python3-scipy is not installed");
    return;
  }
  std::ifstream listing(folder / "cases.txt");
  index_t rows = 0, cols = 0;
  std::string mode;
  std::array<double, 2> sigma{};
  std::array<int, 2> order{};
  int k = 0;
  for (; listing >> rows >> cols >> mode >> sigma[0] >> sigma[1] >> order[0] >> order[1]; ++k) {
    INFO(rows << " x " << cols << " " << mode << ", sigma " << sigma[0] << " " << sigma[1]
              << ", order " << order[0] << " " << order[1]);
    const arma::mat image = read(folder / (std::to_string(k) + ".in"), rows, cols);
    const arma::mat theirs = read(folder / (std::to_string(k) + ".out"), rows, cols);
    const arma::mat ours = gaussian_filter(
        image, sigma,
        {.order = {order[0], order[1], 0}, .boundary = boundary_of(mode), .constant = 0.4});
    CHECK(arma::abs(ours - theirs).max() < 1e-12);
  }
  CHECK(k == 400);
  std::filesystem::remove_all(folder);
}
