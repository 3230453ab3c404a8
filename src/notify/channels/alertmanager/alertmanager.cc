#include "notify/channels/alertmanager/alertmanager.h"

#include <algorithm>
#include <fmt/core.h>
#include <string_view>
#include <utility>

#include "base/duration.h"
#include "base/json_writer.h"
#include "model/alert.h"
#include "notify/wording/page_text.h"
#include "notify/wording/text.h"

namespace vedette::notify::channels {
namespace {

using base::JsonWriter;
using delivery::Answer;
using delivery::Attempt;
using model::Alert;
using model::Label;
using model::Labels;

constexpr std::string_view kNoTime = "0001-01-01T00:00:00Z";  // Go's zero time
constexpr size_t kTextMax = 8 << 10;
constexpr size_t kServicesMax = 50;
constexpr size_t kListBytesMax = 512 << 10;

void Set(Labels& labels, std::string_view name, std::string_view value) {
  model::LabelsBuilder builder(labels);
  builder.Set(name, value);
  Labels changed = builder.Build();
  labels = std::move(changed);
}

// The incident as alerts, one for each service. Their labels are the same from the first page to
// the last but for the severity.
std::vector<Alert> AlertsOf(const model::Page& page, const std::string& external_url) {
  if (!page.alerts.empty()) return page.alerts;
  std::vector<std::string> services = page.entities;
  if (services.empty()) services.emplace_back();
  services.resize(std::min(services.size(), kServicesMax));
  std::vector<Alert> alerts;
  for (const std::string& service : services) {
    Alert& alert = alerts.emplace_back();
    alert.labels = page.labels;
    Set(alert.labels, "alertname", "Incident");
    Set(alert.labels, "incident_id", page.incident_id);
    Set(alert.labels, "severity", model::SeverityName(page.severity));
    if (!service.empty()) Set(alert.labels, "service", service);
    alert.annotations = page.annotations;
    Set(alert.annotations, "description", page.text);
    Set(alert.annotations, "summary", page.title);
    alert.starts_at = page.incident_started_at;
    alert.generator_url = delivery::IncidentUrl(external_url, page.incident_id);
    if (page.kind == model::PageKind::kResolved) alert.ends_at = page.decided_at;
  }
  return alerts;
}

// What all have in common.
template <typename Member>
Labels Common(const std::vector<Alert>& alerts, Member member) {
  model::LabelsBuilder common(alerts.front().*member);
  for (const Label& label : alerts.front().*member) {
    const bool all = std::all_of(alerts.begin(), alerts.end(), [&](const Alert& alert) {
      return (alert.*member).Get(label.name) == label.value;
    });
    if (!all) common.Remove(label.name);
  }
  return common.Build();
}

void WriteLabels(JsonWriter& json, std::string_view key, model::LabelsView labels) {
  json.Key(key).BeginObject();
  for (const Label& label : labels) json.Field(label.name, wording::Lines(label.value, kTextMax));
  json.EndObject();
}

bool IsOver(const model::Page& page, const Alert& alert) {
  return page.kind == model::PageKind::kResolved || alert.ResolvedAt(page.decided_at);
}

// Whether it says nothing but that something is over.
bool IsOnlyOfTheEnd(const model::Page& page, const Attempt& attempt) {
  if (page.kind == model::PageKind::kResolved) return true;
  return page.kind == model::PageKind::kUpdated && page.alerts_new == 0 && attempt.replaced == 0;
}

void WriteAlert(JsonWriter& json, const model::Page& page, const Alert& alert) {
  const bool over = IsOver(page, alert);
  const base::TimePoint end = alert.ends_at == base::TimePoint{}
                                  ? page.decided_at
                                  : std::min(alert.ends_at, page.decided_at);
  // The severity of an incident may rise; that must not make another alert of it.
  Labels identity = alert.labels;
  if (page.alerts.empty()) {
    Set(identity, "severity", "");
  }
  json.BeginObject().Field("status", over ? "resolved" : "firing");
  WriteLabels(json, "labels", alert.labels);
  WriteLabels(json, "annotations", alert.annotations);
  json.Field("startsAt", base::FormatTime(alert.starts_at))
      .Field("endsAt", over ? base::FormatTime(end) : std::string(kNoTime))
      .Field("generatorURL", alert.generator_url)
      .Field("fingerprint", model::Fingerprint(identity))
      .EndObject();
}

// As many as fit; `listed` counts them.
std::string ListOf(const model::Page& page, const std::vector<Alert>& alerts, size_t& listed) {
  std::string list;
  JsonWriter json(list);
  json.BeginArray();
  for (const Alert& alert : alerts) {
    if (list.size() > kListBytesMax) break;
    WriteAlert(json, page, alert);
    ++listed;
  }
  json.EndArray();
  return list;
}

}  // namespace

Alertmanager::Alertmanager(AlertmanagerSettings settings, const delivery::ChannelParts& parts)
    : HttpChannel(parts.http),
      settings_(std::move(settings)),
      receiver_(parts.receiver),
      external_url_(parts.external_url) {}

Answer Alertmanager::Send(const model::Page& page, const Attempt& attempt) {
  if (page.kind == model::PageKind::kSilenceExpiring) {
    return {.verdict = delivery::Verdict::kDelivered,
            .detail = "not sent: it is about no incident"};
  }
  const bool acknowledged = page.kind == model::PageKind::kAcknowledged;
  if (acknowledged && attempt.replaced == 0) {
    return {.verdict = delivery::Verdict::kDelivered,
            .detail = "not sent: this form has no acknowledgement"};
  }
  if (!settings_.send_resolved && IsOnlyOfTheEnd(page, attempt)) {
    return {.verdict = delivery::Verdict::kDelivered, .detail = "not sent: send_resolved is off"};
  }
  return HttpChannel::Send(page, attempt);
}

std::string Alertmanager::Preview(const model::Page& page, const Attempt& attempt) const {
  std::vector<Alert> alerts = AlertsOf(page, external_url_);
  const bool firing = std::any_of(alerts.begin(), alerts.end(),
                                  [&](const Alert& alert) { return !IsOver(page, alert); });
  if (firing && !settings_.send_resolved) {
    std::erase_if(alerts, [&](const Alert& alert) { return IsOver(page, alert); });
  }
  const Labels common = Common(alerts, &Alert::labels);
  Labels annotations = Common(alerts, &Alert::annotations);
  if (const std::string note = wording::LateNote(attempt); !note.empty()) {
    Set(annotations, "late", note);
  }
  const size_t all = alerts.size();
  if (settings_.max_alerts > 0) {
    alerts.resize(std::min(all, static_cast<size_t>(settings_.max_alerts)));
  }
  size_t listed = 0;
  const std::string list = ListOf(page, alerts, listed);
  const int64_t truncated = page.alerts_left_out + static_cast<int64_t>(all - listed);
  std::string body;
  JsonWriter json(body);
  json.BeginObject()
      .Field("version", "4")
      .Field("groupKey", fmt::format("{{}}:{{incident_id=\"{}\"}}", page.incident_id))
      .Field("truncatedAlerts", truncated)
      .Field("status", firing ? "firing" : "resolved")
      .Field("receiver", receiver_);
  Labels group = page.group_labels;
  if (!page.grouped) Set(group, "incident_id", page.incident_id);
  WriteLabels(json, "groupLabels", group);
  WriteLabels(json, "commonLabels", common);
  WriteLabels(json, "commonAnnotations", annotations);
  json.Field("externalURL", external_url_).Key("alerts").Raw(list).EndObject();
  return body;
}

net::ClientRequest Alertmanager::RequestFor(const model::Page& page, const Attempt& attempt) const {
  net::ClientRequest request =
      delivery::JsonPost(settings_.url, page, attempt, Preview(page, attempt));
  delivery::Authorize(request, settings_.login);
  return request;
}

}  // namespace vedette::notify::channels
