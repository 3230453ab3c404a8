#include "api/ack_pages.h"

#include <fmt/core.h>
#include <memory>
#include <optional>
#include <utility>

#include "base/duration.h"
#include "base/html.h"

namespace vedette::api {
namespace {

using notify::delivery::AckClaim;
using notify::delivery::UsedLink;

std::string Paragraph(std::string_view text) {
  return fmt::format("<p>{}</p>\n", base::EscapeHtml(text));
}

// `body` is HTML.
net::Response Page(int status, std::string_view heading, const std::string& body) {
  net::Response response = net::TextResponse(
      status,
      fmt::format(
          "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
          "<meta name=\"robots\" content=\"noindex\"><title>{0} - Vedette</title></head>\n"
          "<body style=\"font-family:sans-serif;font-size:18px;line-height:1.5;color:#24292f;"
          "background:#ffffff;max-width:34em;margin:2em auto;padding:0 1em\">\n"
          "<h1 style=\"font-size:24px\">{0}</h1>\n{1}</body></html>\n",
          base::EscapeHtml(heading), body));
  response.headers.Set("Content-Type", "text/html; charset=utf-8");
  response.headers.Set("Content-Security-Policy",
                       "default-src 'none'; style-src-attr 'unsafe-inline'; form-action 'self'; "
                       "base-uri 'none'; frame-ancestors 'none'");
  return response;
}

net::Response Failed(const base::Error& error) {
  const int status = HttpStatus(error.code);
  return Page(status, "That did not work",
              Paragraph(error.message + ". Please use the incident's own page, or the chat."));
}

net::Response NotOurs() {
  return Page(403, "This link is not valid",
              Paragraph("It was changed on the way, or is of another server."));
}

std::string About(const model::Incident& incident) {
  return fmt::format("<p><strong>{}</strong><br>{}, {}, since {}</p>\n",
                     base::EscapeHtml(incident.title), model::SeverityName(incident.severity),
                     model::IncidentStateName(incident.state),
                     base::FormatTime(incident.started_at));
}

// What a genuine link stands for right now.
struct Opened {
  AckClaim claim;
  std::string token;
  std::string actor;
  model::Incident incident;
};

std::string ActorOf(const AckPageSources& sources, const AckClaim& claim) {
  std::string person = sources.person(claim.receiver, claim.to);
  if (!person.empty()) return person;
  return "mail:" + (claim.to.empty() ? claim.receiver : claim.to);
}

// The answer instead, where the link cannot be used.
tl::expected<Opened, net::Response> Open(const AckPageSources& sources, const Call& call) {
  Opened opened;
  opened.token = call.PathValue("token");
  base::Result<AckClaim> claim = sources.links.Read(opened.token);
  if (!claim.ok()) return tl::unexpected(NotOurs());
  opened.claim = *std::move(claim);
  const auto use = sources.links.FindUse(opened.token);
  if (!use.ok()) return tl::unexpected(Failed(use.error()));
  if (const std::optional<UsedLink>& used = *use) {
    return tl::unexpected(Page(410, "This link was used",
                               Paragraph(fmt::format("{} acknowledged with it at {}.", used->by,
                                                     base::FormatTime(used->at)))));
  }
  if (call.now >= opened.claim.expires_at) {
    return tl::unexpected(
        Page(410, "This link has expired", Paragraph("Please use the link of a newer message.")));
  }
  base::Result<model::Incident> incident =
      sources.find(opened.claim.tenant, opened.claim.incident_id);
  if (!incident.ok()) return tl::unexpected(Failed(incident.error()));
  opened.incident = *std::move(incident);
  opened.actor = ActorOf(sources, opened.claim);
  return opened;
}

std::string WhoHasIt(const model::Incident& incident) {
  if (incident.state == model::IncidentState::kResolved) return "It is resolved.";
  return fmt::format("{} has it.", incident.acknowledged_by);
}

net::Response Show(const AckPageSources& sources, const Call& call) {
  const auto opened = Open(sources, call);
  if (!opened) return opened.error();
  const model::Incident& incident = opened->incident;
  if (incident.state != model::IncidentState::kOpen) {
    return Page(200, "There is nothing to do", About(incident) + Paragraph(WhoHasIt(incident)));
  }
  const std::string form = fmt::format(
      "<form method=\"post\" action=\"\"><button type=\"submit\" style=\"font-size:20px;"
      "padding:12px 28px;background:#1a7f37;color:#ffffff;border:0;border-radius:6px\">"
      "Acknowledge as {}</button></form>\n",
      base::EscapeHtml(opened->actor));
  return Page(200, "Do you take this?",
              About(incident) + form +
                  Paragraph("Nobody else will be woken for it then. The link works once."));
}

net::Response Acknowledge(const AckPageSources& sources, const Call& call) {
  const auto opened = Open(sources, call);
  if (!opened) return opened.error();
  if (opened->incident.state != model::IncidentState::kOpen) {
    return Page(200, "There is nothing to do",
                About(opened->incident) + Paragraph(WhoHasIt(opened->incident)));
  }
  const std::string to = opened->claim.to.empty() ? opened->claim.receiver : opened->claim.to;
  const base::Result<model::Incident> done =
      sources.command({.kind = incident::CommandKind::kAcknowledge,
                       .tenant = opened->claim.tenant,
                       .incident_id = opened->claim.incident_id,
                       .actor = opened->actor,
                       .text = fmt::format("by the link in the message to {}", to)});
  if (!done.ok()) return Failed(done.error());
  // After the command: a crash in between leaves a link that can say the same once more.
  const base::Result<> used =
      sources.links.Use(opened->token, opened->claim, opened->actor, call.now);
  base::IgnoreError(used, "the incident is acknowledged; used twice, the link does no more");
  return Page(200, "Acknowledged",
              About(*done) + Paragraph(fmt::format("{} has it.", opened->actor)));
}

}  // namespace

std::vector<Route> AckPageRoutes(AckPageSources given) {
  const auto sources = std::make_shared<const AckPageSources>(std::move(given));
  using Handle = net::Response (*)(const AckPageSources&, const Call&);
  const auto route = [&](std::string method, std::string operation, Handle handle) {
    return Route{.method = std::move(method),
                 .pattern = "/ack/{token}",
                 .permission = Permission::kPublic,
                 .handler = MakeHandler(sources, handle),
                 .operation = std::move(operation)};
  };
  return {route("GET", "showAcknowledgeLink", Show),
          route("POST", "useAcknowledgeLink", Acknowledge)};
}

}  // namespace vedette::api
