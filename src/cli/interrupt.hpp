// Ctrl-C: once asks the work to end gently, twice ends the program.
#pragma once

#include <stdexcept>

namespace mercer::cli {

/// From now on, the first SIGINT or SIGTERM is remembered, the second has its usual effect.
void catch_interrupts();

/// Whether one came.
bool interrupted();

/// The work was ended by Ctrl-C, with nothing to save.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// Throws Interrupted if one came.
void end_if_interrupted();

}  // namespace mercer::cli
