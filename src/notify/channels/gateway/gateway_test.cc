#include "notify/channels/gateway/gateway.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "net/http.h"
#include "notify/delivery/testing/contract.h"
#include "notify/wording/text.h"

namespace vedette::notify::channels {
namespace {

using delivery::FirstAttempt;
using delivery::PageAbout;
using delivery::Verdict;

GatewaySettings Sms() {
  GatewaySettings settings = SmsDefaults();
  settings.url = "https://sms.example/send";
  settings.to = "+4912345";
  return settings;
}

net::ClientRequest RequestOf(GatewaySettings settings, const model::Page& page,
                             delivery::Attempt attempt = FirstAttempt()) {
  EXPECT_TRUE(Validate(settings).ok());
  delivery::TestParts parts;
  Gateway channel(std::move(settings), parts());
  EXPECT_EQ(channel.Send(page, attempt).verdict, Verdict::kDelivered);
  return parts.http.request_count() == 0 ? net::ClientRequest{} : parts.http.requests()[0];
}

TEST(Gateway, SendsAnSmsWithTheLinkAtItsEnd) {
  const net::ClientRequest request = RequestOf(Sms(), PageAbout("in_1"));

  EXPECT_EQ(request.method, "POST");
  const base::Json body = *base::ParseJson(request.body);
  EXPECT_EQ(body["to"], "+4912345");
  EXPECT_EQ(body["text"],
            "[Critical] payment: error ratio 0.41, expected 0 to 0.03 "
            "https://vedette.example/incidents/in_1");
}

TEST(Gateway, ReachesThePersonAndSaysWhenThereIsNone) {
  delivery::Attempt attempt = FirstAttempt();
  attempt.to = "+4999";
  EXPECT_EQ((*base::ParseJson(RequestOf(Sms(), PageAbout("in_1"), attempt).body))["to"], "+4999");
  GatewaySettings nobody = Sms();
  nobody.to.clear();
  delivery::TestParts parts;
  EXPECT_EQ(Gateway(nobody, parts()).Send(PageAbout("in_1"), FirstAttempt()).verdict,
            Verdict::kRefused);
  EXPECT_EQ(parts.http.request_count(), 0u);
}

TEST(Gateway, FillsFormsAndUrlsAndAuthenticates) {
  GatewaySettings settings;
  settings.url = "https://api.example/Accounts/{{tenant}}/Messages?key={{key}}";
  settings.login.user = "account";
  settings.login.password = "s3cret";
  settings.content_type = "application/x-www-form-urlencoded";
  settings.body = "To={{ to }}&Body={{title}}";
  settings.headers = {{"X-Region", "eu"}};
  settings.to = "+49 1&2";
  model::Page page = PageAbout("in_1");
  page.title = "a&b=c d\xE2\x82\xAC";

  const net::ClientRequest request = RequestOf(settings, page);

  EXPECT_EQ(request.url, "https://api.example/Accounts/default/Messages?key=in_1%3Aopened%3A1");
  EXPECT_EQ(request.body, "To=%2B49%201%262&Body=a%26b%3Dc%20d%E2%82%AC");
  EXPECT_EQ(request.headers.Get("Authorization"), "Basic YWNjb3VudDpzM2NyZXQ=");
  EXPECT_EQ(request.headers.Get("X-Region"), "eu");
  EXPECT_EQ(request.headers.Get("Content-Type"), "application/x-www-form-urlencoded");
}

TEST(Gateway, AValueCannotLeaveItsPlace) {
  const model::Page page = delivery::HostilePage();
  GatewaySettings settings = Sms();
  settings.body = R"({"to":"{{to}}","title":"{{title}}","text":"{{text}}","s":"{{services}}"})";
  const base::Result<base::Json> json = base::ParseJson(RequestOf(settings, page).body);
  ASSERT_TRUE(json.ok()) << json.error().message;
  EXPECT_EQ(json->size(), 4u);

  settings.content_type = "application/xml";
  settings.body = "<Say>{{speech}}</Say>";
  const std::string xml = RequestOf(settings, page).body;
  EXPECT_EQ(xml.find("<b>"), std::string::npos);

  settings.content_type = "application/x-www-form-urlencoded";
  settings.body = "a={{text}}";
  const auto form = net::ParseParameters(RequestOf(settings, page).body);
  ASSERT_TRUE(form.ok());
  EXPECT_EQ(form->size(), 1u);

  model::Page nested = PageAbout("in_1");
  nested.title = "{{to}} {{key}}";
  EXPECT_EQ((*base::ParseJson(RequestOf(Sms(), nested).body))["text"],
            "[Critical] {{to}} {{key}} https://vedette.example/incidents/in_1");
}

TEST(Gateway, AMessageKeepsToItsLengthAndItsLink) {
  const base::Json body = *base::ParseJson(RequestOf(Sms(), delivery::HostilePage()).body);
  const auto text = body["text"].get<std::string>();
  EXPECT_LE(wording::Utf16Units(text), 300u);
  EXPECT_TRUE(text.ends_with("... https://vedette.example/incidents/in_1")) << text;
}

TEST(Gateway, ChecksItsSettings) {
  const auto field = [](auto change) {
    GatewaySettings settings = Sms();
    change(settings);
    const base::Result<> valid = Validate(settings);
    return valid.ok() ? "" : valid.error().field;
  };
  EXPECT_EQ(field([](GatewaySettings&) {}), "");
  EXPECT_EQ(field([](GatewaySettings& s) { s.body = "{{nothing}}"; }), "body");
  EXPECT_EQ(field([](GatewaySettings& s) { s.body = "{{to"; }), "body");
  EXPECT_EQ(field([](GatewaySettings& s) { s.url += "/{{x}}"; }), "url");
  EXPECT_EQ(field([](GatewaySettings& s) { s.method = "DELETE"; }), "method");
  EXPECT_EQ(field([](GatewaySettings& s) { s.headers = {{"A", "b\r\nC: d"}}; }), "headers");
  EXPECT_EQ(field([](GatewaySettings& s) {
              s.login.user = "u";
              s.login.bearer_token = "t";
            }),
            "bearer_token");
}

TEST(Gateway, KeepsTheContractOfChannels) {
  delivery::ExpectContract({.make =
                                [](const std::string& url, const delivery::ChannelParts& parts) {
                                  GatewaySettings settings = Sms();
                                  settings.url = url + "/send?token=s3cret";
                                  settings.login.bearer_token = "s3cret";
                                  return std::make_unique<Gateway>(settings, parts);
                                },
                            .good = net::JsonResponse(201, "{}"),
                            .secret = "s3cret"});
}

}  // namespace
}  // namespace vedette::notify::channels
