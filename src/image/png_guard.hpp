// libpng reports errors by longjmp, which leaves no chance to destructors: all calls that may fail
// go through guarded().
#pragma once

#include <png.h>

#include <csetjmp>
#include <cstdio>

namespace mercer::detail {

/// What libpng's error functions are given: they keep the message and print nothing.
struct PngFailure {
  char message[128] = "";
};

inline void keep_png_error(png_structp png, png_const_charp message) {
  auto* const failure = static_cast<PngFailure*>(png_get_error_ptr(png));
  std::snprintf(failure->message, sizeof failure->message, "%s", message);
  png_longjmp(png, 1);
}

inline void ignore_png_warning(png_structp, png_const_charp) {}

/// Calls body(); false if libpng failed in it. What body and its callbacks create must need no
/// destructor, and they must not throw: body borrows what its caller owns.
template <class Body>
bool guarded(png_structp png, const Body& body) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  body();
  return true;
}

}  // namespace mercer::detail
