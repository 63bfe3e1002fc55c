// Files between JavaScript and MLX: parts of files as lazy arrays, and the writers of MLX (npy, safetensors,
// gguf). What may be in a file is checked by core before it comes here.

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "io_file.h"

namespace mlx_ts {

namespace {

/** Runs a file function; MLX's own failures in it are about the file. */
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
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& e) {
      throw bad_state("FILE", e.what());
    }
  });
}

using OpenFile = std::shared_ptr<const File>;

OpenFile& open_file(const Napi::Value& value) {
  auto& file = *value.As<Napi::External<OpenFile>>().Data();
  if (!file) throw bad_state("FILE", "the file was closed");
  return file;
}

/** openFile(path): a file whose parts may be read. */
napi_value open_path(napi_env env, napi_callback_info raw) {
  return file_call(env, raw, [env](Call&, Napi::CallbackInfo& info) -> napi_value {
    auto file = std::make_unique<OpenFile>(std::make_shared<const File>(info[0].As<Napi::String>().Utf8Value()));
    auto out = Napi::External<OpenFile>::New(env, file.get(), [](Napi::BasicEnv, OpenFile* gone) { delete gone; });
    file.release();
    return out;
  });
}

/** fileSize(file) */
napi_value file_size(napi_env env, napi_callback_info raw) {
  return file_call(env, raw, [env](Call&, Napi::CallbackInfo& info) -> napi_value {
    return number(env, static_cast<double>(open_file(info[0])->size()));
  });
}

/** readFile(file, offset, into): fills bytes. */
napi_value read_file(napi_env env, napi_callback_info raw) {
  return file_call(env, raw, [](Call& call, Napi::CallbackInfo& info) -> napi_value {
    auto into = info[2].As<Napi::Uint8Array>();
    auto offset = static_cast<uint64_t>(call.number(info[1]));
    open_file(info[0])->read(reinterpret_cast<char*>(into.Data()), into.ByteLength(), offset);
    return nullptr;
  });
}

/** fileArray(file, offset, shape, dtype, bigEndian, place): a lazy array. */
napi_value file_array(napi_env env, napi_callback_info raw) {
  return file_call(env, raw, [env](Call& call, Napi::CallbackInfo& info) -> napi_value {
    auto [sizes, ndim] = call.list(call.int32(info[2]));
    Span span{
        static_cast<uint64_t>(call.number(info[1])),
        mx::Shape(sizes, sizes + ndim),
        dtype_from_code(call.int32(info[3])),
        call.boolean(info[4])};
    auto out = array_in(open_file(info[0]), span, place_from_code(call.addon, call.int32(info[5])));
    return integer(env, call.addon.put(std::move(out), call.op));
  });
}

/** closeFile(file): arrays keep it open until they are computed. */
napi_value close_file(napi_env env, napi_callback_info raw) {
  return file_call(env, raw, [](Call&, Napi::CallbackInfo& info) -> napi_value {
    info[0].As<Napi::External<OpenFile>>().Data()->reset();
    return nullptr;
  });
}

/** Hands what MLX writes to a JavaScript function, on its thread, in pieces. */
class FunctionWriter : public mx::io::Writer {
 public:
  explicit FunctionWriter(Napi::Function write) : write_(write) {}

  bool is_open() const override {
    return true;
  }
  bool good() const override {
    return true;
  }
  size_t tell() override {
    return at_;
  }
  void seek(int64_t, std::ios_base::seekdir) override {
    throw std::runtime_error("what is written here cannot be written twice");
  }
  void write(const char* data, size_t n) override {
    constexpr size_t kPiece = size_t{1} << 26;
    while (n > 0) {
      Napi::HandleScope scope(write_.Env());
      size_t m = std::min(n, kPiece);
      auto piece = Napi::Uint8Array::New(write_.Env(), m);
      std::memcpy(piece.Data(), data, m);
      write_.Call({piece});
      data += m;
      n -= m;
      at_ += m;
    }
  }
  std::string label() const override {
    return "function";
  }

 private:
  Napi::Function write_;
  size_t at_ = 0;
};

/** A path, or a function that takes the bytes. */
std::shared_ptr<mx::io::Writer> writer(const Napi::Value& to) {
  if (to.IsFunction()) return std::make_shared<FunctionWriter>(to.As<Napi::Function>());
  return std::make_shared<mx::io::FileWriter>(to.As<Napi::String>().Utf8Value());
}

/** saveNpy(to, array) */
napi_value save_npy(napi_env env, napi_callback_info raw) {
  return file_call(env, raw, [](Call& call, Napi::CallbackInfo& info) -> napi_value {
    mx::save(writer(info[0]), call.array(call.int32(info[1])));
    return nullptr;
  });
}

