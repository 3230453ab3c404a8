#include "app/comparisons.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <utility>

#include "base/id.h"
#include "model/labels.h"
#include "model/severity.h"
#include "release/compare/finding_proof.h"

namespace vedette::app {

namespace {

constexpr size_t kAlertsMax = 100;

// Whether a row of the group is a service: by one label that names one.
bool IsOfServices(const release::compare::Comparison& comparison, const std::string& group) {
  const auto found =
      std::ranges::find(comparison.requests, group, &release::compare::RequestGroup::name);
  if (found == comparison.requests.end() || found->key.size() != 1) return false;
  const std::string& label = found->key.front();
  return label == "service" || label == "service_name" || label == "destination_service_name" ||
         label == "job" || label == "app";
}

bool IsOf(const ComparisonConfig& config, const model::TenantName& tenant) {
  return config.of_all_tenants || config.comparison.tenant == tenant;
}

}  // namespace

std::vector<model::Alert> AlertsOf(const release::compare::Comparison& comparison,
                                   const ComparisonAlert& alert,
                                   const release::compare::Report& report, base::TimePoint now) {
  std::vector<model::Alert> alerts;
  std::map<std::pair<std::string, std::string>, std::vector<const release::compare::Finding*>> rows;
  for (const release::compare::Finding& finding : report.findings) {
    rows[{finding.group, finding.row}].push_back(&finding);
  }
  for (const auto& [row, findings] : rows) {
    if (alerts.size() >= kAlertsMax) break;
    model::LabelsBuilder labels(alert.labels);
    labels.Set("alertname", comparison.name);
    labels.Set("group", row.first);
    labels.Set("row", row.second);
    if (IsOfServices(comparison, row.first)) labels.Set("service", row.second);
    labels.Set("severity", model::SeverityName(alert.severity));
    std::string description;
    for (const auto* finding : findings) {
      description += (description.empty() ? "" : "\n") + finding->text;
    }
    alerts.push_back({.tenant = comparison.tenant,
                      .labels = labels.Build(),
                      .annotations = model::Labels({{"summary", findings.front()->text},
                                                    {"description", description},
                                                    {"evidence", findings.front()->evidence_id}}),
                      .starts_at = now,
                      .ends_at = now + alert.lasts,
                      .updated_at = now,
                      .generator_url = {}});
  }
  return alerts;
}

base::Result<std::unique_ptr<Comparisons>> Comparisons::Open(
    Parts parts, std::vector<ComparisonConfig> configs) {
  std::unique_ptr<Comparisons> made(new Comparisons(std::move(parts)));
  VEDETTE_TRY(made->book_, release::compare::RunBook::Open(made->parts_.state));
  made->Apply(std::move(configs));
  return made;
}

void Comparisons::Apply(std::vector<ComparisonConfig> configs) {
  const base::TimePoint now = parts_.clock.Now();
  base::MutexLock lock(mutex_);
  configs_ = std::move(configs);
  due_.clear();
  for (const ComparisonConfig& config : configs_) due_.push_back(config.schedule.NextAfter(now));
}

base::Result<> Comparisons::Tend() {
  const base::TimePoint now = parts_.clock.Now();
  std::vector<std::pair<ComparisonConfig, base::TimePoint>> todo;
  {
    base::MutexLock lock(mutex_);
    for (size_t i = 0; i < configs_.size(); ++i) {
      if (!due_[i] || *due_[i] > now) continue;
      const ComparisonSchedule& schedule = configs_[i].schedule;
      todo.emplace_back(configs_[i], schedule.ReferenceAt(*due_[i]));
      due_[i] = schedule.NextAfter(now);
    }
  }
  for (const auto& [config, reference] : todo) {
    VEDETTE_TRY_VOID(Make(config, now, reference, true));
  }
  return {};
}

base::Result<Comparisons::Run> Comparisons::Make(const ComparisonConfig& config,
                                                 base::TimePoint now, base::TimePoint reference,
                                                 bool due) {
  const release::compare::Comparison& comparison = config.comparison;
  const release::compare::Report report = release::compare::Run(comparison, parts_.ask, reference);
  Run run{.id = "cr_" + base::NewId(now),
          .tenant = comparison.tenant,
          .name = comparison.name,
          .ran_at = now,
          .reference = reference,
          .findings = static_cast<int64_t>(report.findings.size()),
          .report_json = {}};
  base::JsonWriter json(run.report_json);
  WriteReport(json, report);
  VEDETTE_TRY_VOID(book_->Add(run, EvidenceOf(report, now)));
  if (due && config.alert && !report.findings.empty()) {
    VEDETTE_TRY_VOID(parts_.tell(AlertsOf(comparison, *config.alert, report, now)));
  }
  return run;
}

base::Result<std::vector<api::ComparisonView>> Comparisons::List(
    const model::TenantName& tenant) const {
  std::vector<api::ComparisonView> views;
  {
    base::MutexLock lock(mutex_);
    for (size_t i = 0; i < configs_.size(); ++i) {
      const release::compare::Comparison& comparison = configs_[i].comparison;
      if (!IsOf(configs_[i], tenant)) continue;
      views.push_back({.name = comparison.name,
                       .window = comparison.window,
                       .offset = comparison.offset,
                       .step = comparison.step,
                       .next_run_at = due_[i],
                       .last_run = std::nullopt});
    }
  }
  for (api::ComparisonView& view : views) {
    VEDETTE_TRY(std::vector<Run> runs, book_->List(tenant, view.name, 1));
    if (!runs.empty()) view.last_run = std::move(runs.front());
  }
  return views;
}

base::Result<ComparisonConfig> Comparisons::Find(const model::TenantName& tenant,
                                                 std::string_view name) const {
  base::MutexLock lock(mutex_);
  for (const ComparisonConfig& config : configs_) {
    if (!IsOf(config, tenant) || config.comparison.name != name) continue;
    ComparisonConfig found = config;
    found.comparison.tenant = tenant;
    return found;
  }
  return base::NotFound(fmt::format("there is no comparison '{}'", name));
}

base::Result<Comparisons::Run> Comparisons::RunNow(const model::TenantName& tenant,
                                                   const std::string& name,
                                                   const api::ComparisonRequest& request) {
  VEDETTE_TRY(ComparisonConfig config, Find(tenant, name));
  const base::TimePoint now = parts_.clock.Now();
  release::compare::Comparison& comparison = config.comparison;
  comparison.window = request.window.value_or(comparison.window);
  comparison.offset = request.offset.value_or(comparison.offset);
  if (comparison.window < comparison.step) {
    return base::InvalidArgument("window: must be at least a step", "window");
  }
  return Make(config, now, request.reference.value_or(config.schedule.ReferenceAt(now)), false);
}

std::vector<api::Route> Comparisons::Routes() {
  return api::ComparisonRoutes(
      {.list = [this](const auto& tenant) { return List(tenant); },
       .get = [this](const auto& tenant, const std::string& name,
                     const std::string& id) { return book_->Get(tenant, name, id); },
       .runs = [this](const auto& tenant, const std::string& name,
                      int64_t limit) { return book_->List(tenant, name, limit); },
       .run = [this](const auto& tenant, const std::string& name,
                     const auto& request) { return RunNow(tenant, name, request); }});
}

}  // namespace vedette::app
