#include "app/commands_parts.h"

#include <cstdio>
#include <fmt/core.h>
#include <memory>

namespace vedette::app {

int Fail(const base::Error& error) {
  fmt::print(stderr, "vedette: {}\n", error.message);
  return 1;
}

int Print(const base::Result<std::string>& text) {
  if (!text.ok()) return Fail(text.error());
  fmt::print("{}", *text);
  return 0;
}

void AddAskOptions(CLI::App& command, AskOptions& options) {
  command.add_option("--url", options.url, "The server")->capture_default_str();
  command
      .add_option("--key", options.key, "API key, needed when the server is not on this machine")
      ->envname("VEDETTE_KEY");
  command.add_option("--tenant", options.tenant, "Tenant, where the key does not name it");
  command.add_flag("--json", options.json, "Print the server's answer as it is");
}

void EndHelp(CLI::App& command, const HelpEnd& end) {
  std::string text;
  if (!end.remarks.empty()) text += fmt::format("{}\n", end.remarks);
  text += end.examples.size() == 1 ? "Example:\n" : "Examples:\n";
  for (const std::string_view example : end.examples) text += fmt::format("  {}\n", example);
  command.footer(fmt::format("{}Exit status: {}.", text, end.exit_status));
}

std::string RefuseNegative(const std::string& text) {
  return text.starts_with('-') ? text + " is negative" : "";
}

int WithClient(const std::function<base::Result<std::string>(net::HttpClient&)>& ask) {
  base::Result<std::unique_ptr<net::HttpClient>> client = net::MakeCurlClient();
  if (!client.ok()) return Fail(client.error());
  return Print(ask(**client));
}

}  // namespace vedette::app
