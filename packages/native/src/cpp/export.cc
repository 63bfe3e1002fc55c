// Functions in files: MLX traces a JavaScript function and writes its graph (.mlxfn), or reads one. And
// graphs as DOT text. Files that MLX may not believe: exported.cc.

#include "mlx/backend/cpu/encoder.h"
#include "mlx/export.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "depth.h"
#include "exported.h"
#include "mlx/graph_utils.h"
#include "mlx/primitives.h"
#include "transforms.h"

namespace mlx_ts {

namespace {

using Arrays = std::vector<mx::array>;

struct Exporter {
  std::unique_ptr<mx::FunctionExporter> exporter;
  /** What traces with a running call's function. */
  std::function<Arrays(const Arrays&)> trace;
  bool shapeless = false;
  /** What MLX told of the graph, for exports to a function. */
  std::vector<mx::ExportCallbackInput> told;
};

struct Tables {
  int32_t next_id = 1;
  std::unordered_map<int32_t, std::unique_ptr<Exporter>> exporters;
  std::unordered_map<int32_t, std::unique_ptr<mx::ImportedFunction>> imported;
};

Tables& tables_of(Addon& addon) {
  if (!addon.exported) addon.exported = std::make_shared<Tables>();
  return *static_cast<Tables*>(addon.exported.get());
}

std::string text(const Call& call, napi_value value) {
  return Napi::Value(call.env, value).ToString().Utf8Value();
}

std::vector<std::string> texts(const Call& call, napi_value value) {
  auto list = Napi::Value(call.env, value).As<Napi::Array>();
  std::vector<std::string> out;
  for (uint32_t i = 0; i < list.Length(); i++) out.push_back(text(call, list.Get(i)));
  return out;
}

/** Positional arguments, and behind them those with names. */
std::pair<mx::Args, mx::Kwargs> arguments(const Call& call, napi_value list, napi_value names) {
  auto all = call.arrays(call.int32(list));
  auto keys = texts(call, names);
  mx::Args args(all.begin(), all.end() - static_cast<int>(keys.size()));
  mx::Kwargs kwargs;
  for (size_t i = 0; i < keys.size(); i++) kwargs.insert({keys[i], all[args.size() + i]});
  return {std::move(args), std::move(kwargs)};
}

bool dense(const mx::array& a) {
  return a.flags().row_contiguous && a.data_size() == a.size();
}

/**
 * MLX writes constants as they lie in memory: those that are spread are copied into order, and those
 * without memory, which are another transform's tracers, are refused.
 */
void settle_constants(Arrays& outputs, const Arrays& tracers) {
  std::unordered_map<std::uintptr_t, mx::array> settled;
  for (auto& tracer : tracers) settled.insert({tracer.id(), tracer});
  auto settle = [&](mx::array& a) {
    if (a.has_primitive()) return;
    auto found = settled.find(a.id());
    if (found == settled.end()) {
      if (!a.data_shared_ptr()) {
        throw bad_value("the function reads an argument of another transform; export it outside");
      }
      a.eval();
      mx::array constant = a;
      if (!dense(a)) {
        constant = mx::contiguous(a);
        constant.eval();
        constant.detach();
      }
      found = settled.insert({a.id(), constant}).first;
    }
    a = found->second;
  };
  walk(outputs, tracers, [&](const mx::array& node) {
    auto place = node;
    for (auto& input : place.inputs()) settle(input);
  });
  for (auto& output : outputs) settle(output);
}

/** exporter(file or null, shapeless, metadata): an id. */
napi_value exporter(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    auto made = std::make_unique<Exporter>();
    auto* self = made.get();
    self->shapeless = call.boolean(argv[1]);
    std::function<Arrays(const mx::Args&, const mx::Kwargs&)> fun =
        [self](const mx::Args& args, const mx::Kwargs& kwargs) {
          // MLX has sorted the keywords, and we give them in this order.
          std::map<std::string, mx::array> sorted(kwargs.begin(), kwargs.end());
          Arrays all(args);
          for (auto& [_, value] : sorted) all.push_back(value);
          return self->trace(all);
        };
    napi_valuetype type;
    napi_typeof(env, argv[0], &type);
    if (type == napi_string) {
      self->exporter = std::make_unique<mx::FunctionExporter>(
          mx::exporter(text(call, argv[0]), fun, self->shapeless, text(call, argv[2])));
    } else {
      auto tell = [self](const mx::ExportCallbackInput& told) { self->told.push_back(told); };
      self->exporter = std::make_unique<mx::FunctionExporter>(
          mx::exporter(mx::ExportCallback(tell), fun, self->shapeless));
    }
    auto& tables = tables_of(call.addon);
    int32_t id = tables.next_id++;
    tables.exporters.emplace(id, std::move(made));
    return integer(env, id);
  });
}

