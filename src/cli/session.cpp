#include "cli/session.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/progress_display.hpp"
#include "cli/terminal.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/write_output.hpp"

namespace mercer::cli {

namespace {

CLI::Validator number_check(bool (*holds)(double), const std::string& rule) {
  return CLI::Validator(
      [holds, rule](std::string& text) {
        double value = 0;
        if (!CLI::detail::lexical_cast(text, value)) return "must be a number, is '" + text + "'";
        if (std::isfinite(value) && holds(value)) return std::string();
        return "must be " + rule + ", is " + text;
      },
      "");
}

}  // namespace

void Session::note(const std::string& text) const {
  if (!quiet) std::cerr << text << '\n';
}

void Session::warn(const std::string& text) const {
  std::cerr << "mercer: " << coloured("warning", Colour::yellow) << ": " << text << '\n';
}

void Session::print(const nlohmann::ordered_json& object) const {
  if (json) write_output("-", [&](std::ostream& out) { out << object.dump(2) << '\n'; });
}

ProgressCallback Session::progress() const { return ProgressDisplay(!quiet); }

std::string plain(const std::string& message) {
  std::string out = message;
  // "Svc::fit: ": letters, digits, _ and ::
  const std::size_t end = out.find(": ");
  const auto is_of_a_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':';
  };
  if (end != std::string::npos && end > 0 &&
      std::all_of(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(end), is_of_a_name)) {
    out.erase(0, end + 2);
  }
  const std::string callback = "stopped by the progress callback";
  const std::size_t place = out.find(callback);
  if (place != std::string::npos) out.replace(place, callback.size(), "interrupted");
  return out;
}

void print_error(const std::string& text) {
  std::cerr << "mercer: " << coloured("error", Colour::red) << ": " << text << '\n';
}

CLI::App* add_command(CLI::App& program, Session& session, const std::string& name,
                      const std::string& description, const std::string& example,
                      std::function<ExitStatus()> run) {
  CLI::App* command = program.add_subcommand(name, description);
  command->add_flag("--json", session.json, "One JSON object with all figures on standard output");
  command->add_flag("--quiet", session.quiet, "No progress and no notes; warnings and errors stay");
  command->add_option("--threads", session.threads, "Threads to use, 0: all")
      ->check(whole_number(0, 4096))
      ->type_name("N");
  command->footer("Example:\n  " + example + "\n");
  command->callback([&session, run = std::move(run)] { session.status = run(); });
  return command;
}

int threads_of(const Session& session) { return resolve_threads(session.threads); }

CLI::Validator positive_number() {
  return number_check([](double x) { return x > 0; }, "finite and positive");
}

CLI::Validator non_negative_number() {
  return number_check([](double x) { return x >= 0; }, "finite and at least 0");
}

CLI::Validator whole_number(long long least, long long most) {
  return CLI::Validator(
      [least, most](std::string& text) {
        long long value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool is_number = error == std::errc() && end == text.data() + text.size();
        if (is_number && least <= value && value <= most) return std::string();
        return "must be a whole number from " + std::to_string(least) + " to " +
               std::to_string(most) + ", is " + text;
      },
      "");
}

std::size_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

}  // namespace mercer::cli
