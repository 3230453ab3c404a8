#include "app/config_channels.h"

#include <array>
#include <fmt/core.h>
#include <utility>

#include "notify/channels/alertmanager/alertmanager.h"
#include "notify/channels/discord/discord.h"
#include "notify/channels/email/email.h"
#include "notify/channels/gateway/gateway.h"
#include "notify/channels/jira/jira.h"
#include "notify/channels/mattermost/mattermost.h"
#include "notify/channels/opsgenie/opsgenie.h"
#include "notify/channels/pagerduty/pagerduty.h"
#include "notify/channels/pagerduty/pagerduty_signature.h"
#include "notify/channels/slack/slack.h"
#include "notify/channels/slack/slack_bot.h"
#include "notify/channels/slack/slack_rooms.h"
#include "notify/channels/slack/slack_signature.h"
#include "notify/channels/slack/slack_talk.h"
#include "notify/channels/teams/teams.h"
#include "notify/channels/telegram/telegram.h"
#include "notify/channels/webhook/webhook.h"
#include "notify/channels/webpush/webpush.h"

namespace vedette::app {
namespace {

namespace channels = notify::channels;
using notify::delivery::ChannelMaker;
using notify::delivery::ChannelParts;
using notify::delivery::Receiver;

constexpr base::Duration kSecond = std::chrono::seconds(1);

// How to make a channel of the class, which takes its settings and the parts.
template <typename C, typename Settings>
ChannelMaker MakerOf(Settings settings) {
  return [settings = std::move(settings)](const ChannelParts& parts) {
    return std::make_unique<C>(settings, parts);
  };
}

std::vector<net::Header> ReadHeaders(ChannelReader& reader) {
  std::vector<net::Header> headers;
  reader.yaml().ReadTexts("headers", [&](const std::string& name, const std::string& value) {
    headers.push_back({name, value});
  });
  return headers;
}

ChannelMaker ReadWebhook(ChannelReader& reader, Receiver&) {
  channels::WebhookSettings settings;
  reader.Url("url", settings.url);
  reader.Secret("secret", settings.secret);
  settings.headers = ReadHeaders(reader);
  return MakerOf<channels::Webhook>(std::move(settings));
}

void ReadSeverity(yaml::YamlReader& reader, const char* key, model::Severity& out) {
  size_t severity = 0;
  if (reader.ReadChoice(key, {"info", "warning", "critical"}, severity)) {
    out = static_cast<model::Severity>(severity);
  }
}

void ReadSlackRooms(ChannelReader& reader, channels::SlackRoomsSettings& out) {
  reader.yaml().ReadSection("incident_channel", [&](yaml::YamlReader& section) {
    channels::SlackRoomSettings& rooms = out.rooms.emplace();
    section.Read("prefix", rooms.prefix);
    ReadSeverity(section, "from", rooms.from);
    section.Read("invite", rooms.invite);
    section.Read("archive", rooms.archive);
  });
  reader.yaml().ReadSection("stakeholders", [&](yaml::YamlReader& section) {
    channels::SlackStakeholderSettings& stakeholders = out.stakeholders.emplace();
    if (!section.Read("channel", stakeholders.channel)) section.Problem("", "channel is missing");
    ReadSeverity(section, "from", stakeholders.from);
  });
}

// Through an incoming webhook, or as a bot.
ChannelMaker ReadSlack(ChannelReader& reader, Receiver& receiver) {
  receiver.min_interval = kSecond;  // what Slack takes per channel
  channels::SlackBotSettings bot;
  std::string signing_secret;
  if (reader.Secret("signing_secret", signing_secret)) {
    receiver.inbound = channels::MakeSlackCheck(std::move(signing_secret));
    bot.buttons = true;
  }
  if (reader.yaml().Read("tenant", receiver.tenant) && !model::IsValidTenantName(receiver.tenant)) {
    reader.yaml().Problem("tenant", "is no name of a tenant");
  }
  if (reader.Secret("bot_token", bot.bot_token)) {
    reader.Required("channel", bot.channel);
    reader.Url("api_url", bot.api_url);
    ReadSlackRooms(reader, bot.rooms);
    receiver.follows = bot.rooms.rooms || bot.rooms.stakeholders;
    receiver.talk = channels::MakeSlackTalk(bot.bot_token, bot.api_url);
    receiver.upload = channels::MakeSlackUpload(bot.bot_token, bot.api_url);
    if (bot.rooms.stakeholders) {
      receiver.update = channels::MakeSlackUpdate(bot.bot_token, bot.api_url);
    }
    return MakerOf<channels::SlackBot>(std::move(bot));
  }
  std::string url;
  reader.Url("url", url);
  return MakerOf<channels::Slack>(std::move(url));
}

ChannelMaker ReadPagerDuty(ChannelReader& reader, Receiver& receiver) {
  channels::PagerDutySettings settings;
  reader.RequiredSecret("routing_key", settings.routing_key);
  reader.Url("url", settings.url);
  std::string webhook_secret;
  if (reader.Secret("webhook_secret", webhook_secret)) {
    receiver.inbound = channels::MakePagerDutyCheck(std::move(webhook_secret));
  }
  receiver.min_interval = std::chrono::milliseconds(125);  // 480 events a minute per key
  return MakerOf<channels::PagerDuty>(std::move(settings));
}

ChannelMaker ReadOpsgenie(ChannelReader& reader, Receiver&) {
  channels::OpsgenieSettings settings;
  reader.RequiredSecret("api_key", settings.api_key);
  reader.Url("url", settings.url);
  reader.yaml().Read("teams", settings.teams);
  reader.yaml().Read("tags", settings.tags);
  return MakerOf<channels::Opsgenie>(std::move(settings));
}

void ReadLogin(ChannelReader& reader, notify::delivery::HttpLogin& login) {
  reader.yaml().Read("user", login.user);
  reader.Secret("password", login.password);
  reader.Secret("bearer_token", login.bearer_token);
}

ChannelMaker ReadAlertmanager(ChannelReader& reader, Receiver&) {
  channels::AlertmanagerSettings settings;
  reader.Url("url", settings.url);
  ReadLogin(reader, settings.login);
  const base::Result<> valid = notify::delivery::Validate(settings.login);
  if (!valid.ok()) reader.yaml().Problem(valid.error().field, valid.error().message);
  reader.yaml().Read("max_alerts", settings.max_alerts, 0, 1000);
  reader.yaml().Read("send_resolved", settings.send_resolved);
  return MakerOf<channels::Alertmanager>(std::move(settings));
}

ChannelMaker ReadTeams(ChannelReader& reader, Receiver& receiver) {
  std::string url;
  reader.Url("url", url);
  receiver.min_interval = kSecond;
  return MakerOf<channels::Teams>(std::move(url));
}

ChannelMaker ReadMattermost(ChannelReader& reader, Receiver&) {
  channels::MattermostSettings settings;
  reader.Url("url", settings.url);
  reader.yaml().Read("channel", settings.channel);
  return MakerOf<channels::Mattermost>(std::move(settings));
}

ChannelMaker ReadDiscord(ChannelReader& reader, Receiver& receiver) {
  std::string url;
  reader.Url("url", url);
  receiver.min_interval = 2 * kSecond;  // 30 a minute per webhook
  return MakerOf<channels::Discord>(std::move(url));
}

ChannelMaker ReadTelegram(ChannelReader& reader, Receiver& receiver) {
  channels::TelegramSettings settings;
  reader.RequiredSecret("bot_token", settings.bot_token);
  reader.Required("chat_id", settings.chat_id);
  reader.Url("api_url", settings.api_url);
  receiver.min_interval = 3 * kSecond;  // 20 a minute per group
  return MakerOf<channels::Telegram>(std::move(settings));
}

std::string ReadAddress(ChannelReader& reader, std::string_view key, const std::string& text,
                        std::string* name = nullptr) {
  const base::Result<channels::Mailbox> mailbox = channels::ParseMailbox(text);
  if (!mailbox.ok()) {
    reader.yaml().Problem(key, mailbox.error().message);
    return {};
  }
  if (name != nullptr) *name = mailbox->name;
  return mailbox->address;
}

ChannelMaker ReadEmail(ChannelReader& reader, Receiver&) {
  channels::EmailSettings settings;
  reader.Required("host", settings.host);
  size_t security = 0;
  reader.yaml().ReadChoice("security", {"starttls", "tls", "none"}, security);
  settings.security = std::array{net::MailSecurity::kStartTls, net::MailSecurity::kTls,
                                 net::MailSecurity::kPlain}[security];
  int64_t port = std::array{587, 465, 25}[security];
  reader.yaml().Read("port", port, 1, 65535);
  settings.port = static_cast<uint16_t>(port);
  reader.yaml().Read("user", settings.user);
  if (reader.Secret("password", settings.password) &&
      settings.security == net::MailSecurity::kPlain) {
    reader.yaml().Problem("security", "none cannot stand beside a password");
  }
  reader.yaml().Read("hello", settings.hello);
  reader.File("ca_file", settings.ca_file);
  std::string from;
  if (reader.Required("from", from)) {
    settings.from.address = ReadAddress(reader, "from", from, &settings.from.name);
  }
  reader.yaml().Read("link_valid_for", settings.link_valid_for);
  if (settings.link_valid_for > std::chrono::hours(24 * 30)) {
    reader.yaml().Problem("link_valid_for", "must be at most 30d; 0s: no link");
  }
  std::vector<std::string> to;
  if (!reader.yaml().Read("to", to) || to.empty()) reader.yaml().Problem("", "to is missing");
  for (const std::string& address : to) settings.to.push_back(ReadAddress(reader, "to", address));
  return MakerOf<channels::Email>(std::move(settings));
}

ChannelMaker ReadJira(ChannelReader& reader, Receiver&) {
  channels::JiraSettings settings;
  reader.Url("url", settings.url);
  reader.yaml().Read("user", settings.user);
  reader.RequiredSecret("token", settings.token);
  reader.Required("project", settings.project);
  reader.yaml().Read("issue_type", settings.issue_type);
  reader.yaml().Read("labels", settings.labels);
  reader.yaml().Read("resolve_transition", settings.resolve_transition);
  reader.yaml().Read("reopen_transition", settings.reopen_transition);
  return MakerOf<channels::Jira>(std::move(settings));
}

ChannelMaker ReadWebPush(ChannelReader& reader, Receiver&) {
  channels::WebPushSettings settings;
  if (reader.Required("subject", settings.subject) && !settings.subject.starts_with("mailto:") &&
      !settings.subject.starts_with("https://")) {
    reader.yaml().Problem("subject", "must be a mailto: or https: URL");
  }
  reader.yaml().Read("private_addresses", settings.private_addresses);
  return MakerOf<channels::WebPush>(std::move(settings));
}

ChannelMaker ReadGateway(ChannelReader& reader, channels::GatewaySettings settings) {
  reader.Url("url", settings.url);
  reader.yaml().Read("method", settings.method);
  settings.headers = ReadHeaders(reader);
  ReadLogin(reader, settings.login);
  reader.yaml().Read("content_type", settings.content_type);
  reader.yaml().ReadVerbatim("body", settings.body);
  reader.yaml().Read("to", settings.to);
  reader.yaml().Read("max_characters", settings.characters_max, 20, 10'000);
  const base::Result<> valid = channels::Validate(settings);
  if (!valid.ok()) reader.yaml().Problem(valid.error().field, valid.error().message);
  return MakerOf<channels::Gateway>(std::move(settings));
}

ChannelMaker ReadSms(ChannelReader& reader, Receiver&) {
  return ReadGateway(reader, channels::SmsDefaults());
}
ChannelMaker ReadVoice(ChannelReader& reader, Receiver&) {
  return ReadGateway(reader, channels::VoiceDefaults());
}
ChannelMaker ReadHttp(ChannelReader& reader, Receiver&) { return ReadGateway(reader, {}); }

}  // namespace

const std::vector<ChannelKind>& ChannelKinds() {
  static const std::vector<ChannelKind> kinds = {
      {"webhook", ReadWebhook, "{url: 'https://example.org/hook'}"},
      {"slack", ReadSlack, "{bot_token: xoxb-1, channel: '#ops', signing_secret: s}"},
      {"pagerduty", ReadPagerDuty, "{routing_key: 0123456789abcdef0123456789abcdef}"},
      {"opsgenie", ReadOpsgenie, "{api_key: key}"},
      {"email", ReadEmail, "{host: localhost, from: vedette@example.org, to: [ops@example.org]}"},
      {"alertmanager", ReadAlertmanager, "{url: 'https://example.org/alerts'}"},
      {"teams", ReadTeams, "{url: 'https://example.org/workflow'}"},
      {"mattermost", ReadMattermost, "{url: 'https://example.org/hooks/x'}"},
      {"discord", ReadDiscord, "{url: 'https://discord.com/api/webhooks/1/x'}"},
      {"telegram", ReadTelegram, "{bot_token: '1:x', chat_id: '-100'}"},
      {"jira", ReadJira, "{url: 'https://example.atlassian.net', token: t, project: OPS}"},
      {"webpush", ReadWebPush, "{subject: 'mailto:ops@example.org'}"},
      {"sms", ReadSms, "{url: 'https://example.org/sms', to: '+4915112345678'}"},
      {"voice", ReadVoice, "{url: 'https://example.org/call', to: '+4915112345678'}"},
      {"http", ReadHttp, "{url: 'https://example.org/', body: '{{heading}}: {{title}}'}"}};
  return kinds;
}

base::Result<Receiver> ExampleReceiver(std::string_view kind) {
  for (const ChannelKind& known : ChannelKinds()) {
    if (known.name != kind) continue;
    Receiver receiver{.name = "example", .kind = std::string(kind)};
    std::vector<yaml::Diagnostic> problems;
    const std::string folder;
    yaml::ReadYaml(known.example, {}, problems, [&](yaml::YamlReader& yaml) {
      ChannelReader reader(yaml, folder);
      receiver.make = known.read(reader, receiver);
    });
    if (!problems.empty() || !receiver.make) {
      return base::Internal(fmt::format("the example of {} cannot be read", kind));
    }
    return receiver;
  }
  return base::InvalidArgument("there is no such kind of receiver", "kind");
}

}  // namespace vedette::app
