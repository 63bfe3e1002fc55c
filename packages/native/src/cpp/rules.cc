// See rules.h. Families of primitives share a rule (rules-views.h, rules-axes.h); a row of the table names
// the primitive's class, from whose state() its parameters have their types.

#include "rules-axes.h"

namespace mlx_ts {

namespace {

template <class T, class = void>
struct StateOf {
  using type = std::nullptr_t;
};
template <class T>
struct StateOf<T, std::void_t<decltype(std::declval<T>().state())>> {
  using type = std::decay_t<decltype(std::declval<T>().state())>;
};

/** A row: the primitive's class, and a rule (node) or (parameters, node). */
template <class T, class Rule>
PrimitiveRule row(Rule rule) {
  using State = typename StateOf<T>::type;
  if constexpr (std::is_invocable_v<Rule, const Node&>) {
    return {
        [rule](Source& source) {
          source.read<State>();
          return std::function<bool(const Node&)>(rule);
        },
        [rule](const mx::Primitive&, const Node& n) { return rule(n); }};
  } else {
    return {
        [rule](Source& source) {
          return std::function<bool(const Node&)>(
              [rule, state = source.read<State>()](const Node& n) { return rule(state, n); });
        },
        [rule](const mx::Primitive& p, const Node& n) { return rule(static_cast<const T&>(p).state(), n); }};
  }
}

#define ROW(name, rule) {#name, row<mx::name>(rule)}

const std::unordered_map<std::string, PrimitiveRule>& table() {
  static const std::unordered_map<std::string, PrimitiveRule> rules = {
      ROW(Abs, to_real), ROW(Add, binary), ROW(AddMM, addmm), ROW(Arange, arange), ROW(ArcCos, unary),
      ROW(ArcCosh, unary), ROW(ArcSin, unary), ROW(ArcSinh, unary), ROW(ArcTan, unary), ROW(ArcTan2, binary),
      ROW(ArcTanh, unary), ROW(ArgPartition, arg_partition), ROW(ArgReduce, arg_reduce), ROW(ArgSort, arg_sort),
      ROW(AsType, astype), ROW(AsStrided, as_strided), ROW(BitwiseBinary, bitwise), ROW(Broadcast, broadcast),
      ROW(BroadcastAxes, broadcast_axes), ROW(Ceil, unary), ROW(Cholesky, square_to_square),
      ROW(Concatenate, concatenate), ROW(Conjugate, unary), ROW(Convolution, convolution), ROW(Copy, unary),
      ROW(Cos, unary), ROW(Cosh, unary), ROW(Depends, depends), ROW(Divide, binary), ROW(DivMod, divmod),
      ROW(DynamicSlice, dynamic_slice), ROW(DynamicSliceUpdate, dynamic_slice_update), ROW(Eig, eig),
      ROW(Eigh, eigh), ROW(Equal, compare), ROW(Erf, unary), ROW(ErfInv, unary), ROW(Exp, unary),
      ROW(ExpandDims, expand_dims), ROW(Expm1, unary), ROW(FFT, fft), ROW(Flatten, flatten), ROW(Floor, unary),
      ROW(Full, unary), ROW(Gather, gather), ROW(GatherAxis, gather_axis), ROW(Greater, compare),
      ROW(GreaterEqual, compare), ROW(Hadamard, unary), ROW(Imag, to_real), ROW(Inverse, square_to_square),
      ROW(Less, compare), ROW(LessEqual, compare), ROW(Log, logarithm), ROW(Log1p, unary), ROW(LogAddExp, binary),
      ROW(LogSumExp, log_sum_exp), ROW(LogicalAnd, logical), ROW(LogicalNot, logical_not), ROW(LogicalOr, logical),
      ROW(Matmul, matmul), ROW(Maximum, binary), ROW(Minimum, binary), ROW(Multiply, binary), ROW(Negative, unary),
      ROW(NotEqual, compare), ROW(NumberOfElements, number_of_elements), ROW(Pad, pad), ROW(Partition, partition),
      ROW(Power, binary), ROW(QRF, qr), ROW(RandomBits, random_bits), ROW(Real, to_real), ROW(Reduce, reduce),
      ROW(Remainder, binary), ROW(Reshape, reshape), ROW(Round, unary), ROW(SVD, svd), ROW(Scan, scan),
      ROW(Scatter, scatter), ROW(ScatterAxis, scatter_axis), ROW(Select, select), ROW(Sigmoid, unary),
      ROW(Sign, unary), ROW(Sin, unary), ROW(Sinh, unary), ROW(Slice, slice), ROW(SliceUpdate, slice_update),
      ROW(Softmax, softmax), ROW(Sort, sort), ROW(Split, split), ROW(Sqrt, unary), ROW(Square, unary),
      ROW(Squeeze, squeeze), ROW(StopGradient, unary), ROW(Subtract, binary), ROW(Tan, unary), ROW(Tanh, unary),
      ROW(Transpose, transpose), ROW(Unflatten, unflatten), ROW(View, view),
  };
  return rules;
}

#undef ROW

/** Names that graphs have for a class of primitives; files have the class's. */
const std::unordered_map<std::string, std::string>& aliases() {
  static const std::unordered_map<std::string, std::string> names = {
      {"BitwiseAnd", "BitwiseBinary"}, {"BitwiseOr", "BitwiseBinary"}, {"BitwiseXor", "BitwiseBinary"},
      {"LeftShift", "BitwiseBinary"}, {"RightShift", "BitwiseBinary"}, {"NaNEqual", "Equal"}, {"Log2", "Log"},
      {"Log10", "Log"}, {"And", "Reduce"}, {"Or", "Reduce"}, {"Sum", "Reduce"}, {"Prod", "Reduce"},
      {"Min", "Reduce"}, {"Max", "Reduce"}, {"CumSum", "Scan"}, {"CumProd", "Scan"}, {"CumMin", "Scan"},
      {"CumMax", "Scan"}, {"CumLogAddExp", "Scan"}, {"Rsqrt", "Sqrt"},
  };
  return names;
}

} // namespace

const PrimitiveRule* rule_of(const std::string& name) {
  static const PrimitiveRule compiled{{}, [](const mx::Primitive&, const Node& n) { return fused(n); }};
  if (name.rfind("Compiled", 0) == 0) return &compiled;
  auto word = name.substr(0, name.find(' '));
  auto alias = aliases().find(word);
  auto found = table().find(alias == aliases().end() ? word : alias->second);
  return found == table().end() ? nullptr : &found->second;
}

} // namespace mlx_ts