using Avals = std::vector<std::tuple<std::string, mx::Shape, mx::Dtype>>;

/** Parts of what MLX tells, as JavaScript. */
struct Telling {
  Call& call;
  /** Handles of constants, in the order in which they are told. */
  Arrays& constants;

  Napi::Value operator()(const std::string& value) const {
    return Napi::String::New(call.env, value);
  }
  Napi::Value operator()(const Avals& list) const {
    auto out = Napi::Array::New(call.env, list.size());
    for (uint32_t i = 0; i < list.size(); i++) {
      auto& [name, shape, dtype] = list[i];
      auto item = Napi::Object::New(call.env);
      item.Set("name", name);
      item.Set("shape", numbers(shape));
      item.Set("dtype", dtype_code(dtype));
      out.Set(i, item);
    }
    return out;
  }
  Napi::Value operator()(const std::vector<std::pair<std::string, mx::array>>& list) const {
    auto out = Napi::Array::New(call.env, list.size());
    for (uint32_t i = 0; i < list.size(); i++) {
      out.Set(i, list[i].first);
      constants.push_back(list[i].second);
    }
    return out;
  }
  Napi::Value operator()(const std::vector<std::pair<std::string, std::string>>& list) const {
    auto out = Napi::Array::New(call.env, list.size());
    for (uint32_t i = 0; i < list.size(); i++) {
      auto pair = Napi::Array::New(call.env, 2);
      pair.Set(0u, list[i].first);
      pair.Set(1u, list[i].second);
      out.Set(i, pair);
    }
    return out;
  }
  Napi::Value operator()(const std::vector<mx::StateT>& list) const {
    auto out = Napi::Array::New(call.env, list.size());
    for (uint32_t i = 0; i < list.size(); i++) {
      out.Set(i, std::visit([this](auto& value) { return parameter(value); }, list[i]));
    }
    return out;
  }

 private:
  template <class List>
  Napi::Value numbers(const List& list) const {
    auto out = Napi::Array::New(call.env);
    for (auto item : list) out.Set(out.Length(), static_cast<double>(item));
    return out;
  }
  template <class T>
  Napi::Value parameter(const T& value) const {
    if constexpr (std::is_same_v<T, bool>) {
      return Napi::Boolean::New(call.env, value);
    } else if constexpr (std::is_arithmetic_v<T>) {
      return Napi::Number::New(call.env, static_cast<double>(value));
    } else if constexpr (std::is_same_v<T, mx::Dtype>) {
      // The only parameter that is an object: TypeScript puts the dtype's name there.
      auto out = Napi::Object::New(call.env);
      out.Set("dtype", dtype_code(value));
      return out;
    } else if constexpr (std::is_same_v<T, std::string>) {
      return Napi::String::New(call.env, value);
    } else if constexpr (std::is_same_v<T, std::optional<float>>) {
      return value ? Napi::Value(Napi::Number::New(call.env, *value)) : call_null();
    } else if constexpr (std::is_same_v<T, std::vector<std::tuple<bool, bool, bool>>>) {
      auto out = Napi::Array::New(call.env);
      for (auto [a, b, c] : value) out.Set(out.Length(), numbers(std::vector<int>{a, b, c}));
      return out;
    } else if constexpr (std::is_same_v<T, std::vector<std::variant<bool, int, float>>>) {
      auto out = Napi::Array::New(call.env);
      for (auto& item : value) {
        out.Set(out.Length(), std::visit([this](auto& part) { return parameter(part); }, item));
      }
      return out;
    } else {
      return numbers(value);
    }
  }
  Napi::Value call_null() const {
    napi_value out;
    napi_get_null(call.env, &out);
    return Napi::Value(call.env, out);
  }
};

/** exportTrace(id, fn, list, names): what MLX told of the graph; the constants wait in the results buffer. */
napi_value export_trace(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) -> napi_value {
    auto& exporters = tables_of(call.addon).exporters;
    auto found = exporters.find(call.int32(argv[0]));
    if (found == exporters.end()) throw bad_state("RELEASED", "the exporter was closed");
    auto& self = *found->second;
    auto [args, kwargs] = arguments(call, argv[2], argv[3]);
    self.trace = [&](const Arrays& tracers) {
      FreeShapes free(call.addon, self.shapeless);
      auto outputs = call_js(call, argv[1], tracers);
      if (outputs.empty()) throw bad_kind("the function must return at least one array");
      settle_constants(outputs, tracers);
      return outputs;
    };
    self.told.clear();
    (*self.exporter)(args, kwargs);
    Arrays constants;
    Telling telling{call, constants};
    auto out = Napi::Array::New(env, self.told.size());
    for (uint32_t i = 0; i < self.told.size(); i++) {
      auto entry = Napi::Object::New(env);
      for (auto& [key, value] : self.told[i]) entry.Set(key, std::visit(telling, value));
      out.Set(i, entry);
    }
    self.told.clear();
    call.addon.put_results(constants, call.op);
    return out;
  });
}

