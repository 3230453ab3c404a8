#include "release/read_patterns.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "evidence/question.h"

namespace vedette::release {
namespace {

constexpr size_t kPatternsShown = 10;
constexpr base::Duration kWhole = std::chrono::hours(24 * 365);  // one count of all the time

using records::LogPattern;

// Those that came first since the release, the most frequent first.
std::vector<LogPattern> NewOf(const std::vector<LogPattern>& all, const Release& release,
                              base::TimePoint until) {
  bool known_before = false;
  std::vector<LogPattern> fresh;
  for (const LogPattern& pattern : all) {
    if (pattern.service != release.service) continue;
    const base::TimePoint first = base::FromMillis(pattern.first_seen_ms);
    known_before = known_before || first < release.released_at;
    if (first >= release.released_at && first <= until) fresh.push_back(pattern);
  }
  if (!known_before) return {};
  std::sort(fresh.begin(), fresh.end(),
            [](const LogPattern& a, const LogPattern& b) { return a.lines > b.lines; });
  if (fresh.size() > kPatternsShown) fresh.resize(kPatternsShown);
  return fresh;
}

std::string IdOf(const LogPattern& pattern) { return fmt::format("{:016x}", pattern.id); }

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string QuestionOf(const std::string& service, const std::vector<LogPattern>& patterns) {
  std::string any;
  for (const LogPattern& pattern : patterns) {
    any += fmt::format("{}pattern={}", any.empty() ? "" : " or ", IdOf(pattern));
  }
  return fmt::format("service={} ({}) | count by (pattern)", Quoted(service), any);
}

// Lines by pattern, out of a matrix with one point each.
std::map<std::string, int64_t> LinesIn(const base::Json& answer) {
  std::map<std::string, int64_t> lines;
  for (const base::Json& row : answer.value("result", base::Json::array())) {
    int64_t& sum = lines[row["metric"].value("pattern", "")];
    for (const base::Json& point : row["values"]) {
      const std::string text = point.at(1).get<std::string>();
      double value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      sum += static_cast<int64_t>(value);
    }
  }
  return lines;
}

}  // namespace

base::Result<> ReadPatterns(records::Store& records, const Answer& answer, const Release& release,
                            base::TimePoint until, Observation& out) {
  VEDETTE_TRY(const std::vector<LogPattern> all, records.LogPatterns(release.tenant));
  const std::vector<LogPattern> fresh = NewOf(all, release, until);
  if (fresh.empty() || !answer) return {};
  model::Evidence question;
  question.language = evidence::kLogs;
  question.query = QuestionOf(release.service, fresh);
  question.from = release.released_at;
  question.to = until;
  question.step = kWhole;
  VEDETTE_TRY(std::string text, answer(release.tenant, question));
  VEDETTE_TRY(const base::Json answered, base::ParseJson(text));
  const std::map<std::string, int64_t> lines = LinesIn(answered);
  for (const LogPattern& pattern : fresh) {
    const auto counted = lines.find(IdOf(pattern));
    if (counted == lines.end() || counted->second == 0) continue;  // gone by now
    out.new_patterns.push_back({.id = counted->first,
                                .text = pattern.text,
                                .example = pattern.example,
                                .first_seen = base::FromMillis(pattern.first_seen_ms),
                                .lines = counted->second});
  }
  out.patterns = {.query = std::move(question.query),
                  .from = question.from,
                  .to = question.to,
                  .step = question.step,
                  .answer_json = std::move(text),
                  .counted = "lines by pattern"};
  return {};
}

}  // namespace vedette::release
