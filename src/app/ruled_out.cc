#include "app/ruled_out.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"
#include "release/tellings.h"

namespace vedette::app {
namespace {

using base::Json;

// What goes wrong just before a release may be the release's: pipelines tell of it when it is done.
constexpr base::Duration kToldLate = std::chrono::minutes(15);
constexpr base::Duration kTellings = std::chrono::hours(1);
constexpr size_t kTellingsMax = 1000;
constexpr int64_t kIncidentsMax = 20;

std::string TextIn(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// What a hypothesis claims of one of the changes; null when it is of none.
const Json* ClaimOf(const Json& hypothesis, const std::set<std::string>& changes) {
  const auto claims = hypothesis.find("claims");
  if (claims == hypothesis.end()) return nullptr;
  for (const Json& claim : *claims) {
    if (TextIn(claim, "kind") == "change" && changes.contains(TextIn(claim, "subject"))) {
      return &claim;
    }
  }
  return nullptr;
}

// Whoever deploys tells of a release, and so does what runs: a diagnosis may name either.
base::Result<std::set<std::string>> ChangesThatTellOf(const release::Release& release,
                                                      records::Store& records) {
  records::ChangeQuery query;
  query.tenant = release.tenant;
  query.service = release.service;
  query.from = release.released_at - kTellings;
  query.to = release.released_at + kTellings;
  query.limit = kTellingsMax;
  VEDETTE_TRY(const records::Page<model::Change> page, records.QueryChanges(query));
  std::set<std::string> ids = {release.change_id};
  for (const model::Change& change : page.records) {
    if (release::TellsOf(change, release, page.records)) ids.insert(change.id);
  }
  return ids;
}

}  // namespace

BodyOpinion OpinionIn(std::string_view body, const std::set<std::string>& changes,
                      base::TimePoint since) {
  BodyOpinion opinion;
  const base::Result<Json> diagnosis = base::ParseJson(body);
  if (!diagnosis.ok() || !diagnosis->is_object() || !diagnosis->contains("hypotheses")) {
    return opinion;
  }
  const base::Result<base::TimePoint> onset = base::ParseTime(TextIn(*diagnosis, "onset"));
  if (onset.ok() && *onset < since) return opinion;
  for (const Json& hypothesis : (*diagnosis)["hypotheses"]) {
    const Json* const claim = ClaimOf(hypothesis, changes);
    if (claim == nullptr) continue;
    if (TextIn(hypothesis, "status") != "ruled_out") {
      opinion.suspects = true;
    } else if (!opinion.cleared) {
      opinion.cleared = release::Doubt{.incident_id = {},
                                       .evidence_id = TextIn(*claim, "evidence_id"),
                                       .why = TextIn(*claim, "text")};
    }
  }
  return opinion;
}

base::Result<std::optional<release::Doubt>> RuledOutBy(
    const release::Release& release, const incident::journal::Journal& journal,
    const diagnose::live::DiagnosisStore& diagnoses, records::Store& records) {
  VEDETTE_TRY(const incident::journal::IncidentPage page, journal.List({.tenant = release.tenant,
                                                                        .entity = release.service,
                                                                        .from = release.released_at,
                                                                        .to = release.watched_until,
                                                                        .with_timeline = false,
                                                                        .limit = kIncidentsMax}));
  VEDETTE_TRY(const std::set<std::string> changes, ChangesThatTellOf(release, records));
  std::optional<release::Doubt> doubt;
  for (const model::Incident& incident : page.incidents) {
    VEDETTE_TRY(const auto found, diagnoses.Find(release.tenant, incident.id));
    if (!found) continue;
    BodyOpinion opinion = OpinionIn(found->body, changes, release.released_at - kToldLate);
    if (opinion.suspects) return std::optional<release::Doubt>();
    if (!opinion.cleared || doubt) continue;
    doubt = *std::move(opinion.cleared);
    doubt->incident_id = incident.id;
  }
  return doubt;
}

}  // namespace vedette::app
