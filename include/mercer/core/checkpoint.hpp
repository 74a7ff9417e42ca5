// Long fits that go on where they were interrupted.
#pragma once

#include <string>

namespace mercer {

/// Where a fit keeps its state, so that another fit of the same problem goes on from it to the same
/// bits as one that was never interrupted, by a stop, a time limit or the death of the process.
///
/// What is kept are moments of the solver that every fit of the problem passes; a resumed fit
/// begins at the last of them and computes again what came after it, and what K needs. A moment is
///     support vector machines   a piece of steps or a block, well below a second; problems of two
///                               classes that are solved are kept whole, folds of the probabilities
///                               among them
///     conjugate gradients       an iteration
///     hyper-parameters          an evaluation of the marginal likelihood
///     factors                   none: they begin anew
///
/// The file is text: "mercer checkpoint 1", a fingerprint of the problem (type, data, labels or
/// outputs, weights, three columns of K, and the options but for threads, time limits and
/// callbacks; a budget of 0 counts as the memory of the machine), numbers in hexadecimal, and a
/// checksum. It replaces an older one of that name, whole or not at all. A fit looks first whether
/// it can be written, and throws ParseError "path: the file cannot be written: ..." if not; later,
/// a full disk ends no fit: the next write may succeed, and after a stop Report::message tells.
/// With `resume`, ParseError "path:line: reason" on a file that is damaged, of a newer version or
/// of another problem. The file stays where it is; after the end of the fit it may be deleted.
///
/// Report: iterations and all results are those of an uninterrupted fit, `seconds` is the sum of
/// all runs; time limits, and the seconds of Progress, count from the start of a run.
struct CheckpointOptions {
  std::string path = {};  // of the file that holds the state; empty: none
  double seconds = 30;    // between two writes, >= 0; a stop and the time limit write as well
  bool resume = false;    // begin at the state in the file, if there is one
};

}  // namespace mercer
