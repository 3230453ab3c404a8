#include "notify/delivery/push_book.h"

#include <array>
#include <fmt/core.h>
#include <span>

#include "base/base64.h"
#include "base/id.h"

namespace vedette::notify::delivery {
namespace {

using sql::Int;
using sql::Text;
using sql::Time;

constexpr int64_t kListedMax = 10'000;

// Any number below the order of P-256 is a private key; of 256 random bits, all but one in 2^32
// are. The first bit is cleared, so that each is.
std::string NewSecret() {
  std::array<std::byte, 32> bytes{};
  base::FillSecureRandom(bytes);
  bytes[0] &= std::byte{0x7f};
  std::string secret;
  for (const std::byte byte : bytes) secret += static_cast<char>(byte);
  return secret;
}

}  // namespace

base::Result<std::unique_ptr<PushBook>> PushBook::Open(sql::Database& database) {
  std::string text;
  VEDETTE_TRY_VOID(database.Transact([&](sql::Session& session) -> base::Result<> {
    text.clear();
    VEDETTE_TRY_VOID(
        session.Query("SELECT secret FROM push_key WHERE id = 1", {},
                      [&](const sql::Row& row) { text = std::string(row.GetText(0)); }));
    if (!text.empty()) return {};
    text = base::Base64Url(NewSecret());
    VEDETTE_TRY_VOID(
        session.Execute("INSERT INTO push_key (id, secret) VALUES (1, ?)", {Text(text)}));
    return {};
  }));
  VEDETTE_TRY(std::string secret, base::DecodeBase64Url(text));
  return std::unique_ptr<PushBook>(new PushBook(database, std::move(secret)));
}

base::Result<std::string> PushBook::Add(const PushDevice& device) {
  std::string id;
  VEDETTE_TRY_VOID(database_.Transact([&](sql::Session& session) -> base::Result<> {
    id.clear();
    VEDETTE_TRY_VOID(session.Query("SELECT id FROM push_devices WHERE endpoint = ?",
                                   {Text(device.endpoint)},
                                   [&](const sql::Row& row) { id = std::string(row.GetText(0)); }));
    int64_t others = 0;
    VEDETTE_TRY_VOID(
        session.Query("SELECT COUNT(*) FROM push_devices WHERE person = ? AND endpoint <> ?",
                      {Text(device.person), Text(device.endpoint)},
                      [&](const sql::Row& row) { others = row.GetInt(0); }));
    if (others >= static_cast<int64_t>(kPushDevicesOfAPersonMax)) {
      return base::ResourceExhausted(
          fmt::format("{} has {} devices: remove one first", device.person, others));
    }
    if (!id.empty()) {
      VEDETTE_TRY_VOID(session.Execute(
          "UPDATE push_devices SET person = ?, p256dh = ?, auth = ?, label = ? WHERE id = ?",
          {Text(device.person), Text(device.p256dh), Text(device.auth), Text(device.label),
           Text(id)}));
      return {};
    }
    id = device.id;
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO push_devices (id, person, endpoint, p256dh, auth, label, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        {Text(device.id), Text(device.person), Text(device.endpoint), Text(device.p256dh),
         Text(device.auth), Text(device.label), Time(device.created_at)}));
    return {};
  }));
  return id;
}

base::Result<std::vector<PushDevice>> PushBook::List(std::string_view person) const {
  std::vector<PushDevice> devices;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) -> base::Result<> {
    return session.Query(
        "SELECT id, person, endpoint, p256dh, auth, label, created_at FROM push_devices "
        "WHERE ? = '' OR person = ? ORDER BY id LIMIT ?",
        {Text(person), Text(person), Int(kListedMax)}, [&](const sql::Row& row) {
          devices.push_back({.id = std::string(row.GetText(0)),
                             .person = std::string(row.GetText(1)),
                             .endpoint = std::string(row.GetText(2)),
                             .p256dh = std::string(row.GetText(3)),
                             .auth = std::string(row.GetText(4)),
                             .label = std::string(row.GetText(5)),
                             .created_at = row.GetTime(6)});
        });
  }));
  return devices;
}

base::Result<> PushBook::Remove(std::string_view id) {
  return database_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(const int64_t gone,
                session.Execute("DELETE FROM push_devices WHERE id = ?", {Text(id)}));
    if (gone == 0) return base::NotFound("there is no such device");
    return {};
  });
}

}  // namespace vedette::notify::delivery
