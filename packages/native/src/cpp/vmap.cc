// Batching a JavaScript function over axes of its arguments. MLX traces it and has a rule for each
// primitive; the graph is walked here, because MLX's walk recurses, and because some of its rules are wrong.

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "depth.h"
#include "mlx/primitives.h"
#include "mlx/transforms_impl.h"
#include "vmap.h"

namespace mlx_ts {

namespace {

using Arrays = std::vector<mx::array>;

/** More examples than this are not computed one by one: each is a node of the graph. */
constexpr int kMostExamples = 1 << 16;

/** Arrays and the batch axis of each; -1 is none. */
struct Batch {
  Arrays arrays;
  std::vector<int> axes;
};

/** Where the batch is, if it is anywhere, becomes axis 0; else the array is repeated along it. */
mx::array batch_first(const mx::array& a, int axis, int size) {
  if (axis > 0) return mx::moveaxis(a, axis, 0);
  if (axis == 0) return a;
  auto shape = a.shape();
  shape.insert(shape.begin(), size);
  return mx::broadcast_to(mx::expand_dims(a, 0), shape);
}

/** One example of a batch; unlike a take, it may have no elements. */
mx::array example(const mx::array& batch, int axis, int n) {
  mx::Shape start(batch.ndim(), 0), stop = batch.shape();
  start[axis] = n;
  stop[axis] = n + 1;
  return mx::squeeze(mx::slice(batch, start, stop), axis);
}

class Batching {
 public:
  explicit Batching(int size) : size_(size) {}

  void put(const mx::array& example, const mx::array& batched, int axis) {
    batched_.insert({example.id(), {batched, axis}});
  }

  /** An output of the example, batched along an axis; -1 is for an output that is the same for all. */
  mx::array result(const mx::array& example, int axis) const {
    auto found = batched_.find(example.id());
    if (axis < 0) {
      if (found == batched_.end()) return example;
      throw bad_value("an output whose axis is null depends on a batched argument; give it an axis", "SHAPE");
    }
    if (found == batched_.end()) return mx::repeat(mx::expand_dims(example, axis), size_, axis);
    auto& [out, at] = found->second;
    return at == axis ? out : mx::moveaxis(out, at, axis);
  }

  /** Batches one node of the example's graph, whose inputs are done. */
  void visit(const mx::array& node) {
    auto in = inputs_of(node);
    if (std::all_of(in.axes.begin(), in.axes.end(), [](int axis) { return axis < 0; })) return;
    auto outputs = node.outputs();
    auto out = apply(node, std::move(in), outputs);
    for (size_t i = 0; i < outputs.size(); i++) {
      outputs[i].set_tracer(false);
      put(outputs[i], out.arrays[i], out.axes[i]);
    }
  }

 private:
  struct Place {
    mx::array array;
    int axis;
  };

  Batch inputs_of(const mx::array& node) const {
    Batch in;
    for (auto& input : node.inputs()) {
      auto found = batched_.find(input.id());
      in.arrays.push_back(found == batched_.end() ? input : found->second.array);
      in.axes.push_back(found == batched_.end() ? -1 : found->second.axis);
    }
    return in;
  }

  /** MLX's rule for a primitive, or what gives the same where the rule is wrong. */
  Batch apply(const mx::array& node, Batch in, const Arrays& outputs) const {
    auto& primitive = node.primitive();
    std::string name = primitive.name();
    // There is nothing to compute, and some rules divide by the number of examples.
    if (size_ == 0) return one_by_one(node, in, outputs);
    // It names one axis for two results.
    if (name == "DivMod") return one_by_one(node, in, outputs);
    // It forgets the groups.
    if (name == "Convolution" && in.axes[1] >= 0) return one_by_one(node, in, outputs);
    // It forgets that the matrices are triangular.
    if (name == "Inverse") {
      auto batch = batch_first(in.arrays[0], in.axes[0], size_);
      return {{mx::array(batch.shape(), batch.dtype(), node.primitive_ptr(), {batch})}, {0}};
    }
    // It has none, and is needed for checkpoints.
    if (name == "Depends") {
      in = all_batched(in);
      auto from = in.arrays.begin() + static_cast<int>(outputs.size());
      Arrays inputs(in.arrays.begin(), from), before(from, in.arrays.end());
      return {mx::depends(inputs, before), std::vector<int>(outputs.size(), 0)};
    }
    // They expect that every operand is batched.
    for (const char* careless : {"BitwiseAnd", "BitwiseOr", "BitwiseXor", "LeftShift", "RightShift", "AddMM"}) {
      if (name == careless) in = all_batched(in);
    }
    auto out = by_rule(node, in);
    return out && fits(*out, outputs) ? *out : one_by_one(node, in, outputs);
  }

