#pragma once

#include "base/json_fields.h"
#include "incident/options.h"
#include "model/json_fields.h"

namespace vedette::incident {

// How options are kept in the journal and in snapshots (see base/json_fields.h).

template <typename Archive>
void Fields(Archive& archive, InhibitRule& rule) {
  archive("source", rule.source);
  archive("target", rule.target);
  archive("equal", rule.equal);
}

template <typename Archive>
void Fields(Archive& archive, AlertGrouping& grouping) {
  archive("group_by", grouping.group_by);
  archive("group_wait", grouping.group_wait);
  archive("group_interval", grouping.group_interval);
  archive("repeat_interval", grouping.repeat_interval);
}

template <typename Archive>
void Fields(Archive& archive, GroupingRule& rule) {
  archive("name", rule.name);
  archive("match", rule.match);
  archive("grouping", rule.grouping);
}

template <typename Archive>
void Fields(Archive& archive, EngineOptions& options) {
  archive("group_window", options.group_window);
  archive("group_across_services", options.group_across_services);
  archive("across_window", options.across_window);
  archive("across_span_max", options.across_span_max);
  archive("resolve_after", options.resolve_after);
  archive("reopen_window", options.reopen_window);
  archive("reopened_page_after", options.reopened_page_after);
  archive("repeat_interval", options.repeat_interval);
  archive("open_severity", options.open_severity);
  archive("page_severity", options.page_severity);
  archive("page_acknowledged", options.page_acknowledged);
  archive("open_incidents_max", options.open_incidents_max);
  archive("resolved_incidents_max", options.resolved_incidents_max);
  archive("open_anomalies_max", options.open_anomalies_max);
  archive("anomalies_listed_max", options.anomalies_listed_max);
  archive("timeline_rows_max", options.timeline_rows_max);
  archive.Since("alert_grouping", options.alert_grouping);
  archive.Since("grouping_rules", options.grouping_rules);
  archive.Since("inhibit_rules", options.inhibit_rules);
  archive.Since("flap_pages_max", options.flap_pages_max);
  archive.Since("flap_window", options.flap_window);
  archive.Since("resolve_timeout", options.resolve_timeout);
  archive.Since("silence_warning", options.silence_warning);
  archive.Since("alert_page_severity", options.alert_page_severity);
  archive.Since("silences_max", options.silences_max);
  archive.Since("silence_retention", options.silence_retention);
  archive.Since("hold_downstream", options.hold_downstream);
}

}  // namespace vedette::incident
