#include "kv/checked_files.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <rocksdb/file_system.h>
#include <string>
#include <string_view>
#include <utility>
#include <xxhash.h>

namespace vedette::kv {
namespace {

using rocksdb::IOStatus;

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie");

// -- The end of a block-based table (RocksDB's wiki, "Rocksdb BlockBasedTable Format")

// Kind of checksum (1 byte), where the metaindex and the index are (40), version (4), magic (8).
constexpr size_t kFooterBytes = 53;
constexpr size_t kHandlesAt = 1;
constexpr size_t kHandlesBytes = 40;
constexpr char kXxh3 = 4;  // the kind that MakeFamilyOptions asks for
// Behind each block: how it is compressed (1 byte), and its checksum (4).
constexpr size_t kTypeBytes = 1;
constexpr size_t kTrailerBytes = 5;
constexpr uint64_t kMaxBlockBytes = 16 << 20;  // of these two; they have a few hundred
constexpr std::string_view kTable = ".sst";
constexpr std::string_view kProperties = "rocksdb.properties";

struct Block {
  uint64_t at = 0;
  uint64_t bytes = 0;
};

std::optional<uint64_t> TakeVarint(std::string_view& from) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(from.front());
    from.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return {};
}

std::optional<Block> TakeBlock(std::string_view& from) {
  const auto at = TakeVarint(from);
  const auto bytes = TakeVarint(from);
  if (!at || !bytes) return {};
  return Block{*at, *bytes};
}

// Where the block of that name is, by the entries of a metaindex: of each, what its key shares with
// the one before, how long the rest of its key and its value are, and these two.
std::optional<Block> Find(std::string_view metaindex, std::string_view name) {
  std::string key;
  while (!metaindex.empty()) {
    const auto shared = TakeVarint(metaindex);
    const auto rest = TakeVarint(metaindex);
    const auto value_bytes = TakeVarint(metaindex);
    if (!value_bytes || *shared > key.size() || *rest > metaindex.size()) return {};
    key.resize(*shared);
    key += metaindex.substr(0, *rest);
    metaindex.remove_prefix(*rest);
    if (*value_bytes > metaindex.size()) return {};
    std::string_view value = metaindex.substr(0, *value_bytes);
    if (key == name) return TakeBlock(value);
    metaindex.remove_prefix(*value_bytes);
  }
  return {};
}

// XXH3 of the block and its type, its lower half, with the last byte mixed in once more (RocksDB
// computes it without that byte).
uint32_t ChecksumOf(std::string_view block_and_type) {
  constexpr uint32_t kPrime = 0x6b9083d9;
  const auto last = static_cast<uint8_t>(block_and_type.back());
  const uint64_t hash = XXH3_64bits(block_and_type.data(), block_and_type.size() - 1);
  return static_cast<uint32_t>(hash) ^ (last * kPrime);
}

// Reads the end of one table.
class Tail {
 public:
  Tail(rocksdb::FSRandomAccessFile& file, const std::string& path, uint64_t size)
      : file_(file), path_(path), size_(size) {}

  // Corruption when the properties are damaged, or cannot be found for damage before them.
  IOStatus Check() {
    if (size_ < kFooterBytes) return Damaged("is too short");
    std::string footer;
    IOStatus status = Read({size_ - kFooterBytes, kFooterBytes}, footer);
    if (!status.ok()) return status;
    if (footer.front() != kXxh3) return Damaged("has a footer of an unknown kind");
    std::string_view handles = std::string_view(footer).substr(kHandlesAt, kHandlesBytes);
    std::string metaindex;
    status = ReadChecked(TakeBlock(handles), metaindex);
    if (!status.ok()) return status;
    std::string properties;
    return ReadChecked(Find(metaindex, kProperties), properties);
  }

 private:
  IOStatus Damaged(std::string_view what) const {
    return IOStatus::Corruption(path_ + " " + std::string(what));
  }

  IOStatus Read(Block block, std::string& out) {
    out.resize(block.bytes);
    rocksdb::Slice read;
    IOStatus status =
        file_.Read(block.at, out.size(), rocksdb::IOOptions(), &read, out.data(), nullptr);
    if (!status.ok()) return status;
    if (read.size() != out.size()) return Damaged("is shorter than its folder says");
    if (read.data() != out.data()) std::memcpy(out.data(), read.data(), read.size());
    return status;
  }

  IOStatus ReadChecked(std::optional<Block> block, std::string& out) {
    if (!block || block->bytes > kMaxBlockBytes || block->at > size_ ||
        block->bytes + kTrailerBytes > size_ - block->at) {
      return Damaged("does not say where its properties are");
    }
    IOStatus status = Read({block->at, block->bytes + kTrailerBytes}, out);
    if (!status.ok()) return status;
    uint32_t expected = 0;
    std::memcpy(&expected, out.data() + block->bytes + kTypeBytes, sizeof expected);
    out.resize(block->bytes + kTypeBytes);
    if (ChecksumOf(out) != expected) return Damaged("has properties with a wrong checksum");
    out.resize(block->bytes);
    return status;
  }

  rocksdb::FSRandomAccessFile& file_;
  const std::string& path_;
  const uint64_t size_;
};

class CheckedFiles final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "VedetteCheckedFiles"; }

  IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                               rocksdb::IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewRandomAccessFile(path, options, result, debug);
    if (!status.ok() || !path.ends_with(kTable)) return status;
    uint64_t size = 0;
    status = GetFileSize(path, rocksdb::IOOptions(), &size, debug);
    if (status.ok()) status = Tail(**result, path, size).Check();
    if (!status.ok()) result->reset();
    return status;
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> MakeCheckedFiles(std::shared_ptr<rocksdb::FileSystem> base) {
  return std::make_shared<CheckedFiles>(std::move(base));
}

}  // namespace vedette::kv
