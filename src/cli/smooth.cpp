// mercer smooth: an image convolved with a Gaussian, or with one of its derivatives.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "cli/choice.hpp"
#include "cli/image_output.hpp"
#include "cli/input.hpp"
#include "cli/interrupt.hpp"
#include "cli/quality.hpp"
#include "cli/session.hpp"
#include "cli/spooled_input.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/write_file.hpp"
#include "mercer/image/gaussian_filter.hpp"
#include "mercer/image/image_file.hpp"
#include "mercer/image/to_uint.hpp"

namespace mercer::cli {
namespace {

const Choices<Discretisation> windows = {{"sampled", Discretisation::sampled},
                                         {"integrated", Discretisation::integrated},
                                         {"discrete", Discretisation::discrete}};
const Choices<Boundary> boundaries = {{"reflect", Boundary::reflect},
                                      {"mirror", Boundary::mirror},
                                      {"nearest", Boundary::nearest},
                                      {"wrap", Boundary::wrap},
                                      {"constant", Boundary::constant}};
const Choices<FilterMethod> methods = {{"window", FilterMethod::window},
                                       {"recursive", FilterMethod::recursive}};

struct SmoothOptions {
  std::string input;
  std::string output;
  std::vector<double> sigma;  // along rows, along columns; one for both
  std::vector<int> order = {0};
  GaussianFilterOptions filter;
  const CLI::App* command = nullptr;

