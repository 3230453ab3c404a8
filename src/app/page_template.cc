#include "app/page_template.h"

#include <fmt/core.h>
#include <optional>
#include <utility>

#include "base/duration.h"
#include "model/alert.h"
#include "notify/delivery/channel.h"
#include "notify/wording/page_text.h"
#include "rules/template.h"
#include "rules/template_value.h"

namespace vedette::app {
namespace {

using notify::delivery::Attempt;
using notify::delivery::PageRewriter;
using rules::Template;
using rules::TemplateList;
using rules::TemplateMap;
using rules::TemplateValue;

constexpr size_t kTemplateBytesMax = 64 << 10;

TemplateValue Text(std::string_view text) { return TemplateValue(text); }

TemplateValue ToMap(model::LabelsView labels) {
  TemplateMap map;
  for (const model::Label& label : labels) map.entries.emplace(label.name, Text(label.value));
  return TemplateValue(std::move(map));
}

TemplateValue ToAlert(const model::Page& page, const model::Alert& alert) {
  const bool over = page.kind == model::PageKind::kResolved || alert.ResolvedAt(page.decided_at);
  TemplateMap map{.entries = {}, .record = true};
  map.entries.emplace("Status", Text(over ? "resolved" : "firing"));
  map.entries.emplace("Labels", ToMap(alert.labels));
  map.entries.emplace("Annotations", ToMap(alert.annotations));
  map.entries.emplace("StartsAt", Text(base::FormatTime(alert.starts_at)));
  map.entries.emplace("EndsAt", Text(over ? base::FormatTime(alert.ends_at) : ""));
  map.entries.emplace("GeneratorURL", Text(alert.generator_url));
  map.entries.emplace("Fingerprint", Text(model::Fingerprint(alert.labels)));
  return TemplateValue(std::move(map));
}

TemplateValue ToDot(const model::Page& page, const Attempt& attempt,
                    const std::string& external_url) {
  TemplateList alerts;
  for (const model::Alert& alert : page.alerts) alerts.items.push_back(ToAlert(page, alert));
  TemplateList services;
  for (const std::string& entity : page.entities) services.items.push_back(Text(entity));
  const bool resolved = page.kind == model::PageKind::kResolved;
  TemplateMap dot{.entries = {}, .record = true};
  const auto add = [&dot](const char* name, TemplateValue value) {
    dot.entries.emplace(name, std::move(value));
  };
  add("Status", Text(resolved ? "resolved" : "firing"));
  add("GroupLabels", ToMap(page.group_labels));
  add("CommonLabels", ToMap(page.labels));
  add("CommonAnnotations", ToMap(page.annotations));
  add("Alerts", TemplateValue(std::move(alerts)));
  add("ExternalURL", Text(external_url));
  add("Title", Text(page.title));
  add("Text", Text(page.text));
  add("Heading", Text(notify::wording::HeadingOf(page).word));
  add("Severity", Text(model::SeverityName(page.severity)));
  add("Priority", Text(fmt::format("P{}", page.priority)));
  add("Kind", Text(model::PageKindName(page.kind)));
  add("State", Text(model::IncidentStateName(page.state)));
  add("Tenant", Text(page.tenant));
  add("IncidentID", Text(page.incident_id));
  add("IncidentURL", Text(notify::delivery::IncidentUrl(external_url, page.incident_id)));
  add("Services", TemplateValue(std::move(services)));
  add("Since", Text(base::FormatTime(page.incident_started_at)));
  add("Late", Text(notify::wording::LateNote(attempt)));
  add("Key", Text(page.dedup_key));
  return TemplateValue(std::move(dot));
}

base::Result<std::string> Expand(const Template& text, const model::Page& page,
                                 const TemplateValue& dot, const std::string& external_url) {
  rules::TemplateData data;
  data.labels = page.labels;
  data.external_url = external_url;
  data.now = page.decided_at;
  data.dot = &dot;
  return text.Expand(data);
}

// The two, parsed.
struct Parsed {
  std::optional<Template> title;
  std::optional<Template> text;

