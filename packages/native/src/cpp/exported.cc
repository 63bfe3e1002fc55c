// See exported.h.

#include "exported.h"

#include <unordered_set>

#include "depth.h"
#include "guards.h"
#include "mlx/primitives.h"

namespace mlx_ts {

namespace {

class Exported {
 public:
  Exported(const std::string& path, double memory_size) : source_(path), memory_size_(memory_size) {}

  void check() {
    source_.read<std::string>(); // the version of MLX
    auto functions = source_.read<int>();
    if (functions < 0) throw Damaged("it has less than no functions");
    source_.read<bool>(); // whether shapes are free
    source_.read<std::string>(); // metadata
    for (int i = 0; i < functions; i++) function();
  }

 private:
  using Ids = std::vector<uint64_t>;

  Aval aval() {
    auto shape = source_.read<mx::Shape>();
    auto dtype = source_.read<mx::Dtype>();
    sized(shape, dtype);
    return {shape, dtype};
  }
  double sized(const mx::Shape& shape, mx::Dtype dtype) const {
    double bytes = dtype.size();
    for (int size : shape) {
      if (size < 0) throw Damaged("a size is negative");
      bytes *= size;
    }
    if (bytes > 0x1p62) throw Damaged("an array is too large");
    return bytes;
  }

  const Aval& known(uint64_t id) const {
    auto found = arrays_.find(id);
    if (found == arrays_.end()) throw Damaged("an array is used that was not made before");
    return found->second;
  }
  void make(uint64_t id, Aval a) {
    if (!arrays_.emplace(id, std::move(a)).second) throw Damaged("an array is made twice");
  }

  void function() {
    arrays_.clear();
    auto keywords = source_.read<std::vector<std::string>>();
    auto input_ids = source_.read<Ids>();
    auto count = source_.count();
    if (count != input_ids.size() || keywords.size() > count) throw Damaged("inputs are missing");
    for (auto id : input_ids) make(id, aval());
    auto output_ids = source_.read<Ids>();
    for (auto left = source_.count(); left > 0; left--) step();
    for (auto id : output_ids) known(id);
  }

  void step() {
    auto id = source_.read<uint64_t>();
    if (source_.read<bool>()) return primitive(id);
    if (!source_.read<bool>()) {
      known(id);
      return;
    }
    if (auto found = constants_.find(id); found != constants_.end()) return make(id, found->second);
    auto constant = aval();
    source_.skip(static_cast<uint64_t>(sized(constant.shape, constant.dtype)));
    constants_.emplace(id, constant);
    make(id, constant);
  }

  void primitive(uint64_t id) {
    Node node;
    for (auto input : source_.read<Ids>()) node.in.push_back(known(input));
    source_.read<int>(); // the stream's index: MLX takes another of the same device
    auto device = source_.read<int>();
    auto index = source_.read<int>();
    if ((device != 0 && device != 1) || index != 0) throw Damaged("an op is on an unknown device");
    auto name = source_.read<std::string>();
    auto* rule = rule_of(name);
    if (rule == nullptr || !rule->read) {
      throw bad_state("UNSUPPORTED", "the file has the op " + name + ", which cannot be checked for safety, so it is refused");
    }
    auto fits = rule->read(source_);
    auto siblings = source_.count();
    Ids ids{id};
    if (siblings == 0) {
      node.out.push_back(aval());
    } else {
      ids = source_.read<Ids>();
      auto shapes = source_.read<std::vector<mx::Shape>>();
      auto dtypes = source_.read<std::vector<mx::Dtype>>();
      bool whole = ids.size() == siblings + 1 && shapes.size() == ids.size() && dtypes.size() == ids.size();
      if (!whole || std::count(ids.begin(), ids.end(), id) != 1) throw Damaged("an op's outputs are incomplete");
      for (size_t i = 0; i < ids.size(); i++) {
        sized(shapes[i], dtypes[i]);
        node.out.push_back({shapes[i], dtypes[i]});
      }
    }
    if (!fits(node)) throw Damaged("the op " + name + " does not fit its inputs and outputs");
    for (size_t i = 0; i < ids.size(); i++) make(ids[i], node.out[i]);
    bool is_view = name == "Broadcast" || name == "BroadcastAxes" || name == "AsStrided" || name == "Slice" ||
        name == "Transpose" || name == "ExpandDims" || name == "Squeeze";
    for (auto& out : node.out) {
      if (!is_view && sized(out.shape, out.dtype) > memory_size_) {
        throw bad_state("OOM", "the op " + name + " makes an array larger than this machine's memory");
      }
    }
  }

