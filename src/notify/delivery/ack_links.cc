#include "notify/delivery/ack_links.h"

#include <array>
#include <fmt/core.h>
#include <span>

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"

namespace vedette::notify::delivery {
namespace {

using sql::Text;
using sql::Time;

constexpr size_t kTokenBytesMax = 2'000;
constexpr std::string_view kPurpose = "vedette acknowledge 1:";  // no other use of the secret fits
constexpr size_t kParts = 6;

std::string NewSecret() {
  std::array<std::byte, 32> bytes{};
  base::FillSecureRandom(bytes);
  std::string hex;
  for (const std::byte byte : bytes) hex += fmt::format("{:02x}", std::to_integer<int>(byte));
  return hex;
}

// What is kept of a link that was used: the link itself is worth something.
std::string MarkOf(std::string_view token) { return base::Sha256Hex(token); }

base::Error NotOurs() { return base::Unauthenticated("this link is not genuine"); }

}  // namespace

base::Result<std::unique_ptr<AckLinks>> AckLinks::Open(sql::Database& database) {
  std::string secret;
  VEDETTE_TRY_VOID(database.Transact([&](sql::Session& session) -> base::Result<> {
    secret.clear();
    VEDETTE_TRY_VOID(
        session.Query("SELECT secret FROM link_secret WHERE id = 1", {},
                      [&](const sql::Row& row) { secret = std::string(row.GetText(0)); }));
    if (!secret.empty()) return {};
    secret = NewSecret();
    VEDETTE_TRY_VOID(
        session.Execute("INSERT INTO link_secret (id, secret) VALUES (1, ?)", {Text(secret)}));
    return {};
  }));
  return std::unique_ptr<AckLinks>(new AckLinks(database, std::move(secret)));
}

std::string AckLinks::Sign(const AckClaim& claim) const {
  const base::Json parts = {claim.tenant,   claim.incident_id, claim.page_key,
                            claim.receiver, claim.to,          base::ToMillis(claim.expires_at)};
  const std::string body = base::Base64Url(base::DumpJson(parts));
  return body + "." + base::HmacSha256Hex(secret_, std::string(kPurpose) + body);
}

base::Result<AckClaim> AckLinks::Read(std::string_view token) const {
  const size_t dot = token.find('.');
  if (token.size() > kTokenBytesMax || dot == std::string_view::npos) return NotOurs();
  const std::string_view body = token.substr(0, dot);
  const std::string want = base::HmacSha256Hex(secret_, std::string(kPurpose).append(body));
  if (!base::SameSecret(token.substr(dot + 1), want)) return NotOurs();
  VEDETTE_TRY(const std::string text, base::DecodeBase64Url(body));
  VEDETTE_TRY(const base::Json parts, base::ParseJson(text));
  if (!parts.is_array() || parts.size() != kParts || !parts[5].is_number_integer()) {
    return NotOurs();
  }
  for (size_t i = 0; i + 1 < kParts; ++i) {
    if (!parts[i].is_string()) return NotOurs();
  }
  return AckClaim{.tenant = parts[0].get<std::string>(),
                  .incident_id = parts[1].get<std::string>(),
                  .page_key = parts[2].get<std::string>(),
                  .receiver = parts[3].get<std::string>(),
                  .to = parts[4].get<std::string>(),
                  .expires_at = base::FromMillis(parts[5].get<int64_t>())};
}

base::Result<std::optional<UsedLink>> AckLinks::FindUse(std::string_view token) const {
  std::optional<UsedLink> use;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) {
    return session.Query(
        "SELECT used_at, used_by FROM used_links WHERE mark = ?", {Text(MarkOf(token))},
        [&](const sql::Row& row) { use = UsedLink{row.GetTime(0), std::string(row.GetText(1))}; });
  }));
  return use;
}

base::Result<> AckLinks::Use(std::string_view token, const AckClaim& claim, const std::string& by,
                             base::TimePoint now) {
  return database_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Execute("DELETE FROM used_links WHERE expires_at < ?", {Time(now)}));
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO used_links (mark, used_at, used_by, expires_at) VALUES (?, ?, ?, ?)",
        {Text(MarkOf(token)), Time(now), Text(by), Time(claim.expires_at)}));
    return {};
  });
}

bool AsksForAcknowledgement(const model::Page& page) {
  const bool calls = page.kind == model::PageKind::kOpened ||
                     page.kind == model::PageKind::kSeverityRaised ||
                     page.kind == model::PageKind::kUpdated;
  // Test pages and pages about a silence or this server stand for no incident.
  return calls && page.state == model::IncidentState::kOpen && page.incident_id.starts_with("in_");
}

std::string AckUrl(std::string_view external_url, std::string_view token) {
  while (external_url.ends_with('/')) external_url.remove_suffix(1);
  if (external_url.empty()) return {};
  return fmt::format("{}/ack/{}", external_url, token);
}

}  // namespace vedette::notify::delivery
