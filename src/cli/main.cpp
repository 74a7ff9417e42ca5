// The program: mercer COMMAND [OPTIONS].
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <new>
#include <stdexcept>

#include "cli/interrupt.hpp"
#include "cli/session.hpp"
#include "mercer/core/errors.hpp"

namespace {

using mercer::cli::ExitStatus;

int tell(ExitStatus status, const std::string& text) {
  mercer::cli::print_error(text);
  return static_cast<int>(status);
}

// Help goes to standard output and is no error; all else is wrong use, in two lines. word: the
// first of the command line.
int tell(const CLI::App& program, const CLI::ParseError& error, const std::string& word) {
  if (error.get_exit_code() == 0) return program.exit(error);
  const auto named = [&](const CLI::App* command) { return command->get_name() == word; };
  if (!word.empty() && program.get_subcommands(named).empty()) {
    return tell(ExitStatus::wrong_use, "there is no command '" + word + "'\nSee mercer --help");
  }
  const auto chosen = program.get_subcommands();
  const std::string command = chosen.empty() ? "mercer" : "mercer " + chosen.front()->get_name();
  return tell(ExitStatus::wrong_use, std::string(error.what()) + "\nSee " + command + " --help");
}

}  // namespace

int main(int count, char** arguments) {
  mercer::cli::catch_interrupts();
  mercer::cli::Session session;
  CLI::App program("Kernel methods: train, predict and verify exact models, smooth images",
                   "mercer");
  program.set_version_flag("--version", "mercer " MERCER_VERSION);
  program.require_subcommand(1);
  program.footer("mercer COMMAND --help shows the options of a command and an example.");
  mercer::cli::add_train(program, session);
  mercer::cli::add_predict(program, session);
  mercer::cli::add_evaluate(program, session);
  mercer::cli::add_tune(program, session);
  mercer::cli::add_verify(program, session);
  mercer::cli::add_smooth(program, session);
  mercer::cli::add_gram(program, session);
  mercer::cli::add_plan(program, session);
  mercer::cli::add_info(program, session);
  mercer::cli::add_datasets(program, session);
  mercer::cli::add_convert(program, session);
  try {
    program.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return tell(program, error, count > 1 ? arguments[1] : "");
  } catch (const mercer::cli::UsageError& error) {
    return tell(ExitStatus::wrong_use, error.what());
  } catch (const mercer::cli::Interrupted&) {
    return tell(ExitStatus::interrupted, "interrupted, nothing was written");
  } catch (const mercer::BudgetError& error) {
    return tell(ExitStatus::over_budget, error.reason());
  } catch (const std::bad_alloc&) {
    return tell(ExitStatus::over_budget, "there is not enough memory");
  } catch (const std::invalid_argument& error) {
    return tell(ExitStatus::bad_data, mercer::cli::plain(error.what()));
  } catch (const std::exception& error) {
    return tell(ExitStatus::bad_data, error.what());
  }
  return static_cast<int>(session.status);
}
