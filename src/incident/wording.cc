#include "incident/wording.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <utility>

#include "base/duration.h"
#include "base/utf8.h"
#include "model/quantity.h"

namespace vedette::incident {
namespace {

constexpr size_t kHeadlineBytesMax = 160;
constexpr size_t kSummaryBytesMax = 500;
constexpr size_t kEntitiesNamedMax = 5;
constexpr size_t kDeliveryBytesMax = 1000;

bool HasRange(const model::Anomaly& anomaly) {
  return std::isfinite(anomaly.observed) &&
         (std::isfinite(anomaly.expected_low) || std::isfinite(anomaly.expected_high));
}

std::string Quantity(const model::Anomaly& anomaly, double value) {
  const std::string_view metric = anomaly.labels.metric_name();
  return model::FormatQuantity(metric, value, model::IsCounterName(metric));
}

std::string Range(const model::Anomaly& anomaly) {
  if (!std::isfinite(anomaly.expected_low)) {
    return "expected at most " + Quantity(anomaly, anomaly.expected_high);
  }
  if (!std::isfinite(anomaly.expected_high)) {
    return "expected at least " + Quantity(anomaly, anomaly.expected_low);
  }
  return fmt::format("expected {} to {}", Quantity(anomaly, anomaly.expected_low),
                     Quantity(anomaly, anomaly.expected_high));
}

// The services but the one that the headline names.
std::string Others(const Tracked& tracked) {
  std::string list;
  size_t named = 0;
  for (const std::string& entity : tracked.incident.entities) {
    if (entity == tracked.headline_entity) continue;
    if (named == kEntitiesNamedMax) {
      return list + fmt::format(" and {} more", tracked.incident.entities.size() - 1 - named);
    }
    if (named++ > 0) list += ", ";
    list += entity;
  }
  return list;
}

std::string_view NewsOf(std::optional<model::PageKind> kind) {
  if (!kind) return "a message";
  switch (*kind) {
    case model::PageKind::kOpened: return "it is open";
    case model::PageKind::kSeverityRaised: return "it got worse";
    case model::PageKind::kAcknowledged: return "somebody has it in hand";
    case model::PageKind::kResolved: return "it is over";
    case model::PageKind::kUpdated: return "its alerts have changed";
    case model::PageKind::kSilenceExpiring: return "a silence ends soon";
  }
  return {};
}

std::string Closing(const Tracked& tracked, base::TimePoint now) {
  const model::Incident& incident = tracked.incident;
  return fmt::format("Resolved by {} after {}.",
                     incident.resolved_by == "vedette" ? "itself" : incident.resolved_by,
                     Span(now - incident.started_at));
}

}  // namespace

std::string Headline(const model::Anomaly& anomaly) {
  const std::string_view metric = anomaly.labels.metric_name();
  std::string what;
  if (anomaly.kind == model::AnomalyKind::kBaseline && !metric.empty() && HasRange(anomaly)) {
    what = fmt::format("{} {}, {}", model::NameInWords(metric), Quantity(anomaly, anomaly.observed),
                       Range(anomaly));
  } else if (!anomaly.summary.empty()) {
    what = anomaly.summary;
  } else {
    what = fmt::format("{} ({})", anomaly.detector, model::AnomalyKindName(anomaly.kind));
  }
  const bool named = anomaly.entity.empty() || what.starts_with(anomaly.entity);
  return base::OneLine(named ? what : anomaly.entity + ": " + what, kHeadlineBytesMax);
}

std::string Title(const Tracked& tracked) {
  const size_t entities = tracked.incident.entities.size();
  if (tracked.catch_all) {
    return fmt::format("Too many incidents: {} further anomalies on {} services", tracked.anomalies,
                       entities);
  }
  if (entities < 2) return tracked.headline;
  return fmt::format("{} (+{} service{})", tracked.headline, entities - 1,
                     entities == 2 ? "" : "s");
}

std::string NameOf(const Member& member) {
  const std::string_view summary = member.alert.annotations.Get("summary");
  return base::OneLine(summary.empty() ? member.alert.labels.ToString() : std::string(summary),
                       kSummaryBytesMax);
}

std::string PageText(const Tracked& tracked, model::PageKind kind, base::TimePoint now) {
  const model::Incident& incident = tracked.incident;
  std::string text;
  if (kind == model::PageKind::kResolved) {
    text = Closing(tracked, now) + " ";
  } else if (kind == model::PageKind::kAcknowledged) {
    text = fmt::format("Acknowledged by {}. ", incident.acknowledged_by);
  } else if (kind == model::PageKind::kSeverityRaised) {
    text = fmt::format("Now {}. ", model::SeverityName(incident.severity));
  } else if (kind == model::PageKind::kUpdated) {
    text = "Its alerts have changed. ";
  }
  text += base::OneLine(tracked.headline, kSummaryBytesMax);
  if (!text.ends_with('.')) text += '.';
  text += fmt::format(" Since {}.", base::FormatTime(incident.started_at));
  if (incident.entities.size() > 1) text += fmt::format(" Also affected: {}.", Others(tracked));
  if (kind != model::PageKind::kResolved) {
    text += fmt::format(" Anomalies open: {} of {}.", tracked.open_ids.size(), tracked.anomalies);
  }
  return text;
}

std::optional<model::PageKind> KindOfKey(std::string_view dedup_key) {
  const size_t first = dedup_key.find(':');
  if (first == std::string_view::npos) return std::nullopt;
  const std::string_view rest = dedup_key.substr(first + 1);
  return model::ParsePageKind(rest.substr(0, rest.find(':')));
}

std::string DeliveryText(const DeliveryResult& result) {
  std::string text = result.person.empty()
                         ? result.receiver
                         : fmt::format("{} by {}", result.person, result.receiver);
  text += fmt::format(": {}", NewsOf(KindOfKey(result.dedup_key)));
  if (!result.ok) {
    text += fmt::format(" ({}{})", result.detail, result.final ? "" : "; trying again");
  }
  return base::OneLine(text, kDeliveryBytesMax);
}

std::string Span(base::Duration duration) {
  const int64_t seconds = std::max<int64_t>(0, duration.count() / 1000);
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7200) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

}  // namespace vedette::incident
