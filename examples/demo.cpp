// The demo: models trained on bundled data with kernels exchanged by one line, each result beside
// scikit-learn's for the same model (datasets/reference/kernels.csv).
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <mercer/mercer.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace mercer;

namespace {

const std::string folder = MERCER_DATASETS;

// (name in the reference, kernel): one line a kernel.
std::vector<std::pair<std::string, AnyKernel>> kernels(index_t d) {
  const auto features = static_cast<double>(d);
  return {
      {"rbf", Rbf(1 / features)},
      {"laplacian", Laplacian(1 / features)},
      {"matern52", Matern52(std::sqrt(features))},
      {"polynomial", Polynomial(3, 1 / features, 1)},
  };
}

// "spam,svc,rbf" -> the reference's quality.
std::map<std::string, double> read_references() {
  std::ifstream file(folder + "/reference/kernels.csv");
  std::map<std::string, double> references;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto comma = line.rfind(',');
    references[line.substr(0, comma)] = std::stod(line.substr(comma + 1));
  }
  return references;
}

struct Row {
  std::string quality, reference, certificate;
  bool equal = false;
  Report report;
};

struct Data {
  Dataset<double> train, test;
};

Data prepare(const std::string& name) {
  const auto data = load_csv<double>(folder + "/" + name + ".csv", {.target = "target"});
  const Split split = split_permutation(load_permutation(folder + "/perm_" + name + ".txt"));
  Data out{take(data, split.train), take(data, split.test)};
  const auto scaler = Scaler<double>::standardise(out.train.X);
  out.train.X = scaler.apply(out.train.X);
  out.test.X = scaler.apply(out.test.X);
  return out;
}

std::string text(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

Row classify(const Kernel& kernel, const Data& data, double reference) {
  Svc<double> svc(kernel, {.C = 10});
  const Report report = svc.fit(data.train.X, class_codes(data.train.y));
  const arma::ivec truth = class_codes(data.test.y);
  const double share = accuracy(truth, svc.predict(data.test.X));
  const double rows_apart = std::abs(share - reference) * static_cast<double>(truth.n_elem);
  const Certificate& certificate = report.certificate;
  return {text("%.2f %% right", 100 * share), text("%.2f %%", 100 * reference),
          text("gap %.1e", certificate.gap / certificate.primal_objective), rows_apart < 1.5,
          report};
}

Row regress(const Kernel& kernel, const Data& data, double reference) {
  KernelRidge<double> ridge(kernel, {.lambda = 1e-2, .centre_target = false});
  const Report report = ridge.fit(data.train.X, data.train.y);
  const double error = rmse<double>(data.test.y, ridge.predict(data.test.X));
  return {text("RMSE %.6f", error), text("%.6f", reference),
          text("residual %.1e", report.certificate.relative_residual),
          std::abs(error - reference) < 1e-6 * reference, report};
}

int run() {
  const auto references = read_references();
  int different = 0;
  std::printf("%-10s %5s %3s  %-5s  %-10s  %-14s  %-10s  %-5s  %-16s  %8s  %s\n", "data", "n", "d",
              "model", "kernel", "on test rows", "reference", "equal", "certificate", "seconds",
              "threads");
  for (const std::string name :
       {"spam", "satellite", "digits", "abalone", "concrete", "diabetes"}) {
    const Data data = prepare(name);
    const index_t n = data.train.X.n_cols;
    const index_t d = data.train.X.n_rows;
    for (const auto& [label, kernel] : kernels(d)) {
      const auto svc = references.find(name + ",svc," + label);
      const bool is_svc = svc != references.end();
      const Row row = is_svc ? classify(kernel, data, svc->second)
                             : regress(kernel, data, references.at(name + ",ridge," + label));
      different += row.equal ? 0 : 1;
      std::printf("%-10s %5llu %3llu  %-5s  %-10s  %-14s  %-10s  %-5s  %-16s  %8.3f  %d\n",
                  name.c_str(), static_cast<unsigned long long>(n),
                  static_cast<unsigned long long>(d), is_svc ? "svc" : "ridge", label.c_str(),
                  row.quality.c_str(), row.reference.c_str(), row.equal ? "yes" : "NO",
                  row.certificate.c_str(), row.report.seconds, row.report.threads);
      std::fflush(stdout);
    }
  }
  std::printf(
      "\nn training rows (4/5 of the data), d features, standardised; C = 10, lambda = 0.01,\n"
      "gamma = 1 / d, length = sqrt(d), degree 3. The reference is scikit-learn 1.2.1 with the "
      "same\n"
      "kernel; equal: within one test row, or 1e-6 of the RMSE. gap: (primal - dual) / primal;\n"
      "residual: ||y - (K + lambda I) alpha|| / ||y||, both recomputed from the model. seconds: "
      "fit.\n");
  return different == 0 ? 0 : 1;
}

}  // namespace

int main() {
  try {
    return run();
  } catch (const std::exception& error) {
    std::cerr << "mercer_demo: " << error.what() << '\n';
    return 1;
  }
}
