#include "importer/imported.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/core.h>
#include <utility>

#include "base/json_writer.h"

namespace vedette::importer {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  base::JsonWriter(out).Value(text);  // a JSON string is one of YAML's too
  return out;
}

}  // namespace

std::string_view FateName(Fate fate) {
  switch (fate) {
    case Fate::kCarried: return "carried over";
    case Fate::kChanged: return "changed";
    case Fate::kLeft: break;
  }
  return "left";
}

std::vector<ReportLine> Report::Take() {
  std::ranges::stable_sort(lines_, {}, &ReportLine::line);
  return std::exchange(lines_, {});
}

std::string ReportText(const std::vector<ReportLine>& report, std::string_view file) {
  std::string out;
  std::array<size_t, 3> counts{};
  for (const ReportLine& line : report) {
    ++counts[static_cast<size_t>(line.fate)];
    out += file;
    if (line.line > 0) out += fmt::format(":{}", line.line);
    out += fmt::format(": {}: {}", FateName(line.fate), line.what);
    if (!line.became.empty()) out += fmt::format(": {}", line.became);
    out += '\n';
  }
  return out +
         fmt::format("{} carried over, {} changed, {} left\n", counts[0], counts[1], counts[2]);
}

void YamlWriter::Begin(std::string_view key) {
  const size_t depth = item_ ? depth_ - 1 : depth_;
  out_.append(2 * depth, ' ');
  if (std::exchange(item_, false)) out_ += "- ";
  out_ += key;
  out_ += ':';
}

YamlWriter& YamlWriter::Open(std::string_view key) {
  Begin(key);
  out_ += '\n';
  ++depth_;
  return *this;
}

YamlWriter& YamlWriter::Item() {
  ++depth_;
  item_ = true;
  return *this;
}

YamlWriter& YamlWriter::Close() {
  --depth_;
  return *this;
}

YamlWriter& YamlWriter::Text(std::string_view key, std::string_view value) {
  Begin(key);
  out_ += " " + Quoted(value) + "\n";
  return *this;
}

YamlWriter& YamlWriter::Plain(std::string_view key, std::string_view value) {
  Begin(key);
  out_ += fmt::format(" {}\n", value);
  return *this;
}

YamlWriter& YamlWriter::Texts(std::string_view key, const std::vector<std::string>& values) {
  Begin(key);
  std::string list;
  for (const std::string& value : values) list += (list.empty() ? "" : ", ") + Quoted(value);
  out_ += " [" + list + "]\n";
  return *this;
}

YamlWriter& YamlWriter::Comment(std::string_view text) {
  out_.append(2 * depth_, ' ');
  out_ += fmt::format("# {}\n", text);
  return *this;
}

std::string PlainName(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool fine =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
    if (fine) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (name.ends_with('-')) name.pop_back();
  return name.empty() ? "unnamed" : name.substr(0, 60);
}

}  // namespace vedette::importer
