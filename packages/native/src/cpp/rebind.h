// Other functions in the place of those that a library imports, its own among them. Linux only: a Mac's
// libraries call their own functions directly.
#pragma once

namespace mlx_ts {

/**
 * Binds a library's imports anew.
 *
 * @param part - any function of the library
 * @param replacement - what stands for a function from now on, or nullptr; its mangled name is given
 */
void rebind_imports(void* part, void* (*replacement)(const char* import));

} // namespace mlx_ts
