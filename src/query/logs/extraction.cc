#include "query/logs/extraction.h"

#include <algorithm>
#include <map>
#include <re2/re2.h>

#include <nlohmann/json.hpp>

#include "base/json.h"

namespace vedette::query::logs {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr size_t kFieldsMax = 200;
constexpr int kDepthMax = 8;
constexpr int64_t kRegexBytesMax = 1 << 20;

void Flatten(const base::Json& json, const std::string& prefix, int depth, Fields& fields) {
  for (const auto& [key, value] : json.items()) {
    if (fields.size() >= kFieldsMax) return;
    const std::string name = prefix.empty() ? key : prefix + "." + key;
    if (value.is_object() && depth < kDepthMax) {
      Flatten(value, name, depth + 1, fields);
    } else if (value.is_string()) {
      fields.emplace_back(name, value.get<std::string>());
    } else if (!value.is_null()) {
      fields.emplace_back(name, value.dump());
    }
  }
}

class Json final : public Extraction {
 public:
  void Extract(std::string_view message, Fields& fields) const override {
    const size_t begin = message.find_first_not_of(" \t");
    if (begin == std::string_view::npos || message[begin] != '{') return;
    const base::Result<base::Json> json = base::ParseJson(message);
    if (json.ok() && json->is_object()) Flatten(*json, "", 0, fields);
  }
};

class Logfmt final : public Extraction {
 public:
  void Extract(std::string_view message, Fields& fields) const override {
    while (!message.empty() && fields.size() < kFieldsMax) {
      const size_t begin = message.find_first_not_of(" \t");
      if (begin == std::string_view::npos) return;
      message.remove_prefix(begin);
      const size_t end = std::min(message.find_first_of(" \t="), message.size());
      const std::string_view key = message.substr(0, end);
      message.remove_prefix(end);
      if (message.empty() || message[0] != '=') continue;
      message.remove_prefix(1);
      std::string value = Value(message);
      if (!key.empty()) fields.emplace_back(key, std::move(value));
    }
  }

 private:
  // Takes a value from the beginning of the text.
  static std::string Value(std::string_view& text) {
    std::string value;
    if (text.empty() || text[0] != '"') {
      value = text.substr(0, text.find_first_of(" \t"));
      text.remove_prefix(value.size());
      return value;
    }
    size_t i = 1;
    for (; i < text.size() && text[i] != '"'; ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      value += text[i];
    }
    text.remove_prefix(std::min(i + 1, text.size()));
    return value;
  }
};

class Regex final : public Extraction {
 public:
  Regex(std::string_view expression, const re2::RE2::Options& options)
      : regex_(re2::StringPiece(expression.data(), expression.size()), options) {}
  const re2::RE2& regex() const { return regex_; }

  void Extract(std::string_view message, Fields& fields) const override {
    const auto groups = static_cast<size_t>(regex_.NumberOfCapturingGroups()) + 1;
    std::vector<re2::StringPiece> found(groups);
    if (!regex_.Match(re2::StringPiece(message.data(), message.size()), 0, message.size(),
                      re2::RE2::UNANCHORED, found.data(), static_cast<int>(groups))) {
      return;
    }
    for (const auto& [index, name] : regex_.CapturingGroupNames()) {
      const re2::StringPiece& value = found[static_cast<size_t>(index)];
      if (value.data() != nullptr) fields.emplace_back(name, std::string(value));
    }
  }

 private:
  const re2::RE2 regex_;
};

}  // namespace

std::shared_ptr<const Extraction> JsonExtraction() { return std::make_shared<Json>(); }
std::shared_ptr<const Extraction> LogfmtExtraction() { return std::make_shared<Logfmt>(); }

base::Result<std::shared_ptr<const Extraction>> RegexExtraction(std::string_view expression) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(kRegexBytesMax);
  auto regex = std::make_shared<Regex>(expression, options);
  if (!regex->regex().ok()) return base::InvalidArgument("regex: " + regex->regex().error());
  if (regex->regex().NamedCapturingGroups().empty()) {
    return base::InvalidArgument("the expression has no named group, as in (?P<code>\\d+)");
  }
  return std::shared_ptr<const Extraction>(std::move(regex));
}

}  // namespace vedette::query::logs
