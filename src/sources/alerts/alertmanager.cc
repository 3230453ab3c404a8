#include <algorithm>
#include <fmt/core.h>
#include <initializer_list>
#include <utility>

#include "base/digest.h"
#include "base/duration.h"
#include "model/log_record.h"
#include "sources/alerts/json.h"

namespace vedette::sources::alerts {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;
using json_items::Rejection;
using Fault = std::optional<Rejection>;

model::Severity SeverityOf(std::string name) {
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (const auto severity = model::ParseSeverity(name)) return *severity;
  if (name == "page" || name == "major" || name == "high" || name == "error" ||
      name == "emergency" || name == "fatal") {
    return model::Severity::kCritical;
  }
  if (name == "none" || name == "low" || name == "notice" || name == "debug") {
    return model::Severity::kInfo;
  }
  return model::Severity::kWarning;  // it does alert, and says nothing of how badly
}

std::string FirstOf(const Pairs& labels, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const auto found = std::ranges::find(labels, name, &Pairs::value_type::first);
    if (found != labels.end() && !found->second.empty()) return found->second;
  }
  return {};
}

// Reads one alert.
class AlertReader {
 public:
  AlertReader(const base::Json& alert, base::TimePoint now, const ParseOptions& options)
      : alert_(alert), now_(now), options_(options) {}

  Fault Read(model::Event& event) {
    if (!alert_.is_object()) return Rejection{0, "", "must be an object"};
    if (Fault fault = ReadPairs("labels", labels_)) return fault;
    if (Fault fault = ReadPairs("annotations", annotations_)) return fault;
    if (labels_.empty()) return Rejection{0, "labels", "is required"};
    if (Fault fault = ReadTimes(event)) return fault;
    event.service = FirstOf(labels_, {"service", "app", "job", "namespace", "alertname"});
    if (event.service.empty()) event.service = "alertmanager";
    event.type = "alert";
    event.severity =
        resolved_ ? model::Severity::kInfo : SeverityOf(FirstOf(labels_, {"severity"}));
    event.message = FirstOf(annotations_, {"summary", "message", "description", "title"});
    if (event.message.empty()) event.message = FirstOf(labels_, {"alertname"});
    if (event.message.empty()) event.message = "alert without a name";
    event.message = fmt::format("{}{}", resolved_ ? "resolved: " : "", event.message);
    event.data_json = base::DumpJson(alert_);
    if (event.data_json.size() > options_.data_bytes_max) {
      return Rejection{0, "",
                       fmt::format("has {} bytes; the limit is {}", event.data_json.size(),
                                   options_.data_bytes_max)};
    }
    event.id = Id();
    event.labels = labels_;
    event.labels.emplace_back("status", resolved_ ? "resolved" : "firing");
    event.labels.emplace_back("via", "alertmanager");
    return std::nullopt;
  }

 private:
  Fault ReadPairs(std::string_view field, Pairs& out) const {
    const base::Json* const member = Find(alert_, field);
    if (member == nullptr || member->is_null()) return std::nullopt;
    if (!member->is_object()) return Rejection{0, std::string(field), "must be an object of texts"};
    if (member->size() > options_.labels_max) {
      return Rejection{0, std::string(field),
                       fmt::format("has more than {} members", options_.labels_max)};
    }
    for (const auto& [name, value] : member->items()) {
      const std::string path = fmt::format("{}.{}", field, name.substr(0, 80));
      if (!value.is_string()) return Rejection{0, path, "must be a text"};
      if (name.empty() || name.size() > options_.name_bytes_max) {
        return Rejection{0, path,
                         fmt::format("is no name of 1 to {} bytes", options_.name_bytes_max)};
      }
      out.emplace_back(name, Cut(value.get<std::string>(), options_.text_bytes_max));
    }
    return std::nullopt;
  }

  Fault ReadTimes(model::Event& event) {
    const std::optional<base::TimePoint> start = ParseAlertTime(TextOf(alert_, "startsAt"));
    const std::optional<base::TimePoint> end = ParseAlertTime(TextOf(alert_, "endsAt"));
    if (!start && !TextOf(alert_, "startsAt").empty()) {
      return Rejection{0, "startsAt", "must be a time of RFC 3339"};
    }
    const std::string status = TextOf(alert_, "status");
    resolved_ = status.empty() ? end && *end <= now_ : status == "resolved";
    start_ = start.value_or(now_);
    event.time = resolved_ ? end.value_or(now_) : start_;
    return std::nullopt;
  }

  // Of the alert, its beginning and its state: a notification that is repeated has the same.
  std::string Id() const {
    std::string fingerprint = TextOf(alert_, "fingerprint");
    if (fingerprint.empty() || fingerprint.size() > 64) {
      Pairs sorted = labels_;
      std::ranges::sort(sorted);
      std::string text;
      for (const auto& [name, value] : sorted) text.append(name).append(1, 0).append(value) += '\n';
      fingerprint = base::Sha256Hex(text).substr(0, 16);
    }
    return fmt::format("alert-{}-{}-{}", fingerprint, base::ToMillis(start_),
                       resolved_ ? "resolved" : "firing");
  }

  const base::Json& alert_;
  const base::TimePoint now_;
  const ParseOptions& options_;
  Pairs labels_;
  Pairs annotations_;
  base::TimePoint start_;
  bool resolved_ = false;
};

}  // namespace

base::Result<ParsedAlerts> ParseAlertmanager(std::string_view body, base::TimePoint now,
                                             const ParseOptions& options) {
  VEDETTE_TRY(const base::Json json, ReadBody(body, options));
  const base::Json* const list = json.is_array() ? &json : Find(json, "alerts");
  if (list == nullptr || !list->is_array()) {
    return base::InvalidArgument("the body must have a list of alerts", "alerts");
  }
  if (list->size() > options.alerts_max) {
    return base::InvalidArgument(
        fmt::format("more than {} alerts in one request", options.alerts_max),
        "limits.items_per_request");
  }
  ParsedAlerts parsed;
  for (size_t i = 0; i < list->size(); ++i) {
    model::Event event;
    if (Fault fault = AlertReader((*list)[i], now, options).Read(event)) {
      fault->index = i;
      parsed.rejected.push_back(*std::move(fault));
      continue;
    }
    parsed.events.push_back(std::move(event));
    parsed.indexes.push_back(i);
  }
  return parsed;
}

}  // namespace vedette::sources::alerts
