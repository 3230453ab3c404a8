#include "records/pattern_miner.h"

#include <algorithm>
#include <optional>

#include "model/labels.h"
#include "records/bits.h"
#include "records/message.h"

namespace vedette::records {
namespace {

constexpr char kVersion = 1;
constexpr std::string_view kShownHole = "<*>";
constexpr size_t kAlikeOfTen = 7;

// Words and what is between them, in turn; a word with a hole becomes empty.
std::vector<std::string> Parts(std::string_view shape) {
  std::vector<std::string> parts;
  const auto in_word = [](char c) { return IsWordByte(c) || c == kHole; };
  for (size_t i = 0; i < shape.size();) {
    const bool word = in_word(shape[i]);
    size_t end = i;
    while (end < shape.size() && in_word(shape[end]) == word) ++end;
    const std::string_view part = shape.substr(i, end - i);
    parts.emplace_back(part.find(kHole) == std::string_view::npos ? part : std::string_view());
    i = end;
  }
  return parts;
}

bool IsWord(const std::string& part) { return part.empty() || IsWordByte(part[0]); }

std::string FirstWord(const std::vector<std::string>& parts) {
  const auto first = std::find_if(parts.begin(), parts.end(), IsWord);
  return first == parts.end() ? std::string() : *first;
}

// Whether two forms are of one pattern: the same between the words, and most words.
bool Alike(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  size_t words = 0;
  size_t same = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!IsWord(a[i]) || !IsWord(b[i])) {
      if (a[i] != b[i]) return false;
      continue;
    }
    ++words;
    same += a[i] == b[i] ? 1 : 0;
  }
  return same * 10 >= words * kAlikeOfTen;
}

std::string TextOf(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += part.empty() ? kShownHole : std::string_view(part);
  return text;
}

std::string Shortened(std::string_view text, size_t bytes_max) {
  size_t size = std::min(text.size(), bytes_max);
  while (size > 0 && size < text.size() &&
         (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) {
    --size;  // not within a character
  }
  return std::string(text.substr(0, size));
}

}  // namespace

void PatternMiner::Index(Service& service, size_t group) {
  const Group& g = service.groups[group];
  service.by_form[{g.words.size(), FirstWord(g.words)}].push_back(group);
  service.by_id[g.pattern.id] = group;
}

PatternMiner::Group* PatternMiner::Classify(Service& service, const Lines& lines, bool& is_new) {
  std::vector<std::string> parts = Parts(lines.shape);
  const auto form = service.by_form.find({parts.size(), FirstWord(parts)});
  const size_t candidates = form == service.by_form.end() ? 0 : form->second.size();
  for (size_t c = 0; c < candidates; ++c) {
    Group& group = service.groups[form->second[c]];
    if (!Alike(group.words, parts)) continue;
    for (size_t i = 0; i < parts.size(); ++i) {
      if (group.words[i] != parts[i]) group.words[i].clear();
    }
    group.pattern.text = TextOf(group.words);
    return &group;
  }
  if (service.groups.size() >= options_.patterns_max) return nullptr;
  Group group;
  group.words = std::move(parts);
  group.pattern.service = lines.service;
  group.pattern.text = TextOf(group.words);
  group.pattern.example = Shortened(lines.example, options_.example_bytes_max);
  group.pattern.first_seen_ms = lines.first_ms;
  group.pattern.last_seen_ms = lines.last_ms;
  group.pattern.id = StableHash(group.pattern.service + '\0' + group.pattern.text) | 1;
  while (service.by_id.contains(group.pattern.id)) group.pattern.id += 2;
  is_new = true;
  ++size_;
  service.groups.push_back(std::move(group));
  Index(service, service.groups.size() - 1);
  return &service.groups.back();
}

