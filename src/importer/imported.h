#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::importer {

// What became of one thing of another system's configuration.
enum class Fate {
  kCarried,  // it is the same here
  kChanged,  // something like it is here; `became` says what differs
  kLeft,     // it is not here
};
std::string_view FateName(Fate fate);  // "carried over", "changed", "left"

struct ReportLine {
  int line = 0;  // of the file; 0 when it has none worth naming
  Fate fate = Fate::kCarried;
  std::string what;
  std::string became;
};

// A configuration of Vedette, and the report.
struct Imported {
  std::string config;  // YAML
  std::vector<ReportLine> report;
  // What each receiver of Alertmanager became; none for one that tells nobody.
  std::map<std::string, std::vector<std::string>> receivers = {};
  // What each person of an on-call system is called here, by the ids there.
  std::map<std::string, std::string> people = {};
};

// Collects lines.
class Report {
 public:
  void Carried(int line, std::string what, std::string became = {}) {
    lines_.push_back({line, Fate::kCarried, std::move(what), std::move(became)});
  }
  void Changed(int line, std::string what, std::string became) {
    lines_.push_back({line, Fate::kChanged, std::move(what), std::move(became)});
  }
  void Left(int line, std::string what, std::string why) {
    lines_.push_back({line, Fate::kLeft, std::move(what), std::move(why)});
  }
  // In the order of the file.
  std::vector<ReportLine> Take();

 private:
  std::vector<ReportLine> lines_;
};

// For people: a line each, "am.yml:12: changed: ...", and a sum at the end.
std::string ReportText(const std::vector<ReportLine>& report, std::string_view file);

// Writes YAML by lines: mappings and lists of scalars, texts always in quotes. Not thread-safe.
class YamlWriter {
 public:
  // "key:" alone; what follows is within it until Close.
  YamlWriter& Open(std::string_view key);
  // "- " before what comes next, which is within it until Close.
  YamlWriter& Item();
  YamlWriter& Close();
  YamlWriter& Text(std::string_view key, std::string_view value);
  // As it stands: numbers, durations, true.
  YamlWriter& Plain(std::string_view key, std::string_view value);
  YamlWriter& Texts(std::string_view key, const std::vector<std::string>& values);
  YamlWriter& Comment(std::string_view text);

  const std::string& text() const { return out_; }

 private:
  void Begin(std::string_view key);

  std::string out_;
  size_t depth_ = 0;
  bool item_ = false;  // the next line begins with "- "
};

// A name that can stand in a configuration: letters, digits, '.', '_', '-'; never empty.
std::string PlainName(std::string_view text);

}  // namespace vedette::importer
