// grad, vjp and jvp over JavaScript functions. Trees are flattened in TypeScript: here are lists only.

#include "transforms.h"

#include "depth.h"

namespace mlx_ts {

std::pair<const int32_t*, uint32_t>
call_with_results(const Call& call, napi_value function, std::initializer_list<uint32_t> counts) {
  napi_value undefined, position;
  napi_get_undefined(call.env, &undefined);
  std::vector<napi_value> args;
  for (uint32_t count : counts) {
    args.emplace_back();
    napi_create_uint32(call.env, count, &args.back());
  }
  call.addon.tracing++;
  auto called = napi_call_function(call.env, undefined, function, args.size(), args.data(), &position);
  call.addon.tracing--;
  if (called != napi_ok) throw JsPending{};
  return call.list(call.int32(position));
}

std::vector<mx::array> taken(const Call& call, const int32_t* handles, uint32_t count) {
  std::vector<mx::array> arrays;
  arrays.reserve(count);
  for (uint32_t i = 0; i < count; i++) arrays.push_back(call.array(handles[i]));
  for (uint32_t i = 0; i < count; i++) call.addon.slots.release(handles[i]);
  return arrays;
}

std::vector<mx::array> call_js(
    const Call& call,
    napi_value function,
    const std::vector<mx::array>& inputs) {
  uint32_t count = call.addon.put_results(inputs, call.op);
  auto [items, n] = call_with_results(call, function, {count});
  auto outputs = taken(call, items, n);
  refuse_deep(outputs, inputs);
  return outputs;
}

namespace {

template <class F>
napi_value transform(napi_env env, napi_callback_info info, F&& body) {
  return native_call(env, info, [&](Call& call, napi_value* argv) {
    auto fn = [&](const std::vector<mx::array>& inputs) { return call_js(call, argv[0], inputs); };
    auto [values, derivatives] = body(call, fn, argv);
    uint32_t count = call.addon.put_results(values, call.op);
    call.addon.put_results(derivatives, call.op, count);
    return integer(env, static_cast<int32_t>(values.size()));
  });
}

/** valueAndGrad(fn, inputs, argnums): values, then gradients; returns the number of values. */
napi_value value_and_grad(napi_env env, napi_callback_info info) {
  return transform(env, info, [](Call& call, auto& fn, napi_value* argv) {
    auto inputs = call.arrays(call.int32(argv[1]));
    auto [items, count] = call.list(call.int32(argv[2]));
    std::vector<int> argnums(items, items + count);
    return mx::value_and_grad(
        ArrayFunction(fn), argnums)(inputs);
  });
}

/** vjp(fn, primals, cotangents): values, then products; returns the number of values. */
napi_value vjp(napi_env env, napi_callback_info info) {
  return transform(env, info, [](Call& call, auto& fn, napi_value* argv) {
    auto primals = call.arrays(call.int32(argv[1]));
    auto cotangents = call.arrays(call.int32(argv[2]));
    return mx::vjp(
        ArrayFunction(fn), primals, cotangents);
  });
}

/** jvp(fn, primals, tangents): values, then products; returns the number of values. */
napi_value jvp(napi_env env, napi_callback_info info) {
  return transform(env, info, [](Call& call, auto& fn, napi_value* argv) {
    auto primals = call.arrays(call.int32(argv[1]));
    auto tangents = call.arrays(call.int32(argv[2]));
    return mx::jvp(
        ArrayFunction(fn), primals, tangents);
  });
}

} // namespace

void register_transforms(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "valueAndGrad", value_and_grad);
  add_function(exports, addon, "vjp", vjp);
  add_function(exports, addon, "jvp", jvp);
}

} // namespace mlx_ts
