#include "mercer/image/gaussian_filter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "image/exponential_sum.hpp"
#include "image/recursive.hpp"
#include "image/sample_values.hpp"
#include "image/separable.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"

namespace mercer {
namespace {

constexpr const char* where = "gaussian_filter";

struct Axis {
  double sigma;
  int order;
  double radius;  // may be more than an index can hold
  bool is_active() const { return sigma > 0; }
  index_t count() const { return 2 * static_cast<index_t>(radius) + 1; }
};

Axis axis_of(double sigma, int order, const GaussianFilterOptions& options) {
  require_non_negative("gaussian_filter: sigma", sigma);
  if (order < 0 || order > 4) {
    throw std::invalid_argument("gaussian_filter: order must be 0 to 4, is " +
                                std::to_string(order));
  }
  if (sigma == 0) {
    if (order > 0) {
      throw std::invalid_argument(
          "gaussian_filter: order must be 0 along an axis with sigma 0, is " +
          std::to_string(order));
    }
    return {0, 0, 0};
  }
  const double of_order = (order + 1) / 2;
  const double radius = options.radius ? static_cast<double>(*options.radius)
                                       : std::floor(options.truncate * sigma + 0.5);
  return {sigma, order, std::max(radius, of_order)};
}

Col<double> weights(const Axis& axis, Discretisation discretisation) {
  if (!axis.is_active()) return Col<double>(1, arma::fill::ones);
  // A convolution is the correlation with the window turned round.
  return arma::reverse(
      gaussian_window(axis.count(), axis.sigma, discretisation, {.order = axis.order}));
}

// Bytes of windows and of the work of a thread; more than there are if the radius is beyond that.
template <class W>
double work_bytes(PlaneShape shape, const Axis& down, const Axis& across, int threads) {
  constexpr double most_radius = 1e12;
  if (std::max(down.radius, across.radius) > most_radius) return 1e19;
  const index_t taps = down.count(), others = across.count();
  return 32 * static_cast<double>(taps + others) +
         threads * static_cast<double>(separable_bytes(shape.rows, taps, others, sizeof(W)));
}

void require_room(double bytes, std::size_t budget) {
  const std::size_t allowed = resolve_memory_budget(budget);
  if (bytes <= static_cast<double>(allowed)) return;
  throw BudgetError(where, "the result, the windows and the work of the threads need " +
                               bytes_text(static_cast<std::size_t>(std::min(bytes, 1e19))) +
                               ", the budget is " + bytes_text(allowed));
}

template <class T>
std::array<Axis, 3> axes_of(std::array<double, 3> sigma, const GaussianFilterOptions& options) {
  require_positive("gaussian_filter: truncate", options.truncate);
  require_finite("gaussian_filter: constant", options.constant);
  std::array<Axis, 3> axes;
  for (std::size_t a = 0; a < 3; ++a) axes[a] = axis_of(sigma[a], options.order[a], options);
  if constexpr (std::is_integral_v<T>) {
    for (const Axis& axis : axes) {
      if (axis.order == 0) continue;
      throw std::invalid_argument(
          "gaussian_filter: order must be 0 for an image of integers, which have no room for "
          "derivatives, is " +
          std::to_string(axis.order) + "; convert it to float or double");
    }
  }
  return axes;
}

// The planes in one pass over the memory, then the slices, if they are filtered, in another.
template <class T>
void filter_by_windows(const T* image, PlaneShape shape, const std::array<Axis, 3>& axes,
                       const GaussianFilterOptions& options, int threads, T* out) {
  using W = Work<T, T>;
  const bool in_planes = axes[0].is_active() || axes[1].is_active() || !axes[2].is_active();
  const bool is_twice = in_planes && axes[2].is_active();
  const PlaneShape stack{shape.rows * shape.cols, shape.planes, 1};
  const index_t count = stack.rows * stack.cols;
  require_room(static_cast<double>(count) * (sizeof(T) + (is_twice ? sizeof(W) : 0)) +
                   work_bytes<W>(shape, axes[0], axes[1], threads) +
                   work_bytes<W>(stack, {0, 0, 0}, axes[2], threads),
               options.memory_budget);

  const Col<double> down = weights(axes[0], options.discretisation);
  const Col<double> across = weights(axes[1], options.discretisation);
  const Col<double> through = weights(axes[2], options.discretisation);
  const Col<double> one(1, arma::fill::ones);
  const SeparableFilter planes{down, across, options.boundary, options.constant};
  const SeparableFilter slices{one, through, options.boundary, options.constant};
  if (!axes[2].is_active()) {
    filter_planes(where, image, shape, planes, threads, out);
  } else if (!in_planes) {
    filter_planes(where, image, stack, slices, threads, out);
  } else {
    Col<W> between(count, arma::fill::none);
    filter_planes(where, image, shape, planes, threads, between.memptr());
    filter_planes(where, between.memptr(), stack, slices, threads, out);
  }
}

// One axis after the other, each with its own pass over the memory; floats in place.
template <class T>
void filter_by_recursions(const T* image, PlaneShape shape, const std::array<Axis, 3>& axes,
                          const GaussianFilterOptions& options, int threads, T* out) {
  using W = Work<T, T>;
  if (options.discretisation != Discretisation::sampled) {
    throw std::invalid_argument(
        "gaussian_filter: discretisation must be sampled for the recursive method");
  }
  if (options.radius) {
    throw std::invalid_argument(
        "gaussian_filter: radius must be left out for the recursive method, whose windows have no "
        "end, is " +
        std::to_string(*options.radius));
  }
  const index_t count = shape.rows * shape.cols * shape.planes;
  std::vector<std::size_t> active;
  for (std::size_t a = 0; a < 3; ++a) {
    if (axes[a].is_active()) active.push_back(a);
  }
  const bool needs_room = std::is_integral_v<T> && active.size() > 1;
  const std::size_t work = recursive_bytes(std::max({shape.rows, shape.cols, shape.planes}));
  require_room(static_cast<double>(count) * (sizeof(T) + (needs_room ? sizeof(W) : 0)) +
                   threads * static_cast<double>(work),
               options.memory_budget);

  Col<W> between(needs_room ? count : 0, arma::fill::none);
  const auto pass = [&](std::size_t a, const auto* from, auto* to) {
    const ExponentialSum sum = exponential_sum(axes[a].sigma, axes[a].order);
    const bool in_planes = a < 2;
    filter_recursively(where, from, in_planes ? shape.rows : shape.rows * shape.cols,
                       in_planes ? shape.cols : shape.planes, in_planes ? shape.planes : 1,
                       a == 0 ? 0 : 1, sum, options.boundary, options.constant, threads, to);
  };
  if (active.empty()) std::copy_n(image, count, out);
  for (std::size_t i = 0; i < active.size(); ++i) {
    if constexpr (std::is_integral_v<T>) {
      const bool is_first = i == 0, is_last = i + 1 == active.size();
      if (is_first && is_last) pass(active[i], image, out);
      if (is_first && !is_last) pass(active[i], image, between.memptr());
      if (!is_first && is_last) pass(active[i], std::as_const(between).memptr(), out);
      if (!is_first && !is_last) {
        pass(active[i], std::as_const(between).memptr(), between.memptr());
      }
    } else {
      pass(active[i], i == 0 ? image : out, out);
    }
  }
}

template <class T>
void filter(const T* image, PlaneShape shape, std::array<double, 3> sigma,
            const GaussianFilterOptions& options, T* out) {
  const std::array<Axis, 3> axes = axes_of<T>(sigma, options);
  const int threads = resolve_threads(options.threads, where);
  // Before tasks that write to the same page at the same time, which would clear it twice.
  const index_t bytes = shape.rows * shape.cols * shape.planes * sizeof(T);
  take_pages(out, bytes, threads);
  if (options.method == FilterMethod::recursive) {
    filter_by_recursions(image, shape, axes, options, threads, out);
  } else {
    filter_by_windows(image, shape, axes, options, threads, out);
  }
}

void require_image(const char* name, index_t count, const std::string& shape) {
  if (count == 0) {
    throw std::invalid_argument("gaussian_filter: " + std::string(name) +
                                " must not be empty, is " + shape);
  }
}

}  // namespace

template <class T>
Mat<T> gaussian_filter(const Mat<T>& image, std::array<double, 2> sigma,
                       const GaussianFilterOptions& options) {
  require_image("image", image.n_elem,
                std::to_string(image.n_rows) + " x " + std::to_string(image.n_cols));
  Mat<T> out(image.n_rows, image.n_cols, arma::fill::none);
  filter(image.memptr(), {image.n_rows, image.n_cols, 1}, {sigma[0], sigma[1], 0}, options,
         out.memptr());
  return out;
}

template <class T>
Mat<T> gaussian_filter(const Mat<T>& image, double sigma, const GaussianFilterOptions& options) {
  return gaussian_filter(image, std::array{sigma, sigma}, options);
}

template <class T>
Col<T> gaussian_filter(const Col<T>& signal, double sigma, const GaussianFilterOptions& options) {
  require_image("signal", signal.n_elem, "0 x 1");
  Col<T> out(signal.n_rows, arma::fill::none);
  filter(signal.memptr(), {signal.n_rows, 1, 1}, {sigma, 0, 0}, options, out.memptr());
  return out;
}

template <class T>
arma::Cube<T> gaussian_filter(const arma::Cube<T>& image, std::array<double, 3> sigma,
                              const GaussianFilterOptions& options) {
  require_image("image", image.n_elem,
                std::to_string(image.n_rows) + " x " + std::to_string(image.n_cols) + " x " +
                    std::to_string(image.n_slices));
  arma::Cube<T> out(image.n_rows, image.n_cols, image.n_slices, arma::fill::none);
  filter(image.memptr(), {image.n_rows, image.n_cols, image.n_slices}, sigma, options,
         out.memptr());
  return out;
}

template <class T>
arma::Cube<T> gaussian_filter(const arma::Cube<T>& image, double sigma,
                              const GaussianFilterOptions& options) {
  return gaussian_filter(image, std::array{sigma, sigma, sigma}, options);
}

index_t gaussian_radius(double sigma, int order, const GaussianFilterOptions& options) {
  require_positive("gaussian_radius: truncate", options.truncate);
  return static_cast<index_t>(std::min(axis_of(sigma, order, options).radius, 1e18));
}

#define MERCER_INSTANTIATE(T)                                                           \
  template Mat<T> gaussian_filter(const Mat<T>&, double, const GaussianFilterOptions&); \
  template Mat<T> gaussian_filter(const Mat<T>&, std::array<double, 2>,                 \
                                  const GaussianFilterOptions&);                        \
  template Col<T> gaussian_filter(const Col<T>&, double, const GaussianFilterOptions&); \
  template arma::Cube<T> gaussian_filter(const arma::Cube<T>&, double,                  \
                                         const GaussianFilterOptions&);                 \
  template arma::Cube<T> gaussian_filter(const arma::Cube<T>&, std::array<double, 3>,   \
                                         const GaussianFilterOptions&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
MERCER_INSTANTIATE(std::uint8_t)
MERCER_INSTANTIATE(std::uint16_t)
#undef MERCER_INSTANTIATE

}  // namespace mercer
