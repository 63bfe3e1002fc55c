// Functions with derivatives and batching of their own, and checkpoints. Their JavaScript functions are
// part of the graph: MLX calls them when the graph is transformed. What they give is checked here, since
// MLX reads it by position.

#include "depth.h"
#include "references.h"
#include "vmap.h"

#include "mlx/transforms.h"

namespace mlx_ts {

namespace {

/** What a custom function's JavaScript function is asked for; src/transforms.ts has the same numbers. */
enum Rule : uint32_t { kForward, kVjp, kJvp, kVmap };

using Arrays = std::vector<mx::array>;
using Held = std::shared_ptr<HeldFunction>;

std::string sizes_of(const mx::array& a) {
  std::string text;
  for (int n : a.shape()) text += (text.empty() ? "" : ", ") + std::to_string(n);
  return "[" + text + "]";
}

/** Derivatives: one for each of `like`, of its shape. */
Arrays derivatives(const char* what, Arrays given, const Arrays& like) {
  if (given.size() != like.size()) {
    throw bad_value(
        std::string(what) + " gave " + std::to_string(given.size()) + " arrays, it must give " +
            std::to_string(like.size()),
        "SHAPE");
  }
  for (size_t i = 0; i < given.size(); i++) {
    if (given[i].shape() == like[i].shape()) continue;
    throw bad_value(
        std::string(what) + " gave an array of shape " + sizes_of(given[i]) + " where one of " +
            sizes_of(like[i]) + " was expected",
        "SHAPE");
  }
  return given;
}

/** Writes plain integers behind the handles that JavaScript is to have. */
void put_integers(Addon& addon, const std::vector<int>& values, uint32_t offset) {
  addon.reserve_results(offset + static_cast<uint32_t>(values.size()));
  std::copy(values.begin(), values.end(), addon.scratch.results + offset);
}

Arrays forward(const Held& held, const Arrays& inputs) {
  return held->with([&](Call& call, napi_value function) {
    uint32_t count = call.addon.put_results(inputs, call.op);
    auto [items, n] = call_with_results(call, function, {kForward, count, 0, 0});
    auto outputs = taken(call, items, n);
    refuse_deep(outputs, inputs);
    // MLX takes the stream of the first.
    if (outputs.empty()) throw bad_kind("the function must return at least one array");
    return outputs;
  });
}

Arrays vjp_of(const Held& held, const Arrays& primals, const Arrays& cotangents, const Arrays& outputs) {
  return held->with([&](Call& call, napi_value function) {
    uint32_t a = call.addon.put_results(primals, call.op);
    uint32_t b = call.addon.put_results(cotangents, call.op, a);
    uint32_t c = call.addon.put_results(outputs, call.op, b);
    auto [items, n] = call_with_results(call, function, {kVjp, a, b - a, c - b});
    return derivatives("[customFunction.vjp] the rule", taken(call, items, n), primals);
  });
}

Arrays jvp_of(
    const Held& held,
    const std::vector<mx::Shape>& outputs,
    const Arrays& primals,
    const Arrays& tangents,
    const std::vector<int>& argnums) {
  return held->with([&](Call& call, napi_value function) {
    uint32_t a = call.addon.put_results(primals, call.op);
    uint32_t b = call.addon.put_results(tangents, call.op, a);
    put_integers(call.addon, argnums, b);
    auto [items, n] = call_with_results(
        call, function, {kJvp, a, b - a, static_cast<uint32_t>(argnums.size())});
    Arrays like;
    for (auto& shape : outputs) like.emplace_back(shape, mx::float32, nullptr, Arrays{});
    return derivatives("[customFunction.jvp] the rule", taken(call, items, n), like);
  });
}

/** The batched outputs and their axes, which come behind them; -1 is an output that is not batched. */
std::pair<Arrays, std::vector<int>> vmap_of(
    const Held& held,
    size_t output_count,
    const Arrays& inputs,
    const std::vector<int>& axes) {
  int batch = 1;
  for (size_t i = 0; i < axes.size(); i++) {
    if (axes[i] >= 0) batch = inputs[i].shape(axes[i]);
  }
  return held->with([&](Call& call, napi_value function) {
    uint32_t a = call.addon.put_results(inputs, call.op);
    put_integers(call.addon, axes, a);
    auto [items, n] =
        call_with_results(call, function, {kVmap, a, static_cast<uint32_t>(axes.size()), 0});
    // Copied: taking over handles may use the buffer again.
    std::vector<int> out_axes(items + n / 2, items + n);
    auto outputs = taken(call, items, n / 2);
    if (outputs.size() != output_count) {
      throw bad_value(
          "[customFunction.vmap] the rule gave " + std::to_string(outputs.size()) + " arrays, the function gives " +
              std::to_string(output_count),
          "SHAPE");
    }
    for (size_t i = 0; i < outputs.size(); i++) {
      auto& out = outputs[i];
      // MLX takes -1 for the last axis: what is not batched is repeated here.
      if (out_axes[i] < 0) {
        out = mx::repeat(mx::expand_dims(out, 0), batch, 0);
        out_axes[i] = 0;
      }
      if (out_axes[i] >= static_cast<int>(out.ndim()) || out.shape(out_axes[i]) != batch) {
        throw bad_value(
            "[customFunction.vmap] the rule gave an array of shape " + sizes_of(out) + " whose axis " +
                std::to_string(out_axes[i]) + " is not the batch of " + std::to_string(batch),
            "SHAPE");
      }
    }
    return std::pair{std::move(outputs), std::move(out_axes)};
  });
}

using VmapRule = std::function<std::pair<Arrays, std::vector<int>>(const Arrays&, const std::vector<int>&)>;

/** What batches a function without a rule: MLX's own way would have MLX's faults; see vmap.cc. */
VmapRule batched_by(const ArrayFunction& fun) {
  return [fun](const Arrays& inputs, const std::vector<int>& axes) {
    auto example = [&fun](const Arrays& in) {
      auto outputs = fun(in);
      return Example{outputs, std::vector<int>(outputs.size(), 0)};
    };
    auto outputs = batched(example, inputs, axes);
    std::vector<int> out_axes(outputs.size(), 0);
    return std::pair{std::move(outputs), std::move(out_axes)};
  };
}

/** customFunction(fn, rules, inputs): outputs; bits of `rules` say which rules fn has. */
napi_value custom_function(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    auto held = std::make_shared<HeldFunction>(call, argv[0]);
    auto rules = static_cast<uint32_t>(call.int32(argv[1]));
    auto inputs = call.arrays(call.int32(argv[2]));
    auto has = [rules](Rule rule) { return (rules >> rule & 1) != 0; };
    // Filled by the forward pass, which MLX makes at once; later calls are of other examples.
    auto shapes = std::make_shared<std::vector<mx::Shape>>();
    auto fun = [held, shapes](const Arrays& in) {
      auto outputs = forward(held, in);
      if (shapes->empty()) {
        for (auto& out : outputs) shapes->push_back(out.shape());
      }
      return outputs;
    };
    std::optional<std::function<Arrays(const Arrays&, const Arrays&, const Arrays&)>> vjp;
    if (has(kVjp)) {
      vjp = [held](const Arrays& primals, const Arrays& cotangents, const Arrays& outputs) {
        return vjp_of(held, primals, cotangents, outputs);
      };
    }
    std::optional<std::function<Arrays(const Arrays&, const Arrays&, const std::vector<int>&)>> jvp;
    if (has(kJvp)) {
      jvp = [held, shapes](const Arrays& primals, const Arrays& tangents, const std::vector<int>& argnums) {
        return jvp_of(held, *shapes, primals, tangents, argnums);
      };
    }
    auto vmap = batched_by(fun);
    if (has(kVmap)) {
      vmap = [held, shapes](const Arrays& in, const std::vector<int>& axes) {
        return vmap_of(held, shapes->size(), in, axes);
      };
    }
    auto outputs = mx::custom_function(fun, vjp, jvp, vmap)(inputs);
    return integer(env, static_cast<int32_t>(call.addon.put_results(outputs, call.op)));
  });
}

