// What an image is taken to be beyond its edges.
#pragma once

namespace mercer {

/// With a line a b c d, the names as scipy.ndimage has them:
///     reflect    d c b a | a b c d | d c b a
///     mirror       d c b | a b c d | c b a
///     nearest    a a a a | a b c d | d d d d
///     wrap       a b c d | a b c d | a b c d
///     constant   v v v v | a b c d | v v v v
/// repeated as often as it takes where a window is longer than the line.
enum class Boundary { reflect, mirror, nearest, wrap, constant };

}  // namespace mercer
