#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace vedette::records {

struct LogPattern {
  uint64_t id = 0;  // never 0; the same in every run over the same lines
  std::string service;
  std::string text;     // what the lines share, "<*>" where they differ
  std::string example;  // the first line
  int64_t first_seen_ms = 0;
  int64_t last_seen_ms = 0;
  uint64_t lines = 0;  // since it was found
};

// Groups the shapes of log lines (message.h) into patterns, per service: shapes with the same
// number of words, the same first word and at least seven words of ten alike share one, and where
// they differ it has a hole. The idea of fixed groups by length and first word is that of Drain (He
// et al., ICWS 2017). A line costs one look-up, because all lines of a shape share its pattern;
// only a new shape is compared. Deterministic: the same shapes in the same order make the same
// patterns. Bounded: what does not fit gets pattern 0 and is counted. Not thread-safe.
class PatternMiner {
 public:
  struct Options {
    size_t services_max = 2000;
    size_t patterns_max = 1000;        // of a service
    size_t known_shapes_max = 20'000;  // of a service; then they are looked at anew
    size_t example_bytes_max = 1024;
  };
  explicit PatternMiner(Options options) : options_(options) {}

  struct Lines {
    std::string_view service;
    std::string_view shape;
    std::string_view example;
    int64_t first_ms = 0;
    int64_t last_ms = 0;
    uint64_t count = 0;
  };
  struct Found {
    uint64_t pattern = 0;
    bool is_new = false;
  };
  Found Learn(const Lines& lines);

  // Null when it is not known.
  const LogPattern* Find(std::string_view service, uint64_t pattern) const;
  void ForEach(const std::function<void(const LogPattern&)>& visit) const;
  uint64_t unclassified() const { return unclassified_; }
  size_t size() const { return size_; }  // patterns

  // All that it knows, and back. Error of Load: kDataLoss; it is empty then.
  std::string Save() const;
  base::Result<> Load(std::string_view bytes);

 private:
  struct Group {
    LogPattern pattern;
    std::vector<std::string> words;  // and what is between them; empty: a hole
  };
  struct Service {
    std::vector<Group> groups;
    std::map<std::pair<size_t, std::string>, std::vector<size_t>> by_form;
    std::unordered_map<uint64_t, size_t> by_shape;  // by the shape's hash
    std::unordered_map<uint64_t, size_t> by_id;
  };
  Group* Classify(Service& service, const Lines& lines, bool& is_new);
  static void Index(Service& service, size_t group);

  const Options options_;
  std::map<std::string, Service, std::less<>> services_;
  uint64_t unclassified_ = 0;
  size_t size_ = 0;
};

}  // namespace vedette::records
