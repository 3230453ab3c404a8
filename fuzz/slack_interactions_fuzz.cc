// Any bytes as an interaction, a command or an event that Slack signed: no crash, what becomes a
// command names its incident and who asked for it.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/slack_interactions.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace api = vedette::api;
  vedette::net::Request request;
  request.body.assign(reinterpret_cast<const char*>(data), size);
  const auto believed = [](const auto&, std::string_view, vedette::base::TimePoint) {
    return vedette::base::Result<vedette::model::TenantName>("default");
  };
  const auto sink = [](const vedette::incident::Command& command) {
    VEDETTE_CHECK(command.actor.starts_with("slack:") && command.actor.size() <= 70);
    VEDETTE_CHECK(command.actor.find_first_of("\r\n") == std::string::npos);
    return vedette::base::Result<vedette::model::Incident>(vedette::model::Incident{});
  };
  const auto plan = std::make_shared<vedette::notify::routing::Plan>();
  const auto view = std::make_shared<const vedette::notify::routing::View>(
      vedette::notify::routing::View{plan, {}});
  const api::SlackSources sources = {
      .check = believed,
      .chat = {.unresolved =
                   [](const auto&) {
                     vedette::model::Incident incident;
                     incident.id = "in_01M7YNTP3TJG6M3WXFY9K3883Y";
                     return vedette::base::Result<std::vector<vedette::model::Incident>>(
                         std::vector{incident});
                   },
               .command = sink,
               .view = [view] { return view; },
               .external_url = ""},
      .is_new = [](std::string_view, vedette::base::TimePoint) { return true; },
      .say = [](const auto&) { return vedette::base::Result<>(); }};
  for (const api::Route& route : api::SlackRoutes(sources)) {
    const auto response =
        route.handler({.request = request, .caller = {}, .path_values = {}, .now = {}});
    VEDETTE_CHECK(response.status == 200 || response.status == 400);
  }
  return 0;
}