std::unordered_map<std::string, mx::array> named_arrays(const Call& call, const Napi::Value& names, int32_t list) {
  auto values = call.arrays(list);
  auto texts = names.As<Napi::Array>();
  std::unordered_map<std::string, mx::array> out;
  for (uint32_t i = 0; i < texts.Length(); i++) {
    out.insert({texts.Get(i).As<Napi::String>().Utf8Value(), values.at(i)});
  }
  return out;
}

/** saveSafetensors(to, names, list, metadata as pairs) */
napi_value save_safetensors(napi_env env, napi_callback_info raw) {
  return file_call(env, raw, [](Call& call, Napi::CallbackInfo& info) -> napi_value {
    auto pairs = info[3].As<Napi::Array>();
    std::unordered_map<std::string, std::string> metadata;
    for (uint32_t i = 0; i < pairs.Length(); i++) {
      auto pair = pairs.Get(i).As<Napi::Array>();
      metadata.emplace(pair.Get(0u).As<Napi::String>().Utf8Value(), pair.Get(1u).As<Napi::String>().Utf8Value());
    }
    mx::save_safetensors(writer(info[0]), named_arrays(call, info[1], call.int32(info[2])), std::move(metadata));
    return nullptr;
  });
}

/** loadGguf(path): { names, metadata }; the handles wait in the results, those of the metadata behind. */
napi_value load_gguf(napi_env env, napi_callback_info raw) {
  return file_call(env, raw, [env](Call& call, Napi::CallbackInfo& info) -> napi_value {
    auto [arrays, metadata] = mx::load_gguf(info[0].As<Napi::String>().Utf8Value());
    auto names = Napi::Array::New(env, arrays.size());
    std::vector<mx::array> values;
    for (auto& [name, value] : arrays) {
      names.Set(static_cast<uint32_t>(values.size()), name);
      values.push_back(value);
    }
    // Pairs: an object would take the name __proto__ for its prototype.
    auto entries = Napi::Array::New(env, metadata.size());
    uint32_t count = 0;
    for (auto& [name, value] : metadata) {
      auto entry = Napi::Array::New(env, 2);
      entry.Set(0u, name);
      if (auto* text = std::get_if<std::string>(&value)) {
        entry.Set(1u, *text);
      } else if (auto* texts = std::get_if<std::vector<std::string>>(&value)) {
        auto list = Napi::Array::New(env, texts->size());
        for (uint32_t i = 0; i < texts->size(); i++) {
          Napi::HandleScope scope(env);
          list.Set(i, (*texts)[i]);
        }
        entry.Set(1u, list);
      } else if (auto* array = std::get_if<mx::array>(&value)) {
        entry.Set(1u, static_cast<double>(values.size()));
        values.push_back(*array);
      }
      entries.Set(count++, entry);
    }
    auto out = Napi::Object::New(env);
    out.Set("names", names);
    out.Set("metadata", entries);
    call.addon.put_results(values, call.op);
    call.addon.report_memory();
    return out;
  });
}

/** saveGguf(path, names, list, metadata as pairs of a name and a text, texts, or an array's handle) */
napi_value save_gguf(napi_env env, napi_callback_info raw) {
  return file_call(env, raw, [](Call& call, Napi::CallbackInfo& info) -> napi_value {
    auto pairs = info[3].As<Napi::Array>();
    std::unordered_map<std::string, mx::GGUFMetaData> metadata;
    for (uint32_t i = 0; i < pairs.Length(); i++) {
      auto pair = pairs.Get(i).As<Napi::Array>();
      auto& value = metadata[pair.Get(0u).As<Napi::String>().Utf8Value()];
      Napi::Value given = pair.Get(1u);
      if (given.IsString()) {
        value = given.As<Napi::String>().Utf8Value();
      } else if (given.IsArray()) {
        auto list = given.As<Napi::Array>();
        std::vector<std::string> texts;
        for (uint32_t j = 0; j < list.Length(); j++) texts.push_back(list.Get(j).As<Napi::String>().Utf8Value());
        value = std::move(texts);
      } else {
        value = call.array(call.int32(given));
      }
    }
    mx::save_gguf(
        info[0].As<Napi::String>().Utf8Value(),
        named_arrays(call, info[1], call.int32(info[2])),
        std::move(metadata));
    return nullptr;
  });
}

} // namespace

void register_io(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "openFile", open_path);
  add_function(exports, addon, "fileSize", file_size);
  add_function(exports, addon, "readFile", read_file);
  add_function(exports, addon, "fileArray", file_array);
  add_function(exports, addon, "closeFile", close_file);
  add_function(exports, addon, "saveNpy", save_npy);
  add_function(exports, addon, "saveSafetensors", save_safetensors);
  add_function(exports, addon, "loadGguf", load_gguf);
  add_function(exports, addon, "saveGguf", save_gguf);
}

} // namespace mlx_ts
