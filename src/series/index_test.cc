#include "series/index.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <vector>

#include "base/random.h"

namespace vedette::series {
namespace {

using model::MatchOp;

model::Matcher Match(std::string name, MatchOp op, std::string value) {
  return *model::Matcher::Create(std::move(name), op, std::move(value));
}

// An index with the labels of its slots, and the naive answer beside it.
class Shelf {
 public:
  void Add(uint32_t slot, model::Labels labels) {
    index_.Add(slot, labels);
    labels_.insert_or_assign(slot, std::move(labels));
  }
  void Remove(const std::vector<uint32_t>& slots) {
    index_.Remove(slots, LabelsOf());
    for (const uint32_t slot : slots) labels_.erase(slot);
  }
  std::vector<uint32_t> Find(const std::vector<model::Matcher>& matchers) const {
    return index_.Find(matchers, LabelsOf());
  }
  std::vector<uint32_t> FindNaively(const std::vector<model::Matcher>& matchers) const {
    std::vector<uint32_t> found;
    for (const auto& [slot, labels] : labels_) {
      if (model::MatchesAll(matchers, labels)) found.push_back(slot);
    }
    return found;
  }
  const Index& index() const { return index_; }
  bool Has(uint32_t slot) const { return labels_.contains(slot); }

 private:
  Index::LabelsOf LabelsOf() const {
    return [this](uint32_t slot) { return labels_.at(slot).view(); };
  }
  Index index_;
  std::map<uint32_t, model::Labels> labels_;
};

model::Labels RandomLabels(base::Random& random) {
  std::vector<std::pair<std::string, std::string>> pairs;
  pairs.emplace_back("__name__", "m" + std::to_string(random.Below(3)));
  for (const char* name : {"a", "b", "c"}) {
    if (random.Below(3) != 0) pairs.emplace_back(name, "v" + std::to_string(random.Below(6)));
  }
  if (random.Below(2) != 0) pairs.emplace_back("id", std::to_string(random.Below(300)));
  return model::Labels(std::move(pairs));
}

model::Matcher RandomMatcher(base::Random& random) {
  const char* names[] = {"__name__", "a", "b", "c", "id", "nowhere"};
  const char* texts[] = {"m1", "v1", "v2", "", "7"};
  const char* patterns[] = {"v1|v2", "v.*", ".*", ".+", "", "m1|", "v[0-3]", "1.|2.", "v1|v1"};
  const std::string name = names[random.Below(std::size(names))];
  const auto op = static_cast<MatchOp>(random.Below(4));
  const bool regex = op == MatchOp::kRegex || op == MatchOp::kNotRegex;
  return Match(
      name, op,
      regex ? patterns[random.Below(std::size(patterns))] : texts[random.Below(std::size(texts))]);
}

TEST(Index, AnswersAsTheNaiveEvaluationWhileSeriesComeAndGo) {
  base::Random random(3);
  Shelf shelf;
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 20; ++i) {
      const auto slot = static_cast<uint32_t>(random.Below(800));
      if (!shelf.Has(slot)) shelf.Add(slot, RandomLabels(random));
    }
    if (round % 3 == 2) {
      std::vector<uint32_t> gone;
      for (uint32_t slot = 0; slot < 800; ++slot) {
        if (shelf.Has(slot) && random.Below(4) == 0) gone.push_back(slot);
      }
      shelf.Remove(gone);
    }
    for (int i = 0; i < 40; ++i) {
      std::vector<model::Matcher> matchers;
      std::string text;
      for (uint64_t n = random.Below(4); n > 0; --n) {
        matchers.push_back(RandomMatcher(random));
        text += matchers.back().ToString() + " ";
      }
      ASSERT_EQ(shelf.Find(matchers), shelf.FindNaively(matchers)) << text;
    }
  }
}

TEST(Index, ForgetsNamesAndValuesWithTheirLastSeries) {
  Shelf shelf;
  shelf.Add(1, model::Labels({{"__name__", "up"}, {"job", "a"}}));
  shelf.Add(2, model::Labels({{"__name__", "up"}, {"job", "b"}, {"extra", "x"}}));

  shelf.Remove({2});

  std::vector<std::string> names;
  shelf.index().ForEachName([&](std::string_view name) { names.emplace_back(name); });
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"__name__", "job"}));
  std::vector<std::string> values;
  shelf.index().ForEachValue("job", [&](std::string_view value, const Postings& slots) {
    values.emplace_back(value);
    EXPECT_EQ(slots.ToVector(), Index::Slots{1});
  });
  EXPECT_EQ(values, std::vector<std::string>{"a"});
}

TEST(Index, KnowsItsMemoryAndGivesItBackWithItsSeries) {
  Shelf shelf;
  const auto fill = [&] {
    for (uint32_t slot = 0; slot < 5'000; ++slot) {
      shelf.Add(slot, model::Labels({{"__name__", "up"}, {"id", std::to_string(slot)}}));
    }
  };
  const auto clear = [&] {
    std::vector<uint32_t> all;
    for (uint32_t slot = 0; slot < 5'000; ++slot) all.push_back(slot);
    shelf.Remove(all);
  };
  fill();
  const size_t full = shelf.index().memory_bytes();
  EXPECT_GT(full, 5'000u * 64);
  EXPECT_LT(full, 5'000u * 256);
  clear();
  const size_t empty = shelf.index().memory_bytes();
  EXPECT_LT(empty, 4'000u);
  for (int i = 0; i < 3; ++i) {
    fill();
    EXPECT_EQ(shelf.index().memory_bytes(), full);
    clear();
    EXPECT_EQ(shelf.index().memory_bytes(), empty);
  }
}

}  // namespace
}  // namespace vedette::series
