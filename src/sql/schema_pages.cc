#include "sql/schema_pages.h"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sqlite3.h>
#include <system_error>
#include <vector>

#include "base/digest.h"
#include "base/files.h"
#include "sql/sealed_vfs.h"

namespace vedette::sql {
namespace {

namespace fs = std::filesystem;

// The file: the SHA-256 (hexadecimal) of the rest, then for each page its number (4 bytes,
// big-endian) and its bytes with their seal.
constexpr size_t kDigestBytes = 64;
constexpr size_t kBytesMax = 64 << 20;  // some thousand tables
constexpr size_t kNumberBytes = 4;
// Of the first page: what changes as the database grows.
constexpr size_t kHeaderBytes = 100;
constexpr size_t kPageCountOffset = 28;

using Pages = std::map<uint32_t, std::string>;

std::string FileOf(const std::string& path) { return path + "-schema"; }

std::string BigEndian(uint32_t number) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
  return out;
}

Pages Read(const std::string& path) {
  const base::Result<std::string> bytes = base::ReadFile(FileOf(path), kBytesMax);
  Pages pages;
  if (!bytes.ok() || bytes->size() < kDigestBytes) return pages;
  const std::string rest = bytes->substr(kDigestBytes);
  if (base::Sha256Hex(rest) != bytes->substr(0, kDigestBytes)) return pages;
  constexpr size_t kEach = kNumberBytes + kSealedPageBytes;
  for (size_t at = 0; at + kEach <= rest.size(); at += kEach) {
    uint32_t number = 0;
    for (size_t i = 0; i < kNumberBytes; ++i) {
      number = number << 8 | static_cast<unsigned char>(rest[at + i]);
    }
    if (number > 0) pages[number] = rest.substr(at + kNumberBytes, kSealedPageBytes);
  }
  return pages;
}

sqlite3_int64 OffsetOf(uint32_t page) {
  return static_cast<sqlite3_int64>(page - 1) * static_cast<sqlite3_int64>(kSealedPageBytes);
}

// Those of `kept` that are damaged in the file. Nothing when the others show that it is of another
// database.
std::vector<uint32_t> DamagedOf(const Pages& kept, const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<uint32_t> damaged;
  for (const auto& [number, page] : kept) {
    std::string now(kSealedPageBytes, '\0');
    in.clear();
    in.seekg(OffsetOf(number));
    in.read(now.data(), static_cast<std::streamsize>(now.size()));
    if (!SealFits(now, OffsetOf(number))) {
      damaged.push_back(number);
      continue;
    }
    const size_t from = number == 1 ? kHeaderBytes : 0;
    const size_t size = kSealedPageBytes - kSealBytes - from;
    if (now.compare(from, size, page, from, size) != 0) return {};
  }
  return damaged;
}

}  // namespace

base::Result<> KeepSchemaPages(Connection& connection, const std::string& path) {
  if (!IsSealed(connection.handle())) return {};
  VEDETTE_TRY(const std::vector<uint32_t> numbers, connection.SchemaPages());
  sqlite3_file* file = nullptr;
  ::sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_FILE_POINTER,
                         static_cast<void*>(&file));
  std::string rest;
  for (const uint32_t number : numbers) {
    std::string page(kSealedPageBytes, '\0');
    const int code =
        file->pMethods->xRead(file, page.data(), static_cast<int>(page.size()), OffsetOf(number));
    if (code != SQLITE_OK) return base::Unavailable("the schema's pages cannot be read");
    rest += BigEndian(number) + page;
  }
  const std::string fresh = FileOf(path) + ".new";
  std::ofstream(fresh, std::ios::binary) << base::Sha256Hex(rest) << rest;
  std::error_code error;
  fs::permissions(fresh, fs::perms::owner_read | fs::perms::owner_write, error);
  // Not synced: a copy that is not whole is none, and the next start makes it.
  fs::rename(fresh, FileOf(path), error);
  if (error) return base::Unavailable("the schema's pages cannot be kept: " + error.message());
  return {};
}

bool RepairSchemaPages(const std::string& path, const std::string& target) {
  const Pages kept = Read(path);
  const std::vector<uint32_t> damaged = DamagedOf(kept, path);
  if (damaged.empty()) return false;
  std::error_code error;
  fs::copy_file(path, target, fs::copy_options::overwrite_existing, error);
  if (error) return false;
  fs::copy_file(path + "-wal", target + "-wal", fs::copy_options::overwrite_existing, error);
  const auto count = static_cast<uint32_t>(fs::file_size(target, error) / kSealedPageBytes);
  std::fstream out(target, std::ios::binary | std::ios::in | std::ios::out);
  for (const uint32_t number : damaged) {
    std::string page = kept.at(number);
    if (number == 1) page.replace(kPageCountOffset, kNumberBytes, BigEndian(count));
    Seal(page, OffsetOf(number));
    out.seekp(OffsetOf(number));
    out << page;
  }
  return out.good();
}

}  // namespace vedette::sql
