#include "notify/channels/gateway/gateway.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <utility>

#include "base/duration.h"
#include "base/html.h"
#include "base/json_writer.h"
#include "notify/wording/page_text.h"
#include "notify/wording/text.h"

namespace vedette::notify::channels {
namespace {

using delivery::Answer;
using delivery::Attempt;
using wording::Lines;
using wording::OneLine;

constexpr size_t kTitleMax = 1000;
constexpr size_t kTextMax = 8000;

const std::vector<std::string>& Names() {
  static const std::vector<std::string> names = {
      "to",   "message",  "speech",   "title", "text", "severity",    "heading",      "kind",
      "late", "priority", "services", "since", "key",  "incident_id", "incident_url", "tenant"};
  return names;
}

std::string PercentEncoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-_.~").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

bool IsHeaderText(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
}

Pattern PatternOf(std::string_view text) {
  base::Result<Pattern> pattern = Pattern::Parse(text, Names());
  return pattern.ok() ? *std::move(pattern) : Pattern();
}

}  // namespace

GatewaySettings SmsDefaults() {
  GatewaySettings settings;
  settings.body = R"({"to":"{{to}}","text":"{{message}}"})";
  settings.characters_max = 300;  // two messages of 153, or most of five in other alphabets
  return settings;
}

GatewaySettings VoiceDefaults() {
  GatewaySettings settings;
  settings.body = R"({"to":"{{to}}","text":"{{speech}}"})";
  settings.characters_max = 400;
  return settings;
}

base::Result<> Validate(const GatewaySettings& settings) {
  static constexpr std::array<std::string_view, 4> kMethods = {"POST", "PUT", "PATCH", "GET"};
  if (std::find(kMethods.begin(), kMethods.end(), settings.method) == kMethods.end()) {
    return base::InvalidArgument("must be POST, PUT, PATCH or GET", "method");
  }
  for (const auto& [key, text] : {std::pair("url", &settings.url), {"body", &settings.body}}) {
    const base::Result<Pattern> pattern = Pattern::Parse(*text, Names());
    if (!pattern.ok()) return base::InvalidArgument(pattern.error().message, key);
  }
  for (const net::Header& header : settings.headers) {
    if (header.name.empty() || !IsHeaderText(header.name) || !IsHeaderText(header.value)) {
      return base::InvalidArgument("a header is malformed", "headers");
    }
  }
  if (!IsHeaderText(settings.content_type)) {
    return base::InvalidArgument("is malformed", "content_type");
  }
  return delivery::Validate(settings.login);
}

Gateway::Gateway(GatewaySettings settings, const delivery::ChannelParts& parts)
    : HttpChannel(parts.http),
      settings_(std::move(settings)),
      url_(PatternOf(settings_.url)),
      body_(PatternOf(settings_.body)),
      external_url_(parts.external_url) {}

std::map<std::string, std::string> Gateway::ValuesOf(const model::Page& page,
                                                     const Attempt& attempt) const {
  const wording::Heading heading = wording::HeadingOf(page);
  const std::string url = delivery::IncidentUrl(external_url_, page.incident_id);
  const auto max = static_cast<size_t>(settings_.characters_max);
  // The URL is worth more than the end of a long title.
  const size_t room = max > url.size() + 20 ? max - url.size() - 1 : max;
  std::string message =
      OneLine(fmt::format("[{}] {}", heading.word, page.title), url.empty() ? max : room);
  if (!url.empty() && room < max) message += " " + url;
  return {{"to", attempt.to.empty() ? settings_.to : attempt.to},
          {"message", message},
          {"speech", OneLine(fmt::format("{}. {}.", heading.word, page.title), max)},
          {"title", OneLine(page.title, kTitleMax)},
          {"text", Lines(page.text, kTextMax)},
          {"severity", std::string(model::SeverityName(page.severity))},
          {"heading", std::string(heading.word)},
          {"kind", std::string(model::PageKindName(page.kind))},
          {"priority", fmt::format("P{}", page.priority)},
          {"services", OneLine(wording::Services(page), kTitleMax)},
          {"since", base::FormatTime(page.incident_started_at)},
          {"late", wording::LateNote(attempt)},
          {"incident_id", page.incident_id},
          {"incident_url", url},
          {"key", page.dedup_key},
          {"tenant", page.tenant}};
}

std::string Gateway::Escape(std::string_view value) const {
  const std::string& type = settings_.content_type;
  if (type.find("json") != std::string::npos) {
    std::string out;
    base::AppendJsonEscaped(out, value);
    return out;
  }
  if (type.find("urlencoded") != std::string::npos) return PercentEncoded(value);
  return type.find("xml") != std::string::npos ? base::EscapeHtml(value) : std::string(value);
}

std::string Gateway::Preview(const model::Page& page, const Attempt& attempt) const {
  return body_.Fill(ValuesOf(page, attempt), [this](std::string_view v) { return Escape(v); });
}

net::ClientRequest Gateway::RequestFor(const model::Page& page, const Attempt& attempt) const {
  net::ClientRequest request =
      delivery::JsonPost(url_.Fill(ValuesOf(page, attempt), PercentEncoded), page, attempt,
                         settings_.method == "GET" ? "" : Preview(page, attempt));
  request.method = settings_.method;
  request.headers.Set("Content-Type", settings_.content_type);
  for (const net::Header& header : settings_.headers) {
    request.headers.Set(header.name, header.value);
  }
  delivery::Authorize(request, settings_.login);
  return request;
}

Answer Gateway::Send(const model::Page& page, const Attempt& attempt) {
  const bool needs_person = url_.Has("to") || body_.Has("to");
  if (needs_person && attempt.to.empty() && settings_.to.empty()) {
    return {.verdict = delivery::Verdict::kRefused,
            .detail = "nobody to reach: neither the receiver nor the page has an address"};
  }
  return HttpChannel::Send(page, attempt);
}

}  // namespace vedette::notify::channels