  /** MLX's rule; nothing where the primitive has none, or none for these operands. */
  std::optional<Batch> by_rule(const mx::array& node, const Batch& in) const {
    Batch out;
    auto rule = [&] {
      std::tie(out.arrays, out.axes) = node.primitive_ptr()->vmap(in.arrays, in.axes);
    };
    if (size_ > kMostExamples) {
      rule();
      return out;
    }
    try {
      rule();
    } catch (const std::invalid_argument&) {
      return std::nullopt;
    } catch (const std::runtime_error&) {
      return std::nullopt;
    }
    return out;
  }

  Batch all_batched(const Batch& in) const {
    Batch out;
    for (size_t i = 0; i < in.arrays.size(); i++) {
      out.arrays.push_back(batch_first(in.arrays[i], in.axes[i], size_));
      out.axes.push_back(0);
    }
    return out;
  }

  /** Whether each array is its example's with the batch at its axis. */
  bool fits(const Batch& out, const Arrays& examples) const {
    if (out.arrays.size() != examples.size() || out.axes.size() != examples.size()) return false;
    for (size_t i = 0; i < examples.size(); i++) {
      auto shape = examples[i].shape();
      int axis = out.axes[i];
      if (axis < 0 || axis > static_cast<int>(shape.size())) return false;
      shape.insert(shape.begin() + axis, size_);
      if (out.arrays[i].shape() != shape || out.arrays[i].dtype() != examples[i].dtype()) return false;
    }
    return true;
  }

  /** The primitive for each example by itself, stacked. */
  Batch one_by_one(const mx::array& node, const Batch& in, const Arrays& examples) const {
    std::vector<mx::Shape> shapes;
    std::vector<mx::Dtype> dtypes;
    for (auto& example : examples) {
      shapes.push_back(example.shape());
      dtypes.push_back(example.dtype());
    }
    // It counts on elements that lie in a row.
    bool in_a_row = std::string(node.primitive().name()) == "AsStrided";
    std::vector<Arrays> results(examples.size());
    for (int n = 0; n < size_; n++) {
      Arrays inputs;
      for (size_t i = 0; i < in.arrays.size(); i++) {
        inputs.push_back(in.axes[i] < 0 ? in.arrays[i] : example(in.arrays[i], in.axes[i], n));
        if (in_a_row) inputs.back() = mx::contiguous(inputs.back());
      }
      auto outputs = mx::array::make_arrays(shapes, dtypes, node.primitive_ptr(), inputs);
      for (size_t i = 0; i < outputs.size(); i++) results[i].push_back(outputs[i]);
    }
    Batch out;
    for (size_t i = 0; i < examples.size(); i++) {
      auto shape = shapes[i];
      shape.insert(shape.begin(), 0);
      out.arrays.push_back(size_ == 0 ? mx::zeros(shape, dtypes[i]) : mx::stack(results[i]));
      out.axes.push_back(0);
    }
    return out;
  }

  int size_;
  std::unordered_map<std::uintptr_t, Place> batched_;
};

} // namespace

std::vector<mx::array> batched(
    const std::function<Example(const Arrays&)>& fun,
    const Arrays& inputs,
    const std::vector<int>& axes) {
  std::vector<int> out_axes;
  auto [examples, outputs] = mx::detail::vmap_trace(
      [&](const Arrays& tracers) {
        auto [arrays, places] = fun(tracers);
        out_axes = std::move(places);
        return arrays;
      },
      inputs,
      axes);
  size_t first = std::find_if(axes.begin(), axes.end(), [](int axis) { return axis >= 0; }) - axes.begin();
  if (first == axes.size()) return outputs;
  Batching batching(inputs[first].shape(axes[first]));
  for (size_t i = 0; i < examples.size(); i++) {
    if (axes[i] < 0) continue;
    examples[i].set_tracer(false);
    batching.put(examples[i], inputs[i], axes[i]);
  }
  walk(outputs, examples, [&](const mx::array& node) {
    if (node.has_primitive()) batching.visit(node);
  });
  for (size_t i = 0; i < outputs.size(); i++) outputs[i] = batching.result(outputs[i], out_axes[i]);
  return outputs;
}

namespace {

/** vmap(fn, inputs, axes): fn gives its outputs and behind them their axes; an axis of -1 is none. */
napi_value vmap(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    auto inputs = call.arrays(call.int32(argv[1]));
    auto [items, count] = call.list(call.int32(argv[2]));
    std::vector<int> axes(items, items + count);
    auto example = [&](const Arrays& tracers) {
      uint32_t given = call.addon.put_results(tracers, call.op);
      auto [handles, n] = call_with_results(call, argv[0], {given});
      std::vector<int> out_axes(handles + n / 2, handles + n);
      return Example{taken(call, handles, n / 2), std::move(out_axes)};
    };
    auto outputs = batched(example, inputs, axes);
    return integer(env, static_cast<int32_t>(call.addon.put_results(outputs, call.op)));
  });
}

} // namespace

void register_vmap(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "vmap", vmap);
}

} // namespace mlx_ts
