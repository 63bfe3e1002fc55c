// See contractions.h. einsumPath is here too: it gives no arrays, so the op table has no row for it.

#include "contractions.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "mlx/einsum.h"

#include "guards.h"

namespace mlx_ts {

namespace {

constexpr double kMost = std::numeric_limits<int32_t>::max();
/** MLX looks at all pairs of operands, and at all others for each. */
constexpr size_t kMostOperands = 64;
/** MLX names the axes of an ellipsis by the letters that are left. */
constexpr size_t kLetters = 52;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/** The terms before the arrow, and all letters. */
struct Terms {
  std::vector<std::string> inputs{""};
  std::set<char> letters;
};

/** Of subscripts that were glanced at. */
Terms terms_of(const std::string& subscripts) {
  Terms out;
  for (char c : subscripts) {
    if (c == '-') break;
    if (c == ' ') continue;
    if (is_letter(c)) out.letters.insert(c);
    if (c == ',') out.inputs.emplace_back();
    else out.inputs.back() += c;
  }
  return out;
}

size_t letters_in(const std::string& term) {
  size_t count = 0;
  for (char c : term) count += is_letter(c) ? 1 : 0;
  return count;
}

double bytes_of(double elements, const std::vector<mx::array>& operands) {
  size_t widest = 1;
  for (const auto& a : operands) widest = std::max(widest, a.itemsize());
  return elements * widest;
}

[[noreturn]] void too_large(double bytes) {
  throw bad_state(
      "OOM",
      "the product of the operands needs " + digits(std::ceil(bytes / 1e9)) + " GB, this machine has " +
          digits(std::floor(memory_size() / 1e9)) + " GB; contract fewer operands at a time");
}

/** Whether MLX multiplies more than two operands at once, which makes an array with all labels as axes. */
bool multiplies_many(const std::string& subscripts, const std::vector<mx::array>& operands) {
  for (const auto& step : mx::einsum_path(subscripts, operands).first) {
    if (step.size() > 2) return true;
  }
  return false;
}

/** What one look at the subscripts tells: enough for sums of usual size. */
struct Glance {
  uint64_t inputs = 0;
  uint64_t output = 0;
  bool ellipsis = false;
};

Glance glance(const std::string& subscripts) {
  Glance out;
  bool after = false;
  char before = 0;
  for (char c : subscripts) {
    if (c == ' ') continue;
    if (is_letter(c)) (after ? out.output : out.inputs) |= uint64_t{1} << (c - 'A');
    else if (c == '.') out.ellipsis = true;
    else if (c == '>' && before == '-' && !after) after = true;
    else if (c != ',' && (c != '-' || after)) {
      throw bad_value("the subscripts may have letters, commas, spaces, ellipses and one arrow only");
    }
    before = c;
  }
  for (uint64_t missing = out.output & ~out.inputs; missing != 0;) {
    char label = static_cast<char>('A' + std::countr_zero(missing));
    throw bad_value(std::string("the output has the label \"") + label + "\", which no operand has");
  }
  return out;
}

/** Whether nothing can be too large: all labels together have no more elements than all operands multiplied. */
bool surely_fits(const Glance& seen, const std::vector<mx::array>& operands) {
  double product = 1;
  size_t axes = 0;
  for (const auto& a : operands) {
    product *= std::max<double>(static_cast<double>(a.size()), 1);
    axes = std::max(axes, a.ndim());
  }
  if (seen.ellipsis && axes + std::popcount(seen.inputs) > kLetters) return false;
  return product <= kMost && bytes_of(product, operands) <= memory_size();
}

/** The operands of an Einstein sum, if MLX can compute it. */
const std::vector<mx::array>& summable(
    const std::string& subscripts,
    const std::vector<mx::array>& operands) {
  if (operands.size() > kMostOperands) {
    throw bad_value(
        std::to_string(operands.size()) + " operands were given, at most " + std::to_string(kMostOperands) +
        " are taken");
  }
  if (surely_fits(glance(subscripts), operands)) return operands;
  auto terms = terms_of(subscripts);
  // Other counts, and terms that do not fit their operand: MLX refuses them, with its own words.
  if (terms.inputs.size() != operands.size()) return operands;
  std::map<char, double> sizes;
  double hidden = 1;
  for (size_t i = 0; i < operands.size(); i++) {
    const auto& a = operands[i];
    const auto& term = terms.inputs[i];
    size_t labels = letters_in(term);
    bool open = term.find('.') != std::string::npos;
    if (open ? a.ndim() < labels : a.ndim() != labels) return operands;
    if (open && a.ndim() - labels + terms.letters.size() > kLetters) {
      throw bad_value("labels and the axes of an ellipsis are more than the 52 letters");
    }
    size_t axis = 0;
    double behind = 1;
    for (size_t at = 0; at < term.size(); at++) {
      if (is_letter(term[at])) {
        auto& size = sizes.emplace(term[at], 1).first->second;
        size = std::max<double>(size, a.shape(static_cast<int>(axis++)));
      } else if (at == 0 || term[at - 1] != '.') {
        for (size_t n = a.ndim() - labels; n > 0; n--) behind *= a.shape(static_cast<int>(axis++));
      }
    }
    hidden = std::max(hidden, behind);
  }
  double all = hidden;
  for (auto [label, size] : sizes) all *= size;
  if (all <= kMost && bytes_of(all, operands) <= memory_size()) return operands;
  for (const auto& term : terms.inputs) {
    double elements = term.find('.') == std::string::npos ? 1 : hidden;
    for (char c : std::set<char>(term.begin(), term.end())) {
      if (is_letter(c)) elements *= sizes[c];
    }
    if (bytes_of(elements, operands) > memory_size()) too_large(bytes_of(elements, operands));
    if (elements > kMost) {
      throw bad_value("an operand stands for more than 2^31-1 elements, which MLX cannot join into rows", "SHAPE");
    }
  }
  double bytes = bytes_of(all, operands);
  if (operands.size() > 2 && bytes > memory_size() && multiplies_many(subscripts, operands)) too_large(bytes);
  return operands;
}

} // namespace

mx::array einstein_sum(
    const std::string& subscripts,
    const std::vector<mx::array>& operands,
    mx::StreamOrDevice s) {
  auto sum = mx::einsum(subscripts, summable(subscripts, operands), s);
  bool nothing = false;
  for (const auto& a : operands) nothing = nothing || a.size() == 0;
  return sum_of(nothing, std::move(sum), s);
}

mx::array tensor_product(
    const mx::array& a,
    const mx::array& b,
    const std::vector<int>& axes_a,
    const std::vector<int>& axes_b,
    mx::StreamOrDevice s) {
  if (axes_a.size() != axes_b.size()) {
    throw bad_value(
        std::to_string(axes_a.size()) + " and " + std::to_string(axes_b.size()) +
            " axes were given, it needs as many of each",
        "SHAPE");
  }
  double joined = 1;
  for (size_t i = 0; i < axes_a.size(); i++) {
    for (auto [array, axis] : {std::pair(&a, axes_a[i]), std::pair(&b, axes_b[i])}) {
      int ndim = static_cast<int>(array->ndim());
      if (axis < -ndim || axis >= ndim) {
        throw bad_value(
            "axis " + std::to_string(axis) + " is out of bounds for an array of " + std::to_string(ndim) +
                " dimensions",
            "SHAPE");
      }
    }
    joined *= a.shape(axes_a[i]);
  }
  for (const auto* array : {&a, &b}) {
    double kept = joined == 0 ? 0 : static_cast<double>(array->size()) / joined;
    if (std::max(joined, kept) > kMost) {
      throw bad_value("axes that are joined have more than 2^31-1 elements", "SHAPE");
    }
  }
  return sum_of(a.size() == 0 || b.size() == 0, mx::tensordot(a, b, axes_a, axes_b, s), s);
}

namespace {

/** einsumPath(subscripts, operands): [steps, report]. */
napi_value einsum_path(napi_env env, napi_callback_info raw) {
  Napi::CallbackInfo info(env, raw);
  auto* self = static_cast<Function*>(info.Data());
  return guarded(*self->addon, self->name, [&]() -> napi_value {
    Call call{*self->addon, self->name, env};
    auto subscripts = info[0].As<Napi::String>().Utf8Value();
    auto operands = call.arrays(call.int32(info[1]));
    auto [path, report] = mx::einsum_path(subscripts, summable(subscripts, operands));
    auto steps = Napi::Array::New(env, path.size());
    for (size_t i = 0; i < path.size(); i++) {
      auto step = Napi::Array::New(env, path[i].size());
      for (size_t j = 0; j < path[i].size(); j++) step.Set(static_cast<uint32_t>(j), path[i][j]);
      steps.Set(static_cast<uint32_t>(i), step);
    }
    auto out = Napi::Array::New(env, 2);
    out.Set(0u, steps);
    out.Set(1u, report);
    return out;
  });
}

} // namespace

void register_contractions(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "einsumPath", einsum_path);
}

} // namespace mlx_ts
