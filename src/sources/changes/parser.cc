#include "sources/changes/parser.h"

#include <string_view>
#include <utility>

#include "sources/json_items/fields.h"

namespace vedette::sources::changes {
namespace {

using json_items::IsOneOf;
using json_items::Kind;
using json_items::MaybeProblem;
using json_items::Object;
using json_items::Problem;
using json_items::Value;

// Reads one change.
class ChangeParser {
 public:
  ChangeParser(const ParseOptions& options, model::Change& change)
      : options_(options),
        limits_{options.fields_max, options.name_bytes_max, options.items.depth_max},
        change_(change) {}

  base::Result<MaybeProblem> Read(Object& object) {
    VEDETTE_TRY(MaybeProblem problem,
                json_items::ForEachField(object, [&](std::string_view key, Value value) {
                  return ReadField(key, value);
                }));
    if (problem) return problem;
    return CheckWhole();
  }

 private:
  base::Result<MaybeProblem> ReadField(std::string_view key, Value value) {
    VEDETTE_TRY(const bool null, json_items::TakeNull(value));
    if (null) return MaybeProblem();
    if (key == "id") return json_items::ReadId(key, value, change_.id);
    if (std::string* const text = TextOf(key)) return json_items::ReadText(key, value, *text);
    if (IsOneOf(key, {"time", "timestamp"})) {
      return json_items::ReadTime(key, value, change_.time, json_items::WithoutOffset::kUtc);
    }
    if (IsOneOf(key, {"data", "details"})) {
      return json_items::ReadObject(key, value, limits_.depth_max, options_.data_bytes_max,
                                    change_.data_json);
    }
    VEDETTE_TRY(const Kind kind, json_items::KindOf(value));
    if (key == "labels" && kind == Kind::object) {
      return json_items::AddMembers(value, limits_, change_.labels);
    }
    return json_items::AddField(key == "commit_id" ? "commit" : key, value, limits_,
                                change_.labels);
  }

  // The text of the change that a field names; null when it names none.
  std::string* TextOf(std::string_view key) {
    if (IsOneOf(key, {"service", "source"})) return &change_.service;
    if (IsOneOf(key, {"kind", "type", "change_type"})) return &change_.kind;
    if (IsOneOf(key, {"title", "message", "description"})) return &change_.title;
    if (key == "version") return &change_.version;
    if (key == "status") return &change_.status;
    if (IsOneOf(key, {"author", "user", "initiated_by"})) return &change_.author;
    if (key == "url") return &change_.url;
    return nullptr;
  }

  MaybeProblem CheckWhole() {
    if (change_.service.empty()) return Problem{"service", "is required"};
    if (change_.kind.empty()) change_.kind = "deployment";
    if (change_.title.empty()) {
      change_.title = change_.kind + " of " + change_.service;
      if (!change_.version.empty()) change_.title += " " + change_.version;
    }
    if (MaybeProblem problem = json_items::CheckBytes("id", change_.id, options_.id_bytes_max)) {
      return problem;
    }
    const std::pair<std::string_view, const std::string*> texts[] = {
        {"title", &change_.title},   {"version", &change_.version}, {"status", &change_.status},
        {"author", &change_.author}, {"url", &change_.url},         {"kind", &change_.kind}};
    for (const auto& [field, text] : texts) {
      if (MaybeProblem problem = json_items::CheckBytes(field, *text, options_.text_bytes_max)) {
        return problem;
      }
    }
    return std::nullopt;
  }

  const ParseOptions& options_;
  const json_items::FieldLimits limits_;
  model::Change& change_;
};

}  // namespace

base::Result<ParsedChanges> Parse(const std::string& body, base::TimePoint now,
                                  const ParseOptions& options) {
  ParsedChanges parsed;
  const auto read = json_items::Collect<ChangeParser>(now, options, parsed.changes, parsed.indexes);
  VEDETTE_TRY(parsed.items,
              json_items::ReadDocument(body, "changes", options.items, read, parsed.rejected));
  return parsed;
}

}  // namespace vedette::sources::changes
