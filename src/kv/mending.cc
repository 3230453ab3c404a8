#include "kv/mending.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/utilities/ldb_cmd.h>
#include <rocksdb/write_batch.h>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "kv/health.h"
#include "kv/rocks_options.h"

namespace vedette::kv {
namespace {

constexpr std::string_view kTable = ".sst";

std::string QuarantineOf(const Surroundings& around) { return around.path + "/quarantine"; }

std::vector<std::string> NamesIn(const Surroundings& around, const std::string& folder) {
  std::vector<std::string> names;
  const rocksdb::IOStatus listed =
      around.files->GetChildren(folder, rocksdb::IOOptions(), &names, nullptr);
  if (!listed.ok()) names.clear();
  std::erase_if(names, [](const std::string& name) { return name == "." || name == ".."; });
  return names;
}

// Moves a file to the quarantine, under a name of its own.
void SetAside(const Surroundings& around, const std::string& folder, const std::string& name,
              std::string_view why) {
  const rocksdb::IOOptions io;
  const std::string quarantine = QuarantineOf(around);
  rocksdb::IOStatus status = around.files->CreateDirIfMissing(quarantine, io, nullptr);
  std::string to = quarantine + "/" + name;
  for (int n = 1; around.files->FileExists(to, io, nullptr).ok(); ++n) {
    to = quarantine + "/" + name + "." + std::to_string(n);
  }
  if (status.ok()) status = around.files->RenameFile(folder + "/" + name, to, io, nullptr);
  if (status.ok()) {
    base::LogError("a damaged file of the database is set aside",
                   {{"file", folder + "/" + name}, {"now", to}, {"error", why}});
  } else {
    base::LogError("a damaged file of the database cannot be set aside",
                   {{"file", folder + "/" + name}, {"error", status.ToString()}});
  }
}

rocksdb::Options OptionsFor(const Surroundings& around) {
  return {MakeDbOptions(around.env.get(), around.health),
          MakeFamilyOptions(FamilyOptions(), around.cache)};
}

// Why the file cannot be read in full; empty when it can, or when the disk does not say.
std::string DamageOf(const rocksdb::Options& options, const std::string& path) {
  rocksdb::SstFileReader reader(options);
  rocksdb::Status status = reader.Open(path);
  if (status.ok()) status = reader.VerifyChecksum();
  return status.IsCorruption() ? status.ToString() : std::string();
}

// The table is in the manifest no longer, or never was.
void RemoveFromManifest(const Surroundings& around, const rocksdb::Options& options,
                        const std::string& name) {
  uint64_t number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  const auto families = DescribeFamilies(around);
  const std::unique_ptr<rocksdb::LDBCommand> command(rocksdb::LDBCommand::InitFromCmdLineArgs(
      {"unsafe_remove_sst_file", "--db=" + around.path, std::to_string(number)}, options,
      rocksdb::LDBOptions(), &families));
  if (command == nullptr) return;
  command->Run();
  if (command->GetExecuteState().IsSucceed()) return;
  base::LogWarning("the manifest will be made anew, without a damaged file",
                   {{"file", name}, {"error", command->GetExecuteState().ToString()}});
}

void MakeManifestAnew(const Surroundings& around, std::string_view why) {
  base::LogError("the manifest of the database is made anew from its files",
                 {{"path", around.path}, {"error", why}});
  const rocksdb::Options options = OptionsFor(around);
  const rocksdb::Status repaired =
      rocksdb::RepairDB(around.path, options, DescribeFamilies(around));
  if (!repaired.ok()) base::LogError("that failed", {{"error", repaired.ToString()}});
  const std::string lost = around.path + "/lost";  // where RocksDB puts what it did not use
  for (const std::string& name : NamesIn(around, lost)) SetAside(around, lost, name, why);
}

void SetAsideEverything(const Surroundings& around, std::string_view why) {
  for (const std::string& name : NamesIn(around, around.path)) {
    if (name == "LOCK" || name == "quarantine" || name == "lost" || name.starts_with("LOG")) {
      continue;
    }
    SetAside(around, around.path, name, why);
  }
}

// -- Families that are kept twice

bool IsEmpty(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family) {
  const std::unique_ptr<rocksdb::Iterator> keys(db.NewIterator(rocksdb::ReadOptions(), family));
  keys->SeekToFirst();
  return !keys->Valid();
}

// What one of the two lacks, it takes from the other.
void Complete(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* from, rocksdb::ColumnFamilyHandle* to) {
  const std::unique_ptr<rocksdb::Iterator> keys(db.NewIterator(rocksdb::ReadOptions(), from));
  rocksdb::WriteBatch batch;
  std::string value;
  rocksdb::Status status;
  for (keys->SeekToFirst(); keys->Valid() && status.ok(); keys->Next()) {
    if (!db.Get(rocksdb::ReadOptions(), to, keys->key(), &value).IsNotFound()) continue;
    status = batch.Put(to, keys->key(), keys->value());
  }
  if (batch.Count() == 0) return;
  rocksdb::WriteOptions durable;
  durable.sync = true;
  if (status.ok()) status = db.Write(durable, &batch);
  if (status.ok()) return;
  base::LogError("a family's second copy cannot be written", {{"error", status.ToString()}});
}

void CompleteTwins(const Surroundings& around, Opening& opening, bool mended) {
  for (Family family = 0; family < around.families.size(); ++family) {
    rocksdb::ColumnFamilyHandle* const first = opening.handle(family);
    rocksdb::ColumnFamilyHandle* const second = opening.second(family);
    if (second == nullptr) continue;
    if (mended || IsEmpty(opening.db(), second)) Complete(opening.db(), first, second);
    if (mended) Complete(opening.db(), second, first);
  }
}

}  // namespace

bool SetAsideDamagedTables(const Surroundings& around, std::string_view hint) {
  const rocksdb::Options options = OptionsFor(around);
  const std::vector<std::string> names = NamesIn(around, around.path);
  for (const bool only_named : {true, false}) {
    bool found = false;
    for (const std::string& name : names) {
      if (!name.ends_with(kTable) || (hint.find(name) != hint.npos) != only_named) continue;
      const std::string damage = DamageOf(options, around.path + "/" + name);
      if (damage.empty()) continue;
      found = true;
      RemoveFromManifest(around, options, name);
      SetAside(around, around.path, name, damage);
    }
    if (found) return true;
  }
  return false;
}

base::Result<std::shared_ptr<Opening>> OpenMending(const Surroundings& around) {
  constexpr auto kReadWrite = Opening::Mode::kReadWrite;
  bool skip_damaged_log = false;
  const std::function<void(const std::string&)> steps[] = {
      [&](const std::string& why) { SetAsideDamagedTables(around, why); },
      [&](const std::string& /*why*/) { skip_damaged_log = true; },
      [&](const std::string& why) { MakeManifestAnew(around, why); },
      [&](const std::string& why) { SetAsideEverything(around, why); }};
  auto opening = Opening::Open(around, kReadWrite);
  for (const auto& step : steps) {
    if (opening.ok() || opening.error().code != base::ErrorCode::kDataLoss) break;
    step(opening.error().message);
    opening = Opening::Open(around, kReadWrite, skip_damaged_log);
  }
  const uint64_t files = NamesIn(around, QuarantineOf(around)).size();
  const bool mended = files > around.health->quarantined_files();
  around.health->SetQuarantined(files);
  if (opening.ok()) CompleteTwins(around, **opening, mended);
  return opening;
}

}  // namespace vedette::kv
