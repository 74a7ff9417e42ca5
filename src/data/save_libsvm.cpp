#include "mercer/data/save_libsvm.hpp"

#include <stdexcept>

#include "data/text_writer.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/write_output.hpp"

namespace mercer {
namespace {

using detail::TextWriter;

// add_entries(out, i) writes " index:value" for each of point i.
template <class T, class AddEntries>
void save(const std::string& path, const Col<T>& y, index_t n, AddEntries add_entries) {
  const bool has_labels = !y.is_empty();
  if (has_labels) require_rows("save_libsvm", "y", y.n_rows, n, "one per point");
  require_finite<T>("save_libsvm", "y", y);
  write_output(path, [&](std::ostream& stream) {
    TextWriter out(stream);
    for (index_t i = 0; i < n; ++i) {
      out.add_number(has_labels ? y[i] : T(0));
      add_entries(out, i);
      out.end_line();
    }
  });
}

template <class T>
void add_entry(TextWriter& out, index_t feature, T value) {
  if (value == 0) return;
  out.add(' ');
  out.add_number(feature + 1);
  out.add(':');
  out.add_number(value);
}

}  // namespace

template <class T>
void save_libsvm(const std::string& path, const Dataset<T>& data) {
  require_points("save_libsvm", "X", data.X);
  require_finite("save_libsvm", "X", data.X);
  save(path, data.y, data.X.n_cols, [&](TextWriter& out, index_t i) {
    const T* const point = data.X.colptr(i);
    for (index_t k = 0; k < data.X.n_rows; ++k) add_entry(out, k, point[k]);
  });
}

template <class T>
void save_libsvm(const std::string& path, const SparseDataset<T>& data) {
  const arma::SpMat<T>& X = data.X;
  X.sync();
  if (X.is_empty()) throw std::invalid_argument("save_libsvm: X is empty");
  if (!X.is_finite()) throw std::invalid_argument("save_libsvm: X must be finite");
  save(path, data.y, X.n_cols, [&](TextWriter& out, index_t i) {
    for (index_t entry = X.col_ptrs[i]; entry < X.col_ptrs[i + 1]; ++entry) {
      add_entry(out, X.row_indices[entry], X.values[entry]);
    }
  });
}

template void save_libsvm(const std::string&, const Dataset<double>&);
template void save_libsvm(const std::string&, const Dataset<float>&);
template void save_libsvm(const std::string&, const SparseDataset<double>&);
template void save_libsvm(const std::string&, const SparseDataset<float>&);

}  // namespace mercer
