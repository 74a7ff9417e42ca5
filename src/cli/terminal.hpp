// Where the program writes: to a person at a terminal, or to a file.
#pragma once

#include <string>

namespace mercer::cli {

/// Whether standard error is a terminal that can move its cursor.
bool error_is_terminal();

/// Columns of the terminal; 80 if it does not tell.
int terminal_width();

enum class Colour { red = 31, green = 32, yellow = 33, cyan = 36 };

/// The text in colour, for standard error: plain unless it is a terminal, and with NO_COLOR set.
/// Source: https://no-color.org
std::string coloured(const std::string& text, Colour colour);

}  // namespace mercer::cli
