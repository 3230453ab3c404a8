#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "app/config_sections.h"

namespace vedette::app {
namespace {

constexpr size_t kSecretBytesMax = 64 << 10;

// A secret may stand in the file itself (best as ${NAME}) or in a file of its own.
void ReadSecret(yaml::YamlReader& reader, const std::string& folder, std::string_view key,
                std::string& out) {
  const std::string file_key = std::string(key) + "_file";
  std::string path;
  const bool here = reader.Read(key, out);
  if (!reader.Read(file_key, path)) return;
  if (here) {
    reader.Problem(file_key, fmt::format("cannot stand beside {}", key));
    return;
  }
  std::ifstream file(std::filesystem::path(folder) / path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (!file || text.empty() || text.size() > kSecretBytesMax) {
    reader.Problem(file_key, fmt::format("{} cannot be read, is empty or too large", path));
    return;
  }
  out = std::move(text);
}

notify::delivery::Receiver ReadReceiver(yaml::YamlReader& reader, const std::string& folder) {
  notify::delivery::Receiver receiver;
  if (!reader.Read("name", receiver.name)) reader.Problem("", "the name is missing");
  const bool webhook = reader.ReadSection("webhook", [&](yaml::YamlReader& r) {
    receiver.kind = "webhook";
    ReadSecret(r, folder, "url", receiver.url);
    ReadSecret(r, folder, "secret", receiver.secret);
  });
  const bool slack = reader.ReadSection("slack", [&](yaml::YamlReader& r) {
    receiver.kind = "slack";
    receiver.min_interval = std::chrono::seconds(1);  // what Slack takes per channel
    ReadSecret(r, folder, "url", receiver.url);
  });
  if (webhook == slack) {
    reader.Problem("", "needs one of webhook and slack",
                   "for instance webhook: {url: \"https://example.org/hook\"}");
  }
  reader.Read("timeout", receiver.timeout);
  reader.Read("min_interval", receiver.min_interval);
  return receiver;
}

}  // namespace

void ReadReceivers(yaml::YamlReader& notify, const std::string& folder,
                   std::vector<notify::delivery::Receiver>& out) {
  notify.ReadList("receivers",
                  [&](yaml::YamlReader& reader) { out.push_back(ReadReceiver(reader, folder)); });
  const base::Result<> valid = notify::delivery::Validate(out);
  if (!valid.ok()) notify.Problem("receivers", valid.error().message);
}

}  // namespace vedette::app
