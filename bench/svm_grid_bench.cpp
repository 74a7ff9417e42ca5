// Seconds of five-fold cross-validation over 10 x 10 values of gamma and C on spam, then the best
// accuracy.
// usage: svm_grid_bench mercer|libsvm ROWS DATA: so many rows, spread over the set
#include <libsvm/svm.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "svm_problems.hpp"
#include "timing.hpp"

using namespace mercer;

namespace {

std::vector<double> run_mercer(const arma::mat& X, const arma::ivec& labels,
                               const std::vector<double>& gammas, const std::vector<double>& C) {
  SvcGrid grid;
  const double time = bench::seconds([&] { grid = svc_grid(rbf_kernels(gammas), X, labels, C); });
  return {time, grid.accuracy.max()};
}

std::vector<double> run_libsvm(const arma::mat& X, const arma::ivec& labels,
                               const std::vector<double>& gammas, const std::vector<double>& C) {
  std::vector<std::vector<svm_node>> rows(X.n_cols);
  std::vector<svm_node*> first;
  std::vector<double> y;
  for (arma::uword i = 0; i < X.n_cols; ++i) {
    for (arma::uword k = 0; k < X.n_rows; ++k) {
      if (X(k, i) != 0) rows[i].push_back({static_cast<int>(k) + 1, X(k, i)});
    }
    rows[i].push_back({-1, 0});
    first.push_back(rows[i].data());
    y.push_back(static_cast<double>(labels(i)));
  }
  svm_problem data{static_cast<int>(y.size()), y.data(), first.data()};
  svm_set_print_string_function([](const char*) {});
  double best = 0;
  const double time = bench::seconds([&] {
    for (const double gamma : gammas) {
      for (const double price : C) {
        svm_parameter parameter{};
        parameter.kernel_type = RBF;
        parameter.gamma = gamma;
        parameter.C = price;
        parameter.eps = 1e-3;
        parameter.cache_size = 2000;
        parameter.shrinking = 1;
        std::vector<double> predicted(y.size());
        svm_cross_validation(&data, &parameter, 5, predicted.data());
        double right = 0;
        for (std::size_t i = 0; i < y.size(); ++i) right += predicted[i] == y[i] ? 1 : 0;
        best = std::max(best, right / static_cast<double>(y.size()));
      }
    }
  });
  return {time, best};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: svm_grid_bench mercer|libsvm ROWS DATA\n");
    return 2;
  }
  const bool ours = std::string(argv[1]) == "mercer";
  const auto all = bench::svm_problem("spam", argv[3], "", 4601);
  const auto count = static_cast<arma::uword>(std::atoll(argv[2]));
  arma::uvec rows(count);  // the classes lie one behind the other in the file
  for (arma::uword i = 0; i < count; ++i) rows(i) = i * all.X.n_cols / count;
  const arma::mat X = all.X.cols(rows);
  const arma::ivec labels = all.labels.elem(rows);
  const std::vector<double> gammas = powers(0x1p-10, 2, 10), C = powers(0.25, 2, 10);
  bench::serve(ours ? "mercer" : "LIBSVM", [&] {
    return ours ? run_mercer(X, labels, gammas, C) : run_libsvm(X, labels, gammas, C);
  });
}
