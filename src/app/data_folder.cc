#include "app/data_folder.h"

#include <filesystem>
#include <fmt/core.h>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "detect/state_book.h"
#include "records/embedded_store.h"
#include "series/engine.h"

namespace vedette::app {

base::Result<> MakeDataFolder(const std::string& folder) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(folder, error);
  if (error) {
    return base::FailedPrecondition(
        fmt::format("the data folder {} cannot be made: {}", folder, error.message()));
  }
  if (made) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    if (error) {
      return base::FailedPrecondition(fmt::format(
          "the data folder {} cannot be closed to others: {}", folder, error.message()));
    }
  }
  return {};
}

base::Result<> RequireDataFolder(const std::string& folder) {
  std::error_code error;
  if (std::filesystem::exists(StateDatabasePath(folder), error)) return {};
  return base::NotFound(folder + ": no data folder of a server");
}

base::Result<> MakePrivateFolders(const std::string& folder) {
  VEDETTE_TRY_VOID(MakeDataFolder(TelemetryPath(folder)));
  VEDETTE_TRY_VOID(MakeDataFolder(ModelsPath(folder)));
  for (const std::string& path :
       {TelemetryPath(folder), ModelsPath(folder), QuarantinePath(folder), SnapshotsPath(folder)}) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) continue;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
    if (error) {
      base::LogWarning("a folder cannot be closed to others",
                       {{"folder", path}, {"error", error.message()}});
    }
  }
  return {};
}

std::string StateDatabasePath(const std::string& folder) { return folder + "/state.db"; }
std::string TelemetryPath(const std::string& folder) { return folder + "/telemetry"; }
TelemetryLayout TelemetryLayoutOf(const std::string& folder) {
  TelemetryLayout layout;
  std::vector<kv::FamilyOptions>& families = layout.options.families;
  layout.options.path = TelemetryPath(folder);
  families = series::Engine::Families();
  layout.first_records = static_cast<kv::Family>(families.size());
  for (kv::FamilyOptions& family : records::Families()) families.push_back(std::move(family));
  layout.detector = static_cast<kv::Family>(families.size());
  families.push_back(detect::StateBook::Family());
  return layout;
}
std::string ModelsPath(const std::string& folder) { return folder + "/models"; }

std::string QuarantinePath(const std::string& folder) { return folder + "/quarantine"; }
std::string SnapshotsPath(const std::string& folder) { return folder + "/snapshots"; }

}  // namespace vedette::app
