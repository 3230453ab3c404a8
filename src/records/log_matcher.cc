#include "records/log_matcher.h"

#include <algorithm>
#include <cstring>

#include "records/message.h"
#include "records/word_filter.h"

namespace vedette::records {
namespace {

constexpr size_t kWordBytesMin = 3;  // as EncodeLogBlock leaves shorter ones out of the filter

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Finds folded bytes in any bytes without regard to case: jumps from one occurrence of the first
// byte to the next.
size_t FindFolded(std::string_view text, std::string_view folded, size_t from) {
  if (folded.empty()) return from <= text.size() ? from : std::string_view::npos;
  const char low = folded[0];
  const char high = IsLetter(low) ? static_cast<char>(low - 'a' + 'A') : low;
  while (from + folded.size() <= text.size()) {
    const char* const begin = text.data() + from;
    const size_t room = text.size() - folded.size() - from + 1;
    const auto* a = static_cast<const char*>(std::memchr(begin, low, room));
    if (high != low) {
      const size_t limit = a == nullptr ? room : static_cast<size_t>(a - begin);
      const auto* b = static_cast<const char*>(std::memchr(begin, high, limit));
      if (b != nullptr) a = b;
    }
    if (a == nullptr) return std::string_view::npos;
    from = static_cast<size_t>(a - text.data());
    size_t i = 1;
    while (i < folded.size() && FoldCase(text[from + i]) == folded[i]) ++i;
    if (i == folded.size()) return from;
    ++from;
  }
  return std::string_view::npos;
}

bool InWord(char c) { return IsWordByte(c) || c == kHole; }

bool HoldsPhrase(std::string_view text, std::string_view folded) {
  const bool word_before = !folded.empty() && IsWordByte(folded.front());
  const bool word_after = !folded.empty() && IsWordByte(folded.back());
  for (size_t at = FindFolded(text, folded, 0); at != std::string_view::npos;
       at = FindFolded(text, folded, at + 1)) {
    const size_t end = at + folded.size();
    if ((!word_before || at == 0 || !InWord(text[at - 1])) &&
        (!word_after || end == text.size() || !InWord(text[end]))) {
      return true;
    }
  }
  return false;
}

// Whether a word could be a value, or part of one: see message.h.
bool CouldBeValue(std::string_view folded_word) {
  bool hex = true;
  for (const char c : folded_word) {
    if (c >= '0' && c <= '9') return true;
    hex &= c >= 'a' && c <= 'f';
  }
  return hex;
}

struct Word {
  std::string text;
  bool whole;  // bounded within the phrase, or by what the phrase means
};

std::vector<Word> WordsOf(std::string_view folded, bool ends_are_whole) {
  std::vector<Word> words;
  for (size_t i = 0; i < folded.size();) {
    const size_t begin = i;
    while (i < folded.size() && IsWordByte(folded[i])) ++i;
    if (i > begin) {
      const bool whole = ends_are_whole || (begin > 0 && i < folded.size());
      words.push_back({std::string(folded.substr(begin, i - begin)), whole});
    }
    ++i;
  }
  return words;
}

Verdict Not(Verdict verdict) {
  if (verdict == Verdict::kMaybe) return verdict;
  return verdict == Verdict::kYes ? Verdict::kNo : Verdict::kYes;
}

}  // namespace

// A condition with what is worth computing once.
struct LogMatcher::Node {
  explicit Node(const LogCondition& wanted) : condition(wanted) {
    using Kind = LogCondition::Kind;
    for (const LogCondition& part : wanted.parts) parts.emplace_back(part);
    if (wanted.kind == Kind::kPhrase || wanted.kind == Kind::kPart) {
      folded = FoldCase(wanted.text);
      words = WordsOf(folded, wanted.kind == Kind::kPhrase);
      for (const Word& word : words) {
        if (word.whole && word.text.size() >= kWordBytesMin) hashes.push_back(WordHash(word.text));
      }
      has_hole = folded.find(kHole) != std::string::npos;
    }
    if (wanted.kind != Kind::kField || wanted.equals.empty()) return;
    if (wanted.field == "trace_id") {
      for (const Word& word : WordsOf(FoldCase(wanted.equals), true)) {
        if (word.text.size() >= kWordBytesMin) hashes.push_back(WordHash(word.text));
      }
    } else if (wanted.field != "service" && wanted.field != "message") {
      hashes.push_back(FieldHash(wanted.field, wanted.equals));
    }
  }

