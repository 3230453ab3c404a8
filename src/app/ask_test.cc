#include "app/ask.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>

#include "base/testing/temp_folder.h"
#include "net/client.h"

namespace vedette::app {
namespace {

// Answers each request with one text.
class OneAnswer final : public net::HttpClient {
 public:
  explicit OneAnswer(std::string body) : body_(std::move(body)) {}
  base::Result<net::Response> Fetch(const net::ClientRequest&) override {
    return net::JsonResponse(200, body_);
  }

 private:
  const std::string body_;
};

TEST(AskWhy, AnUnknownIdIsAnError) {
  OneAnswer unknown(R"({"entries":[],"known":false,"told":false,"answer":["there is none"]})");
  OneAnswer known(R"({"entries":[],"known":true,"told":false,"answer":["it is muted"]})");

  const base::Result<std::string> none = AskWhy({.id = "foo"}, {}, unknown);
  const base::Result<std::string> one = AskWhy({.id = "in_1"}, {}, known);

  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().message, "there is no anomaly and no incident foo");
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(*one, "nobody was told so far\n  it is muted\n");
}

TEST(AskReplay, MakesNoDatabaseInAFolderWithoutOne) {
  const base::TempFolder folder("replay");
  OneAnswer nobody("");
  ReplayCommand command;
  command.data_dir = folder.path();

  const base::Result<std::string> replay = AskReplay(command, {}, nobody);

  ASSERT_FALSE(replay.ok());
  EXPECT_EQ(replay.error().message, folder.path() + ": no data folder of a server");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace vedette::app
