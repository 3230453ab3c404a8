#include "sql/log_check.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/core.h>
#include <fstream>
#include <span>
#include <vector>

namespace vedette::sql {
namespace {

// The form of the log: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
//   header  magic, version, page size, checkpoints, salt (8 bytes), checksum (8 bytes)
//   frames  page number, pages after commit or 0, salt (8 bytes), checksum (8 bytes), page
// Numbers are big-endian; the magic's last bit is the order of the bytes in checksums.
constexpr size_t kHeaderBytes = 32;
constexpr size_t kFrameHeaderBytes = 24;
constexpr uint32_t kMagic = 0x377f0682;

using Bytes = std::span<const unsigned char>;

uint32_t BigEndian(Bytes bytes) {
  return static_cast<uint32_t>(bytes[0]) << 24 | static_cast<uint32_t>(bytes[1]) << 16 |
         static_cast<uint32_t>(bytes[2]) << 8 | bytes[3];
}

struct Checksum {
  uint32_t first = 0;
  uint32_t second = 0;

  void Add(Bytes bytes, bool big_endian) {
    for (size_t i = 0; i + 8 <= bytes.size(); i += 8) {
      first += Word(bytes.subspan(i, 4), big_endian) + second;
      second += Word(bytes.subspan(i + 4, 4), big_endian) + first;
    }
  }
  bool Fits(Bytes stored) const {
    return first == BigEndian(stored.first(4)) && second == BigEndian(stored.subspan(4, 4));
  }
  static uint32_t Word(Bytes bytes, bool big_endian) {
    const uint32_t word = BigEndian(bytes);
    return big_endian ? word : __builtin_bswap32(word);
  }
};

bool Read(std::ifstream& in, std::vector<unsigned char>& out) {
  in.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
  return in.gcount() == static_cast<std::streamsize>(out.size());
}

base::Error Damaged(const std::string& what) { return base::DataLoss("state database: " + what); }

}  // namespace

base::Result<> CheckLog(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<unsigned char> header(kHeaderBytes);
  if (!in.is_open() || !Read(in, header)) return {};  // empty, or there is none
  if (std::all_of(header.begin(), header.end(), [](unsigned char c) { return c == 0; })) return {};
  const Bytes head(header);
  const bool big_endian = (head[3] & 1) != 0;
  const uint32_t page_bytes = BigEndian(head.subspan(8));
  Checksum sum;
  sum.Add(head.first(24), big_endian);
  const bool sound_header = (BigEndian(head) & ~1U) == kMagic && sum.Fits(head.subspan(24)) &&
                            page_bytes >= 512 && page_bytes <= 65536;
  // It was synced before the first frame was written.
  if (!sound_header) return Damaged("the header of its log is damaged");

  std::vector<unsigned char> frame(kFrameHeaderBytes + page_bytes);
  bool sound = true;
  int lost = 0;  // ends of transactions from the first frame on that does not fit
  while (Read(in, frame)) {
    const Bytes bytes(frame);
    const bool of_this_log = std::equal(bytes.begin() + 8, bytes.begin() + 16, head.begin() + 16);
    if (sound) {
      sum.Add(bytes.first(8), big_endian);
      sum.Add(bytes.subspan(kFrameHeaderBytes), big_endian);
      sound = of_this_log && sum.Fits(bytes.subspan(16));
    }
    if (!sound && of_this_log && BigEndian(bytes.subspan(4)) != 0) ++lost;
  }
  if (lost < 2) return {};
  return Damaged(fmt::format("a frame of its log is damaged, and {} transactions are lost", lost));
}

}  // namespace vedette::sql
