// From a C++ lambda to a JavaScript function: the binder decodes each argument by the lambda's
// parameter type, calls it, and wraps what it returns. An op is then one line; see ops/*.cc.
#pragma once

#include <initializer_list>
#include <string>
#include <tuple>
#include <type_traits>

#include "decode.h"

namespace mlx_ts {

/** An operand that may be a weak scalar; it behaves as the array it stands for. */
class Operand {
 public:
  Handle code = 0;

  bool is_array() const {
    return code >= 0;
  }
  void read(const Call& call, Handle given) {
    code = given;
    if (is_array()) array_ = &call.array(code);
  }
  /** Makes a scalar's array, of a dtype that suits the one beside it. */
  void settle(const Call& call, const mx::Dtype* beside) {
    own_.emplace(weak_scalar(call, code, beside ? std::optional(*beside) : std::nullopt));
    array_ = &*own_;
  }
  const mx::array& get() const {
    return *array_;
  }
  operator const mx::array&() const {
    return *array_;
  }

  mx::Dtype dtype() const {
    return array_->dtype();
  }

 private:
  const mx::array* array_ = nullptr;
  std::optional<mx::array> own_;
};

/** An operand or null. */
class OptionalOperand {
 public:
  Handle code = kNull;
  const Call* call = nullptr;
  std::optional<mx::Dtype> beside;

