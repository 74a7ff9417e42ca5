// Values of scikit-learn 1.2.1: metrics.pairwise (linear, polynomial, sigmoid, rbf, laplacian, chi2
// kernels, cosine_similarity) and gaussian_process.kernels (Matern, RationalQuadratic,
// ExpSineSquared), printed with 17 digits for the points below; chi2 on their absolute values.
#include <vector>

#include "mercer/gram/gram.hpp"
#include "mercer/kernel/chi_squared.hpp"
#include "mercer/kernel/cosine.hpp"
#include "mercer/kernel/laplacian.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/periodic.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rational_quadratic.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "support/catch.hpp"

using namespace mercer;

TEST_CASE("kernels equal scikit-learn's", "[kernel]") {
  // A row per point here; the library takes columns.
  const arma::mat X = from_rows<double>({{0.5, -1.25, 2.0}, {1.5, 0.75, -0.5}, {0.0, 0.0, 0.0}});
  const arma::mat Y = from_rows<double>({{-0.75, 0.5, 1.0}, {2.25, -1.5, 0.125}});
  struct Line {
    AnyKernel kernel;
    std::vector<double> row_by_row;
    bool absolute = false;
  };
  const std::vector<Line> lines = {
      {Linear(), {1, 3.25, -1.25, 2.1875, 0, 0}},
      {Polynomial(3, 0.5, 1), {3.375, 18.087890625, 0.052734375, 9.178558349609375, 1, 1}},
      {Sigmoid(0.1, 0.25),
       {0.33637554433633221, 0.5190218338982221, 0.12435300177159621, 0.43718878514171233,
        0.24491866240370913, 0.24491866240370913}},
      {Rbf(0.3),
       {0.18498139990730431, 0.13639673101849961, 0.10942673942324893, 0.16452586287665119,
        0.580567038759224, 0.11097642362551099}},
      {Laplacian(0.4),
       {0.20189651799465538, 0.21224797382674304, 0.20189651799465538, 0.23457028809379762,
        0.40656965974059911, 0.21224797382674304}},
      {Cosine(),
       {0.30809135300197332, 0.49797259596297133, -0.53055810907729106, 0.46175709653961022, 0, 0}},
      {ChiSquared(0.7),
       {0.610587705905274, 0.141770917553144, 0.7213241443389421, 0.64564852642789206,
        0.20700755268115265, 0.0663706724525856},
       true},
      {Matern12(1.5),
       {0.20574066108381442, 0.17943169417114205, 0.1635783145581082, 0.1949293541385331,
        0.40757616008264591, 0.16452369899589808}},
      {Matern32(1.5),
       {0.24173863495129541, 0.20282318056538715, 0.179760421707052, 0.22566749036221781,
        0.53973233676729693, 0.18112547975572768}},
      {Matern52(1.5),
       {0.25360991178002901, 0.20947780311492306, 0.18343955088066591, 0.23536563144988409,
        0.58457757832516333, 0.18497701769088162}},
      {RationalQuadratic(0.75, 1.25),
       {0.39938413785795412, 0.36502075645160204, 0.34413247328450125, 0.38530363638231629,
        0.65073957122483239, 0.34538260240816387}},
      {Periodic(2.5, 0.8),
       {0.92263684797981027, 0.97129726523849813, 0.79929840460281365, 0.98902244652911475,
        0.045983740432851819, 0.81316239559734849}},
  };
  for (const Line& line : lines) {
    CAPTURE(line.kernel->expression());
    const arma::mat A = line.absolute ? arma::mat(arma::abs(X)) : X;
    const arma::mat B = line.absolute ? arma::mat(arma::abs(Y)) : Y;
    const arma::mat K = gram(*line.kernel, A, B);
    for (index_t i = 0; i < 3; ++i) {
      for (index_t j = 0; j < 2; ++j) {
        REQUIRE(K(i, j) == Approx(line.row_by_row[2 * i + j]).epsilon(4e-15).margin(0));
      }
    }
  }
}
