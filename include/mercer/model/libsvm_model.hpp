// Models in the format of LIBSVM.
#pragma once

#include <string>

#include "mercer/core/types.hpp"
#include "mercer/model/model_file.hpp"
#include "mercer/model/one_class_svm.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/model/svr.hpp"

namespace mercer {

/// Writes a fitted model as svm-train would, so that svm-predict predicts the same rows: Svc (C-SVC
/// and nu-SVC, several classes one against one), Svr and OneClassSvm, with the kernels Linear,
/// Polynomial, Rbf and Sigmoid, or after the operator door as precomputed. Numbers are the shortest
/// that read back to the same double.
///
/// Of two classes the first label is the larger one, so that decision values are ours; of more,
/// labels ascend, and decision values have the other sign. What LIBSVM has no place for stays
/// behind: the scaler (its data must be scaled before), and probabilities, of which it knows two
/// numbers with another meaning.
/// Throws std::invalid_argument if the model is not fitted, or has another kernel or several
/// classes one against the rest; ParseError if the file cannot be written.
template <class T>
void to_libsvm(const std::string& path, const Svc<T>& model);
template <class T>
void to_libsvm(const std::string& path, const Svr<T>& model);
template <class T>
void to_libsvm(const std::string& path, const OneClassSvm<T>& model);

/// A model that svm-train wrote: Svc<double>, Svr<double> or OneClassSvm<double>, which takes an
/// operator if the kernel is precomputed (its support_indices() are those of the file).
///
/// dimension: features of the points, 0 for the largest index of a support vector. The file does
/// not tell C, nu and epsilon: C is the largest coefficient, which for nu-SVC is the C with the
/// same solution; epsilon is 0, and nu that of the default options. There is no certificate.
/// probA and probB are passed over: calibrate anew with SvcOptions::probabilities.
/// Throws ParseError "path:line: reason" if the file is something else, or holds a kernel out of
/// our range, such as gamma = 0.
LoadedModel from_libsvm(const std::string& path, index_t dimension = 0);

}  // namespace mercer
