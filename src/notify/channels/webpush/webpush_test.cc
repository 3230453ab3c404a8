#include "notify/channels/webpush/webpush.h"

#include <gtest/gtest.h>
#include <memory>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/json.h"
#include "notify/channels/webpush/push_crypto.h"
#include "notify/delivery/testing/contract.h"

namespace vedette::notify::channels {
namespace {

using delivery::FirstAttempt;
using delivery::PageAbout;
using delivery::PushDevice;
using delivery::Verdict;

std::string Raw(std::string_view text) { return *base::DecodeBase64Url(text); }

// The values of RFC 8291, appendix A.
const std::string kBrowserSecret = Raw("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94");
const std::string kBrowserPoint =
    Raw("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
const std::string kBrowserAuth = Raw("BTBZMqHH6r4Tts7J_aSIgg");

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

// A public key in the DER form of X.509.
Key ReadPoint(std::string_view point) {
  std::string der(
      "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
      "\x03\x42\x00",
      26);
  der += point;
  const unsigned char* at = Bytes(std::string_view(der));
  return {d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())), EVP_PKEY_free};
}

std::string Hkdf(std::string_view salt, std::string_view secret, std::string info, size_t size) {
  const auto hmac = [](std::string_view key, std::string_view message) {
    std::string out(32, '\0');
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(message), message.size(),
         Bytes(out), nullptr);
    return out;
  };
  return hmac(hmac(salt, secret), info + '\x01').substr(0, size);
}

