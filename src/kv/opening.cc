#include "kv/opening.h"

#include <algorithm>
#include <exception>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <utility>

#include "base/check.h"
#include "kv/rocks_options.h"
#include "kv/rocks_status.h"

namespace vedette::kv {
namespace {

// The format of the key space, kept in RocksDB's default family (docs/formats/kv.md).
constexpr char kFormatKey[] = "vedette.kv.format";
constexpr char kFormatVersion[] = "1";

using Descriptors = std::vector<rocksdb::ColumnFamilyDescriptor>;

// The default family holds only the format version.
Descriptors DescribeFamilies(const Surroundings& around) {
  FamilyOptions small;
  small.write_buffer_bytes = 1 << 20;
  Descriptors all;
  all.emplace_back(rocksdb::kDefaultColumnFamilyName, MakeFamilyOptions(small, around.cache));
  for (const FamilyOptions& family : around.families) {
    all.emplace_back(family.name, MakeFamilyOptions(family, around.cache));
  }
  return all;
}

// RocksDB would report the unnamed family too, but not what to do about it.
base::Result<> CheckFamilies(const rocksdb::DBOptions& options, const Surroundings& around) {
  const std::string current = around.path + "/CURRENT";
  const rocksdb::IOStatus exists = around.files->FileExists(current, rocksdb::IOOptions(), nullptr);
  if (exists.IsNotFound()) return {};
  std::vector<std::string> on_disk;
  const rocksdb::Status status = rocksdb::DB::ListColumnFamilies(options, around.path, &on_disk);
  if (!status.ok()) return ToError(status, "reading the families of " + around.path);
  for (const std::string& name : on_disk) {
    const bool known = name == rocksdb::kDefaultColumnFamilyName ||
                       std::any_of(around.families.begin(), around.families.end(),
                                   [&](const FamilyOptions& f) { return f.name == name; });
    if (!known) {
      return base::FailedPrecondition("the database in " + around.path + " has the family '" +
                                      name + "', which this version does not know");
    }
  }
  return {};
}

rocksdb::Status OpenRocks(const Surroundings& around, const rocksdb::DBOptions& options,
                          Opening::Mode mode, std::vector<rocksdb::ColumnFamilyHandle*>* handles,
                          rocksdb::DB** db) {
  const Descriptors families = DescribeFamilies(around);
  try {
    if (mode == Opening::Mode::kReadOnly) {
      return rocksdb::DB::OpenForReadOnly(options, around.path, families, handles, db);
    }
    return rocksdb::DB::Open(options, around.path, families, handles, db);
  } catch (const std::exception& e) {  // no thread or no memory to be had
    return rocksdb::Status::Aborted(e.what());
  }
}

}  // namespace

Opening::Opening(std::unique_ptr<rocksdb::DB> db, Mode mode) : db_(std::move(db)), mode_(mode) {}

base::Result<std::shared_ptr<Opening>> Opening::Open(const Surroundings& around, Mode mode) {
  rocksdb::DBOptions options = MakeDbOptions(around.env.get(), around.health);
  if (mode == Mode::kReadWrite) {
    const rocksdb::Status made = around.env->CreateDirIfMissing(around.path);
    if (!made.ok()) return ToError(made, "making the folder " + around.path);
  }
  VEDETTE_TRY_VOID(CheckFamilies(options, around));

  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = OpenRocks(around, options, mode, &handles, &db);
  if (!status.ok()) return ToError(status, "opening the database in " + around.path);

  const std::shared_ptr<Opening> opening(
      std::unique_ptr<Opening>(new Opening(std::unique_ptr<rocksdb::DB>(db), mode)));  // NOLINT
  opening->default_handle_ = handles.front();
  opening->handles_.assign(handles.begin() + 1, handles.end());
  VEDETTE_TRY_VOID(opening->CheckFormat());
  return opening;
}

Opening::~Opening() {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  if (default_handle_ != nullptr) {
    db_->DestroyColumnFamilyHandle(default_handle_).PermitUncheckedError();
  }
  // Nothing can be lost by an error here: what was acknowledged is in the log.
  db_->Close().PermitUncheckedError();
}

rocksdb::ColumnFamilyHandle* Opening::handle(Family family) const {
  VEDETTE_CHECK(family < handles_.size());
  return handles_[family];
}

base::Result<> Opening::CheckFormat() {
  std::string version;
  const rocksdb::Status status =
      db_->Get(rocksdb::ReadOptions(), default_handle_, kFormatKey, &version);
  if (status.ok()) {
    if (version == kFormatVersion) return {};
    return base::FailedPrecondition("the database was written in format " + version +
                                    "; this version reads format " + kFormatVersion);
  }
  if (!status.IsNotFound()) return ToError(status, "reading the format version");
  if (mode_ == Mode::kReadOnly) return {};
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const rocksdb::Status written = db_->Put(durable, default_handle_, kFormatKey, kFormatVersion);
  if (!written.ok()) return ToError(written, "writing the format version");
  return {};
}

}  // namespace vedette::kv
