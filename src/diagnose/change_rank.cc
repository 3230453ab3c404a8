#include "diagnose/change_rank.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fmt/core.h>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "diagnose/onset.h"
#include "diagnose/robust.h"

namespace vedette::diagnose {
namespace {

constexpr double kMoved = 5;  // deviation of a sustained movement
constexpr double kApart = 2;  // and of where it began
constexpr double kStays = 3;  // of the whole incident, for it to speak against a later change
constexpr double kQuietShare = 0.15;
constexpr size_t kMinQuietRows = 12;
constexpr size_t kMinWord = 4;
constexpr double kStrangersWeight = -1.2;
constexpr double kFlagWeight = -1;
constexpr double kWordsWeight = 0.5;

struct Delay {
  base::Duration at_most;
  double weight;
};
constexpr std::array kDelays = std::to_array<Delay>({{std::chrono::minutes(2), 3},
                                                     {std::chrono::minutes(5), 2.6},
                                                     {std::chrono::minutes(10), 2},
                                                     {std::chrono::minutes(15), 1}});
constexpr double kLongDelay = -1;

double WeightOf(base::Duration delay) {
  for (const Delay& step : kDelays) {
    if (delay <= step.at_most) return step.weight;
  }
  return kLongDelay;
}

double WeightOf(DiffNature nature) {
  switch (nature) {
    case DiffNature::kUnknown: return 0;
    case DiffNature::kInert: return -3;
    case DiffNature::kMoved:
    case DiffNature::kDependency: return -1;
    case DiffNature::kNudged: return 0;
    case DiffNature::kValue:
    case DiffNature::kRemoved: return 1.5;
  }
  return 0;
}

// "ListProducts_total" is list, products, total.
std::set<std::string> WordsOf(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  const auto end = [&] {
    if (word.size() >= kMinWord) words.insert(word);
    word.clear();
  };
  bool lower = false;
  for (const char c : text) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalpha(letter) == 0 || (std::isupper(letter) != 0 && lower)) end();
    if (std::isalpha(letter) != 0) word += static_cast<char>(std::tolower(letter));
    lower = std::islower(letter) != 0;
  }
  end();
  return words;
}

struct FirstMove {
  base::TimePoint time;
  size_t series = 0;
};

class ChangeRanker {
 public:
  ChangeRanker(const Evidence& evidence, const Frame& frame, const CallGraph& graph)
      : evidence_(evidence), frame_(frame), graph_(graph) {}

  std::vector<SuspectChange> Run();

 private:
  void FindMoves();
  std::optional<size_t> MovedAt(const Series& series) const;
  bool Stays(const Series& series) const;
  const FirstMove* MoveBehind(const Change& change) const;
  void GatherWords();
  bool StrangersMovedAt(base::TimePoint time, const std::string& entity) const;
  SuspectChange Judge(size_t index) const;
  void AddWords(const Change& change, SuspectChange& suspect) const;

  const Evidence& evidence_;
  const Frame& frame_;
  const CallGraph& graph_;
  base::Duration step_{0};
  std::map<std::string, FirstMove> moves_;
  std::map<std::string, FirstMove> staying_;  // of those series that the incident shows moved
  std::set<std::string> failure_words_;
  std::map<std::string, size_t> changes_with_word_;
};

// When a series left its usual range for good; a slow leak is followed back to where it began.
std::optional<size_t> ChangeRanker::MovedAt(const Series& series) const {
  const auto share = static_cast<size_t>(kQuietShare * static_cast<double>(frame_.quiet));
  const size_t quiet = std::min(std::max(kMinQuietRows, share), frame_.quiet);
  const Usual usual =
      Describe(series.baseline.empty()
                   ? std::vector<double>(series.window.begin(),
                                         series.window.begin() + static_cast<ptrdiff_t>(quiet))
                   : series.baseline);
  if (usual.count < kMinQuietRows / 2) return std::nullopt;
  std::vector<double> deviations;
  for (const double value : series.window) deviations.push_back(Deviation(usual, value));
  std::optional<size_t> moved = FirstSustained(deviations, kMoved);
  if (!moved) return std::nullopt;
  const bool up = deviations[*moved] > 0;
  const auto apart = [&](size_t row) {
    return up ? deviations[row] > kApart : deviations[row] < -kApart;
  };
  while (*moved > 1 && (apart(*moved - 1) || apart(*moved - 2))) --*moved;
  while (!apart(*moved)) ++*moved;
  return moved;
}

// Whether the incident's rows as a whole differ from the quiet ones: what a few quiet rows call a
// movement may be noise.
bool ChangeRanker::Stays(const Series& series) const {
  const auto at = [&](size_t row) { return series.window.begin() + static_cast<ptrdiff_t>(row); };
  const Usual usual = Describe({at(0), at(std::min(frame_.quiet, frame_.incident))});
  const double level = Median({at(frame_.incident), at(frame_.last)});
  return std::abs(Deviation(usual, level)) >= kStays;
}

