#include "notify/channels/email/email.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/html.h"
#include "notify/delivery/ack_links.h"
#include "notify/delivery/http_channel.h"
#include "notify/wording/page_text.h"
#include "notify/wording/text.h"

namespace vedette::notify::channels {
namespace {

using base::EscapeHtml;
using delivery::Answer;
using delivery::Attempt;
using delivery::Verdict;
using wording::Lines;
using wording::OneLine;

constexpr size_t kTextMax = 20'000;
constexpr size_t kFactMax = 1000;
constexpr size_t kTitleMax = 1000;
constexpr size_t kAlertsMax = 20;

struct Fact {
  std::string name;
  std::string value;
};

std::vector<Fact> FactsOf(const model::Page& page, const Attempt& attempt) {
  std::vector<Fact> facts;
  for (const auto& [name, value] : wording::Facts(page, attempt)) {
    facts.push_back({name, OneLine(value, kFactMax)});
  }
  for (size_t i = 0; i < std::min(page.alerts.size(), kAlertsMax); ++i) {
    const model::Alert& alert = page.alerts[i];
    const bool over = alert.ResolvedAt(page.decided_at);
    facts.push_back({over ? "Alert, over" : "Alert", OneLine(alert.labels.ToString(), kFactMax)});
  }
  facts.push_back({"Key", OneLine(page.dedup_key, kFactMax)});
  return facts;
}

struct Links {
  std::string incident;     // may be empty
  std::string acknowledge;  // the same
};

std::string PlainText(const model::Page& page, const std::vector<Fact>& facts, const Links& links) {
  std::string out = fmt::format("{}\n\n{}\n\n", OneLine(wording::Headline(page), kTitleMax),
                                Lines(page.text, kTextMax));
  for (const Fact& fact : facts) out += fmt::format("{}: {}\n", fact.name, fact.value);
  if (!links.acknowledge.empty()) {
    out += fmt::format("\nAcknowledge, without a login, once: {}\n", links.acknowledge);
  }
  if (!links.incident.empty()) out += fmt::format("\nOpen the incident: {}\n", links.incident);
  return out;
}

std::string Button(const std::string& url, std::string_view text, std::string_view color) {
  if (url.empty()) return {};
  return fmt::format(
      "<p><a href=\"{}\" style=\"display:inline-block;padding:8px 16px;background:{};"
      "color:#ffffff;text-decoration:none;border-radius:4px\">{}</a></p>\n",
      EscapeHtml(url), color, text);
}

std::string Html(const model::Page& page, const std::vector<Fact>& facts, const Links& links) {
  const wording::Heading heading = wording::HeadingOf(page);
  std::string body = EscapeHtml(Lines(page.text, kTextMax));
  std::string rows;
  for (const Fact& fact : facts) {
    rows += fmt::format(
        "<tr><td style=\"padding:2px 12px 2px 0;color:#57606a;vertical-align:top\">{}</td>"
        "<td>{}</td></tr>\n",
        EscapeHtml(fact.name), EscapeHtml(fact.value));
  }
  const std::string buttons = Button(links.acknowledge, "Acknowledge", "#1a7f37") +
                              Button(links.incident, "Open the incident", "#24292f");
  return fmt::format(
      "<!doctype html>\n<html><body "
      "style=\"font-family:sans-serif;font-size:14px;color:#24292f\">\n"
      "<h1 style=\"font-size:18px;border-left:6px solid {};padding-left:10px\">{} {}</h1>\n"
      "<p style=\"white-space:pre-line\">{}</p>\n<table>\n{}</table>\n{}</body></html>\n",
      heading.color, heading.shape, EscapeHtml(OneLine(wording::Headline(page), kTitleMax)), body,
      rows, buttons);
}

}  // namespace

Email::Email(EmailSettings settings, const delivery::ChannelParts& parts)
    : settings_(std::move(settings)),
      receiver_(parts.receiver),
      external_url_(parts.external_url),
      client_(parts.mail),
      links_(parts.links) {}

std::vector<std::string> Email::AddresseesOf(const Attempt& attempt) const {
  return attempt.to.empty() ? settings_.to : std::vector<std::string>{attempt.to};
}

// Made of the page alone, so that a message that is sent again is the same.
std::string Email::AckLinkOf(const model::Page& page, const Attempt& attempt) const {
  const bool possible = links_ != nullptr && settings_.link_valid_for > base::Duration(0) &&
                        !external_url_.empty() && delivery::AsksForAcknowledgement(page);
  if (!possible) return {};
  const std::vector<std::string> addressees = AddresseesOf(attempt);
  return delivery::AckUrl(
      external_url_,
      links_->Sign({.tenant = page.tenant,
                    .incident_id = page.incident_id,
                    .page_key = page.dedup_key,
                    .receiver = receiver_,
                    .to = addressees.size() == 1 ? addressees.front() : std::string(),
                    .expires_at = page.decided_at + settings_.link_valid_for}));
}

MailMessage Email::MessageOf(const model::Page& page, const Attempt& attempt) const {
  const std::vector<Fact> facts = FactsOf(page, attempt);
  const Links links = {.incident = delivery::IncidentUrl(external_url_, page.incident_id),
                       .acknowledge = AckLinkOf(page, attempt)};
  return {.from = settings_.from,
          .to = AddresseesOf(attempt),
          .subject = fmt::format("[{}] {}", wording::HeadingOf(page).word, page.title),
          .text = PlainText(page, facts, links),
          .html = Html(page, facts, links),
          .date = page.decided_at,
          .id = fmt::format("{}.{}", page.dedup_key, receiver_),
          .thread = page.incident_id,
          .urgent = page.severity == model::Severity::kCritical};
}

std::string Email::Preview(const model::Page& page, const Attempt& attempt) const {
  const MailMessage message = MessageOf(page, attempt);
  std::string to;
  for (const std::string& address : message.to) to += (to.empty() ? "" : ", ") + address;
  return fmt::format("To: {}\nSubject: {}\n\n{}\n{}", to, OneLine(message.subject, kTitleMax),
                     message.text, message.html);
}

Answer Email::Send(const model::Page& page, const Attempt& attempt) {
  for (const std::string& address : AddresseesOf(attempt)) {
    if (!ParseMailbox(address).ok()) {
      return {.verdict = Verdict::kRefused, .detail = "the addressee is no e-mail address"};
    }
  }
  const base::Result<net::MailAnswer> sent =
      client_.Send({.host = settings_.host,
                    .port = settings_.port,
                    .security = settings_.security,
                    .user = settings_.user,
                    .password = settings_.password,
                    .hello = settings_.hello,
                    .ca_file = settings_.ca_file,
                    .from = settings_.from.address,
                    .to = AddresseesOf(attempt),
                    .message = WriteMail(MessageOf(page, attempt)),
                    .timeout = attempt.timeout,
                    .addresses = net::AddressPolicy::kAny,  // a person configured it
                    .cancelled = attempt.cancelled});
  if (!sent.ok()) return delivery::AnswerOf(sent.error());
  Answer answer{.verdict = Verdict::kRetry,
                .status = sent->status,
                .detail = fmt::format("SMTP {}{}", sent->status, delivery::PlainWords(sent->text))};
  if (sent->status >= 200 && sent->status < 300) answer.verdict = Verdict::kDelivered;
  if (sent->status >= 500 && !sent->at_login) answer.verdict = Verdict::kRefused;
  return answer;
}

}  // namespace vedette::notify::channels
