// Points in a NumPy file, read panel by panel.
#pragma once

#include <memory>
#include <string>

#include "mercer/core/point_source.hpp"

namespace mercer {

/// The points of a .npy file with one row per point, a.shape == (n, d), in C order (NumPy's
/// default), or (n,) for d = 1: never in memory all at once. Types as load_npy.
template <class T>
class NpyPoints final : public PointSource<T> {
 public:
  /// Reads the header. Throws ParseError as load_npy, and for an array in Fortran order.
  explicit NpyPoints(const std::string& path);
  ~NpyPoints() override;

  index_t n() const override;
  index_t dim() const override;

  /// Throws std::invalid_argument unless all points are below n(), ParseError naming file and
  /// element where a value is NaN, infinite or out of the range of T, and if the file cannot be
  /// read.
  void read(index_t first, index_t count, Mat<T>& out) const override;

 private:
  struct File;
  std::unique_ptr<File> file_;
};

}  // namespace mercer
