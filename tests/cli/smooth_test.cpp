// mercer smooth, against scipy's results on camera.pgm and the filter of the library.
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "mercer/image/gaussian_filter.hpp"
#include "mercer/image/image_file.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"

using namespace mercer;
using namespace mercer::test;

namespace {

const std::string camera = std::string(MERCER_DATASETS) + "/camera.pgm";

nlohmann::json smooth(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"smooth", camera, "--json", "--quiet"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Outcome outcome = run_mercer(arguments);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  return nlohmann::json::parse(outcome.out);
}

}  // namespace

TEST_CASE("mercer smooth is scipy's filter on camera.pgm", "[cli][truth]") {
  const TemporaryFolder folder;
  const nlohmann::json json = smooth({folder / "s.npy", "--sigma", "2"});
  CHECK(json["rows"] == 512);
  CHECK(json["radius"] == nlohmann::json({8, 8}));
  CHECK(json["bits"] == 8);
  CHECK(json["seconds"].get<double>() > 0);
  const arma::mat ours = load_image<double>(folder / "s.npy").slice(0);
  std::ifstream file(std::string(MERCER_DATASETS) + "/reference/camera_gauss_s2_reflect.f32",
                     std::ios::binary);
  arma::fmat theirs(512, 512);  // row by row, so the transpose
  file.read(reinterpret_cast<char*>(theirs.memptr()), 512 * 512 * 4);
  REQUIRE(file);
  CHECK(arma::abs(ours.t() / arma::conv_to<arma::mat>::from(theirs) - 1).max() < 6e-8);
}

TEST_CASE("mercer smooth has the filter's options", "[cli]") {
  const TemporaryFolder folder;
  smooth({folder / "s.npy", "--sigma", "1.5,3", "--order", "0,1", "--window", "discrete",
          "--boundary", "constant", "--constant", "7", "--truncate", "3"});
  const arma::mat image = load_image<double>(camera).slice(0);
  const arma::mat expected = gaussian_filter(image, {1.5, 3},
                                             {.discretisation = Discretisation::discrete,
                                              .order = {0, 1, 0},
                                              .truncate = 3,
                                              .boundary = Boundary::constant,
                                              .constant = 7});
  const arma::mat ours = load_image<double>(folder / "s.npy").slice(0);
  CHECK(arma::approx_equal(ours, expected, "absdiff", 0));
  const nlohmann::json recursive =
      smooth({folder / "r.npy", "--sigma", "20", "--method", "recursive"});
  CHECK_FALSE(recursive.contains("radius"));
  const nlohmann::json radius =
      smooth({folder / "r.npy", "--sigma", "20", "--radius", "5", "--window", "integrated"});
  CHECK(radius["radius"] == nlohmann::json({5, 5}));
  CHECK(radius["mass_cut"][0].get<double>() == Approx(std::erfc(5.5 / 20 / std::sqrt(2.0))));
}

TEST_CASE("mercer smooth reads standard input and writes standard output", "[cli]") {
  const TemporaryFolder folder;
  const auto content = [](const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(file)), {});
  };
  for (const std::string suffix : {".pgm", ".png"}) {
    const std::string image = std::string(MERCER_DATASETS) + "/camera" + suffix;
    REQUIRE(run_mercer({"smooth", image, folder / ("s" + suffix), "--sigma", "2"}).status == 0);
    const Outcome piped = run_mercer({"smooth", "-", "-", "--sigma", "2"}, content(image));
    INFO(piped.err);
    CHECK(piped.status == 0);
    CHECK((piped.out == content(folder / ("s" + suffix))));
  }
  const std::vector<std::string> slope = {"--sigma", "2", "--order", "0,1"};
  std::vector<std::string> to_file = {"smooth", camera, folder / "d.npy"};
  std::vector<std::string> to_stream = {"smooth", camera, "-"};
  to_file.insert(to_file.end(), slope.begin(), slope.end());
  to_stream.insert(to_stream.end(), slope.begin(), slope.end());
  REQUIRE(run_mercer(to_file).status == 0);
  CHECK((run_mercer(to_stream).out == content(folder / "d.npy")));
}

