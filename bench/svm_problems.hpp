// The problems that support vector machines are timed on.
#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <mercer/mercer.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

struct SvmProblem {
  arma::mat X, X_new;     // d x n, and points to predict
  arma::ivec labels;      // classification
  arma::ivec labels_new;  // of X_new, or empty
  arma::vec targets;      // regression, else empty
  double C = 1, gamma = 1;
  std::size_t memory_budget = 0;  // bytes of kernel values; 0: mercer's default
  bool is_regression() const { return !targets.is_empty(); }
};

// The pixels of an IDX file, divided by 255, or its labels: one column per image.
inline arma::mat load_idx(const std::string& path, arma::uword rows, arma::uword images) {
  std::ifstream in(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  const std::size_t header = rows == 1 ? 8 : 16;
  if (bytes.size() < header + rows * images) throw std::runtime_error("cannot read " + path);
  arma::mat out(rows, images);
  for (arma::uword i = 0; i < out.n_elem; ++i) {
    out(i) = static_cast<std::uint8_t>(bytes[header + i]) / (rows == 1 ? 1.0 : 255.0);
  }
  return out;
}

// name: letter, satellite, shuttle, spam, fashion, generated, growth, diamonds; data: the folder
// with the bundled sets; fashion: that with the unpacked Fashion-MNIST.
inline SvmProblem svm_problem(const std::string& name, const std::string& data,
                              const std::string& fashion, arma::uword n) {
  using namespace mercer;
  SvmProblem out;
  if (name == "fashion") {
    out.X = load_idx(fashion + "/train-images", 784, n);
    out.labels = arma::conv_to<arma::ivec>::from(load_idx(fashion + "/train-labels", 1, n).t());
    const arma::uword tests = n == 60000 ? 10000 : 1000;
    out.X_new = load_idx(fashion + "/test-images", 784, tests);
    out.labels_new =
        arma::conv_to<arma::ivec>::from(load_idx(fashion + "/test-labels", 1, tests).t());
    if (n == 60000) out.memory_budget = std::size_t{2} << 30;  // of 4 GB for the process
    out.C = 10;
    out.gamma = 0.02;
    return out;
  }
  if (name == "growth") {  // a curved boundary, one label in twenty wrong
    arma::arma_rng::set_seed(2);
    out.X = arma::mat(10, n, arma::fill::randn);
    out.X_new = arma::mat(10, 1000, arma::fill::randn);
    const arma::vec chance(n, arma::fill::randu);
    out.labels.set_size(n);
    for (arma::uword i = 0; i < n; ++i) {
      const bool inside = arma::accu(arma::square(out.X.col(i).head(5))) < 4.35;
      out.labels(i) = inside != (chance(i) < 0.05) ? 1 : 0;
    }
    out.gamma = 0.1;
    return out;
  }
  if (name == "generated") {  // noise beside one feature: nearly all rows become support vectors
    arma::arma_rng::set_seed(1);
    out.X = arma::mat(200, n, arma::fill::randn);
    out.X_new = arma::mat(200, 1000, arma::fill::randn);
    const arma::vec noise(n, arma::fill::randn);
    out.labels.set_size(n);
    for (arma::uword i = 0; i < n; ++i) out.labels(i) = noise(i) + out.X(0, i) > 0 ? 1 : 0;
    out.C = 10;
    out.gamma = 1.0 / 200;
    return out;
  }
  const auto all = load_csv<double>(data + "/" + name + ".csv", {.target = "target"});
  const arma::uword rows = std::min(n, all.X.n_cols);
  const arma::mat train = all.X.head_cols(rows);
  const bool standard = name == "spam" || name == "diamonds";
  const auto scaler =
      standard ? Scaler<double>::standardise(train) : Scaler<double>::to_signed_unit(train);
  out.X = scaler.apply(train);
  out.X_new = scaler.apply(all.X.tail_cols(std::max<arma::uword>(all.X.n_cols - rows, 1000)));
  out.gamma = 1.0 / static_cast<double>(out.X.n_rows);
  out.C = 10;
  if (name == "letter") out.C = 16, out.gamma = 4;
  if (name == "satellite") out.C = 16, out.gamma = 1;
  if (name == "shuttle") out.C = 2048, out.gamma = 8;
  if (name == "diamonds") {
    const arma::vec y = all.y.head(rows);
    out.targets = (y - arma::mean(y)) / arma::stddev(y, 1);
  } else {
    out.labels = class_codes(arma::vec(all.y.head(rows)));
  }
  return out;
}

}  // namespace bench
