#include "auth/token.h"

#include <gtest/gtest.h>
#include <set>

#include "auth/permission.h"

namespace vedette::auth {
namespace {

TEST(Token, HasAnIdAndIsNeverTheSame) {
  std::set<std::string> tokens;
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    const std::string token = NewToken();
    const auto id = TokenId(token);
    ASSERT_TRUE(id.has_value()) << token;
    EXPECT_EQ(token.find("vdt_" + std::string(*id) + "_"), 0u) << token;
    EXPECT_EQ(token.size(), 56u);
    tokens.insert(token);
    ids.insert(std::string(*id));
  }
  EXPECT_EQ(tokens.size(), 1000u);
  EXPECT_EQ(ids.size(), 1000u);
}

TEST(Token, UsesAllDigitsInAllPlacesOfTheSecret) {
  std::set<char> seen[43];
  for (int i = 0; i < 2000; ++i) {
    const std::string secret = NewToken().substr(13);
    for (size_t place = 0; place < 43; ++place) seen[place].insert(secret[place]);
  }
  for (size_t place = 1; place < 43; ++place) EXPECT_EQ(seen[place].size(), 62u) << place;
  EXPECT_GT(seen[0].size(), 30u) << "2^256 fills most of the first digit";
}

TEST(Token, RefusesWhatIsNone) {
  const std::string token = NewToken();
  const std::string long_one = token + "x";
  std::string no_separator = token;
  no_separator[12] = 'x';
  std::string bad_digit = token;
  bad_digit[20] = '-';
  std::string nul = token;
  nul[55] = '\0';
  for (const std::string& text :
       {std::string(), std::string("vdt_"), token.substr(1), token.substr(0, 55), long_one,
        no_separator, bad_digit, nul, "VDT_" + token.substr(4)}) {
    EXPECT_FALSE(TokenId(text).has_value()) << text;
  }
}

TEST(Token, TheHashIsSha256) {
  EXPECT_EQ(TokenHash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(SameHash("ab", "ab"));
  EXPECT_FALSE(SameHash("ab", "ac"));
  EXPECT_FALSE(SameHash("ab", "abc"));
}

TEST(Permission, EachRoleMayWhatItsNameSays) {
  struct Case {
    Role role;
    const char* may;
  };
  const Case cases[] = {{Role::kViewer, "read "},
                        {Role::kResponder, "read respond "},
                        {Role::kEditor, "read respond edit "},
                        {Role::kIngest, "ingest "},
                        {Role::kAdmin, "read ingest respond edit admin "}};
  for (const Case& c : cases) {
    std::string may;
    for (const Permission p : {Permission::kRead, Permission::kIngest, Permission::kRespond,
                               Permission::kEdit, Permission::kAdmin}) {
      if (May(c.role, p)) may += std::string(PermissionName(p)) + " ";
    }
    EXPECT_EQ(may, c.may) << RoleName(c.role);
    EXPECT_EQ(ParseRole(RoleName(c.role)), c.role);
  }
  EXPECT_FALSE(ParseRole("root").has_value());
  EXPECT_FALSE(ParseRole("").has_value());
}

}  // namespace
}  // namespace vedette::auth
