#include "kv/manifest_mark.h"

#include <charconv>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <string_view>
#include <utility>

#include "base/digest.h"
#include "base/log.h"

namespace vedette::kv {
namespace {

constexpr std::string_view kName = "/MANIFEST_MARK";

// "MANIFEST-000012 5234 " and the SHA-256 of what stands before.
std::string Sealed(const std::string& text) { return text + base::Sha256Hex(text) + "\n"; }

}  // namespace

ManifestMark::ManifestMark(std::string path, std::shared_ptr<rocksdb::FileSystem> files)
    : path_(std::move(path)), files_(std::move(files)) {}

bool ManifestMark::Measure(Length& out) const {
  std::string current;
  if (!rocksdb::ReadFileToString(files_.get(), path_ + "/CURRENT", &current).ok()) return false;
  out.manifest = current.substr(0, current.find('\n'));
  return files_->GetFileSize(path_ + "/" + out.manifest, rocksdb::IOOptions(), &out.bytes, nullptr)
      .ok();
}

bool ManifestMark::Read(Length& out) const {
  std::string line;
  const std::string file = path_ + std::string(kName);
  if (!rocksdb::ReadFileToString(files_.get(), file, &line).ok()) return false;
  const size_t space = line.find(' ');
  const size_t end = line.find(' ', space + 1);
  if (space == line.npos || end == line.npos) return false;
  if (line != Sealed(line.substr(0, end + 1))) return false;
  out.manifest = line.substr(0, space);
  return std::from_chars(line.data() + space + 1, line.data() + end, out.bytes).ec == std::errc();
}

base::Result<> ManifestMark::Check() const {
  Length now;
  Length before;
  if (!Measure(now) || !Read(before)) return {};
  if (now.manifest != before.manifest || now.bytes >= before.bytes) return {};
  return base::DataLoss("the file " + now.manifest + " was cut: it has " +
                        std::to_string(now.bytes) + " of at least " + std::to_string(before.bytes) +
                        " bytes");
}

void ManifestMark::Set() {
  base::MutexLock lock(mutex_);
  Length now;
  if (!Measure(now)) return;
  const std::string file = path_ + std::string(kName);
  const std::string text = now.manifest + " " + std::to_string(now.bytes) + " ";
  // Not synced: see above.
  rocksdb::IOStatus status =
      rocksdb::WriteStringToFile(files_.get(), Sealed(text), file + ".new", false);
  if (status.ok()) status = files_->RenameFile(file + ".new", file, rocksdb::IOOptions(), nullptr);
  if (status.ok()) return;
  base::LogDebug("the length of the manifest is not remembered", {{"error", status.ToString()}});
}

}  // namespace vedette::kv
