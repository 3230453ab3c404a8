#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/node/node.h>

#include "base/clock.h"
#include "base/result.h"

namespace vedette::yaml {

// One thing wrong with a configuration file, where it stands and what to do about it.
struct Diagnostic {
  int line = 0;  // from 1; 0 when the place is not known
  int column = 0;
  std::string message;  // names the key by its path: "notify.receivers[0].url: ..."
  std::string hint;     // may be empty

  // "vedette.yaml:3:7: storage.retenton: unknown key (did you mean retention?)"
  std::string ToString(std::string_view file) const;
};

// Looks up a name for ${NAME}; nothing when it is not set.
using EnvironmentLookup = std::function<std::optional<std::string>(std::string_view name)>;

// A strict view of one YAML mapping: every key is read at most once, of the right type and within
// its range, and what was not read by the time of Finish is an unknown key. YAML's own readers let
// all of that pass. Problems are collected, so that a person sees them all at once. Scalars may
// hold ${NAME} or ${NAME:-default}, taken from the environment; with an empty function for that
// they are taken as they stand. Not thread-safe.
class YamlReader {
 public:
  YamlReader(const YAML::Node& node, std::string path, const EnvironmentLookup& environment,
             std::vector<Diagnostic>& problems);
  // The same mapping; here, because a node is copied with more of yaml-cpp than this header has.
  YamlReader(const YamlReader& other);

  // Each leaves `out` as it is when the key is absent. True when a value was read.
  bool Read(std::string_view key, std::string& out);
  // As it stands: a ${NAME} in it is left alone.
  bool ReadVerbatim(std::string_view key, std::string& out);
  bool Read(std::string_view key, bool& out);
  bool Read(std::string_view key, double& out, double low, double high);
  bool Read(std::string_view key, int64_t& out, int64_t low, int64_t high);
  bool Read(std::string_view key, base::Duration& out);
  bool Read(std::string_view key, std::vector<std::string>& out);
  // One of the names; its index goes to `out`.
  bool ReadChoice(std::string_view key, const std::vector<std::string>& names, size_t& out);

  // Calls `body` with a reader of the mapping under the key, if there is one, and finishes it.
  bool ReadSection(std::string_view key, const std::function<void(YamlReader&)>& body);
  // The same for each mapping of a list.
  bool ReadList(std::string_view key, const std::function<void(YamlReader&)>& body);
  // Calls `body` with each key and text of a mapping of scalars; a null is an empty text.
  bool ReadTexts(std::string_view key,
                 const std::function<void(const std::string&, const std::string&)>& body);

  // The keys that the mapping has, in order.
  std::vector<std::string> Keys() const;

  int line() const;  // where the mapping begins, from 1

  // Reports a problem of a key that was read (or of the mapping itself when `key` is empty). It may
  // be the path of a value below: "rule_files[2]", "receivers[1].name".
  void Problem(std::string_view key, std::string message, std::string hint = {});
  // Reports the keys that nobody read.
  void Finish();

 private:
  std::optional<YAML::Node> Take(std::string_view key);
  std::optional<std::string> Scalar(const YAML::Node& node, const std::string& path);
  std::optional<std::string> TakeScalar(std::string_view key);
  std::string PathOf(std::string_view key) const;
  void Report(const YAML::Node& node, const std::string& path, std::string message,
              std::string hint = {});

  YAML::Node node_;
  std::string path_;
  const EnvironmentLookup& environment_;
  std::vector<Diagnostic>& problems_;
  const YAML::Mark mark_;  // of the mapping as it is written, before it was merged with others
  std::set<std::string, std::less<>> known_;
};

// Parses a document whose root is a mapping (an empty document is an empty one) and calls `body`
// with its reader. Syntax errors, unknown and duplicate keys are problems; merge keys (<<) are
// followed. Refused are documents beyond 4 MiB, or a million values once aliases are written out,
// so that no bomb unfolds, a second document, and what is not UTF-8.
void ReadYaml(std::string_view text, const EnvironmentLookup& environment,
              std::vector<Diagnostic>& problems, const std::function<void(YamlReader&)>& body);

// The same for a document whose root is a list of mappings: `body` is called for each.
void ReadYamlList(std::string_view text, const EnvironmentLookup& environment,
                  std::vector<Diagnostic>& problems, const std::function<void(YamlReader&)>& body);

// Replaces ${NAME} and ${NAME:-default}; "$$" is a dollar sign. kInvalidArgument names what is not
// set.
base::Result<std::string> ExpandEnvironment(std::string_view text,
                                            const EnvironmentLookup& environment);

}  // namespace vedette::yaml