  double sigma_of(std::size_t axis) const { return sigma.size() > axis ? sigma[axis] : sigma[0]; }
  int order_of(std::size_t axis) const { return order.size() > axis ? order[axis] : order[0]; }
  bool is_derivative() const { return order_of(0) > 0 || order_of(1) > 0; }
  bool given(const char* option) const { return command->count(option) > 0; }
};

void require_meaning(const SmoothOptions& options) {
  if (options.given("--constant") && options.filter.boundary != Boundary::constant) {
    throw UsageError("--constant has no meaning without --boundary constant");
  }
  if (options.filter.method == FilterMethod::recursive) {
    for (const char* option : {"--radius", "--truncate"}) {
      if (options.given(option)) {
        throw UsageError(std::string(option) +
                         " has no meaning with --method recursive, whose windows have no end");
      }
    }
    if (options.filter.discretisation != Discretisation::sampled) {
      throw UsageError("--method recursive has --window sampled only");
    }
  }
}

// Before the image is read and filtered: whether OUT can hold what comes of it.
void require_format(const SmoothOptions& options, const ImageInfo& image) {
  const std::string suffix = lower_suffix(options.output);
  if (suffix == ".npy") return;
  if (suffix != ".png" && suffix != ".pgm" && suffix != ".ppm") {
    throw UsageError("OUT must end in .png, .pgm, .ppm or .npy, is " + options.output);
  }
  if (options.is_derivative()) {
    throw UsageError("derivatives have a sign, for which " + suffix +
                     " files have no room: OUT must end in .npy");
  }
  const index_t least = suffix == ".ppm" ? 3 : 1;
  const index_t most = suffix == ".pgm" ? 1 : suffix == ".ppm" ? 3 : 4;
  if (image.planes >= least && image.planes <= most) return;
  throw UsageError("a " + suffix + " file has " +
                   (least == most ? std::to_string(most) : "1 to " + std::to_string(most)) +
                   (most == 1 ? " plane" : " planes") + ", " + options.input + " has " +
                   std::to_string(image.planes));
}

struct Outcome {
  double seconds = 0;  // of the filter alone
  index_t clamped = 0;
};

template <class T>
arma::Cube<T> filtered(const SmoothOptions& options, Outcome& outcome) {
  const arma::Cube<T> image =
      load_image<T>(options.input, {.memory_budget = options.filter.memory_budget});
  end_if_interrupted();
  const auto begin = std::chrono::steady_clock::now();
  try {
    arma::Cube<T> out =
        gaussian_filter(image, {options.sigma_of(0), options.sigma_of(1), 0}, options.filter);
    outcome.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    end_if_interrupted();
    return out;
  } catch (const NonFiniteError& error) {  // of the image, not of the command line
    throw ParseError(options.input, 0, error.what());
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
}

template <class T>
Outcome smooth_as(const SmoothOptions& options) {
  Outcome outcome;
  const arma::Cube<T> image = filtered<T>(options, outcome);
  if constexpr (std::is_floating_point_v<T>) {
    if (lower_suffix(options.output) != ".npy") {
      // Halves are rounded to even: -0.5 to 0, 255.5 to 256.
      for (const T value : image) outcome.clamped += value < T(-0.5) || value >= T(255.5);
      save_image(options.output, to_uint8(image));
      return outcome;
    }
  }
  save_image(options.output, image);
  return outcome;
}

// Depths are kept, but for integers in .npy, which become doubles.
Outcome smooth_image(const SmoothOptions& options, int bits) {
  if (bits == 32) return smooth_as<float>(options);
  if (bits == 64 || lower_suffix(options.output) == ".npy") return smooth_as<double>(options);
  return bits == 8 ? smooth_as<std::uint8_t>(options) : smooth_as<std::uint16_t>(options);
}

// radius and mass_cut of each axis; a recursion has neither.
void add_windows(nlohmann::ordered_json& json, const SmoothOptions& options) {
  if (options.filter.method == FilterMethod::recursive) return;
  json["radius"] = nlohmann::ordered_json::array();
  json["mass_cut"] = nlohmann::ordered_json::array();
  for (const std::size_t axis : {0, 1}) {
    const double sigma = options.sigma_of(axis);
    const index_t radius = gaussian_radius(sigma, options.order_of(axis), options.filter);
    json["radius"].push_back(radius);
    json["mass_cut"].push_back(
        sigma > 0 ? window_report(2 * radius + 1, sigma, options.filter.discretisation).mass_cut
                  : 0.0);
  }
}

// The input is a file.
void smooth_file(const SmoothOptions& given, const std::string& input, const Session& session) {
  const ImageOutput output(given.output, given.is_derivative() ? ".npy" : image_suffix(input));
  SmoothOptions options = given;
  options.input = input;
  options.output = output.path();
  const ImageInfo image = image_info(input);
  require_format(options, image);
  require_writable(options.output);
  options.filter.order = {options.order_of(0), options.order_of(1), 0};
  options.filter.threads = session.threads;
  const Outcome outcome = smooth_image(options, image.bits);
  output.send();

  nlohmann::ordered_json json;
  json["status"] = "done";
  json["input"] = given.input;
  json["output"] = given.output;
  json["rows"] = image.rows;
  json["columns"] = image.cols;
  json["planes"] = image.planes;
  json["bits"] = image.bits;
  json["sigma"] = {options.sigma_of(0), options.sigma_of(1)};
  json["order"] = {options.order_of(0), options.order_of(1)};
  json["window"] = word_of(windows, options.filter.discretisation);
  json["boundary"] = word_of(boundaries, options.filter.boundary);
  json["method"] = word_of(methods, options.filter.method);
  add_windows(json, options);
  json["clamped"] = outcome.clamped;
  json["seconds"] = outcome.seconds;
  json["threads"] = threads_of(session);
  json["peak_memory_bytes"] = peak_memory_bytes();
  session.note(shape_text(image) + " smoothed in " + brief(outcome.seconds) + " s, saved in " +
               given.output);
  if (outcome.clamped > 0) {
    session.warn(std::to_string(outcome.clamped) + " of " +
                 std::to_string(image.rows * image.cols * image.planes) +
                 " values were outside 0..255 and are clamped; .npy keeps them");
  }
  session.print(json);
}

ExitStatus smooth(const SmoothOptions& options, const Session& session) {
  require_meaning(options);
  if (session.json && options.output == "-") {
    throw UsageError("OUT - and --json both ask for standard output");
  }
  with_input_file(options.input,
                  [&](const std::string& input) { smooth_file(options, input, session); });
  return ExitStatus::done;
}

}  // namespace

void add_smooth(CLI::App& program, Session& session) {
  const auto options = std::make_shared<SmoothOptions>();
  CLI::App* command = add_command(program, session, "smooth",
                                  "Smooth an image by a Gaussian, or take derivatives of it",
                                  "mercer smooth camera.png smooth.png --sigma 2",
                                  [options, &session] { return smooth(*options, session); });
  options->command = command;
  command->add_option("IN", options->input, "The image: PNG, PGM, PPM or .npy; - is standard input")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("OUT", options->output,
                   "Where it goes: .png, .pgm and .ppm keep 8 and 16 bits, and round what .npy "
                   "files hold to 8; .npy keeps floats, integers become doubles; - is standard "
                   "output, in the format of IN, derivatives as .npy")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--sigma", options->sigma,
                   "In pixels, from row to row and from column to column; one for both. Planes "
                   "of colour and transparency are kept apart")
      ->required()
      ->delimiter(',')
      ->expected(1, 2)
      ->allow_extra_args(false)
      ->type_name("S[,S]");
  add_choice(*command, "--window", options->filter.discretisation, windows,
             "Which weights, default sampled");
  add_choice(*command, "--boundary", options->filter.boundary, boundaries,
             "What is beyond the edges, default reflect");
  command->add_option("--constant", options->filter.constant, "The value there with constant")
      ->type_name("X");
  command
      ->add_option("--order", options->order,
                   "Derivatives along rows and columns, 0 to 4; one for both")
      ->delimiter(',')
      ->expected(1, 2)
      ->allow_extra_args(false)
      ->type_name("K[,K]");
  CLI::Option* radius =
      command->add_option("--radius", options->filter.radius, "Windows of 2 N + 1 weights")
          ->check(whole_number(0, 1'000'000'000))
          ->type_name("N");
  command
      ->add_option("--truncate", options->filter.truncate,
                   "Windows end after this many sigma, default 4")
      ->type_name("X")
      ->excludes(radius);
  add_choice(*command, "--method", options->filter.method, methods,
             "By windows, the default, or by recursions, whose time does not grow with sigma");
  add_budget(*command, options->filter.memory_budget, "the image");
}

}  // namespace mercer::cli
