// What the commands of the program share: how they end, and where their words go.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>

#include "mercer/core/progress.hpp"

namespace mercer::cli {

/// What the program tells the shell.
enum class ExitStatus {
  done = 0,
  no = 1,           // the answer is no: a certificate does not hold, there is no model
  wrong_use = 2,    // the command line
  bad_data = 3,     // a file that cannot be read, understood or written
  over_budget = 4,  // more memory than allowed
  interrupted = 130
};

/// A command line that asks for what cannot be.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One run of the program.
class Session {
 public:
  bool json = false;   // one JSON object on standard output, at the end
  bool quiet = false;  // no progress, no notes
  int threads = 0;     // 0: all

  ExitStatus status = ExitStatus::done;  // of the command that ran

  /// Whether nobody hears what a command has to say.
  bool is_silent() const { return quiet && !json; }

  /// A line for people on standard error, not if quiet.
  void note(const std::string& text) const;

  /// A line on standard error: "mercer: warning: text".
  void warn(const std::string& text) const;

  /// The JSON object on standard output, if it is wanted.
  void print(const nlohmann::ordered_json& object) const;

  /// What long work calls: shows where it is, unless quiet, and ends it after Ctrl-C.
  ProgressCallback progress() const;
};

/// A message of the library in the words of the program: without the function that says it, and
/// without its progress callback.
std::string plain(const std::string& message);

/// "mercer: error: text" on standard error, in colour on a terminal.
void print_error(const std::string& text);

/// Adds the command `name` with --json, --quiet and --threads. example: a command line that works,
/// for --help. run: called after the command line is understood; its result is the exit status.
CLI::App* add_command(CLI::App& program, Session& session, const std::string& name,
                      const std::string& description, const std::string& example,
                      std::function<ExitStatus()> run);

/// The threads that work takes: those of --threads, or all.
int threads_of(const Session& session);

/// Checks of options: a finite number above 0, or at least 0.
CLI::Validator positive_number();
CLI::Validator non_negative_number();

/// A whole number within these.
CLI::Validator whole_number(long long least, long long most);

/// The most memory that the program has had so far, in bytes.
std::size_t peak_memory_bytes();

// ---- the commands, each in the file of its name
void add_train(CLI::App& program, Session& session);
void add_predict(CLI::App& program, Session& session);
void add_evaluate(CLI::App& program, Session& session);
void add_tune(CLI::App& program, Session& session);
void add_verify(CLI::App& program, Session& session);
void add_smooth(CLI::App& program, Session& session);
void add_gram(CLI::App& program, Session& session);
void add_plan(CLI::App& program, Session& session);
void add_info(CLI::App& program, Session& session);
void add_datasets(CLI::App& program, Session& session);
void add_convert(CLI::App& program, Session& session);

}  // namespace mercer::cli
