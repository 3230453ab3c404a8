#include "app/snapshot.h"

#include <array>
#include <fcntl.h>
#include <filesystem>
#include <fmt/chrono.h>
#include <fmt/core.h>
#include <span>
#include <system_error>
#include <unistd.h>

#include "app/data_folder.h"
#include "base/id.h"
#include "detect/learned/model_store.h"

namespace vedette::app {
namespace {

namespace fs = std::filesystem;

base::Error Failed(std::string_view what, const fs::path& path, const std::error_code& error) {
  return base::FailedPrecondition(fmt::format("{} {}: {}", what, path.string(), error.message()));
}

std::string NameOf(base::TimePoint now) {
  uint64_t random = 0;
  base::FillSecureRandom(std::as_writable_bytes(std::span(&random, 1)));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  return fmt::format("{:%Y%m%dT%H%M%S}Z-{:016x}", fmt::gmtime(seconds.time_since_epoch().count()),
                     random);
}

// The name of a new file is on the medium when its folder is.
base::Result<> SyncFolder(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (synced) return {};
  return base::Unavailable("the folder " + folder.string() + " cannot be synced");
}

base::Result<> CheckIsDataFolder(const std::string& folder) {
  std::error_code error;
  for (const std::string& part : {StateDatabasePath(folder), TelemetryPath(folder)}) {
    if (!fs::exists(part, error)) {
      return base::InvalidArgument(fmt::format("{} is no snapshot: {} is not there", folder, part));
    }
  }
  return {};
}

}  // namespace

base::Result<std::string> MakeSnapshot(const std::string& data_dir, base::TimePoint now,
                                       kv::Db& telemetry, sql::Database& state) {
  const fs::path all = SnapshotsPath(data_dir);
  VEDETTE_TRY_VOID(MakeDataFolder(all.string()));
  std::string name = NameOf(now);
  const fs::path partial = all / (name + ".partial");
  VEDETTE_TRY_VOID(MakeDataFolder(partial.string()));
  VEDETTE_TRY_VOID(telemetry.Checkpoint(TelemetryPath(partial.string())));
  VEDETTE_TRY_VOID(state.CopyTo(StateDatabasePath(partial.string())));
  const std::string models = ModelsPath(partial.string());
  VEDETTE_TRY_VOID(MakeDataFolder(models));
  VEDETTE_TRY_VOID(detect::learned::ModelStore::LinkAll(ModelsPath(data_dir), models));
  VEDETTE_TRY_VOID(SyncFolder(partial));
  std::error_code error;
  fs::rename(partial, all / name, error);
  if (error) return Failed("a snapshot cannot get its name", all / name, error);
  VEDETTE_TRY_VOID(SyncFolder(all));
  return name;
}

base::Result<> RestoreSnapshot(const std::string& snapshot, const std::string& data_dir) {
  VEDETTE_TRY_VOID(CheckIsDataFolder(snapshot));
  std::error_code error;
  if (fs::exists(data_dir, error) && !fs::is_empty(data_dir, error)) {
    return base::FailedPrecondition(
        fmt::format("the folder {} is not empty: restore into a new one", data_dir));
  }
  VEDETTE_TRY_VOID(MakeDataFolder(data_dir));
  VEDETTE_TRY_VOID(MakePrivateFolders(data_dir));
  fs::copy(snapshot, data_dir, fs::copy_options::recursive, error);
  if (error) return Failed("copying to", data_dir, error);
  for (const auto& entry : fs::recursive_directory_iterator(data_dir, error)) {
    const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || ::fsync(fd) != 0) error = std::make_error_code(std::errc::io_error);
    if (fd >= 0) ::close(fd);
    if (error) return Failed("syncing", entry.path(), error);
  }
  return SyncFolder(data_dir);
}

}  // namespace vedette::app
