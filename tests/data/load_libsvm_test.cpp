#include "mercer/data/load_libsvm.hpp"

#include <filesystem>
#include <string>

#include "support/catch.hpp"
#include "support/temporary_file.hpp"

using mercer::BudgetError;
using mercer::Col;
using mercer::LibsvmOptions;
using mercer::load_libsvm;
using mercer::load_libsvm_sparse;
using mercer::Mat;
using mercer::test::parse_error_of;
using mercer::test::TemporaryFile;

namespace {

std::string error_of(const std::string& content, const LibsvmOptions& options = {}) {
  const TemporaryFile file(content);
  const std::string dense =
      parse_error_of(file.path(), [&](const auto& path) { load_libsvm<double>(path, options); });
  const std::string sparse = parse_error_of(
      file.path(), [&](const auto& path) { load_libsvm_sparse<double>(path, options); });
  return dense == sparse ? dense : "dense: " + dense + ", sparse: " + sparse;
}

// The dense and the sparse reader must agree on every file.
template <class T>
void check_reads(const std::string& content, const Mat<T>& X, const Col<T>& y,
                 const LibsvmOptions& options = {}) {
  INFO(content);
  const TemporaryFile file(content);
  const auto dense = load_libsvm<T>(file.path(), options);
  const auto sparse = load_libsvm_sparse<T>(file.path(), options);
  CHECK(arma::approx_equal(dense.X, X, "absdiff", 0));
  CHECK(arma::approx_equal(dense.y, y, "absdiff", 0));
  CHECK(arma::approx_equal(Mat<T>(sparse.X), X, "absdiff", 0));
  CHECK(arma::approx_equal(sparse.y, y, "absdiff", 0));
  CHECK(sparse.X.n_nonzero == arma::accu(X != 0));
}

}  // namespace

TEMPLATE_TEST_CASE("a LIBSVM file becomes one column per point", "[data][libsvm]", float, double) {
  using T = TestType;
  const Mat<T> X = {{T(0.5), 0, 0}, {0, 0, -1}, {2, 0, 0}, {0, 0, 1}};
  const Col<T> y = {1, -1, T(2.5)};
  check_reads<T>("+1 1:0.5 3:2\n-1\n2.5 2:-1 4:1\n", X, y);
  check_reads<T>("+1 1:0.5 3:2\r\n-1 \r\n2.5 2:-1 4:1\r\n", X, y);
  check_reads<T>("\xEF\xBB\xBF+1 1:5e-1 3:+2\n\n-1 1:0\n  \n 2.5\t2:-1   4:1", X, y);
  check_reads<T>("# a file\n+1 1:0.5 3:2 # first\n-1 # 7:7\n2.5 2:-1 4:1\n#", X, y);
}

TEST_CASE("the dimension can be larger than the file's", "[data][libsvm]") {
  check_reads<double>("1 2:3\n", arma::vec{0, 3}, {1});
  check_reads<double>("1 2:3\n", arma::vec{0, 3, 0, 0}, {1}, {.dimension = 4});
  check_reads<double>("1 2:3\n2 5:0\n", {{0, 0}, {3, 0}, {0, 0}, {0, 0}, {0, 0}}, {1, 2});
  check_reads<double>("1\n", arma::mat(3, 1, arma::fill::zeros), {1}, {.dimension = 3});
  CHECK(error_of("1 2:3\n1 5:3\n", {.dimension = 4}) ==
        "FILE:2: '5:3': the index is over the dimension 4");
}

TEST_CASE("bad indices are refused", "[data][libsvm]") {
  CHECK(error_of("1 1:1\n1 0:3\n") == "FILE:2: '0:3': the index is 0, indices count from 1");
  CHECK(error_of("1 1:1\n# c\n\n1 2:3 1:4\n") ==
        "FILE:4: '1:4': the index is not above the one before, 2; indices must ascend");
  CHECK(error_of("1 2:3 2:4\n") ==
        "FILE:1: '2:4': the index is not above the one before, 2; indices must ascend");
  CHECK(error_of("1 -2:3\n") == "FILE:1: '-2:3': the index is not a whole number from 1");
  CHECK(error_of("1 1.5:3\n") == "FILE:1: '1.5:3': the index is not a whole number from 1");
  CHECK(error_of("1 :3\n") == "FILE:1: ':3': the index is not a whole number from 1");
  CHECK(error_of("1 2147483648:3\n") ==
        "FILE:1: '2147483648:3': the index is over 2147483647, the largest of the format");
  // 2^64 + 1, which is 1 in 64 bits.
  CHECK(error_of("1 18446744073709551617:3\n") ==
        "FILE:1: '18446744073709551617:3': the index is not a whole number from 1");
  CHECK(error_of("1 99999999999999999999:3\n") ==
        "FILE:1: '99999999999999999999:3': the index is not a whole number from 1");
}