  bool NeedsFilter() const {
    return !hashes.empty() ||
           std::any_of(parts.begin(), parts.end(), [](const Node& n) { return n.NeedsFilter(); });
  }

  bool NeedsDetails() const {
    using Kind = LogCondition::Kind;
    const bool own = condition.kind == Kind::kPhrase || condition.kind == Kind::kPart ||
                     condition.kind == Kind::kLine ||
                     (condition.kind == Kind::kField && condition.field != "service");
    return own ||
           std::any_of(parts.begin(), parts.end(), [](const Node& n) { return n.NeedsDetails(); });
  }

  bool NeedsFields() const {
    using Kind = LogCondition::Kind;
    const bool own = condition.kind == Kind::kLine ||
                     (condition.kind == Kind::kField && condition.field != "service" &&
                      condition.field != "message");
    return own ||
           std::any_of(parts.begin(), parts.end(), [](const Node& n) { return n.NeedsFields(); });
  }

  bool Holds(std::string_view message) const {
    return condition.kind == LogCondition::Kind::kPhrase
               ? HoldsPhrase(message, folded)
               : FindFolded(message, folded, 0) != std::string_view::npos;
  }

  bool TestField(const LogLine& line) const {
    if (condition.field == "service") return condition.test(line.service());
    if (condition.field == "message") return condition.test(line.message());
    if (condition.field == "trace_id") {
      const std::string_view id = line.trace_id();
      return condition.test(id.empty() ? std::nullopt : std::optional(id));
    }
    return condition.test(line.Field(condition.field));
  }

  bool Matches(const LogLine& line) const {
    using Kind = LogCondition::Kind;
    const auto holds = [&](const Node& node) { return node.Matches(line); };
    switch (condition.kind) {
      case Kind::kAll: return true;
      case Kind::kAnd: return std::all_of(parts.begin(), parts.end(), holds);
      case Kind::kOr: return std::any_of(parts.begin(), parts.end(), holds);
      case Kind::kNot: return !parts[0].Matches(line);
      case Kind::kPhrase:
      case Kind::kPart: return Holds(line.message());
      case Kind::kLevel:
        return ((condition.levels >> static_cast<unsigned>(line.level())) & 1) != 0;
      case Kind::kPattern: return line.pattern() == condition.pattern;
      case Kind::kLine: return condition.line_test(line);
      case Kind::kField: break;
    }
    return TestField(line);
  }

  // The verdict of the tree, given that of its leaves.
  template <typename Leaf>
  Verdict Judge(const Leaf& leaf) const {
    using Kind = LogCondition::Kind;
    switch (condition.kind) {
      case Kind::kAll: return Verdict::kYes;
      case Kind::kNot: return Not(parts[0].Judge(leaf));
      case Kind::kAnd:
      case Kind::kOr: {
        const bool all = condition.kind == Kind::kAnd;
        const Verdict decisive = all ? Verdict::kNo : Verdict::kYes;
        Verdict verdict = all ? Verdict::kYes : Verdict::kNo;
        for (const Node& part : parts) {
          const Verdict one = part.Judge(leaf);
          if (one == decisive) return one;
          if (one == Verdict::kMaybe) verdict = one;
        }
        return verdict;
      }
      default: return leaf(*this);
    }
  }

  Verdict OfShape(const LogBlock& block, size_t shape) const;
  Verdict OfMessages(const LogBlock& block, size_t index) const;

