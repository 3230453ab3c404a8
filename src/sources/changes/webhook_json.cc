#include "sources/changes/webhook_json.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "base/duration.h"

namespace vedette::sources::changes {

using base::Json;

namespace {

bool NamesAVersion(std::string_view ref) {
  const auto is_digit = [&](size_t at) {
    return at < ref.size() && ref[at] >= '0' && ref[at] <= '9';
  };
  if (is_digit(0) || (ref.starts_with('v') && is_digit(1))) return true;
  for (size_t dot = ref.find('.'); dot != ref.npos; dot = ref.find('.', dot + 1)) {
    if (dot > 0 && is_digit(dot - 1) && is_digit(dot + 1)) return true;
  }
  return false;
}

}  // namespace

const Json& MemberAt(const Json& json, Path path) {
  static const Json kNull;
  const Json* at = &json;
  for (const char* key : path) {
    if (!at->is_object()) return kNull;
    const auto found = at->find(key);
    if (found == at->end()) return kNull;
    at = &*found;
  }
  return *at;
}

std::string TextAt(const Json& json, Path path, size_t bytes_max) {
  const Json& value = MemberAt(json, path);
  if (value.is_number_integer()) return base::DumpJson(value);
  if (!value.is_string()) return {};
  std::string text = value.get<std::string>();
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

base::TimePoint TimeAt(const Json& json, Path path, base::TimePoint otherwise) {
  constexpr int64_t kMillisFrom = 100'000'000'000;  // smaller numbers are seconds
  const Json& value = MemberAt(json, path);
  if (value.is_number_integer()) {
    const auto number = value.get<int64_t>();
    if (number <= 0 || number > 253'402'300'799'999) return otherwise;
    return base::FromMillis(number < kMillisFrom ? number * 1000 : number);
  }
  std::string text = TextAt(json, path, 40);
  if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
  if (text.ends_with(" UTC")) text = text.substr(0, text.size() - 4) + "Z";
  const size_t space = text.rfind(' ');
  if (space != std::string::npos && text.size() == space + 6) {  // "+0200"
    text.erase(space, 1);
    text.insert(text.size() - 2, ":");
  }
  const base::Result<base::TimePoint> time = base::ParseTime(text);
  return time.ok() ? *time : otherwise;
}

std::string FirstLine(std::string_view text) {
  return std::string(text.substr(0, text.find_first_of("\r\n")));
}

std::string ShortCommit(const std::string& commit) {
  constexpr size_t kShort = 12;
  return commit.substr(0, kShort);
}

Deployed DeployedBy(const std::string& ref, const std::string& commit) {
  if (ref.starts_with(kTag)) return {.version = ref.substr(kTag.size()), .branch = {}};
  const bool is_branch = ref.starts_with(kBranch);
  std::string name = is_branch ? ref.substr(kBranch.size()) : ref;
  if (commit.empty()) return {.version = name, .branch = {}};
  if (name.empty() || commit.starts_with(name)) {
    return {.version = ShortCommit(commit), .branch = {}};
  }
  if (!is_branch && NamesAVersion(name)) return {.version = std::move(name), .branch = {}};
  return {.version = ShortCommit(commit), .branch = std::move(name)};
}

std::string IdOr(const base::Json& json, const std::string& repository, const std::string& name) {
  std::string id = TextAt(json, {"id"});
  return id.empty() ? repository + ':' + name : id;
}

std::string ServiceOf(const std::string& full_name, const WebhookOptions& options) {
  if (!options.service.empty()) return options.service;
  std::string last = full_name.substr(full_name.rfind('/') + 1);
  for (const std::string& name : {full_name, last}) {
    for (const auto& [known, service] : options.services) {
      if (known == name) return service;
    }
  }
  return last;
}

void AddLabel(model::Change& change, std::string_view name, std::string value) {
  if (!value.empty()) change.labels.emplace_back(name, std::move(value));
}

}  // namespace vedette::sources::changes
