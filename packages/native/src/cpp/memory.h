// Memory for C++ objects on Linux: freed blocks wait in lists, by size and thread, for the next op. A scope
// frees the graphs of many ops at once, of each size far more than the 7 blocks that glibc keeps at hand, and
// building the next ones then takes a quarter longer. It has nothing to do with the memory of elements.
#pragma once

namespace mlx_ts {

/**
 * Binds the imports of `new` and `delete` of MLX and of the addon anew. Functions of these names in the addon
 * would not be seen: those of the C++ library come first. Loaded so that its own come first (RTLD_DEEPBIND), MLX
 * would see another std::cerr than the one that Node has set up, and crash when it writes to it.
 */
void keep_blocks_at_hand();

} // namespace mlx_ts
