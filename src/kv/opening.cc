#include "kv/opening.h"

#include <algorithm>
#include <exception>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <utility>

#include "base/check.h"
#include "kv/health.h"
#include "kv/manifest_mark.h"
#include "kv/rocks_options.h"
#include "kv/rocks_status.h"

namespace vedette::kv {
namespace {

// The format of the key space, kept in RocksDB's default family (docs/formats/kv.md).
constexpr char kFormatKey[] = "vedette.kv.format";
constexpr char kFormatVersion[] = "1";

// What RocksDB says of a file that is damaged or not there is one thing for an opening.
base::Error OpenError(const rocksdb::Status& status, const std::string& doing) {
  base::Error error = ToError(status, doing);
  if (status.IsNotFound() || status.IsPathNotFound()) error.code = base::ErrorCode::kDataLoss;
  return error;
}

// RocksDB would begin a new database, and remove the files of the one before.
base::Result<> CheckIsNew(const Surroundings& around) {
  std::vector<std::string> names;
  const rocksdb::IOStatus listed =
      around.files->GetChildren(around.path, rocksdb::IOOptions(), &names, nullptr);
  if (!listed.ok()) return {};  // there is no folder
  for (const std::string& name : names) {
    if (name.ends_with(".sst")) return base::DataLoss("the file CURRENT is missing");
  }
  return {};
}

// RocksDB would report the unnamed family too, but not what to do about it.
base::Result<> CheckFamilies(const rocksdb::DBOptions& options, const Surroundings& around) {
  const std::string current = around.path + "/CURRENT";
  const rocksdb::IOStatus exists = around.files->FileExists(current, rocksdb::IOOptions(), nullptr);
  if (exists.IsNotFound()) return CheckIsNew(around);
  std::vector<std::string> on_disk;
  const rocksdb::Status status = rocksdb::DB::ListColumnFamilies(options, around.path, &on_disk);
  if (!status.ok()) return OpenError(status, "reading the families of " + around.path);
  for (const std::string& name : on_disk) {
    const bool known =
        name == rocksdb::kDefaultColumnFamilyName ||
        std::any_of(around.families.begin(), around.families.end(), [&](const FamilyOptions& f) {
          return f.name == name || (f.twice && NameOfSecond(f) == name);
        });
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
  const auto families = DescribeFamilies(around);
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

std::string NameOfSecond(const FamilyOptions& family) { return family.name + "_second"; }

// The default family holds only the format version.
std::vector<rocksdb::ColumnFamilyDescriptor> DescribeFamilies(const Surroundings& around) {
  FamilyOptions small;
  small.write_buffer_bytes = 1 << 20;
  std::vector<rocksdb::ColumnFamilyDescriptor> all;
  all.emplace_back(rocksdb::kDefaultColumnFamilyName, MakeFamilyOptions(small, around.cache));
  for (const FamilyOptions& family : around.families) {
    const rocksdb::ColumnFamilyOptions options = MakeFamilyOptions(family, around.cache);
    all.emplace_back(family.name, options);
    if (family.twice) all.emplace_back(NameOfSecond(family), options);
  }
  return all;
}

// RocksDB takes the lock itself when it opens for writing.
class Opening::Lock {
 public:
  static base::Result<std::unique_ptr<Lock>> Take(const Surroundings& around) {
    rocksdb::FileLock* lock = nullptr;
    const rocksdb::Status status =
        around.files->LockFile(around.path + "/LOCK", rocksdb::IOOptions(), &lock, nullptr);
    if (!status.ok()) return OpenError(status, "locking the database in " + around.path);
    return std::unique_ptr<Lock>(new Lock(around.files, lock));  // NOLINT: private
  }
  ~Lock() { files_->UnlockFile(lock_, rocksdb::IOOptions(), nullptr).PermitUncheckedError(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Lock(std::shared_ptr<rocksdb::FileSystem> files, rocksdb::FileLock* lock)
      : files_(std::move(files)), lock_(lock) {}

  const std::shared_ptr<rocksdb::FileSystem> files_;
  rocksdb::FileLock* const lock_;
};

Opening::Opening(std::unique_ptr<rocksdb::DB> db, Mode mode, std::shared_ptr<Health> health)
    : db_(std::move(db)), mode_(mode), health_(std::move(health)) {}

// In the order of DescribeFamilies.
void Opening::SortHandles(const Surroundings& around,
                          std::vector<rocksdb::ColumnFamilyHandle*> handles) {
  default_handle_ = handles.front();
  all_.assign(handles.begin() + 1, handles.end());
  size_t next = 0;
  for (const FamilyOptions& family : around.families) {
    handles_.push_back(all_[next++]);
    seconds_.push_back(family.twice ? all_[next++] : nullptr);
  }
}

base::Error Opening::ReadError(const rocksdb::Status& status, std::string_view doing) const {
  base::Error error = ToError(status, doing);
  if (error.code == base::ErrorCode::kDataLoss) health_->NoteDamage(error);
  return error;
}

base::Result<std::shared_ptr<Opening>> Opening::Open(const Surroundings& around, Mode mode,
                                                     bool skip_damaged_log) {
  if (mode == Mode::kReadWrite) {
    const rocksdb::Status made = around.env->CreateDirIfMissing(around.path);
    if (!made.ok()) return ToError(made, "making the folder " + around.path);
  }
  rocksdb::DBOptions options = MakeDbOptions(around.env.get(), around.health);
  if (skip_damaged_log) {
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  }
  const auto mark = std::make_shared<ManifestMark>(around.path, around.files);
  VEDETTE_TRY_VOID(mark->Check());
  VEDETTE_TRY_VOID(CheckFamilies(options, around));
  if (mode == Mode::kReadWrite) options.listeners.push_back(mark);

  std::unique_ptr<Lock> lock;
  if (mode == Mode::kReadOnly) {
    VEDETTE_TRY(lock, Lock::Take(around));
  }

  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = OpenRocks(around, options, mode, &handles, &db);
  if (!status.ok()) return OpenError(status, "opening the database in " + around.path);

  std::unique_ptr<rocksdb::DB> owned(db);
  // make_unique cannot reach it: the constructor is private.
  std::unique_ptr<Opening> made(new Opening(std::move(owned), mode, around.health));  // NOLINT
  std::shared_ptr<Opening> opening(std::move(made));
  opening->lock_ = std::move(lock);
  opening->SortHandles(around, std::move(handles));
  VEDETTE_TRY_VOID(opening->CheckFormat());
  if (mode == Mode::kReadWrite) mark->Set();
  return opening;
}

Opening::~Opening() {
  for (rocksdb::ColumnFamilyHandle* handle : all_) {
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
  if (!status.IsNotFound()) return ReadError(status, "reading the format version");
  if (mode_ == Mode::kReadOnly) return {};
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const rocksdb::Status written = db_->Put(durable, default_handle_, kFormatKey, kFormatVersion);
  if (!written.ok()) return ToError(written, "writing the format version");
  return {};
}

}  // namespace vedette::kv
