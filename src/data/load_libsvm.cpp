#include "data/load_libsvm.hpp"

#include <string>
#include <vector>

#include "core/text_blocks.hpp"
#include "data/libsvm_lines.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"

namespace mercer {
namespace {

using detail::ByteSource;
using detail::LibsvmLines;
using detail::LibsvmPoint;
using detail::TextBlocks;

/// What some lines hold.
struct Count {
  index_t points = 0;
  index_t entries = 0;
  index_t dimension = 0;
  index_t dimension_line = 0;  // the first line that has the largest index
};

/// A file whose lines are known to be well formed, and where the points of each block go.
///
/// It is read twice. Once, into arrays that grow, would take all entries a second time.
struct LibsvmFile {
  TextBlocks blocks;
  index_t dimension = 0;  // what the options ask for
  int threads = 0;
  std::vector<Count> before = {};  // each block
  Count all = {};

  LibsvmLines lines(index_t block, std::string& buffer) const {
    return {blocks.lines(block, buffer), dimension};
  }

  [[noreturn]] void refuse_change() const {
    throw ParseError(blocks.name(), 0, "the file changed while it was read");
  }
};

template <class T>
Count count_points(LibsvmLines lines) {
  Count count;
  for (LibsvmPoint<T> point; lines.next(point); ++count.points) {
    count.entries += point.features.size();
    if (point.features.empty() || point.features.back() < count.dimension) continue;
    count.dimension = point.features.back() + 1;
    count.dimension_line = lines.line();
  }
  return count;
}

template <class T>
LibsvmFile survey(const ByteSource& source, const LibsvmOptions& options) {
  LibsvmFile file{TextBlocks(source, options.threads), options.dimension, options.threads};
  const index_t count = file.blocks.block_count();
  std::vector<Count> counts(count);
  std::vector<std::string> buffers(team_size(count, file.threads));
  parallel_for(count, file.threads, [&](index_t block, int worker) {
    counts[block] = count_points<T>(file.lines(block, buffers[worker]));
  });
  for (const Count& block : counts) {
    file.before.push_back(file.all);
    file.all.points += block.points;
    file.all.entries += block.entries;
    if (block.dimension > file.all.dimension) {
      file.all.dimension = block.dimension;
      file.all.dimension_line = block.dimension_line;
    }
  }
  if (file.all.points == 0) {
    throw ParseError(source.name(), 0, "there are no data, only comments");
  }
  if (options.dimension > 0) {
    file.all.dimension = options.dimension;
    file.all.dimension_line = 0;
  }
  if (file.all.dimension == 0) throw ParseError(source.name(), 0, "no point has a feature");
  return file;
}

// Calls store(i, first entry, point) for all points. Both numbers are in range, also if the file
// has changed.
template <class T, class Store>
void for_each_point(const LibsvmFile& file, Store store) {
  const index_t count = file.blocks.block_count();
  std::vector<std::string> buffers(team_size(count, file.threads));
  parallel_for(count, file.threads, [&](index_t block, int worker) {
    LibsvmLines lines = file.lines(block, buffers[worker]);
    const Count& end = block + 1 < count ? file.before[block + 1] : file.all;
    index_t i = file.before[block].points;
    index_t entry = file.before[block].entries;
    for (LibsvmPoint<T> point; lines.next(point); ++i) {
      const index_t size = point.features.size();
      if (i == end.points || size > end.entries - entry) file.refuse_change();
      if (size > 0 && point.features.back() >= file.all.dimension) file.refuse_change();
      store(i, entry, point);
      entry += size;
    }
    if (i != end.points || entry != end.entries) file.refuse_change();
  });
}

void require_budget(const std::string& name, const Count& all, std::size_t value_size,
                    std::size_t budget) {
  if (all.dimension <= budget / value_size / all.points) return;
  const bool from_file = all.dimension_line > 0;
  throw BudgetError(name + (from_file ? ":" + std::to_string(all.dimension_line) : ""),
                    "a dense matrix of " + std::to_string(all.dimension) + " x " +
                        std::to_string(all.points) + " values of " + std::to_string(value_size) +
                        " bytes is over the memory budget of " + std::to_string(budget) + " bytes" +
                        (from_file ? "; this line has the largest index" : "") +
                        "; load_libsvm_sparse needs no such matrix");
}

}  // namespace

template <class T>
Dataset<T> detail::read_libsvm(const ByteSource& source, const LibsvmOptions& options) {
  const LibsvmFile file = survey<T>(source, options);
  require_budget(source.name(), file.all, sizeof(T), options.memory_budget);
  Dataset<T> data;
  data.X.zeros(file.all.dimension, file.all.points);
  data.y.set_size(file.all.points);
  for_each_point<T>(file, [&](index_t i, index_t, const LibsvmPoint<T>& point) {
    data.y[i] = point.label;
    T* const x = data.X.colptr(i);
    for (index_t k = 0; k < point.features.size(); ++k) x[point.features[k]] = point.values[k];
  });
  return data;
}

template <class T>
Dataset<T> load_libsvm(const std::string& path, const LibsvmOptions& options) {
  return detail::read_libsvm<T>(ByteSource(path), options);
}

template <class T>
SparseDataset<T> load_libsvm_sparse(const std::string& path, const LibsvmOptions& options) {
  const ByteSource source(path);
  const LibsvmFile file = survey<T>(source, options);
  arma::uvec features(file.all.entries);
  arma::uvec starts(file.all.points + 1);
  Col<T> values(file.all.entries);
  Col<T> y(file.all.points);
  starts[file.all.points] = file.all.entries;
  for_each_point<T>(file, [&](index_t i, index_t entry, const LibsvmPoint<T>& point) {
    y[i] = point.label;
    starts[i] = entry;
    std::copy(point.features.begin(), point.features.end(), features.memptr() + entry);
    std::copy(point.values.begin(), point.values.end(), values.memptr() + entry);
  });
  return {arma::SpMat<T>(features, starts, values, file.all.dimension, file.all.points), y};
}

template Dataset<double> detail::read_libsvm(const ByteSource&, const LibsvmOptions&);
template Dataset<float> detail::read_libsvm(const ByteSource&, const LibsvmOptions&);
template Dataset<double> load_libsvm(const std::string&, const LibsvmOptions&);
template Dataset<float> load_libsvm(const std::string&, const LibsvmOptions&);
template SparseDataset<double> load_libsvm_sparse(const std::string&, const LibsvmOptions&);
template SparseDataset<float> load_libsvm_sparse(const std::string&, const LibsvmOptions&);

}  // namespace mercer
