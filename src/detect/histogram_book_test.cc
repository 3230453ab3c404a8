#include "detect/histogram_book.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

#include "model/labels.h"

namespace vedette::detect {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::FieldsAre;
using testing::IsEmpty;

constexpr int64_t kStepMs = 15'000;

struct Told {
  size_t quantile;
  int64_t t_ms;
  double value;
};

// One histogram with bounds 0.1, 0.2, 0.4 and +Inf in the slots 0 to 3, and its counters.
class Book {
 public:
  Book() {
    for (uint32_t slot = 0; slot < bounds.size(); ++slot) EXPECT_TRUE(Add(slot, bounds[slot]));
  }

  bool Add(uint32_t slot, const std::string& bound, const std::string& name = "latency_bucket") {
    return book.Add(slot, "default",
                    model::Labels({{"__name__", name}, {"job", "a"}, {"le", bound}}));
  }
  // So many events between the bounds, in one scrape more.
  void Observe(const std::vector<double>& events) {
    double sum = 0;
    for (size_t i = 0; i < events.size(); ++i) counters[i] += sum += events[i];
  }
  void Take(uint32_t slot) { book.Take({slot, t_ms, counters[slot]}); }
  void Scrape(const std::vector<double>& events) {
    t_ms += kStepMs;
    Observe(events);
    for (uint32_t slot = 0; slot < bounds.size(); ++slot) Take(slot);
  }
  std::vector<Told> Settle() {
    std::vector<Told> told;
    book.Settle(
        [&](HistogramBook::Histogram& histogram, size_t quantile, int64_t at, double value) {
          EXPECT_EQ(model::LabelsView::FromCanonical(histogram.labels).ToString(),
                    "latency{job=\"a\"}");
          told.push_back({quantile, at, value});
        });
    return told;
  }

  std::vector<std::string> bounds{"0.1", "0.2", "0.4", "+Inf"};
  std::vector<double> counters{0, 0, 0, 0};
  int64_t t_ms = 1'767'225'600'000;
  HistogramBook book;
};

TEST(HistogramBook, TellsQuantilesOfWhatCameBetweenTwoScrapes) {
  Book book;
  book.Scrape({1000, 1000, 1000, 1000});
  EXPECT_THAT(book.Settle(), IsEmpty());  // nothing to compare with
  book.Scrape({0, 200, 0, 0});
  EXPECT_THAT(book.Settle(), ElementsAre(FieldsAre(0, book.t_ms, DoubleNear(0.15, 1e-9)),
                                         FieldsAre(1, book.t_ms, DoubleNear(0.199, 1e-9))));
  book.Scrape({100, 0, 0, 300});  // beyond the last bound nothing is known
  EXPECT_THAT(book.Settle(), ElementsAre(FieldsAre(0, book.t_ms, DoubleNear(0.4, 1e-9)),
                                         FieldsAre(1, book.t_ms, DoubleNear(0.4, 1e-9))));
}

TEST(HistogramBook, WaitsForEnoughEventsButNotForEver) {
  Book book;
  book.Scrape({5, 0, 0, 0});
  book.Scrape({50, 0, 0, 0});
  EXPECT_THAT(book.Settle(), IsEmpty());
  book.Scrape({0, 50, 0, 0});
  EXPECT_THAT(book.Settle(), ElementsAre(FieldsAre(0, book.t_ms, DoubleNear(0.1, 1e-9)),
                                         FieldsAre(1, book.t_ms, DoubleNear(0.198, 1e-9))));
  for (int64_t waited = 0; waited < HistogramBook::kPatienceMs - kStepMs; waited += kStepMs) {
    book.Scrape({2, 0, 0, 0});
    EXPECT_THAT(book.Settle(), IsEmpty());
  }
  book.Scrape({2, 0, 0, 0});  // forty: enough for the median alone
  EXPECT_THAT(book.Settle(), ElementsAre(FieldsAre(0, book.t_ms, DoubleNear(0.05, 1e-9))));
}

TEST(HistogramBook, TakesBucketsInAnyOrderAndSeveralScrapesAtOnce) {
  Book together;
  Book apart;
  std::vector<Told> expected;
  for (const auto& events : std::vector<std::vector<double>>{
           {1, 2, 3, 4}, {50, 60, 30, 10}, {0, 300, 20, 1}, {100, 100, 100, 100}}) {
    apart.Scrape(events);
    for (const Told& told : apart.Settle()) expected.push_back(told);
  }
  // As one request that has every series with all its samples.
  std::vector<std::vector<series::ObservedSample>> columns(4);
  for (const auto& events : std::vector<std::vector<double>>{
           {1, 2, 3, 4}, {50, 60, 30, 10}, {0, 300, 20, 1}, {100, 100, 100, 100}}) {
    together.t_ms += kStepMs;
    together.Observe(events);
    for (uint32_t slot = 0; slot < 4; ++slot) {
      columns[slot].push_back({slot, together.t_ms, together.counters[slot]});
    }
  }
  for (const size_t slot : {2U, 0U, 3U, 1U}) {
    for (const auto& sample : columns[slot]) together.book.Take(sample);
  }
  const std::vector<Told> told = together.Settle();
  ASSERT_EQ(told.size(), expected.size());
  for (size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told[i].quantile, expected[i].quantile);
    EXPECT_EQ(told[i].t_ms, expected[i].t_ms);
    EXPECT_DOUBLE_EQ(told[i].value, expected[i].value);
  }
}

