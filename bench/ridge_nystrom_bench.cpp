// NystromRidge on points that are streamed from a .npy file, per round the figures of ridge_bench;
// in place of the certified error stands the relative error of the fitted values.
// usage: ridge_nystrom_bench N CENTRES; the problem is the generated one
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "ridge_problems.hpp"
#include "timing.hpp"

using namespace mercer;

namespace {

// A file with a row per point, as numpy.save writes it; gone with the object.
class PointFile {
 public:
  explicit PointFile(const arma::mat& X)
      : path_(std::filesystem::temp_directory_path() /
              ("mercer_ridge_" + std::to_string(getpid()) + ".npy")) {
    std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" +
                         std::to_string(X.n_cols) + ", " + std::to_string(X.n_rows) + "), }";
    header.resize(117, ' ');
    header += '\n';
    std::ofstream out(path_, std::ios::binary);
    out.write("\x93NUMPY\x01\x00\x76\x00", 10) << header;
    out.write(reinterpret_cast<const char*>(X.memptr()),
              static_cast<std::streamsize>(X.n_elem * sizeof(double)));
    if (!out) throw std::runtime_error("cannot write " + path_);
  }
  ~PointFile() { std::filesystem::remove(path_); }
  PointFile(const PointFile&) = delete;
  PointFile& operator=(const PointFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<double> run(const PointFile& file, const bench::RidgeProblem& problem,
                        const NystromRidgeOptions& options) {
  const NpyPoints<double> points(file.path());
  NystromRidge<double> model(Rbf(problem.gamma), options);
  const std::size_t planned = model.bytes(points.n(), points.dim());
  bench::wake(planned);
  const bench::PeakMemory memory;
  Report report;
  const double seconds = bench::seconds([&] { report = model.fit(points, problem.Y); });
  const double measured = memory.megabytes();
  if (!report) throw std::runtime_error(report.message);
  return {seconds,         static_cast<double>(report.iterations),
          report.residual, static_cast<double>(planned) / 1e6,
          measured,        problem.quality(model.predict(problem.X_new))};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: ridge_nystrom_bench N CENTRES\n");
    return 2;
  }
  try {
    auto problem = bench::generated_ridge(std::strtoull(argv[1], nullptr, 10));
    const PointFile file(problem.X);
    problem.X.reset();
    const NystromRidgeOptions options{.lambdas = {problem.lambda},
                                      .centres = std::strtoull(argv[2], nullptr, 10)};
    bench::serve("NystromRidge, " + std::string(argv[2]) + " centres, streamed",
                 [&] { return run(file, problem, options); });
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ridge_nystrom_bench: %s\n", error.what());
    return 1;
  }
}