/** closeExporter(id): closes its file; an unknown id is ignored. */
napi_value close_exporter(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    tables_of(call.addon).exporters.erase(call.int32(argv[0]));
    return nullptr;
  });
}

/** importFunction(file): [id, metadata] */
napi_value import_function(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) -> napi_value {
    auto path = text(call, argv[0]);
    std::unique_ptr<mx::ImportedFunction> function;
    try {
      check_exported(path, static_cast<double>(call.addon.memory_size));
      function = std::make_unique<mx::ImportedFunction>(mx::import_function(path));
    } catch (const Refusal&) {
      throw;
    } catch (const std::exception& e) {
      throw bad_state("FILE", "[importFunction] " + path + " cannot be read: " + e.what());
    }
    auto& tables = tables_of(call.addon);
    auto out = Napi::Array::New(env, 2);
    out.Set(0u, Napi::Number::New(env, tables.next_id));
    out.Set(1u, function->metadata());
    tables.imported.emplace(tables.next_id++, std::move(function));
    return out;
  });
}

/** MLX's message, which lists what the file has, under our name. */
Arrays called(const mx::ImportedFunction& function, const mx::Args& args, const mx::Kwargs& kwargs) {
  try {
    return function(args, kwargs);
  } catch (const std::invalid_argument& e) {
    std::string said = e.what();
    throw bad_value("[importFunction] " + said.substr(said.find("] ") + 2), "SHAPE");
  }
}

/** Whether this thread can compute on a stream. */
bool usable(const Addon& addon, const mx::Stream& s) {
  if (s.device.type == mx::Device::cpu) {
    try {
      mx::cpu::get_command_encoder(s);
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }
  if (mx::peek_default_stream(s.device) == s) return true;
  return std::any_of(addon.streams.begin(), addon.streams.end(), [&](auto& own) {
    return own.stream == s && !own.cleared;
  });
}

/**
 * MLX lets imported functions compute on the first stream of their device in this process. Where that is
 * another thread's, or was cleared, this thread's default stream takes its place.
 */
void use_own_streams(const Addon& addon, Arrays& outputs, const Arrays& inputs) {
  std::map<int, bool> known;
  walk(outputs, inputs, [&](const mx::array& node) {
    if (!node.has_primitive()) return;
    auto& stream = const_cast<mx::Stream&>(node.primitive().stream());
    auto [found, is_new] = known.try_emplace(stream.index, true);
    if (is_new) found->second = usable(addon, stream);
    if (!found->second) stream = mx::default_stream(stream.device);
  });
}

/** callImported(id, list, names): outputs. */
napi_value call_imported(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    auto& imported = tables_of(call.addon).imported;
    auto found = imported.find(call.int32(argv[0]));
    if (found == imported.end()) throw bad_state("RELEASED", "the imported function was released");
    auto [args, kwargs] = arguments(call, argv[1], argv[2]);
    auto outputs = called(*found->second, args, kwargs);
    Arrays inputs(args);
    for (auto& [_, value] : kwargs) inputs.push_back(value);
    check_graph(outputs, inputs, true);
    use_own_streams(call.addon, outputs, inputs);
    return integer(env, static_cast<int32_t>(call.addon.put_results(outputs, call.op)));
  });
}

/** disposeImported(id); an unknown id is ignored. */
napi_value dispose_imported(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    tables_of(call.addon).imported.erase(call.int32(argv[0]));
    return nullptr;
  });
}

/** exportToDot(outputs, named, names): the graph as DOT text. */
napi_value export_to_dot(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) -> napi_value {
    auto outputs = call.arrays(call.int32(argv[0]));
    auto named = call.arrays(call.int32(argv[1]));
    auto names = texts(call, argv[2]);
    refuse_deep(outputs, {});
    mx::NodeNamer namer;
    for (size_t i = 0; i < named.size() && i < names.size(); i++) namer.set_name(named[i], names[i]);
    std::ostringstream out;
    mx::export_to_dot(out, std::move(namer), outputs);
    return Napi::String::New(env, out.str());
  });
}

} // namespace

void register_export(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "exporter", exporter);
  add_function(exports, addon, "exportTrace", export_trace, "exportFunction");
  add_function(exports, addon, "closeExporter", close_exporter);
  add_function(exports, addon, "importFunction", import_function);
  add_function(exports, addon, "callImported", call_imported, "importFunction");
  add_function(exports, addon, "disposeImported", dispose_imported);
  add_function(exports, addon, "exportToDot", export_to_dot);
}

} // namespace mlx_ts