/** checkpoint(fn, inputs): outputs, whose gradient computes fn again. */
napi_value checkpoint(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    auto held = std::make_shared<HeldFunction>(call, argv[0]);
    auto inputs = call.arrays(call.int32(argv[1]));
    ArrayFunction fun = [held](const Arrays& in) { return forward(held, in); };
    auto again = [fun](const Arrays& primals, const Arrays& cotangents, const Arrays& outputs) {
      // Not before the forward pass is done, else both would hold their intermediate values.
      return mx::vjp(fun, mx::depends(primals, outputs), cotangents).second;
    };
    auto outputs = mx::custom_function(fun, again, std::nullopt, batched_by(fun))(inputs);
    return integer(env, static_cast<int32_t>(call.addon.put_results(outputs, call.op)));
  });
}

/** depends(inputs, dependencies): the inputs, computed after the dependencies. */
napi_value depends(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    auto inputs = call.arrays(call.int32(argv[0]));
    auto dependencies = call.arrays(call.int32(argv[1]));
    // MLX reads the first of them.
    auto outputs = inputs.empty() ? inputs : mx::depends(inputs, dependencies);
    return integer(env, static_cast<int32_t>(call.addon.put_results(outputs, call.op)));
  });
}

} // namespace

void register_custom(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "customFunction", custom_function);
  add_function(exports, addon, "checkpoint", checkpoint);
  add_function(exports, addon, "depends", depends);
}

} // namespace mlx_ts
