#include "detect/feedback_preview.h"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "detect/grounds.h"

namespace vedette::detect {
namespace {

using model::Severity;
using Verdict = std::optional<Severity>;

struct Judged {
  Severity was = Severity::kInfo;
  Verdict would_be;
  bool grounded = false;
};

Judged Judge(const model::Anomaly& anomaly, const Standing& after) {
  Judged judged{.was = anomaly.severity, .would_be = anomaly.severity, .grounded = false};
  if (anomaly.kind != model::AnomalyKind::kBaseline) return judged;
  const std::optional<Grounds> grounds = ReadGrounds(anomaly.evidence.result_json);
  if (!grounds) return judged;
  judged.grounded = true;
  const double weight = after.weight();
  if (weight == grounds->weight) return judged;
  judged.would_be = Rejudge(*grounds, anomaly.severity, weight);
  // The grounds are those of its last report: a weight moves it one way only.
  if (weight > grounds->weight) {
    judged.would_be = std::max(judged.would_be.value_or(judged.was), judged.was);
  } else if (judged.would_be) {
    judged.would_be = std::min(*judged.would_be, judged.was);
  }
  return judged;
}

void List(std::vector<ChangedFinding>& out, size_t listed_max, ChangedFinding finding) {
  if (finding.would_be && *finding.would_be == finding.was) return;
  if (out.size() < listed_max) out.push_back(std::move(finding));
}

// What is left of an incident whose anomalies are these.
Verdict Remaining(const PreviewIncident& incident, Severity opens,
                  const std::unordered_map<std::string, Judged>& judged) {
  Verdict was;
  Verdict would_be;
  for (const std::string& id : incident.anomaly_ids) {
    const auto it = judged.find(id);
    if (it == judged.end()) return incident.severity;  // of another time, or gone
    was = std::max(was, Verdict(it->second.was));
    would_be = std::max(would_be, it->second.would_be);
  }
  if (was == would_be) return incident.severity;
  if (!would_be || *would_be < opens) return std::nullopt;
  return would_be;
}

int64_t Changed(const GroupEffect& effect) {
  return effect.anomalies.before - effect.anomalies.kept;
}

}  // namespace

void EffectTally::Add(Severity was, Verdict would_be) {
  ++before;
  if (!would_be) {
    ++dropped;
  } else if (*would_be == was) {
    ++kept;
  } else {
    ++(*would_be < was ? lowered : raised);
  }
}

FeedbackPreview Preview(const PreviewInput& input) {
  FeedbackPreview preview;
  std::unordered_map<std::string, Judged> judged;
  std::map<std::tuple<std::string, std::string, std::string>, GroupEffect> groups;
  for (const model::Anomaly& anomaly : input.anomalies) {
    const std::string metric(anomaly.labels.metric_name());
    GroupEffect& effect = groups[{anomaly.entity, metric, anomaly.detector}];
    if (effect.anomalies.before == 0) {
      effect.service = anomaly.entity;
      effect.metric = metric;
      effect.detector = anomaly.detector;
      effect.before = input.before.Of(anomaly.tenant, anomaly.entity, metric);
      effect.after = input.after.Of(anomaly.tenant, anomaly.entity, metric);
    }
    const Judged result = Judge(anomaly, effect.after);
    effect.anomalies.Add(result.was, result.would_be);
    preview.anomalies.Add(result.was, result.would_be);
    effect.without_grounds += result.grounded ? 0 : 1;
    preview.without_grounds += result.grounded ? 0 : 1;
    List(preview.changed_anomalies, input.listed_max,
         {anomaly.id, anomaly.summary, result.was, result.would_be});
    judged[anomaly.id] = result;
  }
  for (const PreviewIncident& incident : input.incidents) {
    const Verdict would_be = Remaining(incident, input.opens, judged);
    preview.incidents.Add(incident.severity, would_be);
    const bool paged = incident.severity >= input.pages;
    const bool pages = would_be && *would_be >= input.pages;
    preview.pages.before += paged ? 1 : 0;
    if (paged) ++(pages ? preview.pages.kept : preview.pages.dropped);
    if (!paged && pages) ++preview.pages.added;
    List(preview.changed_incidents, input.listed_max,
         {incident.id, incident.title, incident.severity, would_be});
  }
  for (auto& [key, effect] : groups) preview.groups.push_back(std::move(effect));
  std::ranges::sort(preview.groups, std::greater(), [](const GroupEffect& effect) {
    return std::tuple(Changed(effect), effect.anomalies.before, effect.service, effect.metric,
                      effect.detector);
  });
  if (preview.groups.size() > input.listed_max) preview.groups.resize(input.listed_max);
  return preview;
}

}  // namespace vedette::detect
