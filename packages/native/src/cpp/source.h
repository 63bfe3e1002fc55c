// Reading MLX's binary values from a file that may be damaged: nothing is read beyond its end, and no list
// is believed to be longer than the file.
#pragma once

#include <fstream>
#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <variant>

#include "decode.h"

namespace mlx_ts {

/** The file is not what it should be. */
struct Damaged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Source {
 public:
  explicit Source(const std::string& path) : file_(path, std::ios::binary | std::ios::ate) {
    if (!file_) throw Damaged("it cannot be opened");
    left_ = static_cast<uint64_t>(file_.tellg());
    file_.seekg(0);
  }

  /** Bytes that were not read yet. */
  uint64_t left() const {
    return left_;
  }
  void bytes(char* to, uint64_t count) {
    take(count);
    if (!file_.read(to, static_cast<std::streamsize>(count))) throw Damaged("it cannot be read");
  }
  void skip(uint64_t count) {
    take(count);
    file_.seekg(static_cast<std::streamoff>(count), std::ios::cur);
  }

  /** The number of items in a list, each of which takes some bytes. */
  uint64_t count() {
    auto n = read<uint64_t>();
    if (n > left_) throw Damaged("a list is longer than the file");
    return n;
  }

  /** A value of a type, as MLX writes it. */
  template <class T>
  T read() {
    if constexpr (std::is_same_v<T, bool>) {
      auto byte = read<uint8_t>();
      if (byte > 1) throw Damaged("a truth value is neither 0 nor 1");
      return byte == 1;
    } else if constexpr (std::is_arithmetic_v<T>) {
      T value;
      bytes(reinterpret_cast<char*>(&value), sizeof value);
      return value;
    } else if constexpr (std::is_enum_v<T>) {
      return static_cast<T>(read<int>());
    } else if constexpr (std::is_same_v<T, std::nullptr_t>) {
      return nullptr;
    } else if constexpr (std::is_same_v<T, mx::Dtype>) {
      return dtype();
    } else if constexpr (std::is_same_v<T, std::string>) {
      std::string text(count(), '\0');
      bytes(text.data(), text.size());
      return text;
    } else {
      return compound(static_cast<T*>(nullptr));
    }
  }

 private:
  void take(uint64_t count) {
    if (count > left_) throw Damaged("it ends too early");
    left_ -= count;
  }

  mx::Dtype dtype() {
    auto value = read<int>();
    auto size = read<uint8_t>();
    for (int32_t code = 0; code < 14; code++) {
      auto known = dtype_from_code(code);
      if (static_cast<int>(known.val()) == value && known.size() == size) return known;
    }
    throw Damaged("there is no dtype " + std::to_string(value));
  }

  // Overloads by type; the pointer only names it.
  template <class A, class B>
  std::pair<A, B> compound(std::pair<A, B>*) {
    auto a = read<A>();
    return {a, read<B>()};
  }
  template <class... T>
  std::tuple<T...> compound(std::tuple<T...>*) {
    // In braces the order of evaluation is the order of reading.
    return std::tuple<T...>{read<T>()...};
  }
  template <class List>
  auto compound(List*) -> decltype(std::declval<List>().push_back(std::declval<typename List::value_type>()), List()) {
    List list;
    auto n = count();
    for (uint64_t i = 0; i < n; i++) list.push_back(read<typename List::value_type>());
    return list;
  }

  std::ifstream file_;
  uint64_t left_ = 0;
};

} // namespace mlx_ts
