#include "app/training_order.h"

#include <filesystem>
#include <system_error>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/json.h"
#include "base/log.h"

namespace vedette::app {
namespace {

using base::Json;

constexpr size_t kBytesMax = size_t{4} << 20;

Json ToJson(const TrainingRequest& request) {
  Json json = {{"tenant", request.tenant},
               {"services", request.services},
               {"bidirectional", request.bidirectional},
               {"from", base::ToMillis(request.from)},
               {"to", base::ToMillis(request.to)},
               {"step_ms", request.step.count()},
               {"seed", request.seed},
               {"time_max_ms", request.time_max.count()},
               {"go_on", request.go_on},
               {"begun_at", base::ToMillis(request.begun_at.value_or(request.to))},
               {"beginnings", request.beginnings}};
  json["detectors"] = Json::array();
  for (const learn::NetworkKind kind : request.kinds) {
    json["detectors"].push_back(learn::NetworkKindName(kind));
  }
  return json;
}

// REQUIRES: what ToJson wrote; anything else throws.
TrainingRequest FromJson(const Json& json) {
  const auto time = [&](const char* key) { return base::FromMillis(json.at(key).get<int64_t>()); };
  TrainingRequest request;
  request.tenant = json.at("tenant").get<std::string>();
  request.services = json.at("services").get<std::vector<std::string>>();
  request.bidirectional = json.at("bidirectional").get<bool>();
  request.from = time("from");
  request.to = time("to");
  request.step = base::Duration(json.at("step_ms").get<int64_t>());
  request.seed = json.at("seed").get<uint64_t>();
  request.time_max = base::Duration(json.at("time_max_ms").get<int64_t>());
  request.go_on = json.at("go_on").get<bool>();
  request.begun_at = time("begun_at");
  request.beginnings = json.at("beginnings").get<int>();
  request.kinds.clear();
  for (const Json& each : json.at("detectors")) {
    if (const auto kind = learn::ParseNetworkKind(each.get<std::string>())) {
      request.kinds.push_back(*kind);
    }
  }
  return request;
}

}  // namespace

void TrainingOrderFile::Write(const TrainingRequest& request) const {
  const auto written = base::ReplaceFile(path_, base::DumpJson(ToJson(request)));
  if (!written.ok()) {
    base::LogWarning("a training cannot be noted", {{"error", written.error().message}});
  }
}

std::optional<TrainingRequest> TrainingOrderFile::Read(base::TimePoint now) const {
  const base::Result<std::string> text = base::ReadFile(path_, kBytesMax);
  if (!text.ok()) return std::nullopt;
  const base::Result<Json> json = base::ParseJson(*text);
  try {
    if (!json.ok()) return std::nullopt;
    TrainingRequest request = FromJson(*json);
    if (*request.begun_at < now - kOldest) return std::nullopt;
    if (request.beginnings < kBeginningsMax) return request;
    base::LogWarning("a training that has begun several times and never ended is given up",
                     {{"tenant", request.tenant}});
  } catch (const Json::exception& wrong) {
    base::LogWarning("a training that was begun cannot be read", {{"error", wrong.what()}});
  }
  return std::nullopt;
}

void TrainingOrderFile::Remove() const {
  std::error_code ignored;  // it would be gone on with, and find all of it done
  std::filesystem::remove(path_, ignored);
}

}  // namespace vedette::app
