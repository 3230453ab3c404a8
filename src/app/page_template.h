#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "model/page.h"
#include "notify/delivery/receiver.h"

namespace vedette::app {

// What a receiver's `template` section says instead of a page's title and text: Go templates with
// Prometheus' functions. Empty: as it is. The dot has the members of Alertmanager's data (Status,
// Receiver, GroupLabels, CommonLabels, CommonAnnotations, Alerts, ExternalURL) and what only
// Vedette knows: docs/guide/notifications.md lists them all.
struct PageTemplates {
  std::string title = {};
  std::string text = {};
};

// Parses the templates and tries them on sample pages. kInvalidArgument with "title" or "text" as
// its field. Should a template fail on a page later, that page keeps its own words, with the reason
// below them: nobody is left in the dark for a mistake in a template.
base::Result<notify::delivery::PageRewriter> MakeRewriter(const PageTemplates& templates);

// An incident of two services, for previews and trials.
model::Page SamplePage(model::PageKind kind, model::Severity severity, base::TimePoint now);

}  // namespace vedette::app
