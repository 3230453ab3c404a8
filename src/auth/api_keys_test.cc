#include "auth/api_keys.h"

#include <gtest/gtest.h>

#include "auth/audit_log.h"
#include "base/testing/temp_folder.h"

namespace vedette::auth {
namespace {

using std::chrono::seconds;

constexpr base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

class ApiKeysTest : public testing::Test {
 protected:
  ApiKeysTest()
      : db_(*sql::Database::Open({.path = folder_.File("state.db")})),
        keys_(*ApiKeys::Create(*db_)) {}

  CreatedKey MustAdd(NewApiKey request) {
    if (request.tenant.empty()) request.tenant = "t";
    auto created = keys_->Add(request, "tester", kNow);
    EXPECT_TRUE(created.ok()) << created.error().message;
    return created.ok() ? *created : CreatedKey{};
  }

  std::string Try(ApiKeys& keys, std::string_view token, base::TimePoint now) {
    const auto identity = keys.Authenticate(token, now);
    if (identity.ok()) return identity->name;
    EXPECT_EQ(identity.error().code, base::ErrorCode::kUnauthenticated);
    return identity.error().message;
  }

  base::TempFolder folder_{"vedette-auth"};
  std::unique_ptr<sql::Database> db_;
  std::unique_ptr<ApiKeys> keys_;
};

TEST_F(ApiKeysTest, ATokenOpensItsTenantWithItsRole) {
  const CreatedKey created = MustAdd({.name = "shipper", .tenant = "acme", .role = Role::kIngest});

  const auto identity = keys_->Authenticate(created.token, kNow);

  ASSERT_TRUE(identity.ok()) << identity.error().message;
  EXPECT_EQ(identity->name, "shipper");
  EXPECT_EQ(identity->tenant, "acme");
  EXPECT_EQ(identity->key_id, created.key.id);
  EXPECT_TRUE(identity->May(Permission::kIngest));
  EXPECT_FALSE(identity->May(Permission::kRead));
}

TEST_F(ApiKeysTest, KeepsKeysAcrossARestart) {
  const CreatedKey created = MustAdd({.name = "a"});
  keys_.reset();
  db_ = *sql::Database::Open({.path = folder_.File("state.db")});
  keys_ = *ApiKeys::Create(*db_);
  EXPECT_EQ(Try(*keys_, created.token, kNow), "a");
}

TEST_F(ApiKeysTest, RefusesWrongTokens) {
  const CreatedKey created = MustAdd({.name = "a"});
  std::string wrong_secret = created.token;
  wrong_secret.back() = wrong_secret.back() == 'a' ? 'b' : 'a';
  std::string wrong_id = created.token;
  wrong_id[4] = wrong_id[4] == 'a' ? 'b' : 'a';
  for (const std::string& token : {std::string(), std::string("admin"), created.key.id,
                                   wrong_secret, wrong_id, created.token + " "}) {
    EXPECT_EQ(Try(*keys_, token, kNow), "the API key is unknown or malformed") << token;
  }
}

TEST_F(ApiKeysTest, StoresNoToken) {
  const CreatedKey created = MustAdd({.name = "a"});
  const std::string secret = created.token.substr(13);
  std::string dump;
  ASSERT_TRUE(db_->Read([&](sql::Session& session) -> base::Result<> {
                   const auto all = [&](const sql::Row& row) {
                     for (int c = 0; c < 6; ++c) dump += std::string(row.GetText(c)) + "|";
                   };
                   VEDETTE_TRY_VOID(session.Query("SELECT * FROM auth_keys", {}, all));
                   return session.Query("SELECT * FROM auth_audit", {}, all);
                 })
                  .ok());
  EXPECT_NE(dump.find(created.key.id), std::string::npos);
  EXPECT_EQ(dump.find(secret), std::string::npos);
}

TEST_F(ApiKeysTest, ARevokedKeyIsRefusedAtOnceHereAndWithin5SecondsElsewhere) {
  const CreatedKey created = MustAdd({.name = "a"});
  auto other_db = *sql::Database::Open({.path = folder_.File("state.db")});
  auto other = *ApiKeys::Create(*other_db);
  ASSERT_EQ(Try(*keys_, created.token, kNow), "a");
  ASSERT_EQ(Try(*other, created.token, kNow), "a");

  ASSERT_TRUE(keys_->Revoke(created.key.id, "tester", kNow).ok());

  EXPECT_EQ(Try(*keys_, created.token, kNow), "the API key was revoked");
  EXPECT_EQ(Try(*other, created.token, kNow + seconds(4)), "a") << "the cache is used";
  EXPECT_EQ(Try(*other, created.token, kNow + seconds(5)), "the API key was revoked");
}

TEST_F(ApiKeysTest, AClockThatStepsBackDoesNotProlongTheCache) {
  const CreatedKey created = MustAdd({.name = "a"});
  auto other_db = *sql::Database::Open({.path = folder_.File("state.db")});
  auto other = *ApiKeys::Create(*other_db);
  ASSERT_EQ(Try(*other, created.token, kNow), "a");
  ASSERT_TRUE(keys_->Revoke(created.key.id, "tester", kNow).ok());
  EXPECT_EQ(Try(*other, created.token, kNow - seconds(60)), "the API key was revoked");
}

TEST_F(ApiKeysTest, AKeyExpiresOnTimeAlsoFromTheCache) {
  const CreatedKey created = MustAdd({.name = "a", .expires_at = kNow + seconds(3)});
  EXPECT_EQ(Try(*keys_, created.token, kNow + seconds(2)), "a");
  EXPECT_EQ(Try(*keys_, created.token, kNow + seconds(3)), "the API key has expired");
  EXPECT_EQ(Try(*keys_, created.token, kNow + seconds(30)), "the API key has expired");
}

TEST_F(ApiKeysTest, RevokingNeedsAKeyInUse) {
  const CreatedKey created = MustAdd({.name = "a"});
  ASSERT_TRUE(keys_->Revoke(created.key.id, "tester", kNow).ok());
  for (const std::string& id : {created.key.id, std::string("nobody")}) {
    const auto again = keys_->Revoke(id, "tester", kNow);
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().code, base::ErrorCode::kNotFound);
  }
}

TEST_F(ApiKeysTest, NamesAreUniqueWithinATenantAmongKeysInUse) {
  const CreatedKey first = MustAdd({.name = "a"});
  MustAdd({.name = "a", .tenant = "other"});
  const auto second = keys_->Add({.name = "a", .tenant = "t"}, "tester", kNow);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, base::ErrorCode::kAlreadyExists);
  ASSERT_TRUE(keys_->Revoke(first.key.id, "tester", kNow).ok());
  MustAdd({.name = "a"});
}

