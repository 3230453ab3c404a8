#include "net/mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/testing/smtp_server.h"

namespace vedette::net {
namespace {

using ::testing::HasSubstr;

MailRequest RequestTo(uint16_t port) {
  return {.host = "127.0.0.1",
          .port = port,
          .security = MailSecurity::kPlain,
          .hello = "vedette.test",
          .from = "vedette@example.org",
          .to = {"ops@example.org", "lead@example.org"},
          .message = "Subject: x\r\n\r\n.a line that begins with a dot\r\n..\r\nend\r\n",
          .timeout = std::chrono::seconds(60),
          .addresses = AddressPolicy::kAny};
}

base::Result<MailAnswer> Send(const MailRequest& request) {
  return (*MakeCurlMailClient())->Send(request);
}

TEST(Mail, ArrivesByteForByte) {
  SmtpServer server;

  const base::Result<MailAnswer> answer = Send(RequestTo(server.port()));

  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 250);
  EXPECT_EQ(server.message(), RequestTo(0).message);
  const std::vector<std::string> commands = server.commands();
  ASSERT_GE(commands.size(), 5u);
  EXPECT_EQ(commands[0], "EHLO vedette.test");
  EXPECT_THAT(commands[1], HasSubstr("MAIL FROM:<vedette@example.org>"));
  EXPECT_EQ(commands[2], "RCPT TO:<ops@example.org>");
  EXPECT_EQ(commands[3], "RCPT TO:<lead@example.org>");
}

TEST(Mail, WithoutTlsNothingIsSentUnlessToldSo) {
  SmtpServer server;
  MailRequest request = RequestTo(server.port());
  request.security = MailSecurity::kStartTls;
  request.user = "vedette";
  request.password = "s3cret";

  const base::Result<MailAnswer> answer = Send(request);

  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, base::ErrorCode::kFailedPrecondition) << answer.error().message;
  for (const std::string& command : server.commands()) {
    EXPECT_TRUE(command.starts_with("EHLO") || command == "QUIT") << command;
  }
  request.security = MailSecurity::kPlain;
  EXPECT_EQ(Send(request).error().code, base::ErrorCode::kInvalidArgument);
}

TEST(Mail, TellsLaterFromNever) {
  const std::pair<const char*, const char*> steps[] = {{"CONNECT", "421 4.3.2 too busy"},
                                                       {"MAIL", "451 4.7.1 later"},
                                                       {"RCPT", "450 4.2.1 greylisted"},
                                                       {"DATA", "452 4.3.1 full"},
                                                       {"END", "451 4.6.0 later"}};
  for (const auto& [step, reply] : steps) {
    SmtpServer server({std::pair(step, reply)});
    const base::Result<MailAnswer> answer = Send(RequestTo(server.port()));
    ASSERT_TRUE(answer.ok()) << step << answer.error().message;
    EXPECT_EQ(answer->status / 100, 4) << step;
    EXPECT_FALSE(answer->text.empty());
  }
  for (const char* step : {"MAIL", "RCPT", "DATA", "END"}) {
    SmtpServer server({std::pair(step, "550 5.1.1 no such user")});
    const base::Result<MailAnswer> answer = Send(RequestTo(server.port()));
    ASSERT_TRUE(answer.ok()) << step << answer.error().message;
    EXPECT_EQ(answer->status, 550) << step;
    EXPECT_EQ(answer->text, "5.1.1 no such user");
    EXPECT_FALSE(answer->at_login);
  }
}

TEST(Mail, GivesUpOnAServerThatHangsOrResets) {
  for (const char* step : {"CONNECT", "EHLO", "MAIL", "DATA", "END"}) {
    for (const char* how : {"hang", "reset"}) {
      SmtpServer server({std::pair(step, how)});
      MailRequest request = RequestTo(server.port());
      request.timeout = std::chrono::milliseconds(200);
      const base::Result<MailAnswer> answer = Send(request);
      EXPECT_FALSE(answer.ok()) << step << how;
      if (!answer.ok()) {
        EXPECT_TRUE(base::IsRetryable(answer.error().code)) << answer.error().message;
      }
    }
  }
}

TEST(Mail, IsTakenAlthoughTheServerForgetsToSayGoodbye) {
  for (const char* how : {"hang", "reset"}) {
    SmtpServer server({std::pair("QUIT", how)});
    MailRequest request = RequestTo(server.port());
    request.timeout = std::chrono::seconds(3);
    const base::Result<MailAnswer> answer = Send(request);
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(answer->status, 250);
  }
}

TEST(Mail, RefusesWhatWouldBreakTheProtocol) {
  const auto field = [](auto change) {
    MailRequest request = RequestTo(1);
    change(request);
    const base::Result<MailAnswer> answer = Send(request);
    return answer.ok() ? "" : answer.error().field;
  };
  EXPECT_EQ(field([](MailRequest& r) { r.to = {"a@b>\r\nDATA"}; }), "to");
  EXPECT_EQ(field([](MailRequest& r) { r.to = {"a@b\nc"}; }), "to");
  EXPECT_EQ(field([](MailRequest& r) { r.to = {}; }), "to");
  EXPECT_EQ(field([](MailRequest& r) { r.from = "nobody"; }), "from");
  EXPECT_EQ(field([](MailRequest& r) { r.hello = "a\r\nb"; }), "hello");
  EXPECT_EQ(field([](MailRequest& r) { r.host = "a/b"; }), "host");
}

TEST(Mail, KeepsToItsAddressPolicy) {
  SmtpServer server;
  MailRequest request = RequestTo(server.port());
  request.addresses = AddressPolicy::kPublicOnly;
  EXPECT_EQ(Send(request).error().code, base::ErrorCode::kPermissionDenied);
  EXPECT_TRUE(server.commands().empty());
}

TEST(Mail, CanBeCancelled) {
  SmtpServer server({std::pair("END", "hang")});
  MailRequest request = RequestTo(server.port());
  request.cancelled = [] { return true; };
  EXPECT_EQ(Send(request).error().code, base::ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace vedette::net
