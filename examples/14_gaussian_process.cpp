// A Gaussian process chooses its parameters and tells how sure it is; gnuplot, if there, draws it.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <mercer/mercer.hpp>

using namespace mercer;

// gaussian_process.svg from the curve and the points, if gnuplot is installed.
void draw(const arma::mat& curve, const arma::mat& points) {
  curve.save("gaussian_process_curve.txt", arma::raw_ascii);
  points.save("gaussian_process_points.txt", arma::raw_ascii);
  const char* command =
      "command -v gnuplot > /dev/null && gnuplot -e \"set terminal svg size 800,500; "
      "set output 'gaussian_process.svg'; set style fill transparent solid 0.25 noborder; "
      "plot 'gaussian_process_curve.txt' using 1:3:4 with filledcurves title '95 % of outputs', "
      "'' using 1:2 with lines linewidth 2 title 'mean', "
      "'gaussian_process_points.txt' with points pointtype 7 title 'data'\"";
  if (std::system(command) != 0) std::fprintf(stderr, "no picture: gnuplot is not installed\n");
}

int main() {
  Random random(1);
  arma::mat X(1, 40);
  arma::vec y(40);
  for (arma::uword i = 0; i < 40; ++i) {
    X(0, i) = 6 * random.uniform() - (i % 2 == 0 ? 3 : 0);
    y(i) = std::sin(2 * X(0, i)) + 0.3 * X(0, i) + 0.2 * random.normal();
  }

  const double length = median_distance(X);  // a rule of thumb to begin with
  GaussianProcess model(1.0 * Matern52(length), {.noise = 0.1, .optimise = true});
  const Report report = model.fit(X, y);
  if (!report) return 1;
  const auto names = model.theta_names();
  for (std::size_t p = 0; p < names.size(); ++p) {
    std::printf("%s = %.2f\n", names[p].c_str(), std::exp(model.theta()[p]));
  }
  std::printf("log marginal likelihood %.2f, jitter %g\n", model.log_marginal_likelihood(),
              model.jitter());

  const arma::mat X_new = arma::linspace(-4, 7, 300).t();
  const auto predicted = model.predict_with_std(X_new, Spread::observation);
  const arma::vec reach = 1.96 * predicted.standard_deviation;
  for (const arma::uword i : {60u, 150u, 299u}) {
    std::printf("at %5.2f: %.2f +- %.2f\n", X_new(0, i), predicted.mean(i), reach(i));
  }
  draw(arma::join_rows(X_new.t(), predicted.mean, predicted.mean - reach, predicted.mean + reach),
       arma::join_rows(X.t(), y));
}

// Output:
// scale = 1.16
// matern52.length = 1.16
// noise = 0.04
// log marginal likelihood -13.12, jitter 0
// at -1.79: -0.01 +- 0.45
// at  1.52: 0.49 +- 0.41
// at  7.00: 0.29 +- 2.05