TEST_CASE("bad tokens are refused", "[data][libsvm]") {
  CHECK(error_of("1 2 3:4\n") == "FILE:1: '2' has no colon (index:value)");
  CHECK(error_of("1 2:x\n") == "FILE:1: '2:x': the value is not a number");
  CHECK(error_of("1 2:1:1\n") == "FILE:1: '2:1:1': the value is not a number");
  CHECK(error_of("1 2:nan\n") == "FILE:1: '2:nan': the value is not a finite number");
  CHECK(error_of("1 2:1e999\n") == "FILE:1: '2:1e999': the value is out of the range of double");
  CHECK(error_of("spam 2:1\n") == "FILE:1: the label 'spam' is not a number");
  CHECK(error_of("1,2 2:1\n") == "FILE:1: the label '1,2' is not a number");
  CHECK(error_of("inf 2:1\n") == "FILE:1: the label 'inf' is not a finite number");
  CHECK(error_of("2:1 3:1\n") ==
        "FILE:1: the label '2:1' is not a number; a line is 'label index:value index:value ...'");
  CHECK(error_of("1 qid:3 2:1\n") == "FILE:1: ranking data ('qid:3') are not supported");
  // Cut off in the last line.
  CHECK(error_of("1 1:1\n1 1:2 3:") == "FILE:2: '3:' has no value after the colon");
  CHECK(error_of("1 1:1\n1 1:2 3") == "FILE:2: '3' has no colon (index:value)");
}

TEST_CASE("files that are no LIBSVM files are refused", "[data][libsvm]") {
  const auto load = [](const auto& path) { load_libsvm_sparse<double>(path); };
  CHECK(parse_error_of("no/such/file", load) == "FILE: there is no such file");
  CHECK(parse_error_of(std::filesystem::temp_directory_path().string(), load) ==
        "FILE: is a directory");
  CHECK(error_of("") == "FILE: the file is empty");
  CHECK(error_of("# nothing\n\n# here\n") == "FILE: there are no data, only comments");
  CHECK(error_of("1\n-1\n") == "FILE: no point has a feature");
  CHECK(error_of(std::string("1 1:1\n\0", 7)) ==
        "FILE:2: holds a NUL byte: a binary file or UTF-16, not plain text");
}

TEST_CASE("an absurd dense matrix is refused before it is taken", "[data][libsvm]") {
  const TemporaryFile file("1 1:1\n1 1000000000:1\n");
  CHECK_THROWS_AS(load_libsvm<double>(file.path()), BudgetError);
  CHECK_THROWS_WITH(load_libsvm<double>(file.path()),
                    file.path() +
                        ":2: a dense matrix of 1000000000 x 2 values of 8 bytes is over the memory "
                        "budget of 4294967296 bytes; this line has the largest index; "
                        "load_libsvm_sparse needs no such matrix");
  const auto sparse = load_libsvm_sparse<double>(file.path());
  CHECK(sparse.X.n_rows == 1000000000);
  CHECK(sparse.X.n_nonzero == 2);

  const TemporaryFile small("1 2:1\n");
  CHECK(load_libsvm<double>(small.path(), {.memory_budget = 16}).X.n_rows == 2);
  CHECK_THROWS_AS(load_libsvm<double>(small.path(), {.memory_budget = 15}), BudgetError);
  CHECK_THROWS_WITH(
      load_libsvm<float>(small.path(), {.dimension = 5, .memory_budget = 16}),
      file.path().empty()
          ? ""
          : small.path() +
                ": a dense matrix of 5 x 1 values of 4 bytes is over the memory budget of "
                "16 bytes; load_libsvm_sparse needs no such matrix");
}

TEST_CASE("a million columns are read from a LIBSVM line", "[data][libsvm]") {
  std::string content = "1";
  for (int k = 1; k <= 1000000; ++k) content += " " + std::to_string(k) + ":1";
  const TemporaryFile file(content);
  CHECK(arma::accu(load_libsvm<float>(file.path()).X) == 1000000);
  CHECK(load_libsvm_sparse<float>(file.path()).X.n_nonzero == 1000000);
}
