#include "mercer/model/hyperparameters.hpp"

#include <limits>

#include "mercer/data/load_csv.hpp"
#include "support/catch.hpp"
#include "support/reference.hpp"

using namespace mercer;

// scipy 1.10.1 and numpy 1.24.2:
//     X = numpy.loadtxt("iris.csv", delimiter=",", skiprows=1)[:, :-1]
//     numpy.median(scipy.spatial.distance.pdist(X)), 1 / (X.shape[1] * X.var())
// the second is what gamma="scale" of scikit-learn's SVC takes.
TEST_CASE("rules of thumb are scipy's and scikit-learn's", "[model][hyperparameters]") {
  const auto iris = load_csv<double>(test::dataset_path("iris.csv"), {.target = "target"});
  CHECK(median_distance(iris.X) == Approx(2.360084744241189).epsilon(1e-14));
  CHECK(scale_gamma(iris.X) == Approx(0.06416744863614975).epsilon(1e-13));
  const arma::fmat single = arma::conv_to<arma::fmat>::from(iris.X);
  CHECK(median_distance(single) == Approx(2.360084744241189).epsilon(1e-6));
  CHECK(scale_gamma(single) == Approx(0.06416744863614975).epsilon(1e-6));
}

TEST_CASE("the median of some points is near that of all", "[model][hyperparameters]") {
  const auto iris = load_csv<double>(test::dataset_path("iris.csv"), {.target = "target"});
  const double some = median_distance(iris.X, 60, 3);
  CHECK(some == Approx(2.360084744241189).epsilon(0.1));
  CHECK(some == median_distance(iris.X, 60, 3));
  CHECK(some != median_distance(iris.X, 60, 4));
}

TEST_CASE("small sets have medians by hand", "[model][hyperparameters]") {
  CHECK(median_distance(arma::mat{{0, 3}}) == 3);
  CHECK(median_distance(arma::mat{{0, 1, 3}}) == 2);
  CHECK(median_distance(arma::mat{{0, 1, 3, 7}}) == 3.5);  // 1 2 3 4 6 7
  CHECK(median_distance(arma::mat(2, 5, arma::fill::ones)) == 0);
}

TEST_CASE("rules of thumb refuse what has no spread", "[model][hyperparameters]") {
  CHECK_THROWS_AS(median_distance(arma::mat(3, 1, arma::fill::ones)), std::invalid_argument);
  CHECK_THROWS_AS(median_distance(arma::mat(3, 0)), std::invalid_argument);
  CHECK_THROWS_AS(scale_gamma(arma::mat(3, 4, arma::fill::ones)), std::invalid_argument);
  arma::mat bad(2, 3, arma::fill::zeros);
  bad(1, 1) = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(scale_gamma(bad), std::invalid_argument);
  CHECK_THROWS_AS(median_distance(bad), std::invalid_argument);
}
