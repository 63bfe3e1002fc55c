// See io_file.h.

#include "io_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace mlx_ts {

namespace {

const timespec& modified(const struct stat& of) {
#ifdef __APPLE__
  return of.st_mtimespec;
#else
  return of.st_mtim;
#endif
}

Refusal about(const std::string& path, const std::string& what) {
  return bad_state("FILE", "[load] " + path + ": " + what);
}

const char* npy_name(mx::Dtype dtype) {
  switch (dtype) {
    case mx::bool_:
      return "|b1";
    case mx::uint8:
      return "|u1";
    case mx::uint16:
      return "<u2";
    case mx::uint32:
      return "<u4";
    case mx::uint64:
      return "<u8";
    case mx::int8:
      return "|i1";
    case mx::int16:
      return "<i2";
    case mx::int32:
      return "<i4";
    case mx::int64:
      return "<i8";
    case mx::float16:
      return "<f2";
    case mx::float32:
      return "<f4";
    case mx::float64:
      return "<f8";
    case mx::bfloat16:
      return "<V2";
    case mx::complex64:
      return "<c8";
  }
  throw bad_kind("an unknown dtype came into the addon");
}

/** The head of an npy file as MLX writes it, and as its reader needs it to the letter. */
std::string npy_head(const Span& span) {
  std::string text = "{'descr': '";
  text += npy_name(span.dtype);
  text += "', 'fortran_order': False, 'shape': (";
  for (int n : span.shape) text += std::to_string(n) + ", ";
  text += ")}\n";
  std::string head("\x93NUMPY\x01\x00", 8);
  head += static_cast<char>(text.size() & 0xff);
  head += static_cast<char>(text.size() >> 8);
  return head + text;
}

/**
 * Shows a part of a file to MLX as if it were an npy file. MLX reads elements lazily from any `Reader`, but
 * keeps the primitive that does it to itself: only its own formats lead there, and npy is the simplest.
 */
class SpanReader : public mx::io::Reader {
 public:
  SpanReader(std::shared_ptr<const File> file, const Span& span)
      : file_(std::move(file)),
        head_(npy_head(span)),
        begin_(span.offset),
        // Two numbers of four bytes make a complex one.
        swapped_(span.big_endian ? (span.dtype == mx::complex64 ? 4 : span.dtype.size()) : 1) {}

  bool is_open() const override {
    return true;
  }
  bool good() const override {
    return true;
  }
  size_t tell() override {
    return at_;
  }
  void seek(int64_t offset, std::ios_base::seekdir) override {
    at_ = static_cast<size_t>(offset);
  }
  /** The head, in a row. */
  void read(char* to, size_t n) override {
    if (at_ > head_.size() || n > head_.size() - at_) throw about(file_->path(), "its head was read beyond its end");
    std::memcpy(to, head_.data() + at_, n);
    at_ += n;
  }
  /** Elements, on a thread of MLX. */
  void read(char* to, size_t n, size_t offset) override {
    file_->read(to, n, begin_ + (offset - head_.size()));
    if (swapped_ == 1) return;
    for (char* word = to; word != to + n; word += swapped_) std::reverse(word, word + swapped_);
  }
  std::string label() const override {
    return file_->path();
  }

 private:
  std::shared_ptr<const File> file_;
  std::string head_;
  uint64_t begin_;
  size_t swapped_;
  size_t at_ = 0;
};

} // namespace

File::File(std::string path) : path_(std::move(path)) {
  // Opening a pipe would wait for a writer.
  fd_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd_ < 0) throw about(path_, std::string("it cannot be opened: ") + std::strerror(errno));
  if (fstat(fd_, &found_) != 0 || !S_ISREG(found_.st_mode)) {
    close(fd_);
    throw about(path_, "it is no file");
  }
}

File::~File() {
  close(fd_);
}

void File::read(char* to, uint64_t n, uint64_t offset) const {
  // A call reads 2 GB at most.
  constexpr uint64_t kMost = 1 << 30;
  while (n > 0) {
    auto got = pread(fd_, to, std::min(n, kMost), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw about(path_, std::string("it cannot be read: ") + std::strerror(errno));
    if (got == 0) throw about(path_, "it ends before its elements do");
    to += got;
    n -= static_cast<uint64_t>(got);
    offset += static_cast<uint64_t>(got);
  }
  struct stat now;
  bool same = fstat(fd_, &now) == 0 && now.st_size == found_.st_size &&
      modified(now).tv_sec == modified(found_).tv_sec && modified(now).tv_nsec == modified(found_).tv_nsec;
  if (!same) throw about(path_, "it was changed after it was loaded; load it again");
}

mx::array array_in(std::shared_ptr<const File> file, const Span& span, mx::StreamOrDevice s) {
  // Sizes have 31 bits: the sum stays exact as long as it is below the file's size.
  double bytes = span.dtype.size();
  for (int n : span.shape) {
    if (n < 0) throw about(file->path(), "a size of " + std::to_string(n) + " is negative");
    bytes *= n;
  }
  if (span.offset > file->size() || bytes > static_cast<double>(file->size() - span.offset)) {
    throw about(file->path(), "its elements are not inside it");
  }
  return mx::load(std::make_shared<SpanReader>(std::move(file), span), s);
}

} // namespace mlx_ts
