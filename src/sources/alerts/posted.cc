#include <fmt/core.h>
#include <utility>

#include "sources/alerts/json.h"

namespace vedette::sources::alerts {
namespace {

// A fault of one alert as Alertmanager says it.
using Fault = std::optional<std::string>;

Fault ReadLabels(const base::Json& alert, std::string_view field, const ParseOptions& options,
                 model::Labels& out) {
  const base::Json* const member = Find(alert, field);
  if (member == nullptr || member->is_null()) return std::nullopt;
  if (!member->is_object()) return fmt::format("{} must be an object of texts", field);
  if (member->size() > options.labels_max) {
    return fmt::format("{} has more than {} members", field, options.labels_max);
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [name, value] : member->items()) {
    if (!value.is_string()) {
      return fmt::format("{}.{} must be a text", field, Cut(name, options.name_bytes_max));
    }
    if (name.empty() || name.size() > options.name_bytes_max) {
      return fmt::format("{} has a name that is not of 1 to {} bytes", field,
                         options.name_bytes_max);
    }
    if (value.get_ref<const std::string&>().size() > options.text_bytes_max) {
      return fmt::format("{}.{} has more than {} bytes", field, name, options.text_bytes_max);
    }
    pairs.emplace_back(name, value.get<std::string>());
  }
  out = model::Labels(std::move(pairs));
  return std::nullopt;
}

// Go's zero time says the same as none.
Fault ReadWhen(const base::Json& alert, std::string_view field, base::TimePoint& out) {
  const std::string text = TextOf(alert, field);
  if (text.empty() || text.starts_with("0001-01-01")) return std::nullopt;
  const std::optional<base::TimePoint> time = ParseAlertTime(text);
  if (!time) return fmt::format("{} must be a time of RFC 3339", field);
  out = *time;
  return std::nullopt;
}

Fault ReadPosted(const base::Json& json, base::TimePoint now, const ParseOptions& options,
                 model::Alert& alert) {
  if (!json.is_object()) return "an alert must be an object";
  if (Fault fault = ReadLabels(json, "labels", options, alert.labels)) return fault;
  if (Fault fault = ReadLabels(json, "annotations", options, alert.annotations)) return fault;
  if (alert.labels.empty()) return "at least one label pair required";
  if (Fault fault = ReadWhen(json, "startsAt", alert.starts_at)) return fault;
  if (Fault fault = ReadWhen(json, "endsAt", alert.ends_at)) return fault;
  const base::TimePoint none;
  if (alert.starts_at == none) alert.starts_at = alert.ends_at == none ? now : alert.ends_at;
  if (alert.ends_at != none && alert.ends_at < alert.starts_at) {
    return "start time must be before end time";
  }
  alert.updated_at = now;
  alert.generator_url = Cut(TextOf(json, "generatorURL"), options.text_bytes_max);
  return std::nullopt;
}

}  // namespace

base::Result<PostedAlerts> ParsePostedAlerts(std::string_view body, base::TimePoint now,
                                             const ParseOptions& options) {
  VEDETTE_TRY(const base::Json json, ReadBody(body, options));
  if (!json.is_array()) return base::InvalidArgument("the body must be a list of alerts");
  if (json.size() > options.alerts_max) {
    return base::InvalidArgument(
        fmt::format("more than {} alerts in one request", options.alerts_max),
        "limits.items_per_request");
  }
  PostedAlerts posted;
  for (const base::Json& item : json) {
    model::Alert alert;
    if (Fault fault = ReadPosted(item, now, options, alert)) {
      posted.faults.push_back(*std::move(fault));
    } else {
      posted.alerts.push_back(std::move(alert));
    }
  }
  return posted;
}

}  // namespace vedette::sources::alerts
