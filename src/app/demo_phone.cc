#include "app/demo_phone.h"

#include <cstdio>
#include <fmt/core.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"

namespace vedette::app {
namespace {

void Take(const net::Request& request, net::Responder& responder) {
  const base::Result<std::string> line = PageLine(request.path, request.body);
  if (!line.ok()) return responder.Send(net::TextResponse(400, line.error().message));
  fmt::print("{}\n", *line);
  std::fflush(stdout);
  responder.Send(net::JsonResponse(200, "{}"));
}

// What a page says of itself, in the words of a phone's screen.
std::string Heading(std::string_view kind, const std::string& severity) {
  if (kind == "acknowledged" || kind == "resolved") return std::string(kind);
  std::string heading;
  for (const char letter : severity) {
    heading += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  }
  return heading;
}

}  // namespace

base::Result<std::unique_ptr<DemoPhone>> DemoPhone::Start() {
  auto phone = std::make_unique<DemoPhone>();
  VEDETTE_TRY(phone->server_,
              net::HttpServer::Start({}, [](const net::Request& request,
                                            const std::unique_ptr<net::Responder>& responder) {
                Take(request, *responder);
              }));
  return phone;
}

std::string DemoPhone::url() const { return fmt::format("http://127.0.0.1:{}", server_->port()); }

base::Result<std::string> PageLine(std::string_view path, std::string_view body) {
  VEDETTE_TRY(const base::Json page, base::ParseJson(body));
  for (const char* name : {"kind", "severity", "title", "to", "decided_at"}) {
    const auto found = page.find(name);
    if (found == page.end() || !found->is_string()) {
      return base::InvalidArgument(fmt::format("{}: not there, or no text", name));
    }
  }
  const auto text = [&](const char* name) { return page[name].get<std::string>(); };
  const std::string decided = text("decided_at");  // 2026-11-22T02:14:31.250Z
  constexpr size_t kDate = 11, kTime = 8;
  const std::string time = decided.size() >= kDate + kTime ? decided.substr(kDate, kTime) : decided;
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::string to = text("to");
  return fmt::format("  {}  {}{}: {} {}", time, path, to.empty() ? "" : " " + to,
                     Heading(text("kind"), text("severity")), text("title"));
}

}  // namespace vedette::app
