// Models to and from LIBSVM's own programs, where they are installed (Debian: libsvm-tools).
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "mercer/data/dataset.hpp"
#include "mercer/data/load_csv.hpp"
#include "mercer/data/scaler.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/model/libsvm_model.hpp"
#include "support/catch.hpp"
#include "support/random_points.hpp"
#include "support/temporary_folder.hpp"

using namespace mercer;

namespace {

bool succeeds(const std::string& command) { return std::system(command.c_str()) == 0; }

bool is_installed() {
  if (succeeds("command -v svm-train svm-predict > /dev/null")) return true;
  WARN("svm-train and svm-predict are not installed (Debian: libsvm-tools)");
  return false;
}

// A folder for the files that the programs exchange.
class Exchange {
 public:
  std::string model() const { return folder_ / "model"; }

  void train(const std::string& arguments, const arma::mat& X, const arma::vec& y) const {
    write("train", X, y);
    REQUIRE(succeeds("svm-train -q " + arguments + " " + (folder_ / "train ") + model()));
  }

  // What svm-predict says of each column of X.
  arma::vec predict(const arma::mat& X) const {
    write("test", X, arma::zeros(X.n_cols));
    REQUIRE(succeeds("svm-predict -q " + (folder_ / "test ") + model() + " " +
                     (folder_ / "predicted > /dev/null")));
    arma::vec out(X.n_cols);
    std::ifstream file(folder_ / "predicted");
    for (double& value : out) REQUIRE(file >> value);
    return out;
  }

  // The same with K as precomputed kernel, m x n: a row per point.
  arma::vec predict_from(const arma::mat& K) const {
    is_precomputed_ = true;
    arma::vec out = predict(K.t());
    is_precomputed_ = false;
    return out;
  }
  void train_from(const std::string& arguments, const arma::mat& K, const arma::vec& y) const {
    is_precomputed_ = true;
    train("-t 4 " + arguments, K, y);
    is_precomputed_ = false;
  }

 private:
  void write(const std::string& name, const arma::mat& X, const arma::vec& y) const {
    std::FILE* file = std::fopen((folder_ / name).c_str(), "w");
    REQUIRE(file != nullptr);
    for (index_t j = 0; j < X.n_cols; ++j) {
      std::fprintf(file, "%.17g", y(j));
      if (is_precomputed_) std::fprintf(file, " 0:%d", static_cast<int>(j + 1));
      for (index_t k = 0; k < X.n_rows; ++k) {
        if (X(k, j) == 0 && !is_precomputed_) continue;
        std::fprintf(file, " %d:%.17g", static_cast<int>(k + 1), X(k, j));
      }
      std::fprintf(file, "\n");
    }
    std::fclose(file);
  }

  test::TemporaryFolder folder_;
  mutable bool is_precomputed_ = false;
};

// Standardised rows of a bundled set, from one to the next by a stride.
struct Sample {
  arma::mat X, X_new;
  arma::vec y;

  Sample(const std::string& name, index_t stride) {
    const auto data =
        load_csv<double>(std::string(MERCER_DATASETS) + "/" + name, {.target = "target"});
    const arma::mat scaled = Scaler<double>::standardise(data.X).apply(data.X);
    const arma::uvec train = arma::regspace<arma::uvec>(0, stride, data.y.n_elem - 1);
    const arma::uvec test = arma::regspace<arma::uvec>(1, stride, data.y.n_elem - 1);
    X = scaled.cols(train);
    X_new = scaled.cols(test);
    y = data.y.elem(train);
  }
  arma::ivec labels() const { return class_codes(y); }
};

arma::vec as_values(const arma::ivec& labels) { return arma::conv_to<arma::vec>::from(labels); }

void check_close(const arma::mat& a, const arma::mat& b) {
  REQUIRE(arma::size(a) == arma::size(b));
  CHECK(arma::abs(a - b).max() <= 1e-9 * (1 + arma::abs(b).max()));
}

// svm-predict on what we wrote, and what we read again.
void check_written(const Svc<double>& model, const Sample& data) {
  const Exchange exchange;
  to_libsvm(exchange.model(), model);
  CHECK(identical(exchange.predict(data.X_new), as_values(model.predict(data.X_new))));
  const auto again = std::get<Svc<double>>(from_libsvm(exchange.model(), data.X.n_rows).model);
  check_close(again.decision_values(data.X_new), model.decision_values(data.X_new));
}

void check_read(const std::string& arguments, const Sample& data) {
  INFO(arguments);
  const Exchange exchange;
  exchange.train(arguments, data.X, data.y);
  const auto model = std::get<Svc<double>>(from_libsvm(exchange.model(), data.X.n_rows).model);
  const arma::vec theirs = exchange.predict(data.X_new);
  CHECK(identical(as_values(model.predict(data.X_new)), theirs));
  to_libsvm(exchange.model(), model);  // and back
  CHECK(identical(exchange.predict(data.X_new), theirs));
}

}  // namespace

