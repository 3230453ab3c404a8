#pragma once

#include <string>

#include "base/json_fields.h"
#include "model/incident.h"
#include "model/json_fields.h"
#include "model/silence.h"

namespace vedette::model {

// How silences and the parts of incidents are kept in the journal, in snapshots and in rows
// (see base/json_fields.h).

template <typename Archive>
void Fields(Archive& archive, Silence& silence) {
  archive("id", silence.id);
  archive("tenant", silence.tenant);
  archive("matchers", silence.matchers);
  archive("starts_at", silence.starts_at);
  archive("ends_at", silence.ends_at);
  archive("updated_at", silence.updated_at);
  archive("created_by", silence.created_by);
  archive("comment", silence.comment);
  archive("until_resolved", silence.until_resolved);
  archive("window", silence.window);
}

template <typename Archive>
void Fields(Archive& archive, PhaseStart& phase) {
  archive("phase", phase.phase);
  archive("started_at", phase.started_at);
  archive("by", phase.by);
}

template <typename Archive>
void Fields(Archive& archive, IncidentTask& task) {
  archive("number", task.number);
  archive("title", task.title);
  archive("assignee", task.assignee);
  archive("created_at", task.created_at);
  archive("done_at", task.done_at);
  archive("done_by", task.done_by);
}

template <typename Archive>
void Fields(Archive& archive, IncidentLink& link) {
  archive("url", link.url);
  archive("title", link.title);
}

// What people wrote down of an incident, and what it says beside its columns.
template <typename Archive>
void DetailFields(Archive& archive, Incident& incident) {
  archive.Since("phases", incident.phases);
  archive.Since("roles", incident.roles);
  archive.Since("tasks", incident.tasks);
  archive.Since("links", incident.links);
  archive.Since("starred", incident.starred);
  archive.Since("merged_into", incident.merged_into);
  archive.Since("suppressed", incident.suppressed);
  archive.Since("group_labels", incident.group_labels);
}

// All but its timeline.
template <typename Archive>
void Fields(Archive& archive, Incident& incident) {
  archive("id", incident.id);
  archive("tenant", incident.tenant);
  archive("title", incident.title);
  archive("severity", incident.severity);
  archive("state", incident.state);
  archive("entities", incident.entities);
  archive("anomaly_ids", incident.anomaly_ids);
  archive("started_at", incident.started_at);
  archive("updated_at", incident.updated_at);
  archive("acknowledged_at", incident.acknowledged_at);
  archive("resolved_at", incident.resolved_at);
  archive("acknowledged_by", incident.acknowledged_by);
  archive("resolved_by", incident.resolved_by);
  archive("revision", incident.revision);
  DetailFields(archive, incident);
}

}  // namespace vedette::model
