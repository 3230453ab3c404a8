#pragma once

#include <string>

#include "base/json_fields.h"
#include "model/alert.h"
#include "model/json_fields.h"
#include "model/silence.h"

namespace vedette::model {

// How alerts and silences are kept in the journal and in snapshots (see base/json_fields.h).

template <typename Archive>
void Fields(Archive& archive, Alert& alert) {
  archive("tenant", alert.tenant);
  archive("labels", alert.labels);
  archive("annotations", alert.annotations);
  archive("starts_at", alert.starts_at);
  archive("ends_at", alert.ends_at);
  archive("updated_at", alert.updated_at);
  archive("generator_url", alert.generator_url);
}

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

}  // namespace vedette::model
