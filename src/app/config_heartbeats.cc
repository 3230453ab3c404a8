#include "app/config_heartbeats.h"

#include <fmt/core.h>
#include <set>
#include <utility>

#include "app/config_channels.h"

namespace vedette::app {
namespace {

constexpr size_t kSentMax = 8;
constexpr base::Duration kSecond = std::chrono::seconds(1);

heartbeat::Expected ReadExpected(yaml::YamlReader& reader) {
  heartbeat::Expected expected;
  if (!reader.Read("name", expected.name)) reader.Problem("", "the name is missing");
  reader.Read("interval", expected.interval);
  reader.Read("grace", expected.grace);
  size_t severity = static_cast<size_t>(expected.severity);
  if (reader.ReadChoice("severity", {"info", "warning", "critical"}, severity)) {
    expected.severity = static_cast<model::Severity>(severity);
  }
  reader.Read("description", expected.description);
  std::string tenant;
  if (reader.Read("tenant", tenant)) expected.tenant = tenant;
  std::vector<std::pair<std::string, std::string>> labels;
  reader.ReadTexts("labels", [&](const std::string& name, const std::string& value) {
    labels.emplace_back(name, value);
  });
  expected.labels = model::Labels(std::move(labels));
  const base::Result<> valid = heartbeat::Validate(expected);
  if (!valid.ok()) reader.Problem(valid.error().field, valid.error().message);
  return expected;
}

SentBeat ReadSent(yaml::YamlReader& reader, const std::string& folder) {
  SentBeat sent;
  ChannelReader secrets(reader, folder);
  secrets.Url("url", sent.url);
  sent.name = notify::delivery::HostOf(sent.url);
  reader.Read("name", sent.name);
  size_t method = 0;
  if (reader.ReadChoice("method", {"GET", "POST"}, method))
    sent.method = method == 0 ? "GET" : "POST";
  reader.Read("interval", sent.interval);
  reader.Read("timeout", sent.timeout);
  if (sent.interval < kSecond) reader.Problem("interval", "must be at least 1s");
  if (sent.timeout < kSecond || sent.timeout > 30 * kSecond) {
    reader.Problem("timeout", "must be between 1s and 30s");
  }
  return sent;
}

}  // namespace

void ReadHeartbeats(yaml::YamlReader& reader, const std::string& folder, HeartbeatConfig& out) {
  std::set<std::pair<model::TenantName, std::string>> names;
  reader.ReadList("expected", [&](yaml::YamlReader& r) {
    heartbeat::Expected expected = ReadExpected(r);
    if (!names.insert({expected.tenant, expected.name}).second) r.Problem("name", "stands twice");
    out.expected.push_back(std::move(expected));
    if (out.expected.size() > heartbeat::kExpectedMax) r.Problem("", "too many heartbeats");
  });
  reader.ReadList("sent", [&](yaml::YamlReader& r) {
    out.self.sent.push_back(ReadSent(r, folder));
    if (out.self.sent.size() > kSentMax) r.Problem("", fmt::format("more than {}", kSentMax));
  });
  reader.ReadSection("self", [&](yaml::YamlReader& r) {
    r.Read("stalled_after", out.self.stalled_after);
    if (out.self.stalled_after < kSecond) r.Problem("stalled_after", "must be at least 1s");
    r.Read("source_stopped_after", out.reports.source_stopped_after);
    r.Read("rule_unreachable_after", out.reports.rule_unreachable_after);
    if (out.reports.source_stopped_after < kSecond) {
      r.Problem("source_stopped_after", "must be at least 1s");
    }
    if (out.reports.rule_unreachable_after < kSecond) {
      r.Problem("rule_unreachable_after", "must be at least 1s");
    }
    r.Read("notify", out.self_receivers);
  });
}

}  // namespace vedette::app
