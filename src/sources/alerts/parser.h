#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/alert.h"
#include "model/event.h"
#include "sources/json_items/items.h"

namespace vedette::sources::alerts {

// Alerts of other systems as events: Alertmanager's webhook (version 4), the alerts that Prometheus
// sends to an Alertmanager (API v2), and CloudWatch alarms, either in the envelope of SNS or as
// EventBridge events. The id of an event is made of the alert and its state, so that a repeated
// notification is the same event again. Pure and thread-safe.

struct ParseOptions {
  size_t body_bytes_max = 4 << 20;
  size_t alerts_max = 10'000;
  size_t labels_max = 64;
  size_t name_bytes_max = 256;
  size_t text_bytes_max = 4096;  // of a label or annotation
  size_t data_bytes_max = 64 << 10;
};

struct ParsedAlerts {
  std::vector<model::Event> events;  // all with an id
  std::vector<size_t> indexes;       // of each event, its place in the request
  std::vector<json_items::Rejection> rejected;
};

// {"alerts": [...]} of the webhook, or the bare list of the API. Service: the label service, app,
// job, namespace or alertname, the first that is there. Severity: the label severity; a resolved
// alert is info. Error: kInvalidArgument for a body that is neither, or exceeds a limit.
base::Result<ParsedAlerts> ParseAlertmanager(std::string_view body, base::TimePoint now,
                                             const ParseOptions& options = {});

// What Prometheus and amtool post to an Alertmanager (API v2): a list of alerts, those that are no
// good left out.
struct PostedAlerts {
  std::vector<model::Alert> alerts;  // without a tenant; ends_at is 0 where it was not told
  std::vector<std::string> faults;   // of the others, in Alertmanager's words
};
// Error: kInvalidArgument for a body that is no list, or exceeds a limit.
base::Result<PostedAlerts> ParsePostedAlerts(std::string_view body, base::TimePoint now,
                                             const ParseOptions& options = {});

// One alarm: ALARM is critical, INSUFFICIENT_DATA a warning, OK info. Service: the dimension
// ServiceName, else the first one, else the namespace. Errors: kInvalidArgument with the field;
// kPermissionDenied for the confirmation of a subscription, which a person must confirm: its
// address is never fetched.
base::Result<model::Event> ParseCloudWatch(std::string_view body, base::TimePoint now,
                                           const ParseOptions& options = {});

}  // namespace vedette::sources::alerts