  bool has_value() const {
    return code != kNull;
  }
  /** The array; a scalar takes `dtype`, or else the dtype of the arrays beside it. */
  std::optional<mx::array> as_optional(std::optional<mx::Dtype> dtype = {}) const {
    if (!has_value()) return std::nullopt;
    return code >= 0 ? call->array(code) : weak_scalar(*call, code, dtype ? dtype : beside);
  }
};

/** How an argument of type T is read from a napi_value; `stored` is what is kept during the call. */
template <class T>
struct Argument;

template <>
struct Argument<int> {
  using stored = int;
  static int read(const Call& call, napi_value v) {
    return call.int32(v);
  }
};
template <>
struct Argument<double> {
  using stored = double;
  static double read(const Call& call, napi_value v) {
    return call.number(v);
  }
};
template <>
struct Argument<std::optional<double>> {
  using stored = std::optional<double>;
  static stored read(const Call& call, napi_value v) {
    double out;
    return napi_get_value_double(call.env, v, &out) == napi_ok ? stored(out) : std::nullopt;
  }
};
template <>
struct Argument<std::string> {
  using stored = std::string;
  static stored read(const Call& call, napi_value v) {
    return call.text(v);
  }
};
template <>
struct Argument<bool> {
  using stored = bool;
  static bool read(const Call& call, napi_value v) {
    return call.boolean(v);
  }
};
template <>
struct Argument<std::optional<bool>> {
  using stored = std::optional<bool>;
  static stored read(const Call& call, napi_value v) {
    bool out;
    return napi_get_value_bool(call.env, v, &out) == napi_ok ? stored(out) : std::nullopt;
  }
};
template <>
struct Argument<std::optional<int>> {
  using stored = std::optional<int>;
  static stored read(const Call& call, napi_value v) {
    int i = call.int32(v);
    return i == kNull ? std::nullopt : stored(i);
  }
};
template <>
struct Argument<mx::Dtype> {
  using stored = mx::Dtype;
  static stored read(const Call& call, napi_value v) {
    return dtype_from_code(call.int32(v));
  }
};
template <>
struct Argument<std::optional<mx::Dtype>> {
  using stored = std::optional<mx::Dtype>;
  static stored read(const Call& call, napi_value v) {
    int code = call.int32(v);
    return code < 0 ? std::nullopt : stored(dtype_from_code(code));
  }
};
template <>
struct Argument<Place> {
  using stored = Place;
  static stored read(const Call& call, napi_value v) {
    int code = call.int32(v);
    return code == 0 ? Place{} : Place{place_from_code(call.addon, code)};
  }
};
template <>
struct Argument<mx::array> {
  using stored = std::reference_wrapper<const mx::array>;
  static stored read(const Call& call, napi_value v) {
    return call.array(call.int32(v));
  }
};
template <>
struct Argument<std::optional<mx::array>> {
  using stored = std::optional<mx::array>;
  static stored read(const Call& call, napi_value v) {
    int handle = call.int32(v);
    return handle == kNull ? std::nullopt : stored(call.array(handle));
  }
};
template <>
struct Argument<Operand> {
  using stored = Operand;
  static stored read(const Call& call, napi_value v) {
    Operand operand;
    operand.read(call, call.int32(v));
    return operand;
  }
};
template <>
struct Argument<OptionalOperand> {
  using stored = OptionalOperand;
  static stored read(const Call& call, napi_value v) {
    OptionalOperand operand;
    operand.code = call.int32(v);
    operand.call = &call;
    return operand;
  }
};
template <>
struct Argument<std::vector<mx::array>> {
  using stored = std::vector<mx::array>;
  static stored read(const Call& call, napi_value v) {
    return call.arrays(call.int32(v));
  }
};
template <>
struct Argument<std::pair<int, int>> {
  using stored = std::pair<int, int>;
  static stored read(const Call& call, napi_value v) {
    auto [items, count] = call.list(call.int32(v));
    if (count != 2) throw bad_kind("two integers were expected inside the addon");
    return {items[0], items[1]};
  }
};

template <>
struct Argument<std::tuple<int, int, int>> {
  using stored = std::tuple<int, int, int>;
  static stored read(const Call& call, napi_value v) {
    auto [items, count] = call.list(call.int32(v));
    if (count != 3) throw bad_kind("three integers were expected inside the addon");
    return {items[0], items[1], items[2]};
  }
};

template <class List>
struct ListArgument {
  using stored = List;
  static stored read(const Call& call, napi_value v) {
    auto [items, count] = call.list(call.int32(v));
    return List(items, items + count);
  }
};
template <>
struct Argument<std::vector<int>> : ListArgument<std::vector<int>> {};
template <>
struct Argument<mx::Shape> : ListArgument<mx::Shape> {};

template <class List>
struct OptionalListArgument {
  using stored = std::optional<List>;
  static stored read(const Call& call, napi_value v) {
    int position = call.int32(v);
    if (position < 0) return std::nullopt;
    auto [items, count] = call.list(position);
    return List(items, items + count);
  }
};
template <>
struct Argument<std::optional<std::vector<int>>> : OptionalListArgument<std::vector<int>> {};
template <>
struct Argument<std::optional<mx::Shape>> : OptionalListArgument<mx::Shape> {};

/** Weak scalars take after the first array among the call's operands. */
template <class... Stored>
void resolve_operands(const Call& call, std::tuple<Stored...>& args) {
  constexpr bool weak =
      ((std::is_same_v<Stored, Operand> || std::is_same_v<Stored, OptionalOperand>) || ...);
  if constexpr (weak) {
    const mx::Dtype* beside = nullptr;
    std::optional<mx::Dtype> found;
    bool scalars = false;
    auto look = [&](auto& arg) {
      using T = std::decay_t<decltype(arg)>;
      if constexpr (std::is_same_v<T, Operand>) {
        if (!arg.is_array()) scalars = true;
        else if (!found) found = arg.dtype();
      } else if constexpr (std::is_same_v<T, OptionalOperand>) {
        if (arg.has_value() && arg.code < 0) scalars = true;
        else if (!found && arg.has_value()) found = call.array(arg.code).dtype();
      }
    };
    std::apply([&](auto&... arg) { (look(arg), ...); }, args);
    if (!scalars) return;
    if (found) beside = &*found;
    auto settle = [&](auto& arg) {
      using T = std::decay_t<decltype(arg)>;
      if constexpr (std::is_same_v<T, Operand>) {
        if (!arg.is_array()) arg.settle(call, beside);
      } else if constexpr (std::is_same_v<T, OptionalOperand>) {
        arg.beside = found;
      }
    };
    std::apply([&](auto&... arg) { (settle(arg), ...); }, args);
  }
}

inline napi_value returned(const Call& call, mx::array&& a) {
  napi_value out;
  napi_create_int32(call.env, call.addon.put(std::move(a), call.op), &out);
  return out;
}
inline napi_value returned(const Call& call, const std::vector<mx::array>& arrays) {
  napi_value out;
  napi_create_uint32(call.env, call.addon.put_results(arrays, call.op), &out);
  return out;
}

inline napi_value returned(const Call& call, const std::tuple<mx::array, mx::array>& both) {
  return returned(call, std::vector<mx::array>{std::get<0>(both), std::get<1>(both)});
}
inline napi_value returned(const Call& call, const std::pair<mx::array, mx::array>& both) {
  return returned(call, std::vector<mx::array>{both.first, both.second});
}

/** The word at a place among those of a choice. */
inline std::string word(int at, std::initializer_list<const char*> words) {
  if (at < 0 || static_cast<size_t>(at) >= words.size()) {
    throw bad_kind("a word of a choice was expected inside the addon");
  }
  return words.begin()[at];
}
inline std::optional<std::string> word_or_null(int at, std::initializer_list<const char*> words) {
  return at < 0 ? std::nullopt : std::optional(word(at, words));
}

template <class L, class R, class... P, size_t... I>
napi_value invoke(const Call& call, napi_value* argv, R (L::*)(P...) const, std::index_sequence<I...>) {
  std::tuple<typename Argument<std::decay_t<P>>::stored...> args{
      Argument<std::decay_t<P>>::read(call, argv[I])...};
  resolve_operands(call, args);
  return returned(call, L{}(std::get<I>(args)...));
}

template <class T>
struct arity;
template <class L, class R, class... P>
struct arity<R (L::*)(P...) const> {
  static constexpr size_t count = sizeof...(P);
};

/** The JavaScript function for a lambda without captures. */
template <class L>
napi_value thunk(napi_env env, napi_callback_info info) {
  constexpr auto call_operator = &L::operator();
  constexpr size_t count = arity<decltype(&L::operator())>::count;
  size_t argc = count;
  napi_value argv[count == 0 ? 1 : count];
  void* data;
  napi_get_cb_info(env, info, &argc, argv, nullptr, &data);
  auto* self = static_cast<Function*>(data);
  return guarded(*self->addon, self->name, [&] {
    Call call{*self->addon, self->name, env};
    return invoke(call, argv, call_operator, std::make_index_sequence<count>{});
  });
}

/** Collects the ops of all families. */
class Registry {
 public:
  Registry(Napi::Object exports, Addon& addon) : exports_(exports), addon_(addon) {}

  template <class L>
  void add(const char* name, L) {
    add_function(exports_, addon_, name, thunk<L>);
  }
  /** An op of a namespace: users know it by another name than the backend. */
  template <class L>
  void add(const char* name, const char* op, L) {
    add_function(exports_, addon_, name, thunk<L>, op);
  }

 private:
  Napi::Object exports_;
  Addon& addon_;
};

void register_ops(Registry& ops);

} // namespace mlx_ts
