#include "app/offline_data.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "app/data_folder.h"
#include "app/part_options.h"

namespace vedette::app {

base::Result<std::unique_ptr<OfflineData>> OfflineData::Open(const Config& config,
                                                             const base::Clock& clock) {
  std::error_code error;
  if (!std::filesystem::exists(TelemetryPath(config.data_dir), error)) {
    return base::NotFound(config.data_dir + ": no data folder of a server");
  }
  std::unique_ptr<OfflineData> data(new OfflineData());
  TelemetryLayout layout = TelemetryLayoutOf(config.data_dir);
  VEDETTE_TRY(data->telemetry_, kv::Db::Open(std::move(layout.options)));
  VEDETTE_TRY(data->records_, records::EmbeddedStore::Create(
                                  *data->telemetry_, {.first_family = layout.first_records,
                                                      .durability = config.storage.durability,
                                                      .seal_in_background = false}));
  VEDETTE_TRY(data->series_, series::Engine::Open(SeriesOptionsFor(config), *data->telemetry_,
                                                  clock, {}, data->metrics_));
  return data;
}

}  // namespace vedette::app
