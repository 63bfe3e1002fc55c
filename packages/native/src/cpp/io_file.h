// A file that arrays read their elements from when they are used, and how MLX gets at a part of it. The
// formats are core's (packages/core/src/io): here a file is bytes.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>

#include "decode.h"
#include "mlx/io.h"

namespace mlx_ts {

/**
 * A file, open for reading. It is read from MLX's threads. Elements that are read long after the file's header
 * must be of the same file: a change in between is an error, never garbage.
 */
class File {
 public:
  explicit File(std::string path);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  uint64_t size() const {
    return static_cast<uint64_t>(found_.st_size);
  }
  const std::string& path() const {
    return path_;
  }
  /** Reads `n` bytes, all of them or it throws. */
  void read(char* to, uint64_t n, uint64_t offset) const;

 private:
  std::string path_;
  int fd_;
  /** What the file was when it was opened. */
  struct stat found_;
};

/** Elements in a file: row-major from `offset` on. */
struct Span {
  uint64_t offset;
  mx::Shape shape;
  mx::Dtype dtype;
  /** Whether the file holds the bytes of each number the other way round. */
  bool big_endian;
};

/** A lazy array of elements in a file; refuses a span that is not inside it. */
mx::array array_in(std::shared_ptr<const File> file, const Span& span, mx::StreamOrDevice s);

} // namespace mlx_ts
