// How a solver came to its end.
#pragma once

#include <string>
#include <vector>

#include "mercer/core/progress.hpp"

namespace mercer::plot {

/// What a ProgressCallback has heard, in stages. However long the work is, a stage keeps at most
/// 4000 records: when they are full, every second one is dropped and from then on twice as many are
/// passed over. The last one is always there.
class ProgressTrace {
 public:
  struct Record {
    double iteration = 0;
    double criterion = 0;
    double seconds = 0;
  };
  struct Stage {
    std::string name;
    double target = 0;
    std::vector<Record> records;
  };

  /// A new stage begins with another name, and where the iteration is less than before.
  void add(const Progress& progress);

  const std::vector<Stage>& stages() const { return stages_; }

 private:
  std::vector<Stage> stages_;
  index_t stride_ = 1;  // of the last stage: one of so many records is kept
  index_t heard_ = 0;
};

/// The criterion (its name with its unit) over the iterations, or of several stages over seconds,
/// as SVG, on a logarithmic scale, each stage's target as a dashed line. Values that the
/// scale cannot show, such as 0, are triangles at the lower edge; a stage with no others is left
/// out.
std::string convergence_picture(const std::string& title, const std::string& criterion,
                                const ProgressTrace& trace);

}  // namespace mercer::plot