  Source source_;
  double memory_size_;
  std::unordered_map<uint64_t, Aval> arrays_;
  std::unordered_map<uint64_t, Aval> constants_;
};

Aval aval_of(const mx::array& a) {
  return {a.shape(), a.dtype()};
}

/** Index inputs of a primitive, each with the axis that it is for. */
std::vector<std::pair<size_t, int>> indices_of(const mx::Primitive& p, const std::string& name) {
  std::vector<std::pair<size_t, int>> out;
  auto each = [&](const std::vector<int>& axes) {
    for (size_t i = 0; i < axes.size(); i++) out.push_back({i + 1, axes[i]});
  };
  if (name == "Gather") each(static_cast<const mx::Gather&>(p).state().first);
  if (name == "Scatter") each(static_cast<const mx::Scatter&>(p).state().second);
  if (name == "GatherAxis") out.push_back({1, static_cast<const mx::GatherAxis&>(p).state()});
  if (name == "ScatterAxis") out.push_back({1, static_cast<const mx::ScatterAxis&>(p).state().second});
  return out;
}

/** The starts of a slice that is as large as `sizes`, inside an array. */
mx::array clamped_start(const mx::array& start, const std::vector<int>& axes, const mx::array& a, const mx::Shape& sizes) {
  std::vector<int64_t> high;
  for (int axis : axes) high.push_back(a.shape(axis) - sizes[axis]);
  auto most = mx::array(high.data(), {static_cast<int>(high.size())}, mx::int64);
  return mx::astype(mx::clip(mx::astype(start, mx::int64), mx::array(0, mx::int64), most), start.dtype());
}

} // namespace

void check_exported(const std::string& path, double memory_size) {
  Exported(path, memory_size).check();
}

void check_graph(
    const std::vector<mx::array>& outputs,
    const std::vector<mx::array>& inputs,
    bool only_known) {
  walk(outputs, inputs, [only_known](const mx::array& a) {
    if (!a.has_primitive() || a.inputs().empty()) return;
    auto& primitive = a.primitive();
    std::string name = primitive.name();
    name = name.substr(0, name.find(' '));
    auto* rule = rule_of(name);
    Node node;
    for (auto& input : a.inputs()) node.in.push_back(aval_of(input));
    for (auto& output : a.outputs()) node.out.push_back(aval_of(output));
    bool fits = rule ? rule->fits(primitive, node) : !only_known;
    if (!fits) {
      throw bad_value("the shapes of the arguments do not fit the op " + name + " of the function", "SHAPE");
    }
    auto place = a;
    auto& in = place.inputs();
    for (auto [i, axis] : indices_of(primitive, name)) in[i] = clamped(in[i], in[0], axis, primitive.stream());
    if (name == "DynamicSlice") {
      auto [axes, sizes] = static_cast<const mx::DynamicSlice&>(primitive).state();
      in[1] = clamped_start(in[1], axes, in[0], sizes);
    } else if (name == "DynamicSliceUpdate") {
      auto axes = static_cast<const mx::DynamicSliceUpdate&>(primitive).state();
      in[2] = clamped_start(in[2], axes, in[0], in[1].shape());
    }
  });
}

} // namespace mlx_ts
