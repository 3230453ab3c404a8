#include "app/releases.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "api/releases.h"

namespace vedette::app {
namespace {

constexpr int kJudgedAtOnce = 100;

}  // namespace

base::Result<std::unique_ptr<Releases>> Releases::Open(Parts parts, const Config& config) {
  std::unique_ptr<Releases> made(new Releases(std::move(parts)));
  Releases* const self = made.get();
  const Parts& own = self->parts_;
  VEDETTE_TRY(made->watch_, release::Watch::Open(
                                config.releases,
                                {.database = own.state,
                                 .records = own.records,
                                 .findings = own.findings,
                                 .metrics = own.metrics,
                                 .ask = made->AskEngine(),
                                 .answer = own.answer,
                                 .changed = [self](const auto& release) { self->Publish(release); },
                                 .ruled_out = own.ruled_out}));
  VEDETTE_TRY(
      made->comparisons_,
      Comparisons::Open(
          {.state = own.state, .ask = made->AskEngine(), .tell = own.tell, .clock = own.clock},
          config.comparisons));
  return made;
}

release::Ask Releases::AskEngine() {
  release::Ask ask;
  ask.instant = [this](query::InstantQuery query) {
    query.cancelled = [this] { return stopping_.load(); };
    return parts_.queries.Instant(query);
  };
  ask.range = [this](query::RangeQuery query) {
    query.cancelled = [this] { return stopping_.load(); };
    return parts_.queries.Range(query);
  };
  return ask;
}

// Who has no metrics has no release that could be judged.
std::vector<model::TenantName> Releases::Tenants() const {
  std::vector<model::TenantName> tenants{model::TenantName(model::kDefaultTenant)};
  for (const series::NamedCount& tenant : parts_.series.SeriesByTenant()) {
    if (tenant.name != model::kDefaultTenant) tenants.emplace_back(tenant.name);
  }
  return tenants;
}

void Releases::Publish(const release::Release& release) {
  std::string text;
  base::JsonWriter json(text);
  json.BeginObject().Field("topic", "releases").Field("id", release.id);
  json.Field("rev", base::ToMillis(release.judged_at.value_or(release.released_at)));
  json.Key("patch");
  WriteRelease(json, release, /*with_judgement=*/false);
  json.EndObject();
  parts_.hub.Publish(release.tenant, "releases", text);
}

base::Result<> Releases::JudgeDue() {
  for (int i = 0; i < kJudgedAtOnce && !stopping_; ++i) {
    VEDETTE_TRY(const bool judged, watch_->JudgeOne(parts_.clock.Now()));
    if (!judged) break;
  }
  return {};
}

void Releases::Apply(const Config& config) {
  watch_->Reconfigure(config.releases);
  comparisons_->Apply(config.comparisons);
}

base::Result<> Releases::DeleteTenant(std::string_view tenant) {
  VEDETTE_TRY_VOID(comparisons_->DeleteTenant(tenant));
  return watch_->DeleteTenant(tenant);
}

void Releases::Start() {
  using std::chrono::seconds;
  chores_.Add("find releases", seconds(5),
              [this] { return watch_->FindReleases(Tenants(), parts_.clock.Now()); });
  chores_.Add("judge releases", seconds(2), [this] { return JudgeDue(); });
  chores_.Add("comparisons", seconds(5), [this] { return comparisons_->Tend(); });
  chores_.Start();
}

void Releases::Stop() {
  stopping_ = true;
  chores_.Stop();
}

std::vector<api::Route> Releases::Routes() {
  std::vector<api::Route> routes = api::ReleaseRoutes(*watch_);
  std::vector<api::Route> more = comparisons_->Routes();
  std::move(more.begin(), more.end(), std::back_inserter(routes));
  return routes;
}

}  // namespace vedette::app
