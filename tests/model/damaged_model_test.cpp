// Model files that are damaged, edited, newer or hostile: refused, with the line and the reason.
#include <string>
#include <string_view>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "model/model_format.hpp"
#include "model/read_model.hpp"
#include "support/catch.hpp"
#include "support/temporary_file.hpp"

using namespace mercer;
using mercer::test::TemporaryFile;

namespace {

template <class Model>
std::string text_of(const Model& model, const ModelContext& context = {}) {
  const TemporaryFile file;
  save_model(file.path(), model, context);
  std::ifstream in(file.path(), std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

const arma::mat X = {{0, 1, 2, 3}, {0.5, 0, 1, 0.25}};

std::string svc_text() {
  Svc<double> model(Rbf(0.5), {.time_limit = 9});
  REQUIRE(model.fit(X, arma::ivec{1, 1, 2, 2}));
  return text_of(model, {.scaler = Scaler<double>(arma::vec{0, 1}, arma::vec{1, 2})});
}

std::string without_checksum(const std::string& text) {
  return text.substr(0, text.rfind(detail::checksum_name));
}

// With the first `old` replaced and the checksum that belongs to the result.
std::string edited(const std::string& text, const std::string& old, const std::string& by) {
  std::string out = without_checksum(text);
  const auto at = out.find(old);
  REQUIRE(at != std::string::npos);
  out.replace(at, old.size(), by);
  return out + detail::checksum_line(out);
}

// "accepted", or what it says without the path.
std::string fault_of(const std::string& text, const LoadModelOptions& options = {}) {
  try {
    detail::read_model("FILE", text, options);
  } catch (const ParseError& error) {
    return error.what();
  } catch (const BudgetError& error) {
    return error.what();
  }
  return "accepted";
}

// The line of `name` replaced by another, its number in the message as N.
std::string fault_of_line(const std::string& text, const std::string& name, const std::string& by) {
  const std::size_t begin = text.find("\n" + name) + 1;
  REQUIRE(begin != 0);
  const std::string old = text.substr(begin, text.find('\n', begin) - begin);
  const auto number = std::count(text.begin(), text.begin() + static_cast<long>(begin), '\n') + 1;
  const std::string fault = fault_of(edited(text, "\n" + old + "\n", "\n" + by + "\n"));
  const std::string start = "FILE:" + std::to_string(number) + ": ";
  return fault.starts_with(start) ? "N: " + fault.substr(start.size()) : fault;
}

}  // namespace

TEST_CASE("every byte of a model file that is cut off or changed is noticed", "[model][file]") {
  const std::string text = svc_text();
  REQUIRE(fault_of(text) == "accepted");
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    REQUIRE(fault_of(text.substr(0, size)) != "accepted");
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int bits : {1, 16, 128, 255}) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ bits);
      CAPTURE(i, bits);
      REQUIRE(fault_of(changed) != "accepted");
    }
    std::string longer = text;
    longer.insert(i, 1, '0');
    REQUIRE(fault_of(longer) != "accepted");
  }
  CHECK(fault_of(text + "\n") != "accepted");
}

TEST_CASE("what is not a model file, or not of this version, is told", "[model][file]") {
  const std::string text = svc_text();
  CHECK(fault_of("") == "FILE: the file is empty");
  CHECK(fault_of("svm c_svc\n") ==
        "FILE:1: is not a model of mercer: the file begins with 'svm c_svc', not with 'mercer "
        "model 1'");
  CHECK(fault_of("svm_type c_svc\n") ==
        "FILE:1: is a model of LIBSVM: from_libsvm reads it, mercer convert makes it one of "
        "mercer");
  CHECK(fault_of(edited(text, "mercer model 1", "mercer model 2")) ==
        "FILE:1: the file has version 2 of the format, a newer one than this program knows (1)");
  CHECK(fault_of(edited(text, "mercer model 1", "mercer model one")) ==
        "FILE:1: 'mercer model one' has no version of the format");
  CHECK(fault_of(text.substr(0, 60)) ==
        "FILE:5: the file is cut off: its last line is not a checksum");
  std::string changed = text;
  changed.replace(changed.find("\nC 1\n"), 5, "\nC 2\n");
  CHECK(fault_of(changed).find("the file was changed or damaged: its checksum is ") !=
        std::string::npos);
  CHECK_THROWS_WITH(load_any_model("/no/such/file"), "/no/such/file: there is no such file");
}