TEST_CASE("mercer smooth keeps depths", "[cli]") {
  const TemporaryFolder folder;
  smooth({folder / "s.png", "--sigma", "2"});
  CHECK(image_info(folder / "s.png") == ImageInfo{512, 512, 1, 8});
  const arma::Cube<std::uint8_t> bytes = load_image<std::uint8_t>(camera);
  const arma::Cube<std::uint8_t> expected = gaussian_filter(bytes, {2.0, 2.0, 0.0});
  CHECK(arma::all(arma::vectorise(load_image<std::uint8_t>(folder / "s.png") == expected)));

  arma::Cube<std::uint16_t> deep(6, 5, 3);
  for (index_t i = 0; i < deep.n_elem; ++i) deep(i) = static_cast<std::uint16_t>(i * 700);
  save_image(folder / "deep.png", deep);
  REQUIRE(run_mercer({"smooth", folder / "deep.png", folder / "out.ppm", "--sigma", "1"}).status ==
          0);
  CHECK(image_info(folder / "out.ppm") == ImageInfo{6, 5, 3, 16});
  const arma::Cube<std::uint16_t> planes = gaussian_filter(deep, {1.0, 1.0, 0.0});
  CHECK(arma::all(arma::vectorise(load_image<std::uint16_t>(folder / "out.ppm") == planes)));
}

TEST_CASE("mercer smooth clamps what an image cannot hold, and says so", "[cli]") {
  const TemporaryFolder folder;
  save_image(folder / "in.npy", arma::mat{{-0.5, -0.51, 255.49, 255.5}, {0, 1e9, 3.5, 254.9}});
  const Outcome outcome =
      run_mercer({"smooth", folder / "in.npy", folder / "out.png", "--sigma", "0"});
  REQUIRE(outcome.status == 0);
  CHECK(outcome.err.find("3 of 8 values were outside 0..255") != std::string::npos);
  const Mat<std::uint8_t> expected = {{0, 0, 255, 255}, {0, 255, 4, 255}};
  CHECK(arma::all(
      arma::vectorise(load_image<std::uint8_t>(folder / "out.png").slice(0) == expected)));
}

TEST_CASE("mercer smooth refuses what makes no sense", "[cli]") {
  const TemporaryFolder folder;
  struct Case {
    std::vector<std::string> arguments;
    int status;
    std::string message;
  };
  const std::string out = folder / "out.png", array = folder / "out.npy";
  arma::mat hole(4, 4, arma::fill::ones);
  hole(2, 1) = arma::datum::nan;
  save_image(folder / "nan.npy", hole);
  const std::vector<Case> cases = {
      {{camera, out}, 2, "--sigma is required"},
      {{camera, out, "--sigma", "-1"}, 2, "sigma must be finite and at least 0, is -1"},
      {{camera, out, "--sigma", "1,2,3"}, 2, "--sigma: At Most 2 required but received 3"},
      {{camera, out, "--sigma", "x"}, 2, "--sigma"},
      {{camera, out, "--sigma", "1", "--order", "1"}, 2, "OUT must end in .npy"},
      {{camera, array, "--sigma", "1", "--order", "5"}, 2, "order must be 0 to 4, is 5"},
      {{camera, folder / "out.ppm", "--sigma", "1"}, 2, "a .ppm file has 3 planes"},
      {{camera, folder / "out.tif", "--sigma", "1"}, 2, "OUT must end in .png, .pgm, .ppm or .npy"},
      {{camera, out, "--sigma", "1", "--constant", "3"}, 2, "without --boundary constant"},
      {{camera, out, "--sigma", "1", "--boundary", "black"},
       2,
       "--boundary: must be one of reflect, mirror, nearest, wrap, constant, is black"},
      {{camera, out, "--sigma", "9", "--method", "recursive", "--radius", "3"},
       2,
       "--radius has no meaning with --method recursive"},
      {{camera, out, "--sigma", "9", "--radius", "3", "--truncate", "3"}, 2, "excludes"},
      {{"-", out, "--sigma", "1"}, 3, "<stdin>: "},
      {{camera, "-", "--sigma", "1", "--json"}, 2, "both ask for standard output"},
      {{folder / "absent.png", out, "--sigma", "1"}, 3, "absent.png: there is no such file"},
      {{std::string(MERCER_DATASETS) + "/heart.csv", out, "--sigma", "1"}, 3, "is no image"},
      {{folder / "nan.npy", out, "--sigma", "1"}, 3, "must be finite"},
      {{camera, folder / "absent/out.png", "--sigma", "1"}, 3, "cannot be written"},
      {{camera, out, "--sigma", "1", "--budget", "1kB"}, 4, "the budget is 1.00 kB"}};
  for (const Case& wrong : cases) {
    std::vector<std::string> arguments = {"smooth"};
    arguments.insert(arguments.end(), wrong.arguments.begin(), wrong.arguments.end());
    const Outcome outcome = run_mercer(arguments);
    INFO(outcome.err);
    CHECK(outcome.status == wrong.status);
    CHECK(outcome.err.find(wrong.message) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(out));
  }
}
