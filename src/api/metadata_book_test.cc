#include "api/metadata_book.h"

#include <gtest/gtest.h>
#include <string>

#include "base/testing/temp_folder.h"

namespace vedette::api {
namespace {

class MetadataBookTest : public testing::Test {
 protected:
  std::unique_ptr<sql::Database> database_ = *sql::Database::Open({.path = ":memory:"});
};

TEST_F(MetadataBookTest, TheNewestDescriptionCountsAndOutlivesARestart) {
  const auto book = *MetadataBook::Open(*database_);
  book->Note("acme", {"up", "gauge", "old", ""});
  book->Note("acme", {"up", "gauge", "new", ""});
  ASSERT_TRUE(book->Save().ok());
  book->Note("acme", {"late", "gauge", "not saved", ""});

  const auto again = *MetadataBook::Open(*database_);
  EXPECT_EQ(again->Find("acme", "", 10), (MetadataBook::Families{{"up", {"gauge", "new", ""}}}));
  EXPECT_TRUE(again->Find("other", "", 10).empty());
}

TEST_F(MetadataBookTest, FindsTheFamilyOfASeries) {
  const auto book = *MetadataBook::Open(*database_);
  book->Note("acme", {"latency", "histogram", "", ""});
  book->Note("acme", {"latency_sum", "gauge", "a family of its own", ""});
  EXPECT_EQ(book->OfSeries("acme", "latency_bucket").family, "latency");
  EXPECT_EQ(book->OfSeries("acme", "latency_sum").family, "latency_sum");
  EXPECT_EQ(book->OfSeries("acme", "other_sum").family, "");
}

TEST_F(MetadataBookTest, IsBoundedPerTenant) {
  const auto book = *MetadataBook::Open(*database_, {.families_max = 2, .help_bytes_max = 5});
  for (const char* family : {"a", "b", "c"})
    book->Note("acme", {family, "gauge", "1234\xC3\xA4", ""});
  book->Note("other", {"c", "gauge", "", ""});
  EXPECT_EQ(book->Find("acme", "", 10).size(), 2U);
  EXPECT_EQ(book->Find("acme", "a", 10).at("a").help, "1234");  // no half of a character
  EXPECT_EQ(book->Find("other", "", 10).size(), 1U);
  EXPECT_EQ(book->left_out(), 1U);
}

TEST_F(MetadataBookTest, ForgetsATenant) {
  const auto book = *MetadataBook::Open(*database_);
  book->Note("acme", {"a", "gauge", "", ""});
  ASSERT_TRUE(book->Save().ok());
  ASSERT_TRUE(book->DeleteTenant("acme").ok());
  EXPECT_TRUE(book->Find("acme", "", 10).empty());
  EXPECT_TRUE((*MetadataBook::Open(*database_))->Find("acme", "", 10).empty());
}

}  // namespace
}  // namespace vedette::api