  base::Result<model::Page> Apply(const model::Page& page, const Attempt& attempt,
                                  const std::string& external_url) const {
    const TemplateValue dot = ToDot(page, attempt, external_url);
    model::Page out = page;
    const auto fill = [&](const std::optional<Template>& source, const char* field,
                          std::string& target) -> base::Result<> {
      if (!source) return {};
      base::Result<std::string> filled = Expand(*source, page, dot, external_url);
      if (!filled.ok()) return base::InvalidArgument(filled.error().message, field);
      target = *std::move(filled);
      return {};
    };
    VEDETTE_TRY_VOID(fill(title, "title", out.title));
    VEDETTE_TRY_VOID(fill(text, "text", out.text));
    return out;
  }
};

base::Result<> Parse(const std::string& text, const char* field, std::optional<Template>& out) {
  if (text.empty()) return {};
  if (text.size() > kTemplateBytesMax) return base::InvalidArgument("has more than 64 KiB", field);
  base::Result<Template> parsed = Template::Parse(field, text);
  if (!parsed.ok()) return base::InvalidArgument(parsed.error().message, field);
  out = *std::move(parsed);
  return {};
}

}  // namespace

base::Result<PageRewriter> MakeRewriter(const PageTemplates& templates) {
  Parsed parsed;
  VEDETTE_TRY_VOID(Parse(templates.title, "title", parsed.title));
  VEDETTE_TRY_VOID(Parse(templates.text, "text", parsed.text));
  if (!parsed.title && !parsed.text) return PageRewriter();
  for (const model::PageKind kind : {model::PageKind::kOpened, model::PageKind::kResolved}) {
    const model::Page page = SamplePage(kind, model::Severity::kCritical, {});
    VEDETTE_TRY_VOID(parsed.Apply(page, {}, ""));
  }
  return PageRewriter(
      [parsed](const model::Page& page, const Attempt& attempt, const std::string& external_url) {
        base::Result<model::Page> rewritten = parsed.Apply(page, attempt, external_url);
        if (rewritten.ok()) return *std::move(rewritten);
        model::Page out = page;
        out.text +=
            fmt::format("\n(The template of this receiver failed: {})", rewritten.error().message);
        return out;
      });
}

model::Page SamplePage(model::PageKind kind, model::Severity severity, base::TimePoint now) {
  model::Page page{.dedup_key = fmt::format("in_sample:{}:1", model::PageKindName(kind)),
                   .kind = kind,
                   .tenant = "default",
                   .incident_id = "in_sample",
                   .title = "payment: error ratio 0.41, expected 0 to 0.03",
                   .text = "payment: error ratio 0.41, expected 0 to 0.03. Also affected: order.",
                   .severity = severity,
                   .entities = {"payment", "order"},
                   .incident_started_at = now - std::chrono::minutes(2),
                   .decided_at = now};
  page.labels = model::Labels({{"alertname", "HighErrorRatio"},
                               {"service", "payment"},
                               {"severity", std::string(model::SeverityName(severity))},
                               {"team", "payments"}});
  page.annotations = model::Labels({{"runbook_url", "https://runbooks.example.org/errors"},
                                    {"summary", "41 % of requests fail"}});
  page.priority = model::PriorityOf(page.labels, severity);
  page.state = kind == model::PageKind::kResolved       ? model::IncidentState::kResolved
               : kind == model::PageKind::kAcknowledged ? model::IncidentState::kAcknowledged
                                                        : model::IncidentState::kOpen;
  model::Alert alert;
  alert.tenant = page.tenant;
  alert.labels = page.labels;
  alert.annotations = page.annotations;
  alert.starts_at = page.incident_started_at;
  if (kind == model::PageKind::kResolved) alert.ends_at = now;
  alert.updated_at = now;
  page.alerts = {alert};
  return page;
}

}  // namespace vedette::app
