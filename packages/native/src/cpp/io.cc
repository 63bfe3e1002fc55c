// Files that MLX reads and writes itself: safetensors. Elements are loaded when they are used.

#include "decode.h"

namespace mlx_ts {

namespace {

/** MLX's own failures while reading or writing are about the file. */
template <class F>
napi_value file_call(napi_env env, napi_callback_info raw, F&& body) {
  Napi::CallbackInfo info(env, raw);
  auto* self = static_cast<Function*>(info.Data());
  return guarded(*self->addon, self->name, [&]() -> napi_value {
    Call call{*self->addon, self->name, env};
    try {
      return body(call, info);
    } catch (const Refusal&) {
      throw;
    } catch (const Napi::Error&) {
      throw;
    } catch (const std::exception& e) {
      throw bad_state("FILE", e.what());
    }
  });
}

std::unordered_map<std::string, std::string> text_map(const Napi::Object& object) {
  std::unordered_map<std::string, std::string> out;
  auto names = object.GetPropertyNames();
  for (uint32_t i = 0; i < names.Length(); i++) {
    auto name = names.Get(i).As<Napi::String>();
    out.emplace(name.Utf8Value(), object.Get(name).As<Napi::String>().Utf8Value());
  }
  return out;
}

/** loadSafetensors(file): { names, metadata }; the handles wait in the results buffer. */
napi_value load_safetensors(napi_env env, napi_callback_info raw) {
  return file_call(env, raw, [env](Call& call, Napi::CallbackInfo& info) -> napi_value {
    auto [arrays, metadata] = mx::load_safetensors(info[0].As<Napi::String>().Utf8Value());
    auto names = Napi::Array::New(env, arrays.size());
    std::vector<mx::array> values;
    values.reserve(arrays.size());
    for (auto& [name, value] : arrays) {
      for (int n : value.shape()) {
        if (n < 0) throw bad_state("FILE", "the size " + std::to_string(n) + " of \"" + name + "\" is negative");
      }
      names.Set(static_cast<uint32_t>(values.size()), name);
      values.push_back(value);
    }
    // Pairs: an object would take the name __proto__ for its prototype.
    auto texts = Napi::Array::New(env);
    for (auto& [name, text] : metadata) {
      auto pair = Napi::Array::New(env, 2);
      pair.Set(0u, name);
      pair.Set(1u, text);
      texts.Set(texts.Length(), pair);
    }
    auto out = Napi::Object::New(env);
    out.Set("names", names);
    out.Set("metadata", texts);
    call.addon.put_results(values, call.op);
    return out;
  });
}

/** saveSafetensors(file, names, list, metadata) */
napi_value save_safetensors(napi_env env, napi_callback_info raw) {
  return file_call(env, raw, [](Call& call, Napi::CallbackInfo& info) -> napi_value {
    auto names = info[1].As<Napi::Array>();
    auto values = call.arrays(call.int32(info[2]));
    std::unordered_map<std::string, mx::array> arrays;
    for (uint32_t i = 0; i < names.Length(); i++) {
      arrays.insert({names.Get(i).As<Napi::String>().Utf8Value(), values.at(i)});
    }
    mx::save_safetensors(
        info[0].As<Napi::String>().Utf8Value(), arrays, text_map(info[3].As<Napi::Object>()));
    return nullptr;
  });
}

} // namespace

void register_io(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "loadSafetensors", load_safetensors);
  add_function(exports, addon, "saveSafetensors", save_safetensors);
}

} // namespace mlx_ts