// What the browser of the RFC's appendix reads, by the RFC and none of the code under test.
std::string Decrypt(std::string_view body) {
  const std::string_view salt = body.substr(0, 16);
  const std::string_view sender = body.substr(21, 65);
  const std::string_view sealed = body.substr(86);
  std::string der("\x30\x31\x02\x01\x01\x04\x20", 7);
  der += kBrowserSecret + std::string("\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 12);
  const unsigned char* at = Bytes(std::string_view(der));
  const Key own(d2i_PrivateKey(EVP_PKEY_EC, nullptr, &at, static_cast<long>(der.size())),
                EVP_PKEY_free);
  const Key peer = ReadPoint(sender);
  EVP_PKEY_CTX* derive = EVP_PKEY_CTX_new(own.get(), nullptr);
  std::string shared(32, '\0');
  size_t size = shared.size();
  EVP_PKEY_derive_init(derive);
  EVP_PKEY_derive_set_peer(derive, peer.get());
  EVP_PKEY_derive(derive, Bytes(shared), &size);
  EVP_PKEY_CTX_free(derive);

  const std::string zero(1, '\0');
  const std::string input =
      Hkdf(kBrowserAuth, shared, "WebPush: info" + zero + kBrowserPoint + std::string(sender), 32);
  const std::string key = Hkdf(salt, input, "Content-Encoding: aes128gcm" + zero, 16);
  const std::string nonce = Hkdf(salt, input, "Content-Encoding: nonce" + zero, 12);
  std::string out(sealed.size() - 16, '\0');
  std::string tag(sealed.substr(out.size()));
  int part = 0;
  EVP_CIPHER_CTX* open = EVP_CIPHER_CTX_new();
  EVP_DecryptInit_ex(open, EVP_aes_128_gcm(), nullptr, Bytes(std::string_view(key)),
                     Bytes(std::string_view(nonce)));
  EVP_DecryptUpdate(open, Bytes(out), &part, Bytes(sealed), static_cast<int>(out.size()));
  EVP_CIPHER_CTX_ctrl(open, EVP_CTRL_GCM_SET_TAG, 16, tag.data());
  const bool genuine = EVP_DecryptFinal_ex(open, Bytes(out) + part, &part) == 1;
  EVP_CIPHER_CTX_free(open);
  if (!genuine || !out.ends_with('\x02')) return "not genuine";
  out.pop_back();
  return out;
}

bool IsSignedBy(std::string_view point, std::string_view message, const std::string& signature) {
  ECDSA_SIG* numbers = ECDSA_SIG_new();
  const std::string_view both = signature;
  ECDSA_SIG_set0(numbers, BN_bin2bn(Bytes(both), 32, nullptr),
                 BN_bin2bn(Bytes(both) + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(numbers, &der);
  const Key key = ReadPoint(point);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key.get());
  const int verdict =
      EVP_DigestVerify(context, der, static_cast<size_t>(size), Bytes(message), message.size());
  EVP_MD_CTX_free(context);
  OPENSSL_free(der);
  ECDSA_SIG_free(numbers);
  return verdict == 1;
}

// Our own server, which plays the push service, would refuse a content coding that it cannot undo.
class Unmarked final : public net::HttpClient {
 public:
  explicit Unmarked(net::HttpClient& inner) : inner_(inner) {}
  base::Result<net::Response> Fetch(const net::ClientRequest& request) override {
    net::ClientRequest copy = request;
    EXPECT_EQ(copy.headers.Get("Content-Encoding"), "aes128gcm");
    copy.headers.Set("Content-Encoding", "identity");
    return inner_.Fetch(copy);
  }

 private:
  net::HttpClient& inner_;
};

PushDevice DeviceAt(const std::string& endpoint, std::string person = "ann") {
  return {.id = "push_" + endpoint,
          .person = std::move(person),
          .endpoint = endpoint,
          .p256dh = base::Base64Url(kBrowserPoint),
          .auth = base::Base64Url(kBrowserAuth),
          .label = "phone",
          .created_at = {}};
}

const WebPushSettings kSettings{.subject = "mailto:ops@example.org", .private_addresses = true};

delivery::Attempt To(std::string person) {
  delivery::Attempt attempt = FirstAttempt();
  attempt.to = std::move(person);
  return attempt;
}

// Parts with a push book in which these subscribed.
void Subscribe(delivery::TestParts& parts, const std::vector<PushDevice>& devices) {
  parts.push = *delivery::PushBook::Open(parts.database());
  for (const PushDevice& device : devices) ASSERT_TRUE(parts.push->Add(device).ok());
}

TEST(PushCrypto, EncryptsTheExampleOfTheStandardByteForByte) {
  const base::Result<std::string> body =
      EncryptPush("When I grow up, I want to be a watermelon",
                  {.public_key = kBrowserPoint, .auth = kBrowserAuth},
                  {.secret = Raw("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
                   .salt = Raw("DGv6ra1nlYgDCS1FRnbzlw")});

  ASSERT_TRUE(body.ok()) << body.error().message;
  EXPECT_EQ(base::Base64Url(*body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc"
            "InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLV"
            "WGNWQexSgSxsj_Qulcy4a-fN");
}

TEST(PushCrypto, KeysThatAreNoneAreRefused) {
  const PushNonce nonce = NewPushNonce();
  std::string off_the_curve = kBrowserPoint;
  off_the_curve[40] = static_cast<char>(off_the_curve[40] ^ 1);
  EXPECT_FALSE(EncryptPush("x", {off_the_curve, kBrowserAuth}, nonce).ok());
  EXPECT_FALSE(EncryptPush("x", {"", kBrowserAuth}, nonce).ok());
  EXPECT_FALSE(EncryptPush("x", {kBrowserPoint, "short"}, nonce).ok());
  EXPECT_FALSE(
      EncryptPush(std::string(kPushPlaintextMax + 1, 'x'), {kBrowserPoint, kBrowserAuth}, nonce)
          .ok());
  EXPECT_TRUE(
      EncryptPush(std::string(kPushPlaintextMax, 'x'), {kBrowserPoint, kBrowserAuth}, nonce).ok());
  EXPECT_FALSE(PublicKeyOf("short").ok());
}

TEST(WebPush, ALocalPushServiceCanReadNothingButTheBrowserCan) {
  delivery::FakeProvider service([](const net::Request&) { return net::TextResponse(201, ""); });
  const auto curl = net::MakeCurlClient();
  Unmarked client(**curl);
  delivery::TestParts parts;
  Subscribe(parts,
            {DeviceAt(service.url() + "/send/1"), DeviceAt(service.url() + "/other", "ben")});
  WebPush channel(kSettings, parts.With(client));

  const delivery::Answer answer = channel.Send(PageAbout("in_1"), To("ann"));

  EXPECT_EQ(answer.verdict, Verdict::kDelivered) << answer.detail;
  ASSERT_EQ(service.requests().size(), 1u);
  const net::Request request = service.requests()[0];
  EXPECT_EQ(request.path, "/send/1");
  EXPECT_EQ(request.headers.Get("TTL"), "14400");
  EXPECT_EQ(request.headers.Get("Urgency"), "high");
  EXPECT_EQ(request.headers.Get("Topic").size(), 32u);
  EXPECT_EQ(request.body.find("payment"), std::string::npos);
  const base::Result<base::Json> message = base::ParseJson(Decrypt(request.body));
  ASSERT_TRUE(message.ok());
  EXPECT_EQ((*message)["title"], "Critical: payment: error ratio 0.41, expected 0 to 0.03");
  EXPECT_EQ((*message)["url"], "https://vedette.example/incidents/in_1");
}

TEST(WebPush, TheServiceKnowsTheSenderByASignedToken) {
  delivery::FakeProvider service([](const net::Request&) { return net::TextResponse(201, ""); });
  const auto curl = net::MakeCurlClient();
  Unmarked client(**curl);
  delivery::TestParts parts;
  Subscribe(parts, {DeviceAt(service.url() + "/send/1")});
  WebPush(kSettings, parts.With(client)).Send(PageAbout("in_1"), To("ann"));

  ASSERT_EQ(service.requests().size(), 1u);
  const std::string header(service.requests()[0].headers.Get("Authorization"));
  ASSERT_TRUE(header.starts_with("vapid t="));
  const size_t comma = header.find(", k=");
  ASSERT_NE(comma, std::string::npos);
  const std::string token = header.substr(8, comma - 8);
  const std::string point = Raw(header.substr(comma + 4));
  EXPECT_EQ(point, *PublicKeyOf(parts.push->secret()));
  const size_t dot = token.rfind('.');
  EXPECT_TRUE(IsSignedBy(point, token.substr(0, dot), Raw(token.substr(dot + 1))));
  const size_t first = token.find('.');
  const base::Result<base::Json> claims =
      base::ParseJson(Raw(token.substr(first + 1, dot - first - 1)));
  ASSERT_TRUE(claims.ok());
  EXPECT_EQ((*claims)["aud"], service.url());
  EXPECT_EQ((*claims)["sub"], "mailto:ops@example.org");
  EXPECT_EQ((*claims)["exp"], 1'700'000'000 + 12 * 3600);
}

TEST(WebPush, ASubscriptionThatHasEndedIsForgottenAndTheOthersAreTold) {
  delivery::TestParts parts;
  Subscribe(parts, {DeviceAt("https://push.example/1"), DeviceAt("https://push.example/2")});
  parts.http.Reply(net::TextResponse(201, ""));
  parts.http.Reply(net::TextResponse(410, "gone"));
  WebPush channel(kSettings, parts());

  EXPECT_EQ(channel.Send(PageAbout("in_1"), To("ann")).verdict, Verdict::kDelivered);
  EXPECT_EQ(parts.push->List("ann")->size(), 1u);
}

TEST(WebPush, WhoHasNoBrowserIsTriedAgainLater) {
  delivery::TestParts parts;
  Subscribe(parts, {DeviceAt("https://push.example/1", "ben")});
  WebPush channel(kSettings, parts());

  const delivery::Answer answer = channel.Send(PageAbout("in_1"), To("ann"));
  EXPECT_EQ(answer.verdict, Verdict::kRetry);
  EXPECT_EQ(answer.detail, "no browser is subscribed");
  EXPECT_TRUE(parts.http.requests().empty());
}

TEST(WebPush, EndpointsReachNoPrivateAddressUnlessItIsSaid) {
  delivery::FakeProvider service([](const net::Request&) { return net::TextResponse(201, ""); });
  const auto curl = net::MakeCurlClient();
  Unmarked client(**curl);
  delivery::TestParts parts;
  Subscribe(parts, {DeviceAt(service.url() + "/send/1")});
  WebPush channel({.subject = "mailto:ops@example.org"}, parts.With(client));

  EXPECT_EQ(channel.Send(PageAbout("in_1"), To("ann")).verdict, Verdict::kRetry);
  EXPECT_TRUE(service.requests().empty());
}

TEST(WebPush, EveryPageFitsIntoOneRecord) {
  delivery::TestParts parts;
  EXPECT_LT(WebPush(kSettings, parts()).Preview(delivery::HostilePage(), FirstAttempt()).size(),
            kPushPlaintextMax);
}

TEST(PushBook, AnEndpointBelongsToOnePersonAndTenAreEnough) {
  delivery::TestParts parts;
  Subscribe(parts, {DeviceAt("https://push.example/1")});
  EXPECT_EQ(*parts.push->Add(DeviceAt("https://push.example/1", "ben")),
            "push_https://push.example/1");
  EXPECT_TRUE(parts.push->List("ann")->empty());
  for (int i = 2; i <= 10; ++i) {
    EXPECT_TRUE(parts.push->Add(DeviceAt("https://push.example/" + std::to_string(i), "ben")).ok());
  }
  EXPECT_EQ(parts.push->Add(DeviceAt("https://push.example/11", "ben")).error().code,
            base::ErrorCode::kResourceExhausted);
  EXPECT_EQ(parts.push->Remove("push_nobody").error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ((*delivery::PushBook::Open(parts.database()))->secret(), parts.push->secret());
}

TEST(WebPush, KeepsTheContractOfChannels) {
  // The subscription of each fake provider, in a book of its own.
  std::vector<std::unique_ptr<delivery::TestParts>> books;
  std::vector<std::unique_ptr<Unmarked>> clients;
  const auto make = [&](const std::string& url, const delivery::ChannelParts& parts) {
    books.push_back(std::make_unique<delivery::TestParts>());
    Subscribe(*books.back(), {DeviceAt(url + "/send/private")});
    clients.push_back(std::make_unique<Unmarked>(parts.http));
    return std::make_unique<WebPush>(kSettings,
                                     delivery::ChannelParts{.receiver = parts.receiver,
                                                            .external_url = parts.external_url,
                                                            .http = *clients.back(),
                                                            .mail = parts.mail,
                                                            .threads = parts.threads,
                                                            .push = books.back()->push.get()});
  };
  delivery::ExpectContract({.make = make, .good = net::TextResponse(201, ""), .secret = "private"});
}

}  // namespace
}  // namespace vedette::notify::channels
