#include "net/request_target.h"

#include <algorithm>

#include "base/utf8.h"
#include "net/http_chars.h"

namespace vedette::net {
namespace {

constexpr std::string_view kField = "path";

base::Error Refused(std::string_view why) {
  return base::InvalidArgument("the request target " + std::string(why), std::string(kField));
}

// "http://host:port/rest": the scheme and the authority are taken off `target`.
base::Result<std::string_view> TakeAuthority(std::string_view& target) {
  const size_t colon = target.find("://");
  if (colon == std::string_view::npos) return Refused("must begin with '/'");
  const std::string_view scheme = target.substr(0, colon);
  if (!EqualsIgnoreCase(scheme, "http") && !EqualsIgnoreCase(scheme, "https")) {
    return Refused("has a scheme other than http or https");
  }
  target.remove_prefix(colon + 3);
  const size_t end = std::min(target.find_first_of("/?"), target.size());
  const std::string_view authority = target.substr(0, end);
  if (authority.empty()) return Refused("names no host");
  if (authority.find('@') != std::string_view::npos) return Refused("carries user information");
  target.remove_prefix(end);
  return authority;
}

bool HasEncodedSlash(std::string_view raw) {
  for (size_t i = raw.find('%'); i != std::string_view::npos; i = raw.find('%', i + 1)) {
    if (raw.size() - i >= 3 && raw[i + 1] == '2' && ToLowerAscii(raw[i + 2]) == 'f') return true;
  }
  return false;
}

base::Result<> CheckSegments(std::string_view path) {
  path.remove_prefix(1);
  while (true) {
    const size_t end = path.find('/');
    const std::string_view segment = path.substr(0, end);
    if (segment == "." || segment == "..") return Refused("has a '.' or '..' segment");
    if (end == std::string_view::npos) return {};
    if (segment.empty()) return Refused("has an empty segment");
    path.remove_prefix(end + 1);
  }
}

base::Result<std::string> CanonicalPath(std::string_view raw) {
  if (HasEncodedSlash(raw)) return Refused("has an encoded '/'");
  std::string path;
  if (!PercentDecode(raw, PlusMeans::kPlus, path)) return Refused("has a broken percent escape");
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return Refused("has a control character");
    if (c == ';' || c == '\\') return Refused("has a ';' or a backslash");
  }
  if (!base::IsValidUtf8(path)) return Refused("is not UTF-8");
  VEDETTE_TRY_VOID(CheckSegments(path));
  return path;
}

}  // namespace

base::Result<RequestTarget> ParseRequestTarget(std::string_view method, std::string_view target) {
  for (const char c : target) {
    if (c <= 0x20 || c >= 0x7f) return Refused("must be printable ASCII; percent-encode the rest");
    if (c == '#') return Refused("has a fragment");
  }
  RequestTarget result;
  if (target == "*" && method == "OPTIONS") {
    result.path = "*";
    return result;
  }
  if (target.empty()) return Refused("is empty");
  if (target.front() != '/') {
    VEDETTE_TRY(result.authority, TakeAuthority(target));
  }
  const size_t question = target.find('?');
  if (question != std::string_view::npos) result.query = target.substr(question + 1);
  std::string_view raw = target.substr(0, question);
  if (raw.empty()) raw = "/";  // "http://host?query"
  VEDETTE_TRY(result.path, CanonicalPath(raw));
  return result;
}

}  // namespace vedette::net
