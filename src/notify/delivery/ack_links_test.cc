#include "notify/delivery/ack_links.h"

#include <gtest/gtest.h>

#include "notify/delivery/dispatcher.h"
#include "notify/delivery/testing/pages.h"

namespace vedette::notify::delivery {
namespace {

const base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

AckClaim Claim() {
  return {.tenant = "bank",
          .incident_id = "in_1",
          .page_key = "in_1:opened:1",
          .receiver = "mail",
          .to = "ann@example.org",
          .expires_at = kNow + std::chrono::hours(24)};
}

class AckLinksTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    ASSERT_TRUE(Dispatcher::Migrate(*database_).ok());
    links_ = *AckLinks::Open(*database_);
  }
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<AckLinks> links_;
};

TEST_F(AckLinksTest, ATokenSaysWhatItWasMadeOf) {
  const std::string token = links_->Sign(Claim());
  EXPECT_EQ(*links_->Read(token), Claim());
  EXPECT_EQ(links_->Sign(Claim()), token) << "a message that is sent again is the same";
  EXPECT_EQ((*AckLinks::Open(*database_))->Sign(Claim()), token) << "the secret is kept";
  for (const char c : token) {
    EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.');
  }
}

TEST_F(AckLinksTest, NoCharacterOfItCanBeChanged) {
  const std::string token = links_->Sign(Claim());
  for (size_t i = 0; i < token.size(); ++i) {
    std::string other = token;
    other[i] = other[i] == 'a' ? 'b' : 'a';
    EXPECT_EQ(links_->Read(other).error().code, base::ErrorCode::kUnauthenticated) << i;
  }
  for (const std::string& text : {std::string(), std::string("."), token + "0", "x" + token,
                                  token.substr(0, token.find('.')), std::string(5'000, 'a')}) {
    EXPECT_FALSE(links_->Read(text).ok());
  }
}

TEST_F(AckLinksTest, AnotherServersTokenIsNoGood) {
  auto database = *sql::Database::Open({.path = ":memory:"});
  ASSERT_TRUE(Dispatcher::Migrate(*database).ok());
  EXPECT_FALSE(links_->Read((*AckLinks::Open(*database))->Sign(Claim())).ok());
}

TEST_F(AckLinksTest, IsUsedOnceAndRemembersByWhom) {
  const std::string token = links_->Sign(Claim());
  EXPECT_FALSE(links_->FindUse(token)->has_value());
  ASSERT_TRUE(links_->Use(token, Claim(), "ann", kNow).ok());
  EXPECT_EQ(links_->Use(token, Claim(), "ben", kNow).error().code, base::ErrorCode::kAlreadyExists);
  const auto use = *(*AckLinks::Open(*database_))->FindUse(token);
  ASSERT_TRUE(use.has_value());
  EXPECT_EQ(use->by, "ann");
  EXPECT_EQ(use->at, kNow);

  AckClaim other = Claim();
  other.page_key = "in_1:opened:2";
  EXPECT_FALSE(links_->FindUse(links_->Sign(other))->has_value());
}

TEST(AsksForAcknowledgement, OnlyWhereSomebodyCan) {
  EXPECT_TRUE(AsksForAcknowledgement(PageAbout("in_1")));
  EXPECT_FALSE(AsksForAcknowledgement(PageAbout("in_1", model::PageKind::kResolved)));
  EXPECT_FALSE(AsksForAcknowledgement(PageAbout("in_1", model::PageKind::kAcknowledged)));
  EXPECT_FALSE(AsksForAcknowledgement(PageAbout("test_1")));
}

}  // namespace
}  // namespace vedette::notify::delivery
