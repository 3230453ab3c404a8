#include "base/duration.h"
#include "release/compare/comparison.h"

namespace vedette::release::compare {
namespace {

void WriteWindow(base::JsonWriter& json, std::string_view key, const Window& window) {
  json.Key(key).BeginObject().Field("from", window.from);
  json.Field("to", window.to).EndObject();
}

void WriteFinding(base::JsonWriter& json, const Finding& finding) {
  json.BeginObject().Field("group", finding.group).Field("row", finding.row);
  json.Field("what", finding.what).Field("kind", finding.kind).Field("text", finding.text);
  json.Field("now", finding.now);
  json.Field("then", finding.then);
  json.Field("limit", finding.limit).Field("query", finding.query);
  json.Field("evidence_id", finding.evidence_id);
  json.Field("then_evidence_id", base::NullIfEmpty(finding.then_evidence_id)).EndObject();
}

void WriteRow(base::JsonWriter& json, const Row& row) {
  json.BeginObject().Field("name", row.name).Key("values").BeginObject();
  for (const auto& [which, value] : row.values) {
    json.Key(which).BeginObject().Field("now", value.first);
    json.Field("then", value.second);
    json.EndObject();
  }
  json.EndObject().Field("most_in_a_row", row.most_in_a_row);
  json.Field("members_now", row.members_now);
  json.Field("members_then", row.members_then);
  json.EndObject();
}

}  // namespace

void WriteReport(base::JsonWriter& json, const Report& report) {
  json.BeginObject().Field("name", report.name);
  WriteWindow(json, "now", report.now);
  WriteWindow(json, "then", report.then);
  json.Field("step", base::FormatDuration(report.step)).Key("findings").BeginArray();
  for (const Finding& finding : report.findings) WriteFinding(json, finding);
  json.EndArray().Key("tables").BeginArray();
  for (const Table& table : report.tables) {
    json.BeginObject().Field("group", table.group).Field("kind", table.kind);
    json.Field("query", table.query).Field("unit", table.unit).Field("error", table.error);
    json.Key("rows").BeginArray();
    for (const Row& row : table.rows) WriteRow(json, row);
    json.EndArray().EndObject();
  }
  json.EndArray();
  json.Field("notes", report.notes);
  json.EndObject();
}

}  // namespace vedette::release::compare
