// The text of LIBSVM's models.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/text_file.hpp"
#include "mercer/core/types.hpp"

namespace mercer::detail {

/// The lines before SV.
struct LibsvmHeader {
  std::string svm_type, kernel_type;
  std::optional<double> degree, gamma, coef0;
  index_t classes = 0, support = 0;
  std::vector<double> rho;
  std::vector<arma::sword> labels;
  std::vector<index_t> counts;  // of the support vectors of each label

  bool is_classifier() const { return svm_type == "c_svc" || svm_type == "nu_svc"; }
  index_t coefficients() const { return is_classifier() ? classes - 1 : 1; }
};

/// The lines after SV.
struct LibsvmVectors {
  std::vector<double> coefficients;  // of a vector, LibsvmHeader::coefficients() each
  std::vector<index_t> rows;         // of a precomputed kernel, from 0
  std::vector<index_t> places;       // pairs of feature, from 0, and vector
  std::vector<double> values;
  index_t dimension = 0;
};

/// Throws ParseError if a line is not of the format, or the header does not fit together.
LibsvmHeader read_libsvm_header(TextFile& file);

/// To the end of the file.
LibsvmVectors read_libsvm_vectors(TextFile& file, const LibsvmHeader& header, bool is_precomputed);

}  // namespace mercer::detail