TEST_F(ApiKeysTest, NamesTheFieldOfABadRequest) {
  const auto field_of = [&](const NewApiKey& request) {
    const auto created = keys_->Add(request, "tester", kNow);
    return created.ok() ? "none" : created.error().field;
  };
  EXPECT_EQ(field_of({.name = "", .tenant = "t"}), "name");
  EXPECT_EQ(field_of({.name = std::string(65, 'x'), .tenant = "t"}), "name");
  EXPECT_EQ(field_of({.name = "a\nb", .tenant = "t"}), "name");
  EXPECT_EQ(field_of({.name = "\xff", .tenant = "t"}), "name");
  EXPECT_EQ(field_of({.name = "a", .tenant = "not a tenant"}), "tenant");
  EXPECT_EQ(field_of({.name = "a", .tenant = "t", .expires_at = kNow}), "expires_at");
}

TEST_F(ApiKeysTest, ListsKeysWithWhatBecameOfThem) {
  const CreatedKey b = MustAdd({.name = "b", .role = Role::kAdmin});
  const CreatedKey a = MustAdd({.name = "a", .expires_at = kNow + seconds(60)});
  ASSERT_EQ(Try(*keys_, a.token, kNow + seconds(1)), "a");
  ASSERT_TRUE(keys_->SaveLastUsed().ok());
  ASSERT_TRUE(keys_->Revoke(b.key.id, "tester", kNow + seconds(2)).ok());

  const auto keys = keys_->List();

  ASSERT_TRUE(keys.ok());
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ((*keys)[0].name, "a");
  EXPECT_EQ((*keys)[0].created_at, kNow);
  EXPECT_EQ((*keys)[0].expires_at, kNow + seconds(60));
  EXPECT_EQ((*keys)[0].last_used_at, kNow + seconds(1));
  EXPECT_FALSE((*keys)[0].revoked_at.has_value());
  EXPECT_EQ((*keys)[1].name, "b");
  EXPECT_EQ((*keys)[1].role, Role::kAdmin);
  EXPECT_FALSE((*keys)[1].last_used_at.has_value());
  EXPECT_EQ((*keys)[1].revoked_at, kNow + seconds(2));
}

TEST(AuditLog, TellsWhoDidWhatNewestFirst) {
  auto db = *sql::Database::Open({.path = ":memory:"});
  auto log = *AuditLog::Create(*db);
  auto keys = *ApiKeys::Create(*db);
  const auto created = keys->Add({.name = "a", .tenant = "t", .role = Role::kAdmin}, "cli", kNow);
  ASSERT_TRUE(created.ok());
  ASSERT_TRUE(keys->Revoke(created->key.id, "anna", kNow).ok());
  ASSERT_TRUE(log.Append({.time = kNow,
                          .actor = "anna",
                          .action = "tenant.delete",
                          .target = "t",
                          .detail = std::string(5000, 'x')})
                  .ok());

  const auto entries = log.List(0, 10);

  ASSERT_TRUE(entries.ok());
  ASSERT_EQ(entries->size(), 3u);
  EXPECT_EQ((*entries)[0].seq, 3);
  EXPECT_EQ((*entries)[0].action, "tenant.delete");
  EXPECT_EQ((*entries)[0].detail.size(), 1000u);
  EXPECT_EQ((*entries)[1].action, "key.revoke");
  EXPECT_EQ((*entries)[1].actor, "anna");
  EXPECT_EQ((*entries)[1].target, created->key.id);
  EXPECT_EQ((*entries)[2].action, "key.create");
  EXPECT_EQ((*entries)[2].detail, "name 'a', tenant 't', role admin");
  EXPECT_EQ((*entries)[2].time, kNow);
  EXPECT_EQ(log.List(3, 1)->front().seq, 2);
  EXPECT_FALSE(log.List(0, 0).ok());
  EXPECT_FALSE(log.List(0, 1001).ok());
}

TEST(AuditLog, CannotBeChanged) {
  auto db = *sql::Database::Open({.path = ":memory:"});
  auto log = *AuditLog::Create(*db);
  ASSERT_TRUE(
      log.Append({.time = kNow, .actor = "a", .action = "b", .target = "", .detail = ""}).ok());
  for (const char* statement : {"DELETE FROM auth_audit", "UPDATE auth_audit SET actor = 'x'"}) {
    const auto changed = db->Transact([&](sql::Session& session) -> base::Result<> {
      VEDETTE_TRY_VOID(session.Execute(statement));
      return {};
    });
    ASSERT_FALSE(changed.ok()) << statement;
    EXPECT_EQ(changed.error().code, base::ErrorCode::kFailedPrecondition);
  }
  EXPECT_EQ(log.List(0, 10)->size(), 1u);
}

}  // namespace
}  // namespace vedette::auth
