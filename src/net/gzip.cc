#include "net/gzip.h"

#include <array>
#include <libdeflate.h>
#include <zlib.h>

namespace vedette::net {
namespace {
constexpr size_t kPieceBytes = 32 << 10;
constexpr int kGzipOnly = 16 + MAX_WBITS;  // zlib's way to say: gzip framing, no other
constexpr int kLevel = 3;  // twice as fast as zlib's usual 6 for a few per cent in size
}  // namespace

struct GzipInflater::Stream {
  z_stream z{};
  bool ready = false;
  bool ended = false;  // at the end of a member
  std::array<char, kPieceBytes> piece;
};

GzipInflater::GzipInflater() : stream_(std::make_unique<Stream>()) {
  stream_->ready = inflateInit2(&stream_->z, kGzipOnly) == Z_OK;
}

GzipInflater::~GzipInflater() {
  if (stream_->ready) inflateEnd(&stream_->z);
}

bool GzipInflater::complete() const { return stream_->ended; }

bool GzipInflater::Next(std::string_view& in, std::string_view& out) {
  out = {};
  Stream& s = *stream_;
  if (!s.ready) return false;
  if (s.ended) {
    if (in.empty()) return true;
    if (inflateReset(&s.z) != Z_OK) return false;
    s.ended = false;
  }
  // zlib does not write through next_in; its type is not const for historical reasons.
  s.z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  s.z.avail_in = static_cast<uInt>(in.size());
  s.z.next_out = reinterpret_cast<Bytef*>(s.piece.data());
  s.z.avail_out = static_cast<uInt>(s.piece.size());
  const int code = inflate(&s.z, Z_NO_FLUSH);
  in.remove_prefix(in.size() - s.z.avail_in);
  out = std::string_view(s.piece.data(), s.piece.size() - s.z.avail_out);
  s.ended = code == Z_STREAM_END;
  return code == Z_OK || code == Z_STREAM_END || (code == Z_BUF_ERROR && in.empty());
}

std::string GzipCompress(std::string_view text) {
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(kLevel), &libdeflate_free_compressor);
  if (compressor == nullptr) return {};
  std::string out(text.size(), '\0');
  out.resize(
      libdeflate_gzip_compress(compressor.get(), text.data(), text.size(), out.data(), out.size()));
  return out;
}

}  // namespace vedette::net
