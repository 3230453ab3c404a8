#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/labels.h"
#include "model/severity.h"
#include "model/tenant.h"

namespace vedette::model {

// What a rule says, here or in another system: the set of labels is who it is, the annotations are
// for people. It fires until `ends_at`, which the sender puts off by sending it again.
struct Alert {
  TenantName tenant;
  Labels labels;
  Labels annotations;
  base::TimePoint starts_at;
  base::TimePoint ends_at;  // 0: not told
  base::TimePoint updated_at;
  std::string generator_url;  // the page of the rule

  bool ResolvedAt(base::TimePoint now) const {
    return ends_at != base::TimePoint{} && ends_at <= now;
  }
};

// The name of a set of labels as Prometheus and Alertmanager make it: 16 hexadecimal digits.
// (FNV-1a, 64 bits, of each name and value in order of the names, each followed by the byte 255.)
std::string Fingerprint(LabelsView labels);

// Whom an alert concerns: the label service, app, job, namespace or alertname, the first there is.
std::string EntityOfAlert(LabelsView labels);

// Of the label `severity`: critical, page, emergency and fatal are critical; warning, warn, error,
// major and ticket are warnings, and so is an alert without the label, since somebody wrote the
// rule to be told; anything else is for information.
Severity SeverityOfAlert(LabelsView labels);

// What an alert says of itself, on one line of at most 500 bytes: its name, and of the annotations
// summary, message, description and title the first there is; where there is neither, its labels.
std::string SummaryOfAlert(const Alert& alert);

// The labels, or annotations, that two alerts have in common.
Labels CommonLabels(LabelsView a, LabelsView b);

}  // namespace vedette::model
