#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <string_view>
#include <utility>

#include "app/config.h"
#include "app/config_channels.h"
#include "app/config_sections.h"
#include "app/page_template.h"
#include "base/files.h"

namespace vedette::app {
namespace {

constexpr size_t kSecretBytesMax = 64 << 10;

notify::delivery::Receiver ReadReceiver(yaml::YamlReader& reader, const std::string& folder) {
  notify::delivery::Receiver receiver;
  if (!reader.Read("name", receiver.name)) reader.Problem("", "the name is missing");
  int sections = 0;
  for (const ChannelKind& kind : ChannelKinds()) {
    const bool read = reader.ReadSection(kind.name, [&](yaml::YamlReader& yaml) {
      ChannelReader channel(yaml, folder);
      receiver.kind = kind.name;
      receiver.make = kind.read(channel, receiver);
    });
    sections += read ? 1 : 0;
  }
  if (sections != 1) {
    std::vector<std::string_view> names;
    for (const ChannelKind& kind : ChannelKinds()) names.push_back(kind.name);
    reader.Problem("", fmt::format("needs one of {}", fmt::join(names, ", ")),
                   "for instance webhook: {url: \"https://example.org/hook\"}");
  }
  PageTemplates templates;
  reader.ReadSection("template", [&](yaml::YamlReader& yaml) {
    yaml.ReadVerbatim("title", templates.title);
    yaml.ReadVerbatim("text", templates.text);
    base::Result<notify::delivery::PageRewriter> rewrite = MakeRewriter(templates);
    if (!rewrite.ok()) {
      yaml.Problem(rewrite.error().field, rewrite.error().message);
    } else {
      receiver.rewrite = *std::move(rewrite);
    }
  });
  reader.Read("timeout", receiver.timeout);
  reader.Read("min_interval", receiver.min_interval);
  return receiver;
}

}  // namespace

bool ChannelReader::Required(std::string_view key, std::string& out) {
  if (yaml_.Read(key, out) && !out.empty()) return true;
  yaml_.Problem("", fmt::format("{} is missing", key));
  return false;
}

bool ChannelReader::Secret(std::string_view key, std::string& out) {
  const std::string file_key = std::string(key) + "_file";
  std::string path;
  const bool here = yaml_.Read(key, out);
  if (!yaml_.Read(file_key, path)) return here;
  if (here) {
    yaml_.Problem(file_key, fmt::format("cannot stand beside {}", key));
    return true;
  }
  if (folder_ == kNoFolder) {
    out = kUnreadSecret;
    return true;
  }
  const std::string full = (std::filesystem::path(folder_) / path).string();
  base::Result<std::string> text = base::ReadFile(full, kSecretBytesMax);
  if (!text.ok()) {
    yaml_.Problem(file_key, text.error().message);
    return true;
  }
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  if (text->empty()) yaml_.Problem(file_key, full + ": is empty");
  out = *std::move(text);
  return true;
}

bool ChannelReader::RequiredSecret(std::string_view key, std::string& out) {
  if (Secret(key, out)) return true;
  yaml_.Problem("", fmt::format("{} or {}_file is missing", key, key));
  return false;
}

void ChannelReader::Url(std::string_view key, std::string& out) {
  if (!Secret(key, out) && out.empty()) {
    yaml_.Problem("", fmt::format("{} or {}_file is missing", key, key));
  } else if (notify::delivery::HostOf(out).empty()) {
    yaml_.Problem(key, "must be an http or https URL");
  }
}

void ChannelReader::File(std::string_view key, std::string& out) {
  std::string path;
  if (yaml_.Read(key, path)) out = (std::filesystem::path(folder_) / path).string();
}

void ReadReceivers(yaml::YamlReader& notify, const std::string& folder,
                   std::vector<notify::delivery::Receiver>& out) {
  notify.ReadList("receivers",
                  [&](yaml::YamlReader& reader) { out.push_back(ReadReceiver(reader, folder)); });
  const base::Result<> valid = notify::delivery::Validate(out);
  if (valid.ok()) return;
  std::string_view field = valid.error().field;
  field.remove_prefix(std::string_view("notify.").size());
  notify.Problem(field, valid.error().message);
}

}  // namespace vedette::app
