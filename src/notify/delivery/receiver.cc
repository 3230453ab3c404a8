#include "notify/delivery/receiver.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>

namespace vedette::notify::delivery {
namespace {

constexpr size_t kNameBytesMax = 64;

bool IsPlain(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

}  // namespace

base::Result<> Validate(const std::vector<Receiver>& receivers) {
  if (receivers.size() > kReceiversMax) {
    return base::InvalidArgument(fmt::format("at most {} receivers", kReceiversMax),
                                 "notify.receivers");
  }
  std::set<std::string_view> names;
  for (size_t i = 0; i < receivers.size(); ++i) {
    const Receiver& receiver = receivers[i];
    const std::string field = fmt::format("notify.receivers[{}]", i);
    if (!IsPlain(receiver.name)) {
      return base::InvalidArgument("a name has 1 to 64 characters of [A-Za-z0-9._-]",
                                   field + ".name");
    }
    if (!names.insert(receiver.name).second) {
      return base::InvalidArgument(fmt::format("there are two receivers '{}'", receiver.name),
                                   field + ".name");
    }
    if (receiver.timeout < std::chrono::seconds(1) || receiver.timeout > std::chrono::seconds(30)) {
      return base::InvalidArgument("must be between 1s and 30s", field + ".timeout");
    }
  }
  return {};
}

std::string HostOf(std::string_view url) {
  if (url.starts_with("https://")) {
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
  } else {
    return {};
  }
  std::string_view authority = url.substr(0, url.find_first_of("/?#"));
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    authority.remove_prefix(at + 1);
  }
  return std::string(authority);
}

}  // namespace vedette::notify::delivery