  const LogCondition& condition;
  std::vector<Node> parts;
  std::string folded;
  std::vector<Word> words;
  bool has_hole = false;
  std::vector<uint64_t> hashes;  // that must all be in a filter
};

LogMatcher::LogMatcher(const LogCondition& condition)
    : root_(std::make_unique<Node>(condition)),
      needs_filter_(root_->NeedsFilter()),
      needs_details_(root_->NeedsDetails()),
      needs_fields_(root_->NeedsFields()) {}
LogMatcher::~LogMatcher() = default;

bool LogMatcher::Matches(const LogLine& line) const { return root_->Matches(line); }

Verdict LogMatcher::OfMeta(const LogMeta& meta) const {
  return root_->Judge([&](const Node& node) {
    const LogCondition& condition = node.condition;
    size_t yes = 0;
    size_t all = 0;
    if (condition.kind == LogCondition::Kind::kLevel) {
      for (unsigned level = 0; level < meta.levels.size(); ++level) {
        all += meta.levels[level];
        yes += ((condition.levels >> level) & 1) != 0 ? meta.levels[level] : 0;
      }
    } else if (condition.kind == LogCondition::Kind::kField && condition.field == "service") {
      all = meta.services.size();
      for (const std::string& service : meta.services) yes += condition.test(service) ? 1 : 0;
    }
    if (all == 0) return Verdict::kMaybe;
    return yes == all ? Verdict::kYes : yes == 0 ? Verdict::kNo : Verdict::kMaybe;
  });
}

Verdict LogMatcher::OfFilter(std::string_view filter) const {
  return root_->Judge([&](const Node& node) {
    for (const uint64_t hash : node.hashes) {
      if (!MayHoldWord(filter, hash)) return Verdict::kNo;
    }
    return Verdict::kMaybe;
  });
}

Verdict LogMatcher::Node::OfMessages(const LogBlock& block, size_t index) const {
  const LogBlock::Shape& shape = block.shapes()[index];
  const bool whole = shape.text == std::string_view(&kHole, 1);
  if (has_hole || whole) return Verdict::kMaybe;
  if (Holds(shape.text)) return Verdict::kYes;
  if (shape.holes == 0) return Verdict::kNo;
  bool could_be_value = false;
  for (const Word& word : words) {
    const bool digits = std::any_of(word.text.begin(), word.text.end(),
                                    [](char c) { return c >= '0' && c <= '9'; });
    const bool in_shape = FindFolded(shape.text, word.text, 0) != std::string_view::npos;
    could_be_value |= CouldBeValue(word.text);
    if (in_shape || digits) continue;
    // A whole word that is no value stands in the shape; a part of a word may also be in a value,
    // but without digits not partly in one.
    if (word.whole && !CouldBeValue(word.text)) return Verdict::kNo;
    if (block.has_body() && !block.MayContain(index, word.text)) return Verdict::kNo;
  }
  const bool only_shape =
      !could_be_value && !words.empty() && IsWordByte(folded.front()) && IsWordByte(folded.back());
  if (condition.kind == LogCondition::Kind::kPhrase && only_shape) return Verdict::kNo;
  return Verdict::kMaybe;
}

Verdict LogMatcher::Node::OfShape(const LogBlock& block, size_t shape) const {
  return Judge([&](const Node& node) {
    if (node.condition.kind == LogCondition::Kind::kPattern) {
      return block.shapes()[shape].pattern == node.condition.pattern ? Verdict::kYes : Verdict::kNo;
    }
    if (node.condition.kind == LogCondition::Kind::kPhrase ||
        node.condition.kind == LogCondition::Kind::kPart) {
      return node.OfMessages(block, shape);
    }
    return Verdict::kMaybe;
  });
}

Verdict LogMatcher::OfShape(const LogBlock& block, size_t shape) const {
  return root_->OfShape(block, shape);
}

std::function<bool(const LogLine&)> TestOf(
    LogCondition condition, std::function<std::unique_ptr<LogLine>(const LogLine&)> view) {
  // A matcher views its condition: they live together.
  struct Owned {
    explicit Owned(LogCondition wanted) : condition(std::move(wanted)), matcher(condition) {}
    const LogCondition condition;
    const LogMatcher matcher;
  };
  return [owned = std::make_shared<const Owned>(std::move(condition)), view = std::move(view)](
             const LogLine& line) { return owned->matcher.Matches(*view(line)); };
}

}  // namespace vedette::records
