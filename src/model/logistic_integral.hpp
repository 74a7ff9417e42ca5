// The mean of the logistic function under a normal distribution.
#pragma once

namespace mercer {

/// E sigma(f), f ~ N(mean, deviation^2), to 1e-14.
double mean_sigmoid(double mean, double deviation);

}  // namespace mercer
