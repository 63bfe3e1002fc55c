// See scatter.h.

#include "scatter.h"

#include <algorithm>

namespace mlx_ts {

namespace {

/** Axes from the front, each inside and none twice. */
std::vector<int> normal_axes(const mx::array& a, const std::vector<int>& axes) {
  int ndim = static_cast<int>(a.ndim());
  std::vector<int> out;
  out.reserve(axes.size());
  for (int axis : axes) {
    if (axis < -ndim || axis >= ndim) {
      throw bad_value(
          "axis " + std::to_string(axis) + " is out of bounds for an array of " +
              std::to_string(ndim) + " axes",
          "SHAPE");
    }
    int normal = axis < 0 ? axis + ndim : axis;
    if (std::find(out.begin(), out.end(), normal) != out.end()) {
      throw bad_value("axis " + std::to_string(axis) + " was given twice", "SHAPE");
    }
    out.push_back(normal);
  }
  return out;
}

/** Slice sizes: one for each axis, none beyond it. */
const mx::Shape& slice_sizes_inside(const mx::array& a, const mx::Shape& slice_sizes) {
  per_axis(a, slice_sizes);
  for (size_t i = 0; i < slice_sizes.size(); i++) {
    int most = a.shape(static_cast<int>(i));
    if (slice_sizes[i] < 0 || slice_sizes[i] > most) {
      throw bad_value(
          "a slice size of " + std::to_string(slice_sizes[i]) + " was given for an axis of size " +
              std::to_string(most) + ", it must be in 0.." + std::to_string(most),
          "SHAPE");
    }
  }
  return slice_sizes;
}

/** The int64 of `starts`, kept in 0..most; negative ones count from the end of an axis of size n. */
mx::array kept_inside(
    const mx::array& starts,
    const mx::array& n,
    const mx::array& most,
    mx::StreamOrDevice s) {
  auto wide = mx::astype(starts, mx::int64, s);
  // Of uint64, what int64 cannot hold is beyond every axis.
  if (starts.dtype() == mx::uint64) {
    wide = mx::where(mx::less(wide, mx::array(int64_t{0}), s), n, wide, s);
  } else {
    wide = mx::where(mx::less(wide, mx::array(int64_t{0}), s), mx::add(wide, n, s), wide, s);
  }
  return mx::clip(wide, mx::array(int64_t{0}), most, s);
}

/**
 * Index arrays for slices of these sizes along these axes. For single elements that is `clamped`; a longer
 * slice must also end inside its axis.
 */
std::vector<mx::array> starts_inside(
    const mx::array& a,
    const std::vector<mx::array>& indices,
    const std::vector<int>& axes,
    const mx::Shape& slice_sizes,
    mx::StreamOrDevice s) {
  if (indices.size() != axes.size()) {
    throw bad_value(
        std::to_string(indices.size()) + " index arrays were given for " +
            std::to_string(axes.size()) + " axes, there must be one for each",
        "SHAPE");
  }
  std::vector<mx::array> out;
  out.reserve(indices.size());
  for (size_t i = 0; i < indices.size(); i++) {
    const auto& index = indices[i];
    integral(index);
    // MLX counts index elements in an int.
    if (index.size() > INT32_MAX) throw bad_value("an index array has more than 2^31-1 elements");
    int n = a.shape(axes[i]);
    int most = n - slice_sizes[axes[i]];
    if (!clamping() || most == 0) {
      // A slice of the whole axis can start at 0 alone.
      out.push_back(!clamping() ? index : mx::zeros_like(index, s));
    } else if (slice_sizes[axes[i]] == 1) {
      out.push_back(clamped(index, a, axes[i], s));
    } else {
      out.push_back(kept_inside(index, mx::array(int64_t{n}), mx::array(int64_t{most}), s));
    }
  }
  return out;
}

/**
 * Starts of one dynamic slice of these sizes. MLX takes negative ones for huge ones, and reads them one
 * after the other whatever their strides are.
 */
mx::array start_inside(
    const mx::array& a,
    const mx::array& start,
    const std::vector<int>& axes,
    const mx::Shape& slice_sizes,
    mx::StreamOrDevice s) {
  integral(start);
  if (start.ndim() > 1 || start.size() != axes.size()) {
    throw bad_value(
        "starts of " + std::to_string(start.size()) + " elements were given for " +
            std::to_string(axes.size()) + " axes, they must be a list with one for each",
        "SHAPE");
  }
  if (!clamping()) return mx::contiguous(start, false, s);
  std::vector<int64_t> n, most;
  for (int axis : axes) {
    n.push_back(a.shape(axis));
    most.push_back(a.shape(axis) - slice_sizes[axis]);
  }
  auto as_array = [&](const std::vector<int64_t>& list) {
    return mx::array(list.begin(), start.shape(), mx::int64);
  };
  return mx::contiguous(kept_inside(start, as_array(n), as_array(most), s), false, s);
}

/**
 * `masked_scatter` whose gradient is safe: MLX's own adds to places behind the last value, by the count of
 * true places. Here each true place picks its value; where there are too few, the last one again.
 */
mx::array scattered_by_gather(
    const mx::array& a,
    const mx::array& mask,
    const mx::array& value,
    mx::StreamOrDevice s) {
  // The shapes are refused, or not, as MLX does it; nothing of this is computed.
  mx::masked_scatter(a, mask, value, s);
  if (a.size() == 0) return a;
  auto over = mask.shape();
  over.resize(a.ndim(), 1);
  auto places = mx::broadcast_to(mx::reshape(mask, over, s), a.shape(), s);
  // Along the axes that the mask lacks, one value's elements lie side by side.
  mx::Shape part(a.shape().begin() + mask.ndim(), a.shape().end());
  int rows = value.ndim() > part.size() ? value.shape(0) : 1;
  part.insert(part.begin(), rows);
  auto values = mx::flatten(mx::broadcast_to(mx::astype(value, a.dtype(), s), part, s), s);
  auto counted = mx::cumsum(mx::astype(mx::flatten(mask, s), mx::int32, s), 0, false, true, s);
  auto row = mx::clip(mx::subtract(counted, mx::array(1), s), mx::array(0), mx::array(rows - 1), s);
  int width = static_cast<int>(values.size()) / rows;
  auto picked = mx::take(mx::reshape(values, {rows, width}, s), row, 0, s);
  return mx::where(places, mx::reshape(picked, a.shape(), s), a, s);
}

} // namespace

mx::array gathered(
    const mx::array& a,
    const std::vector<mx::array>& indices,
    const std::vector<int>& axes,
    const mx::Shape& slice_sizes,
    mx::StreamOrDevice s) {
  auto normal = normal_axes(a, axes);
  slice_sizes_inside(a, slice_sizes);
  return mx::gather(a, starts_inside(a, indices, normal, slice_sizes, s), normal, slice_sizes, s);
}

mx::array scattered(
    Scatter scatter,
    const mx::array& a,
    const std::vector<mx::array>& indices,
    const mx::array& updates,
    const std::vector<int>& axes,
    mx::StreamOrDevice s) {
  auto normal = normal_axes(a, axes);
  if (updates.ndim() < a.ndim()) {
    throw bad_value(
        "updates of " + std::to_string(updates.ndim()) + " axes were given for an array of " +
            std::to_string(a.ndim()) + "; their shape is that of the indices, then one size for each axis",
        "SHAPE");
  }
  mx::Shape written(updates.shape().end() - a.ndim(), updates.shape().end());
  slice_sizes_inside(a, written);
  // MLX divides by the sizes of updates.
  if (updates.size() == 0) return a;
  return scatter(a, starts_inside(a, indices, normal, written, s), updates, normal, s);
}

mx::array scattered_by_mask(
    const mx::array& a,
    const mx::array& mask,
    const mx::array& value,
    mx::StreamOrDevice s) {
  if (mask.dtype() != mx::bool_) {
    throw bad_kind("the mask must be bool; compare first, for example a.greater(0)");
  }
  // MLX counts the mask's elements in an int, and divides by the sizes of the value.
  if (a.size() > INT32_MAX) throw bad_value("the array has more than 2^31-1 elements");
  if (value.size() == 0 && a.size() > 0) {
    throw bad_value("the value is empty, it must have an element for each place of the mask", "SHAPE");
  }
  if (!value.is_tracer()) return mx::masked_scatter(a, mask, value, s);
  return scattered_by_gather(a, mask, value, s);
}

mx::array dynamic_slice(
    const mx::array& a,
    const mx::array& start,
    const std::vector<int>& axes,
    const mx::Shape& slice_size,
    mx::StreamOrDevice s) {
  auto normal = normal_axes(a, axes);
  slice_sizes_inside(a, slice_size);
  return mx::slice(a, start_inside(a, start, normal, slice_size, s), normal, slice_size, s);
}

mx::array dynamic_slice_update(
    const mx::array& a,
    const mx::array& update,
    const mx::array& start,
    const std::vector<int>& axes,
    mx::StreamOrDevice s) {
  auto normal = normal_axes(a, axes);
  if (update.ndim() > a.ndim()) {
    throw bad_value(
        "an update of " + std::to_string(update.ndim()) + " axes was given for an array of " +
            std::to_string(a.ndim()),
        "SHAPE");
  }
  // The update fills the leading axes that it lacks, but for those with a start: there it is one row.
  size_t lacking = a.ndim() - update.ndim();
  mx::Shape written(a.shape());
  for (size_t i = 0; i < a.ndim(); i++) {
    bool starts = std::find(normal.begin(), normal.end(), static_cast<int>(i)) != normal.end();
    if (i >= lacking) written[i] = update.shape(static_cast<int>(i - lacking));
    else if (starts) written[i] = 1;
  }
  slice_sizes_inside(a, written);
  auto inside = start_inside(a, start, normal, written, s);
  if (update.size() == 0) return a;
  return mx::slice_update(a, update, inside, normal, s);
}

} // namespace mlx_ts
