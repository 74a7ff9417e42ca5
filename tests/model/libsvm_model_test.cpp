// Files in the format of LIBSVM: what they cannot say, and damaged ones. What LIBSVM's programs
// make of them is in tests/truth.
#include "mercer/model/libsvm_model.hpp"

#include <string>

#include "mercer/core/errors.hpp"
#include "mercer/kernel/cauchy.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "model/read_libsvm.hpp"
#include "support/catch.hpp"
#include "support/random_points.hpp"
#include "support/temporary_file.hpp"

using namespace mercer;
using mercer::test::TemporaryFile;

namespace {

const std::string good =
    "svm_type c_svc\n"
    "kernel_type rbf\n"
    "gamma 0.5\n"
    "nr_class 3\n"
    "total_sv 3\n"
    "rho 0.25 -1 2\n"
    "label 5 -2 1\n"
    "probA 1 2 3\n"
    "nr_sv 1 1 1\n"
    "SV\n"
    "1 2 1:1 \n"
    "-1 0.5 2:1 \n"
    "-2 -0.5 1:1 2:-1 \n";

std::string fault_of(const std::string& text, index_t dimension = 0) {
  try {
    detail::read_libsvm("FILE", text, dimension);
  } catch (const ParseError& error) {
    return error.what();
  }
  return "accepted";
}

std::string fault_with(const std::string& old, const std::string& by) {
  std::string text = good;
  const auto at = text.find(old);
  REQUIRE(at != std::string::npos);
  return fault_of(text.replace(at, old.size(), by));
}

template <class Model>
std::string refusal_of(const Model& model) {
  const TemporaryFile file("old");
  try {
    to_libsvm(file.path(), model);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "written";
}

}  // namespace

// f(x) by hand: of labels 5 and -2, exp(-d2 to (1, 0) / 2) - exp(-d2 to (0, 1) / 2) - 0.25.
TEST_CASE("labels in any order become ascending classes", "[model][file]") {
  const auto model = std::get<Svc<double>>(detail::read_libsvm("FILE", good, 0).model);
  REQUIRE(identical(model.classes(), arma::ivec{-2, 1, 5}));
  const arma::mat x = arma::vec{1, 0};
  const double at_0 = 1, at_1 = std::exp(-1), at_2 = std::exp(-0.5);
  const arma::mat f = model.decision_values(x);
  CHECK(f(0, 1) == Approx(at_0 - at_1 - 0.25));              // -2 and 5
  CHECK(f(0, 2) == Approx(2 * at_0 - 2 * at_2 + 1));         // 1 and 5
  CHECK(f(0, 0) == Approx(-(0.5 * at_1 - 0.5 * at_2 - 2)));  // -2 and 1
  CHECK(model.options().C == 2);
}

TEST_CASE("what LIBSVM cannot say is not written", "[model][file]") {
  const arma::mat X = random_points<double>(2, 12, 1);
  const arma::ivec labels = {1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
  CHECK(refusal_of(Svr<float>(Rbf(1))) == "to_libsvm: the model, Svr, is not fitted");
  Svc<double> rest(Rbf(1), {.multi_class = MultiClass::one_against_rest});
  REQUIRE(rest.fit(X, labels));
  CHECK(refusal_of(rest) ==
        "to_libsvm: LIBSVM has several classes one against one, the model has them one against "
        "the rest");
  OneClassSvm<double> cauchy(0.5 * Cauchy(2));
  REQUIRE(cauchy.fit(X));
  CHECK(refusal_of(cauchy) ==
        "to_libsvm: LIBSVM has no kernel like 0.5 * cauchy(scale=2); it has linear, polynomial, "
        "rbf and sigmoid");
}

TEST_CASE("a float model is written with its values to the bit", "[model][file]") {
  const arma::fmat X = random_points<float>(2, 30, 1);
  Svr<float> model(Linear(), {.epsilon = 0.01});
  REQUIRE(model.fit(X, arma::conv_to<arma::vec>::from(X.row(0).t())));
  const TemporaryFile file;
  to_libsvm(file.path(), model);
  const auto again = std::get<Svr<double>>(from_libsvm(file.path()).model);
  CHECK(identical(again.coefficients(), model.coefficients()));
  CHECK(again.bias() == model.bias());
}

TEST_CASE("damaged models of LIBSVM are refused", "[model][file]") {
  REQUIRE(fault_of(good) == "accepted");
  CHECK(fault_of("mercer model 1\n") ==
        "FILE:1: expected a line of a LIBSVM model's header, found 'mercer'");
  CHECK(fault_of(good.substr(0, good.find("SV\n"))) ==
        "FILE:9: there is no line SV: not a model of LIBSVM, or cut off");
  CHECK(fault_with("c_svc", "svc") == "FILE:10: svm_type 'svc' is not known");
  CHECK(fault_with("rbf", "cosine") == "FILE:10: kernel_type 'cosine' is not known");
  CHECK(fault_with("gamma 0.5\n", "") == "FILE:9: kernel_type rbf needs gamma");
  CHECK(fault_with("gamma 0.5", "gamma 0") ==
        "FILE:10: Rbf: gamma must be finite and positive, is 0");
  CHECK(fault_with("gamma 0.5", "gamma nan") == "FILE:3: gamma 'nan' is not a finite number");
  CHECK(fault_with("nr_class 3", "nr_class 1") == "FILE:10: nr_class must be at least 2");
  CHECK(fault_with("nr_class 3", "nr_class 18446744073709551615") ==
        "FILE:10: label must have nr_class values");
  CHECK(fault_with("label 5 -2 1", "label 5 -2 5") == "FILE:10: the labels must differ");
  CHECK(fault_with("label 5", "label 0.5") ==
        "FILE:7: label '0.5' is not a whole number of 32 bits");
  CHECK(fault_with("rho 0.25", "rho") == "FILE:10: rho must have a value for each pair of labels");
  CHECK(fault_with("nr_sv 1 1 1", "nr_sv 1 18446744073709551615 3") ==
        "FILE:10: nr_sv must sum to total_sv");
  CHECK(fault_with("total_sv 3", "total_sv 4").find("nr_sv must sum to total_sv") !=
        std::string::npos);
  CHECK(fault_of(good + "1 1 1:1\n") == "FILE:14: there are more support vectors than total_sv");
  CHECK(fault_of(good.substr(0, good.rfind("-2 -0.5"))) ==
        "FILE:12: there are 2 support vectors, total_sv is 3");
  CHECK(fault_with("1:1 2:-1", "2:1 1:-1") ==
        "FILE:13: indices must ascend, from 1 to 2147483647, one is 1");
  CHECK(fault_with("1:1 2:-1", "1:1 2:x") == "FILE:13: the value 'x' is not a number");
  CHECK(fault_with("1:1 2:-1", "0:1") ==
        "FILE:13: indices must ascend, from 1 to 2147483647, one is 0");
  CHECK(fault_with("1:1 2:-1", "1") == "FILE:13: '1' is not index:value");
  CHECK(fault_with("1 2 1:1", "1 1:1") == "FILE:11: the coefficient '1:1' is not a number");
  CHECK(fault_with("1 2 1:1", "1 -2 1:1") ==
        "FILE:13: the coefficients of support vector 1 must have the signs of its label");
  CHECK(fault_with("1 2 1:1", "0 0 1:1") == "FILE:13: support vector 1 has no coefficient above 0");
  CHECK(fault_with("rbf", "precomputed") ==
        "FILE:11: a support vector of a precomputed kernel is one 0:row, rows count from 1");
  CHECK(fault_of(good, 1) == "FILE: the support vectors have 2 features, over the dimension 1");
  CHECK_THROWS_WITH(from_libsvm("/no/such/file"), "/no/such/file: there is no such file");
}
