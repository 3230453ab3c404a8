#include "net/zstd_inflater.h"

#include <array>
#include <utility>
#include <zstd.h>

namespace vedette::net {
namespace {
constexpr size_t kPieceBytes = 32 << 10;
constexpr int kWindowLogMax = 23;
}  // namespace

struct ZstdInflater::Stream {
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> zstd{ZSTD_createDStream(),
                                                                  &ZSTD_freeDStream};
  bool ended = false;  // at the end of a frame
  std::array<char, kPieceBytes> piece;
};

std::unique_ptr<ZstdInflater> ZstdInflater::Make(BodyBudget& budget) {
  if (!budget.Acquire(kMemoryBytes)) return nullptr;
  struct Open : ZstdInflater {
    explicit Open(BodyBudget& b) : ZstdInflater(b) {}
  };
  return std::make_unique<Open>(budget);
}

ZstdInflater::ZstdInflater(BodyBudget& budget)
    : budget_(budget), stream_(std::make_unique<Stream>()) {
  if (stream_->zstd != nullptr && ZSTD_isError(ZSTD_DCtx_setParameter(
                                      stream_->zstd.get(), ZSTD_d_windowLogMax, kWindowLogMax))) {
    stream_->zstd.reset();
  }
}

ZstdInflater::~ZstdInflater() {
  stream_.reset();
  budget_.Release(kMemoryBytes);
}

bool ZstdInflater::complete() const { return stream_->ended; }

bool ZstdInflater::Next(std::string_view& in, std::string_view& out) {
  out = {};
  Stream& s = *stream_;
  if (s.zstd == nullptr) return false;
  if (s.ended && in.empty()) return true;
  ZSTD_inBuffer input{in.data(), in.size(), 0};
  ZSTD_outBuffer output{s.piece.data(), s.piece.size(), 0};
  const size_t left = ZSTD_decompressStream(s.zstd.get(), &output, &input);
  if (ZSTD_isError(left)) return false;
  in.remove_prefix(input.pos);
  out = std::string_view(s.piece.data(), output.pos);
  s.ended = left == 0;
  return true;
}

}  // namespace vedette::net
