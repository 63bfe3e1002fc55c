// What each of MLX's primitives expects of its inputs, outputs and parameters. MLX's own functions make
// primitives that fit; a file, or a shapeless graph given other shapes, may not, and then evaluation would
// read and write anywhere.
#pragma once

#include "source.h"

namespace mlx_ts {

/** Shape and dtype of an array. */
struct Aval {
  mx::Shape shape;
  mx::Dtype dtype;

  bool operator==(const Aval& other) const {
    return shape == other.shape && dtype == other.dtype;
  }
};

/** A primitive's place in a graph. */
struct Node {
  std::vector<Aval> in;
  std::vector<Aval> out;
};

/** How one primitive's parameters are read, and whether they fit a node. */
struct PrimitiveRule {
  /** Reads the parameters from a file; gives the check that they fit. */
  std::function<std::function<bool(const Node&)>(Source&)> read;
  /** Whether a primitive of a graph fits its node. */
  std::function<bool(const mx::Primitive&, const Node&)> fits;
};

/** The rule for a primitive by its name in files, or in graphs; nullptr for one that cannot be checked. */
const PrimitiveRule* rule_of(const std::string& name);

} // namespace mlx_ts
