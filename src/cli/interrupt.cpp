#include "cli/interrupt.hpp"

#include <csignal>

namespace mercer::cli {
namespace {

volatile std::sig_atomic_t came = 0;

void remember(int signal) {
  came = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

void catch_interrupts() {
  for (const int signal : {SIGINT, SIGTERM}) {
    // A shell lets what runs in the background ignore Ctrl-C; so it stays.
    if (std::signal(signal, remember) == SIG_IGN) std::signal(signal, SIG_IGN);
  }
}

bool interrupted() { return came != 0; }

void end_if_interrupted() {
  if (interrupted()) throw Interrupted();
}

}  // namespace mercer::cli