TEST_CASE("svm-predict reads our classifiers", "[model][file][truth]") {
  if (!is_installed()) return;
  const Sample heart("heart.csv", 2), satellite("satellite.csv", 2);
  const Polynomial cubic(3, 0.1, 1);
  for (const Kernel* kernel :
       std::initializer_list<const Kernel*>{new Linear(), new Rbf(0.05), new Sigmoid(0.01, -1)}) {
    const AnyKernel held{std::unique_ptr<Kernel>(const_cast<Kernel*>(kernel))};
    Svc<double> two(held, {.C = 2});
    REQUIRE(two.fit(heart.X, heart.labels()));
    check_written(two, heart);
  }
  Svc<double> two(cubic, {.nu = 0.4});
  REQUIRE(two.fit(heart.X, heart.labels()));
  check_written(two, heart);
  for (const SvcOptions& options : {SvcOptions{.C = 10}, SvcOptions{.nu = 0.1}}) {
    Svc<double> six(Rbf(0.05), options);
    REQUIRE(six.fit(satellite.X, satellite.labels()));
    check_written(six, satellite);
  }
}

TEST_CASE("we read the classifiers of svm-train", "[model][file][truth]") {
  if (!is_installed()) return;
  Sample heart("heart.csv", 2);
  const Sample satellite("satellite.csv", 2);
  check_read("-s 0 -t 2 -g 0.05 -c 4", heart);
  check_read("-s 0 -t 0", heart);
  check_read("-s 1 -t 1 -d 3 -g 0.1 -r 1 -n 0.3", heart);
  check_read("-s 0 -t 3 -g 0.01 -r -1 -b 1", heart);
  check_read("-s 0 -t 2 -g 0.05 -c 10", satellite);
  check_read("-s 1 -t 2 -g 0.05 -n 0.1 -b 1", satellite);
  heart.y.replace(0, 7);  // the labels in another order
  heart.X = arma::fliplr(heart.X);
  heart.y = arma::reverse(heart.y);
  check_read("-s 0 -t 2 -g 0.05", heart);
}

TEST_CASE("regression and novelty go to LIBSVM and back", "[model][file][truth]") {
  if (!is_installed()) return;
  const Sample abalone("abalone.csv", 2), sensor("sensor.csv", 2);
  for (const SvrOptions& options : {SvrOptions{.C = 10, .epsilon = 0.5}, SvrOptions{.nu = 0.5}}) {
    Svr<double> model(Rbf(0.1), options);
    REQUIRE(model.fit(abalone.X, abalone.y));
    const Exchange exchange;
    to_libsvm(exchange.model(), model);
    check_close(exchange.predict(abalone.X_new), model.predict(abalone.X_new));
  }
  for (const char* arguments : {"-s 3 -g 0.1 -c 10 -p 0.5", "-s 4 -g 0.1 -n 0.5 -b 1"}) {
    const Exchange exchange;
    exchange.train(arguments, abalone.X, abalone.y);
    const auto model = std::get<Svr<double>>(from_libsvm(exchange.model()).model);
    check_close(model.predict(abalone.X_new), exchange.predict(abalone.X_new));
  }
  const Exchange exchange;
  OneClassSvm<double> ours(Rbf(0.5), {.nu = 0.05});
  REQUIRE(ours.fit(sensor.X));
  to_libsvm(exchange.model(), ours);
  CHECK(identical(exchange.predict(sensor.X_new), as_values(ours.predict(sensor.X_new))));
  exchange.train("-s 2 -g 0.5 -n 0.05", sensor.X, sensor.y);
  const auto theirs = std::get<OneClassSvm<double>>(from_libsvm(exchange.model()).model);
  CHECK(identical(as_values(theirs.predict(sensor.X_new)), exchange.predict(sensor.X_new)));
}

TEST_CASE("precomputed kernels go to LIBSVM and back", "[model][file][truth]") {
  if (!is_installed()) return;
  const Sample data("satellite.csv", 16);
  const arma::mat K = gram(Rbf(0.05), data.X), K_new = gram(Rbf(0.05), data.X_new, data.X);
  Svc<double> model{SvcOptions{.C = 10}};
  REQUIRE(model.fit(DenseGram<double>(K), data.labels()));
  const Exchange exchange;
  to_libsvm(exchange.model(), model);
  const DenseGram<double> ours(arma::mat(K_new.cols(model.support_indices())));
  CHECK(identical(exchange.predict_from(K_new), as_values(model.predict(ours))));

  exchange.train_from("-c 10", K, data.y);
  const auto theirs = std::get<Svc<double>>(from_libsvm(exchange.model()).model);
  const DenseGram<double> of_support(arma::mat(K_new.cols(theirs.support_indices())));
  CHECK(identical(as_values(theirs.predict(of_support)), exchange.predict_from(K_new)));
}