TEST_CASE("a model of another estimator is refused by name", "[model][file]") {
  const TemporaryFile file(svc_text());
  CHECK(test::parse_error_of(file.path(), [](const auto& path) { load_model<Svr<float>>(path); }) ==
        "FILE:3: the file holds a model of Svc in double, not of Svr in float");
  CHECK(test::parse_error_of(file.path(), [](const auto& path) { load_model<Svc<float>>(path); }) ==
        "FILE:3: the file holds a model of Svc in double, not of Svc in float");
}

TEST_CASE("lines that no writer wrote are refused", "[model][file]") {
  const std::string text = svc_text();
  const auto fault = [&](const std::string& name, const std::string& by) {
    return fault_of_line(text, name, by);
  };
  CHECK(fault("estimator", "estimator Svx") == "N: estimator cannot be 'Svx'");
  CHECK(fault("scalar", "scalar half") == "N: scalar cannot be 'half'");
  CHECK(fault("has_kernel", "has_kernel maybe") == "N: expected true or false, found 'maybe'");
  CHECK(fault("kernel", "kernel rbf") == "N: expected text in quotes, found 'rbf'");
  CHECK(fault("kernel", "kernel \"rbf") == "N: the text '\"rbf' has no closing quote");
  CHECK(fault("kernel", "kernel \"rb\\f\"") ==
        "N: a backslash in text stands before \\, \", n, or x and two digits, not before 'f\"'");
  CHECK(fault("kernel", "kernel \"rbf(gamma=-1)\"")
            .starts_with("N: parse_kernel: Rbf: gamma must be finite and positive, is -1"));
  CHECK(fault("kernel", "kernel \"ard(weights=[1, 2, 3], rbf(1))\"")
            .find("the kernel does not suit the points: ") != std::string::npos);
  CHECK(fault("[options]", "[model]") == "N: expected [options], found '[model]'");
  CHECK(fault("C 1", "c 1") == "N: expected 'C', found 'c 1'");
  CHECK(fault("C 1", "C one") == "N: expected a number, found 'one'");
  CHECK(fault("C 1", "C 1 ") == "N: expected the end of the line, found ' '");
  CHECK(fault("C 1", "C  1") == "N: expected a number, found ''");
  CHECK(fault("C 1", "C 1e999") == "N: expected a number, found '1e999'");
  CHECK(fault("C 1", "C -1").find("Svc: C must be finite and positive, is -1") !=
        std::string::npos);
  CHECK(fault("C 1", "C nan").find("Svc: C must be finite and positive, is nan") !=
        std::string::npos);
  CHECK(fault("nu 0", "nu 2").find("Svc: nu must be in (0, 1]") != std::string::npos);
  CHECK(fault("multi_class", "multi_class both") == "N: multi_class cannot be 'both'");
  CHECK(fault("max_iterations", "max_iterations -1") ==
        "N: expected a whole number from 0, found '-1'");
  CHECK(fault("time_limit 9", "time_limit -9").find("time_limit must be positive") !=
        std::string::npos);
}

TEST_CASE("a model that predict could not stand on is refused", "[model][file]") {
  const std::string text = svc_text();
  const auto fault = [&](const std::string& name, const std::string& by) {
    return fault_of_line(text, name, by);
  };
  CHECK(fault("classes", "classes 1 1") == "N: there must be two classes or more");
  CHECK(fault("classes", "classes 2 2 1") == "N: the classes must ascend");
  CHECK(fault("classes", "classes 3 1 2") == "N: classes has fewer values than it says");
  CHECK(fault("classes", "classes 2 111") == "N: the line ends too early");
  CHECK(fault("classes", "classes 18446744073709551615 1 2") ==
        "N: classes has fewer values than it says");
  CHECK(fault("classes", "classes 3 1 2 3").find("biases must have 3 values, has 1") !=
        std::string::npos);
  CHECK(fault("biases", "biases 1 inf") == "N: expected a finite number, found 'inf'");
  CHECK(fault("margins", "margins 1 0") == "N: the margins must be positive");
  CHECK(fault("slopes", "slopes 1 x 1 dense\n3")
            .find("there must be two slopes for each problem, or none") != std::string::npos);
  CHECK(fault("support_rows", "support_rows 1152921504606846976 x 1 dense") ==
        "N: support_rows has fewer values than it says");
  CHECK(fault("support_rows", "support_rows 4 x 2 dense") ==
        "N: support_rows must have 1 columns, has 2");
  CHECK(fault("coefficients", "coefficients 3 x 1 dense") ==
        "N: coefficients must have 4 rows, has 3");
  CHECK(fault("coefficients", "coefficients 4 y 1 dense") == "N: expected x, found 'y'");
  CHECK(fault("coefficients", "coefficients 4 x 1 full") ==
        "N: expected dense or sparse, found 'full'");
  CHECK(fault("support_points", "support_points 4 x 18446744073709551615 dense")
            .find("has more than 2147483647 features") != std::string::npos);
  CHECK(fault("support_points", "support_points 4 x 0 dense").find("has no features") !=
        std::string::npos);
  CHECK(fault("support_points", "support_points 4 x 1 dense")
            .find("expected the end of the line, found ") != std::string::npos);
  CHECK(fault("support_points", "support_points 4 x 2 sparse").find("expected place:value") !=
        std::string::npos);
  CHECK(fault("problem_reports", "problem_reports 0")
            .find("there must be a report for each problem") != std::string::npos);
  CHECK(fault("status", "status fine") == "N: status cannot be 'fine'");
  CHECK(fault("scale", "scale 2 1 0") == "N: the scaler must have features, and positive scales");
  CHECK(fault("columns", "columns 1000000000") == "N: columns has fewer values than it says");
  CHECK(fault("class_names", "class_names 2 \"b\" \"a\"") ==
        "N: the names of the classes must be sorted");
  CHECK(
      fault_of(edited(text, "\nsupport_rows 4 x 1 dense\n0\n1", "\nsupport_rows 4 x 1 dense\n1\n1"))
          .find("the rows of the support must ascend") != std::string::npos);
}

