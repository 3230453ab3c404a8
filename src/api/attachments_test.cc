#include "api/attachments.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "sql/database.h"

namespace vedette::api {
namespace {

class AttachmentsTest : public ::testing::Test {
 protected:
  net::Response Ask(std::string_view method, std::string_view operation, std::string body = {},
                    net::Parameters query = {}, std::string attachment = {},
                    std::string incident = "in_1") {
    const std::vector<Route> routes = AttachmentRoutes(
        {.files = *files_,
         .find = [](const auto&, std::string_view id) -> base::Result<model::Incident> {
           if (id != "in_1") return base::NotFound("no incident");
           return model::Incident{};
         },
         .command = [this](incident::Command command) -> base::Result<model::Incident> {
           texts_.push_back(command.text);
           return model::Incident{};
         },
         .share = [this](const auto& file) -> base::Result<int64_t> {
           shared_.push_back(file.attachment.name);
           return 1;
         },
         .update = [this](const auto&, const auto& text) -> base::Result<int64_t> {
           shared_.push_back(text);
           return 1;
         }});
    net::Request request;
    request.method = method;
    request.body = std::move(body);
    request.query = std::move(query);
    for (const Route& route : routes) {
      if (route.operation != operation) continue;
      EXPECT_EQ(route.method, method);
      return route.handler({.request = request,
                            .caller = {.name = "ann", .tenant = tenant_},
                            .path_values = {{"id", incident}, {"attachment", attachment}},
                            .now = base::FromMillis(1'700'000'000'000)});
    }
    ADD_FAILURE() << "no route " << operation;
    return {};
  }
  net::Response Attach(std::string bytes, std::string name = "graph.png") {
    return Ask("POST", "addAttachment", std::move(bytes), {{"name", std::move(name)}});
  }
  static std::string IdOf(const net::Response& response) {
    const auto json = base::ParseJson(response.body);
    return json.ok() ? json->value("id", "") : "";
  }

  std::unique_ptr<sql::Database> database_ = *sql::Database::Open({.path = ":memory:"});
  std::unique_ptr<incident::journal::Attachments> files_ =
      *incident::journal::Attachments::Open(*database_);
  model::TenantName tenant_ = "default";
  std::vector<std::string> texts_;
  std::vector<std::string> shared_;
};

TEST_F(AttachmentsTest, AFileComesBackAsItWentInAndAlwaysAsADownload) {
  const std::string png("\x89PNG\r\n\x1a\n\0\xff", 10);
  const net::Response added = Attach(png, "gr\xc3\xa4ph.png");
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_NE(added.body.find("\"content_type\":\"image/png\",\"size\":10"), std::string::npos);

  const net::Response file = Ask("GET", "getAttachment", "", {}, IdOf(added));
  EXPECT_EQ(file.body, png);
  EXPECT_EQ(file.headers.Get("Content-Type"), "image/png");
  EXPECT_EQ(file.headers.Get("Content-Disposition"),
            "attachment; filename=\"gr__ph.png\"; filename*=UTF-8''gr%C3%A4ph.png");
  EXPECT_EQ(file.headers.Get("Content-Security-Policy"), "default-src 'none'; sandbox");
  ASSERT_EQ(texts_.size(), 1u);
  EXPECT_NE(texts_[0].find("(10 bytes)"), std::string::npos);
}

TEST_F(AttachmentsTest, WhatABrowserWouldRunIsPlainText) {
  const net::Response added = Attach("<html><script>alert(1)</script>", "a.html");
  EXPECT_EQ(Ask("GET", "getAttachment", "", {}, IdOf(added)).headers.Get("Content-Type"),
            "text/plain; charset=utf-8");
}

TEST_F(AttachmentsTest, NamesThatArePathsOrEndHeadersAreRefused) {
  for (const char* name : {"", "..", "a/b", "a\\b", "a\r\nX: y", "a\"b", "\xff"}) {
    EXPECT_EQ(Attach("x", name).status, 400) << name;
  }
  EXPECT_EQ(Attach("").status, 400);
  EXPECT_EQ(Attach(std::string(incident::journal::kAttachmentBytesMax + 1, 'x')).status, 400);
  EXPECT_EQ(Ask("POST", "addAttachment", "x", {{"name", "a"}}, "", "in_2").status, 404);
}

TEST_F(AttachmentsTest, AnotherTenantSeesNothing) {
  const std::string id = IdOf(Attach("secret"));
  tenant_ = "other";
  EXPECT_EQ(Ask("GET", "getAttachment", "", {}, id).status, 404);
  EXPECT_EQ(Ask("DELETE", "removeAttachment", "", {}, id).status, 404);
  EXPECT_EQ(Ask("GET", "listAttachments").body, "{\"attachments\":[]}");
}

TEST_F(AttachmentsTest, AnIncidentHasAtMostFifty) {
  for (int64_t i = 0; i < incident::journal::kAttachmentsOfAnIncidentMax; ++i) {
    ASSERT_EQ(Attach("x").status, 201);
  }
  EXPECT_EQ(Attach("x").status, 429);
}

TEST_F(AttachmentsTest, ARemovedFileIsGone) {
  const std::string id = IdOf(Attach("x"));
  EXPECT_EQ(Ask("DELETE", "removeAttachment", "", {}, id).status, 204);
  EXPECT_EQ(Ask("GET", "getAttachment", "", {}, id).status, 404);
}

TEST_F(AttachmentsTest, SharesAFileAndTellsStakeholdersWhenAsked) {
  const net::Response added =
      Ask("POST", "addAttachment", "x", {{"name", "log.txt"}, {"share", "true"}});
  EXPECT_NE(added.body.find("\"shared\":1"), std::string::npos);
  EXPECT_EQ(Ask("POST", "updateStakeholders", R"({"text":"back at noon"})").body, R"({"told":1})");
  EXPECT_EQ(Ask("POST", "updateStakeholders", R"({"text":""})").status, 400);

  EXPECT_EQ(shared_, (std::vector<std::string>{"log.txt", "back at noon"}));
  EXPECT_EQ(texts_.back(), "update for stakeholders: back at noon");
}

}  // namespace
}  // namespace vedette::api
