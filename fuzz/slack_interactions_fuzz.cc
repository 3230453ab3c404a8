// Any bytes as an interaction that Slack signed: no crash, what becomes a command names its
// incident and who asked for it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/slack_interactions.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace api = vedette::api;
  vedette::net::Request request;
  request.body.assign(reinterpret_cast<const char*>(data), size);
  const auto believed = [](const auto&, std::string_view, vedette::base::TimePoint) {
    return vedette::base::Result<>();
  };
  const auto sink = [](const vedette::incident::Command& command) {
    VEDETTE_CHECK(command.actor.starts_with("slack:") && command.actor.size() <= 70);
    VEDETTE_CHECK(command.actor.find_first_of("\r\n") == std::string::npos);
    return vedette::base::Result<vedette::model::Incident>(vedette::model::Incident{});
  };
  for (const api::Route& route : api::SlackRoutes(believed, sink)) {
    const auto response =
        route.handler({.request = request, .caller = {}, .path_values = {}, .now = {}});
    VEDETTE_CHECK(response.status == 200 || response.status == 400);
  }
  return 0;
}
