#include <fmt/core.h>
#include <utility>

#include "base/digest.h"
#include "sources/alerts/json.h"

namespace vedette::sources::alerts {
namespace {

// What both forms of an alarm say.
struct Alarm {
  std::string name;
  std::string state;
  std::string reason;
  std::string description;
  std::string region;
  std::string account;
  std::string time;
  std::string time_field;
  std::string space;  // the namespace of the metric
  std::string metric;
  std::vector<std::pair<std::string, std::string>> dimensions;
};

void ReadTrigger(const base::Json& trigger, const ParseOptions& options, Alarm& alarm) {
  alarm.space = TextOf(trigger, "Namespace");
  alarm.metric = TextOf(trigger, "MetricName");
  const base::Json* const dimensions = Find(trigger, "Dimensions");
  if (dimensions == nullptr || !dimensions->is_array()) return;
  for (const base::Json& dimension : *dimensions) {
    if (alarm.dimensions.size() >= options.labels_max / 2) return;
    const std::string name = TextOf(dimension, "name");
    if (!name.empty()) alarm.dimensions.emplace_back(name, TextOf(dimension, "value"));
  }
}

// The message inside SNS: {"AlarmName", "NewStateValue", ..., "Trigger": {...}}.
Alarm ReadSnsAlarm(const base::Json& json, const ParseOptions& options) {
  Alarm alarm{.name = TextOf(json, "AlarmName"),
              .state = TextOf(json, "NewStateValue"),
              .reason = TextOf(json, "NewStateReason"),
              .description = TextOf(json, "AlarmDescription"),
              .region = TextOf(json, "Region"),
              .account = TextOf(json, "AWSAccountId"),
              .time = TextOf(json, "StateChangeTime"),
              .time_field = "StateChangeTime",
              .space = {},
              .metric = {},
              .dimensions = {}};
  if (const base::Json* const trigger = Find(json, "Trigger"))
    ReadTrigger(*trigger, options, alarm);
  return alarm;
}

// {"detail-type": "CloudWatch Alarm State Change", "detail": {"alarmName", "state": {...}, ...}}.
Alarm ReadBridgeAlarm(const base::Json& json, const base::Json& detail,
                      const ParseOptions& options) {
  Alarm alarm;
  alarm.name = TextOf(detail, "alarmName");
  alarm.region = TextOf(json, "region");
  alarm.account = TextOf(json, "account");
  alarm.time = TextOf(json, "time");
  alarm.time_field = "time";
  if (const base::Json* const state = Find(detail, "state")) {
    alarm.state = TextOf(*state, "value");
    alarm.reason = TextOf(*state, "reason");
  }
  const base::Json* const configuration = Find(detail, "configuration");
  if (configuration == nullptr) return alarm;
  alarm.description = TextOf(*configuration, "description");
  const base::Json* const metrics = Find(*configuration, "metrics");
  if (metrics == nullptr || !metrics->is_array() || metrics->empty()) return alarm;
  const base::Json* const stat = Find((*metrics)[0], "metricStat");
  const base::Json* const metric = stat == nullptr ? nullptr : Find(*stat, "metric");
  if (metric == nullptr) return alarm;
  alarm.space = TextOf(*metric, "namespace");
  alarm.metric = TextOf(*metric, "name");
  const base::Json* const dimensions = Find(*metric, "dimensions");
  if (dimensions == nullptr || !dimensions->is_object()) return alarm;
  for (const auto& [name, value] : dimensions->items()) {
    if (alarm.dimensions.size() >= options.labels_max / 2) break;
    if (value.is_string()) alarm.dimensions.emplace_back(name, value.get<std::string>());
  }
  return alarm;
}

std::string ServiceOf(const Alarm& alarm) {
  for (const auto& [name, value] : alarm.dimensions) {
    if (name == "ServiceName" && !value.empty()) return value;
  }
  for (const auto& [name, value] : alarm.dimensions) {
    if (!value.empty()) return value;
  }
  return alarm.space.empty() ? alarm.name : alarm.space;
}

base::Result<model::Event> MakeEvent(const Alarm& alarm, std::string data, base::TimePoint now,
                                     const ParseOptions& options) {
  if (alarm.name.empty()) return base::InvalidArgument("the alarm has no name", "AlarmName");
  model::Event event;
  if (alarm.state == "ALARM") {
    event.severity = model::Severity::kCritical;
  } else if (alarm.state == "INSUFFICIENT_DATA") {
    event.severity = model::Severity::kWarning;
  } else if (alarm.state != "OK") {
    return base::InvalidArgument(
        fmt::format("\"{}\" is none of ALARM, OK, INSUFFICIENT_DATA", alarm.state.substr(0, 50)),
        "NewStateValue");
  }
  event.time = now;
  if (!alarm.time.empty()) {
    const std::optional<base::TimePoint> time = ParseAlertTime(alarm.time);
    if (!time) return base::InvalidArgument("must be a time of RFC 3339", alarm.time_field);
    event.time = *time;
  }
  event.service = Cut(ServiceOf(alarm), options.name_bytes_max);
  event.type = "cloudwatch_alarm";
  event.message = Cut(fmt::format("{} is {}{}{}", alarm.name, alarm.state,
                                  alarm.reason.empty() ? "" : ": ", alarm.reason),
                      options.text_bytes_max);
  if (data.size() > options.data_bytes_max) {
    return base::InvalidArgument(fmt::format("the alarm has {} bytes; the limit is {}", data.size(),
                                             options.data_bytes_max));
  }
  event.data_json = std::move(data);
  const auto label = [&](std::string name, const std::string& value) {
    if (value.empty()) return;
    event.labels.emplace_back(Cut(std::move(name), options.name_bytes_max),
                              Cut(value, options.text_bytes_max));
  };
  label("alertname", alarm.name);
  label("status", alarm.state);
  label("region", alarm.region);
  label("account", alarm.account);
  label("namespace", alarm.space);
  label("metric", alarm.metric);
  label("description", alarm.description);
  for (const auto& [name, value] : alarm.dimensions) label("dimension_" + name, value);
  event.id = fmt::format(
      "alarm-{}-{}-{}",
      base::Sha256Hex(fmt::format("{}\n{}\n{}", alarm.account, alarm.region, alarm.name))
          .substr(0, 16),
      base::ToMillis(event.time), alarm.state);
  return event;
}

base::Result<model::Event> ReadEnvelope(const base::Json& json, const std::string& type,
                                        base::TimePoint now, const ParseOptions& options) {
  if (type == "SubscriptionConfirmation" || type == "UnsubscribeConfirmation") {
    return base::PermissionDenied(fmt::format(
        "a {} of SNS is not acted on: the address in it is never fetched. Confirm the subscription "
        "by hand, with its token or the SubscribeURL",
        type));
  }
  if (type != "Notification") {
    return base::InvalidArgument(fmt::format("\"{}\" is no message of SNS", type.substr(0, 50)),
                                 "Type");
  }
  const std::string message = TextOf(json, "Message");
  base::Result<base::Json> inner = base::ParseJson(message);
  if (!inner.ok() || !inner->is_object()) {
    return base::InvalidArgument("the message is no CloudWatch alarm in JSON", "Message");
  }
  return MakeEvent(ReadSnsAlarm(*inner, options), message, now, options);
}

}  // namespace

base::Result<model::Event> ParseCloudWatch(std::string_view body, base::TimePoint now,
                                           const ParseOptions& options) {
  VEDETTE_TRY(const base::Json json, ReadBody(body, options));
  if (!json.is_object()) return base::InvalidArgument("the body must be an object");
  if (const std::string type = TextOf(json, "Type"); !type.empty()) {
    return ReadEnvelope(json, type, now, options);
  }
  if (const base::Json* const detail = Find(json, "detail")) {
    return MakeEvent(ReadBridgeAlarm(json, *detail, options), base::DumpJson(json), now, options);
  }
  return MakeEvent(ReadSnsAlarm(json, options), base::DumpJson(json), now, options);
}

}  // namespace vedette::sources::alerts