TEST(HistogramBook, AScrapeThatMissesABucketCountsWithTheNextOne) {
  Book book;
  book.Scrape({0, 0, 0, 0});
  book.t_ms += kStepMs;
  book.Observe({0, 100, 0, 0});
  for (const uint32_t slot : {0U, 1U, 3U}) book.Take(slot);
  EXPECT_THAT(book.Settle(), IsEmpty());
  book.Scrape({0, 100, 0, 0});
  EXPECT_THAT(book.Settle(), ElementsAre(FieldsAre(0, book.t_ms, DoubleNear(0.15, 1e-9)),
                                         FieldsAre(1, book.t_ms, DoubleNear(0.199, 1e-9))));
}

TEST(HistogramBook, ACounterThatFellBeganAnew) {
  Book book;
  book.Scrape({0, 5000, 0, 0});
  EXPECT_THAT(book.Settle(), IsEmpty());
  book.counters = {0, 0, 0, 0};
  book.Scrape({0, 0, 100, 0});
  EXPECT_THAT(book.Settle(), ElementsAre(FieldsAre(0, book.t_ms, DoubleNear(0.3, 1e-9)),
                                         FieldsAre(1, book.t_ms, DoubleNear(0.398, 1e-9))));
}

TEST(HistogramBook, StaleMarkersAndValuesThatAreNoNumbersAreNoScrape) {
  Book book;
  book.Scrape({0, 0, 0, 0});
  for (uint32_t slot = 0; slot < 4; ++slot) {
    book.book.Take({slot, book.t_ms + 1, std::numeric_limits<double>::quiet_NaN()});
  }
  EXPECT_THAT(book.Settle(), IsEmpty());
  book.Scrape({200, 0, 0, 0});
  EXPECT_EQ(book.Settle().size(), 2U);
}

TEST(HistogramBook, ABucketThatComesLaterIsTakenIn) {
  Book book;
  book.Scrape({0, 0, 0, 0});
  book.Scrape({200, 0, 0, 0});
  EXPECT_EQ(book.Settle().size(), 2U);
  book.bounds.push_back("0.05");
  book.counters.push_back(900);
  ASSERT_TRUE(book.Add(4, "0.05"));
  book.Scrape({200, 0, 0, 0});
  EXPECT_THAT(book.Settle(), IsEmpty());  // not known how many came to it
  book.counters[4] += 100;
  book.Scrape({200, 0, 0, 0});
  EXPECT_THAT(book.Settle(), ElementsAre(FieldsAre(0, book.t_ms, DoubleNear(0.05, 1e-9)),
                                         FieldsAre(1, book.t_ms, DoubleNear(0.099, 1e-9))));
}

TEST(HistogramBook, NothingIsToldWithoutTheBucketOfAll) {
  HistogramBook book;
  const auto add = [&](uint32_t slot, const std::string& bound) {
    return book.Add(slot, "default", model::Labels({{"__name__", "x_bucket"}, {"le", bound}}));
  };
  ASSERT_TRUE(add(0, "1"));
  ASSERT_TRUE(add(1, "2"));
  for (int64_t i = 1; i < 100; ++i) {
    book.Take({0, i * kStepMs, 1000.0 * static_cast<double>(i)});
    book.Take({1, i * kStepMs, 2000.0 * static_cast<double>(i)});
    book.Settle([](auto&, size_t, int64_t, double) { ADD_FAILURE(); });
  }
}

TEST(HistogramBook, RefusesWhatIsNoBucketAndWhatIsOneTooMany) {
  Book book;
  EXPECT_FALSE(book.Add(9, "0.1", "latency_total"));
  EXPECT_FALSE(book.Add(9, "0.1", "_bucket"));
  EXPECT_FALSE(book.Add(9, "much"));
  EXPECT_FALSE(book.Add(9, ""));
  EXPECT_FALSE(book.Add(9, "0.10"));  // is there
  EXPECT_FALSE(book.book.Knows(9));
  for (size_t i = book.bounds.size(); i < HistogramBook::kBucketsMax; ++i) {
    EXPECT_TRUE(book.Add(static_cast<uint32_t>(100 + i), std::to_string(i)));
  }
  EXPECT_FALSE(book.Add(9, "9999"));
}

TEST(HistogramBook, ForgetsAHistogramWithItsLastBucket) {
  Book book;
  book.Scrape({0, 0, 0, 0});
  book.Scrape({200, 0, 0, 0});
  book.book.Settle([](HistogramBook::Histogram& histogram, size_t quantile, int64_t, double) {
    histogram.owner[quantile] = static_cast<uint32_t>(70 + quantile);
  });
  for (const uint32_t slot : {1U, 3U, 0U}) {
    EXPECT_THAT(book.book.Remove(slot), ElementsAre(HistogramBook::kNone, HistogramBook::kNone));
  }
  book.Take(2);  // and a sample that was on its way
  EXPECT_THAT(book.book.Remove(2), ElementsAre(70U, 71U));
  EXPECT_EQ(book.book.size(), 0U);
  EXPECT_THAT(book.Settle(), IsEmpty());
  EXPECT_TRUE(book.Add(2, "0.1"));
}

}  // namespace
}  // namespace vedette::detect
