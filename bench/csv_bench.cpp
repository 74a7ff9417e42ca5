// How fast files of text become matrices and matrices such files, in MB/s per thread, beside the
// limit: reading the file alone.
// usage: csv_bench FILE.csv [THREADS]; csv_bench --make FILE.csv MEGABYTES
// The file is 20 columns of normal numbers of 6 to 17 digits, the last of them the target. Peer:
// bench/csv_pandas.py FILE.csv
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mercer/core/random.hpp>
#include <mercer/data/load_csv.hpp>
#include <mercer/data/load_libsvm.hpp>
#include <mercer/data/save_csv.hpp>
#include <mercer/data/save_libsvm.hpp>
#include <string>
#include <vector>

#include "timing.hpp"

using namespace mercer;

namespace {

void make(const std::string& path, double megabytes) {
  Random random(1);
  std::ofstream out(path, std::ios::binary);
  std::string text;
  char digits[40];
  for (int column = 0; column < 20; ++column) {
    text += (column > 0 ? ",f" : "f") + std::to_string(column);
  }
  for (double written = 0; written < megabytes * 1e6; written += static_cast<double>(text.size())) {
    if (written > 0) text.clear();
    text += '\n';
    for (int column = 0; column < 20; ++column) {
      const int precision = 6 + static_cast<int>(random.below(12));
      if (column > 0) text += ',';
      text.append(digits, std::to_chars(digits, digits + sizeof digits, 100 * random.normal(),
                                        std::chars_format::general, precision)
                              .ptr);
    }
    out << text;
  }
}

double file_megabytes(const std::string& path) {
  return static_cast<double>(std::filesystem::file_size(path)) / 1e6;
}

void read_alone(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<char> piece(std::size_t{1} << 19);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
  }
}

void print(const char* what, double megabytes, double seconds, int threads) {
  std::printf("%-34s %8.0f MB/s per thread\n", what, megabytes / seconds / threads);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "--make") {
    make(argv[2], std::atof(argv[3]));
    return 0;
  }
  if (argc < 2) return 2;
  const std::string path = argv[1];
  const int threads = argc > 2 ? std::atoi(argv[2]) : 1;
  const double megabytes = file_megabytes(path);
  std::printf("%s: %.0f MB, %d threads\n", path.c_str(), megabytes, threads);
  read_alone(path);  // into the system's cache
  print("the file read alone (limit)", megabytes, bench::seconds([&] { read_alone(path); }), 1);

  const CsvOptions options = {.target_column = 19, .threads = threads};
  Dataset<double> data;
  const bench::PeakMemory memory;
  const double csv = bench::seconds([&] { data = load_csv<double>(path, options); });
  print("load_csv", megabytes, csv, threads);
  std::printf("%-34s %8.2f of the matrix\n", "  peak memory",
              memory.megabytes() * 1e6 / static_cast<double>((data.X.n_elem + data.y.n_elem) * 8));

  const std::string copy = path + ".copy";
  const double saved_csv = bench::seconds([&] { save_csv(copy, data); });
  print("save_csv", file_megabytes(copy), saved_csv, 1);
  const double saved_libsvm = bench::seconds([&] { save_libsvm(copy, data); });
  print("save_libsvm", file_megabytes(copy), saved_libsvm, 1);
  data = {};
  const double libsvm =
      bench::seconds([&] { data = load_libsvm<double>(copy, {.threads = threads}); });
  print("load_libsvm", file_megabytes(copy), libsvm, threads);
  std::filesystem::remove(copy);
}
