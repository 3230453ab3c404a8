#include "notify/channels/jira/jira.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "notify/delivery/http_channel.h"
#include "notify/wording/page_text.h"
#include "notify/wording/text.h"

namespace vedette::notify::channels {
namespace {

using base::JsonWriter;
using delivery::Answer;
using delivery::Attempt;
using delivery::Verdict;
using wording::Lines;
using wording::OneLine;

// Jira's limits: 255 of summary, 32767 of description and comment.
constexpr size_t kSummaryMax = 250;
constexpr size_t kTextMax = 10'000;
constexpr size_t kFactMax = 1000;

// Wiki markup reads a backslash as "the next character as it is".
std::string Plain(std::string_view text) { return wording::EscapeWith(text, "\\{}[]*!|^~", "\\"); }

std::string MarkOf(const model::Page& page) { return "vedette-" + page.incident_id; }

// A key such as OPS-12, fit for a path.
bool IsKey(std::string_view key) {
  return !key.empty() && key.size() <= 64 && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::string TextOf(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

}  // namespace

Jira::Jira(JiraSettings settings, const delivery::ChannelParts& parts)
    : settings_(std::move(settings)),
      receiver_(parts.receiver),
      external_url_(parts.external_url),
      client_(parts.http),
      threads_(parts.threads) {}

Jira::Outcome Jira::Call(std::string method, const std::string& path, const model::Page& page,
                         const Attempt& attempt, std::string body) const {
  net::ClientRequest request =
      delivery::JsonPost(settings_.url + path, page, attempt, std::move(body));
  request.method = std::move(method);
  request.response_bytes_max = 1 << 20;
  request.headers.Add("Accept", "application/json");
  request.headers.Add("Authorization",
                      settings_.user.empty()
                          ? "Bearer " + settings_.token
                          : "Basic " + base::Base64(settings_.user + ":" + settings_.token));
  const base::Result<net::Response> response = client_.Fetch(request);
  if (!response.ok()) return {delivery::AnswerOf(response.error()), ""};
  return {delivery::AnswerOf(*response), response->body};
}

std::string Jira::Issue(const model::Page& page, const Attempt& attempt) const {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("fields").BeginObject();
  json.Key("project").BeginObject().Field("key", settings_.project).EndObject();
  json.Key("issuetype").BeginObject().Field("name", settings_.issue_type).EndObject();
  json.Field("summary", OneLine(wording::Headline(page), kSummaryMax))
      .Field("description", Comment(page, attempt))
      .Key("labels")
      .BeginArray()
      .Value(MarkOf(page));
  for (const std::string& label : settings_.labels) json.Value(label);
  json.EndArray().EndObject().EndObject();
  return body;
}

std::string Jira::Comment(const model::Page& page, const Attempt& attempt) const {
  std::string text = Plain(fmt::format("{}\n\n{}\n", OneLine(wording::Headline(page), kFactMax),
                                       Lines(page.text, kTextMax)));
  for (const auto& [name, value] : wording::Facts(page, attempt)) {
    text += fmt::format("\n{}: {}", name, Plain(OneLine(value, kFactMax)));
  }
  const std::string url = delivery::IncidentUrl(external_url_, page.incident_id);
  if (!url.empty()) text += "\n\n" + url;
  return text;
}

std::string Jira::Preview(const model::Page& page, const Attempt& attempt) const {
  return Issue(page, attempt);
}

std::optional<std::string> Jira::FindIssue(const model::Page& page, const Attempt& attempt) {
  const delivery::ThreadKey key{receiver_, "", page.incident_id};
  const auto known = threads_.Find(key);
  if (known.ok() && *known) return **known;
  // Nothing can be there before the first attempt of the first page.
  if (page.kind == model::PageKind::kOpened && attempt.number == 1 && attempt.replaced == 0) {
    return std::nullopt;
  }
  const bool cloud = delivery::HostOf(settings_.url).ends_with(".atlassian.net");
  const Outcome found =
      Call("GET",
           fmt::format("{}?jql=labels%3D%22{}%22&fields=key&maxResults=1",
                       cloud ? "/rest/api/3/search/jql" : "/rest/api/2/search", MarkOf(page)),
           page, attempt, "");
  const base::Result<base::Json> json = base::ParseJson(found.body);
  if (found.answer.verdict != Verdict::kDelivered || !json.ok() || !json->is_object()) {
    return std::nullopt;
  }
  const auto issues = json->find("issues");
  if (issues == json->end() || !issues->is_array() || issues->empty()) return std::nullopt;
  const std::string issue = issues->front().is_object() ? TextOf(issues->front(), "key") : "";
  return IsKey(issue) ? std::optional(issue) : std::nullopt;
}

Answer Jira::Create(const model::Page& page, const Attempt& attempt) {
  Outcome created = Call("POST", "/rest/api/2/issue", page, attempt, Issue(page, attempt));
  if (created.answer.verdict != Verdict::kDelivered) return created.answer;
  const base::Result<base::Json> json = base::ParseJson(created.body);
  const std::string issue = json.ok() && json->is_object() ? TextOf(*json, "key") : "";
  if (!IsKey(issue)) {
    created.answer.verdict = Verdict::kRetry;
    created.answer.detail += ", but no key of an issue";
    return created.answer;
  }
  created.answer.detail += ", " + issue;
  const base::Result<> saved = threads_.Save({receiver_, "", page.incident_id}, issue);
  if (!saved.ok()) base::LogWarning("a Jira issue is not remembered", {{"receiver", receiver_}});
  return created.answer;
}

// An issue from where the transition does not lead is left where it is.
Answer Jira::Move(const std::string& issue, const std::string& transition, const model::Page& page,
                  const Attempt& attempt) const {
  const std::string path = fmt::format("/rest/api/2/issue/{}/transitions", issue);
  const Outcome offered = Call("GET", path, page, attempt, "");
  if (offered.answer.verdict != Verdict::kDelivered) return offered.answer;
  const base::Result<base::Json> json = base::ParseJson(offered.body);
  if (!json.ok() || !json->is_object() || !json->contains("transitions")) return offered.answer;
  for (const base::Json& way : (*json)["transitions"]) {
    if (!way.is_object()) continue;
    const std::string id = TextOf(way, "id");
    if (id != transition && TextOf(way, "name") != transition) continue;
    std::string body;
    JsonWriter writer(body);
    writer.BeginObject().Key("transition").BeginObject().Field("id", id).EndObject().EndObject();
    return Call("POST", path, page, attempt, std::move(body)).answer;
  }
  return offered.answer;
}

Answer Jira::Send(const model::Page& page, const Attempt& attempt) {
  if (page.kind == model::PageKind::kSilenceExpiring) {
    return {.verdict = Verdict::kDelivered, .detail = "not sent: it is about no incident"};
  }
  const bool resolved = page.kind == model::PageKind::kResolved;
  const std::optional<std::string> issue = FindIssue(page, attempt);
  if (!issue && resolved) {
    return {.verdict = Verdict::kDelivered, .detail = "not sent: there is no issue to resolve"};
  }
  if (!issue) return Create(page, attempt);
  const std::string& transition = resolved ? settings_.resolve_transition
                                  : page.kind == model::PageKind::kOpened
                                      ? settings_.reopen_transition
                                      : std::string();
  // First, so that a repetition after a failure finds nothing to do and makes no second comment.
  if (!transition.empty()) {
    Answer moved = Move(*issue, transition, page, attempt);
    if (moved.verdict != Verdict::kDelivered) return moved;
  }
  std::string body;
  JsonWriter(body).BeginObject().Field("body", Comment(page, attempt)).EndObject();
  Answer answer =
      Call("POST", fmt::format("/rest/api/2/issue/{}/comment", *issue), page, attempt, body).answer;
  answer.detail += ", " + *issue;
  return answer;
}

}  // namespace vedette::notify::channels
