#include "notify/channels/email/email.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "notify/delivery/testing/contract.h"

namespace vedette::notify::channels {
namespace {

using delivery::FirstAttempt;
using delivery::PageAbout;
using delivery::Verdict;
using model::PageKind;

EmailSettings Settings() {
  return {.host = "mail.example",
          .user = "vedette",
          .password = "s3cret",
          .from = {"Vedette", "vedette@example.org"},
          .to = {"ops@example.org", "lead@example.org"}};
}

// The lines of a header, unfolded.
std::string HeaderOf(const std::string& mail, const std::string& name) {
  const size_t at = ("\r\n" + mail).find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  std::string value;
  size_t begin = at + name.size() + 2;
  while (true) {
    const size_t end = mail.find("\r\n", begin);
    value += mail.substr(begin, end - begin);
    if (mail[end + 2] != ' ') return value;
    begin = end + 2;
  }
}

TEST(Email, SendsTextAndHtmlToTheServer) {
  delivery::TestParts parts;
  Email channel(Settings(), parts());

  const delivery::Answer answer = channel.Send(PageAbout("in_1"), FirstAttempt());

  EXPECT_EQ(answer.verdict, Verdict::kDelivered);
  EXPECT_EQ(answer.detail, "SMTP 250, taken");
  ASSERT_EQ(parts.mail.requests().size(), 1u);
  const net::MailRequest request = parts.mail.requests()[0];
  EXPECT_EQ(request.host, "mail.example");
  EXPECT_EQ(request.port, 587);
  EXPECT_EQ(request.security, net::MailSecurity::kStartTls);
  EXPECT_EQ(request.from, "vedette@example.org");
  EXPECT_EQ(request.to.size(), 2u);
  const std::string& mail = request.message;
  EXPECT_EQ(HeaderOf(mail, "From"), "Vedette <vedette@example.org>");
  EXPECT_EQ(HeaderOf(mail, "To"), "ops@example.org, lead@example.org");
  EXPECT_EQ(HeaderOf(mail, "Subject"), "[Critical] payment: error ratio 0.41, expected 0 to 0.03");
  EXPECT_EQ(HeaderOf(mail, "Date"), "Tue, 14 Nov 2023 22:13:20 +0000");
  EXPECT_EQ(HeaderOf(mail, "Message-ID"), "<in_1.opened.1.ops@example.org>");
  EXPECT_EQ(HeaderOf(mail, "Importance"), "high");
  EXPECT_NE(mail.find("Content-Type: text/plain; charset=utf-8\r\n"), std::string::npos);
  EXPECT_NE(mail.find(base::Base64("Critical: payment: error").substr(0, 24)), std::string::npos);
}

TEST(Email, AllMailsOfAnIncidentAreOneThread) {
  delivery::TestParts parts;
  Email channel(Settings(), parts());
  for (const PageKind kind : {PageKind::kOpened, PageKind::kResolved}) {
    channel.Send(PageAbout("in_1", kind), FirstAttempt());
    channel.Send(PageAbout("in_1", kind), FirstAttempt());
  }

  const std::vector<net::MailRequest> sent = parts.mail.requests();
  ASSERT_EQ(sent.size(), 4u);
  for (const net::MailRequest& request : sent) {
    EXPECT_EQ(HeaderOf(request.message, "References"), "<in_1@example.org>");
  }
  EXPECT_EQ(sent[0].message, sent[1].message) << "a repetition is the same message";
  EXPECT_NE(HeaderOf(sent[0].message, "Message-ID"), HeaderOf(sent[2].message, "Message-ID"));
}

TEST(Email, GoesToAPersonInsteadOfTheReceiversOwn) {
  delivery::TestParts parts;
  Email channel(Settings(), parts());
  delivery::Attempt attempt = FirstAttempt();
  attempt.to = "alice@example.org";
  channel.Send(PageAbout("in_1"), attempt);
  EXPECT_EQ(parts.mail.requests()[0].to, std::vector<std::string>{"alice@example.org"});

  attempt.to = "a@b>\r\nRCPT TO:<victim@example.org";
  EXPECT_EQ(channel.Send(PageAbout("in_1"), attempt).verdict, Verdict::kRefused);
  EXPECT_EQ(parts.mail.requests().size(), 1u);
}

TEST(Email, NothingInAPageBecomesAHeaderOrALongLine) {
  delivery::TestParts parts;
  Email channel(Settings(), parts());
  model::Page page = delivery::HostilePage();
  page.dedup_key = "in_1\r\nBcc: victim@example.org";

  channel.Send(page, FirstAttempt());

  const std::string mail = parts.mail.requests()[0].message;
  EXPECT_LT(mail.size(), 400u << 10);
  EXPECT_EQ(mail.find("victim"), mail.rfind("victim")) << "only escaped within the id";
  EXPECT_EQ(mail.find("Bcc: "), std::string::npos);
  size_t begin = 0;
  while (begin < mail.size()) {
    const size_t end = mail.find("\r\n", begin);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - begin, 300u) << mail.substr(begin, end - begin);
    EXPECT_EQ(mail.substr(begin, end - begin).find_first_of("\r\n"), std::string::npos);
    begin = end + 2;
  }
}

TEST(Email, ReadsTheServersAnswer) {
  const auto answer = [](base::Result<net::MailAnswer> says) {
    delivery::TestParts parts;
    parts.mail.SetHandler([&](const net::MailRequest&) { return says; });
    return Email(Settings(), parts()).Send(PageAbout("in_1"), FirstAttempt());
  };
  EXPECT_EQ(answer(net::MailAnswer{451, "4.7.1 Greylisted, try later"}).verdict, Verdict::kRetry);
  EXPECT_EQ(answer(net::MailAnswer{451, "4.7.1 Greylisted, try later"}).detail,
            "SMTP 451, 4.7.1 Greylisted, try later");
  EXPECT_EQ(answer(net::MailAnswer{550, "5.1.1 no such user"}).verdict, Verdict::kRefused);
  EXPECT_EQ(answer(net::MailAnswer{535, "5.7.8 bad password", true}).verdict, Verdict::kRetry);
  EXPECT_EQ(answer(base::FailedPrecondition("mail to x: no STARTTLS")).verdict, Verdict::kRetry);
  EXPECT_EQ(answer(base::DeadlineExceeded("mail to x: timeout")).detail, "mail to x: timeout");
}

TEST(Email, HasALinkThatAcknowledgesWhereSomebodyIsAskedTo) {
  delivery::TestParts parts;
  parts.links = *delivery::AckLinks::Open(parts.database());
  Email channel(Settings(), parts());
  delivery::Attempt attempt = FirstAttempt();
  attempt.to = "alice@example.org";
  const auto link = [&](const model::Page& page) {
    const std::string shown = channel.Preview(page, attempt);
    const std::string start = "once: https://vedette.example/ack/";
    const size_t at = shown.find(start);
    if (at == std::string::npos) return std::string();
    const size_t begin = at + start.size();
    const std::string token = shown.substr(begin, shown.find('\n', begin) - begin);
    EXPECT_NE(shown.find("<a href=\"https://vedette.example/ack/" + token), std::string::npos);
    return token;
  };

  const base::Result<delivery::AckClaim> claim = parts.links->Read(link(PageAbout("in_1")));
  ASSERT_TRUE(claim.ok());
  EXPECT_EQ(claim->incident_id, "in_1");
  EXPECT_EQ(claim->to, "alice@example.org");
  EXPECT_EQ(claim->receiver, "ops");
  EXPECT_EQ(claim->expires_at, PageAbout("in_1").decided_at + std::chrono::hours(24));
  EXPECT_EQ(link(PageAbout("in_1", PageKind::kResolved)), "");

  attempt.to.clear();
  EXPECT_EQ(parts.links->Read(link(PageAbout("in_1")))->to, "") << "two people share it";
}

TEST(Email, PreviewsWithoutThePassword) {
  delivery::TestParts parts;
  const std::string shown = Email(Settings(), parts()).Preview(PageAbout("in_1"), FirstAttempt());
  EXPECT_TRUE(shown.starts_with("To: ops@example.org, lead@example.org\nSubject: [Critical] pay"));
  EXPECT_EQ(shown.find("s3cret"), std::string::npos);
}

TEST(HeaderText, EncodesWhatIsNotPlain) {
  EXPECT_EQ(HeaderText("plain words"), "plain words");
  EXPECT_EQ(HeaderText("caf\xC3\xA9"), "=?UTF-8?B?Y2Fmw6k=?=");
  EXPECT_EQ(HeaderText("=?UTF-8?B?eA==?="), "=?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=");
  EXPECT_EQ(HeaderText("a\r\nBcc: b"), "a Bcc: b");
  const std::string folded = HeaderText(std::string(300, 'x'));
  EXPECT_NE(folded.find("?=\r\n =?UTF-8?B?"), std::string::npos);
}

TEST(ParseMailbox, TakesPlainOnesOnly) {
  EXPECT_EQ(ParseMailbox("a@b.c")->address, "a@b.c");
  EXPECT_EQ(ParseMailbox("Ops Team <a@b.c>")->name, "Ops Team");
  for (const char* text : {"", "a", "@b", "a@", "a b@c", "a@b,c@d", "<a@b", "x <a@b> y",
                           "a@b\r\nBcc: x", "\"a\"@b", "a@[1.2.3.4]"}) {
    EXPECT_FALSE(ParseMailbox(text).ok()) << text;
  }
}

}  // namespace
}  // namespace vedette::notify::channels
