#include "mercer/image/gaussian_window.hpp"

#include "image/whole_window.hpp"

namespace mercer {

using detail::whole_nsig_window, detail::whole_window;

Col<double> gaussian_window(index_t size, double sigma, Discretisation discretisation,
                            const WindowOptions& options) {
  return whole_window({"gaussian_window", "size", "sigma"}, size, sigma, discretisation, options);
}

Col<double> gaussian_window_nsig(index_t size, double nsig, const WindowOptions& options) {
  return whole_nsig_window({"gaussian_window_nsig", "size", "nsig"}, size, nsig, options);
}

Mat<double> gaussian_kernel_2d(index_t rows, index_t cols, double sigma_rows, double sigma_cols,
                               Discretisation discretisation, const WindowOptions& row_options,
                               const WindowOptions& col_options) {
  const char* where = "gaussian_kernel_2d";
  const Col<double> down =
      whole_window({where, "rows", "sigma_rows"}, rows, sigma_rows, discretisation, row_options);
  const Col<double> along =
      whole_window({where, "cols", "sigma_cols"}, cols, sigma_cols, discretisation, col_options);
  detail::require_kernel_memory(where, rows, cols);
  return down * along.t();
}

Mat<double> gaussian_kernel_2d_nsig(index_t size, double nsig) {
  const char* where = "gaussian_kernel_2d_nsig";
  const Col<double> window = whole_nsig_window({where, "size", "nsig"}, size, nsig, {});
  detail::require_kernel_memory(where, size, size);
  return window * window.t();
}

}  // namespace mercer
