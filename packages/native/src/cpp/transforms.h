// Calling back into JavaScript from MLX's transforms.
#pragma once

#include <functional>

#include "decode.h"
#include "guards.h"

namespace mlx_ts {

/** Sets a flag for as long as it lives. */
class Flag {
 public:
  Flag(bool& flag, bool value) : flag_(flag), outer_(std::exchange(flag, value)) {}
  ~Flag() {
    flag_ = outer_;
  }
  Flag(const Flag&) = delete;
  Flag& operator=(const Flag&) = delete;

 private:
  bool& flag_;
  bool outer_;
};

/**
 * While a function is traced whose shapes are free: what is empty stays in the graph, and indices are kept
 * in range when the graph is used, since the range is not known yet.
 */
class FreeShapes {
 public:
  FreeShapes(Addon& addon, bool free)
      : trace_(addon.shapeless_trace, free || addon.shapeless_trace),
        clamp_(clamp_indices(), !free && clamp_indices()) {}

 private:
  Flag trace_;
  Flag clamp_;
};

/** A function as MLX transforms it. */
using ArrayFunction = std::function<std::vector<mx::array>(const std::vector<mx::array>&)>;

/**
 * Calls a JavaScript function (...counts) => position: the handles that it is to have wait in the results
 * buffer and belong to it; the handles that it gives come as a list. What it throws stays pending, and
 * JsPending unwinds MLX.
 */
std::pair<const int32_t*, uint32_t>
call_with_results(const Call& call, napi_value function, std::initializer_list<uint32_t> counts);

/** Takes over the arrays that JavaScript gave away. */
std::vector<mx::array> taken(const Call& call, const int32_t* handles, uint32_t count);

/**
 * Calls a JavaScript function of lists of arrays. MLX then walks the graph of what it returns by
 * recursion: a graph too deep for this thread's stack is refused; see depth.h.
 */
std::vector<mx::array> call_js(const Call& call, napi_value function, const std::vector<mx::array>& inputs);

} // namespace mlx_ts
