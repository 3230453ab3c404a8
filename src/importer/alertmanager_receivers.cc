#include "importer/alertmanager_receivers.h"

#include <algorithm>
#include <fmt/core.h>
#include <functional>
#include <utility>

namespace vedette::importer {
namespace {

using yaml::YamlReader;

// One integration: reads its section and writes Vedette's. False when it cannot be.
struct Integration {
  std::string_view key;   // "slack_configs"
  std::string_view kind;  // "slack"
  void (*write)(YamlReader&, const AmGlobal&, YamlWriter&, Report&);
};

// The secret under `key` or in the file that `<key>_file` names, else a default.
void Secret(YamlReader& reader, YamlWriter& out, std::string_view key, std::string_view as,
            const std::string& standard = {}, const std::string& standard_file = {}) {
  std::string value;
  std::string file;
  const bool here = reader.Read(key, value);
  const bool in_file = reader.Read(std::string(key) + "_file", file);
  if (here) {
    out.Text(as, value);
  } else if (in_file || !standard_file.empty()) {
    out.Text(std::string(as) + "_file", in_file ? file : standard_file);
  } else if (!standard.empty()) {
    out.Text(as, standard);
  }
}

// Words of an integration: Vedette has its own, and templates of the same kind.
void Words(YamlReader& reader, Report& report, const std::vector<std::string>& keys) {
  std::string list;
  for (const std::string& key : keys) {
    std::string text;
    if (reader.Read(key, text)) list += (list.empty() ? "" : ", ") + key;
  }
  if (list.empty()) return;
  report.Left(reader.line(), list,
              "Vedette has words of its own; `template` of a receiver takes Go templates");
}

void Resolved(YamlReader& reader, Report& report) {
  bool send = true;
  if (reader.Read("send_resolved", send) && !send) {
    report.Changed(reader.line(), "send_resolved: false",
                   "whoever was told of an incident is told of its end");
  }
}

// What else stands there (proxies, TLS) is reported as a key that Vedette does not have.
void Login(YamlReader& reader, YamlWriter& out, Report& report) {
  reader.ReadSection("http_config", [&](YamlReader& http) {
    Secret(http, out, "bearer_token", "bearer_token");
    http.ReadSection("authorization", [&](YamlReader& auth) {
      std::string type = "Bearer";
      auth.Read("type", type);
      if (type == "Bearer") {
        Secret(auth, out, "credentials", "bearer_token");
      } else {
        report.Left(auth.line(), "authorization of type " + type, "only Bearer and basic_auth are");
      }
    });
    http.ReadSection("basic_auth", [&](YamlReader& basic) {
      std::string user;
      if (basic.Read("username", user)) out.Text("user", user);
      Secret(basic, out, "password", "password");
    });
  });
}

void Webhook(YamlReader& reader, const AmGlobal&, YamlWriter& out, Report& report) {
  Secret(reader, out, "url", "url");
  Login(reader, out, report);
  int64_t max_alerts = 0;
  if (reader.Read("max_alerts", max_alerts, 0, 1'000'000)) {
    out.Plain("max_alerts", std::to_string(std::min<int64_t>(max_alerts, 1'000)));
  }
  bool send = true;
  if (reader.Read("send_resolved", send)) out.Plain("send_resolved", send ? "true" : "false");
  Words(reader, report, {"timeout"});
}

void Slack(YamlReader& reader, const AmGlobal& global, YamlWriter& out, Report& report) {
  std::string url;
  std::string file;
  if (reader.Read("api_url", url)) {
    out.Text("url", url);
  } else if (reader.Read("api_url_file", file) || !global.slack_url_file.empty()) {
    out.Text("url_file", file.empty() ? global.slack_url_file : file);
  } else {
    out.Text("url", global.slack_url);
  }
  std::string channel;
  if (reader.Read("channel", channel)) {
    report.Changed(reader.line(), "channel " + channel,
                   "an incoming webhook posts to the channel that it was made for");
  }
  Resolved(reader, report);
  Words(reader, report,
        {"username", "icon_emoji", "icon_url", "color", "title", "title_link", "pretext", "text",
         "fallback", "footer", "callback_id", "short_fields", "link_names", "image_url",
         "thumb_url"});
}

void PagerDuty(YamlReader& reader, const AmGlobal& global, YamlWriter& out, Report& report) {
  std::string key;
  if (reader.Read("service_key", key)) {
    out.Text("routing_key", key);
    report.Changed(reader.line(), "service_key",
                   "Vedette speaks Events API v2: give the service such an integration");
  } else {
    Secret(reader, out, "routing_key", "routing_key");
  }
  std::string url = global.pagerduty_url;
  reader.Read("url", url);
  if (!url.empty()) out.Text("url", url);
  Resolved(reader, report);
  Words(
      reader, report,
      {"client", "client_url", "description", "severity", "class", "component", "group", "source"});
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> list;
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    std::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (!one.empty()) list.emplace_back(one);
  }
  return list;
}

void Opsgenie(YamlReader& reader, const AmGlobal& global, YamlWriter& out, Report& report) {
  Secret(reader, out, "api_key", "api_key", global.opsgenie_key, global.opsgenie_key_file);
  std::string url = global.opsgenie_url;
  reader.Read("api_url", url);
  while (url.ends_with('/')) url.pop_back();
  if (!url.empty()) out.Text("url", url);
  std::string tags;
  if (reader.Read("tags", tags)) out.Texts("tags", SplitList(tags));
  std::vector<std::string> teams;
  reader.ReadList("responders", [&](YamlReader& responder) {
    std::string type;
    std::string name;
    std::string id;
    responder.Read("type", type);
    responder.Read("id", id);
    if (responder.Read("name", name) && (type == "team" || type == "teams")) {
      teams.push_back(name);
    } else {
      report.Left(responder.line(), "a responder", "only teams by their names are");
    }
  });
  if (!teams.empty()) out.Texts("teams", teams);
  Resolved(reader, report);
  Words(reader, report,
        {"message", "description", "source", "note", "priority", "entity", "actions",
         "update_alerts"});
}

void Email(YamlReader& reader, const AmGlobal& global, YamlWriter& out, Report& report) {
  std::string host = global.smtp_smarthost;
  std::string from = global.smtp_from;
  std::string user = global.smtp_user;
  bool tls = global.smtp_require_tls;
  std::string to;
  reader.Read("smarthost", host);
  reader.Read("from", from);
  reader.Read("auth_username", user);
  reader.Read("require_tls", tls);
  reader.Read("to", to);
  const size_t colon = host.rfind(':');
  const std::string port = colon == std::string::npos ? "" : host.substr(colon + 1);
  out.Text("host", host.substr(0, colon));
  if (!port.empty()) out.Plain("port", port);
  out.Plain("security", port == "465" ? "tls" : tls ? "starttls" : "none");
  if (!user.empty()) out.Text("user", user);
  Secret(reader, out, "auth_password", "password", global.smtp_password, global.smtp_password_file);
  out.Text("from", from).Texts("to", SplitList(to));
  std::string hello;
  if (reader.Read("hello", hello)) out.Text("hello", hello);
  Resolved(reader, report);
  Words(reader, report, {"html", "text", "auth_identity", "auth_secret"});
}

void Telegram(YamlReader& reader, const AmGlobal&, YamlWriter& out, Report& report) {
  Secret(reader, out, "bot_token", "bot_token");
  std::string chat;
  if (reader.Read("chat_id", chat) || reader.Read("chat", chat)) out.Text("chat_id", chat);
  std::string url;
  if (reader.Read("api_url", url)) out.Text("api_url", url);
  Resolved(reader, report);
  Words(reader, report, {"message", "parse_mode", "disable_notifications"});
}

void WebhookUrl(YamlReader& reader, const AmGlobal&, YamlWriter& out, Report& report) {
  Secret(reader, out, "webhook_url", "url");
  Resolved(reader, report);
  Words(reader, report, {"title", "message", "text", "summary"});
}

constexpr Integration kIntegrations[] = {
    {"webhook_configs", "alertmanager", Webhook},
    {"slack_configs", "slack", Slack},
    {"pagerduty_configs", "pagerduty", PagerDuty},
    {"opsgenie_configs", "opsgenie", Opsgenie},
    {"email_configs", "email", Email},
    {"telegram_configs", "telegram", Telegram},
    {"discord_configs", "discord", WebhookUrl},
    {"msteams_configs", "teams", WebhookUrl},
    {"msteamsv2_configs", "teams", WebhookUrl},
};

}  // namespace

std::optional<std::vector<std::string>> ImportReceiver(YamlReader& reader, const AmGlobal& global,
                                                       YamlWriter& out, Report& report,
                                                       std::string& name) {
  reader.Read("name", name);
  const std::string plain = PlainName(name);
  std::vector<std::string> made;
  for (const Integration& integration : kIntegrations) {
    reader.ReadList(integration.key, [&](YamlReader& section) {
      std::string own = made.empty() ? plain : fmt::format("{}-{}", plain, made.size() + 1);
      out.Item().Text("name", own).Open(integration.kind);
      integration.write(section, global, out, report);
      out.Close().Close();
      report.Carried(section.line(), fmt::format("{} of receiver {}", integration.key, name),
                     fmt::format("receiver {} ({})", own, integration.kind));
      made.push_back(std::move(own));
    });
  }
  if (!made.empty()) return made;
  for (const std::string& key : reader.Keys()) {
    if (!key.ends_with("_configs")) continue;
    report.Left(
        reader.line(), fmt::format("receiver {}", name),
        fmt::format("Vedette has no {}: what it took goes to the receiver of the root route",
                    key.substr(0, key.size() - std::string_view("_configs").size())));
    return std::nullopt;
  }
  report.Changed(reader.line(), fmt::format("receiver {}", name),
                 "it has no integration, and tells nobody");
  return made;
}

}  // namespace vedette::importer
