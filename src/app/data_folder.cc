#include "app/data_folder.h"

#include <filesystem>
#include <fmt/core.h>
#include <system_error>

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

std::string StateDatabasePath(const std::string& folder) { return folder + "/state.db"; }
std::string TelemetryPath(const std::string& folder) { return folder + "/telemetry"; }
std::string QuarantinePath(const std::string& folder) { return folder + "/quarantine"; }

}  // namespace vedette::app