PatternMiner::Found PatternMiner::Learn(const Lines& lines) {
  auto found = services_.find(lines.service);
  if (found == services_.end() && services_.size() < options_.services_max) {
    found = services_.emplace(lines.service, Service{}).first;
  }
  if (found == services_.end()) {
    unclassified_ += lines.count;
    return {};
  }
  Service& service = found->second;
  const uint64_t hash = StableHash(lines.shape);
  bool is_new = false;
  Group* group = nullptr;
  if (const auto known = service.by_shape.find(hash); known != service.by_shape.end()) {
    group = &service.groups[known->second];
  } else {
    group = Classify(service, lines, is_new);
    if (group == nullptr) {
      unclassified_ += lines.count;
      return {};
    }
    if (service.by_shape.size() >= options_.known_shapes_max) service.by_shape.clear();
    service.by_shape[hash] = static_cast<size_t>(group - service.groups.data());
  }
  LogPattern& pattern = group->pattern;
  pattern.lines += lines.count;
  pattern.first_seen_ms = std::min(pattern.first_seen_ms, lines.first_ms);
  pattern.last_seen_ms = std::max(pattern.last_seen_ms, lines.last_ms);
  return {pattern.id, is_new};
}

const LogPattern* PatternMiner::Find(std::string_view service, uint64_t pattern) const {
  const auto found = services_.find(service);
  if (found == services_.end()) return nullptr;
  const auto group = found->second.by_id.find(pattern);
  return group == found->second.by_id.end() ? nullptr
                                            : &found->second.groups[group->second].pattern;
}

void PatternMiner::ForEach(const std::function<void(const LogPattern&)>& visit) const {
  for (const auto& [name, service] : services_) {
    for (const Group& group : service.groups) visit(group.pattern);
  }
}

std::string PatternMiner::Save() const {
  std::string out{kVersion};
  model::AppendVarint(out, unclassified_);
  model::AppendVarint(out, services_.size());
  for (const auto& [name, service] : services_) {
    AppendSized(out, name);
    model::AppendVarint(out, service.groups.size());
    for (const Group& group : service.groups) {
      AppendFixed64(out, group.pattern.id);
      AppendFixed64(out, static_cast<uint64_t>(group.pattern.first_seen_ms));
      AppendFixed64(out, static_cast<uint64_t>(group.pattern.last_seen_ms));
      model::AppendVarint(out, group.pattern.lines);
      AppendSized(out, group.pattern.example);
      model::AppendVarint(out, group.words.size());
      for (const std::string& word : group.words) AppendSized(out, word);
    }
  }
  return out;
}

namespace {

bool ReadPattern(std::string_view& bytes, LogPattern& pattern, std::vector<std::string>& words) {
  uint64_t first = 0;
  uint64_t last = 0;
  uint64_t count = 0;
  std::string_view example;
  if (!ReadFixed64(bytes, pattern.id) || !ReadFixed64(bytes, first) || !ReadFixed64(bytes, last) ||
      !model::ReadVarint(bytes, pattern.lines) || !ReadSized(bytes, example) ||
      !model::ReadVarint(bytes, count) || count > bytes.size()) {
    return false;
  }
  pattern.first_seen_ms = static_cast<int64_t>(first);
  pattern.last_seen_ms = static_cast<int64_t>(last);
  pattern.example = example;
  for (uint64_t i = 0; i < count; ++i) {
    std::string_view word;
    if (!ReadSized(bytes, word)) return false;
    words.emplace_back(word);
  }
  pattern.text = TextOf(words);
  return true;
}

}  // namespace

base::Result<> PatternMiner::Load(std::string_view bytes) {
  const base::Error damaged = base::DataLoss("the snapshot of log patterns is damaged");
  services_.clear();
  size_ = 0;
  uint64_t count = 0;
  if (bytes.empty() || bytes[0] != kVersion) return damaged;
  bytes.remove_prefix(1);
  if (!model::ReadVarint(bytes, unclassified_) || !model::ReadVarint(bytes, count)) return damaged;
  std::map<std::string, Service, std::less<>> services;
  for (uint64_t i = 0; i < count; ++i) {
    std::string_view name;
    uint64_t groups = 0;
    if (!ReadSized(bytes, name) || !model::ReadVarint(bytes, groups)) return damaged;
    Service& service = services[std::string(name)];
    for (uint64_t g = 0; g < groups; ++g) {
      Group group;
      group.pattern.service = name;
      if (!ReadPattern(bytes, group.pattern, group.words)) return damaged;
      service.groups.push_back(std::move(group));
      Index(service, service.groups.size() - 1);
    }
  }
  if (!bytes.empty()) return damaged;
  services_ = std::move(services);
  for (const auto& [name, service] : services_) size_ += service.groups.size();
  return {};
}

}  // namespace vedette::records