void ChangeRanker::FindMoves() {
  for (size_t i = 0; i < evidence_.series.size(); ++i) {
    const Series& series = evidence_.series[i];
    if (KindOfMetric(series.metric) == MetricKind::kTraffic) continue;  // others' doing
    const std::optional<size_t> row = MovedAt(series);
    if (!row) continue;
    const FirstMove move{evidence_.times[*row], i};
    const auto keep = [&](std::map<std::string, FirstMove>& moves) {
      const auto [at, added] = moves.try_emplace(series.entity, move);
      if (!added && move.time < at->second.time) at->second = move;
    };
    keep(moves_);
    if (Stays(series)) keep(staying_);
  }
}

// The movement that a change is held against, null when there is none. Where changes are told by
// hand, one that came before it must be real.
const FirstMove* ChangeRanker::MoveBehind(const Change& change) const {
  const auto find = [&](const std::map<std::string, FirstMove>& moves) {
    const auto move = moves.find(change.entity);
    return move == moves.end() ? nullptr : &move->second;
  };
  const FirstMove* const first = find(moves_);
  if (first == nullptr || evidence_.changes_are_all || first->time - change.time >= -step_) {
    return first;
  }
  return find(staying_);
}

// Words of the failures that are new, without the names of entities.
void ChangeRanker::GatherWords() {
  for (const LogTemplate& one : evidence_.templates) {
    if (one.failure && one.count > one.usual) failure_words_.merge(WordsOf(one.text));
  }
  if (evidence_.symptom) failure_words_.merge(WordsOf(evidence_.symptom->text));
  for (int entity = 0; entity < graph_.size(); ++entity) {
    for (const std::string& word : WordsOf(graph_.Name(entity))) failure_words_.erase(word);
  }
  for (const Change& change : evidence_.changes) {
    for (const std::string& word : WordsOf(change.title + "\n" + change.diff)) {
      ++changes_with_word_[word];
    }
  }
}

bool ChangeRanker::StrangersMovedAt(base::TimePoint time, const std::string& entity) const {
  const int number = graph_.Find(entity);
  const std::vector<int> below = graph_.Distances(number), above = graph_.DistancesUpwards(number);
  const auto stranger = [&](const std::string& name) {
    const int other = graph_.Find(name);
    if (other < 0) return true;
    return below[static_cast<size_t>(other)] < 0 && above[static_cast<size_t>(other)] < 0;
  };
  return std::any_of(moves_.begin(), moves_.end(), [&](const auto& other) {
    const base::Duration apart = other.second.time - time;
    return std::abs(apart.count()) <= step_.count() && stranger(other.first) &&
           other.first != entity;
  });
}

void ChangeRanker::AddWords(const Change& change, SuspectChange& suspect) const {
  double rare = 0;
  for (const std::string& word : WordsOf(change.title + "\n" + change.diff)) {
    if (!failure_words_.contains(word)) continue;
    suspect.shared_words.push_back(word);
    rare += 1.0 / static_cast<double>(changes_with_word_.at(word));
  }
  suspect.score += kWordsWeight * std::min(2.0, rare);
}

SuspectChange ChangeRanker::Judge(size_t index) const {
  const Change& change = evidence_.changes[index];
  SuspectChange suspect;
  suspect.change = index;
  suspect.nature = NatureOf(change.diff, change.files);
  const FirstMove* const moved = MoveBehind(change);
  if (moved == nullptr) {
    suspect.ruled_out = fmt::format("nothing of {} moved", change.entity);
    return suspect;
  }
  suspect.moved = moved->time;
  suspect.moved_series = moved->series;
  const base::Duration delay = moved->time - change.time;
  if (delay < -step_) {
    suspect.ruled_out = fmt::format("{} had moved before it", change.entity);
    return suspect;
  }
  if (suspect.nature == DiffNature::kInert) {
    suspect.ruled_out = fmt::format("it {}", DescribeNature(suspect.nature));
    return suspect;
  }
  suspect.score = WeightOf(delay) + WeightOf(suspect.nature);
  if (change.kind == ChangeKind::kFeatureFlag) suspect.score += kFlagWeight;
  suspect.others_moved_at_once = StrangersMovedAt(moved->time, change.entity);
  if (suspect.others_moved_at_once) suspect.score += kStrangersWeight;
  AddWords(change, suspect);
  return suspect;
}

std::vector<SuspectChange> ChangeRanker::Run() {
  if (evidence_.changes.empty() || evidence_.times.size() < 2) return {};
  step_ = (evidence_.times.back() - evidence_.times.front()) /
          static_cast<int64_t>(evidence_.times.size() - 1);
  FindMoves();
  GatherWords();
  std::vector<SuspectChange> suspects;
  for (size_t i = 0; i < evidence_.changes.size(); ++i) suspects.push_back(Judge(i));
  const auto order = [&](const SuspectChange& suspect) {
    return std::tuple(!suspect.ruled_out.empty(), -suspect.score,
                      -base::ToMillis(evidence_.changes[suspect.change].time), suspect.change);
  };
  std::sort(suspects.begin(), suspects.end(),
            [&](const auto& a, const auto& b) { return order(a) < order(b); });
  return suspects;
}

}  // namespace

std::vector<SuspectChange> RankChanges(const Evidence& evidence, const Frame& frame,
                                       const CallGraph& graph) {
  return ChangeRanker(evidence, frame, graph).Run();
}

}  // namespace vedette::diagnose
