// See rebind.h. The loader has written the address of each imported function into a table of the library.

#include "rebind.h"

#if defined(__GLIBC__) && defined(__LP64__)

#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

bool holds_function(uint64_t info) {
#if defined(__x86_64__)
  return ELF64_R_TYPE(info) == R_X86_64_JUMP_SLOT || ELF64_R_TYPE(info) == R_X86_64_GLOB_DAT;
#elif defined(__aarch64__)
  return ELF64_R_TYPE(info) == R_AARCH64_JUMP_SLOT || ELF64_R_TYPE(info) == R_AARCH64_GLOB_DAT;
#else
  return false;
#endif
}

/** Writes one of the loader's pointers, on a page that it may have locked. */
void rebind(const dl_phdr_info& library, void** pointer, void* to) {
  auto place = reinterpret_cast<uintptr_t>(pointer);
  auto page = place & ~static_cast<uintptr_t>(sysconf(_SC_PAGESIZE) - 1);
  auto* start = reinterpret_cast<void*>(page);
  size_t length = place + sizeof(void*) - page;
  if (mprotect(start, length, PROT_READ | PROT_WRITE) != 0) return;
  *pointer = to;
  for (int i = 0; i < library.dlpi_phnum; i++) {
    auto& part = library.dlpi_phdr[i];
    auto locked = library.dlpi_addr + part.p_vaddr;
    if (part.p_type == PT_GNU_RELRO && place >= locked && place < locked + part.p_memsz) {
      mprotect(start, length, PROT_READ);
    }
  }
}

struct Search {
  void* base;
  void* (*replacement)(const char*);
};

int rebind_library(dl_phdr_info* library, size_t, void* data) {
  auto& search = *static_cast<Search*>(data);
  if (reinterpret_cast<void*>(library->dlpi_addr) != search.base) return 0;
  const ElfW(Dyn)* dynamic = nullptr;
  for (int i = 0; i < library->dlpi_phnum; i++) {
    auto& part = library->dlpi_phdr[i];
    if (part.p_type == PT_DYNAMIC) {
      dynamic = reinterpret_cast<const ElfW(Dyn)*>(library->dlpi_addr + part.p_vaddr);
    }
  }
  const ElfW(Sym)* symbols = nullptr;
  const char* names = nullptr;
  struct {
    const ElfW(Rela)* first = nullptr;
    size_t bytes = 0;
  } tables[2];
  for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++) {
    auto at = dynamic->d_un.d_ptr;
    if (dynamic->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const ElfW(Sym)*>(at);
    if (dynamic->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(at);
    if (dynamic->d_tag == DT_RELA) tables[0].first = reinterpret_cast<const ElfW(Rela)*>(at);
    if (dynamic->d_tag == DT_RELASZ) tables[0].bytes = dynamic->d_un.d_val;
    if (dynamic->d_tag == DT_JMPREL) tables[1].first = reinterpret_cast<const ElfW(Rela)*>(at);
    if (dynamic->d_tag == DT_PLTRELSZ) tables[1].bytes = dynamic->d_un.d_val;
  }
  if (!symbols || !names) return 1;
  for (auto& table : tables) {
    for (size_t i = 0; table.first && i < table.bytes / sizeof(ElfW(Rela)); i++) {
      auto& entry = table.first[i];
      if (!holds_function(entry.r_info)) continue;
      auto& symbol = symbols[ELF64_R_SYM(entry.r_info)];
      if (void* to = search.replacement(names + symbol.st_name)) {
        rebind(*library, reinterpret_cast<void**>(library->dlpi_addr + entry.r_offset), to);
      }
    }
  }
  return 1;
}

} // namespace

namespace mlx_ts {

void rebind_imports(void* part, void* (*replacement)(const char* import)) {
  Dl_info library;
  if (dladdr(part, &library) == 0) return;
  Search search{library.dli_fbase, replacement};
  dl_iterate_phdr(rebind_library, &search);
}

} // namespace mlx_ts

#else

namespace mlx_ts {

void rebind_imports(void*, void* (*)(const char*)) {}

} // namespace mlx_ts

#endif