TEST_CASE("coefficients of two classes, or of none, are refused", "[model][file]") {
  Svc<double> model(Rbf(0.5));
  REQUIRE(model.fit(arma::mat{{0, 1, 2, 3, 4, 5}}, arma::ivec{1, 1, 2, 2, 3, 3}));
  const std::string text = text_of(model);
  REQUIRE(fault_of(text) == "accepted");
  const std::size_t table = text.find("\ncoefficients");
  const std::size_t row = text.find('\n', table + 1) + 1;
  const std::string first = text.substr(row, text.find('\n', row) - row);
  for (const char* by : {"1 1 0", "0 0 0", "-1 0 1"}) {
    CHECK(fault_of(edited(text, "\n" + first + "\n", std::string("\n") + by + "\n"))
              .find("a support point must have coefficients of one class, by their signs") !=
          std::string::npos);
  }
}

TEST_CASE("a file cannot claim memory or a factor that is not there", "[model][file]") {
  GaussianProcess<double> model(Rbf(0.5));
  REQUIRE(model.fit(X, arma::vec{1, 2, 3, 4}));
  const std::string text = text_of(model);
  CHECK(fault_of_line(text, "noise 0.01\nmean", "noise -1").find("noise") != std::string::npos);
  CHECK(fault_of(edited(text, "\njitter 0\n", "\njitter -9\n"))
            .find("noise and jitter must be at least 0") != std::string::npos);
  CHECK(
      fault_of(edited(text, "fitted_kernel \"rbf(gamma=0.5)\"", "fitted_kernel \"sigmoid(1, -9)\""))
          .find("K + noise I of these points is not positive definite") != std::string::npos);
  CHECK(fault_of(text, {.memory_budget = 100}).starts_with("load_model: one half of the 4 x 4"));
  CHECK(fault_of(edited(text, "posterior cholesky", "posterior conjugate gradient"))
            .find("expected 'system_in_float'") != std::string::npos);

  GaussianProcess<double> given{GaussianProcessOptions{}};
  REQUIRE(given.fit(DenseGram<double>(gram(Rbf(0.5), X)), arma::vec{1, 2, 3, 4}));
  const std::string with_factor = text_of(given);
  REQUIRE(fault_of(with_factor) == "accepted");
  CHECK(fault_of_line(with_factor, "factor_column 1", "factor_column 1 0")
            .find("the diagonal of a factor must be positive") != std::string::npos);
  CHECK(fault_of_line(with_factor, "factor_column 1", "factor_column 2 1 1")
            .find("factor_column must have 1 values, has 2") != std::string::npos);

  KernelRidge<double> ridge(Rbf(0.5), {});
  REQUIRE(ridge.fit(X, arma::mat(4, 1, arma::fill::ones)));
  const std::string ridge_text = text_of(ridge);
  CHECK(fault_of_line(ridge_text, "coefficients", "coefficients 4 x 99999999999 sparse") ==
        "N: coefficients must have 1 columns, has 99999999999");
  CHECK(fault_of_line(ridge_text, "on_centres", "on_centres true").find("expected") !=
        std::string::npos);
  CHECK(fault_of_line(ridge_text, "points", "points none\nend").find("expected [context]") !=
        std::string::npos);
}
