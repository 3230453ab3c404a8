#include "release/finding_evidence.h"

#include <string>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"
#include "detect/anomaly_store.h"
#include "model/anomaly.h"

namespace vedette::release {
namespace {

std::string TextIn(const base::Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

base::TimePoint TimeIn(const base::Json& report, const char* end) {
  const auto window = report.find("now");
  if (window == report.end()) return {};
  const base::Result<base::TimePoint> time = base::ParseTime(TextIn(*window, end));
  return time.ok() ? *time : base::TimePoint();
}

}  // namespace

base::Result<> SaveFindings(sql::Session& session, std::string_view tenant,
                            std::string_view report_json, base::TimePoint taken_at) {
  VEDETTE_TRY(const base::Json report, base::ParseJson(report_json));
  const auto findings = report.find("findings");
  if (findings == report.end()) return {};
  for (const base::Json& finding : *findings) {
    model::Evidence evidence;
    evidence.id = TextIn(finding, "evidence_id");
    evidence.query = TextIn(finding, "query");
    evidence.from = TimeIn(report, "from");
    evidence.to = TimeIn(report, "to");
    evidence.taken_at = taken_at;
    evidence.result_json = base::DumpJson(finding);
    VEDETTE_TRY_VOID(detect::SaveEvidence(session, tenant, evidence));
  }
  return {};
}

}  // namespace vedette::release
