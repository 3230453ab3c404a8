#include "api/rule_backfill.h"

#include <optional>
#include <string>

#include "api/parameters.h"
#include "base/json_writer.h"
#include "rules/backfill.h"

namespace vedette::api {
namespace {

constexpr base::Duration kRangeMax = std::chrono::hours(24);

base::Result<std::vector<rules::RuleGroup>> ReadRules(std::string_view body) {
  std::vector<yaml::Diagnostic> problems, warnings;
  std::vector<rules::RuleGroup> groups = rules::ParseRuleFile(body, "body", problems, warnings);
  if (!problems.empty()) return base::InvalidArgument(problems.front().ToString("body"), "body");
  return groups;
}

rules::BackfillIo IoFor(query::Engine& queries, ingest::Ingester& ingester,
                        const model::TenantName& tenant) {
  rules::BackfillIo io;
  io.query = [&queries, tenant](const std::string& promql, base::TimePoint from, base::TimePoint to,
                                base::Duration step) {
    query::RangeQuery query;
    query.tenant = tenant;
    query.text = promql;
    query.start = from;
    query.end = to;
    query.step = step;
    return queries.Range(query);
  };
  io.append = [&ingester, tenant](const model::WriteBatch& batch) -> base::Result<> {
    VEDETTE_TRY(const ingest::WriteReport report, ingester.Write(tenant, batch, ingest::Age::kAny));
    // What was recorded at the time stays; it is no failure of the back-fill.
    if (report.refused() > report.stored.conflicting) {
      return base::InvalidArgument(report.first_refusal);
    }
    return {};
  };
  return io;
}

base::Result<std::string> Fill(query::Engine& queries, ingest::Ingester& ingester,
                               base::Duration interval, const Call& call) {
  VEDETTE_TRY(const std::optional<base::TimePoint> from, ReadTime(call, "from"));
  VEDETTE_TRY(const std::optional<base::TimePoint> to, ReadTime(call, "to"));
  if (!from || !to) return BadParameter(from ? "to" : "from", "must be given");
  if (*to < *from) return BadParameter("to", "lies before from");
  if (*to - *from > kRangeMax) return BadParameter("to", "is more than a day after from");
  VEDETTE_TRY(const std::vector<rules::RuleGroup> groups, ReadRules(call.request.body));
  VEDETTE_TRY(
      const rules::BackfillReport report,
      rules::Backfill(groups, *from, *to, interval, IoFor(queries, ingester, call.caller.tenant)));
  std::string json;
  base::JsonWriter(json)
      .BeginObject()
      .Field("rules", report.rules)
      .Field("samples", report.samples)
      .EndObject();
  return json;
}

}  // namespace

std::vector<Route> BackfillRoutes(query::Engine& queries, ingest::Ingester& ingester,
                                  base::Duration interval) {
  const auto handler = [&queries, &ingester, interval](const Call& call) {
    return Answer(Fill(queries, ingester, interval, call));
  };
  return {Route{.method = "POST",
                .pattern = "/api/v1/rules/backfill",
                .permission = Permission::kEdit,
                .handler = handler,
                .operation = "backfillRules",
                .heavy = true,
                .body_bytes_max = kLargeBody}};
}

}  // namespace vedette::api
